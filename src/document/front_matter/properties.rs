//! Property tests of parsing and rewriting front matter.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::generators::{DAMAGE, pages, texts};
use super::model::Grammar;
use super::tests::ALL;
use super::toml::decode;
use super::yaml::decodes_to;
use super::*;

fn words(text: &str) -> Vec<&str> {
    text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty()).collect()
}

/// Checks that the span of each value leads back to the value.
fn check_spans(page: &str) {
    let Some(front) = FrontMatter::parse(page, ALL) else { return };
    let places = front.values.iter().map(|value| value.span);
    let places = places.chain(front.keys.iter().map(|key| key.span));
    let places = places.chain(front.problems.iter().map(FrontProblem::span));
    for span in places {
        assert!(front.span.contains(span), "{span:?} in {page:?}");
        assert!(page.get(span.range()).is_some(), "{span:?} in {page:?}");
    }
    for value in &front.values {
        let (written, text) = (value.span.of(page), &*value.text);
        let is_exact = match value.style {
            _ if value.grammar == Grammar::Toml => {
                decode(written).is_some_and(|(decoded, style)| {
                    style == value.style && decoded.replace('\r', "") == text.replace('\r', "")
                })
            }
            // The parser skips some comments inside a plain scalar of several lines.
            Style::Plain if written.contains(['\n', '\r']) => {
                let (written, text) = (words(written), words(text));
                written.first() == text.first() && written.last() == text.last()
            }
            Style::Plain => written == text,
            Style::Line => words(written) == words(text),
            Style::SingleQuoted | Style::DoubleQuoted => decodes_to(written, true, text),
            Style::Literal => written.starts_with('|'),
            Style::Folded => written.starts_with('>'),
            Style::Alias => written.starts_with('*'),
            _ => false,
        };
        assert!(is_exact, "{value:?} is written {written:?} in {page:?}");
    }
    for pair in front.keys.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "{pair:?} in {page:?}");
    }
}

/// Checks that rewriting one value changes nothing else.
fn check_rewrite(page: &str, index: Index, text: &str) {
    let front = FrontMatter::parse(page, ALL).expect("front matter");
    assert_eq!(front.problems, [], "{page:?}");
    if front.values.is_empty() {
        return;
    }
    let index = index.index(front.values.len());
    let value = &front.values[index];
    let Some(written) = value.rewrite(page, text) else {
        let is_possible = match value.grammar {
            Grammar::Fixed => false,
            Grammar::Line => lines::is_value(text),
            _ => true,
        };
        assert!(!is_possible, "{value:?} as {text:?} in {page:?}");
        return;
    };
    let mut fixed = page.to_owned();
    fixed.replace_range(value.span.range(), &written);
    let after = FrontMatter::parse(&fixed, ALL).expect("front matter");
    assert_eq!(after.problems, [], "{fixed:?}");
    assert_eq!(after.values.len(), front.values.len(), "{fixed:?}");
    let moved = |offset: u32| offset + written.len() as u32 - value.span.len() as u32;
    assert_eq!(after.span.end, moved(front.span.end), "{fixed:?}");
    for (at, (old, new)) in front.values.iter().zip(&after.values).enumerate() {
        let expected = if at == index { text } else { &*old.text };
        assert_eq!((&*new.text, &new.path, new.item), (expected, &old.path, old.item), "{fixed:?}");
        let is_after = old.span.start > value.span.start;
        let start = if is_after { moved(old.span.start) } else { old.span.start };
        let space =
            if at == index { written.len() - written.trim_start_matches(' ').len() } else { 0 };
        let is_empty = at == index && text.is_empty();
        assert!(is_empty || new.span.start == start + space as u32, "{fixed:?}");
    }
}

proptest! {
    #[test]
    fn spans_lead_back_to_the_values(page in pages()) {
        let front = FrontMatter::parse(&page, ALL).expect("front matter");
        prop_assert_eq!(&front.problems, &[], "{:?}", page);
        check_spans(&page);
    }

    #[test]
    fn rewriting_a_value_changes_nothing_else(page in pages(), index: Index, text in texts()) {
        check_rewrite(&page, index, &text);
    }

    #[test]
    fn no_text_causes_a_panic(text in any::<String>(), open in 0..4_usize) {
        let (open, close) = [("---", "---"), ("+++", "+++"), ("```toml", "```"), ("A: b", "")][open];
        check_spans(&format!("{open}\n{text}\n{close}\n"));
        let _ = FrontMatter::unclosed(&format!("{open}\n{text}"), Forms::default());
    }

    #[test]
    fn damaged_front_matter_causes_no_panic(
        page in pages(),
        edits in vec((any::<Index>(), 0..3_usize, select(DAMAGE)), 1..6),
    ) {
        let mut chars: Vec<char> = page.chars().collect();
        for (at, removed, text) in edits {
            let at = at.index(chars.len());
            let end = (at + removed).min(chars.len());
            chars.splice(at..end, text.chars());
        }
        check_spans(&chars.into_iter().collect::<String>());
    }

    #[test]
    fn fragments_in_any_order_cause_no_panic(form in 0..3_usize, parts in vec(select(DAMAGE), 0..30)) {
        let (open, close) = [("---", "---"), ("+++", "+++"), ("A: b", "")][form];
        check_spans(&format!("{open}\n{}\n{close}\n", parts.concat()));
    }
}
