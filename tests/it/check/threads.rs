//! Tests that the number of threads does not change the output.

use crate::support::checkout::fixture;
use crate::support::process::dateline;

#[test]
fn output_is_the_same_for_any_number_of_threads() {
    for format in ["human", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit"] {
        let run = |jobs| {
            let options = ["check", "--output-format", format, "--jobs", jobs];
            dateline(&fixture("broken"), &options)
        };
        let one = run("1");
        for jobs in ["2", "4", "8"] {
            let more = run(jobs);
            assert_eq!(
                (&one.stdout, &one.stderr),
                (&more.stdout, &more.stderr),
                "{format}, {jobs}"
            );
        }
    }
}

#[test]
fn output_is_the_same_for_any_number_of_threads_on_every_fixture() {
    let folders = std::fs::read_dir(fixture("")).expect("the fixtures");
    let folders = folders.map(|entry| entry.expect("a fixture").path());
    for folder in folders.filter(|path| path.is_dir()) {
        let run = |jobs| {
            let output =
                dateline(&folder, &["check", ".", "--output-format", "json", "--jobs", jobs]);
            assert!(matches!(output.status.code(), Some(0 | 1)), "{}", folder.display());
            (output.stdout, output.stderr)
        };
        let one = run("1");
        for jobs in ["2", "8"] {
            assert_eq!(one, run(jobs), "{}, {jobs}", folder.display());
        }
    }
}
