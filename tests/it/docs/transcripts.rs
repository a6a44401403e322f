//! Tests of the output that the README and the pages of `docs/` show. `pages.rs` tests that of the
//! pages about hooks and continuous integration.
//!
//! `.ci/update` rewrites the transcripts. Read the change before you commit it.

use std::path::Path;

use crate::support::archive::TestArchive;
use crate::support::checkout::{assert_generated, documents, text_of};
use crate::support::git::clean_command;
use crate::support::process::{search_path, stdout};
use crate::support::sample;
use crate::support::tools::fences;
use crate::support::transcript;

/// The documents whose commands run in a copy of `fixtures/broken`.
const ON_THE_FIXTURE: &[&str] =
    &["README.md", "docs/fixing.md", "docs/output.md", "docs/suppressing.md"];
/// The document whose commands run in a repository.
const CHANGES: &str = "docs/changes.md";
/// The documents whose commands `pages.rs` runs.
const ELSEWHERE: &[&str] = &["docs/ci.md", "docs/pre-commit.md"];

/// Asserts that the transcripts of a document are current, by running its commands in a folder.
fn assert_current(document: &str, folder: &Path) {
    let fresh = transcript::rerun(&text_of(document), |command| {
        let mut shell = clean_command("sh");
        shell.args(["-c", command]).current_dir(folder).env("PATH", search_path(None));
        let output = shell.output().expect("a shell");
        (output.status.code().expect("a code"), stdout(&output))
    });
    assert_generated(document, &fresh);
}

#[test]
fn commands_on_the_broken_archive_print_what_the_documents_show() {
    for document in ON_THE_FIXTURE {
        assert_current(document, TestArchive::from_fixture("broken").root());
    }
}

#[test]
fn commands_on_a_changed_archive_print_what_the_document_shows() {
    assert_current(CHANGES, sample::repo().root());
}

/// No test reads output in another kind of fence, so nobody would notice when it is out of date.
#[test]
fn output_is_shown_only_in_transcripts_that_tests_run() {
    let traces =
        ["╭─[", " pages, ", " by the baseline", "No problems found", "\n@@ ", "error[", "warning["];
    let tested = [ON_THE_FIXTURE, &[CHANGES], ELSEWHERE].concat();
    for document in documents() {
        for fence in fences(&text_of(&document)) {
            let place =
                format!("{document}: the fence that begins with {:?}", fence.text.lines().next());
            if fence.info == "console" {
                assert!(tested.contains(&&*document), "{place}: add the document to a list above");
                continue;
            }
            let shown = traces.iter().find(|trace| fence.text.contains(**trace));
            assert!(shown.is_none(), "{place}: use a `console` fence, with the command");
            assert!(!fence.text.starts_with("$ "), "{place}: use a `console` fence");
        }
    }
}
