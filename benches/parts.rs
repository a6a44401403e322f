//! Times the parts of a check: the parser, the facts of pages, the resolution of links, the rules of each group, and
//! fixes. `cargo bench --bench parts` prints the times, and compares them with those of the run before. Its optional
//! argument selects benchmarks by their names.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    missing_docs,
    reason = "a separate program, and the macros of criterion make undocumented items"
)]

#[path = "../examples/make-archive/generator/mod.rs"]
mod generator;

use std::collections::BTreeSet;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::Path;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use dateline::internals::archive::Archive;
use dateline::internals::archive::outline::OutlineReader;
use dateline::internals::archive::page::Page;
use dateline::internals::archive::walk::walk;
use dateline::internals::config::Settings;
use dateline::internals::config::discover::{LoadOptions, load};
use dateline::internals::document::Document;
use dateline::internals::rules::{self, RULES};
use dateline::internals::span::{FileId, SourceText};
use dateline::{Applicability, CheckOptions, Origin, Session};
use tempfile::TempDir;

const PAGES: u64 = 2_000;
const DEFECTS: u64 = 200;

/// A made archive, with the texts of its pages.
struct Made {
    folder: TempDir,
    settings: Settings,
    archive: Archive,
    pages: Vec<(FileId, SourceText)>,
}

impl Made {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("archive");
        let made = generator::Archive::new(1, PAGES, DEFECTS).expect("an archive");
        made.write(&root).expect("the archive can be written");
        let options = LoadOptions {
            origin: &Origin::Search,
            root: None,
            working_directory: None,
            may_lack_files: false,
            walk: |root, repository, threads| walk(root, repository, threads).0,
        };
        let settings = load(&[root], options, &rules::infos()).expect("the archive has settings");
        let (walked, _) = walk(&settings.root, None, 1);
        let archive =
            Archive::new(walked.table, settings.layout.clone(), settings.resolver.clone());
        let read = |file: FileId| {
            let bytes = std::fs::read(settings.root.join(archive.path(file))).expect("a page");
            (file, SourceText::from_bytes(&bytes))
        };
        let pages = archive.paths.ids().filter(|file| archive.is_page(*file)).map(read).collect();
        Self { folder, settings, archive, pages }
    }

    fn root(&self) -> &Path {
        &self.settings.root
    }

    fn bytes(&self) -> Throughput {
        Throughput::Bytes(self.pages.iter().map(|(_, text)| text.text().len() as u64).sum())
    }

    /// Opens the archive to check it on one thread with these rules.
    fn session(&self, select: &[&str]) -> Session {
        let select = select.iter().map(ToString::to_string).collect();
        let options =
            CheckOptions { select, jobs: NonZeroUsize::new(1), ..CheckOptions::default() };
        Session::open(self.root(), options).expect("the archive can be opened")
    }
}

fn parse(criterion: &mut Criterion) {
    let made = Made::new();
    let mut group = criterion.benchmark_group("pages");
    group.throughput(made.bytes());
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            for (_, text) in &made.pages {
                black_box(Document::parse(text.text()));
            }
        });
    });
    let (event, day) = (&made.settings.event, &made.settings.day);
    let reader = OutlineReader { event, day, syntax: &made.archive.syntax };
    // The time of the parser is part of this time.
    group.bench_function("facts", |bencher| {
        bencher.iter(|| {
            for (file, text) in &made.pages {
                black_box(Page::read(&made.archive, &reader, *file, text).facts(false));
            }
        });
    });
    group.finish();
}

fn resolve(criterion: &mut Criterion) {
    let made = Made::new();
    let links = |(file, text): &(FileId, SourceText)| {
        let document = Document::parse(text.text());
        let paths = document.links.iter().map(|link| link.target(text.text()).to_owned());
        paths.map(|path| (*file, path)).collect::<Vec<_>>()
    };
    let links: Vec<(FileId, String)> = made.pages.iter().flat_map(links).collect();
    let mut group = criterion.benchmark_group("links");
    group.throughput(Throughput::Elements(links.len() as u64));
    group.bench_function("split", |bencher| {
        bencher.iter(|| {
            for (_, link) in &links {
                black_box(made.archive.parse_destination(link));
            }
        });
    });
    group.bench_function("resolve", |bencher| {
        bencher.iter(|| {
            for (file, link) in &links {
                black_box(made.archive.resolve(*file, link));
            }
        });
    });
    group.finish();
}

/// Each time includes that of a run without rules, which the benchmark `none` shows.
fn check(criterion: &mut Criterion) {
    let made = Made::new();
    let mut group = criterion.benchmark_group("rules");
    group.sample_size(20);
    let offline = RULES.iter().filter(|rule| !rule.is_online());
    let groups: BTreeSet<&str> = offline.filter_map(|rule| rule.id.split('/').next()).collect();
    for name in groups.iter().chain(&["all"]) {
        let session = made.session(&[name]);
        group.bench_function(*name, |bencher| bencher.iter(|| session.check().expect("a report")));
    }
    // The archive has no finding of this rule, which is quick.
    let session = made.session(&["text/line-ending"]);
    group.bench_function("none", |bencher| bencher.iter(|| session.check().expect("a report")));
    group.finish();
}

fn fix(criterion: &mut Criterion) {
    let made = Made::new();
    let mut group = criterion.benchmark_group("fixes");
    group.sample_size(20);
    let session = made.session(&["all"]);
    group.bench_function("plan", |bencher| {
        bencher.iter(|| {
            let preview = session.preview_fixes(Applicability::Unsafe).expect("fixes");
            black_box(preview.fixes());
        });
    });
    let copy = || {
        let folder = tempfile::tempdir_in(made.folder.path()).expect("a temporary folder");
        let root = folder.path().join("archive");
        let again = generator::Archive::new(1, PAGES, DEFECTS).expect("an archive");
        again.write(&root).expect("the archive can be written");
        (folder, Session::open(root, CheckOptions::default()).expect("the archive can be opened"))
    };
    group.bench_function("write", |bencher| {
        bencher.iter_batched(
            copy,
            |(folder, session)| {
                session.fix(Applicability::Unsafe).expect("fixes");
                folder
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, parse, resolve, check, fix);
criterion_main!(benches);
