//! The `JUnit` report, with a test suite for each page with findings. Each finding is a failed test.
//!
//! The report contains no times, so that two runs on the same archive write the same report.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::files::Files;
use super::results::Results;
use crate::archive::page_extensions::PageExtensions;
use crate::diagnostic::{Diagnostic, printable, quote};

/// Writes the `JUnit` report.
pub(super) fn write(
    results: &Results<'_>,
    files: &Files<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let failures = results.listed.len();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    // Without findings, write one test that passes. Viewers interpret a report without tests as a run that was
    // aborted.
    let tests = failures.max(1);
    writeln!(
        out,
        r#"<testsuites name="dateline" tests="{tests}" failures="{failures}" errors="0">"#
    )?;
    if failures == 0 {
        writeln!(
            out,
            r#"  <testsuite name="dateline" tests="1" failures="0" errors="0">
    <testcase name="No problems found" classname="dateline"/>
  </testsuite>"#
        )?;
    }
    for page in results.listed.chunk_by(|one, other| one.file == other.file) {
        write_page(page, files, out)?;
    }
    writeln!(out, "</testsuites>")
}

/// Writes the test suite of a page, given at least one finding on this page.
fn write_page(page: &[Diagnostic], files: &Files<'_>, out: &mut dyn Write) -> io::Result<()> {
    let path = files.hosted_path(page[0].file);
    let path = printable(&path);
    let name = escape(&path);
    // Viewers interpret the text before a dot as a package and the text after it as a class.
    let extensions = PageExtensions::default();
    let class = extensions.split(&name).map_or(&*name, |(class, _)| class);
    let number = page.len();
    writeln!(
        out,
        r#"  <testsuite name="{name}" tests="{number}" failures="{number}" errors="0">"#
    )?;
    let mut names = HashMap::<String, u32>::new();
    for diagnostic in page {
        let finding = &diagnostic.finding;
        // Viewers identify tests from run to run by their names. The names therefore contain neither the line
        // nor the message, which may depend on the date or on other pages.
        let offending = files.offending_text(diagnostic);
        let mut test = diagnostic.rule.to_owned();
        if !offending.is_empty() {
            let _ = write!(test, ": {}", quote(&offending));
        }
        let same = names.entry(test.clone()).or_default();
        *same += 1;
        if *same > 1 {
            let _ = write!(test, " ({same})");
        }
        let start = files.place(diagnostic.file, finding.span).start;
        let (test, message) = (escape(&test), escape(&finding.message));
        let severity = diagnostic.severity.name();
        writeln!(out, r#"    <testcase name="{test}" classname="{class}">"#)?;
        write!(out, r#"      <failure type="{severity}" message="{message}">"#)?;
        write!(out, "{name}:{}:{}: {message}", start.line, start.column)?;
        if let Some(help) = &finding.help {
            write!(out, "\nhelp: {}", escape(help))?;
        }
        for label in &finding.labels {
            let at = files.place(label.file, label.span).start;
            let path = files.hosted_path(label.file);
            let (path, message) = (printable(&path), escape(&label.message));
            write!(out, "\n{}:{}:{}: {message}", escape(&path), at.line, at.column)?;
        }
        writeln!(out, "</failure>\n    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}

/// Escapes a [`printable`] text for an XML attribute or element. XML forbids most control characters, but
/// `printable` has already replaced all of them. The only other characters that XML forbids are U+FFFE and
/// U+FFFF.
fn escape(text: &str) -> Cow<'_, str> {
    const SPECIAL: [char; 6] = ['&', '<', '>', '"', '\u{FFFE}', '\u{FFFF}'];
    if !text.contains(SPECIAL) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{FFFE}' | '\u{FFFF}' => escaped.extend(char.escape_unicode()),
            char => escaped.push(char),
        }
    }
    escaped.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_does_not_allow_is_shown() {
        assert_eq!(escape("a ]]> <b c=\"d\"> & e"), "a ]]&gt; &lt;b c=&quot;d&quot;&gt; &amp; e");
        assert_eq!(escape("\u{FFFE}\u{FFFF}\u{FFFD}漢"), "\\u{fffe}\\u{ffff}\u{FFFD}漢");
    }
}
