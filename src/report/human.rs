//! The report for people, rendered by miette. No other module uses miette.
//!
//! For each span, the report shows a single line. Because lines of an archive are long, it shows only the part
//! around the offending text. Control characters are replaced, so that no page can control the terminal.

use std::fmt;
use std::io::{self, Write};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};

use super::files::Files;
use super::results::{Results, Style};
use crate::archive::page_texts::ReadPage;
use crate::config::ConfigError;
use crate::diagnostic::{Diagnostic, Severity, is_unprintable, printable};
use crate::span::{FileId, SourceText, Span};

/// Writes the report for people.
pub(super) fn write(
    results: &Results<'_>,
    files: &Files<'_>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let handler = handler(style);
    for diagnostic in results.diagnostics {
        let mut drawn = String::new();
        let report = MietteFinding::new(diagnostic, files, style.width);
        handler.render_report(&mut drawn, &report).map_err(io::Error::other)?;
        writeln!(out, "{}", drawn.trim_start_matches('\n'))?;
    }
    Ok(())
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
            help: help.as_deref(),
            excerpt: Excerpt::new(&path, &text, span, style.width),
            related: Vec::new(),
        };
        let mut drawn = String::new();
        handler.render_report(&mut drawn, &report).map_err(io::Error::other)?;
        writeln!(out, "{}", drawn.trim_start_matches('\n'))?;
    }
    Ok(())
}

fn handler(style: Style) -> GraphicalReportHandler {
    let theme =
        if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_width(style.width)
        .with_context_lines(1)
}

/// A line of a page, or the part of the line around a span.
#[derive(Debug)]
struct Excerpt {
    path: String,
    text: String,
    /// The number of the line, from 0.
    line: usize,
    /// The column of the span in the whole line, in Unicode scalar values, from 0.
    column: usize,
    /// The span of the offending text in `text`, in bytes.
    span: SourceSpan,
}

/// The maximum length of the text shown before the offending text, in Unicode scalar values.
const BEFORE: usize = 30;
/// The minimum space for the offending text and the text after it, in Unicode scalar values.
const LEAST: usize = 60;

impl Excerpt {
    fn of_page(files: &Files<'_>, file: FileId, span: Span, width: usize) -> Self {
        let text = files.text(file);
        Self::new(files.path(file), &text, span, width)
    }

    fn new(path: &str, text: &ReadPage, span: Span, width: usize) -> Self {
        let start = text.position(span.start);
        let line = text.line_span(start.line as usize - 1);
        let whole = line.of(text.text());
        let from = (span.start.clamp(line.start, line.end) - line.start) as usize;
        let to = (span.end.clamp(line.start, line.end) - line.start) as usize;
        // The page may have changed since it was checked, so the span may begin or end within a character.
        let (from, to) = (whole.floor_char_boundary(from), whole.floor_char_boundary(to));
        let before = last(&whole[..from], BEFORE);
        let room = width.saturating_sub(BEFORE + 12).max(LEAST);
        let marked = first(&whole[from..to.max(from)], room);
        let rest = room.saturating_sub(marked.chars().count());
        let after = first(&whole[from + marked.len()..], rest);
        let mut shown = String::new();
        if before.len() < from {
            shown.push('…');
        }
        sanitize(before, &mut shown);
        let at = shown.len();
        sanitize(marked, &mut shown);
        let marked = shown.len() - at;
        sanitize(after, &mut shown);
        if from + marked + after.len() < whole.len() {
            shown.push('…');
        }
        Self {
            path: printable(path).into_owned(),
            text: shown,
            line: start.line as usize - 1,
            column: start.column as usize - 1,
            span: (at, marked).into(),
        }
    }
}

/// Returns the first `count` Unicode scalar values of a text.
fn first(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

/// Returns the last `count` Unicode scalar values of a text.
fn last(text: &str, count: usize) -> &str {
    let start = text.char_indices().rev().nth(count.saturating_sub(1));
    start.map_or(text, |(start, _)| &text[start..])
}

/// Copies a text, and replaces each unprintable character with a visible one.
fn sanitize(text: &str, out: &mut String) {
    out.extend(text.chars().map(|char| match (is_unprintable(char), char.len_utf8()) {
        (false, _) => char,
        (true, 1) => '?',
        (true, 2) => '·',
        (true, _) => char::REPLACEMENT_CHARACTER,
    }));
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // miette calls this function without context lines to get the position, and with context lines to get
        // the text.
        let (span, column) =
            if before == 0 { (*span, self.column) } else { ((0, self.text.len()).into(), 0) };
        let data = self.text.as_bytes().get(span.offset()..span.offset() + span.len());
        let data = data.ok_or(MietteError::OutOfBounds)?;
        let path = self.path.clone();
        Ok(Box::new(MietteSpanContents::new_named(path, data, span, self.line, column, 1)))
    }
}

/// A finding, a label or an error in the settings, in the form that miette renders.
#[derive(Debug)]
struct MietteFinding<'a> {
    rule: Option<&'a str>,
    severity: miette::Severity,
    message: &'a str,
    help: Option<&'a str>,
    excerpt: Excerpt,
    related: Vec<MietteFinding<'a>>,
}

impl<'a> MietteFinding<'a> {
    fn new(diagnostic: &'a Diagnostic, files: &Files<'_>, width: usize) -> Self {
        let finding = &diagnostic.finding;
        let related = finding.labels.iter().map(|label| MietteFinding {
            rule: None,
            severity: miette::Severity::Advice,
            message: &label.message,
            help: None,
            excerpt: Excerpt::of_page(files, label.file, label.span, width),
            related: Vec::new(),
        });
        Self {
            rule: Some(diagnostic.rule),
            severity: match diagnostic.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
            },
            message: &finding.message,
            help: finding.help.as_deref(),
            excerpt: Excerpt::of_page(files, diagnostic.file, finding.span, width),
            related: related.collect(),
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
        self.help.map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_primary_with_span(None, self.excerpt.span);
        Some(Box::new(std::iter::once(label)))
    }

    fn related<'b>(&'b self) -> Option<Box<dyn Iterator<Item = &'b dyn miette::Diagnostic> + 'b>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(self.related.iter().map(|report| report as &dyn miette::Diagnostic)))
    }
}
