//! Tests of the effect of settings, and of the messages about invalid ones.

use std::path::Path;

use crate::support::archive::TestArchive;
use crate::support::process::{dateline, stderr};

/// Creates an archive of one event page with a broken link.
fn archive(settings: &str) -> TestArchive {
    let archive = TestArchive::new();
    archive.write("dateline.toml", settings);
    archive.write("news/2012/03/25/a.md", "### 2012-03-25\n\n# A\n\n[x](/gone.md)\n");
    archive.write("news/2012/03/25/index.md", "## 2012-03-25\n\n### [A](/news/2012/03/25/a.md)\n");
    archive
}

fn rules(archive: &TestArchive, options: &[&str]) -> Vec<String> {
    archive.findings(options).into_iter().map(|found| found.0).collect()
}

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

#[test]
fn settings_are_found_upward_or_named_or_disabled() {
    let archive = archive("[rules]\nignore = [\"link\"]\n");
    assert_eq!(rules(&archive, &[]), [] as [String; 0]);
    assert_eq!(rules(&archive, &["--isolated"]), ["link/not-found"]);
    let folder = archive.root().join("news/2012/03");
    let output = dateline(&folder, &["check", ".", "--output-format", "concise"]);
    assert_eq!(output.status.code(), Some(0), "the file at the root is found");
    archive.write("other.toml", "");
    assert_eq!(rules(&archive, &["--config", "other.toml"]), ["link/not-found"]);
    assert_eq!(archive.check(&["--config", "none.toml"]).status.code(), Some(2));
}

#[test]
fn severities_can_be_set_and_overridden_by_path() {
    let ignored =
        archive("[[rules.override]]\nfiles = [\"news/2012/**\"]\nignore = [\"link/not-found\"]\n");
    assert!(rules(&ignored, &[]).is_empty());
    let elsewhere =
        archive("[[rules.override]]\nfiles = [\"news/2013/**\"]\nignore = [\"link/not-found\"]\n");
    assert_eq!(rules(&elsewhere, &[]), ["link/not-found"]);
    for folder in ["news", "./news/2012/", "/news/201?/"] {
        let overridden = format!(
            "[[rules.override]]\nfiles = [\"a\", \"{folder}\"]\n[[rules.override]]\nfiles = \"{folder}\"\nignore = [\"link/not-found\"]\n"
        );
        assert!(rules(&archive(&overridden), &[]).is_empty(), "{folder}");
    }
    let lowered = archive("[rules]\nseverity = { link = \"warning\" }\n");
    assert_eq!(lowered.check(&[]).status.code(), Some(0));
    let exception =
        archive("[rules]\nseverity = { \"link/not-found\" = \"error\", link = \"warning\" }\n");
    assert_eq!(exception.check(&[]).status.code(), Some(1), "the id wins over its group");
    let on_one = archive(
        "[[rules.override]]\nfiles = \"**/a.md\"\nseverity = { \"link/not-found\" = \"warning\" }\n",
    );
    assert_eq!(on_one.check(&[]).status.code(), Some(0));
    let added =
        "[rules]\nignore = [\"link\"]\n[[rules.override]]\nfiles = \"**\"\nselect = [\"link\"]\n";
    assert_eq!(rules(&archive(added), &[]), ["link/not-found"]);
    assert!(rules(&archive(added), &["--ignore", "link"]).is_empty(), "the command line wins");
    assert!(rules(&archive(added), &["--select", "date"]).is_empty(), "the command line wins");
    assert_eq!(rules(&ignored, &["--extend-select", "link"]), ["link/not-found"]);
    let selected = archive("[rules]\nselect = [\"date\"]\nextend-select = [\"heading\"]\n");
    assert!(rules(&selected, &[]).is_empty());
}

#[test]
fn links_are_resolved_by_prefixes_exclusions_and_rendered_formats() {
    let archive = archive(
        "[archive]\nurl-prefixes = [\"/zh\"]\nexclude = [\"drafts/**\"]\ngenerated = [\"pdf\"]\n",
    );
    archive.write("drafts/d.md", "[x](/gone.md)\n");
    archive.write(
        "b.md",
        "[a](/zh/drafts/d.md) [b](/drafts/d.md) [c](drafts/d.pdf) [d](/zh/b.html)\n",
    );
    let found = archive.findings(&[]);
    let found: Vec<_> = found.iter().map(|found| found.4.as_str()).collect();
    assert_eq!(found, ["/zh/b.html", "/gone.md"]);
}

#[test]
fn a_list_of_sections_replaces_the_default_but_a_partial_table_does_not() {
    let archive = archive(
        "[event]\ntitle = { level = 2 }\n[[event.section]]\nname = \"sources\"\nheadings = \"Quellen\"\nrequired = true\n",
    );
    archive.write(
        "news/2012/03/25/a.md",
        "### 2012-03-25\n\n## A\n\n### Source:\n\n1. [x](https://a.example/)\n",
    );
    assert_eq!(rules(&archive, &[]), ["heading/missing-section", "heading/unknown-section"]);
}

#[test]
fn the_settings_of_config_show_give_the_same_result() {
    let archive = archive(
        "[archive]\nurl-prefixes = [\"/zh\"]\nexclude = [\"x \\\"y\\\"/**\"]\n[rules]\nignore = [\"date\"]\nseverity = { link = \"warning\" }\n[[rules.override]]\nfiles = [\"b.md\"]\nignore = [\"link\"]\nseverity = { heading = \"warning\" }\n[sources]\ndelay = \"1s\"\n",
    );
    archive.write("b.md", "[x](/gone.md)\n");
    let before = archive.findings(&[]);
    let output = dateline(archive.root(), &["config", "show"]);
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(shown.contains("# dateline.toml:2"), "{shown}");
    assert!(shown.contains("# default"), "{shown}");
    archive.write("dateline.toml", &shown);
    assert_eq!(archive.findings(&[]), before);
    assert_eq!(before.len(), 1);
}

#[test]
fn config_show_prints_the_severity_of_a_rule_that_is_off_by_default() {
    let archive = archive(
        "[rules]\nextend-select = [\"related/one-way\"]\nseverity = { \"related/one-way\" = \"error\" }\n",
    );
    let output = dateline(archive.root(), &["config", "show"]);
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(shown.contains("severity = { \"related/one-way\" = \"error\" }"), "{shown}");
}

#[test]
fn settings_of_sources_are_shown_with_their_origins() {
    let archive = archive(
        "[archive]\nroot = \"docs\"\n[sources]\nledger = \"kept/ledger.db\"\nbudget = \"20m\"\n[sources.hosts.\"Slow.example\"]\nheaders = [\"X-Key\"]\ndelay = \"5s\"\n[sources.hosts.\"127.1\"]\nskip = true\n",
    );
    archive.write("docs/a.md", "");
    let show = |folder: &Path| {
        let output = dateline(folder, &["config", "show"]);
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let shown = show(archive.root());
    let lines: Vec<_> = shown.lines().skip_while(|line| *line != "[sources]").skip(4).collect();
    let value = |line: &str, origin: &str| format!("{line:<60} # {origin}");
    let expected = [
        value("ledger = \"kept/ledger.db\"", "dateline.toml:4"),
        value("budget = \"1200000ms\"", "dateline.toml:5"),
        value("archive-url = \"https://web.archive.org/web\"", "default"),
        String::new(),
        "[sources.hosts.\"127.0.0.1\"]".to_owned(),
        value("skip = true", "dateline.toml:10"),
        value("headers = []", "default"),
        String::new(),
        "[sources.hosts.\"slow.example\"]".to_owned(),
        value("delay = \"5000ms\"", "dateline.toml:8"),
        value("skip = false", "default"),
        value("headers = [\"X-Key\"]", "dateline.toml:7"),
        "# X-Key: the value of DATELINE_HEADER_SLOW_EXAMPLE_X__KEY".to_owned(),
    ];
    assert_eq!(lines, expected, "{shown}");
    archive.write("docs/dateline.toml", &shown);
    let values = |text: &str| {
        let lines =
            text.lines().map(|line| line.split(" # ").next().unwrap_or_default().trim_end());
        lines.skip(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(values(&show(&archive.root().join("docs"))), values(&shown));
}

#[test]
fn paths_outside_the_root_are_refused() {
    let archive = archive("");
    let output = dateline(archive.root(), &["check", ".", "/etc"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("outside the archive's root"));
}
