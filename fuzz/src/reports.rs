//! Reports of any findings: each is valid in its format and contains no control characters for
//! terminals. A baseline of all findings hides all of them.

use dateline::internals::archive::Archive;
use dateline::internals::archive::page_texts::PageTexts;
use dateline::internals::baseline::Baseline;
use dateline::internals::config::Settings;
use dateline::internals::diagnostic::{Applicability, Diagnostic};
use dateline::internals::fix::FixedFile;
use dateline::internals::linter::{Linted, Summary};
use dateline::internals::report::{self, Format, Hidden, Results, ShownPaths, Style};
use serde_json::Value;

use super::findings::all_rules;
use super::memory::{self, Files, Memory};
use super::{archives, baseline};

/// All formats except SARIF. A SARIF report describes every rule and therefore takes much longer.
const FORMATS: [Format; 7] = [
    Format::Human,
    Format::Concise,
    Format::Json,
    Format::JsonLines,
    Format::Github,
    Format::Gitlab,
    Format::Junit,
];

const STYLE: Style = Style { color: false, width: 80 };

/// Writes reports on an archive in every format except SARIF.
pub fn check(data: &[u8]) {
    let files = archives::read(data);
    let settings = settings(&files);
    let (archive, found) = write(&settings, &files, &FORMATS);
    check_baseline(&archive, &Memory(&files), found);
    let fixed = memory::fix(&settings, &files, &[], Applicability::Unsafe, &|_| true);
    check_diff(&files, fixed.unwrap_or_default());
}

/// Writes a SARIF report on an archive.
pub fn sarif(data: &[u8]) {
    let files = archives::read(data);
    write(&settings(&files), &files, &[Format::Sarif]);
}

fn settings(files: &Files) -> Settings {
    let mut settings = archives::settings(files);
    settings.rules.select_only(all_rules());
    settings
}

fn write(settings: &Settings, files: &Files, formats: &[Format]) -> (Archive, Vec<Diagnostic>) {
    let archive = memory::archive(files, &[], settings);
    let memory = Memory(files);
    let (found, summary) = memory::lint(settings, &archive, &memory, false, finish);
    let shown = ShownPaths::default();
    let results = Results {
        shown: &shown,
        diagnostics: &found,
        listed: &found,
        summary,
        hidden: Hidden::default(),
        online: false,
        texts: &PageTexts::new(&archive, &memory),
        prefix: "",
    };
    for &format in formats {
        let mut report = Vec::new();
        report::write(format, STYLE, &results, &mut report).expect("memory takes it");
        let report = String::from_utf8(report).expect("a report is UTF-8");
        check_report(format, &report, &found);
    }
    (archive, found)
}

fn finish(linted: Linted<'_>) -> (Vec<Diagnostic>, Summary) {
    linted.finish()
}

fn check_report(format: Format, report: &str, found: &[Diagnostic]) {
    let is_wild = |char: &char| (char.is_control() && *char != '\n') || *char == '\u{202E}';
    let wild = report.chars().find(is_wild);
    assert_eq!(wild, None, "{format:?}: {report:?}");
    let parsed = |text: &str| -> Value {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{format:?}: {error}\n{text}"))
    };
    match format {
        Format::Json | Format::Sarif => assert!(parsed(report).is_object(), "{report}"),
        Format::Gitlab => {
            assert_eq!(parsed(report).as_array().map(Vec::len), Some(found.len()), "{report}");
        }
        Format::JsonLines => {
            let lines: Vec<_> = report.lines().map(parsed).collect();
            assert_eq!(lines.len(), found.len() + 1, "{report}");
        }
        Format::Concise => assert_eq!(report.lines().count(), found.len(), "{report}"),
        Format::Human | Format::Github | Format::Junit => {}
    }
}

fn check_baseline(archive: &Archive, memory: &Memory<'_>, found: Vec<Diagnostic>) {
    let texts = PageTexts::new(archive, memory);
    let known = Baseline::of(&found, &texts);
    assert_eq!(known.findings(), found.len() as u64);
    assert_eq!(Baseline::read(&baseline::write(&known)).as_ref(), Ok(&known));
    let count = found.len() as u64;
    let matched = known.hide(found, &texts);
    assert!(matched.shown.is_empty(), "{:?}", matched.shown);
    assert!(matched.left.is_empty(), "{:?}", matched.left);
    assert_eq!(matched.hidden, count);
}

fn check_diff(files: &Files, fixed: Files) {
    let fixed: Vec<_> = fixed
        .into_iter()
        .map(|(path, after)| FixedFile { before: files.get(&path).cloned(), path, after })
        .collect();
    for on_terminal in [false, true] {
        let mut diff = Vec::new();
        report::write_diff(&fixed, STYLE, on_terminal, &mut diff).expect("memory takes it");
        assert_eq!(diff.is_empty(), fixed.is_empty());
        let text = String::from_utf8_lossy(&diff);
        let wild = text.chars().find(|char| char.is_control() && *char != '\n');
        assert!(!on_terminal || wild.is_none(), "{text:?}");
    }
}
