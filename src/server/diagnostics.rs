//! Converts findings into diagnostics.

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    DiagnosticTag, Location, Message, Uri,
};

use super::checks::Checked;
use super::client::Support;
use super::documents::Documents;
use super::positions::Encoding;
use super::ranges::Ranges;
use crate::archive::page_texts::ReadPage;
use crate::diagnostic::{self, Label, Severity};
use crate::rule::page_url;
use crate::session::ConfigErrors;
use crate::span::{SourceText, Span};

/// The name of the program in diagnostics.
const SOURCE: &str = "dateline";

/// The rule about comments that have no effect, which editors can fade out.
const UNUSED: &str = "archive/unused-suppression";

/// Returns the findings on the checked page as diagnostics.
pub(super) fn of_page(
    checked: &Checked,
    documents: &Documents,
    support: Support,
) -> Vec<Diagnostic> {
    let archive = checked.report.archive();
    let Some(file) = archive.paths.file(&checked.name) else { return Vec::new() };
    let found = checked.report.diagnostics().iter().filter(|found| found.file == file);
    found.map(|found| convert(found, checked, documents, support)).collect()
}

/// Returns a finding as a diagnostic.
pub(super) fn convert(
    found: &diagnostic::Diagnostic,
    checked: &Checked,
    documents: &Documents,
    support: Support,
) -> Diagnostic {
    let texts = checked.report.texts();
    let ranges = Ranges::new(documents, support.encoding);
    let finding = &found.finding;
    let related = |label: &Label| {
        let path = checked.path(checked.report.archive().path(label.file));
        let range = ranges.of(&path, &texts.get(label.file), label.span);
        DiagnosticRelatedInformation {
            location: Location { uri: documents.uri(&path), range },
            message: label.message.clone(),
        }
    };
    let related = finding.labels.iter().map(related).collect::<Vec<_>>();
    Diagnostic {
        range: support.encoding.range(&texts.get(found.file), finding.span),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::Error,
            Severity::Warning => DiagnosticSeverity::Warning,
        }),
        code: Some(Code::String(found.rule.to_owned())),
        code_description: Some(CodeDescription { href: Uri(page_url(found.rule)) }),
        source: Some(SOURCE.to_owned()),
        message: Message::String(with_help(&finding.message, finding.help.as_deref())),
        tags: (found.rule == UNUSED).then(|| vec![DiagnosticTag::Unnecessary]),
        related_information: (support.related_information && !related.is_empty())
            .then_some(related),
        data: None,
    }
}

/// Returns the errors in a settings file as diagnostics.
pub(super) fn of_settings(errors: &ConfigErrors, encoding: Encoding) -> Vec<Diagnostic> {
    let Some(first) = errors.kept.first() else { return Vec::new() };
    let page = ReadPage::new(SourceText::from_bytes(first.file.text.as_bytes()));
    let converted = errors.kept.iter().map(|error| Diagnostic {
        range: encoding.range(&page, Span::from(error.span.clone())),
        severity: Some(DiagnosticSeverity::Error),
        code: None,
        code_description: None,
        source: Some(SOURCE.to_owned()),
        message: Message::String(with_help(
            &error.problem.to_string(),
            error.problem.help().as_deref(),
        )),
        tags: None,
        related_information: None,
        data: None,
    });
    converted.collect()
}

/// Returns a message followed by its help, because diagnostics have no field for the latter.
fn with_help(message: &str, help: Option<&str>) -> String {
    match help {
        Some(help) => format!("{message}\nhelp: {help}"),
        None => message.to_owned(),
    }
}
