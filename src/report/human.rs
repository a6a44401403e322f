//! The report for people, rendered by miette.
//!
//! For each span, the report shows a single line. Lines in an archive can be long, so it shows only
//! the part around the offending text. Control characters are replaced, so that no page can control
//! the terminal.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use textwrap::{WordSeparator, WordSplitter};

use super::excerpt::Excerpt;
use super::files::Files;
use super::results::{Results, Style};
use super::summary::write_statistics;
use super::wrap::words;
use crate::archive::page_texts::ReadPage;
use crate::config::ConfigError;
use crate::diagnostic::{Diagnostic, Label, Severity, printable};
use crate::shorten::shorten;
use crate::span::{SourceText, Span};

/// The maximum length of a quoted text, in Unicode scalar values.
const SHOWN: usize = 100;

/// Writes the report for people.
pub(super) fn write(
    results: &Results<'_>,
    files: &Files<'_>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let handler = handler(style);
    for diagnostic in results.listed {
        let (message, help) =
            shorten(&diagnostic.finding.message, diagnostic.finding.help.as_deref(), SHOWN);
        render(&handler, &MietteFinding::new(diagnostic, &message, help, files, style), out)?;
        for label in &diagnostic.finding.labels {
            render(&handler, &MietteFinding::of_label(label, files, style), out)?;
        }
        writeln!(out)?;
    }
    write_end(results, out)
}

/// Renders a finding or a label, without a blank line after it.
fn render(
    handler: &GraphicalReportHandler,
    report: &MietteFinding<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut drawn = String::new();
    handler.render_report(&mut drawn, report).map_err(io::Error::other)?;
    out.write_all(drawn.trim_start_matches('\n').as_bytes())
}

/// The minimum number of findings at which a report ends with the number of findings for each rule.
pub const MANY: usize = 20;

/// Writes the end of a report: the number of findings that it left out, the number of findings for
/// each rule if there are many, and how to learn more about a rule.
fn write_end(results: &Results<'_>, out: &mut dyn Write) -> io::Result<()> {
    if results.diagnostics.is_empty() {
        return Ok(());
    }
    if let Some(note) = results.note_of_limit() {
        writeln!(out, "{note}\n")?;
    }
    if results.diagnostics.len() >= MANY {
        write_statistics(results.diagnostics, out)?;
        writeln!(out)?;
    }
    writeln!(out, "`dateline explain RULE` describes a rule and its fixes")
}

/// Writes the errors in a settings file in the style of findings. All errors must be in the same file.
pub(super) fn write_config_errors(
    errors: &[ConfigError],
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(file) = errors.first().map(|error| &error.file) else { return Ok(()) };
    let (text, path) =
        (ReadPage::new(SourceText::from_bytes(file.text.as_bytes())), file.path.to_string_lossy());
    let handler = handler(style);
    for error in errors {
        let span = Span::from(error.span.clone());
        let (message, help) = (error.problem.to_string(), error.problem.help());
        let (message, help) = (printable(&message), help.as_deref().map(printable));
        let report = MietteFinding {
            rule: None,
            severity: miette::Severity::Error,
            message: &message,
            help,
            excerpt: Excerpt::new(&path, &text, span, style.width),
        };
        render(&handler, &report, out)?;
        writeln!(out)?;
    }
    Ok(())
}

fn handler(style: Style) -> GraphicalReportHandler {
    let theme =
        if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_width(style.width)
        .with_break_words(true)
        .with_word_separator(WordSeparator::Custom(words))
        .with_word_splitter(WordSplitter::NoHyphenation)
        .with_context_lines(1)
}

/// A finding, a label or an error in the settings, in the form that miette renders.
#[derive(Debug)]
struct MietteFinding<'a> {
    rule: Option<&'a str>,
    severity: miette::Severity,
    message: &'a str,
    help: Option<Cow<'a, str>>,
    excerpt: Excerpt,
}

impl<'a> MietteFinding<'a> {
    /// Creates a finding. `message` and `help` are the texts to show, which may be shortened.
    fn new(
        diagnostic: &Diagnostic,
        message: &'a str,
        help: Option<Cow<'a, str>>,
        files: &Files<'_>,
        style: Style,
    ) -> Self {
        Self {
            rule: Some(diagnostic.rule),
            severity: match diagnostic.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
            },
            message,
            help,
            excerpt: Excerpt::of_page(files, diagnostic.file, diagnostic.finding.span, style.width),
        }
    }

    /// Creates a label, which has neither a rule nor help.
    fn of_label(label: &'a Label, files: &Files<'_>, style: Style) -> Self {
        Self {
            rule: None,
            severity: miette::Severity::Advice,
            message: &label.message,
            help: None,
            excerpt: Excerpt::of_page(files, label.file, label.span, style.width),
        }
    }
}

impl fmt::Display for MietteFinding<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.message)
    }
}

impl std::error::Error for MietteFinding<'_> {}

impl miette::Diagnostic for MietteFinding<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.rule.map(|rule| Box::new(rule) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.help.as_deref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_primary_with_span(None, self.excerpt.span);
        Some(Box::new(std::iter::once(label)))
    }
}
