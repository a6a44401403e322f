//! Tests of destinations that fixes write: CommonMark reads them as intended, and no other byte
//! changes.

use std::path::PathBuf;

use dateline::internals::archive::destination::{fragment_range, path_range};
use dateline::internals::config::{RuleSettings, Settings};
use dateline::internals::diagnostic::Applicability;
use dateline::internals::document::{Document, Link, encode_destination};
use dateline::internals::rules;
use proptest::prelude::*;
use proptest::sample::select;

use crate::fuzz::memory;
use crate::fuzz::memory::Files;

/// Characters of a destination and their spellings on a page: plain, escaped, as a character
/// reference by number or name, or percent-encoded. Percent-encoding remains after decoding.
const WRITTEN: &[(&str, &str)] = &[
    ("a", "a"),
    ("B", "B"),
    ("-", "-"),
    ("-", "&#45;"),
    ("-", "\\-"),
    ("-", "&#x2D;"),
    ("/", "/"),
    ("/", "&sol;"),
    (".", "&period;"),
    ("_", "\\_"),
    ("&", "&amp;"),
    ("&", "&"),
    ("é", "é"),
    ("é", "&eacute;"),
    ("漢", "&#28450;"),
    ("%20", "%20"),
    ("%2D", "%2&#68;"),
    ("(b)", "(b)"),
    ("(", "\\("),
    (")", "&#41;"),
    ("<", "&lt;"),
    ("\"", "\\\""),
    ("'", "'"),
    ("*", "*"),
    ("[", "\\["),
    ("]", "&rsqb;"),
    (";", ";"),
    ("amp;", "amp;"),
    ("\\", "\\\\"),
    ("|", "\\|"),
    ("fj", "&fjlig;"),
    ("`", "&#96;"),
    ("~", "~"),
    (":", ":"),
];
const MARKS: &[(&str, &str)] =
    &[("?", "?"), ("?", "\\?"), ("?", "&quest;"), ("#", "#"), ("#", "&#35;"), ("#", "\\#")];
const TITLES: &[&str] =
    &["", " \"t\"", " 't \\' (u) &amp;'", "  (a \\) b)", " \"/x.md#y\"", "\t'<>'"];
const NEW: &[&str] = &[
    "/news/2012/a.md",
    "/a(b.md",
    "/a)b(c).md",
    "/%28%29",
    "/a&b;",
    "/a&amp;b",
    "/a&#35",
    "/é漢",
    "/a<b>c",
    "/a\\b\\",
    "/a|b",
    "/a`b`",
    "/a*b_c",
    "/[a]",
    "/\"a\" 'b'",
    "35;",
    "x",
];

/// Returns a strategy for a part of a destination: its decoded text, and its spelling on a page.
fn part(
    of: &'static [(&'static str, &'static str)],
    most: usize,
) -> impl Strategy<Value = (String, String)> {
    prop::collection::vec(select(of), 0..most).prop_map(|pieces| pieces.into_iter().unzip())
}

/// Returns a strategy for the text before and after a destination on a page. Some of these texts
/// include angle brackets.
fn page() -> impl Strategy<Value = (String, String)> {
    let place = select(vec![
        ("[x](", ")"),
        ("[x](  ", "  )"),
        ("![x](", ")"),
        ("[a [b] `c](` *d*](", ")"),
        ("[![i](/i.png) t](", ")"),
        ("> [a\n> b](\n> ", ")\n> c"),
        ("- [x](", ")\n  [y](/y.md)"),
        ("[x][l]\n\n[l]: ", ""),
        ("[x][L] and [l]\n\n> [l]:\n> ", ""),
        ("[x][a\\]: b]\n\n[a\\]: b]: ", ""),
        ("# [x](", ")"),
        ("| a | b |\n|---|---|\n| [x](", ") | c |"),
    ]);
    let around = select(vec!["", "text & [z](/z&amp;.md) ", "`code` ", "\u{FEFF}"]);
    (place, around, select(TITLES), any::<bool>()).prop_map(
        |((open, close), before, title, angled)| {
            let (left, right) = if angled { ("<", ">") } else { ("", "") };
            let before = if open.contains(['\n', '#', '-', '>', '|']) && before != "\u{FEFF}" {
                ""
            } else {
                before
            };
            let title = if open.starts_with('|') { "" } else { title };
            let end = if open.ends_with(": ") || open.ends_with("> ") && close.is_empty() {
                "\n"
            } else {
                "\n\nend\n"
            };
            (format!("{before}{open}{left}"), format!("{right}{title}{close}{end}"))
        },
    )
}

fn destination() -> impl Strategy<Value = (String, String)> {
    (part(WRITTEN, 8), part(MARKS, 2), part(WRITTEN, 5), part(MARKS, 2), part(WRITTEN, 5)).prop_map(
        |(path, query, value, mark, fragment)| {
            let all = [path, query, value, mark, fragment];
            all.into_iter()
                .fold((String::new(), String::new()), |(target, raw), (more, written)| {
                    (target + &more, raw + &written)
                })
        },
    )
}

/// Returns the link whose destination begins after `before`, if CommonMark reads it as `target`.
fn link_at<'a>(document: &'a Document, page: &str, before: &str, target: &str) -> Option<&'a Link> {
    let start = before.len();
    document.links.iter().find(|link| {
        link.destination.start as usize == start && link.target(page) == target && !link.faulty
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rewritten_destination_is_parsed_as_intended_and_no_other_byte_changes(
        (before, behind) in page(), (target, raw) in destination(), new in select(NEW), which in 0..3,
    ) {
        let page = format!("{before}{raw}{behind}");
        let document = Document::parse(&page);
        // Not every page has such a link. Proptest fails if too many pages are rejected.
        let link = link_at(&document, &page, &before, &target);
        prop_assume!(link.is_some());
        let Some(link) = link else { return Ok(()) };
        let part = match which {
            0 => path_range(&target),
            1 => fragment_range(&target).unwrap_or(0..target.len()),
            _ => 0..target.len(),
        };
        let Some(written) = document.rewrite(link, &page, part.clone(), new) else {
            // `rewrite` refuses some texts with spaces, `|` or `\`.
            prop_assert!(new.contains(' ') || target.contains(['|', '\\']) || new.contains(['|', '\\']), "{page:?} {new:?}");
            return Ok(());
        };
        let mut edited = page.clone();
        edited.replace_range(written.part.range(), &written.replacement);
        let stays = format!("{before}{}{behind}", written.whole);
        prop_assert_eq!(&edited, &stays);
        let kept = (&raw[..written.part.start as usize - before.len()], &raw[written.part.end as usize - before.len()..]);
        prop_assert_eq!(format!("{}{}{}", kept.0, written.replacement, kept.1), written.whole);
        let again = Document::parse(&edited);
        let meant = format!("{}{new}{}", &target[..part.start], &target[part.end..]);
        prop_assert_eq!(again.links.len(), document.links.len(), "{:?} becomes {:?}", page, edited);
        let old = document.links.iter().map(|link| link.target(&page)).collect::<Vec<_>>();
        for (index, found) in again.links.iter().enumerate() {
            let is_it = found.destination.start == link.destination.start;
            let expected = if is_it { meant.as_str() } else { old[index] };
            prop_assert_eq!(found.target(&edited), expected, "{:?} becomes {:?}", page, edited);
        }
    }

    #[test]
    fn an_address_names_the_same_page_in_any_spelling(tail in "[ -~é]{0,40}") {
        let url = url::Url::parse(&format!("https://a.example/{tail}")).expect("a URL");
        for (open, close) in [("[x](", ")\n"), ("[x](<", ">)\n"), ("[x][y]\n\n[y]: ", "\n"), ("<", ">\n")] {
            let page = format!("{open}https://b.example/&old{close}");
            let document = Document::parse(&page);
            let [link] = document.links.as_slice() else { panic!("no link: {page}") };
            let whole = 0..link.target(&page).len();
            let Some(written) = document.rewrite(link, &page, whole, url.as_str()) else {
                // An autolink has no escapes.
                prop_assert!(open == "<", "{}", url);
                continue;
            };
            let edited = format!("{open}{}{close}", written.whole);
            let again = Document::parse(&edited);
            let targets: Vec<_> = again.links.iter().map(|link| link.target(&edited)).collect();
            prop_assert_eq!(targets, [url.as_str()], "{}", edited);
        }
    }

    #[test]
    fn a_new_destination_is_parsed_as_intended(target in "/[ -~é漢]{0,24}") {
        if let Some(written) = encode_destination(&target) {
            let page = format!("| a |\n|---|\n| [x]({written}) |\n\n# [x]({written})\n");
            let document = Document::parse(&page);
            let targets: Vec<_> = document.links.iter().map(|link| link.target(&page)).collect();
            prop_assert_eq!(targets, [&target, &target], "{}", page);
        }
    }
}

fn fixed(pages: &[(&str, &str)], allowed: Applicability) -> Vec<(String, String)> {
    let infos = rules::infos();
    let settings = Settings::defaults(PathBuf::from("/"), RuleSettings::defaults(&infos));
    let files: Files =
        pages.iter().map(|(path, page)| ((*path).to_owned(), page.as_bytes().to_vec())).collect();
    let fixed = memory::fix(&settings.expect("sound defaults"), &files, &[], allowed, &|_| true);
    let fixed = fixed.expect("an end of the fixes");
    fixed.into_iter().map(|(path, page)| (path, String::from_utf8(page).expect("UTF-8"))).collect()
}

#[test]
fn a_numeric_character_reference_is_not_a_fragment() {
    let (ferry, event) = ("news/2012/03/24/ferry-line-reopens.md", "### 2012-03-24\n\n# Ferry\n");
    let about = "# About\n\n[a](/news/2012/03/24/Ferry&#45;line-reopens.md)\n[b](&#x2F;news&#x2F;2012/03/24/Ferry-line-reopens.md?a=1&amp;b=2#source)\n";
    let fixed = fixed(&[("about.md", about), (ferry, event)], Applicability::Safe);
    let about = fixed.into_iter().find(|(path, _)| path == "about.md").expect("a fix");
    assert_eq!(
        about.1,
        "# About\n\n[a](/news/2012/03/24/ferry-line-reopens.md)\n[b](/news/2012/03/24/ferry-line-reopens.md?a=1&amp;b=2#source)\n"
    );
}

#[test]
fn the_day_page_name_of_a_previous_link_excludes_its_query() {
    let days = [
        ("news/2012/03/23/README.md", "## 2012-03-23\n"),
        ("news/2012/03/23/index.md", "## 2012-03-23\n"),
        (
            "news/2012/03/25/index.md",
            "## 2012-03-25\n\n## [Previous Day...](/news/2012/03/22/READM&#69;.md#x)\n",
        ),
    ];
    let fixed = fixed(&days, Applicability::Safe);
    let page = fixed.into_iter().find(|(path, _)| path.contains("/25/")).expect("a fix");
    assert_eq!(page.1, "## 2012-03-25\n\n## [Previous Day...](/news/2012/03/23/README.md#x)\n");
}

#[test]
fn relative_destinations_stay_relative() {
    let pages = [
        ("news/2012/03/24/index.md", "## [2012-03-24](./../25/index.md)\n\n### [A](../24/b.md)\n"),
        ("news/2012/03/24/a.md", "### [2012-03-24](../23/index.html)\n\n# A\n\n## C\n"),
        ("news/2012/03/26/index.md", "## 2012-03-26\n\n## [Previous Day...](../23/index.md)\n"),
        ("about.md", "[a](./news/2012/03/24/A.md) [b](news/2012/03/24/A.html?b#c)\n"),
    ];
    let fixed = fixed(&pages, Applicability::Unsafe);
    let page = |path: &str| &fixed.iter().find(|(found, _)| found == path).expect("a fix").1;
    assert!(page("news/2012/03/24/index.md").starts_with("## [2012-03-24](./index.md)\n"));
    assert!(page("news/2012/03/24/a.md").starts_with("### [2012-03-24](index.html)\n"));
    assert!(page("news/2012/03/26/index.md").contains("[Previous Day...](../24/index.md)"));
    assert_eq!(page("about.md"), "[a](./news/2012/03/24/a.md) [b](news/2012/03/24/a.html?b#c)\n");
}

#[test]
fn a_definition_shared_by_other_links_is_not_changed() {
    let page = "## [2012-03-25][d]\n\n## [Previous Day...][d]\n\n[d]: /news/2012/03/25/index.md\n";
    let days =
        [("news/2012/03/24/index.md", "## 2012-03-24\n"), ("news/2012/03/25/index.md", page)];
    assert_eq!(fixed(&days, Applicability::Unsafe), []);
}
