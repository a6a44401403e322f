//! End-to-end tests of writing: while another program writes, when the program is killed, and when
//! the system refuses to write. The tests of `session::fs` make each system call fail.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::archive::{TestArchive, files};
use crate::support::process::{DATELINE, dateline, make_pipe, stderr, stdout};
use crate::support::random::Random;

const FOLDER: &str = "news/2012/03/25";
const FIX: [&str; 4] = ["check", "--fix", "--ignore", "day"];

/// Returns pages that all begin with a byte order mark, which a fix removes.
fn pages(count: usize) -> BTreeMap<String, Vec<u8>> {
    let page = |number| {
        let body = "A line of text that makes the page longer.\n".repeat(number);
        let head = format!("\u{FEFF}### [2012-03-25](/{FOLDER}/index.md)\n\n# Event {number}\n\n");
        (format!("{FOLDER}/event-{number}.md"), format!("{head}{body}").into_bytes())
    };
    (0..count).map(page).collect()
}

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(DATELINE);
    command.args(arguments).current_dir(folder).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Returns the temporary files in an archive.
fn left(archive: &TestArchive) -> Vec<String> {
    files(archive.root()).into_keys().filter(|path| path.contains("/.dateline-")).collect()
}

#[test]
fn changes_saved_during_a_fix_are_never_lost() {
    let before = pages(80);
    let paths: Vec<&String> = before.keys().collect();
    let mut random = Random(1);
    let (mut saved, mut fixed) = (0, 0);
    for round in 0..12 {
        let archive = TestArchive::with_files(&before);
        let mut child = program(archive.root(), &FIX).spawn().expect("the program runs");
        let mut latest = BTreeMap::new();
        while child.try_wait().expect("it can be asked").is_none() {
            let path = paths[random.below(80)];
            let page = archive.root().join(path);
            let text = format!("# Event\n\nSaved as number {saved} of round {round}.\n");
            let beside = archive.root().join("saved~");
            std::fs::write(&beside, &text).expect("a file");
            std::fs::rename(&beside, &page).expect("an editor may save");
            latest.insert(path, text);
            saved += 1;
            let pause = u64::try_from(random.below(2000)).expect("small");
            std::thread::sleep(std::time::Duration::from_micros(pause));
        }
        for (path, text) in &latest {
            let found = std::fs::read_to_string(archive.root().join(path)).expect("a file");
            assert_eq!(&found, text, "{path} in round {round}");
        }
        assert_eq!(left(&archive), Vec::<String>::new());
        let after = files(archive.root());
        fixed += paths.iter().filter(|path| !after[**path].starts_with(b"\xEF\xBB\xBF")).count();
        fixed -= latest.len();
    }
    assert!(saved > 12 && fixed > 0, "{saved} saved and {fixed} mended: this shows nothing");
}

#[test]
fn the_next_fix_removes_temporary_files_of_a_killed_one() {
    let before = pages(40);
    let mut leftovers = 0;
    for round in 0..30 {
        let archive = TestArchive::with_files(&before);
        let other = format!("{FOLDER}/.dateline-note.tmp");
        archive.write(&other, "a stranger's\n");
        if round % 3 == 0 {
            // The walk does not list this file.
            archive.write(".gitignore", ".dateline-*\n");
        }
        let mut child = program(archive.root(), &FIX).spawn().expect("the program runs");
        let folder = archive.root().join(FOLDER);
        let is_writing = || {
            let names = std::fs::read_dir(&folder).expect("a folder").flatten();
            names.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(b".date")).count()
                > 1
        };
        while !is_writing() && child.try_wait().expect("it can be asked").is_none() {}
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        let found = left(&archive).len() - 1;
        leftovers += found;
        let output = dateline(archive.root(), &FIX);
        assert_eq!(left(&archive), [other], "round {round}: {}", stderr(&output));
        let removed =
            stderr(&output).contains("removed 1 temporary file left behind by a killed run\n");
        assert_eq!(removed, found == 1, "{}", stderr(&output));
    }
    assert!(leftovers > 0, "no run was killed while it wrote: this shows nothing");
}

/// The archive's `.gitignore` excludes the temporary files, so the walk does not find them.
#[test]
fn a_fix_removes_leftover_temporary_files_from_all_checked_folders() {
    let archive = TestArchive::new();
    archive.write(".gitignore", "*.tmp\n");
    for page in ["about.md", "news/here.md", "away/there.md"] {
        archive.write(page, "A page with nothing to mend.\n");
    }
    let leave = |folder: &str| {
        let file = archive.write(&format!("{folder}/.dateline-0123456789abcdef.tmp"), "");
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(file, private).expect("permissions");
    };
    for folder in [".", "news", "away"] {
        leave(folder);
    }
    let is_left =
        |path: &str| archive.root().join(path).join(".dateline-0123456789abcdef.tmp").exists();
    let fix = |path: &str| stderr(&dateline(archive.root(), &["check", "--fix", path]));
    let errors = fix("news/here.md");
    assert!(errors.contains("removed 1 temporary file left behind by a killed run\n"), "{errors}");
    assert_eq!([".", "news", "away"].map(is_left), [true, false, true]);
    let errors = fix(".");
    assert!(errors.contains("removed 2 temporary files left behind by a killed run\n"), "{errors}");
    assert_eq!([".", "news", "away"].map(is_left), [false; 3]);
}

#[test]
fn a_run_that_only_checks_removes_nothing() {
    let archive = TestArchive::with_files(&pages(1));
    let path = format!("{FOLDER}/.dateline-0123456789abcdef.tmp");
    let file = archive.write(&path, "");
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(file, private).expect("permissions");
    for arguments in [&["check"][..], &["check", "--diff"], &["rules"], &["init", "--dry-run"]] {
        dateline(archive.root(), arguments);
        assert_eq!(left(&archive), [path.as_str()], "{arguments:?}");
    }
    dateline(archive.root(), &FIX);
    assert_eq!(left(&archive), Vec::<String>::new());
}

/// The system sends a signal if a file becomes too large. By default, this signal ends the program.
#[test]
fn a_page_that_exceeds_the_file_size_limit_is_not_changed() {
    let before = pages(1200);
    let large = format!("{FOLDER}/event-1199.md");
    let archive = TestArchive::new();
    archive.write(&large, &before[&large]);
    let small = format!("{FOLDER}/event-1.md");
    archive.write(&small, &before[&small]);
    let script = "ulimit -f 16; exec \"$0\" \"$@\"";
    let program = DATELINE;
    let mut command = Command::new("sh");
    command.args(["-c", script, program]).args(FIX).current_dir(archive.root());
    let output = command.output().expect("a shell");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let errors = stderr(&output);
    assert!(errors.contains(&format!("cannot write {large}: File too large")), "{errors}");
    // The finding on the page that cannot be written does not count as fixed.
    assert!(errors.contains("1 finding in 1 file fixed: 1 "), "{errors}");
    assert!(std::fs::read(archive.root().join(&large)).expect("a file") == before[&large]);
    assert!(std::fs::read(archive.root().join(&small)).expect("a file") != before[&small]);
    assert_eq!(left(&archive), Vec::<String>::new());
}

#[cfg(target_os = "linux")]
#[test]
fn fixes_are_summarized_even_if_the_report_cannot_be_written() {
    for output_file in
        [&[][..], &["--output-file", "/dev/full"], &["--output-file", "no/such/file"]]
    {
        let archive = TestArchive::with_files(&pages(1));
        archive.write("about.md", "[x](/gone.md)\n");
        let mut command = program(archive.root(), &[&FIX[..], output_file].concat());
        if output_file.is_empty() {
            command.stdout(std::fs::File::create("/dev/full").expect("a device that is full"));
        }
        let output = command.stderr(Stdio::piped()).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let errors = stderr(&output);
        assert!(errors.contains("1 finding in 1 file fixed"), "{errors}");
        assert!(errors.contains("error: cannot write "), "{errors}");
    }
}

/// The run updates a baseline and blocks until its report is read, so the test can change the
/// baseline meanwhile.
#[test]
fn a_baseline_that_changes_during_a_run_is_not_overwritten() {
    let archive = TestArchive::new();
    archive.write("about.md", "[x](/gone.md)\n");
    let made = dateline(archive.root(), &["check", "--baseline", "b.jsonl", "--update-baseline"]);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let baseline = archive.root().join("b.jsonl");
    let before = std::fs::read_to_string(&baseline).expect("a baseline");
    archive.write("about.md", "[x](/gone.md)\n\n[y](/lost.md)\n");
    let report = archive.root().join("report");
    make_pipe(&report);
    for is_edited in [true, false] {
        let arguments = "check --verbose --baseline b.jsonl --update-baseline --output-file report";
        let arguments: Vec<_> = arguments.split(' ').collect();
        let mut child = program(archive.root(), &arguments).stderr(Stdio::piped()).spawn();
        let child = child.as_mut().expect("the program runs");
        let mut reader = BufReader::new(child.stderr.take().expect("a pipe"));
        let is_read = |line: String| line.starts_with("walk: ");
        let mut lines = reader.by_ref().lines().map(|line| line.expect("UTF-8"));
        assert!(lines.any(is_read), "the baseline is read before the walk");
        let edited = before.replace("gone", "other");
        assert_ne!(edited, before);
        if is_edited {
            std::fs::write(&baseline, &edited).expect("a file");
        }
        std::fs::read(&report).expect("the report");
        let mut rest = String::new();
        reader.read_to_string(&mut rest).expect("UTF-8");
        let code = child.wait().expect("it ends").code();
        let now = std::fs::read_to_string(&baseline).expect("a baseline");
        if is_edited {
            assert_eq!(code, Some(2), "{rest}");
            assert!(rest.contains("b.jsonl changed during the run and was left alone"), "{rest}");
            assert_eq!(now, edited);
        } else {
            assert_eq!(code, Some(0), "{rest}");
            assert!(now.contains("gone") && now.contains("lost"), "{now}");
        }
    }
}

#[test]
fn a_report_replaces_the_existing_file() {
    let archive = TestArchive::new();
    archive.write("about.md", "[x](/gone.md)\n");
    archive.write("report.txt", "an older one\n");
    let output = dateline(
        archive.root(),
        &["check", "--output-format", "concise", "--output-file", "report.txt"],
    );
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
    let report = std::fs::read_to_string(archive.root().join("report.txt")).expect("a report");
    assert!(report.starts_with("about.md:1:5: "), "{report}");
}
