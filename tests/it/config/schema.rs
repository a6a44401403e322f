//! Tests of the JSON Schema of `dateline.toml`: it must accept and refuse the same settings as the
//! program.

use std::sync::Arc;

use dateline::internals::config::definitions::{FILE, Setting, Shape};
use dateline::internals::config::toml_text::TomlValue;
use dateline::internals::config::values::values;
use dateline::internals::config::{ConfigText, RuleSettings, Settings, file};
use dateline::internals::rules::{RULES, infos};
use jsonschema::Validator;
use serde_json::Value;

use crate::support::checkout::{assert_generated, fixture, here, text_of};
use crate::support::init::{copy, folder, init};
use crate::support::process::{dateline, stdout};
use crate::support::rule_pages::RulePage;
use crate::support::styles::{SECTIONS, Style};
use crate::support::tools::fences;

/// Returns the schema that the program prints.
fn schema() -> Value {
    let output = dateline(&here(""), &["config", "schema"]);
    assert_eq!(output.status.code(), Some(0));
    serde_json::from_str(&stdout(&output)).expect("JSON")
}

/// Settings files name the address of this file at the version's tag.
#[test]
fn the_schema_file_is_current() {
    let schema = stdout(&dateline(&here(""), &["config", "schema"]));
    assert_generated("dateline.schema.json", &schema);
}

#[test]
fn inferred_settings_name_the_schema_of_this_version() {
    let archive = folder();
    copy(&fixture("gazette"), archive.path());
    std::fs::remove_file(archive.path().join("dateline.toml")).unwrap_or_default();
    let settings = init(archive.path());
    let url = settings.lines().next().and_then(|line| line.strip_prefix("#:schema "));
    assert_eq!(url, schema()["$id"].as_str());
    let file = concat!("/raw/v", env!("CARGO_PKG_VERSION"), "/dateline.schema.json");
    assert!(url.is_some_and(|url| url.ends_with(file)), "{url:?}");
}

fn validator() -> Validator {
    let schema = schema();
    assert!(jsonschema::meta::is_valid(&schema), "the schema is not valid itself");
    jsonschema::draft202012::new(&schema).expect("a schema")
}

/// Reads settings as the program does. Returns the messages of all errors.
fn read(text: &str) -> Vec<String> {
    let text = Arc::new(ConfigText { path: "dateline.toml".into(), text: text.to_owned() });
    let mut settings =
        Settings::defaults("/archive".into(), RuleSettings::defaults(&infos())).expect("defaults");
    match file::read(&text, &mut settings) {
        Ok(()) => Vec::new(),
        Err(errors) => errors.kept.iter().map(ToString::to_string).collect(),
    }
}

/// Returns the errors that the schema reports in settings.
fn validate(validator: &Validator, text: &str) -> Vec<String> {
    let table: toml::Table = toml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let value = serde_json::to_value(table).expect("JSON");
    validator.iter_errors(&value).map(|error| error.to_string()).collect()
}

fn assert_accepted(validator: &Validator, text: &str, of: &str) {
    let (read, validated) = (read(text), validate(validator, text));
    assert!(read.is_empty() && validated.is_empty(), "{of}: {read:?} {validated:?}\n{text}");
}

/// Returns all settings, including tables, with their dotted names.
fn all() -> Vec<(String, &'static Setting)> {
    fn add(settings: &'static [Setting], before: &str, all: &mut Vec<(String, &'static Setting)>) {
        for setting in settings {
            let name = format!("{before}{}", setting.name);
            all.push((name.clone(), setting));
            add(setting.settings(), &format!("{name}."), all);
        }
    }
    let mut settings = Vec::new();
    add(FILE, "", &mut settings);
    settings
}

#[test]
fn settings_files_of_the_repository_are_valid() {
    let validator = validator();
    for name in ["gazette", "annals-zh", "broken"] {
        let path = fixture(name).join("dateline.toml");
        let text = std::fs::read_to_string(path).expect("settings");
        assert_accepted(&validator, &text, name);
    }
    let mut cases = 0;
    for rule in RULES {
        for config in RulePage::parse(rule.page).cases().filter_map(|case| case.config.as_deref()) {
            cases += 1;
            assert_accepted(&validator, config, rule.id);
        }
    }
    assert!(cases > 10, "only {cases} pages of rules have settings");
}

#[test]
fn settings_in_the_documentation_are_valid() {
    let validator = validator();
    let mut count = 0;
    for path in ["README.md", "docs/ci.md", "docs/pre-commit.md", "docs/configuration.md"] {
        for fence in fences(&text_of(path)).iter().filter(|fence| fence.info == "toml") {
            count += 1;
            assert_accepted(&validator, &fence.text, path);
        }
    }
    assert!(count > 10, "only {count} fences were found");
}

#[test]
fn generated_and_shown_settings_are_valid() {
    let validator = validator();
    let check = |root: &std::path::Path| {
        std::fs::remove_file(root.join("dateline.toml")).unwrap_or_default();
        assert_accepted(&validator, &init(root), "init");
        let shown = dateline(root, &["config", "show"]);
        assert_accepted(&validator, &stdout(&shown), "config show");
    };
    for name in ["gazette", "annals-zh", "broken"] {
        let archive = folder();
        copy(&fixture(name), archive.path());
        check(archive.path());
    }
    for sections in SECTIONS {
        let archive = folder();
        Style { sections: sections.to_vec(), prefix: Some("/zh"), ..Style::default() }
            .write(archive.path(), 20);
        check(archive.path());
    }
}

#[test]
fn wrong_settings_are_refused_by_the_program_and_the_schema() {
    let validator = validator();
    for text in [
        "[archiv]\n",
        "[archive]\nexlude = []\n",
        "[archive]\nexclude = 3\n",
        "[archive]\nurl-prefixes = \"zh\"\n",
        "[archive]\nurl-prefixes = \"//\"\n",
        "[site]\nhost = \"https://h.example/\"\n",
        "[site]\nhost = \"[::1]:1313\"\n",
        "[site]\ncontent = \"/content\"\n",
        "[site]\nstatic = \"a//b\"\n",
        "[site]\nlanguages = [\"d e\"]\n",
        "[site]\ngenerated = [\"tags/\"]\n",
        "[event]\ntitle = { level = 7 }\n",
        "[event]\ndate = { formats = [] }\n",
        "[event]\ntopic = { required = 1 }\n",
        "[[event.section]]\nname = \"sources\"\n",
        "[[event.section]]\nheadings = \"a\"\n",
        "[[event.section]]\nname = \"a\"\nheadings = []\n",
        "[[event.section]]\nname = \"a\"\nheadings = \"b\"\norder = 1000\n",
        "preset = \"jekyl\"\n",
        "[archive]\nfront-matter = [\"json\"]\n",
        "[event]\ntitle = { from = \"titel\" }\n",
        "[event]\nhidden = [\"draft\"]\n",
        "[[event.field]]\nname = \"a\"\n",
        "[day]\ntopic = { required = true }\n",
        "[day]\nprevious = { policy = \"nearst\" }\n",
        "[rules]\nignore = \"link/malfomed\"\n",
        "[rules]\nseverity = { link = \"fatal\" }\n",
        "[rules]\nseverity = { lnk = \"error\" }\n",
        "[[rules.override]]\nignore = \"date\"\n",
        "[[rules.override]]\nfiles = []\n",
        "[sources]\ndelay = \"soon\"\n",
        "[sources]\ndelay = 2\n",
        "[sources]\nconcurrency = 0\n",
        "[sources.hosts]\n\"a.example\" = true\n",
        "[sources.hosts.\"a.example\"]\nconcurrency = 65\n",
        "[sources.hosts.\"a.example\"]\nheader = \"x\"\n",
    ] {
        assert!(!read(text).is_empty(), "the program accepts {text}");
        assert!(!validate(&validator, text).is_empty(), "the schema accepts {text}");
    }
}

/// Asserts that the schema describes every property. Adds the number of properties to `count`.
fn described(schema: &Value, at: &str, count: &mut usize) {
    for (key, property) in schema["properties"].as_object().into_iter().flatten() {
        assert!(property["description"].is_string(), "{at}.{key}");
        *count += 1;
        for inner in [property, &property["items"], &property["additionalProperties"]] {
            described(inner, &format!("{at}.{key}"), count);
        }
    }
}

#[test]
fn every_setting_has_a_description() {
    let schema = schema();
    for (name, setting) in all() {
        let about = setting.about;
        assert!(about.ends_with('.') && about.len() > 20, "{name}: {about:?}");
        let has_value = setting.default.is_some() || setting.example.is_some();
        assert!(has_value || !setting.settings().is_empty(), "{name} has no default or example");
    }
    let mut count = 0;
    described(&schema, "", &mut count);
    assert_eq!(count, all().len());
}

/// Returns settings in which one setting has this value.
fn file_with(name: &str, value: &str) -> String {
    let name = name.replace("sources.hosts.", "sources.hosts.\"a.example\".");
    let (table, key) = name.rsplit_once('.').expect("a table");
    match table {
        "event.section" | "event.field" => {
            let place = if table == "event.section" { "headings" } else { "from" };
            let others = [("name", "\"a\""), (place, "\"front.b\"")];
            let others = others.iter().filter(|(other, _)| *other != key);
            let others = others.map(|(other, value)| format!("{other} = {value}"));
            let others = others.collect::<Vec<_>>().join("\n");
            format!("[[{table}]]\n{others}\n{key} = {value}\n")
        }
        "rules.override" if key == "files" => format!("[[{table}]]\nfiles = {value}\n"),
        "rules.override" => format!("[[{table}]]\nfiles = \"a\"\n{key} = {value}\n"),
        _ => format!("[{table}]\n{key} = {value}\n"),
    }
}

#[test]
fn defaults_and_examples_are_valid() {
    let validator = validator();
    for (name, setting) in all().iter().filter(|(name, _)| name.contains('.')) {
        for value in setting.default.into_iter().chain(setting.example) {
            assert_accepted(&validator, &file_with(name, value), name);
        }
    }
}

#[test]
fn shown_values_are_those_of_described_settings() {
    let settings =
        Settings::defaults("/archive".into(), RuleSettings::defaults(&infos())).expect("defaults");
    let values = values(&settings);
    let mut unset = Vec::new();
    for (name, setting) in all() {
        let parent = name.rsplit_once('.').map_or("", |(parent, _)| parent);
        let is_of_table = FILE.iter().any(|table| table.name == parent);
        if is_of_table && values.find(&name).is_none() {
            unset.push(name);
        } else if let Shape::Table(_) = setting.shape {
            for (key, _) in values.find(&name).map(TomlValue::entries).unwrap_or_default() {
                assert!(setting.settings().iter().any(|one| one.name == key), "{name}.{key}");
            }
        }
    }
    let without_default = ["sources.ledger", "sources.budget", "sources.contact"];
    let by_other_means = ["archive.root", "rules.extend-select"];
    assert_eq!(unset, by_other_means.into_iter().chain(without_default).collect::<Vec<_>>());
}

#[test]
fn the_schema_accepts_the_lengths_of_time_that_the_program_reads() {
    let validator = validator();
    let valid = ["250ms", "20s", "5m", "1h", "0s", "1h30m", "2h5m10s20ms", "1m500ms"];
    let invalid = [
        "",
        "5",
        "h",
        "-5s",
        "+5s",
        "1.5h",
        "1h 30m",
        "PT1H",
        "30m1h",
        "1m1m",
        "5 minutes",
        "5min",
        "1d",
        "5M",
        "1h30m ago",
    ];
    let cases = valid.map(|text| (text, true)).into_iter().chain(invalid.map(|text| (text, false)));
    for (text, is_valid) in cases {
        let settings = format!("[sources]\ntimeout = \"{text}\"\n");
        assert_eq!(read(&settings).is_empty(), is_valid, "the program: {text:?}");
        assert_eq!(validate(&validator, &settings).is_empty(), is_valid, "the schema: {text:?}");
    }
}
