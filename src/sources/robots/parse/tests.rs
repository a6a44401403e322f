//! Tests of the parser for robots.txt: the rules of RFC 9309, and protection against hostile files.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> RobotsRules {
    RobotsRules::parse(text.as_bytes(), "dateline")
}

/// Returns whether a path is allowed by rules for all robots.
fn allowed(rules: &str, path: &str) -> bool {
    parse(&format!("User-agent: *\n{rules}")).allows(path)
}

/// Returns whether a pattern matches a path.
fn hits(pattern: &str, path: &str) -> bool {
    !allowed(&format!("Disallow: {pattern}"), path)
}

fn delay(text: &str) -> Option<Duration> {
    parse(&format!("User-agent: *\n{text}")).delay()
}

#[test]
fn each_robot_finds_its_own_group() {
    // Adapted from RFC 9309, 5.1.
    let text = b"User-Agent: *\nDisallow: *.gif$\nDisallow: /sample/\nAllow: /papers/\n\n\
        User-Agent: first\nDisallow:/\nAllow:/sample/page.html\nAllow:/sample/open.gif\n\n\
        User-Agent: second\nUser-Agent: third\nDisallow: /sample/page.html\n\n\
        User-Agent: fourth\n\nEOF\n";
    for (robot, open, closed) in [
        (
            "other",
            &["/papers/a.gif", "/", "/a.gif.html"][..],
            &["/a.gif", "/x/b.gif", "/sample/page.html"][..],
        ),
        ("first", &["/sample/page.html", "/sample/open.gif"], &["/", "/papers/", "/sample/"]),
        ("second", &["/sample/", "/a.gif"], &["/sample/page.html"]),
        ("third", &["/sample/", "/a.gif"], &["/sample/page.html"]),
        ("fourth", &["/", "/a.gif", "/sample/page.html"], &[]),
    ] {
        let rules = RobotsRules::parse(text, robot);
        for path in open {
            assert!(rules.allows(path), "{robot} {path}");
        }
        for path in closed {
            assert!(!rules.allows(path), "{robot} {path}");
        }
    }
}

#[test]
fn the_longest_match_decides_and_allow_between_equals() {
    // Adapted from RFC 9309, 5.2.
    let text = "Allow: /sample/page/\nDisallow: /sample/page/closed.gif\n";
    assert!(!allowed(text, "/sample/page/closed.gif"));
    assert!(allowed(text, "/sample/page/open.gif"));
    for text in ["Disallow: /a\nAllow: /a\n", "Allow: /a\nDisallow: /a\n"] {
        assert!(allowed(text, "/a"));
    }
    // Both patterns are three octets long, although they differ.
    assert!(allowed("Disallow: /ab\nAllow: /*b\n", "/ab"));
    assert!(allowed("Disallow: /*b\nAllow: /ab\n", "/ab"));
    assert!(!allowed("Allow: /a\nDisallow: /*.html\n", "/a.html"));
}

#[test]
fn groups_that_name_the_robot_are_merged_and_hide_those_for_everyone() {
    let rules = parse(
        "User-agent: *\nDisallow: /all\n\nUser-agent: DATELINE/2.0 (+x)\nDisallow: /one\n\n\
         User-agent: other\nDisallow: /other\n\nuser-agent: other\nuser-agent: dateline\n\
         Disallow: /two\n",
    );
    assert!(!rules.allows("/one") && !rules.allows("/two"));
    assert!(rules.allows("/all") && rules.allows("/other"));
    let rules = parse("User-agent: *\nDisallow: /a\nUser-agent: x\nUser-agent: * \nDisallow: /b\n");
    assert!(!rules.allows("/a") && !rules.allows("/b"));
}

#[test]
fn only_the_whole_token_is_the_robots_name() {
    for (agent, product, ours) in [
        ("dateline", "Dateline/1.2", true),
        ("dateline/1.0", "dateline", true),
        ("dateline-news", "dateline", false),
        ("date", "dateline", false),
        ("date_line", "date_line", true),
        ("1dateline", "dateline", false),
        ("*", "dateline", true),
        ("*bot", "dateline", false),
        ("", "", false),
        ("1", "1", false),
        ("*", "", true),
    ] {
        let text = format!("User-agent: {agent}\nDisallow: /\n");
        let rules = RobotsRules::parse(text.as_bytes(), product);
        assert_eq!(!rules.allows("/a"), ours, "{agent} {product}");
    }
}

#[test]
fn other_lines_do_not_split_a_group() {
    let rules = parse(
        "Disallow: /early\nUser-agent: dateline\n\nSitemap: https://a.org/s.xml\nnonsense\n\
         Crawl-delay: 1\nUser-agent: other\nHost: a\nDisallow: /a\n\nSitemap: x\nDisallow: /b\n",
    );
    assert!(rules.allows("/early"));
    assert!(!rules.allows("/a") && !rules.allows("/b"));
    // A rule with an empty pattern is still a rule, so it ends the list of robots.
    let rules = parse("User-agent: dateline\nDisallow:\nUser-agent: other\nDisallow: /\n");
    assert_eq!(rules, RobotsRules::allow_all());
}

#[test]
fn lines_are_read_however_they_are_written() {
    for text in [
        "\u{feff}User-agent: *\nDisallow: /a",
        "USER-AGENT:*\rDISALLOW:/a\r",
        "user-agent\t:\t*\t# all\r\n  disallow  :  /a  # not /b\r\n",
        "# first\nUser-agent: *#x\n\n#\nDisallow: /a#/b\n",
    ] {
        assert_eq!(parse(text).to_text(), "User-agent: *\nDisallow: /a\n", "{text:?}");
    }
    let rules = RobotsRules::parse(b"\xff\xfe: \xff\nUser-agent: *\nDisallow: /\xe9 \n", "x");
    assert_eq!(rules.to_text(), "User-agent: *\nDisallow: /%E9\n");
}

#[test]
fn robots_txt_is_always_allowed() {
    let rules = parse("User-agent: *\nDisallow: /");
    assert!(rules.allows("/robots.txt") && rules.allows("/%72obots.txt"));
    assert!(
        !rules.allows("/") && !rules.allows("/robots.txt.bak") && !rules.allows("/robots.txt?a")
    );
    assert!(RobotsRules::allow_all().allows("/"));
    assert_eq!(parse(""), RobotsRules::allow_all());
    assert_eq!(parse("User-agent: *\nDisallow: /"), rules);
}

#[test]
fn wildcards_and_the_end_are_understood() {
    for (pattern, hit, missed) in [
        ("/fish", &["/fish", "/fish.html", "/fish/x", "/fish?a"][..], &["/Fish", "/a/fish"][..]),
        ("/fish$", &["/fish"], &["/fish/", "/fish?a"]),
        ("/fish*", &["/fish", "/fisher"], &["/fis"]),
        ("/*.php", &["/a.php", "/x/a.php?b"], &["/", "/a.PHP"]),
        ("/*.php$", &["/a.php", "/a.php.php"], &["/a.php?b", "/a.php/"]),
        ("*.gif$", &["/a.gif"], &["/a.gifs"]),
        ("/a*b*c$", &["/abc", "/abcbc", "/a/b/c"], &["/ac", "/acb", "/abcd"]),
        ("/a*a$", &["/aa", "/aba"], &["/a"]),
        ("/**b", &["/b", "/ab"], &["/a"]),
        ("/a*$", &["/a", "/ab"], &["/b"]),
        ("/a$b", &["/a$b", "/a%24b"], &["/a", "/ab"]),
        ("/a$$", &["/a$"], &["/a", "/a$b"]),
        ("*", &["/", "/a"], &[]),
        ("$", &[], &["/"]),
        ("a", &[], &["/a", "a"]),
        ("https://a.org/a", &[], &["/a"]),
    ] {
        assert!(hit.iter().all(|path| hits(pattern, path)), "{pattern} {hit:?}");
        assert!(!missed.iter().any(|path| hits(pattern, path)), "{pattern} {missed:?}");
    }
}

#[test]
fn escapes_are_compared_by_what_they_stand_for() {
    for (one, other) in [
        ("/~a", "/%7Ea"),
        ("/%7ea", "/~a"),
        ("/a%3cb", "/a%3Cb"),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
        ("/a b", "/a%20b"),
        ("/100%25", "/100%"),
        ("/a%zz", "/a%25zz"),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"),
        ("/a?b='c'", "/a?b=%27c%27"),
    ] {
        assert!(hits(one, other) && hits(other, one), "{one} {other}");
    }
    for (one, other) in [("/a%2Fb", "/a/b"), ("/a%3Fb", "/a?b"), ("/a?b%26c", "/a?b&c")] {
        assert!(!hits(one, other) && !hits(other, one), "{one} {other}");
    }
    for (pattern, path, hit) in [
        ("/a%2A", "/a*", true),
        ("/a%2a", "/a%2A", true),
        ("/a%2A", "/ab", false),
        ("/a%24", "/a$b", true),
        ("/a%24", "/a", false),
        ("/*%", "/a%20b", true),
        ("/%*b", "/%20b", true),
        ("/100%$", "/100%", true),
        // An escaped percent sign is literal, so it does not begin an escape.
        ("/a%2541", "/aA", false),
        ("/a%%341", "/a%2541", true),
    ] {
        assert_eq!(hits(pattern, path), hit, "{pattern} {path}");
    }
}

#[test]
fn the_longest_delay_of_the_groups_that_apply_counts() {
    for (value, expected) in [
        ("10", Some(10_000)),
        ("0.5", Some(500)),
        (".5", Some(500)),
        ("0", Some(0)),
        ("3600.1", Some(3_600_000)),
        ("999999999999999999999999", Some(3_600_000)),
        ("", None),
        (".", None),
        ("-1", None),
        ("1e3", None),
        ("inf", None),
        ("nan", None),
        ("1.2.3", None),
    ] {
        let found = delay(&format!("Crawl-delay: {value}\n"));
        assert_eq!(found, expected.map(Duration::from_millis), "{value}");
    }
    assert_eq!(delay("crawl-delay: 3\nCrawl-delay: 2\n"), Some(Duration::from_secs(3)));
    assert_eq!(delay("User-agent: x\nDisallow:\nUser-agent: y\nCrawl-delay: 3\n"), None);
    let text = "User-agent: *\nCrawl-delay: 1.25\nAllow: /a\n";
    assert_eq!(parse(text).to_text(), text);
}

#[test]
fn what_lies_past_the_bounds_is_left_out() {
    let head = "User-agent: *\nDisallow: /a\n#";
    let cut_at = |line: &str, read: usize| {
        let filling = "x".repeat(MAX_TEXT - head.len() - 1 - read);
        parse(&format!("{head}{filling}\n{line}\nDisallow: /later\n"))
    };
    let line = "Disallow: /bcd";
    for (read, whole) in [(0, false), (12, false), (13, false), (14, true), (15, true)] {
        let rules = cut_at(line, read);
        assert!(!rules.allows("/a") && rules.allows("/b") && rules.allows("/later"), "{read}");
        assert_eq!(!rules.allows("/bcd"), whole, "{read}");
    }
    assert_eq!(parse(&"x".repeat(MAX_TEXT + 1)), RobotsRules::allow_all());
    let long = format!("/{}", "a".repeat(MAX_PATTERN));
    assert!(hits(&long[1..].replacen('a', "/", 1), &long.replacen("/a", "/", 1)));
    assert!(!hits(&long, &long));
    let many = (0..2 * MAX_RULES).map(|n| format!("Disallow: /{n}")).collect::<Vec<_>>().join("\n");
    assert_eq!(parse(&format!("User-agent: *\n{many}")).rules.len(), MAX_RULES);
}

#[test]
fn text_that_grows_when_escaped_can_be_read_again() {
    let line = |n| format!("Disallow: /{n}{}", "é".repeat(500));
    let many = (0..300).map(line).collect::<Vec<_>>().join("\n");
    let rules = parse(&format!("User-agent: *\nCrawl-delay: 0.123456789\n{many}"));
    assert!(rules.rules.len() < 300 && rules.to_text().len() <= MAX_TEXT);
    assert_eq!(parse(&rules.to_text()), rules);
}

#[test]
fn a_hostile_pattern_comes_to_an_end() {
    let path = format!("/{}", "a".repeat(100_000));
    let stars = "*a".repeat(1000);
    assert!(hits(&format!("/{stars}"), &path));
    assert!(hits(&format!("/{stars}$"), &path));
    assert!(!hits(&format!("/{stars}b"), &path));
    assert!(!hits(&format!("/{stars}*b$"), &path));
    assert!(!hits(&format!("/*{}b", "a".repeat(1000)), &path));
}

/// Returns whether a pattern matches a path, by the simplest possible implementation.
fn matches_by_definition(pattern: &[u8], path: &[u8]) -> bool {
    match (pattern, path) {
        ([], _) => true,
        (b"$", _) => path.is_empty(),
        ([b'*', rest @ ..], _) => {
            (0..=path.len()).any(|skipped| matches_by_definition(rest, &path[skipped..]))
        }
        ([one, pattern @ ..], [other, path @ ..]) => {
            one == other && matches_by_definition(pattern, path)
        }
        (_, []) => false,
    }
}

/// Generates text that resembles a robots.txt.
fn robots_text() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        4 => "(Allow|disallow): ?[/*]?[ab/*$%27EeFf?:é'~ ]{0,8}",
        2 => "User-agent: (\\*|dateline|other)",
        1 => "Crawl-delay: [0-9]{0,5}(\\.[0-9]{0,12})?",
        1 => "[a-z:# ]{0,8}",
    ];
    vec((line, "\r|\n|\r\n"), 0..20).prop_map(|lines| {
        lines.into_iter().flat_map(|(line, end)| (line + &end).into_bytes()).collect()
    })
}

proptest! {
    #[test]
    fn any_bytes_can_be_read(text in vec(any::<u8>(), 0..500), path in "\\PC*") {
        for text in [text.clone(), [b"User-agent:*\nDisallow:/".to_vec(), text].concat()] {
            let rules = RobotsRules::parse(&text, "dateline");
            let _ = rules.allows(&path);
            prop_assert_eq!(RobotsRules::parse(rules.to_text().as_bytes(), "x"), rules);
        }
    }

    #[test]
    fn what_is_kept_is_what_was_read(text in robots_text(), product in "[a-z*]{0,3}|dateline") {
        let rules = RobotsRules::parse(&text, "dateline");
        let kept = rules.to_text();
        let again = RobotsRules::parse(kept.as_bytes(), &product);
        prop_assert_eq!(again.to_text(), kept);
        prop_assert_eq!(again, rules);
    }

    #[test]
    fn normalising_twice_changes_nothing(text in "[/*$%0-9A-Fa?:é'~ ]{0,12}", is_pattern: bool) {
        let once = normalise(text.as_bytes(), is_pattern);
        // The first pass has already escaped the literal octets of a path.
        prop_assert_eq!(normalise(once.as_bytes(), is_pattern), once);
    }

    #[test]
    fn matching_does_what_the_definition_says(pattern in "/[ab*]{0,8}\\$?", path in "/[ab]{0,10}") {
        let (pattern, path) = (pattern.as_bytes(), path.as_bytes());
        prop_assert_eq!(matches(pattern, path), matches_by_definition(pattern, path));
    }
}
