//! A parser of the workflow commands that GitHub's runners read from a program's output.
//!
//! A command begins a line with `::`, after any white space. In an older form, it begins with `##[`
//! anywhere in a line. Some runners ignore invisible characters, so this parser does too.

use std::collections::BTreeMap;

/// A workflow command.
#[derive(Debug, PartialEq, Eq)]
pub struct RunnerCommand {
    /// The name of the command.
    pub name: String,
    /// The properties between the name and the data.
    pub properties: BTreeMap<String, String>,
    /// The data of the command.
    pub data: String,
}

/// The names that runners know. They treat other lines that look like commands as text.
const KNOWN: &[&str] = &[
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
];

/// Returns the commands of an output, and the lines that are not commands.
pub fn read(output: &str) -> (Vec<RunnerCommand>, Vec<&str>) {
    let (mut commands, mut plain) = (Vec::new(), Vec::new());
    for line in output.split(['\n', '\r']).filter(|line| !line.is_empty()) {
        match command(line).or_else(|| older(line)) {
            Some(command) => commands.push(command),
            None => plain.push(line),
        }
    }
    (commands, plain)
}

/// Returns a text without characters that a comparison of texts may ignore.
fn visible(text: &str) -> String {
    let hidden = |char: &char| {
        matches!(char, '\u{AD}' | '\u{34F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFF}')
            || char.is_control()
    };
    text.chars().filter(|char| !hidden(char)).collect()
}

fn command(line: &str) -> Option<RunnerCommand> {
    let line = line.trim_start();
    if visible(line).trim_start().starts_with("::") {
        // Some runners may ignore the invisible characters and read the line as a command.
        assert!(line.starts_with("::"), "{line:?}");
    }
    let (info, data) = line.strip_prefix("::")?.split_once("::")?;
    let (name, properties) = info.split_once(' ').unwrap_or((info, ""));
    let value = |value: &str| {
        value
            .replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%")
    };
    let properties = properties
        .trim()
        .split(',')
        .filter_map(|property| property.split_once('='))
        .map(|(name, text)| (name.to_owned(), value(text)))
        .collect();
    let data = data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let known = KNOWN.contains(&name.to_lowercase().as_str());
    known.then(|| RunnerCommand { name: name.to_owned(), properties, data })
}

fn older(line: &str) -> Option<RunnerCommand> {
    let line = visible(line);
    let (info, data) = line.split_once("##[")?.1.split_once(']')?;
    let name = info.split(' ').next().unwrap_or_default().to_owned();
    let known = KNOWN.contains(&name.to_lowercase().as_str());
    known.then(|| RunnerCommand { name, properties: BTreeMap::new(), data: data.to_owned() })
}
