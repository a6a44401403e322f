//! Keys that occur twice in front matter.

use crate::diagnostic::{Finding, Severity, quote};
use crate::document::FrontProblem;
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "front-matter/duplicate-key",
    summary: "a key that occurs twice in front matter",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/front-matter/duplicate-key.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    let Some(front) = page.front_matter() else { return };
    for problem in &front.problems {
        if let FrontProblem::DuplicateKey { key, first, second } = problem {
            findings.push(
                Finding::new(*second, format!("the key {} occurs twice", quote(key)))
                    .help("keep one of the two: programs read either the first or the last")
                    .label(page.file, *first, "the key is here already"),
            );
        }
    }
}
