//! Transcripts in documentation: commands after `$ `, each followed by its output.

/// Runs the commands in a document's `console` fences, one after the other. Returns the document
/// with their current output. `run` runs a shell command in which `$?` is the exit code of the
/// previous command. It returns the exit code and all output.
pub fn rerun(document: &str, mut run: impl FnMut(&str) -> (i32, String)) -> String {
    let mut fresh = String::new();
    let (mut inside, mut code) = (false, 0);
    for line in document.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        }
        let command = line.strip_prefix("$ ").filter(|_| inside);
        if !inside || command.is_some() || line.starts_with("```") {
            fresh.push_str(line);
            fresh.push('\n');
        }
        if let Some(command) = command {
            let log;
            (code, log) = run(&format!("exec 2>&1; (exit {code}); {command}"));
            fresh.push_str(&log);
            assert!(log.is_empty() || log.ends_with('\n'), "{command}: {log}");
        }
    }
    fresh
}
