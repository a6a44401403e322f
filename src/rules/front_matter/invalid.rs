//! Front matter that cannot be parsed.

use crate::diagnostic::{Finding, Severity, quote};
use crate::document::{Form, FrontMatter, FrontProblem};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "front-matter/invalid",
    summary: "front matter with a syntax error, or without its closing line",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/front-matter/invalid.md"),
    since: "0.1.0",
};

fn unclosed(problem: &FrontProblem) -> Option<Finding> {
    let FrontProblem::Unclosed { span, closing } = problem else { return None };
    let finding =
        Finding::new(*span, format!("the front matter has no closing line {}", quote(closing)))
            .help(format!("add a line {} after the last key", quote(closing)));
    Some(finding)
}

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    let Some(front) = page.front_matter() else {
        if let Some(problem) = FrontMatter::unclosed(page.text(), context.archive.syntax.forms) {
            findings.extend_from(unclosed(&problem));
        }
        return;
    };
    let language = if front.form == Form::Yaml { "YAML" } else { "TOML" };
    for problem in &front.problems {
        if let FrontProblem::Invalid { span, message } = problem {
            findings.push(
                Finding::new(*span, format!("the front matter is not valid {language}: {message}"))
                    .help("correct the syntax, because programs cannot read what follows"),
            );
        }
    }
}
