//! Control characters.

use crate::archive::page::Page;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity, quote};
use crate::document::LinkFaultKind;
use crate::encoding;
use crate::rewrite;
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::{Span, holds_control};

/// The rule.
pub static RULE: Rule = Rule {
    id: "text/control-character",
    summary: "a control character other than tab and newline",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &[],
    page: include_str!("../../../rules/text/control-character.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    if !may_hold_one(page.text().as_bytes()) {
        return;
    }
    // In text that was read in another encoding they are halves of letters, to be mended with it.
    let misread = encoding::misread(page.text());
    let is_misread = |at: usize| {
        let before = misread.partition_point(|run| run.span.start as usize <= at);
        let last = before.checked_sub(1).and_then(|last| misread.get(last));
        last.is_some_and(|run| at < run.span.end as usize)
    };
    let surroundings = Surroundings::new(page);
    let mut run: Option<(Span, char)> = None;
    let is_fault = |char: char| char.is_control() && !matches!(char, '\t' | '\n' | '\r');
    for (at, char) in page.text().char_indices().filter(|(_, char)| is_fault(*char)) {
        if is_misread(at) {
            continue;
        }
        let end = at + char.len_utf8();
        match &mut run {
            Some((span, first)) if *first == char && span.end as usize == at => {
                *span = Span::new(span.start as usize, end);
            }
            _ => {
                if let Some((span, char)) = run.replace((Span::new(at, end), char)) {
                    report(context, span, char, &surroundings, findings);
                }
            }
        }
    }
    if let Some((span, char)) = run {
        report(context, span, char, &surroundings, findings);
    }
}

/// Whether a text holds a control character, found without decoding it: one of ASCII's, or one of
/// the thirty-two from U+0080 on, which are 0xC2 and a byte below 0xA0.
fn may_hold_one(bytes: &[u8]) -> bool {
    holds_control(bytes)
        || memchr::memchr_iter(0xC2, bytes)
            .any(|at| bytes.get(at + 1).is_some_and(|byte| *byte < 0xA0))
}

/// Reports a run of one control character, unless it is what breaks a link.
fn report(
    context: &PageContext<'_>,
    span: Span,
    char: char,
    surroundings: &Surroundings,
    findings: &mut Findings,
) {
    let faults = &context.page.document.faults;
    let before = faults.partition_point(|fault| fault.span.start <= span.start);
    let breaks_a_link = faults.iter().take(before).next_back().is_some_and(|fault| {
        fault.kind == LinkFaultKind::ControlCharacter && fault.span.contains(span)
    });
    if breaks_a_link {
        return;
    }
    findings.push_with(|| {
        let count = span.len() / char.len_utf8();
        let times = if count == 1 { String::new() } else { format!(", {count} times") };
        let message = format!("a control character: U+{:04X}{times}", u32::from(char));
        let (help, fix) = mend(context, span, char, surroundings);
        Some(Finding::new(span, message).help(help).fix(fix))
    });
}

/// What to do about a run, and what does it. A deletion is for somebody to look at: what stands there may
/// be all that is left of a character, as U+0019 is of U+2019, or may keep two words apart.
fn mend(
    context: &PageContext<'_>,
    span: Span,
    char: char,
    surroundings: &Surroundings,
) -> (String, Option<Fix>) {
    let page = context.page;
    let remove = |span| Edit::remove(page.file, span);
    let text = page.text();
    let before = rewrite::text_before(text, span.start);
    let behind = rewrite::text_behind(text, span.end);
    // In code every byte counts.
    let is_text =
        || !page.document.is_verbatim(span.start) && !surroundings.is_in_destination(span);
    match char {
        '\u{1B}' => {
            let end = span.end + escape_sequence(behind) as u32;
            let edit = remove(Span { end, ..span });
            let message = "remove the escape sequence";
            (message.to_owned(), Some(Fix::uncertain(message, vec![edit])))
        }
        '\u{0B}' | '\u{0C}' => {
            let joins = !before.ends_with(char::is_whitespace)
                && !behind.is_empty()
                && !behind.starts_with(char::is_whitespace);
            let edit = Edit::replace(page.file, span, if joins { " " } else { "" });
            // White space behind a word stays white space; elsewhere what follows may become a mark.
            let follows_word = before.ends_with(|char: char| !char.is_whitespace());
            let is_safe = follows_word && is_text();
            let message = if joins { "write a space" } else { "remove it" };
            (
                message.to_owned(),
                Some(Fix::new(Applicability::safe_if(is_safe), message, vec![edit])),
            )
        }
        '\u{80}'..='\u{9F}' => match encoding::windows_1252(char) {
            Some(meant) => {
                let count = span.len() / char.len_utf8();
                let edit = Edit::replace(page.file, span, meant.to_string().repeat(count));
                let is_sure = match char {
                    // It ends a line in text from some old systems.
                    '\u{85}' => surroundings.is_windows_1252,
                    // It opens a control sequence of a terminal.
                    '\u{9B}' => !behind.starts_with(|char: char| char.is_ascii_digit()),
                    _ => true,
                };
                let is_safe = is_sure && is_text();
                let message = format!("write {}", quote(&meant.to_string()));
                let help = format!("{message}, which Windows-1252 has in its place");
                (help, Some(Fix::new(Applicability::safe_if(is_safe), message, vec![edit])))
            }
            None => {
                ("write what stood there; Windows-1252 has nothing in its place".to_owned(), None)
            }
        },
        _ => {
            let message = "remove it";
            (message.to_owned(), Some(Fix::uncertain(message, vec![remove(span)])))
        }
    }
}

/// What decides on many runs of a page, gathered once.
struct Surroundings {
    /// Whether U+0085 stands for a character of Windows-1252 there.
    is_windows_1252: bool,
    /// Where the page's destinations begin, in order, and how far those up to each reach.
    destinations: Vec<(u32, u32)>,
}

impl Surroundings {
    fn new(page: &Page<'_>) -> Self {
        let links = page.document.links.iter();
        let mut destinations: Vec<_> =
            links.map(|link| (link.destination.start, link.destination.end)).collect();
        destinations.sort_unstable();
        let mut reach = 0;
        for (_, end) in &mut destinations {
            reach = reach.max(*end);
            *end = reach;
        }
        Self { is_windows_1252: encoding::holds_windows_1252(page.text()), destinations }
    }

    /// Whether a run is part of a destination, which names something else once it changes.
    fn is_in_destination(&self, span: Span) -> bool {
        let begun = self.destinations.partition_point(|(start, _)| *start <= span.start);
        let last = begun.checked_sub(1).and_then(|last| self.destinations.get(last));
        last.is_some_and(|(_, reach)| *reach >= span.end)
    }
}

/// The length of what follows U+001B in an escape sequence of a terminal (ECMA-48): `[`, parameters and a
/// final byte; 0 where no sequence follows.
fn escape_sequence(behind: &str) -> usize {
    let Some(sequence) = behind.strip_prefix('[').map(str::as_bytes) else { return 0 };
    let is_parameter = |byte: &&u8| matches!(byte, b' '..=b'?');
    let parameters = sequence.iter().take(LONGEST_SEQUENCE).take_while(is_parameter).count();
    let is_ended = matches!(sequence.get(parameters), Some(b'@'..=b'~'));
    if is_ended { parameters + 2 } else { 0 }
}

/// Longer control sequences are none, in bytes.
const LONGEST_SEQUENCE: usize = 32;
