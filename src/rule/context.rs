//! What the rules of sources and of suppressions are given to look at.

use url::Url;

use crate::diagnostic::{Edit, Finding, Fix};
use crate::document::Suppression;
use crate::span::{FileId, SourceText, Span};
use crate::verdict::Outcome;

/// What an online rule sees: one source URL at one place.
#[derive(Clone, Copy, Debug)]
pub struct OnlineContext<'a> {
    /// The page.
    pub file: FileId,
    /// Where the URL stands.
    pub destination: Span,
    /// What is known of it.
    pub outcome: &'a Outcome,
}

impl OnlineContext<'_> {
    /// A finding on a source that is lost, with what to do: cite the archived copy, if one is known.
    #[must_use]
    pub fn lost(&self, message: String, else_do: &str) -> Finding {
        let finding = Finding::new(self.destination, message);
        let copy = self.outcome.evidence.archived.as_deref();
        let fixed = copy.and_then(|copy| Some((copy, self.cite(copy, "cite the archived copy")?)));
        match fixed {
            None => finding.help(else_do),
            Some((copy, fix)) => finding.help(format!("cite the archived copy {copy}")).fix(fix),
        }
    }

    /// Cites another address in its place, which changes what is cited.
    #[must_use]
    pub fn cite(&self, url: &str, message: &str) -> Option<Fix> {
        let edit = Edit::replace(self.file, self.destination, destination(url)?);
        Some(Fix::uncertain(message, vec![edit]))
    }
}

/// A URL as it can stand between the parentheses of a link, or between angle brackets.
fn destination(url: &str) -> Option<String> {
    // It may come from a ledger that somebody else filled.
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let url = url.as_str();
    let is_balanced = is_balanced(url);
    let mut written = String::new();
    for (index, char) in url.char_indices() {
        match char {
            '(' if !is_balanced => written.push_str("%28"),
            ')' if !is_balanced => written.push_str("%29"),
            '<' => written.push_str("%3C"),
            '>' => written.push_str("%3E"),
            '\\' => written.push_str("%5C"),
            '&' if is_reference(&url[index + 1..]) => written.push_str("&amp;"),
            char if char.is_whitespace() || char.is_control() => return None,
            char => written.push(char),
        }
    }
    Some(written)
}

/// Whether each parenthesis has its other, in a depth that Markdown allows by any reading.
fn is_balanced(url: &str) -> bool {
    let mut depth = 0_u32;
    for char in url.chars() {
        match char {
            '(' if depth == 3 => return false,
            '(' => depth += 1,
            ')' if depth == 0 => return false,
            ')' => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

/// Whether what follows an ampersand makes it a character reference.
fn is_reference(rest: &str) -> bool {
    let end = rest.find(|char: char| !(char.is_ascii_alphanumeric() || char == '#'));
    end.is_some_and(|end| end > 0 && rest[end..].starts_with(';'))
}

/// Why a selector of a suppression is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// What it names found nothing there.
    Unused,
    /// It names no rule and no group; what it may have meant.
    Unknown(Option<String>),
    /// It asks for everything to be silenced, which is not to be had.
    Everything,
    /// There is no selector in the comment.
    Nothing,
    /// The page has so many comments that this one is not obeyed.
    TooMany,
}

/// What the rule of suppressions sees: one comment of a page that is not wholly of use.
#[derive(Clone, Copy, Debug)]
pub struct SuppressionContext<'a> {
    /// The page.
    pub file: FileId,
    /// Its text.
    pub source: &'a SourceText,
    /// The comment.
    pub suppression: &'a Suppression,
    /// Which of its selectors are of no use, by index, and why; index 0 if it has none.
    pub lapses: &'a [(usize, Lapse)],
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::Document;

    /// What a reader of Markdown is led to.
    fn led_to(written: &str) -> Vec<String> {
        let mut found = Vec::new();
        for text in [format!("[x]({written})\n"), format!("[x](<{written}>)\n")] {
            let document = Document::parse(&text);
            found.extend(document.links.iter().map(|link| link.target(&text).to_owned()));
        }
        found
    }

    #[test]
    fn an_address_is_written_as_it_is_wherever_that_leads_there() {
        for (url, written) in [
            ("https://a.org/b(c)", "https://a.org/b(c)"),
            ("https://a.org/b(c", "https://a.org/b%28c"),
            ("https://a.org/?a=1&amp;b=2", "https://a.org/?a=1&amp;amp;b=2"),
            ("https://a.org/?a=1&b=2", "https://a.org/?a=1&b=2"),
        ] {
            assert_eq!(destination(url).as_deref(), Some(written));
        }
        for refused in ["javascript:alert(1)", "file:///etc/passwd", "no url"] {
            assert_eq!(destination(refused), None);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_leads_there(tail in "[ -~]{0,40}") {
            let url = Url::parse(&format!("https://a.org/{tail}")).unwrap();
            if let Some(written) = destination(url.as_str()) {
                let paren = |url: &str| url.replace("%28", "(").replace("%29", ")");
                let plain = |url: &str| paren(url).replace("%5C", "\\");
                for target in led_to(&written) {
                    prop_assert_eq!(plain(&target), plain(url.as_str()), "{}", &written);
                }
            }
        }
    }
}
