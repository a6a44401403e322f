//! Tests of command-line paths that a commit has replaced with symbolic links. No file outside the
//! repository may be read or written.

use std::collections::BTreeMap;
use std::fs::{create_dir, read_to_string, remove_file, write};
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::support::archive::{TestArchive, files};
use crate::support::process::{assert_refused, dateline, make_pipe, stderr};

const LINK: &str = " is a symbolic link in ";

/// A repository, and a folder next to it that must not be accessed.
struct ParsedPath {
    _folder: tempfile::TempDir,
    repository: PathBuf,
    victim: PathBuf,
}

impl ParsedPath {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (repository, victim) = (folder.path().join("repository"), folder.path().join("victim"));
        for folder in [&repository, &victim, &repository.join(".git"), &repository.join("real")] {
            create_dir(folder).expect("a folder");
        }
        write(repository.join("dateline.toml"), "").expect("a file");
        write(repository.join("about.md"), "[x](/gone.md)\n").expect("a file");
        Self { _folder: folder, repository, victim }
    }

    fn link(&self, to: &str, at: &str) {
        symlink(to, self.repository.join(at)).expect("a link");
    }

    fn assert_refused(&self, arguments: &[&str], why: &str) {
        let before = self.all();
        assert_refused(&dateline(&self.repository, arguments), why);
        assert_eq!(self.all(), before, "{arguments:?}");
    }

    fn all(&self) -> [BTreeMap<String, Vec<u8>>; 2] {
        [files(&self.repository.join("real")), files(&self.victim)]
    }
}

/// Options that read or write the file `NAME`.
const WRITING: [&[&str]; 5] = [
    &["check", "--output-file", "NAME"],
    &["check", "--baseline", "NAME", "--update-baseline"],
    &["check", "--ledger", "NAME", "--online"],
    &["sources", "status", "--ledger", "NAME"],
    &["sources", "import", "--ledger", "NAME"],
];

fn naming<'a>(options: &[&'a str], name: &'a str) -> Vec<&'a str> {
    options.iter().map(|option| if *option == "NAME" { name } else { option }).collect()
}

#[test]
fn no_file_is_written_through_a_committed_symbolic_link() {
    for is_there in [false, true] {
        let place = ParsedPath::new();
        if is_there {
            write(place.victim.join("file"), "").expect("a file");
            write(place.repository.join("real/file"), "").expect("a file");
        }
        place.link("../victim", "away");
        place.link("real", "inside");
        place.link("../victim/file", "file");
        place.link("inside", "again");
        for options in WRITING {
            for name in ["away/file", "inside/file", "real/../away/file", "file", "again/file"] {
                // If the ledger does not exist, `status` reads nothing.
                if options.contains(&"status") && !is_there && name != "file" {
                    continue;
                }
                place.assert_refused(&naming(options, name), LINK);
            }
        }
    }
}

#[test]
fn without_a_repository_symbolic_links_in_the_settings_folder_are_refused() {
    let place = ParsedPath::new();
    std::fs::remove_dir(place.repository.join(".git")).expect("our own");
    place.link("../victim", "away");
    place.assert_refused(&["check", "--output-file", "away/file"], LINK);
}

/// An error about settings quotes a line of the file, which may be a secret.
#[test]
fn named_settings_do_not_quote_a_file_behind_a_committed_symbolic_link() {
    let place = ParsedPath::new();
    let secret = place.victim.join("secret");
    write(&secret, "machine host password SESAME\n").expect("a file");
    place.link("../victim", "away");
    place.link("../victim/secret", "real/dateline.toml");
    place.link("/proc/self/environ", "real/environment");
    for name in ["away/secret", "real/dateline.toml", "real/environment"] {
        for command in [&["check"][..], &["config", "show"], &["sources", "status"]] {
            let arguments = [command, &["--config", name]].concat();
            let output = dateline(&place.repository, &arguments);
            assert_refused(&output, LINK);
            assert!(!stderr(&output).contains("SESAME"), "{name}: {}", stderr(&output));
        }
    }
    // The user may name the file directly.
    let named = secret.to_str().expect("UTF-8");
    assert_refused(
        &dateline(&place.repository, &["check", "--config", named]),
        "found 1 error in the settings",
    );
}

/// Opening a pipe blocks until another process writes to it.
#[test]
fn named_settings_must_be_a_regular_file() {
    let place = ParsedPath::new();
    make_pipe(&place.repository.join("pipe"));
    for name in ["pipe", "real", "/dev/zero"] {
        place.assert_refused(&["check", "--config", name], "it is not a regular file");
    }
}

#[test]
fn symbolic_links_of_the_user_are_followed() {
    let place = ParsedPath::new();
    let archive = TestArchive::new();
    symlink(&place.repository, archive.root().join("checkout")).expect("a link");
    symlink(place.victim.join("report"), archive.root().join("report")).expect("a link");
    remove_file(archive.root().join("dateline.toml")).expect("our own");
    write(place.victim.join("report"), "").expect("a file");
    let name = |path: &str| archive.root().join(path).to_str().expect("UTF-8").to_owned();
    let run = |options: &[&str], name: &str, code| {
        let output = dateline(&place.repository, &naming(options, name));
        assert_eq!(output.status.code(), Some(code), "{options:?} {name}: {}", stderr(&output));
    };
    run(WRITING[0], &name("report"), 1);
    run(WRITING[0], &name("checkout/real/report"), 1);
    run(WRITING[1], &name("checkout/real/baseline"), 0);
    for report in [place.victim.join("report"), place.repository.join("real/report")] {
        assert!(read_to_string(report).expect("a report").contains("about.md"));
    }
    for device in ["/dev/stdout", "/dev/stderr", "/dev/null"] {
        run(WRITING[0], device, 1);
    }
}
