//! Errors in `dateline.toml`: each is underlined, with what to write.

use super::archive;
use crate::support::process::stderr;

#[test]
fn errors_are_underlined_and_similar_keys_suggested() {
    let cases = [
        (
            "[archive]\nexlude = []\n",
            "unknown key `exlude` in [archive]",
            "exlude = []",
            "did you mean `exclude`?",
        ),
        ("[archiv]\n", "unknown key `archiv`", "[archiv]", "did you mean `archive`?"),
        (
            "[archive]\nexclude = 3\n",
            "`archive.exclude` must be a string or an array of strings, not an integer",
            "exclude = 3",
            "",
        ),
        (
            "[layout]\nevent = \"{yaer}/{slug}.md\"\n",
            "`{yaer}` is not a variable of patterns",
            "{yaer}",
            "did you mean `{year}`?",
        ),
        (
            "[layout]\nevent = \"{year}/{lang}{slug}.md\"\n",
            "`{lang}` and `{slug}` have no text between them",
            "{lang}",
            "write a text such as `-` between them",
        ),
        ("[archive]\nextensions = [\"*.md\"]\n", "not an extension of pages", "*.md", "\"md\""),
        (
            "[layout]\nday = \"{year}.md\"\n",
            "the pattern of a day page needs {year}, {month} and {day}",
            "{year}.md",
            "",
        ),
        (
            "[event]\ndate = { level = 3, formats = [\"%Y\"] }\n",
            "this format cannot write a date with its month and day",
            "\"%Y\"",
            "strftime",
        ),
        (
            "[event]\ndate = { level = 3, formats = [\"On {day}\"] }\n",
            "`{day}` is not a variable of these patterns",
            "\"On {day}\"",
            "",
        ),
        (
            "[event]\ntitle = { level = 7 }\n",
            "`event.title.level` must be from 1 to 6",
            "level = 7",
            "",
        ),
        (
            "[rules]\nignore = [\"link/malfomed\"]\n",
            "no rule or group named `link/malfomed`",
            "malfomed",
            "did you mean `link/malformed`?",
        ),
        (
            "[rules]\nseverity = { \"date\" = \"fatal\" }\n",
            "a severity is \"error\" or \"warning\"",
            "\"fatal\"",
            "rules.ignore",
        ),
        (
            "[[rules.override]]\nignore = [\"date\"]\n",
            "`rules.override` needs `files`",
            "ignore = ",
            "for example, `files = [",
        ),
        (
            "[[event.section]]\nlevel = 2\n",
            "`event.section` needs `name` and `headings`",
            "level = 2",
            "`name = \"sources\"` and",
        ),
        (
            "[event]\ndate = { formats = [] }\n",
            "`event.date.formats` needs at least one entry",
            "formats = []",
            "",
        ),
        (
            "[day]\ntopic = { required = true }\n",
            "`day.topic.required` cannot be true",
            "required = true",
            "Dateline has no such requirement",
        ),
        ("[[rules.override]]\nfiles = [\"a[\"]\n", "not a path pattern", "a[", ""),
        (
            "[archive]\nexclude = [\"a/**\", \"!a/b.md\"]\n",
            "a path pattern cannot begin with `!`",
            "!a/b.md",
            "",
        ),
        ("[archive]\nexclude = \"\"\n", "a path pattern cannot be empty", "\"\"", ""),
        (
            "[[rules.override]]\nfiles = \"../a\"\n",
            "a path pattern cannot contain `..`",
            "../a",
            "",
        ),
        (
            "[sources]\ndelay = \"soon\"\n",
            "`sources.delay` is not a length of time",
            "\"soon\"",
            "250ms",
        ),
        (
            "[day]\nprevious = { policy = \"nearst\" }\n",
            "`day.previous.policy` cannot be \"nearst\"",
            "nearst",
            "did you mean \"nearest\"?",
        ),
        ("[archive]\nurl-prefixes = [\"zh\"]\n", "not a URL prefix", "\"zh\"", "/zh"),
        ("[archive\n", "invalid TOML", "[archive", ""),
    ];
    assert_underlined(&cases);
}

#[test]
fn errors_in_site_settings_are_underlined() {
    let cases = [
        (
            "[site]\nhost = \"https://h.example/\"\n",
            "`site.host` cannot be \"https://h.example/\"",
            "\"https://h.example/\"",
            "write a host such as `blog.example.org`",
        ),
        (
            "[site]\ncontent = \"/content\"\n",
            "`site.content` cannot be \"/content\"",
            "\"/content\"",
            "write a folder such as `static`",
        ),
        (
            "[site]\ngenerated = [\"tags/\"]\n",
            "`site.generated` cannot be \"tags/\"",
            "\"tags/\"",
            "such as `/tags/`",
        ),
        (
            "[site]\nreferences = [\"[[{stem}\"]\n",
            "the reference does not end in `]]`",
            "\"[[{stem}\"",
            "",
        ),
    ];
    assert_underlined(&cases);
}

#[test]
fn errors_in_source_settings_are_underlined() {
    let cases = [
        ("[sources]\nbudget = 20\n", "`sources.budget` must be a string", "20", ""),
        (
            "[sources]\nledger = \"../l.db\"\n",
            "`sources.ledger` is not a path inside the archive",
            "ledger = \"../l.db\"",
            "name a file below the archive's root",
        ),
        (
            "[sources]\narchive-url = \"ftp://a.example\"\n",
            "`sources.archive-url` cannot be used to look up copies: its scheme is `ftp`",
            "\"ftp://a.example\"",
            "https://web.archive.org/web",
        ),
        (
            "[sources.hosts.\"a.example:80\"]\n",
            "\"a.example:80\" is not a host",
            "[sources.hosts.\"a.example:80\"]",
            "write the host alone",
        ),
        (
            "[sources.hosts]\n\"*.a.example\" = { skip = true }\n",
            "a host cannot contain `*`",
            "\"*.a.example\"",
            "name each host in full",
        ),
        (
            "[sources.hosts.\"a.example\"]\n[sources.hosts.\"A.example\"]\n",
            "`a.example` has settings already",
            "[sources.hosts.\"A.example\"]",
            "into one table",
        ),
        (
            "[sources.hosts.a.example]\nskip = true\n",
            "a host with dots must be in quotes",
            "[sources.hosts.a.example]",
            "[sources.hosts.\"example.org\"]",
        ),
        (
            "[sources.hosts]\n\"a.example\" = true\n",
            "`sources.hosts.\"a.example\"` must be a table, not a boolean",
            "\"a.example\" = true",
            "",
        ),
        (
            "[sources.hosts.\"A.example\"]\nheader = [\"x\"]\n",
            "unknown key `header` in [sources.hosts.\"a.example\"]",
            "header = ",
            "did you mean `headers`?",
        ),
        (
            "[sources.hosts.\"a.example\"]\nconcurrency = 65\n",
            "`sources.hosts.\"a.example\".concurrency` must be from 1 to 64",
            "65",
            "",
        ),
        (
            "[sources.hosts.\"a.example\"]\nheaders = { x = \"secret\" }\n",
            "must be a string or an array of strings, not a table",
            "headers = ",
            "",
        ),
        (
            "[sources.hosts.\"a.example\"]\nheaders = [\"x: secret\"]\n",
            "\"x: secret\" is not the name of a header",
            "\"x: secret\"",
            "its value goes in an environment variable",
        ),
        (
            "[sources.hosts.\"a.example\"]\nheaders = [\"x\", \"Host\"]\n",
            "the header `Host` cannot be set",
            "\"Host\"",
            "remove it",
        ),
        (
            "[sources.hosts.\"a.example\"]\nheaders = [\"x-y\", \"X-Y\"]\n",
            "`X-Y` is listed twice",
            "\"X-Y\"",
            "differ only in case",
        ),
        (
            "[sources.hosts.\"[2001:db8::1]\"]\nheaders = [\"x\"]\n",
            "`[2001:db8::1]` cannot have headers",
            "headers = [\"x\"]",
            "begins and ends with a letter or a digit",
        ),
    ];
    assert_underlined(&cases);
}

#[test]
fn wrong_places_of_fields_are_underlined() {
    let date = "write `path`, `heading`, `front.KEY` or `line.LABEL`";
    let cases = [
        (
            "[event]\ndate = { from = [\"section\"] }\n",
            "not a place of this field: \"section\"",
            "from = [\"section\"]",
            date,
        ),
        (
            "[day]\ndate = { from = [\"path\", \"front.\"] }\n",
            "not a place of this field: \"front.\"",
            "\"front.\"",
            date,
        ),
        (
            "[event]\ntitle = { from = \"path\" }\n",
            "not a place of this field: \"path\"",
            "from = \"path\"",
            "write `heading` or `front.KEY`",
        ),
        (
            "[event]\nsources = { from = [\"line.Source\"] }\n",
            "not a place of this field: \"line.Source\"",
            "line.Source",
            "write `section` or `front.KEY`",
        ),
        (
            "[event]\nrelated = { from = [\"heading\"] }\n",
            "not a place of this field: \"heading\"",
            "heading",
            "write `section` or `front.KEY`",
        ),
        (
            "[[event.field]]\nname = \"author\"\nfrom = [\"path\"]\n",
            "not a place of this field: \"path\"",
            "from = [\"path\"]",
            "write `front.KEY` or `line.LABEL`",
        ),
        (
            "[event]\nhidden = [\"draft\"]\n",
            "not a value of front matter: \"draft\"",
            "hidden = [\"draft\"]",
            "write `front.KEY` or `front.KEY=VALUE`",
        ),
        (
            "[archive]\nfront-matter = [\"json\"]\n",
            "`archive.front-matter`",
            "front-matter = [\"json\"]",
            "",
        ),
        ("preset = \"jekyl\"\n", "`preset`", "preset = \"jekyl\"", "did you mean"),
    ];
    assert_underlined(&cases);
}

/// Asserts that settings are refused. Each case has settings, the message, the underlined line and
/// the help.
fn assert_underlined(cases: &[(&str, &str, &str, &str)]) {
    for (settings, message, line, help) in cases {
        let output = archive(settings).check(&[]);
        let errors = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{settings}{errors}");
        assert!(output.stdout.is_empty(), "{settings}");
        // The renderer breaks long messages into several lines.
        let flat = errors.replace("\n  │ ", " ").replace("\n        ", " ");
        for part in [message, line, help, "dateline.toml:", "─"] {
            assert!(flat.contains(part), "{settings}: {part:?} is not in\n{errors}");
        }
    }
}

#[test]
fn all_errors_are_reported_at_once() {
    let output = archive("[archive]\nroto = 1\n[sources]\ndelay = 2\n").check(&[]);
    let errors = stderr(&output);
    assert!(errors.contains("`roto`") && errors.contains("sources.delay"), "{errors}");
}
