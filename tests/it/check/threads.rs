//! Tests that the number of threads does not change the output.

use super::generated::make_pages;
use crate::support::archive::TestArchive;
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

/// Every thread takes several pieces of the work, and other threads take over some of them.
#[test]
fn output_is_the_same_for_any_number_of_threads_in_an_archive_of_thousands_of_pages() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("archive");
    make_pages(7, 4_000, 200, &root);
    let run = |jobs| {
        let output = dateline(&root, &["check", ".", "--output-format", "json", "--jobs", jobs]);
        (output.status.code(), output.stdout, output.stderr)
    };
    let one = run("1");
    assert_eq!(one.0, Some(1));
    for jobs in ["2", "4", "8"] {
        assert_eq!(one, run(jobs), "{jobs}");
    }
}

#[test]
fn threads_that_search_for_addresses_at_once_do_not_wait_for_each_other() {
    let archive = TestArchive::new();
    archive.write("dateline.toml", "preset = \"jekyll\"\n[rules]\nselect = [\"link/not-found\"]\n");
    for number in 0..600 {
        let day = 1 + number % 28;
        let text = format!(
            "---\ntitle: Event {number}\n---\n\n[x](/2020/01/{day:02}/evnt-{number}.html)\n"
        );
        archive.write(&format!("_posts/2020-01-{day:02}-event-{number}.md"), &text);
    }
    let run = |jobs| {
        let output =
            dateline(archive.root(), &["check", ".", "--output-format", "json", "--jobs", jobs]);
        (output.status.code(), output.stdout)
    };
    let one = run("1");
    assert_eq!(one.0, Some(1));
    for jobs in ["3", "8", "8", "8"] {
        assert_eq!(one, run(jobs), "{jobs}");
    }
}
