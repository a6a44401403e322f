//! Evidence from a sample of pages. A path alone does not always show the order of year, month and day,
//! or the folder that root-absolute links start from.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::archive::Archive;
use crate::archive::date::DateFormats;
use crate::archive::destination::Destination;
use crate::archive::layout::Pattern;
use crate::archive::resolve::Resolver;
use crate::document::{Document, Form, Forms, Heading};
use crate::span::{FileId, SourceText};

use super::date_readings::{may_name_a_day, sample};
use super::inferred::{DEEPEST_PREFIX, Inferred, Share};

/// The maximum number of pages in the sample.
const SAMPLE: usize = 400;
/// The minimum number of root-absolute links that must start from a folder for the folder to be a root.
const FEWEST_ROOTED: u64 = 3;
/// The minimum share, in percent, of root-absolute links that must start from a folder for the folder to
/// be a root.
const ROOT_PERCENT: u64 = 10;

/// The evidence from one page: the days in its headings, and the folders that its root-absolute links
/// start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageEvidence {
    path: Box<str>,
    days: Vec<Date>,
    /// The path that the heading with a day links to, if only one heading has a day.
    linked: Option<Box<str>>,
    roots: Vec<Box<str>>,
    /// The form of the page's front matter, if it has a date or a title.
    form: Option<Form>,
}

/// The evidence from a sample of pages.
#[derive(Clone, Debug, Default)]
pub struct DateEvidence {
    pages: Vec<PageEvidence>,
}

impl PageEvidence {
    /// Collects the evidence from a page.
    #[must_use]
    pub fn read(archive: &Archive, file: FileId, source: &SourceText) -> Self {
        let document = Document::parse_with(source.text(), &archive.syntax);
        let front = document.front_matter.as_ref();
        let is_usual = |path: &str| {
            let name = path.rsplit('.').next().unwrap_or(path);
            name.eq_ignore_ascii_case("date") || name.eq_ignore_ascii_case("title")
        };
        let front = front.filter(|front| front.values.iter().any(|value| is_usual(&value.path)));
        let form = front.map(|front| front.form);
        let formats = DateFormats::default();
        let mut days: Vec<(Date, &Heading)> = Vec::new();
        for heading in &document.headings {
            let day = formats.read(document.words(heading.text)).day();
            days.extend(day.map(|day| (day, heading)));
        }
        let linked = match days.as_slice() {
            [(_, heading)] => document.links_in(&heading.links).first(),
            _ => None,
        };
        let linked = linked.and_then(|link| {
            let path = internal(link.target(source.text()))?;
            Resolver::normalize(archive.path(file), path).map(Into::into)
        });
        let path = archive.path(file);
        let links = document.links.iter().filter(|link| !link.faulty && !link.image);
        let roots = links.filter_map(|link| root(archive, path, link.target(source.text())));
        Self {
            path: path.into(),
            days: days.into_iter().map(|(day, _)| day).collect(),
            linked,
            roots: roots.map(Into::into).collect(),
            form,
        }
    }

    /// Returns whether the page's only heading with a day contradicts `pattern`. The caller has checked
    /// that this day differs from the day that `pattern` reads from the page's path. If several headings
    /// have a day, any of them may date the page, so they contradict nothing. If the heading links to a
    /// page of its day, it names that page and does not date its own.
    fn is_of_another_day(&self, pattern: &Pattern) -> bool {
        let [day] = self.days.as_slice() else { return false };
        let linked = self.linked.as_deref().unwrap_or_default();
        let starts = std::iter::once(0).chain(linked.match_indices('/').map(|(at, _)| at + 1));
        let mut read =
            starts.take(DEEPEST_PREFIX + 1).filter_map(|start| pattern.read(&linked[start..]));
        !read.any(|read| read.calendar_day() == Some(*day))
    }
}

/// Returns the path of a destination inside the archive.
fn internal(destination: &str) -> Option<&str> {
    match Destination::parse(destination) {
        Destination::Internal { path, .. } => Some(path),
        _ => None,
    }
}

/// Returns the folder above the page `from` that a root-absolute link must start from to name an
/// existing file. The link may begin with a URL prefix, so the function also tries the link without its
/// first folders, up to [`DEEPEST_PREFIX`].
fn root<'a>(archive: &Archive, from: &'a str, destination: &str) -> Option<&'a str> {
    let path = internal(destination).filter(|path| path.starts_with('/'))?;
    let path = Resolver::normalize(from, path)?;
    let ends = path.match_indices('/').map(|(at, _)| at + 1);
    let is_file = |path: &str| archive.file_or_source(path).is_some();
    let mut roots = std::iter::once(0).chain(ends.take(DEEPEST_PREFIX)).map(|start| {
        let folders = from.match_indices('/').map(|(end, _)| &from[..end]);
        let mut roots = std::iter::once("").chain(folders);
        roots.find(|root| match *root {
            "" => is_file(&path[start..]),
            root => is_file(&format!("{root}/{}", &path[start..])),
        })
    });
    roots.find_map(|root| root)
}

impl DateEvidence {
    /// Returns a sample of `paths`: the pages to collect evidence from.
    #[must_use]
    pub fn wanted<'a>(paths: &[&'a str]) -> Vec<&'a str> {
        let dated = sample(paths, SAMPLE);
        if dated.len() * 4 >= paths.len().min(SAMPLE) {
            return dated;
        }
        // The dates may be in front matter, so look at other pages, too.
        let step = (paths.len() / SAMPLE).max(1);
        let others = paths.iter().copied().step_by(step).filter(|path| !dated.contains(path));
        let others: Vec<_> = others.take(SAMPLE).collect();
        dated.into_iter().chain(others).collect()
    }

    /// Adds the evidence from a page.
    pub fn add(&mut self, page: PageEvidence) {
        self.pages.push(page);
    }

    /// Returns the forms of front matter. Forms that look like other text are included only if most pages
    /// have them.
    #[must_use]
    pub fn forms(&self) -> Forms {
        let is_usual = |form: &Form| {
            let with_form = self.pages.iter().filter(|page| page.form == Some(*form)).count();
            with_form * 2 > self.pages.len()
        };
        let unusual = [Form::FencedToml, Form::Lines].into_iter().filter(is_usual);
        Forms::of([Form::Yaml, Form::Toml].into_iter().chain(unusual))
    }

    /// Returns the subfolders of the archive that root-absolute links start from, most frequent first.
    /// The list is empty if links start from the archive's own folder, or if too few links support a
    /// subfolder. It is also empty if most of the dated `paths` are outside these subfolders.
    #[must_use]
    pub fn roots(&self, paths: &[&str]) -> Vec<Inferred<String>> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for root in self.pages.iter().flat_map(|page| &page.roots) {
            *counts.entry(root).or_default() += 1;
        }
        let all = counts.values().sum::<u64>();
        let least = (all * ROOT_PERCENT).div_ceil(100).max(FEWEST_ROOTED);
        counts.retain(|_, count| *count >= least);
        if counts.contains_key("") {
            return Vec::new();
        }
        let is_below = |path: &str| {
            let below =
                |root: &&str| path.strip_prefix(*root).is_some_and(|rest| rest.starts_with('/'));
            counts.keys().any(below)
        };
        let dated: Vec<_> = paths.iter().filter(|path| may_name_a_day(path)).collect();
        if dated.iter().filter(|path| is_below(path)).count() * 2 < dated.len() {
            return Vec::new();
        }
        let mut roots: Vec<_> = counts.into_iter().collect();
        roots.sort_by_key(|(_, count)| u64::MAX - *count);
        let inferred = |(root, of): (&str, u64)| Inferred {
            value: root.to_owned(),
            share: Share { of, all, what: "links from the root on a sample of pages" },
        };
        roots.into_iter().map(inferred).collect()
    }

    /// Returns whether more pages contradict `pattern` than confirm it. A page confirms the pattern if
    /// one of its headings has the day that the pattern reads from the page's path.
    pub(super) fn contradict(&self, pattern: &Pattern) -> bool {
        let (mut agree, mut differ) = (0_usize, 0_usize);
        for page in &self.pages {
            let Some(read) = pattern.read(&page.path) else { continue };
            match read.calendar_day() {
                Some(day) if page.days.contains(&day) => agree += 1,
                _ => differ += usize::from(page.is_of_another_day(pattern)),
            }
        }
        differ > agree
    }
}
