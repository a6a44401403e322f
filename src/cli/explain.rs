//! `dateline explain`: a rule's page, for the terminal.

use super::Failure;
use super::args::ColorArgs;
use super::terminal::{Stream, style, write_stdout};
use crate::rule::Rule;
use crate::rules;

pub(super) fn run(id: &str, color: ColorArgs) -> Result<u8, Failure> {
    let rule = rules::find(id).map_err(|near| {
        let help = near.map_or_else(
            || "`dateline rules` lists them all".to_owned(),
            |near| format!("did you mean {near}?"),
        );
        Failure::Message(format!("there is no rule {id:?}; {help}"))
    })?;
    write_stdout(&render(rule, style(color, Stream::Output).color))?;
    Ok(0)
}

/// Renders a page: headings stand out, cases are set off with their file's name above them.
fn render(rule: &Rule, color: bool) -> String {
    let paint = |code: &str, text: &str| {
        if color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    };
    let severity = rule.severity.map_or("off", crate::diagnostic::Severity::name);
    let mut lines: Vec<String> = Vec::new();
    let mut fence: Option<&str> = None;
    for line in rule.page.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => lines.push(format!("    {line}")),
            None if ticks >= 3 => {
                fence = Some(&line[..ticks]);
                lines.push(format!("  {}", paint("2", &caption(&line[ticks..]))));
            }
            None if line.starts_with("# ") => {
                lines.push(paint("1", &line[2..]));
                let (scope, fix) = (rule.check.scope(), rule.fix_name());
                let facts = format!("{severity}, scope: {scope}, fix: {fix}, since {}", rule.since);
                lines.push(paint("2", &facts));
            }
            None if line.starts_with('#') => {
                let heading = line.trim_start_matches(['#', ' ']).to_uppercase();
                lines.push(paint("1", &heading));
            }
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

/// What a fence shows, in words.
fn caption(info: &str) -> String {
    let file = info.split_whitespace().find_map(|word| word.strip_prefix("file="));
    let is = |wanted: &str| info.split_whitespace().any(|word| word == wanted);
    match file {
        Some(file) if is("bad") => format!("{file} (reported)"),
        Some(file) if is("fixed") => format!("{file} (after the fix)"),
        Some(file) if is("good") => format!("{file} (not reported)"),
        Some(file) => file.to_owned(),
        None if is("diagnostics") => "what is reported".to_owned(),
        None if is("config") => "dateline.toml".to_owned(),
        None if is("responses") => "what the servers answer".to_owned(),
        None => info.to_owned(),
    }
}
