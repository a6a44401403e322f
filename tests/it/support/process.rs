//! Programs that tests start, write and send signals to.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// The built program.
pub const DATELINE: &str = env!("CARGO_BIN_EXE_dateline");

/// Runs the program in a folder, with an empty environment.
pub fn dateline(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(DATELINE)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .expect("the program runs")
}

/// Runs the program in a folder, with an empty environment and a text on its standard input.
pub fn dateline_reading(folder: &Path, arguments: &[&str], text: impl AsRef<[u8]>) -> Output {
    let mut command = Command::new(DATELINE);
    run_with_input(command.args(arguments).current_dir(folder).env_clear(), text)
}

/// Runs a command with a text on its standard input, which it need not read.
pub fn run_with_input(command: &mut Command, text: impl AsRef<[u8]>) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    // A program that refuses its arguments does not read.
    let _ = child.stdin.take().expect("a pipe").write_all(text.as_ref());
    child.wait_with_output().expect("it ends")
}

/// What a run writes to standard output.
pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a run writes to standard error.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts that a run fails as wrong use does, and says why.
pub fn assert_refused(output: &Output, why: &str) {
    assert_eq!(output.status.code(), Some(2), "{}", stderr(output));
    assert_eq!(stdout(output), "");
    assert!(stderr(output).contains(why), "{}", stderr(output));
}

/// The program with the default reaction to signals. A shell that runs the tests in its background has all
/// that they start ignore interrupts.
pub fn with_default_signals() -> Command {
    if cfg!(not(target_os = "linux")) {
        return Command::new(DATELINE);
    }
    let mut command = Command::new("/usr/bin/env");
    command.args(["--default-signal=INT,TERM,HUP", DATELINE]);
    command
}

/// Sends a signal, by the name that `kill` knows.
pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status();
    assert!(sent.expect("kill is there").success());
}

/// Writes a program. Another process writes it: a program that another test starts at the same time would
/// inherit our open file, and a file that is open for writing cannot be run.
pub fn write_program(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let mut shell = Command::new("sh");
    let written =
        run_with_input(shell.args(["-c", "cat >\"$0\" && chmod 755 \"$0\""]).arg(path), text);
    assert!(written.status.success(), "{}", stderr(&written));
}
