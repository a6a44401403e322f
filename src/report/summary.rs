//! The summary at the end of a run, and the number of findings by rule.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::results::Results;
use crate::diagnostic::{Applicability, Diagnostic, Severity, counted, grouped};
use crate::source_status::{Outcome, Verdict};

/// Returns the number of errors and the number of warnings.
#[must_use]
pub fn severities(diagnostics: &[Diagnostic]) -> (u64, u64) {
    let errors =
        diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    (errors as u64, (diagnostics.len() - errors) as u64)
}

/// Writes the summary of a run: what was read, what was found, and what was omitted. `outcomes` are the
/// outcomes of the source URLs.
///
/// # Errors
/// Returns an error if the writer fails.
pub fn write(results: &Results<'_>, outcomes: &[Outcome], out: &mut dyn Write) -> io::Result<()> {
    let summary = results.summary;
    let mut parts = Vec::new();
    let mut part = |number: u64, what: &str| {
        if number > 0 {
            parts.push(format!("{} {what}", grouped(number)));
        }
    };
    part(summary.resolved, "resolved");
    part(summary.unresolved, "broken");
    if results.online {
        part(summary.sources, "to sources");
    } else {
        let (one, many) =
            ("source URL not contacted (offline)", "source URLs not contacted (offline)");
        part(summary.sources, plural(summary.sources, one, many));
    }
    part(
        summary.external,
        plural(summary.external, "other URL not contacted", "other URLs not contacted"),
    );
    if summary.rootless > 0 {
        parts.push(format!(
            "{} not resolved (the archive's root is unknown)",
            grouped(summary.rootless)
        ));
    }
    let colon = if parts.is_empty() { "" } else { ": " };
    let (pages, links) = (counted(summary.pages, "page"), counted(summary.links, "link"));
    writeln!(out, "{pages}, {links}{colon}{}", parts.join(", "))?;
    if results.online || !outcomes.is_empty() {
        writeln!(out, "{}", verdicts(outcomes))?;
    }
    let (errors, warnings) = severities(results.diagnostics);
    if summary.dropped > 0 {
        let dropped = counted(summary.dropped, "further finding");
        writeln!(out, "{dropped} omitted: a rule reports at most 1,000 per page")?;
    }
    if summary.suppressed > 0 {
        writeln!(out, "{} suppressed by comments", counted(summary.suppressed, "finding"))?;
    }
    if results.hidden.baseline > 0 {
        writeln!(out, "{} hidden by the baseline", counted(results.hidden.baseline, "finding"))?;
    }
    if errors + warnings == 0 {
        return writeln!(out, "No problems found");
    }
    let (errors, warnings) = (counted(errors, "error"), counted(warnings, "warning"));
    let fixable = fixable(results.diagnostics);
    writeln!(out, "{errors}, {warnings}{fixable}")
}

/// Returns a text with the number of findings that have a fix and the options that apply these fixes. The
/// text is empty if no finding has a fix.
fn fixable<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> String {
    let fixes = diagnostics.into_iter().filter_map(|diagnostic| diagnostic.finding.fix.as_ref());
    let (safe, other): (Vec<_>, Vec<_>) =
        fixes.partition(|fix| fix.applicability == Applicability::Safe);
    let (safe, other) = (safe.len() as u64, other.len() as u64);
    match (safe, other) {
        (0, 0) => String::new(),
        (_, 0) => format!(" ({} fixable with `--fix`)", grouped(safe)),
        (0, _) => format!(" ({} fixable with `--fix --unsafe-fixes`)", grouped(other)),
        _ => format!(
            " ({} fixable with `--fix`, {} more with `--unsafe-fixes`)",
            grouped(safe),
            grouped(other)
        ),
    }
}

/// Returns a text with the number of distinct source URLs, in total and by verdict.
fn verdicts(outcomes: &[Outcome]) -> String {
    let mut counts = BTreeMap::<Verdict, u64>::new();
    for outcome in outcomes {
        *counts.entry(outcome.verdict).or_default() += 1;
    }
    let counts: Vec<_> =
        counts.iter().map(|(verdict, count)| format!("{} {verdict}", grouped(*count))).collect();
    let total = counted(outcomes.len() as u64, "distinct source URL");
    if counts.is_empty() { total } else { format!("{total}: {}", counts.join(", ")) }
}

/// Writes the number of findings of each rule, in descending order, with the number of fixable
/// ones.
///
/// # Errors
/// Returns the error of the writer.
pub fn write_statistics(diagnostics: &[Diagnostic], out: &mut dyn Write) -> io::Result<()> {
    let mut counts = BTreeMap::<(&str, &str), Vec<&Diagnostic>>::new();
    for diagnostic in diagnostics {
        counts.entry((diagnostic.rule, diagnostic.severity.name())).or_default().push(diagnostic);
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, findings)| std::cmp::Reverse(findings.len()));
    for ((rule, severity), findings) in counts {
        let count = grouped(findings.len() as u64);
        writeln!(out, "{count:>9}  {severity:<7}  {rule}{}", fixable(findings))?;
    }
    Ok(())
}

fn plural<'a>(number: u64, one: &'a str, many: &'a str) -> &'a str {
    if number == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_threes() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
