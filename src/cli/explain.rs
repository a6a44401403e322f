//! `dateline explain`: a rule's page, for the terminal.

use super::Failure;
use super::args::ColorArgs;
use super::terminal::{Stream, style, write_stdout};
use crate::rule::{Block, Rule};
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
    for block in rule.docs() {
        match block {
            Block::Title(title) => {
                lines.push(paint("1", title));
                let (scope, fix) = (rule.check.scope(), rule.fix_name());
                let facts = format!("{severity}, scope: {scope}, fix: {fix}, since {}", rule.since);
                lines.push(paint("2", &facts));
            }
            Block::Heading(heading) => lines.push(paint("1", &heading.to_uppercase())),
            Block::Line(line) => lines.push(line.to_owned()),
            Block::Case { caption, lines: case, .. } => {
                lines.push(format!("  {}", paint("2", &caption)));
                lines.extend(case.iter().map(|line| format!("    {line}")));
            }
        }
    }
    lines.join("\n") + "\n"
}
