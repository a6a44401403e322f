//! Writes inferred settings as a `dateline.toml`, with the share of pages that support each setting.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::dates::InferredDate;
use super::day::InferredPrevious;
use super::generators;
use super::inference::{FrequentRule, Inference};
use super::inferred::{Inferred, Share};
use super::layout::InferredPattern;
use super::places::InferredPlaces;
use super::sections::InferredSection;
use crate::archive::places::Place;
use crate::archive::template::SectionKind;
use crate::config::definitions::FILE;
use crate::config::json_schema::SCHEMA_URL;
use crate::config::toml_text::{TomlText, TomlValue};
use crate::config::values::values;
use crate::config::{Preset, Settings};
use crate::diagnostic::printable;

impl Inference {
    /// Returns the settings as the text of a `dateline.toml`. A setting that no page supports is
    /// commented out, with its value in `defaults`. Further comments show how to ignore the `frequent`
    /// rules.
    #[must_use]
    pub fn toml(&self, defaults: &Settings, frequent: &[FrequentRule]) -> String {
        let mut entries = Entries { inferred: self, defaults, by_name: BTreeMap::new() };
        entries.preset();
        entries.archive();
        entries.layout();
        entries.site();
        if !self.layout.event.is_empty() {
            entries.event();
        }
        if !self.layout.day.is_empty() {
            entries.day();
        }
        let mut text = entries.write();
        rules(&mut text, frequent);
        text.finish()
    }
}

/// The output for a setting.
enum Entry {
    /// A value, preceded by comments with the shares that support it.
    Value(Vec<String>, TomlValue),
    /// A list with one item per line, preceded by comments with the shares that support the items.
    List(Vec<String>, TomlValue),
    /// The tables of an array, each preceded by the share that supports it.
    Tables(Vec<(Share, TomlValue)>),
    /// The default value, commented out.
    Default,
}

/// The entries of the file, by their dotted names.
pub(super) struct Entries<'a> {
    pub(super) inferred: &'a Inference,
    defaults: &'a Settings,
    by_name: BTreeMap<&'static str, Entry>,
}

impl Entries<'_> {
    /// Writes the entries in the order of the settings' description.
    fn write(mut self) -> TomlText {
        let mut text = TomlText::default();
        text.schema(SCHEMA_URL);
        text.comment(
            "Written by `dateline init`: a comment above each setting gives the share of pages that \
             support it.",
        );
        text.comment("`dateline config show` lists all settings with their defaults.");
        let defaults = values(self.defaults);
        for table in FILE {
            if table.settings().is_empty() {
                if let Some(entry) = self.by_name.remove(table.name) {
                    text.blank();
                    write_entry(&mut text, table.name, table.name, entry, &defaults);
                }
                continue;
            }
            let named = table.settings().iter().filter_map(|setting| {
                let name = format!("{}.{}", table.name, setting.name);
                Some((setting.name, self.by_name.remove(name.as_str())?, name))
            });
            let entries: Vec<_> = named.collect();
            if !entries.is_empty() {
                text.blank();
                text.table(table.name);
            }
            for (key, entry, name) in entries {
                write_entry(&mut text, key, &name, entry, &defaults);
            }
        }
        debug_assert!(self.by_name.is_empty(), "settings without a description");
        text
    }

    pub(super) fn value(
        &mut self,
        name: &'static str,
        comments: impl IntoIterator<Item = impl Display>,
        value: TomlValue,
    ) {
        let comments = comments.into_iter().map(|comment| comment.to_string()).collect();
        self.by_name.insert(name, Entry::Value(comments, value));
    }

    fn default(&mut self, name: &'static str) {
        self.by_name.insert(name, Entry::Default);
    }

    fn preset(&mut self) {
        if let Some(preset) = &self.inferred.preset {
            let comment = [generators::reason(preset)];
            self.value("preset", comment, TomlValue::text(preset.value.name()));
        }
    }

    fn archive(&mut self) {
        let Inference { url_prefixes, layout, forms, preset, .. } = self.inferred;
        let is_preset = preset.as_ref().is_some_and(|preset| preset.value == Preset::Pelican);
        if *forms != self.defaults.forms && !is_preset {
            let comment = ["front matter of other forms on most pages"];
            self.value("archive.front-matter", comment, TomlValue::texts(forms.names()));
        }
        if let Some(root) = &layout.root {
            self.value("archive.root", [root.share], TomlValue::text(&root.value));
        }
        self.list("archive.url-prefixes", url_prefixes, |prefix| format!("/{prefix}"));
        self.list("archive.exclude", &layout.exclude, str::to_owned);
    }

    /// Adds a list, preceded by the share of each value. Adds nothing if the list is empty.
    fn list(
        &mut self,
        name: &'static str,
        inferred: &[Inferred<String>],
        write: impl Fn(&str) -> String,
    ) {
        let values = inferred.iter().map(|one| (write(&one.value), one.share)).collect::<Vec<_>>();
        match values.as_slice() {
            [] => {}
            [(only, share)] => self.value(name, [share], TomlValue::texts([only])),
            several => self.several(name, several),
        }
    }

    /// Adds a list of several values, preceded by a comment for each value with its share.
    fn several(&mut self, name: &'static str, values: &[(String, Share)]) {
        let comment = |(value, share): &(String, Share)| format!("{}: {share}", printable(value));
        let comments = values.iter().map(comment).collect();
        self.items(name, comments, TomlValue::texts(values.iter().map(|(value, _)| value)));
    }

    /// Adds a list with one item per line, preceded by comments.
    pub(super) fn items(&mut self, name: &'static str, comments: Vec<String>, list: TomlValue) {
        self.by_name.insert(name, Entry::List(comments, list));
    }

    fn layout(&mut self) {
        let layout = &self.inferred.layout;
        self.patterns("layout.event", &layout.event);
        self.patterns("layout.day", &layout.day);
    }

    fn patterns(&mut self, name: &'static str, patterns: &[InferredPattern]) {
        if patterns.is_empty() {
            let kind = name.trim_start_matches("layout.");
            let comment = format!("no {kind} pages found");
            return self.value(name, [comment], TomlValue::Array(Vec::new()));
        }
        let all = self.inferred.pages.all();
        let value = |inferred: &InferredPattern| {
            let share = Share { of: inferred.pages, all, what: "pages" };
            (inferred.pattern.to_string(), share)
        };
        match patterns.iter().map(value).collect::<Vec<_>>().as_slice() {
            [(only, share)] => self.value(name, [share], TomlValue::text(only)),
            several => self.several(name, several),
        }
    }

    /// Adds the fields of event pages that have dates in other places than a heading that is only the date.
    fn fields(&mut self, dates: &InferredPlaces) {
        let event = &self.inferred.event;
        let has_path = self.inferred.layout.has_dates() || dates.is_in_path;
        let heading = event.date.level.as_ref().filter(|level| level.share.is_most());
        let heading = heading.filter(|_| event.date.formats.is_some());
        let mut comments: Vec<String> =
            dates.from.iter().map(|from| comment(&from.value, from.share)).collect();
        let mut places: Vec<String> =
            dates.from.iter().map(|from| from.value.to_string()).collect();
        let mut formats = dates.formats.clone();
        let mut date_level = dates.level;
        if let (Some(heading), None) = (heading, dates.level) {
            comments.push(format!("heading: {}", heading.share));
            places.push(Place::Heading.to_string());
            date_level = Some(heading.value);
            let of_heading = event.date.formats.iter().flat_map(|formats| &formats.value);
            for format in of_heading {
                if !formats.contains(format) {
                    formats.push(format.clone());
                }
            }
        }
        places.extend(has_path.then(|| Place::Path.to_string()));
        // The formats of the preset for minutes are those in which people write.
        let preset = self.inferred.preset.as_ref().map(|preset| preset.value);
        let is_known = |text: &String| Preset::Minutes.settings().contains(&format!("\"{text}\""));
        let is_preset = preset == Some(Preset::Minutes) && formats.iter().all(is_known);
        let date = [
            Some(("from", TomlValue::texts(places))),
            date_level.map(level),
            (!formats.is_empty() && !is_preset).then(|| ("formats", TomlValue::texts(formats))),
            Some(("required", TomlValue::Boolean(false))),
        ];
        self.value("event.date", comments, TomlValue::table(date.into_iter().flatten()));
        self.title_field();
        let no_topics = [("level", TomlValue::integer(0)), ("required", TomlValue::Boolean(false))];
        self.value("event.topic", ["not looked for"], TomlValue::table(no_topics));
        // Posts have all kinds of headings above lists of links, so only usual names count.
        let links = event.sections.iter().filter(|one| {
            one.kind != SectionKind::Other && one.headings.iter().all(|text| is_usual(text))
        });
        self.sections(links.map(|one| (one.share, section(one))).collect());
    }

    /// Adds the title of pages that have their dates in other places than a heading.
    fn title_field(&mut self) {
        let event = &self.inferred.event;
        let headings = event.title.as_ref().filter(|title| title.share.is_most());
        let places: Vec<&str> = [
            event.front_title.map(|_| "front.title"),
            headings.filter(|_| event.front_title.is_none()).map(|_| "heading"),
        ]
        .into_iter()
        .flatten()
        .collect();
        let share = event.front_title.or(headings.map(|title| title.share));
        let is_required = share.is_some_and(|share| share.of * 10 >= share.all * 9);
        let value = [
            Some(("from", TomlValue::texts(places))),
            headings.map(|title| level(title.value)),
            Some(("required", TomlValue::Boolean(is_required))),
        ];
        let comment = share.map_or("not found on most pages".to_owned(), |share| share.to_string());
        self.value("event.title", [comment], TomlValue::table(value.into_iter().flatten()));
    }

    /// Adds the places of links in front matter, if there are any.
    fn links(&mut self, name: &'static str, places: &[Inferred<Place>]) {
        if places.is_empty() {
            return;
        }
        let comments = places.iter().map(|place| format!("{}: {}", place.value, place.share));
        let written = places.iter().map(|place| place.value.to_string());
        let from = TomlValue::texts(written.chain([Place::Section.to_string()]));
        self.value(name, comments.collect::<Vec<_>>(), TomlValue::table([("from", from)]));
    }

    fn event(&mut self) {
        let event = &self.inferred.event;
        self.links("event.sources", &event.sources);
        self.links("event.related", &event.related);
        if let Some(dates) = &event.places {
            return self.fields(dates);
        }
        self.date("event.date", &event.date);
        match &event.topic {
            None => self.default("event.topic"),
            Some(topic) => {
                let required = ("required", TomlValue::Boolean(false));
                let value = TomlValue::table([level(topic.value), required]);
                self.value("event.topic", [topic.share], value);
            }
        }
        if event.title.is_some() {
            self.level("event.title", event.title.as_ref());
        } else {
            let value = [("required", TomlValue::Boolean(false))];
            self.value("event.title", ["not found on any page"], TomlValue::table(value));
        }
        self.sections(event.sections.iter().map(|one| (one.share, section(one))).collect());
    }

    fn sections(&mut self, tables: Vec<(Share, TomlValue)>) {
        if tables.is_empty() {
            let comment = ["no recurring heading above a list found"];
            self.value("event.section", comment, TomlValue::Array(Vec::new()));
        } else {
            self.by_name.insert("event.section", Entry::Tables(tables));
        }
    }

    fn date(&mut self, name: &'static str, date: &InferredDate) {
        let found = date.level.as_ref().filter(|_| date.is_inferred());
        if let (Some(found), Some(formats)) = (found, &date.formats) {
            let shares = [format!("level: {}", found.share), format!("formats: {}", formats.share)];
            let list = ("formats", TomlValue::texts(&formats.value));
            return self.value(name, shares, TomlValue::table([level(found.value), list]));
        }
        let comment = found.map_or("not found on any page".to_owned(), |found| {
            let Inferred { value: level, share } = found;
            format!("no known format reads most dates in headings of level {level}: {share}")
        });
        // Only the path has the date.
        let path = TomlValue::texts([Place::Path.to_string()]);
        let value = [("from", path), ("required", TomlValue::Boolean(false))];
        self.value(name, [comment], TomlValue::table(value));
    }

    /// Adds a heading whose only setting is its level.
    fn level(&mut self, name: &'static str, inferred: Option<&Inferred<u8>>) {
        match inferred {
            None => self.default(name),
            Some(inferred) => {
                self.value(name, [inferred.share], TomlValue::table([level(inferred.value)]));
            }
        }
    }

    fn day(&mut self) {
        let day = &self.inferred.day;
        self.date("day.date", &day.date);
        self.level("day.topic", day.topic.as_ref());
        self.level("day.entry", day.entry.as_ref());
        match &day.previous {
            None => self.default("day.previous"),
            Some(previous) => self.previous(previous),
        }
    }

    fn previous(&mut self, previous: &InferredPrevious) {
        let mut comments = vec![format!("level and texts: {}", previous.level.share)];
        comments.extend(previous.policy.iter().map(|policy| format!("policy: {}", policy.share)));
        let policy = previous.policy.as_ref().map(|policy| policy.value);
        let policy = policy.unwrap_or(self.defaults.previous_policy);
        let value = TomlValue::table([
            level(previous.level.value),
            ("texts", TomlValue::texts(&previous.texts)),
            ("policy", TomlValue::text(policy.name())),
        ]);
        self.value("day.previous", comments, value);
    }
}

fn write_entry(text: &mut TomlText, key: &str, name: &str, entry: Entry, defaults: &TomlValue) {
    match entry {
        Entry::Value(comments, value) => {
            text.comments(comments);
            text.entry(key, &value);
        }
        Entry::List(comments, value) => {
            text.comments(comments);
            text.list_entry(key, value.items());
        }
        Entry::Tables(tables) => {
            for (share, table) in tables {
                text.blank();
                text.comment(share);
                text.array_table(name);
                for (key, value) in table.entries() {
                    text.entry(key, value);
                }
            }
        }
        Entry::Default => {
            text.comment("not found on any page; the default is:");
            if let Some(value) = defaults.find(name) {
                text.commented_entry(key, value);
            }
        }
    }
}

/// Returns the comment on a place of dates.
fn comment(place: &Place, share: Share) -> String {
    if share.of == 0 { format!("{place}: of the preset") } else { format!("{place}: {share}") }
}

/// Returns whether a heading usually stands above sources or related pages.
fn is_usual(heading: &str) -> bool {
    const USUAL: [&str; 8] = [
        "source",
        "sources",
        "reference",
        "references",
        "related",
        "related posts",
        "see also",
        "further reading",
    ];
    let name = heading.trim_end_matches([':', '：']).trim().to_lowercase();
    USUAL.contains(&name.as_str())
}

fn section(section: &InferredSection) -> TomlValue {
    let order = section.order.map(|order| ("order", TomlValue::integer(order)));
    let entries = [
        ("name", TomlValue::text(&section.name)),
        level(section.level),
        ("headings", TomlValue::texts(&section.headings)),
        ("required", TomlValue::Boolean(false)),
    ];
    TomlValue::table(entries.into_iter().chain(order))
}

fn level(level: u8) -> (&'static str, TomlValue) {
    ("level", TomlValue::integer(level))
}

/// Writes comments that name the rules that report most pages, and show how to ignore these rules.
/// `dateline init` never ignores a rule itself.
fn rules(text: &mut TomlText, frequent: &[FrequentRule]) {
    if frequent.is_empty() {
        return;
    }
    text.blank();
    for one in frequent {
        let FrequentRule { rule, summary, .. } = one;
        let shares = one.shares();
        text.comment(format_args!("{summary}: unless ignored, `{rule}` reports {shares}."));
    }
    text.comment("[rules]");
    text.commented_entry("ignore", &TomlValue::texts(frequent.iter().map(|one| one.rule)));
}
