//! The command `dateline explain`, which shows the documentation of a rule on the terminal.

use crate::cli::args::ColorArgs;
use crate::cli::error::CliError;
use crate::cli::terminal::{Stream, style, write_stdout};
use crate::session::{self, Block, RuleDescription};

/// Prints the page of the rule `id`. Returns the exit code.
pub(super) fn run(id: &str, color: ColorArgs) -> Result<u8, CliError> {
    let rule = session::rule(id)?;
    write_stdout(&render(rule, style(color, Stream::Output).color))?;
    Ok(0)
}

/// Renders the page of a rule. Headings are highlighted. Examples are indented, below a caption.
fn render(rule: RuleDescription, color: bool) -> String {
    let paint = |code: &str, text: &str| {
        if color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    };
    let mut lines: Vec<String> = Vec::new();
    for block in rule.page() {
        match block {
            Block::Title(title) => {
                lines.push(paint("1", title));
                let (severity, scope, fix) = (rule.severity(), rule.scope(), rule.fix());
                let facts =
                    format!("{severity}, scope: {scope}, fix: {fix}, since {}", rule.since());
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
