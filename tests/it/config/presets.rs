//! Tests of presets: which settings they give, and how `config show` prints them.

use dateline::internals::config::Preset;

use crate::support::archive::TestArchive;
use crate::support::process::{dateline, stderr};

/// Returns what `config show` prints for a settings file.
fn shown(archive: &TestArchive, settings: &str) -> String {
    archive.write("dateline.toml", settings);
    let output = dateline(archive.root(), &["config", "show"]);
    assert!(output.status.success(), "{settings}: {}", stderr(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn parsed(text: &str) -> toml::Table {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Returns the origin of a key below a table, as `config show` prints it.
fn origin<'a>(shown: &'a str, table: &str, key: &str) -> &'a str {
    let lines = shown.lines().skip_while(|line| *line != format!("[{table}]"));
    let mut lines = lines.filter(|line| line.starts_with(&format!("{key} = ")));
    let line = lines.next().unwrap_or_else(|| panic!("{table}.{key} is not in {shown}"));
    line.rsplit_once(" # ").unwrap_or_default().1
}

#[test]
fn the_shown_settings_of_every_preset_give_the_same_settings() {
    let archive = TestArchive::new();
    for name in Preset::NAMES {
        let first = shown(&archive, &format!("preset = {name:?}\n"));
        let second = shown(&archive, &first);
        assert_eq!(parsed(&first), parsed(&second), "{name}");
        // The settings alone say what a preset gives.
        let alone = first.replacen(&format!("preset = {name:?}"), "preset = \"gazette\"", 1);
        let mut alone = parsed(&shown(&archive, &alone));
        alone.insert("preset".to_owned(), name.into());
        assert_eq!(alone, parsed(&first), "{name}");
    }
}

#[test]
fn keys_that_a_preset_gives_name_it_as_their_origin() {
    let archive = TestArchive::new();
    for preset in &Preset::ALL[1..] {
        let name = preset.name();
        let shown = shown(&archive, &format!("preset = {name:?}\n"));
        assert!(shown.lines().any(|line| line.ends_with(" # dateline.toml:1")), "{shown}");
        let given = parsed(preset.settings());
        for (table, keys) in &parsed(&shown) {
            for key in keys.as_table().into_iter().flatten().map(|(key, _)| key) {
                let is_given = given.get(table).is_some_and(|keys| keys.get(key).is_some());
                let origin = origin(&shown, table, key);
                let expected =
                    if is_given { format!("preset {name}") } else { "default".to_owned() };
                assert_eq!(origin, expected, "{name}: {table}.{key}");
            }
        }
    }
}

#[test]
fn a_setting_in_the_file_replaces_only_that_of_the_preset() {
    let archive = TestArchive::new();
    let preset = parsed(&shown(&archive, "preset = \"jekyll\"\n"));
    let text = "preset = \"jekyll\"\n[event]\ndate = { formats = [\"%d.%m.%Y\"] }\nhidden = []\n";
    let shown = shown(&archive, text);
    let mut expected = preset.clone();
    let event = expected["event"].as_table_mut().expect("a table");
    event["date"]["formats"] = vec!["%d.%m.%Y"].into();
    event["hidden"] = toml::Value::Array(Vec::new());
    assert_eq!(parsed(&shown), expected);
    assert_eq!(preset["event"]["date"]["from"], vec!["front.date", "path"].into());
    assert_eq!(origin(&shown, "event", "date"), "dateline.toml:3, preset jekyll");
    assert_eq!(origin(&shown, "event", "hidden"), "dateline.toml:4");
    assert_eq!(origin(&shown, "event", "title"), "preset jekyll");
    assert_eq!(origin(&shown, "layout", "event"), "preset jekyll");
    assert_eq!(origin(&shown, "archive", "exclude"), "default");
}

#[test]
fn lists_of_tables_can_be_emptied() {
    let archive = TestArchive::new();
    let first = shown(&archive, "[event]\nsection = []\n");
    assert_eq!(parsed(&first), parsed(&shown(&archive, &first)));
    let file =
        "preset = \"hugo\"\n[[event.section]]\nname = \"sources\"\nheadings = [\"Sources\"]\n";
    let first = shown(&archive, file);
    assert_eq!(parsed(&first)["event"]["section"].as_array().map(Vec::len), Some(1), "{first}");
    assert_eq!(parsed(&first), parsed(&shown(&archive, &first)));
}
