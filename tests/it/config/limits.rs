//! Tests of the limits on the size of `dateline.toml`. Every page is checked against the settings,
//! and the file may come from an untrusted author.

use crate::support::archive::TestArchive;
use crate::support::process::stderr;

/// Checks an archive of one page with these settings. Returns the exit code and the messages.
fn check(settings: &str) -> (Option<i32>, String) {
    let archive = TestArchive::new();
    archive.write("dateline.toml", settings);
    archive.write("news/2012/03/25/a.md", "### 2012-03-25\n\n# A\n");
    let output = archive.check(&["--output-format", "concise"]);
    (output.status.code(), stderr(&output))
}

/// A list setting, its maximum length, and a function that writes settings with a list of a given
/// length.
type Case<'a> = (&'static str, usize, &'a dyn Fn(usize) -> String);

/// Returns a TOML array of `count` strings. `string` makes each string from its index.
fn array(count: usize, string: impl Fn(usize) -> String) -> String {
    let strings: Vec<_> = (0..count).map(|index| format!("{:?}", string(index))).collect();
    format!("[{}]", strings.join(", "))
}

#[test]
fn the_length_of_a_list_is_limited() {
    let list = |table: &str, key: &str, count: usize, string: &dyn Fn(usize) -> String| {
        format!("[{table}]\n{key} = {}\n", array(count, string))
    };
    let layout = |day: &str, index| format!("{index}/{{year}}/{{month}}/{{day}}/{day}.md");
    let section =
        |index: usize| format!("[[event.section]]\nname = \"n\"\nheadings = \"{index}\"\n");
    let page = |index: usize| format!("[[rules.override]]\nfiles = \"{index}.md\"\n");
    let cases: [Case<'_>; 9] = [
        ("archive.exclude", 1000, &|count| {
            list("archive", "exclude", count, &|index| format!("a{index}/**"))
        }),
        ("archive.url-prefixes", 100, &|count| {
            list("archive", "url-prefixes", count, &|index| format!("/a{index}"))
        }),
        ("archive.generated", 100, &|count| {
            list("archive", "generated", count, &|index| format!("a{index}"))
        }),
        ("layout.event", 100, &|count| {
            list("layout", "event", count, &|index| layout("{slug}", index))
        }),
        ("layout.day", 100, &|count| list("layout", "day", count, &|index| layout("index", index))),
        ("event.date.formats", 100, &|count| {
            list("event.date", "formats", count, &|index| format!("%Y-%m-%d {index}"))
        }),
        ("day.previous.texts", 100, &|count| {
            list("day.previous", "texts", count, &|index| format!("a{index}"))
        }),
        ("event.section", 100, &|count| (0..count).map(section).collect()),
        ("rules.override", 250, &|count| (0..count).map(page).collect()),
    ];
    for (key, most, settings) in cases {
        let (code, errors) = check(&settings(most));
        assert_ne!(code, Some(2), "{key}: {errors}");
        let (code, errors) = check(&settings(most + 1));
        assert_eq!(code, Some(2), "{key}: {errors}");
        let most = if most == 1000 { "1,000".to_owned() } else { most.to_string() };
        assert!(errors.contains(&format!("`{key}` has ")), "{key}: {errors}");
        assert!(errors.contains(&format!("; at most {most} are allowed")), "{key}: {errors}");
        assert!(errors.contains("found 1 error in the settings"), "{key}: {errors}");
    }
}

#[test]
fn the_headings_of_all_sections_together_are_limited() {
    let sections = |count: usize| -> String {
        let section = |index| {
            let headings = array(50, |heading| format!("{index}-{heading}"));
            format!("[[event.section]]\nname = \"n{index}\"\nheadings = {headings}\n")
        };
        (0..count).map(section).collect()
    };
    assert_ne!(check(&sections(10)).0, Some(2));
    let (code, errors) = check(&sections(11));
    assert_eq!(code, Some(2), "{errors}");
    assert!(errors.contains("together, the sections have more than 500 headings"), "{errors}");
}

#[test]
fn the_length_of_a_string_is_limited() {
    let contact = |len: usize| format!("[sources]\ncontact = \"https://{}\"\n", "a".repeat(len));
    assert_ne!(check(&contact(992)).0, Some(2));
    for settings in [contact(993), format!("[rules]\nignore = [\"{}\"]\n", "é".repeat(501))] {
        let (code, errors) = check(&settings);
        assert_eq!(code, Some(2), "{errors}");
        assert!(errors.contains("a string can have at most 1,000 bytes"), "{errors}");
    }
}

#[test]
fn the_wildcards_of_a_glob_are_limited() {
    let exclude = |patterns: &str| format!("[archive]\nexclude = {patterns}\n");
    let files = |patterns: &str| format!("[[rules.override]]\nfiles = {patterns}\n");
    let most = format!("\"{}\"", "?a".repeat(16));
    let over = format!("[\"news/**\", \"{}\"]", "?[a]*".repeat(6));
    for settings in [exclude, files] {
        assert_ne!(check(&settings(&most)).0, Some(2));
        let (code, errors) = check(&settings(&over));
        assert_eq!(code, Some(2), "{errors}");
        assert!(errors.contains("dateline.toml:2:"), "{errors}");
        assert!(errors.contains("a path pattern can have at most 16 wildcards"), "{errors}");
    }
    let all = |one: usize, other: usize| {
        let patterns = |count| array(count, |index| format!("**/*/*/?{index}"));
        format!("{}{}", exclude(&patterns(one)), files(&patterns(other)))
    };
    assert_ne!(check(&all(250, 250)).0, Some(2));
    for settings in [all(250, 252), all(501, 0), all(502, 400)] {
        let (code, errors) = check(&settings);
        assert_eq!(code, Some(2), "{errors}");
        let expected = "all path patterns together can have at most 2,000 wildcards";
        assert_eq!(errors.matches(expected).count(), 1, "{errors}");
    }
}

#[test]
fn globs_that_are_too_large_together_are_all_reported() {
    let patterns = array(1000, |index| format!("{}*{index}*", "x".repeat(900)));
    let key = "[archive]\nexclude = ";
    for settings in
        [format!("{key}{patterns}\n"), format!("[[rules.override]]\nfiles = {patterns}\n")]
    {
        let (code, errors) = check(&settings);
        assert_eq!(code, Some(2), "{errors}");
        assert!(errors.contains("all path patterns together are too large"), "{errors}");
        assert!(!errors.contains("not a path pattern"), "{errors}");
    }
}

#[test]
fn the_size_of_the_file_is_limited() {
    let comment = |len: usize| format!("#{}\n", "x".repeat(len - 2));
    assert_ne!(check(&comment(1 << 20)).0, Some(2));
    let (code, errors) = check(&comment((1 << 20) + 1));
    assert_eq!(code, Some(2));
    assert!(errors.contains("dateline.toml: it has more than 1,048,576 bytes"), "{errors}");
}

#[test]
fn at_most_one_hundred_errors_are_shown() {
    let unknown: Vec<_> = (0..20_000).map(|index| format!("key-{index} = 1\n")).collect();
    let unknown = unknown.concat();
    let rules = format!("[rules.severity]\n{}", unknown.replace("= 1", "= \"error\""));
    let hosts = format!("[sources.hosts]\n{unknown}");
    for settings in [unknown, rules, hosts] {
        let (code, errors) = check(&settings);
        assert_eq!(code, Some(2));
        assert_eq!(errors.matches("dateline.toml:").count(), 100, "{errors}");
        let expected = "error: found 20,000 errors in the settings; showing the first 100\n";
        assert!(errors.ends_with(expected), "{errors}");
    }
}

#[test]
fn nested_braces_in_a_glob_do_not_overflow_the_stack() {
    for (open, inside, close) in
        [("{", "a", "}"), ("{a,", "b", "}"), ("[", "a", "]"), ("(", "", "")]
    {
        for depth in [100, 300, 100_000] {
            let pattern = open.repeat(depth) + inside + &close.repeat(depth);
            for settings in [
                format!("[archive]\nexclude = [\"{pattern}\"]\n"),
                format!("[[rules.override]]\nfiles = [\"{pattern}\"]\n"),
            ] {
                let (code, errors) = check(&settings);
                assert!(matches!(code, Some(0..=2)), "{open} {depth}: {code:?} {errors}");
            }
        }
    }
}

#[test]
fn deeply_nested_tables_do_not_overflow_the_stack() {
    const DEEP: usize = 100_000;
    for settings in [
        format!("[a{}]\n", ".a".repeat(DEEP)),
        format!("a{} = 1\n", ".a".repeat(DEEP)),
        format!("a = {}{}\n", "[".repeat(DEEP), "]".repeat(DEEP)),
        format!("a = {}1{}\n", "{a=".repeat(DEEP), "}".repeat(DEEP)),
    ] {
        let (code, errors) = check(&settings);
        assert_eq!(code, Some(2), "{errors}");
    }
}
