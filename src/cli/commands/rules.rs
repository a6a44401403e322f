//! The command `dateline rules`, which lists all rules.

use std::fmt::Write as _;

use serde::Serialize;

use crate::cli::args::ListFormat;
use crate::cli::error::CliError;
use crate::cli::terminal::write_stdout;
use crate::session::{self, RuleDescription};

#[derive(Serialize)]
struct JsonRule {
    id: &'static str,
    group: &'static str,
    severity: &'static str,
    scope: &'static str,
    fix: &'static str,
    summary: &'static str,
    since: &'static str,
}

/// Prints the list of all rules. Returns the exit code.
pub(super) fn run(format: ListFormat) -> Result<u8, CliError> {
    let json = |rule: RuleDescription| JsonRule {
        id: rule.id(),
        group: rule.group(),
        severity: rule.severity(),
        scope: rule.scope(),
        fix: rule.fix(),
        summary: rule.summary(),
        since: rule.since(),
    };
    let rules: Vec<_> = session::rules().map(json).collect();
    let text = match format {
        ListFormat::Json => serde_json::to_string_pretty(&rules)? + "\n",
        ListFormat::Human => table(&rules),
    };
    write_stdout(&text)?;
    Ok(0)
}

fn table(rules: &[JsonRule]) -> String {
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let mut text = String::new();
    for rule in rules {
        let JsonRule { id, severity, scope, fix, summary, .. } = rule;
        let _ = writeln!(text, "{id:<width$} {severity:<8} {scope:<8} fix: {fix:<6} {summary}");
    }
    text
}
