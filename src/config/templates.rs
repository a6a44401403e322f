//! Reads the tables `[event]` and `[day]` of `dateline.toml`.

use std::collections::BTreeSet;

use toml::Spanned;

use super::file::Reader;
use super::limits;
use super::problem::Problem;
use super::reader::Table;
use super::settings::{PreviousPolicy, section_kind, section_order};
use crate::archive::date::DateTexts;
use crate::archive::places::Place;
use crate::archive::template::{
    DateTemplate, FieldTemplate, HiddenIf, SectionTemplate, TextTemplate,
};

/// The kind of a field, which determines its places.
#[derive(Clone, Copy)]
enum FieldKind {
    Date,
    /// The title or the topic.
    Text,
    /// Links to sources or to related pages.
    Links,
    /// A field that only this archive has.
    Own,
}

impl FieldKind {
    fn can_be_in(self, place: &Place) -> bool {
        match place {
            Place::Front(_) => true,
            Place::Path => matches!(self, Self::Date),
            Place::Heading => matches!(self, Self::Date | Self::Text),
            Place::Section => matches!(self, Self::Links),
            Place::Line(_) => matches!(self, Self::Date | Self::Own),
        }
    }

    /// Returns the places as they are written.
    fn places(self) -> &'static str {
        match self {
            Self::Date => "`path`, `heading`, `front.KEY` or `line.LABEL`",
            Self::Text => "`heading` or `front.KEY`",
            Self::Links => "`section` or `front.KEY`",
            Self::Own => "`front.KEY` or `line.LABEL`",
        }
    }
}

impl Reader<'_> {
    pub(super) fn event(&mut self, table: Table<'_>) {
        if let Some(date) = table.table("date") {
            self.settings.event.date = self.date(&date, &self.settings.event.date);
            date.finish();
        }
        if let Some(topic) = table.table("topic") {
            self.settings.event.topic = self.text_template(&topic, &self.settings.event.topic);
            topic.finish();
        }
        if let Some(title) = table.table("title") {
            self.settings.event.title = self.text_template(&title, &self.settings.event.title);
            title.finish();
        }
        if let Some(sources) = table.table("sources") {
            let default = &self.settings.event.sources;
            self.settings.event.sources = self.places(&sources, FieldKind::Links, default);
            sources.finish();
        }
        if let Some(related) = table.table("related") {
            let default = &self.settings.event.related;
            self.settings.event.related = self.places(&related, FieldKind::Links, default);
            related.finish();
        }
        if let Some(hidden) = table.strings("hidden") {
            self.settings.event.hidden = self.hidden(&hidden);
        }
        if let Some(fields) = table.tables("field") {
            let mut names = BTreeSet::from(["date", "title", "topic", "sources", "related"]);
            let fields = fields.into_iter().filter_map(|field| self.field(field, &mut names));
            self.settings.event.fields = fields.collect();
        }
        if let Some(sections) = table.tables("section") {
            let mut left = limits::HEADINGS;
            let section = |section| self.section(section, &mut left);
            self.settings.event.sections = sections.into_iter().filter_map(section).collect();
        }
        table.finish();
    }

    /// Reads the title or the topic.
    fn text_template(&self, table: &Table<'_>, default: &TextTemplate) -> TextTemplate {
        TextTemplate {
            from: self.places(table, FieldKind::Text, &default.from),
            level: level(table, default.level),
            required: table.given_boolean("required").unwrap_or(default.required),
        }
    }

    fn date(&self, table: &Table<'_>, default: &DateTemplate) -> DateTemplate {
        let texts = table.strings("formats").and_then(|formats| self.date_texts(&formats));
        DateTemplate {
            from: self.places(table, FieldKind::Date, &default.from),
            level: level(table, default.level),
            texts: texts.unwrap_or_else(|| default.texts.clone()),
            required: table.given_boolean("required").unwrap_or(default.required),
        }
    }

    /// Reads formats and patterns of dates.
    fn date_texts(&self, formats: &[Spanned<&str>]) -> Option<DateTexts> {
        let written = formats.iter().map(|format| (*format.get_ref()).to_owned()).collect();
        let refused = match DateTexts::new(written) {
            Ok(texts) => return Some(texts),
            Err(refused) => refused,
        };
        let culprit = formats.iter().find(|format| *format.get_ref() == refused.text());
        self.reading.fail(culprit.map_or(0..0, Spanned::span), refused);
        None
    }

    /// Reads the places of a field.
    fn places(&self, table: &Table<'_>, kind: FieldKind, default: &[Place]) -> Vec<Place> {
        let Some(written) = table.strings("from") else { return default.to_vec() };
        let read = |written: Spanned<&str>| {
            let place = Place::parse(written.get_ref()).filter(|place| kind.can_be_in(place));
            if place.is_none() {
                let (text, known) = ((*written.get_ref()).to_owned(), kind.places());
                self.reading.fail(written.span(), Problem::Place { written: text, known });
            }
            place
        };
        written.into_iter().filter_map(read).collect()
    }

    /// Reads values with which a page is hidden.
    fn hidden(&self, written: &[Spanned<&str>]) -> Vec<HiddenIf> {
        let read = |written: &Spanned<&str>| {
            let hidden = HiddenIf::parse(written.get_ref());
            if hidden.is_none() {
                let text = (*written.get_ref()).to_owned();
                self.reading.fail(written.span(), Problem::Hidden(text));
            }
            hidden
        };
        written.iter().filter_map(read).collect()
    }

    /// Reads a field that only this archive has. `names` are those of the fields that were read before.
    fn field<'a>(&self, table: Table<'a>, names: &mut BTreeSet<&'a str>) -> Option<FieldTemplate> {
        let name = table.string("name");
        if let Some(name) = name.filter(|name| !names.insert(name)) {
            table.reject("name", Problem::RepeatedField(name.to_owned()));
        }
        let formats = table.strings("formats").filter(|formats| !formats.is_empty());
        let kind = if formats.is_some() { FieldKind::Date } else { FieldKind::Own };
        let texts = formats.map(|formats| self.date_texts(&formats).unwrap_or_default());
        let from = self.places(&table, kind, &[]);
        let required = table.boolean("required");
        table.finish();
        Some(FieldTemplate { name: name?.to_owned(), from, texts, required })
    }

    /// Reads a section. `left` is the number of headings that this section and later ones can have
    /// together.
    fn section(&self, table: Table<'_>, left: &mut usize) -> Option<SectionTemplate> {
        let name = table.string("name");
        let headings = table.strings("headings");
        let level = table.integer("level").unwrap_or_default();
        let required = table.boolean("required");
        let order = table.integer("order");
        let kind = section_kind(name.unwrap_or_default());
        if let Some(headings) = &headings {
            if let Some(first) = headings.get(*left) {
                self.reading.fail(first.span(), Problem::SectionHeadings);
            }
            *left = left.saturating_sub(headings.len());
        }
        table.finish();
        Some(SectionTemplate {
            name: name?.to_owned(),
            kind,
            level,
            headings: headings?.into_iter().map(|text| text.into_inner().to_owned()).collect(),
            required,
            order: order.unwrap_or(section_order(kind)),
        })
    }

    pub(super) fn day(&mut self, table: Table<'_>) {
        if let Some(date) = table.table("date") {
            self.settings.day.date = self.date(&date, &self.settings.day.date);
            date.finish();
        }
        if let Some(topic) = table.table("topic") {
            self.settings.day.topic_level = level(&topic, self.settings.day.topic_level);
            topic.boolean("required");
            topic.finish();
        }
        if let Some(entry) = table.table("entry") {
            self.settings.day.entry_level = level(&entry, self.settings.day.entry_level);
            entry.finish();
        }
        if let Some(previous) = table.table("previous") {
            self.previous(&previous);
            previous.finish();
        }
        table.finish();
    }

    fn previous(&mut self, table: &Table<'_>) {
        self.settings.day.previous_level = level(table, self.settings.day.previous_level);
        if let Some(texts) = table.strings("texts") {
            self.settings.day.previous_texts =
                texts.into_iter().map(|text| text.into_inner().to_owned()).collect();
        }
        if let Some(policy) = table.word("policy").and_then(PreviousPolicy::named) {
            self.settings.previous_policy = policy;
        }
    }
}

/// Returns the level in a table, or the default.
fn level(table: &Table<'_>, default: u8) -> u8 {
    table.given_integer("level").and_then(|level| level.try_into().ok()).unwrap_or(default)
}
