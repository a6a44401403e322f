//! Tests of every rule page. The examples of a page are small archives with their expected
//! findings.
//!
//! `.ci/update` rewrites the `diagnostics` fences and `rules/README.md`. Read the change
//! before you commit it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dateline::internals::config::{ConfigText, RuleSet, RuleSettings, Settings, file};
use dateline::internals::diagnostic::Severity;
use dateline::internals::rule::{Check, Rule};
use dateline::internals::rules::RULES;

use crate::support::archive::TestArchive;
use crate::support::checkout::{assert_generated, here, is_updating};
use crate::support::rule_pages::{Case, Expectation, RulePage};

#[test]
fn every_case_of_every_rule_page_is_reported_as_documented() {
    let mut failures = String::new();
    let mut cases = 0;
    for rule in RULES {
        let path = format!("rules/{}.md", rule.id);
        let page = RulePage::parse(rule.page);
        let mut rewritten = page.clone();
        for (index, case) in page.cases().enumerate() {
            cases += 1;
            let reported = case.run(rule.id);
            match &case.expectation {
                Expectation::Silent if reported.is_empty() => {
                    let fixed = case.fix(rule.id);
                    assert!(fixed.is_empty(), "{} line {}: {fixed:?}", rule.id, case.line);
                }
                Expectation::Silent => {
                    let _ = writeln!(
                        failures,
                        "{} line {}: a good case is reported:\n{reported}",
                        rule.id, case.line
                    );
                }
                Expectation::Reported(_) if reported.is_empty() => {
                    let _ = writeln!(
                        failures,
                        "{} line {}: a bad case is not reported",
                        rule.id, case.line
                    );
                }
                Expectation::Reported(expected) if *expected != reported => {
                    rewritten.set_expectation(index, &reported);
                    if !is_updating() {
                        let _ = writeln!(
                            failures,
                            "{} line {}: expected\n{expected}\nreported\n{reported}",
                            rule.id, case.line
                        );
                    }
                }
                Expectation::Reported(_) => {}
            }
            failures.push_str(&missing_files(case, &reported, rule.id));
            failures.push_str(&fixed_otherwise(case, index, rule.id, &mut rewritten));
        }
        if is_updating() {
            assert_generated(&path, &rewritten.render());
        }
    }
    assert!(cases > 200, "only {cases} cases were found: are the pages read?");
    assert!(failures.is_empty(), "{failures}");
}

/// The cases above are checked in memory.
#[test]
fn every_offline_rule_reports_something_when_the_program_runs() {
    for rule in RULES.iter().filter(|rule| !matches!(rule.check, Check::Online(_))) {
        // The results of these rules depend on the day, on permissions or on the file system. Other
        // tests run the program for them.
        if ["date/future", "archive/unreadable", "archive/name-collision"].contains(&rule.id) {
            continue;
        }
        let reports = |case: &Case| {
            let archive = TestArchive::with_files(&case.files_with_settings());
            let found = archive.findings(&["--select", "all"]);
            found.iter().any(|(found, ..)| found == rule.id)
        };
        assert!(
            RulePage::parse(rule.page).cases().any(reports),
            "{}: the program reports no case of the rule's page",
            rule.id
        );
    }
}

/// Returns a failure message if a case shows fixed pages that differ from those that the fix
/// produces.
fn fixed_otherwise(case: &Case, index: usize, rule: &str, page: &mut RulePage) -> String {
    let fixed = case.fix(rule);
    let expected: Vec<_> =
        case.fixed.iter().map(|file| (file.path.clone(), file.content.clone())).collect();
    if case.fixed.is_empty() || fixed == expected {
        return String::new();
    }
    let paths = |files: &[(String, String)]| -> Vec<String> {
        files.iter().map(|(path, _)| path.clone()).collect()
    };
    if paths(&fixed) != paths(&expected) {
        let (fixed, expected) = (paths(&fixed), paths(&expected));
        return format!("{rule} line {}: fixed are {fixed:?}, shown are {expected:?}\n", case.line);
    }
    for (place, (path, content)) in fixed.iter().enumerate() {
        page.set_fixed(index, place, content);
        if !is_updating() && case.fixed[place].content != *content {
            return format!("{rule} line {}: {path} becomes\n{content}", case.line);
        }
    }
    String::new()
}

/// Returns a failure message if the files with findings are not exactly the files marked `bad`.
fn missing_files(case: &Case, reported: &str, rule: &str) -> String {
    let paths: BTreeSet<&str> = reported
        .lines()
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split(':').next())
        .collect();
    let bad: BTreeSet<&str> =
        case.files.iter().filter(|file| file.bad).map(|file| file.path.as_str()).collect();
    if reported.is_empty() || paths == bad {
        return String::new();
    }
    format!("{rule} line {}: marked bad are {bad:?}, reported are {paths:?}\n", case.line)
}

#[test]
fn every_rule_has_a_page_a_module_and_examples() {
    let listed: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(listed.len(), RULES.len(), "a rule is listed twice");
    assert!(RULES.len() <= RuleSet::CAPACITY, "more rules than a set of rules can hold");
    for (folder, extension) in [("rules", "md"), ("src/rules", "rs")] {
        let mut files = files_in(folder, extension);
        files.retain(|name| !name.ends_with("/mod"));
        let unlisted: Vec<_> = files.difference(&listed).collect();
        assert!(
            unlisted.is_empty(),
            "{folder} has files of {unlisted:?}: add a line for each to RULES in src/rules/mod.rs"
        );
        let missing: Vec<_> = listed.difference(&files).collect();
        assert!(
            missing.is_empty(),
            "RULES lists {missing:?}: add a file for each to {folder}, with the name of the rule"
        );
    }
    for rule in RULES {
        let page = RulePage::parse(rule.page);
        let id = rule.id;
        let prose = rule.page.strip_prefix(&format!("# {id}\n\n"));
        let prose = prose.unwrap_or_else(|| panic!("{id}: the page has another title"));
        assert!(prose.starts_with("Reports "), "{id}: the page does not begin with `Reports …`");
        assert_eq!(
            rule.fix.is_some(),
            page.cases().any(|case| !case.fixed.is_empty()),
            "{id}: it claims a fix and no case shows one, or the other way round"
        );
        for part in ["Why", "See also"] {
            assert!(section(rule.page, part).is_some(), "{id}: the page has no part `{part}`");
        }
        check_options(rule);
        // The page of a rule cannot show an unreadable file. Another test runs the program on such
        // a file.
        if id != "archive/unreadable" {
            assert!(section(rule.page, "Examples").is_some(), "{id}: the page has no examples");
            let bad = |case: &Case| case.expectation != Expectation::Silent;
            assert!(page.cases().any(bad), "{id}: no case shows a finding");
            assert!(page.cases().any(|case| !bad(case)), "{id}: no case shows what is fine");
        }
        let legal = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte.is_ascii_digit())
        };
        assert!(id.split('/').count() == 2 && id.split('/').all(legal), "{id} is no rule id");
        assert!(!rule.summary.ends_with('.') && rule.summary.len() <= 80, "{id}: the summary");
    }
}

/// Returns the text of a page below a level-2 heading.
fn section<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let (_, behind) = page.split_once(&format!("\n## {heading}\n"))?;
    Some(behind.split("\n## ").next().unwrap_or_default())
}

/// Asserts that every setting of a rule exists, and that the page describes these settings and no
/// others.
fn check_options(rule: &Rule) {
    let id = rule.id;
    let documented = section(rule.page, "Options");
    assert_eq!(
        documented.is_some(),
        !rule.options.is_empty(),
        "{id}: options and their part of the page"
    );
    for option in rule.options {
        let (table, key) = option.split_once('.').expect("a table and its key");
        let keys = known_keys(table);
        assert!(keys.iter().any(|known| known == key), "{id}: there is no setting `{option}`");
        let is_list = matches!(key, "section" | "field");
        let known = if is_list { format!("[[{option}]]") } else { format!("[{table}]") };
        let is_documented = documented.unwrap_or_default().split("\n- ").any(|entry| {
            entry.contains(&format!("`{known}`"))
                && (known.starts_with("[[") || entry.contains(&format!("`{key}")))
        });
        assert!(is_documented, "{id}: the page does not tell of the setting `{option}`");
    }
}

/// Returns the keys of a table of settings, as the error message about an unknown key lists them.
fn known_keys(table: &str) -> Vec<String> {
    let infos = dateline::internals::rules::infos();
    let settings = Settings::defaults(PathBuf::from("/"), RuleSettings::defaults(&infos));
    let text = format!("[{table}]\nno-key-that-is-near-to-any = 1\n");
    let text = Arc::new(ConfigText { path: PathBuf::from("dateline.toml"), text });
    let errors = file::read(&text, &mut settings.expect("the defaults are sound"));
    let errors = errors.expect_err("an unknown key");
    let help = errors.kept[0].problem.help().unwrap_or_default();
    let known = help.strip_prefix("known keys: ").unwrap_or_default();
    known.split(", ").map(str::to_owned).collect()
}

/// Returns the files in the direct subfolders of a folder, as `group/name` in kebab case.
fn files_in(folder: &str, extension: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for group in std::fs::read_dir(here(folder)).expect("the folder is there") {
        let group = group.expect("an entry").path();
        if !group.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(&group).expect("a folder") {
            let file = file.expect("an entry").path();
            if file.extension().is_some_and(|found| found == extension) {
                let name = |path: &Path| {
                    path.file_stem().unwrap_or_default().to_string_lossy().replace('_', "-")
                };
                found.insert(format!("{}/{}", name(&group), name(&file)));
            }
        }
    }
    found
}

#[test]
fn the_index_of_rules_is_current() {
    let mut index = String::from(
        "# The rules\n\nGenerated from the list in `src/rules/mod.rs` by `.ci/update`.\n\n",
    );
    index.push_str("| rule | severity | scope | fix | reports |\n|---|---|---|---|---|\n");
    for rule in RULES {
        let severity = rule.severity.map_or("off", Severity::name);
        let scope = rule.check.scope();
        let id = rule.id;
        let (fix, summary) = (rule.fix_name(), rule.summary);
        let _ = writeln!(index, "| [{id}]({id}.md) | {severity} | {scope} | {fix} | {summary} |");
    }
    assert_generated("rules/README.md", &index);
}
