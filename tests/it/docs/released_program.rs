//! Tests of the Action with a release, which Python's web server serves as GitHub does.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::support::action::{Job, JobResult};
use crate::support::checkout::here;
use crate::support::git::{Repo, clean_command};
use crate::support::process::{DATELINE, write_program};
use crate::support::tools::{self, tool};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A release of the program, and a server for it.
struct Release {
    folder: TempDir,
    server: Child,
    url: String,
}

impl Release {
    /// Creates a release with a program for the musl target of each processor, because the test may run on
    /// either. A script stands in for the program. `.ci/pack` and `.ci/checksums` write the files, as they do
    /// in the workflow.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("program");
        write_program(&program, &format!("#!/bin/sh\nexec '{DATELINE}' \"$@\"\n"));
        let files = folder.path().join("releases").join(format!("v{VERSION}"));
        for target in ["x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl"] {
            let mut pack = clean_command("bash");
            pack.arg(here(".ci/pack")).arg(target).args([&program, &files]);
            assert!(pack.status().expect("bash runs").success());
        }
        let mut python = Command::new(tool("python"));
        python.args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"]);
        python.arg(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = python.spawn().expect("Python runs");
        let mut line = String::new();
        let output = server.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let port = line.split("port ").nth(1).and_then(|rest| rest.split(' ').next());
        let url = format!("http://127.0.0.1:{}/releases", port.expect("a port"));
        let release = Self { folder, server, url };
        release.write_checksums();
        release
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("releases").join(format!("v{VERSION}")).join(name)
    }

    /// Returns the paths of the archives.
    fn archives(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.path("")).expect("a folder");
        let files = files.map(|file| file.expect("a file").path());
        files.filter(|path| path.extension().is_some_and(|end| end == "gz")).collect()
    }

    /// Runs a script of bash in the folder of the release.
    fn script(&self, script: &str, arguments: &[&str]) {
        let mut bash = clean_command("bash");
        bash.args(["-euc", script, "bash"]).args(arguments).current_dir(self.path(""));
        assert!(bash.status().expect("bash runs").success(), "{script}");
    }

    fn write_checksums(&self) {
        let mut checksums = clean_command("bash");
        checksums.arg(here(".ci/checksums")).arg(self.path(""));
        assert!(checksums.status().expect("bash runs").success());
    }

    /// Adds an archive for the gnu target of each processor, which contains this script as the program.
    fn add_gnu(&self, program: &str) {
        self.script(
            "for archive in *-unknown-linux-musl.tar.gz; do\n\
               name=${archive%-musl.tar.gz}-gnu\n\
               mkdir \"$name\"\n\
               printf '%s' \"$1\" >\"$name/dateline\"\n\
               chmod +x \"$name/dateline\"\n\
               tar -czf \"$name.tar.gz\" \"$name\"\n\
               rm -r \"$name\"\n\
             done",
            &[program],
        );
        self.write_checksums();
    }

    /// Runs the Action without a cached program. A script that fails stands in for cargo.
    fn act(&self, repo: &Path) -> JobResult {
        self.act_with(repo, &[])
    }

    /// Runs the Action with these scripts in the place of programs.
    fn act_with(&self, repo: &Path, scripts: &[(&str, &str)]) -> JobResult {
        let mut job = Job::new(repo);
        job.cached = false;
        let programs = job.folder().join("programs");
        for (name, script) in [&[("cargo", "echo \"cargo $1\"\nexit 9\n")], scripts].concat() {
            write_program(&programs.join(name), &format!("#!/bin/sh\n{script}"));
        }
        let rest = tools::search_path();
        let path = std::iter::once(programs).chain(std::env::split_paths(&rest));
        let path = std::env::join_paths(path).expect("a search path");
        let path = path.into_string().expect("UTF-8");
        job.variables.push(("PATH".to_owned(), path));
        job.variables.push(("DATELINE_RELEASES".to_owned(), self.url.clone()));
        job.act(&[])
    }
}

impl Drop for Release {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("about.md", "[x](/gone.md)\n");
    repo.commit("Fill");
    repo
}

#[test]
fn the_program_of_the_release_is_downloaded() {
    let (release, repo) = (Release::new(), repo());
    let ran = release.act(repo.root());
    assert_eq!(ran.code, 1, "{}", ran.log);
    assert!(ran.log.contains("::error file=about.md,"), "{}", ran.log);
    assert!(!ran.log.contains("cargo install"), "{}", ran.log);
}

#[test]
fn a_program_with_another_checksum_is_refused_and_not_built() {
    let (release, repo) = (Release::new(), repo());
    for archive in release.archives() {
        let mut bytes = std::fs::read(&archive).expect("a file");
        bytes.push(0);
        std::fs::write(archive, bytes).expect("a file");
    }
    let ran = release.act(repo.root());
    assert_eq!(ran.code, 2, "{}", ran.log);
    let refusal = "::error title=Dateline::http://127.0.0.1:";
    assert!(ran.log.contains(refusal), "{}", ran.log);
    assert!(ran.log.contains("does not have the checksum of the release"), "{}", ran.log);
    assert!(!ran.log.contains("cargo install"), "{}", ran.log);
}

#[test]
fn without_a_release_of_the_source_files_the_program_is_built() {
    let (release, repo) = (Release::new(), repo());
    let built = |why: &str| {
        let ran = release.act(repo.root());
        assert_eq!(ran.code, 9, "{why}: {}", ran.log);
        assert!(ran.log.contains("cargo install"), "{why}: {}", ran.log);
    };
    for archive in release.archives() {
        std::fs::write(archive, "not an archive").expect("a file");
    }
    release.write_checksums();
    built("archives that cannot be unpacked");
    let sums = std::fs::read_to_string(release.path("SHA256SUMS")).expect("a file");
    let others: String = sums.lines().filter(|line| !line.contains("-linux-")).collect();
    std::fs::write(release.path("SHA256SUMS"), others).expect("a file");
    built("no program for this platform");
    std::fs::remove_file(release.path("SHA256SUMS")).expect("a file");
    built("no checksums");
    std::fs::write(release.path("SOURCE_HASH"), "0".repeat(40) + "\n").expect("a file");
    built("a release of other source files");
    std::fs::remove_dir_all(release.path("")).expect("a folder");
    built("no release");
}

/// A script that says that it is the program for glibc.
fn gnu_program() -> String {
    format!("#!/bin/sh\necho 'for glibc' >&2\nexec '{DATELINE}' \"$@\"\n")
}

#[test]
fn the_program_for_glibc_is_preferred() {
    let (release, repo) = (Release::new(), repo());
    release.add_gnu(&gnu_program());
    let ran = release.act(repo.root());
    assert_eq!(ran.code, 1, "{}", ran.log);
    assert!(ran.log.contains("for glibc"), "{}", ran.log);
}

/// The loader exits with 1 if glibc is too old or missing.
#[test]
fn if_the_program_for_glibc_does_not_run_that_for_musl_is_used() {
    let (release, repo) = (Release::new(), repo());
    release.add_gnu("#!/bin/sh\nexit 1\n");
    let ran = release.act(repo.root());
    assert_eq!(ran.code, 1, "{}", ran.log);
    assert!(ran.log.contains("::error file=about.md,"), "{}", ran.log);
    assert!(!ran.log.contains("cargo install"), "{}", ran.log);
}

/// On Windows, tar reads the `D:` in the path of an archive as the name of a host.
#[test]
fn tar_never_gets_the_path_of_an_archive() {
    let (release, repo) = (Release::new(), repo());
    let tar = "case $* in *.gz*) exit 2 ;; esac\nPATH=/usr/bin:/bin exec tar \"$@\"\n";
    let ran = release.act_with(repo.root(), &[("tar", tar)]);
    assert_eq!(ran.code, 1, "{}", ran.log);
    assert!(!ran.log.contains("cargo install"), "{}", ran.log);
}

#[test]
fn only_this_machine_may_serve_a_release_without_encryption() {
    let (mut release, repo) = (Release::new(), repo());
    for url in [
        "http://example.org/releases",
        "file:///tmp",
        "http://127.0.0.1.example.org/releases",
        "http://127.0.0.1:80@example.org/releases",
    ] {
        url.clone_into(&mut release.url);
        let ran = release.act(repo.root());
        assert_eq!(ran.code, 2, "{url}: {}", ran.log);
        assert!(ran.log.contains("::error title=Dateline::DATELINE_RELEASES must"), "{}", ran.log);
        assert!(!ran.log.contains("cargo install"), "{}", ran.log);
    }
}
