//! Tests of patterns.

use std::collections::HashMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::part::MOST_TEXTS;
use super::*;

fn pattern(written: &str) -> Pattern {
    Pattern::parse(written, true).expect(written)
}

fn event() -> Pattern {
    pattern("news/{year}/{month:02}/{day}/{slug}.md")
}

/// What a pattern reads from a path.
#[derive(Debug, PartialEq, Eq)]
enum Reading {
    /// Nothing, because the path does not match.
    NoMatch,
    /// No full date.
    Undated,
    Dated(FolderDate),
}

impl Reading {
    fn of(captures: Option<Captures<'_>>) -> Self {
        let date = captures.map(|captures| captures.date.map_or(Self::Undated, Self::Dated));
        date.unwrap_or(Self::NoMatch)
    }
}

fn read(written: &str, path: &str) -> Reading {
    Reading::of(pattern(written).read(path))
}

/// Returns the value of a text variable that a pattern reads from a path.
fn text(written: &str, path: &str, name: &str) -> Option<String> {
    Some(pattern(written).read(path)?.text(name).expect(name).to_owned())
}

fn day(year: i16, month: i8, day: i8) -> Reading {
    Reading::Dated(FolderDate::Day(date(year, month, day)))
}

fn differently(year: i16, month: i8, day: i8) -> Reading {
    Reading::Dated(FolderDate::WrittenDifferently(date(year, month, day)))
}

const IMPOSSIBLE: Reading = Reading::Dated(FolderDate::Impossible);
const CONTRADICTORY: Reading = Reading::Dated(FolderDate::Contradictory);

#[test]
fn a_path_is_read_into_its_day_and_slug() {
    let event = event();
    let captures = event.read("news/2012/03/25/some.event.md").expect("matches");
    assert_eq!(captures.date, Some(FolderDate::Day(date(2012, 3, 25))));
    assert_eq!(captures.slug, Some("some.event"));
    assert_eq!((captures.year, captures.month, captures.day), (Some(2012), Some(3), Some(25)));
}

#[test]
fn wrong_days_and_padding_are_told_apart_from_other_paths() {
    let read = |path: &str| Reading::of(event().read(path));
    assert_eq!(read("news/2013/02/30/a.md"), IMPOSSIBLE);
    assert_eq!(read("news/2013/13/1/a.md"), IMPOSSIBLE);
    assert_eq!(read("news/2013/99999999/1/a.md"), IMPOSSIBLE);
    assert_eq!(read("news/201/03/1/a.md"), IMPOSSIBLE);
    assert_eq!(read("news/2013/02/03/a.md"), differently(2013, 2, 3));
    assert_eq!(read("news/2013/2/3/a.md"), differently(2013, 2, 3));
    for other in ["news/2013/02/3/.md", "news/2013/feb/3/a.md", "news/2013/02/3/a/b.md", "a.md"] {
        assert_eq!(read(other), Reading::NoMatch, "{other}");
    }
}

#[test]
fn months_have_names_in_any_case() {
    let full = "{year}/{day:02}-{month:%B}-{slug}.md";
    assert_eq!(read(full, "2012/25-March-a.md"), day(2012, 3, 25));
    assert_eq!(read(full, "2012/25-MARCH-a.md"), differently(2012, 3, 25));
    assert_eq!(read(full, "2012/25-Mar-a.md"), Reading::NoMatch);
    let short = "{year}/{month:%b}{day}.md";
    assert_eq!(read(short, "2012/May5.md"), day(2012, 5, 5));
    assert_eq!(read(short, "2012/may05.md"), differently(2012, 5, 5));
    assert_eq!(read(short, "2012/March5.md"), Reading::NoMatch);
    assert_eq!(
        pattern(full).write(date(2012, 9, 5), "a").as_deref(),
        Some("2012/05-September-a.md")
    );
    assert_eq!(pattern(short).write(date(2012, 9, 5), "").as_deref(), Some("2012/Sep5.md"));
}

#[test]
fn a_repeated_date_must_agree() {
    let twice = "{year}/{month:02}/{year}-{month}-{day:02}-{slug}.md";
    assert_eq!(read(twice, "2012/03/2012-3-05-a.md"), day(2012, 3, 5));
    assert_eq!(read(twice, "2012/3/2012-3-05-a.md"), differently(2012, 3, 5));
    assert_eq!(read(twice, "2012/03/2012-4-05-a.md"), CONTRADICTORY);
    let pattern = pattern(twice);
    let found = pattern.read("2012/03/2012-13-05-a.md").expect("matches").contradiction;
    let expected = Contradiction { part: DatePart::Month, first: "03", second: "13" };
    assert_eq!(found, Some(expected));
    assert_eq!(read("{year}/{year}-{slug}.md", "2012/2013-a.md"), CONTRADICTORY);
    assert_eq!(read("{month:%B}/{month:02}-{slug}.md", "march/04-a.md"), CONTRADICTORY);
}

#[test]
fn a_repeated_text_must_agree() {
    let twice = "{lang}/{year}/{month}-{day}-{slug}.{lang}.md";
    assert_eq!(read(twice, "en/2012/3-5-a.b.en.md"), day(2012, 3, 5));
    assert_eq!(text(twice, "en/2012/3-5-a.b.en.md", "slug").as_deref(), Some("a.b"));
    assert_eq!(read(twice, "en/2012/3-5-a.de.md"), Reading::NoMatch);
    // The second place decides where the first one ends.
    let later = "{slug}-{lang}/x-{slug}.md";
    assert_eq!(text(later, "a-b-c-d/x-a-b.md", "lang").as_deref(), Some("c-d"));
    assert_eq!(text(later, "a-b-c-d/x-a-b-c.md", "lang").as_deref(), Some("d"));
    assert_eq!(read(later, "a-b-c-d/x-b.md"), Reading::NoMatch);
}

#[test]
fn a_text_takes_as_much_as_the_rest_of_the_name_allows() {
    let three = "{a}-{b}x-{c}.md";
    let found = |path| ["a", "b", "c"].map(|name| text(three, path, name).unwrap_or_default());
    assert_eq!(found("1-2-3x-4x-5.md"), ["1-2-3x", "4", "5"]);
    assert_eq!(found("1-2x-.md"), ["", "", ""]);
    // Today's slug: up to the last place at which the rest fits.
    assert_eq!(text("{slug}-{day}.md", "a-1-b-2.md", "slug").as_deref(), Some("a-1-b"));
    assert_eq!(text("{slug}-{day}-{x}.md", "a-1-b-c.md", "slug").as_deref(), Some("a"));
    assert_eq!(text("{slug}aa{day}.md", "aaaaaa1.md", "slug").as_deref(), Some("aaaa"));
    assert_eq!(text("{slug}éé{day}.md", "ééé1.md", "slug").as_deref(), Some("é"));
}

#[test]
fn numbers_have_their_number_of_digits() {
    let meeting = "main/{year}/CG-{month:02}-{day:02}.md";
    assert_eq!(read(meeting, "main/2021/CG-03-16.md"), day(2021, 3, 16));
    assert_eq!(read("CG-{month:02}-{day:02}.md", "CG-2026-08.md"), Reading::NoMatch);
    assert_eq!(read(meeting, "main/2021/CG-03-161.md"), Reading::NoMatch);
    let joined = "{year}{month:02}{day:02}-{slug}.md";
    assert_eq!(read(joined, "20120305-a.md"), day(2012, 3, 5));
    assert_eq!(read(joined, "2012035-a.md"), differently(2012, 3, 5));
    assert_eq!(read(joined, "201203051-a.md"), Reading::NoMatch);
    let post = "_posts/{year}-{month:02}-{day:02}-{slug}.md";
    assert_eq!(read(post, "_posts/2013-12-2-x.md"), differently(2013, 12, 2));
    assert_eq!(read(post, "_posts/213-12-02-x.md"), Reading::NoMatch);
    assert_eq!(read(post, "_posts/20130-12-02-x.md"), IMPOSSIBLE);
}

#[test]
fn an_event_does_not_need_a_full_date() {
    let year = "content/{year}/{slug}.md";
    let pattern = pattern(year);
    let captures = pattern.read("content/2012/a.md").expect("matches");
    assert_eq!((captures.date, captures.year, captures.month), (None, Some(2012), None));
    assert_eq!(read(year, "content/404/a.md"), Reading::NoMatch);
    assert_eq!(read("{year}/{month}/{slug}.md", "2012/13/a.md"), IMPOSSIBLE);
    assert_eq!(read("{month}-{day}-{slug}.md", "2-29-a.md"), Reading::Undated);
    assert_eq!(read("{month}-{day}-{slug}.md", "2-30-a.md"), IMPOSSIBLE);
    let layout = Layout { event: vec![pattern.clone()], day: Vec::new() };
    let place = layout.place("content/2012/a.md");
    assert_eq!(place, ParsedPath { kind: PageKind::Event, date: None });
}

#[test]
fn a_slug_is_no_name_of_a_page_that_lists_others() {
    let post = "posts/{year}-{month:02}-{day:02}-{slug}.md";
    for written in [post, "posts/{slug}.md", "posts/{slug}/index.md", "{year}/{slug}.md"] {
        let path = |slug| {
            written
                .replace("{year}-{month:02}-{day:02}", "2012-03-25")
                .replace("{year}", "2012")
                .replace("{slug}", slug)
        };
        for slug in ["_index", "_index.fr"] {
            assert_eq!(read(written, &path(slug)), Reading::NoMatch, "{}", path(slug));
        }
        for slug in ["index", "README", "Readme", "readme.fr"] {
            let is_list = read(written, &path(slug)) == Reading::NoMatch;
            assert_eq!(is_list, written != post, "{}", path(slug));
        }
        for slug in ["_indexes", "index-of-ships", "_INDEX", "readmes"] {
            assert_ne!(read(written, &path(slug)), Reading::NoMatch, "{}", path(slug));
        }
    }
    // Other variables stand for any text.
    assert_eq!(read("{page}.md", "_index.md"), Reading::Undated);
    // The next pattern is tried.
    let event = vec![pattern("{lang}/{slug}.md"), pattern("{lang}/{page}.md")];
    let layout = Layout { event, day: Vec::new() };
    assert_eq!(
        layout.read("de/_index.md").expect("matches").pattern.to_string(),
        "{lang}/{page}.md"
    );
    assert_eq!(pattern("{slug}.md").write(date(2012, 3, 5), "index"), None);
}

#[test]
fn the_extension_stands_for_any_extension_of_pages() {
    assert_eq!(read("{year}/{slug}.md", "2012/a.markdown"), Reading::Undated);
    assert_eq!(read("{year}/{slug}.markdown", "2012/a.md"), Reading::Undated);
    assert_eq!(read("{year}/{slug}.md", "2012/a.txt"), Reading::NoMatch);
    assert_eq!(read("{year}/{slug}.txt", "2012/a.md"), Reading::NoMatch);
    let mdx = PageExtensions::new(vec!["mdx".to_owned()]);
    let pattern = pattern("{year}/{slug}.mdx").with_extensions(&mdx);
    assert!(pattern.read("2012/a.mdx").is_some() && pattern.read("2012/a.md").is_none());
    let moved = event().rewrite("news/2012/3/05/a.b.markdown", date(2012, 3, 5));
    assert_eq!(moved.as_deref(), Some("news/2012/03/5/a.b.markdown"));
}

#[test]
fn what_cannot_be_read_back_is_not_written() {
    let day = date(2012, 3, 5);
    assert_eq!(event().write(day, ""), None);
    assert_eq!(event().write(day, "a/b"), None);
    assert_eq!(pattern("{lang}/{year}/{slug}.md").write(day, "a"), None);
    assert_eq!(pattern("{year}-{day}{slug}.md").write(day, "1a"), None);
    assert_eq!(event().write(date(-5, 3, 5), "a"), None);
}

#[test]
fn patterns_that_cannot_work_are_refused() {
    use PatternError::*;
    let error = |pattern: &str| Pattern::parse(pattern, true).expect_err(pattern);
    let misspelt = |given: &str, known| Misspelt { given: given.into(), known };
    assert_eq!(error("{yaer}/{slug}"), misspelt("yaer", "year"));
    assert_eq!(error("{Month:02}/{slug}"), misspelt("Month:02", "month"));
    assert_eq!(error("{year:4}"), InvalidFormat("year:4".into()));
    assert_eq!(error("{day:%b}"), InvalidFormat("day:%b".into()));
    assert_eq!(error("{lang:02}"), InvalidFormat("lang:02".into()));
    assert_eq!(error("{year}/{month/{day}"), InvalidVariable("month/{day".into()));
    assert_eq!(error("{2}/{day}"), InvalidVariable("2".into()));
    assert_eq!(error("{year}/{month}/{slug"), UnclosedBrace);
    assert_eq!(error("about.md"), NoVariable);
    assert_eq!(error("../{year}/{month}/{day}/{slug}.md"), NotRelative);
    let beside = |text: &str, next: &str| SideBySide { text: text.into(), next: next.into() };
    assert_eq!(error("{slug}{year}.md"), beside("slug", "year"));
    assert_eq!(error("{lang}{slug}.md"), beside("lang", "slug"));
    assert_eq!(error("{year}{month}{day:02}.md"), NoWidth("month"));
    assert_eq!(error("{day}1-{slug}.md"), NoWidth("day"));
    assert_eq!(error("{a}-{b}/{a}-{b}.md"), Undetermined("a".into()));
    assert_eq!(error("{a}-{a}.md"), Undetermined("a".into()));
    let names: Vec<String> = (0..=MOST_TEXTS).map(|index| format!("{{v{index}}}")).collect();
    assert_eq!(error(&names.join("/")), TooManyTexts);
    assert_eq!(error(&format!("{{a}}/{}", "{a}-".repeat(MOST_TEXTS + 1))), TooManyTexts);
    let error = |pattern: &str| Pattern::parse(pattern, false).expect_err(pattern);
    assert_eq!(error("{year}/{month}.md"), IncompleteDate);
    assert_eq!(error("{year}/{month}/{day}/{slug}.md"), Slug);
}

/// Returns the number of comparisons in which a path is matched.
fn steps(pattern: &Pattern, path: &str) -> usize {
    let mut steps = 0;
    let _ = pattern.read_in_steps(path, &mut || steps += 1);
    steps
}

/// Returns the maximum number of comparisons: a few for each byte of the path, for each part of a
/// block that can start at this byte.
fn most_steps(written: &str, path: &str) -> usize {
    let parts = written.len() + 1;
    4 * (path.len() + parts)
}

#[test]
fn hostile_paths_take_linear_time() {
    let ones = "1".repeat(4096);
    let dashes = "-".repeat(4096);
    let mixed = "-a1".repeat(1365);
    for written in [
        "{a}-{b}-{c}-{d}-{e}-{f}-{g}-{h}x.md",
        "{a}1{year}-{slug}.md",
        "{a}1{day}1{month}.md".replace("{day}", "{day:02}").as_str(),
        "{a}-a{day}-a{month}-a{b}-a{year}.md",
        "{a}--{b}--{c}.md",
        "{slug}/{slug}-{slug}-{slug}-{x}.md",
    ] {
        let pattern = pattern(written);
        for path in [&ones, &dashes, &mixed] {
            for path in [format!("{path}.md"), format!("{path}/{path}.md"), format!("-/{path}.md")]
            {
                let (steps, most) = (steps(&pattern, &path), most_steps(written, &path));
                assert!(steps <= most, "{written}: {steps} of {most}");
            }
        }
    }
}

/// A part of a generated pattern. Text variables are always separate.
fn part() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "{year}",
        "{month:02}",
        "{month}",
        "{month:%B}",
        "{month:%b}",
        "{day:02}",
        "{day}",
        "{slug}",
        "{lang}",
        "{series}",
        "-",
        "/",
        "/x-",
        "a",
        "1",
        "é",
    ])
}

/// A pattern that is valid.
fn generated() -> impl Strategy<Value = Pattern> {
    let written = prop::collection::vec(part(), 1..10).prop_map(|parts| parts.concat() + ".md");
    written.prop_filter_map("invalid", |written| Pattern::parse(&written, true).ok())
}

fn dates() -> impl Strategy<Value = Date> {
    (1000i16..=9999, 1i8..=12, 1i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

/// Returns the path that a pattern stands for, without using the code of patterns. `texts` are the
/// values of `{slug}`, `{lang}` and `{series}`.
fn instance(pattern: &Pattern, day: Date, texts: [&str; 3]) -> String {
    let dates = [
        ("{month:%B}", "%B"),
        ("{month:%b}", "%b"),
        ("{month:02}", "%m"),
        ("{month}", "%-m"),
        ("{day:02}", "%d"),
        ("{day}", "%-d"),
        ("{year}", "%Y"),
    ];
    let mut path = pattern.to_string();
    for (variable, format) in dates {
        path = path.replace(variable, &day.strftime(format).to_string());
    }
    for (variable, text) in ["{slug}", "{lang}", "{series}"].iter().zip(texts) {
        path = path.replace(variable, text);
    }
    path
}

/// Matches a path by trying every place, the longest texts first. Collects the values of the text
/// variables.
fn matches_anyhow<'a>(
    parts: &[&'a str],
    path: &'a str,
    values: &mut HashMap<&'a str, &'a str>,
) -> bool {
    let Some((part, rest)) = parts.split_first() else { return path.is_empty() };
    if *part == "{day}" {
        let length = path.bytes().take_while(u8::is_ascii_digit).count();
        return matches!(length, 1 | 2) && matches_anyhow(rest, &path[length..], values);
    }
    if !part.starts_with('{') || values.contains_key(part) {
        let text = values.get(part).copied().unwrap_or(part);
        let behind = path.strip_prefix(text);
        return behind.is_some_and(|path| matches_anyhow(rest, path, values));
    }
    let most = path.find('/').unwrap_or(path.len());
    (1..=most).rev().filter(|end| path.is_char_boundary(*end)).any(|end| {
        let mut tried = values.clone();
        tried.insert(part, &path[..end]);
        let fits = matches_anyhow(rest, &path[end..], &mut tried);
        if fits {
            *values = tried;
        }
        fits
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        day in dates(),
        slug in "[^/\u{0}]{1,12}",
        width in prop::sample::select(vec!["", ":01", ":02"]),
    ) {
        let pattern = pattern(&format!("a/{{year}}-{{month{width}}}/{{day{width}}}-{{slug}}.md"));
        let path = pattern.write(day, &slug).expect("a path");
        let captures = pattern.read(&path).expect("its own path");
        prop_assert_eq!(captures.date, Some(FolderDate::Day(day)));
        prop_assert_eq!(captures.slug, Some(slug.as_str()));
    }

    #[test]
    fn a_path_of_another_day_keeps_its_texts(
        pattern in generated(), days in [dates(), dates()],
        texts in ["[a-z]{1,4}", "[a-z1-]{1,4}", "[A-Zé]{1,4}"],
    ) {
        let path = instance(&pattern, days[0], texts.each_ref().map(String::as_str));
        // A text can contain what the pattern has beside it, so the path may be read differently.
        if let Some(captures) = pattern.read(&path) {
            if let Some(FolderDate::Day(day)) = captures.date {
                let same = pattern.rewrite(&path, day);
                prop_assert_eq!(same, Some(path.clone()));
            }
            if let Some(moved) = pattern.rewrite(&path, days[1]) {
                let moved = pattern.read(&moved).expect("its own path");
                prop_assert!(captures.free().eq(moved.free()));
                prop_assert_eq!(captures.slug, moved.slug);
                let is_dated = captures.calendar_day().is_some();
                prop_assert!(!is_dated || moved.calendar_day() == Some(days[1]));
            }
        }
    }

    #[test]
    fn a_path_that_is_written_as_a_pattern_matches_it(pattern in generated(), day in dates()) {
        let path = instance(&pattern, day, ["story", "eng", "wx"]);
        prop_assert!(pattern.read(&path).is_some(), "{} does not match {}", pattern, path);
    }

    #[test]
    fn no_match_is_missed(
        parts in prop::collection::vec(prop::sample::select(vec![
            "{slug}", "{lang}", "{series}", "{day}", "-", "/", "a", "é-",
        ]), 1..9),
        path in "[-aé/12]{1,16}",
    ) {
        if let Ok(pattern) = Pattern::parse(&parts.concat(), true) {
            let mut values = HashMap::new();
            let expected = matches_anyhow(&parts, &path, &mut values);
            let read = pattern.read(&path);
            prop_assert_eq!(read.is_some(), expected, "{} {}", pattern, path);
            for name in ["slug", "lang", "series"] {
                let value = values.get(format!("{{{name}}}").as_str()).copied();
                prop_assert_eq!(read.and_then(|read| read.text(name)), value, "{}", pattern);
            }
        }
    }

    #[test]
    fn any_path_is_read_in_linear_time(
        pattern in generated(), path in "[-a1é/x]{0,200}(\\.md)?",
    ) {
        prop_assert!(steps(&pattern, &path) <= most_steps(&pattern.to_string(), &path));
    }

    #[test]
    fn no_pattern_and_no_path_panics(written in "[{}a-z0%:/.é-]{0,20}", path in ".{0,40}") {
        let _ = event().read(&path);
        if let Ok(pattern) = Pattern::parse(&written, true) {
            let _ = pattern.read(&path);
        }
    }
}
