//! Reads typed values from TOML tables, according to the description of the settings. Keys without a
//! description are errors. The reader collects errors instead of stopping at the first one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::definitions::{FILE, Setting, Shape, TextKind};
use super::error::{ConfigError, ConfigErrors, ConfigText};
use super::limits;
use super::problem::Problem;
use super::toml_text;
use crate::suggest;

/// The state of reading a file: its text, and the errors and keys found so far.
pub(super) struct TableReader {
    file: Arc<ConfigText>,
    errors: RefCell<ConfigErrors>,
    /// The dotted names of the keys that the file gives, with the byte offsets of the keys.
    given: RefCell<Vec<(String, usize)>>,
}

impl TableReader {
    /// Returns a reader that has not found any errors or keys yet.
    pub(super) fn new(file: Arc<ConfigText>) -> Self {
        Self { file, errors: RefCell::default(), given: RefCell::default() }
    }

    /// Reports a problem at a span, in bytes.
    pub(super) fn fail(&self, span: Range<usize>, problem: impl Into<Problem>) {
        self.fail_with(span, || problem);
    }

    /// Reports a problem at a span, in bytes. Calls `describe` only if the error is kept, because
    /// describing many errors takes a long time.
    pub(super) fn fail_with<P: Into<Problem>>(
        &self,
        span: Range<usize>,
        describe: impl FnOnce() -> P,
    ) {
        let mut errors = self.errors.borrow_mut();
        if errors.kept.len() == ConfigErrors::MOST {
            errors.more += 1;
            return;
        }
        let file = Arc::clone(&self.file);
        errors.kept.push(ConfigError { file, span, problem: describe().into() });
    }

    /// Returns the errors, sorted by position, and the keys that the file gives, with their line
    /// numbers.
    pub(super) fn finish(self) -> (ConfigErrors, BTreeMap<String, usize>) {
        let mut errors = self.errors.into_inner();
        errors.kept.sort_by_key(|error| error.span.start);
        let mut given = self.given.into_inner();
        given.sort_by_key(|(_, offset)| *offset);
        let (mut line, mut counted) = (1, 0);
        let mut lines = BTreeMap::new();
        for (name, offset) in given {
            line += self.file.text[counted..offset].matches('\n').count();
            counted = offset;
            lines.entry(name).or_insert(line);
        }
        (errors, lines)
    }
}

/// One table of the file.
pub(super) struct Table<'a> {
    reading: &'a TableReader,
    /// The dotted name. Empty at the top level of the file.
    name: String,
    /// The settings that the table can have.
    settings: &'static [Setting],
    entries: &'a DeTable<'a>,
    span: Range<usize>,
    /// The names of the settings that were looked up.
    asked: RefCell<Vec<&'static str>>,
}

type Value<'a> = &'a Spanned<DeValue<'a>>;

impl<'a> Table<'a> {
    /// Returns the top level of the file as a table.
    pub(super) fn file(reading: &'a TableReader, entries: &'a DeTable<'a>) -> Self {
        Self {
            reading,
            name: String::new(),
            settings: FILE,
            entries,
            span: 0..0,
            asked: RefCell::default(),
        }
    }

    /// Returns the value of a key as a table, or `None` if the value is not a table.
    fn inner(&self, key: &str, settings: &'static [Setting], value: Value<'a>) -> Option<Self> {
        Some(Self {
            reading: self.reading,
            name: self.full(key),
            settings,
            entries: value.get_ref().as_table()?,
            span: value.span(),
            asked: RefCell::default(),
        })
    }

    /// Returns the dotted name of a key.
    pub(super) fn full(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    /// Returns the description of a key. A key without a description cannot be read.
    fn described(&self, key: &str) -> Option<&'static Setting> {
        let setting = self.settings.iter().find(|setting| setting.name == key);
        debug_assert!(setting.is_some(), "`{}` has no description", self.full(key));
        setting
    }

    /// Returns the description and the value of a key, and records that the file gives the key.
    fn find(&self, key: &str) -> Option<(&'static Setting, Value<'a>)> {
        let setting = self.described(key)?;
        self.asked.borrow_mut().push(setting.name);
        let (name, value) = self.entries.get_key_value(key)?;
        self.reading.given.borrow_mut().push((self.full(key), name.span().start));
        Some((setting, value))
    }

    fn wrong_type(&self, key: &str, value: Value<'_>, wanted: &'static str) {
        let (key, found) = (self.full(key), with_article(value.get_ref().type_str()));
        self.reading.fail(value.span(), Problem::WrongType { key, wanted, found });
    }

    /// Reads the value of a key with `read`. If `read` returns `None`, reports that the value has
    /// the wrong type.
    fn typed<T>(
        &self,
        key: &str,
        read: impl FnOnce(&'static Setting, Value<'a>) -> Option<T>,
    ) -> Option<T> {
        let (setting, value) = self.find(key)?;
        let typed = read(setting, value);
        if typed.is_none() {
            self.wrong_type(key, value, type_name(&setting.shape));
        }
        typed
    }

    /// Reports a problem at the value of `key`.
    pub(super) fn reject(&self, key: &str, problem: impl Into<Problem>) {
        self.reading.fail(self.span_of(key), problem);
    }

    fn span_of(&self, key: &str) -> Range<usize> {
        self.entries.get(key).map_or(0..0, Spanned::span)
    }

    /// Returns a string. If it is too long, reports an error and returns `None`.
    pub(super) fn string(&self, key: &str) -> Option<&'a str> {
        let text = self.typed(key, |_, value| value.get_ref().as_str())?;
        self.is_short(text, self.span_of(key)).then_some(text)
    }

    /// Returns whether a string is short enough. If it is too long, reports an error.
    fn is_short(&self, text: &str, span: Range<usize>) -> bool {
        let is_short = text.len() <= limits::STRING;
        if !is_short {
            self.reading.fail(span, Problem::LongString);
        }
        is_short
    }

    /// Truncates a list to `most` entries. If it was longer, reports an error at the first entry
    /// beyond that limit.
    fn cut<T>(&self, key: &str, list: &mut Vec<T>, most: usize, span: impl Fn(&T) -> Range<usize>) {
        if let Some(first) = list.get(most) {
            let problem = Problem::LongList { key: self.full(key), all: list.len(), most };
            self.reading.fail(span(first), problem);
        }
        list.truncate(most);
    }

    /// Returns a boolean. If the file gives none, returns the default of the description, or `false`.
    pub(super) fn boolean(&self, key: &str) -> bool {
        let default = self.described(key).is_some_and(|setting| setting.default == Some("true"));
        self.given_boolean(key).unwrap_or(default)
    }

    /// Returns a boolean if the file gives one. If it is `true` and the description accepts only `false`,
    /// reports an error.
    pub(super) fn given_boolean(&self, key: &str) -> Option<bool> {
        let is_true = self.typed(key, |_, value| value.get_ref().as_bool())?;
        let is_fixed = matches!(self.described(key), Some(Setting { shape: Shape::False, .. }));
        if is_true && is_fixed {
            self.reject(key, Problem::OnlyFalse { key: self.full(key) });
        }
        Some(is_true)
    }

    /// Returns a whole number within the limits of its description. If the file gives no such number,
    /// returns the default of the description.
    pub(super) fn integer<T: TryFrom<i64>>(&self, key: &str) -> Option<T> {
        let default = || T::try_from(self.described(key)?.default?.parse().ok()?).ok();
        self.given_integer(key).and_then(|number| T::try_from(number).ok()).or_else(default)
    }

    /// Returns a whole number within the limits of its description, if the file gives one.
    pub(super) fn given_integer(&self, key: &str) -> Option<i64> {
        let (setting, number) = self.typed(key, |setting, value| {
            let integer = value.get_ref().as_integer()?;
            let digits = integer.as_str().replace('_', "");
            Some((setting, i64::from_str_radix(&digits, integer.radix()).ok()?))
        })?;
        let Shape::Integer { least, most } = setting.shape else { return None };
        if (least..=most).contains(&number) {
            return Some(number);
        }
        self.reject(key, Problem::OutOfRange { key: self.full(key), least, most });
        None
    }

    /// Returns a duration such as `"250ms"`, `"20s"` or `"1h30m"`. If it is malformed, reports an
    /// error and returns `None`.
    pub(super) fn duration(&self, key: &str) -> Option<Duration> {
        let text = self.string(key)?;
        let duration = parse_duration(text);
        if duration.is_none() {
            let written = text.to_owned();
            self.reject(key, Problem::Duration { key: self.full(key), written });
        }
        duration
    }

    /// Returns one of the words that the description lists. If the value is another word, reports
    /// an error and returns `None`.
    pub(super) fn word(&self, key: &str) -> Option<&'static str> {
        let written = self.string(key)?;
        self.known_word(key, &Spanned::new(self.span_of(key), written))
    }

    /// Returns words that the description lists. Reports an error for each other word.
    pub(super) fn words(&self, key: &str) -> Option<Vec<&'static str>> {
        let written = self.strings(key)?;
        Some(written.iter().filter_map(|written| self.known_word(key, written)).collect())
    }

    fn known_word(&self, key: &str, written: &Spanned<&str>) -> Option<&'static str> {
        let (Shape::Text(kind) | Shape::Texts { of: kind, .. }) = self.described(key)?.shape else {
            return None;
        };
        let TextKind::OneOf(known) = kind else { return None };
        let text = *written.get_ref();
        let word = known.iter().copied().find(|word| *word == text);
        if word.is_none() {
            let nearest = suggest::nearest(text, known.iter().copied());
            let (key, written_as) = (self.full(key), text.to_owned());
            let problem = Problem::UnknownWord { key, written: written_as, known, nearest };
            self.reading.fail(written.span(), problem);
        }
        word
    }

    /// Returns the strings of a list, each with its span. A single string is a list of length 1.
    pub(super) fn strings(&self, key: &str) -> Option<Vec<Spanned<&'a str>>> {
        let spanned = |value: Value<'a>| {
            value.get_ref().as_str().map(|text| Spanned::new(value.span(), text))
        };
        let (setting, mut strings) = self.typed(key, |setting, value| {
            let strings: Option<Vec<_>> = match value.get_ref() {
                DeValue::Array(array) => array.iter().map(spanned).collect(),
                _ => spanned(value).map(|one| vec![one]),
            };
            Some((setting, strings?))
        })?;
        let Shape::Texts { least, most, .. } = setting.shape else { return None };
        if strings.len() < least {
            self.reject(key, Problem::EmptyList { key: self.full(key) });
            return None;
        }
        self.cut(key, &mut strings, most, Spanned::span);
        strings.retain(|text| self.is_short(text.get_ref(), text.span()));
        Some(strings)
    }

    /// Returns the strings of a list as `read` converts them. Reports each string for which `read` returns `None`.
    pub(super) fn converted<T>(
        &self,
        key: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let convert = |text: &Spanned<&str>| {
            let value = read(text.get_ref());
            if value.is_none() {
                let wanted = self.described(key).and_then(|setting| setting.shape.words());
                let (key, written) = (self.full(key), (*text.get_ref()).to_owned());
                self.reading.fail(text.span(), Problem::Text { key, written, wanted });
            }
            value
        };
        Some(self.strings(key)?.iter().filter_map(convert).collect())
    }

    /// Returns the value of a key as a table.
    pub(super) fn table(&self, key: &str) -> Option<Table<'a>> {
        self.typed(key, |setting, value| self.inner(key, setting.settings(), value))
    }

    /// Returns the value of a key as an array of tables.
    pub(super) fn tables(&self, key: &str) -> Option<Vec<Table<'a>>> {
        let (setting, mut tables) = self.typed(key, |setting, value| {
            let inner = |value| self.inner(key, setting.settings(), value);
            let tables: Option<Vec<_>> = value.get_ref().as_array()?.iter().map(inner).collect();
            Some((setting, tables?))
        })?;
        let Shape::Tables { most, .. } = setting.shape else { return None };
        self.cut(key, &mut tables, most, |table| table.span.clone());
        Some(tables)
    }

    /// Returns the value of one of the [`entries`](Self::entries) as a table. `name` is the key of the
    /// entry. The returned table can have the same settings as this one.
    pub(super) fn named(&self, name: &str, value: Value<'a>) -> Option<Table<'a>> {
        let key = toml_text::key(name);
        let table = self.inner(&key, self.settings, value);
        if table.is_none() {
            self.wrong_type(&key, value, "a table");
        }
        table
    }

    /// Returns all entries, for tables whose keys are names such as hosts.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Spanned<&'a str>, Value<'a>)> {
        self.entries
            .iter()
            .map(|(name, value)| (Spanned::new(name.span(), &**name.get_ref()), value))
    }

    /// Returns whether the table can have a key.
    pub(super) fn knows(&self, key: &str) -> bool {
        self.settings.iter().any(|setting| setting.name == key)
    }

    /// Reports an error for each key without a description, and one error for all required keys
    /// that are missing.
    pub(super) fn finish(self) {
        debug_assert!(
            self.settings.iter().all(|setting| self.asked.borrow().contains(&setting.name)),
            "a setting of [{}] is described and never read",
            self.name
        );
        for (name, _) in self.entries {
            let key = name.get_ref();
            if self.knows(key) {
                continue;
            }
            self.reading.fail_with(name.span(), || {
                let known: Vec<_> = self.settings.iter().map(|setting| setting.name).collect();
                let nearest = suggest::nearest(key, known.iter().copied());
                let (key, table) = (key.to_string(), self.name.clone());
                Problem::UnknownKey { key, table, known, nearest }
            });
        }
        let is_missing =
            |setting: &&Setting| setting.is_required && !self.entries.contains_key(setting.name);
        let missing: Vec<_> = self.settings.iter().filter(is_missing).collect();
        if !missing.is_empty() {
            let span = self.entries.iter().next().map_or(self.span, |(key, _)| key.span());
            let shown = |setting: &Setting| (setting.name, setting.example.unwrap_or_default());
            let settings = missing.into_iter().map(shown).collect();
            self.reading.fail(span, Problem::Incomplete { table: self.name, settings });
        }
    }
}

/// Returns the values that a setting accepts, in words.
fn type_name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text(_) => "a string",
        Shape::Texts { .. } => "a string or an array of strings",
        Shape::Boolean | Shape::False => "true or false",
        Shape::Integer { .. } => "a whole number",
        Shape::Table(_) | Shape::Hosts(_) | Shape::Severities => "a table",
        Shape::Tables { .. } => "an array of tables",
    }
}

fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{article} {kind}")
}

/// Parses a duration in whole `h`, `m`, `s` and `ms`, such as `250ms` or `1h30m`.
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    // The documented format excludes signs, fractions, words and ISO 8601 durations, which jiff
    // also reads.
    let is_documented = text.bytes().all(|byte| byte.is_ascii_digit() || b"hms".contains(&byte));
    let duration: SignedDuration = text.parse().ok().filter(|_| is_documented)?;
    duration.try_into().ok()
}
