//! Tests of the settings in `docs/archives.md`.

use crate::support::archive::TestArchive;
use crate::support::checkout::{fixture, text_of};
use crate::support::process::stderr;
use crate::support::tools::fences;

/// Returns the settings in the document, in order.
fn settings() -> Vec<String> {
    let fences = fences(&text_of("docs/archives.md")).into_iter();
    fences.filter(|fence| fence.info == "toml").map(|fence| fence.text).collect()
}

#[test]
fn documented_settings_are_valid() {
    let all = settings();
    assert!(all.len() > 8, "{all:?}");
    for settings in all {
        let archive = TestArchive::new();
        archive.write("content/index.html", "");
        archive.write("dateline.toml", &settings);
        let output = archive.check(&[]);
        assert_eq!(output.status.code(), Some(0), "{settings}\n{}", stderr(&output));
    }
}

#[test]
fn documented_archives_are_the_fixtures() {
    let all = settings();
    for name in ["jekyll", "hugo", "zola", "pelican", "minutes"] {
        let path = fixture(name).join("dateline.toml");
        let text = std::fs::read_to_string(path).expect("settings");
        assert!(all.contains(&text), "{name}");
    }
}
