//! Processes that tests start, and the programs that they run.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// The path of the built program.
pub const DATELINE: &str = env!("CARGO_BIN_EXE_dateline");

/// The time after which a test that waits for a process fails.
pub const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Returns a search path that begins with the folder of the built program and then `folder`, if
/// given.
pub fn search_path(folder: Option<PathBuf>) -> OsString {
    let program = Path::new(DATELINE).parent().expect("a folder").to_path_buf();
    let rest = std::env::var_os("PATH").expect("a search path");
    let folders = [Some(program), folder].into_iter().flatten();
    std::env::join_paths(folders.chain(std::env::split_paths(&rest))).expect("a search path")
}

/// Runs the program in a folder, with an empty environment.
pub fn dateline(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(DATELINE)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .expect("the program runs")
}

/// Runs the program in a folder, with an empty environment and `text` as its standard input.
pub fn dateline_reading(folder: &Path, arguments: &[&str], text: impl AsRef<[u8]>) -> Output {
    let mut command = Command::new(DATELINE);
    run_with_input(command.args(arguments).current_dir(folder).env_clear(), text)
}

/// Runs a command with `text` as its standard input. The command need not read it.
pub fn run_with_input(command: &mut Command, text: impl AsRef<[u8]>) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    // The write fails if the program refuses its arguments and does not read.
    let _ = child.stdin.take().expect("a pipe").write_all(text.as_ref());
    child.wait_with_output().expect("it ends")
}

/// Returns the standard output of a run.
pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Returns the standard error of a run.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts that a run failed with exit code 2, printed no report, and gave this reason.
pub fn assert_refused(output: &Output, why: &str) {
    assert_eq!(output.status.code(), Some(2), "{}", stderr(output));
    assert_eq!(stdout(output), "");
    assert!(stderr(output).contains(why), "{}", stderr(output));
}

/// Returns a command that runs the program with the default reaction to signals. Otherwise, a shell
/// that runs the tests in the background would make the program ignore interrupts.
pub fn with_default_signals() -> Command {
    if cfg!(not(target_os = "linux")) {
        return Command::new(DATELINE);
    }
    let mut command = Command::new("/usr/bin/env");
    command.args(["--default-signal=INT,TERM,HUP", DATELINE]);
    command
}

/// Returns a command that runs a copy of the program in `folder` as a user for whom file
/// permissions apply. They do not apply to root, so if root runs the tests, the copy runs as
/// another user, who must be able to enter `folder`.
#[cfg(unix)]
pub fn without_privileges(folder: &Path) -> Command {
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65534;
    let program = folder.join("program");
    // Another process copies the file, because a file that this process has open for writing cannot
    // be run.
    let copied = Command::new("cp").arg(DATELINE).arg(&program).status();
    assert!(copied.expect("cp runs").success());
    let mut command = Command::new(program);
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// Creates a named pipe.
#[cfg(unix)]
pub fn make_pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo runs").success(), "{}", path.display());
}

/// Waits until `is_done` returns true. Fails after a minute, with `what` in the message.
pub fn wait_until(what: &str, mut is_done: impl FnMut() -> bool) {
    let deadline = Instant::now() + LONGEST_WAIT;
    while !is_done() {
        assert!(Instant::now() < deadline, "not within {LONGEST_WAIT:?}: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Waits until a process ends. After a minute, kills it and fails.
pub fn wait_for(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + LONGEST_WAIT;
    loop {
        if let Some(status) = child.try_wait().expect("the process can be asked") {
            return status;
        }
        if Instant::now() >= deadline {
            child.kill().expect("the process can be killed");
            child.wait().expect("the process ends");
            panic!("the process did not end within {LONGEST_WAIT:?}");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Reads the first line that a process writes to its standard error. Returns the reader too,
/// because dropping it closes the pipe. After a minute, kills the process and fails.
pub fn first_error_line(child: &mut Child) -> (BufReader<ChildStderr>, String) {
    let mut reader = BufReader::new(child.stderr.take().expect("a pipe"));
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = reader.read_line(&mut line).map(|_| (reader, line));
        // The test no longer listens if it has failed.
        let _ = sender.send(read);
    });
    let Ok(read) = receiver.recv_timeout(LONGEST_WAIT) else {
        child.kill().expect("the process can be killed");
        child.wait().expect("the process ends");
        panic!("the process wrote nothing within {LONGEST_WAIT:?}");
    };
    read.expect("the process writes text")
}

/// Sends a signal.
#[cfg(unix)]
pub fn send(signal: rustix::process::Signal, child: &Child) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, signal).expect("the process has not ended");
}

/// Writes an executable script. A file that is open for writing cannot be run, and a program that
/// another test starts at the same time would inherit our open file. So a separate process writes
/// the script.
pub fn write_program(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let mut shell = Command::new("sh");
    let written =
        run_with_input(shell.args(["-c", "cat >\"$0\" && chmod 755 \"$0\""]).arg(path), text);
    assert!(written.status.success(), "{}", stderr(&written));
}
