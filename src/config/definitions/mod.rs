//! The description of every setting: its name, shape, limits, default and meaning.
//!
//! The reader of `dateline.toml`, the defaults, `dateline config show`, the output of `dateline init`,
//! the JSON Schema and `docs/configuration.md` all derive from this description.

mod archive;
mod event;
mod rules;
mod setting;
mod site;
mod sources;

pub use setting::{Setting, Shape, TextKind};

use super::presets::Preset;
use archive::{ARCHIVE, LAYOUT};
use event::{DAY, EVENT};
use rules::RULES;
use setting::setting;
use site::SITE;
use sources::SOURCES;

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
    setting(
        "preset",
        Shape::Text(TextKind::OneOf(&Preset::NAMES)),
        "The kind of the archive, which gives other settings their defaults: `gazette` for pages whose \
         headings have the date and the title, `jekyll`, `hugo`, `zola` and `pelican` for the posts of \
         these site generators, `minutes` for minutes of meetings.",
    )
    .default("\"gazette\""),
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
    setting(
        "site",
        Shape::Table(SITE),
        "The site on which the archive is served. If any of these settings or the preset describes it, \
         links can name the addresses of pages, and relative links start at the address of their page. In \
         a permalink, `{year}`, `{month}` and `{day}` stand for the date as in a pattern, `{slug}` for the \
         name of the page on the site, `{title}` for the title, `{stem}` for the name of the file, \
         `{folder}` for the folders above it, `{section}` for the topmost of them, `{categories}` for the \
         categories of a Jekyll post, `{front.KEY}` for a value of front matter, and other names for \
         variables of the path. Addresses in front matter (`permalink`, `url`, `path`, `slug`, `aliases` \
         and `redirect_from`, depending on the generator) take precedence.",
    ),
    setting(
        "event",
        Shape::Table(EVENT),
        "The fields and the headings of event pages. The list `from` gives the places of a field, the \
         most reliable one first: `path`, `heading`, `section` for the items of a section, `front.KEY` \
         for a key of the front matter, such as `front.date` or `front.extra.date`, and `line.LABEL` for \
         the text after `LABEL:` in a line. All dates of a field must agree; other fields are not compared.",
    ),
    setting("day", Shape::Table(DAY), "The date and the headings of day pages."),
    setting(
        "rules",
        Shape::Table(RULES),
        "Which rules run. Select a rule by its id, a whole group by its name, or all rules with `all`.",
    ),
    setting("sources", Shape::Table(SOURCES), "How Dateline contacts source URLs."),
];
