//! Tests of `dateline completions`.

use crate::support::checkout::here;
use crate::support::process::{assert_refused, dateline, stdout};

#[test]
fn scripts_complete_commands_options_and_rules() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = dateline(&here(""), &["completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{shell}");
        let script = stdout(&output);
        for word in ["explain", "completions", "stdin-filename", "repair"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        // The scripts for the other shells complete no values.
        let completes_values = ["bash", "zsh", "fish"].contains(&shell);
        assert_eq!(script.contains("related/not-found"), completes_values, "{shell}");
    }
}

#[test]
fn an_unknown_shell_is_refused() {
    let output = dateline(&here(""), &["completions", "tcsh"]);
    assert_refused(&output, "[possible values: bash, elvish, fish, powershell, zsh]");
}

/// The completions know the ids of rules. The parser must not, so that its messages suggest one.
#[test]
fn unknown_rules_are_still_suggested() {
    let output = dateline(&here(""), &["explain", "related/notfound"]);
    assert_refused(&output, "did you mean related/not-found?");
}
