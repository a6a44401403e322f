//! The rules of one group: their findings lie within the pages, contain no control characters for
//! terminals, and offer only fixes that can be applied.

use std::collections::{BTreeMap, BTreeSet};

use dateline::internals::archive::Archive;
use dateline::internals::config::{RuleSet, rules::select};
use dateline::internals::diagnostic::{Diagnostic, EditTarget, Finding, is_unprintable};
use dateline::internals::fix::apply;
use dateline::internals::linter::Linted;
use dateline::internals::rules::{self, RULES};
use dateline::internals::source_status::{Evidence, Outcome, Verdict};
use dateline::internals::span::SourceText;

use super::archives::{self, shown};
use super::memory::{self, Files, Memory};
use super::pages::fits;

/// Returns all rules, including those that are off by default.
pub fn all_rules() -> RuleSet {
    (0..RULES.len()).collect()
}

/// Runs the rules of a group on an archive.
pub fn check(group: &str, data: &[u8]) {
    let files = archives::read(data);
    let (archive, found) = run(group, &files);
    for found in &found {
        check_finding(&archive, &files, found);
    }
}

/// Returns the rules of a group that find something in an archive.
#[must_use]
pub fn reached(group: &str, data: &[u8]) -> BTreeSet<&'static str> {
    let (_, found) = run(group, &archives::read(data));
    let is_of_group = |id: &&str| rules::find(id).is_ok_and(|rule| rule.group() == group);
    found.iter().map(|found| found.rule).filter(is_of_group).collect()
}

fn run(group: &str, files: &Files) -> (Archive, Vec<Diagnostic>) {
    let mut settings = archives::settings(files);
    // Run all rules for `archive`, because whether a suppression comment is unused depends on the
    // rules that it names.
    let selected = match group {
        "archive" => all_rules(),
        _ => select(&rules::infos(), group).expect("a group"),
    };
    settings.rules.command(Some(selected), RuleSet::default(), RuleSet::default());
    let archive = memory::archive(files, &[], &settings);
    let online = |mut linted: Linted<'_>| {
        let outcomes: Vec<_> = linted.source_urls(&|_| true).into_iter().map(answered).collect();
        linted.online(&outcomes);
        linted.finish()
    };
    let (found, _) = memory::lint(&settings, &archive, &Memory(files), true, online);
    (archive, found)
}

/// Returns the outcome for a URL. If the URL contains the name of a verdict, the outcome has that
/// verdict.
fn answered(url: String) -> Outcome {
    let named = |verdict: &Verdict| url.contains(verdict.name());
    let verdict = Verdict::ALL.into_iter().find(named).unwrap_or(Verdict::Alive);
    let final_url = match url.strip_prefix("http:") {
        Some(rest) => Some(format!("https:{rest}")),
        None => (verdict == Verdict::Moved).then(|| format!("{url}/new")),
    };
    let status = (verdict == Verdict::Dead).then_some(410);
    let evidence = Evidence { status, final_url, ..Evidence::default() };
    Outcome { url, verdict, evidence }
}

fn check_finding(archive: &Archive, files: &Files, found: &Diagnostic) {
    let finding = &found.finding;
    let report = || format!("{}: {finding:?}\n{}", found.rule, shown(files));
    // In memory, every file can be read, so this finding means that a rule or the parser panicked.
    assert_ne!(found.rule, "archive/unreadable", "{}", report());
    let text = |file| SourceText::from_bytes(&files[archive.path(file)]);
    fits(text(found.file).text(), finding.span, found.rule);
    for label in &finding.labels {
        fits(text(label.file).text(), label.span, found.rule);
    }
    for words in words(finding) {
        assert!(!words.contains(is_unprintable), "{}", report());
    }
    let Some(fix) = &finding.fix else { return };
    let rule = rules::find(found.rule).expect("a rule");
    let sure = rule.fix.unwrap_or_else(|| panic!("a rule without fixes: {}", report()));
    assert!(sure <= fix.applicability, "surer than its rule: {}", report());
    assert!(!fix.edits.is_empty(), "{}", report());
    let mut edits: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for edit in &fix.edits {
        match &edit.target {
            EditTarget::File(file) => edits.entry(*file).or_default().push(edit),
            EditTarget::New(path) => assert!(!files.contains_key(path), "{}", report()),
        }
    }
    for (file, edits) in edits {
        let bytes = &files[archive.path(file)];
        let after = apply(bytes, &edits).unwrap_or_else(|| panic!("no fix: {}", report()));
        assert_ne!(&after, bytes, "a fix that changes nothing: {}", report());
        assert!(str::from_utf8(bytes).is_ok(), "a page that is not UTF-8: {}", report());
    }
}

/// Returns all texts of a finding.
fn words(finding: &Finding) -> impl Iterator<Item = &str> {
    let labels = finding.labels.iter().map(|label| label.message.as_str());
    let fix = finding.fix.iter().map(|fix| fix.message.as_str());
    let help = finding.help.as_deref().into_iter();
    std::iter::once(finding.message.as_str()).chain(help).chain(labels).chain(fix)
}
