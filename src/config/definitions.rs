//! The description of every setting: its name, shape, limits, default and meaning.
//!
//! The reader of `dateline.toml`, the defaults, `dateline config show`, the output of `dateline init`,
//! the JSON Schema and `docs/configuration.md` all derive from this description.

use super::limits;
use super::settings::PreviousPolicy;

/// A setting, or a table of settings.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The key in the table that contains the setting.
    pub name: &'static str,
    /// The values that the setting accepts.
    pub shape: Shape,
    /// The meaning, as one line of Markdown.
    pub about: &'static str,
    /// The default as TOML, or `None` if the setting has no default.
    pub default: Option<&'static str>,
    /// An example value, as TOML.
    pub example: Option<&'static str>,
    /// Whether the setting is required in the table that contains it.
    pub is_required: bool,
}

/// The values that a setting accepts.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A string.
    Text(TextKind),
    /// A string, or an array of `least` to `most` strings.
    Texts {
        /// The kind of each string.
        of: TextKind,
        /// The minimum number of strings.
        least: usize,
        /// The maximum number of strings.
        most: usize,
    },
    /// True or false.
    Boolean,
    /// Only `false`, because the feature that `true` would request does not exist.
    False,
    /// A whole number from `least` to `most`.
    Integer {
        /// The minimum.
        least: i64,
        /// The maximum.
        most: i64,
    },
    /// A table with these settings.
    Table(&'static [Setting]),
    /// An array of tables.
    Tables {
        /// The settings of each table.
        of: &'static [Setting],
        /// The maximum number of tables.
        most: usize,
    },
    /// A table that maps hosts to tables with these settings.
    Hosts(&'static [Setting]),
    /// A table that maps rules, groups or `all` to severities.
    Severities,
}

/// The kind of text that a string must contain.
#[derive(Clone, Copy, Debug)]
pub enum TextKind {
    /// Any text.
    Any,
    /// A text that this regular expression matches.
    Matching(&'static str),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A duration, such as `250ms`.
    Duration,
    /// A rule's id, a group of rules, or `all`.
    Rule,
}

const fn setting(name: &'static str, shape: Shape, about: &'static str) -> Setting {
    Setting { name, shape, about, default: None, example: None, is_required: false }
}

/// Returns the shape of a list of at most `most` strings, which may be empty.
const fn texts(of: TextKind, most: usize) -> Shape {
    Shape::Texts { of, least: 0, most }
}

/// Returns the shape of a list of at least one string.
const fn some_texts(of: TextKind) -> Shape {
    Shape::Texts { of, least: 1, most: limits::LIST }
}

impl Setting {
    const fn default(self, toml: &'static str) -> Self {
        Self { default: Some(toml), ..self }
    }

    const fn example(self, toml: &'static str) -> Self {
        Self { example: Some(toml), ..self }
    }

    const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// Returns the settings of a table, of each table in an array, or of each host. Other shapes have
    /// none.
    #[must_use]
    pub fn settings(&self) -> &'static [Self] {
        match self.shape {
            Shape::Table(of) | Shape::Tables { of, .. } | Shape::Hosts(of) => of,
            _ => &[],
        }
    }
}

/// Finds a setting by its dotted name, such as `event.date.level`.
#[cfg(any(test, feature = "internals"))]
#[must_use]
pub fn find(dotted: &str) -> Option<&'static Setting> {
    let mut settings = FILE;
    let mut found = None;
    for name in dotted.split('.') {
        let setting = settings.iter().find(|setting| setting.name == name)?;
        settings = setting.settings();
        found = Some(setting);
    }
    found
}

/// The tables of `dateline.toml`, with their settings.
pub const FILE: &[Setting] = &[
    setting("archive", Shape::Table(ARCHIVE), "Which files belong to the archive."),
    setting(
        "layout",
        Shape::Table(LAYOUT),
        "Where pages are. In a pattern, `{year}`, `{month}` and `{day}` stand for the date and \
         `{slug}` for the name of an event; `{month:02}` and `{day:02}` have a leading zero, \
         `{month:%B}` is a name such as `March` and `{month:%b}` one such as `Mar`. Other names, \
         such as `{lang}`, stand for any text. A variable in several places has the same value in \
         all of them.",
    ),
    setting("event", Shape::Table(EVENT), "The headings of event pages."),
    setting("day", Shape::Table(DAY), "The headings of day pages."),
    setting(
        "rules",
        Shape::Table(RULES),
        "Which rules run. Select a rule by its id, a whole group by its name, or all rules with `all`.",
    ),
    setting("sources", Shape::Table(SOURCES), "How Dateline contacts source URLs."),
];

const ARCHIVE: &[Setting] = &[
    setting(
        "root",
        Shape::Text(TextKind::Any),
        "The archive's root: the folder of this file, or one below it. `--root` overrides it.",
    )
    .default("\".\"")
    .example("\"content\""),
    setting(
        "url-prefixes",
        texts(TextKind::Matching("^/.*[^/]"), limits::LIST),
        "Folders of the site at which the archive is served: with `/zh`, the link `/zh/news/x.md` \
         names the page `news/x.md`.",
    )
    .default("[]")
    .example("[\"/zh\"]"),
    setting(
        "exclude",
        texts(TextKind::Any, limits::LONG_LIST),
        "Path patterns of pages that are not checked; links to them still resolve. Patterns are \
         relative to the archive's root. `*` stands for any part of a name, and `**` for any number of folders. \
         A pattern that names a folder, such as `drafts`, also matches everything below it. If the \
         name has wildcards, end the pattern with `/`, as in `news/199*/`.",
    )
    .default("[]")
    .example("[\"drafts/**\"]"),
    setting(
        "extensions",
        some_texts(TextKind::Any),
        "Extensions of pages, without the dot. At the end of a pattern in `[layout]`, one of them \
         stands for all of them.",
    )
    .default("[\"md\", \"markdown\"]"),
    setting(
        "generated",
        texts(TextKind::Any, limits::LIST),
        "Extensions of files that the site generates from pages: a link to `x.html` is sound if \
         there is a page `x.md`.",
    )
    .default("[\"html\", \"json\", \"xml\"]"),
];

const LAYOUT: &[Setting] = &[
    setting("event", texts(TextKind::Any, limits::LIST), "Paths of event pages.")
        .default("[\"news/{year}/{month:02}/{day}/{slug}.md\"]"),
    setting(
        "day",
        texts(TextKind::Any, limits::LIST),
        "Paths of day pages. Empty if the archive has none.",
    )
    .default(
        "[\"news/{year}/{month:02}/{day}/index.md\", \"news/{year}/{month:02}/{day}/README.md\"]",
    ),
];

const LEVEL: Setting =
    setting("level", Shape::Integer { least: 1, most: 6 }, "The level of the heading.");

const FORMATS: Setting = setting(
    "formats",
    some_texts(TextKind::Any),
    "How the heading writes the day, in the notation of strftime; `%-dth` is the day with its suffix, \
     such as 1st. If the heading has other text too, write a pattern such as \
     `Agenda for {date:%B %-d}*`, in which `*` stands for any text. The first format is the one that \
     fixes write.",
)
.default("[\"%Y-%m-%d\", \"%Y-%m-%-d\"]")
.example("[\"%-d %B %Y\"]");

const EVENT: &[Setting] = &[
    setting(
        "date",
        Shape::Table(&[LEVEL.default("3"), FORMATS]),
        "The heading with the day of the event.",
    ),
    setting(
        "topic",
        Shape::Table(&[
            LEVEL.default("5"),
            setting("required", Shape::Boolean, "Whether every event page must have a topic.")
                .default("false"),
        ]),
        "The heading with the topic, above the title.",
    ),
    setting("title", Shape::Table(&[LEVEL.default("1")]), "The heading with the title."),
    setting(
        "section",
        Shape::Tables { of: SECTION, most: limits::SECTIONS },
        "A section of event pages. Sections given in the file replace all of the default ones.",
    )
    .default(
        "[{ name = \"sources\", headings = [\"Source:\", \"Sources:\"] }, \
         { name = \"related\", headings = \"Related:\" }, \
         { name = \"changes\", headings = \"Changes:\" }]",
    ),
];

const SECTION: &[Setting] = &[
    setting(
        "name",
        Shape::Text(TextKind::Any),
        "The name of the section. Items of `sources` are checked as sources, items of `related` as \
         links to event pages; other names are free.",
    )
    .example("\"sources\"")
    .required(),
    LEVEL.default("3"),
    setting("headings", some_texts(TextKind::Any), "The texts that the heading can have.")
        .example("[\"Sources:\"]")
        .required(),
    setting("required", Shape::Boolean, "Whether every event page must have the section.")
        .default("false"),
    setting(
        "order",
        Shape::Integer { least: 0, most: 999 },
        "The place of the section: sections with a lower number come first, and sections with the \
         same number in any order. Defaults to 1 for `sources` and to 2 for other sections.",
    )
    .example("1"),
];

const DAY: &[Setting] = &[
    setting("date", Shape::Table(&[LEVEL.default("2"), FORMATS]), "The heading with the day."),
    setting(
        "topic",
        Shape::Table(&[
            LEVEL.default("5"),
            setting("required", Shape::False, "Always `false`: topics of day pages are optional.")
                .default("false"),
        ]),
        "The headings with topics, between the entries.",
    ),
    setting(
        "entry",
        Shape::Table(&[LEVEL.default("3")]),
        "The headings with entries, each of which links to an event page.",
    ),
    setting(
        "previous",
        Shape::Table(&[
            LEVEL.default("2"),
            setting(
                "texts",
                texts(TextKind::Any, limits::LIST),
                "The texts that the heading can have.",
            )
            .default("[\"Previous Day...\"]"),
            setting(
                "policy",
                Shape::Text(TextKind::OneOf(&PreviousPolicy::NAMES)),
                "Which day the link names: `calendar` is the day before, `nearest` the nearest \
                 earlier day that has a page, and `any` either of them.",
            )
            .default("\"any\""),
        ]),
        "The heading that links to the previous day.",
    ),
];

const SEVERITY: Setting = setting(
    "severity",
    Shape::Severities,
    "Severities of rules: `\"error\"` or `\"warning\"`. A rule's own entry wins over that of its \
     group.",
)
.example("{ \"related/stale-text\" = \"error\" }");

const IGNORE: Setting =
    setting("ignore", texts(TextKind::Rule, limits::LONG_LIST), "Rules that do not run.")
        .example("[\"text/wiki-markup\"]");

const RULES: &[Setting] = &[
    setting(
        "select",
        texts(TextKind::Rule, limits::LONG_LIST),
        "The rules that run, instead of those that run by default.",
    )
    .example("[\"date\", \"related\"]"),
    setting(
        "extend-select",
        texts(TextKind::Rule, limits::LONG_LIST),
        "Additional rules that run on top of the selection.",
    )
    .example("[\"related/one-way\"]"),
    IGNORE,
    SEVERITY,
    setting(
        "override",
        Shape::Tables { of: OVERRIDE, most: limits::OVERRIDES },
        "Rules for some pages only. Where several overrides match a page, later ones win.",
    ),
];

const OVERRIDE: &[Setting] = &[
    setting(
        "files",
        Shape::Texts { of: TextKind::Any, least: 1, most: limits::LONG_LIST },
        "Path patterns of the pages, as in `archive.exclude`.",
    )
    .example("[\"news/200*/**\"]")
    .required(),
    setting(
        "select",
        texts(TextKind::Rule, limits::LONG_LIST),
        "Additional rules that run on these pages.",
    )
    .example("[\"related/one-way\"]"),
    IGNORE,
    SEVERITY,
];

const SOURCES: &[Setting] = &[
    setting(
        "delay",
        Shape::Text(TextKind::Duration),
        "The time between the starts of two requests to one host.",
    )
    .default("\"250ms\""),
    setting(
        "timeout",
        Shape::Text(TextKind::Duration),
        "The time that one request may take, from connecting to the end of the response's headers.",
    )
    .default("\"20s\""),
    setting(
        "concurrency",
        Shape::Integer { least: 1, most: 1024 },
        "The number of requests in flight, over all hosts.",
    )
    .default("64"),
    setting(
        "ledger",
        Shape::Text(TextKind::Any),
        "The file of the ledger, below the archive's root.",
    )
    .example("\".dateline/ledger.sqlite3\""),
    setting(
        "budget",
        Shape::Text(TextKind::Duration),
        "The time that a whole run may take. Without it, a run has no limit.",
    )
    .example("\"20m\""),
    setting(
        "contact",
        Shape::Text(TextKind::Any),
        "An http(s) or mailto URL at which servers can reach you; every request carries it.",
    )
    .example("\"mailto:archive@example.org\""),
    setting(
        "archive-url",
        Shape::Text(TextKind::Any),
        "The http(s) URL below which archived copies are looked up.",
    )
    .default("\"https://web.archive.org/web\""),
    setting(
        "hosts",
        Shape::Hosts(HOST),
        "Settings for individual hosts. The key is the exact host name, in quotes.",
    ),
];

const HOST: &[Setting] = &[
    setting(
        "delay",
        Shape::Text(TextKind::Duration),
        "The time between the starts of two requests, instead of `sources.delay`.",
    )
    .example("\"5s\""),
    setting(
        "concurrency",
        Shape::Integer { least: 1, most: 64 },
        "The number of requests in flight to this host.",
    )
    .example("1"),
    setting("skip", Shape::Boolean, "Whether the host is never contacted.").default("false"),
    setting(
        "headers",
        texts(TextKind::Any, limits::HEADERS),
        "The names of headers that requests to this host carry. Their values come from environment \
         variables, which `dateline config show` names.",
    )
    .default("[]")
    .example("[\"Authorization\"]"),
];
