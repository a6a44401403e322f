//! Tests of exit codes when output is not read or cannot be written, when a signal arrives, or when
//! another process holds the ledger.

use std::process::{Child, Command, Stdio};

use rustix::process::Signal;

use crate::support::archive::TestArchive;
use crate::support::process::{
    DATELINE, dateline, first_error_line, send, stderr, wait_for, with_default_signals,
};

/// Creates an archive with findings, and with a ledger of one source.
fn archive() -> TestArchive {
    let archive = TestArchive::new();
    let links: Vec<_> = (0..300).map(|number| format!("- [x](/gone{number}.md)\n")).collect();
    archive.write("about.md", links.concat());
    let line = "{\"url\":\"https://example.org/\",\"at\":1,\"reading\":\"alive\",\"status\":200,\"vantage\":\"v\"}\n";
    let import = archive.write("export.jsonl", line);
    let mut command = program(&archive, &["sources", "import"]);
    let output = command.stdin(std::fs::File::open(import).expect("a file")).output();
    assert_eq!(output.expect("it runs").status.code(), Some(0));
    archive
}

fn program(archive: &TestArchive, arguments: &[&str]) -> Command {
    let mut command = Command::new(DATELINE);
    command.args(arguments).current_dir(archive.root()).env_clear().stdin(Stdio::null());
    command
}

/// Runs that write to standard output, with their exit codes.
const RUNS: [(&[&str], i32); 19] = [
    (&["check"], 1),
    (&["check", "--output-format", "concise"], 1),
    (&["check", "--output-format", "json"], 1),
    (&["check", "--output-format", "sarif"], 1),
    (&["check", "--statistics"], 1),
    (&["check", "--verbose"], 1),
    (&["check", "--fail-on", "never"], 0),
    (&["check", "--ignore", "all"], 0),
    (&["check", "--fix"], 1),
    (&["rules"], 0),
    (&["rules", "--output-format", "json"], 0),
    (&["explain", "link/not-found"], 0),
    (&["config", "show"], 0),
    (&["init", "--dry-run", "--force"], 2),
    (&["sources", "status"], 0),
    (&["sources", "export"], 0),
    (&["sources", "import"], 0),
    (&["--help"], 0),
    (&["--version"], 0),
];

/// Runs that fail before they write any output.
const FAILING: [&[&str]; 6] = [
    &["check", "--no-such-option"],
    &["check", "no/such/file"],
    &["check", "--config", "wrong.toml"],
    &["explain", "no/rule"],
    &["sources", "status", "--ledger", "none"],
    &["init"],
];

#[cfg(target_os = "linux")]
fn full() -> std::fs::File {
    std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device that is full")
}

/// Printing to a full device must not panic, because a panic would end the run with exit code 101.
#[cfg(target_os = "linux")]
#[test]
fn a_full_stderr_does_not_change_the_exit_code() {
    let archive = archive();
    archive.write("wrong.toml", "[archive\n");
    for (arguments, code) in RUNS.iter().copied().chain(FAILING.map(|failing| (failing, 2))) {
        let output = program(&archive, arguments).stdout(Stdio::null()).stderr(full()).output();
        assert_eq!(output.expect("it runs").status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn a_closed_standard_stream_does_not_change_the_exit_code() {
    let archive = archive();
    archive.write("wrong.toml", "[archive\n");
    for closed in [">&-", "2>&-", "<&-", ">&- 2>&- <&-"] {
        for (arguments, code) in RUNS.iter().copied().chain(FAILING.map(|failing| (failing, 2))) {
            let script = format!("exec \"$0\" \"$@\" {closed}");
            let program = DATELINE;
            let mut command = Command::new("sh");
            command.args(["-c", &script, program]).args(arguments).current_dir(archive.root());
            let output = command.stdin(Stdio::null()).output().expect("a shell");
            assert_eq!(output.status.code(), Some(code), "{arguments:?} {closed}: {output:?}");
        }
    }
}

/// A gate such as `dateline check | head` with `pipefail` depends on the exit code.
#[test]
fn a_closed_pipe_keeps_the_exit_code() {
    let archive = archive();
    for (arguments, code) in RUNS {
        let mut command = program(&archive, arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("the program runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let errors = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
        assert!(!errors.contains("cannot write") && !errors.contains("panicked"), "{errors}");
        if arguments[0] == "check" {
            assert!(errors.contains("1 page, "), "the account is told: {errors}");
        }
    }
}

#[test]
fn a_baseline_is_written_even_if_nobody_reads_the_report() {
    let archive = archive();
    let options = ["--baseline", "b.jsonl", "--update-baseline", "--output-format", "json"];
    for output_file in [&[][..], &["--output-file", "/dev/stdout"]] {
        let arguments = [&["check"], &options[..], output_file].concat();
        let child = program(&archive, &arguments).stdout(Stdio::piped()).spawn();
        let mut child = child.expect("the program runs");
        drop(child.stdout.take());
        assert_eq!(wait_for(&mut child).code(), Some(0));
        let baseline = std::fs::read_to_string(archive.root().join("b.jsonl")).expect("a baseline");
        assert!(baseline.contains("gone299"));
        std::fs::remove_file(archive.root().join("b.jsonl")).expect("a file");
        let again = archive.check(&["--output-format", "concise"]);
        assert_eq!(again.status.code(), Some(1));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let archive = archive();
    for (arguments, _) in RUNS {
        let writes_nothing = ["all", "--dry-run"].iter().any(|word| arguments.contains(word));
        let output = program(&archive, arguments).stdout(full()).output().expect("it runs");
        let errors = stderr(&output);
        if !writes_nothing {
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
            assert!(errors.contains("error: cannot write the output: "), "{arguments:?}: {errors}");
        }
        let both = program(&archive, arguments).stdout(full()).stderr(full()).output();
        assert_eq!(both.expect("it runs").status.code(), output.status.code(), "{arguments:?}");
    }
}

/// Starts a run, and returns after the run has installed its signal handlers. The run then waits
/// for a page on standard input.
fn waiting(command: &mut Command) -> Child {
    let command = command.args(["check", "--verbose", "--stdin-filename", "a.md"]);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let (reader, line) = first_error_line(&mut child);
    assert!(line.starts_with("settings: "), "{line}");
    // Closing the pipe must not affect the run.
    drop(reader);
    child
}

#[test]
fn a_signal_ends_a_run_with_128_plus_its_number() {
    let archive = TestArchive::new();
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let mut child = waiting(with_default_signals().current_dir(archive.root()));
        send(signal, &child);
        assert_eq!(wait_for(&mut child).code(), Some(code), "{signal:?}");
    }
}

/// The program waits for signals on a thread. If this thread cannot start, the program must not
/// ignore signals.
#[cfg(target_os = "linux")]
#[test]
fn signals_keep_their_default_action_if_no_thread_can_start() {
    use std::os::unix::process::ExitStatusExt;
    let archive = TestArchive::new();
    // With a page that fits the layout, the program needs no threads to find the root.
    archive.write("news/2012/03/25/gates.md", "# Gates\n");
    let mut command = with_default_signals();
    // This stack size is larger than the address space.
    command.env("RUST_MIN_STACK", (1_u64 << 50).to_string());
    command.args(["sources", "import", "--ledger", "ledger"]).current_dir(archive.root());
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let (_reader, line) = first_error_line(&mut child);
    assert!(line.starts_with("created the ledger "), "{line}");
    send(Signal::TERM, &child);
    std::thread::sleep(std::time::Duration::from_millis(50));
    drop(child.stdin.take());
    let status = wait_for(&mut child);
    assert_eq!(status.signal(), Some(15), "{status:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
    let archive = TestArchive::new();
    for (name, signal) in [("HUP", Signal::HUP), ("INT", Signal::INT)] {
        let mut command = Command::new("sh");
        let script = format!("trap '' {name}; exec \"$0\" \"$@\"");
        command.args(["-c", &script, DATELINE]).current_dir(archive.root());
        let mut child = waiting(&mut command);
        send(signal, &child);
        std::thread::sleep(std::time::Duration::from_millis(50));
        drop(child.stdin.take());
        assert_eq!(wait_for(&mut child).code(), Some(0), "{name}");
    }
}

#[test]
fn a_run_says_that_it_waits_for_a_locked_ledger() {
    let archive = archive();
    let asks_nobody = "[sources.hosts.\"example.org\"]\nskip = true\n";
    let settings = format!("[sources]\nledger = \".dateline/ledger.sqlite3\"\n{asks_nobody}");
    archive.write("dateline.toml", settings);
    let ledger = archive.root().join(".dateline/ledger.sqlite3");
    let other = rusqlite::Connection::open(&ledger).expect("a ledger");
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").expect("a lock");
    let runs = [
        "check --fail-on never",
        "check --fail-on never --fix",
        "check --fail-on never --online",
        "sources status",
        "sources export",
        "sources import",
        "sources check --fail-on never",
        "sources crawl",
        "sources repair",
    ];
    let mut waiting: Vec<_> = runs
        .iter()
        .map(|arguments| {
            let arguments: Vec<_> = arguments.split(' ').collect();
            let mut command = program(&archive, &arguments);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs")
        })
        .collect();
    let first_lines: Vec<_> = waiting.iter_mut().map(first_error_line).collect();
    drop(other);
    for ((run, mut child), (_reader, line)) in runs.iter().zip(waiting).zip(first_lines) {
        assert!(line.starts_with("waiting for the ledger /"), "{run}: {line}");
        assert!(line.ends_with("ledger.sqlite3: another process has locked it\n"), "{run}: {line}");
        assert_eq!(wait_for(&mut child).code(), Some(0), "{run}");
    }
}

/// A process that only reads the ledger does not wait for a process that writes it.
#[test]
fn a_ledger_can_be_read_while_another_process_writes_it() {
    let archive = archive();
    let ledger = archive.root().join(".dateline/ledger.sqlite3");
    let other = rusqlite::Connection::open(&ledger).expect("a ledger");
    other.execute_batch("BEGIN IMMEDIATE; DELETE FROM observation").expect("a lock");
    for arguments in [&["sources", "status"][..], &["sources", "export"]] {
        let output = dateline(archive.root(), arguments);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(stderr(&output), "", "{arguments:?}");
        assert!(!output.stdout.is_empty());
    }
}
