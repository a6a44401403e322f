//! Transcripts in documentation: commands behind `$ `, and what each of them printed.

/// Runs the commands of a document's fences of `console` one after the other, and returns the document
/// with what they print now. `run` runs a shell command, whose `$?` is that of the command before it, and
/// returns its exit code and all it said.
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
            let said;
            (code, said) = run(&format!("exec 2>&1; (exit {code}); {command}"));
            fresh.push_str(&said);
            assert!(said.is_empty() || said.ends_with('\n'), "{command}: {said}");
        }
    }
    fresh
}
