//! Typed reading of TOML tables: every value is asked for once, what nobody asked for is an error
//! at its key, and errors gather instead of ending the reading.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, ConfigErrors, ConfigText};
use super::limits;
use crate::diagnostic::grouped;
use crate::diagnostic::quote;
use crate::suggest;

/// What is being read, and what was found wrong so far.
pub(super) struct TableReader {
    file: Arc<ConfigText>,
    errors: RefCell<ConfigErrors>,
    /// Dotted names of the keys that the file gives, with their places in it.
    given: RefCell<Vec<(String, usize)>>,
}

impl TableReader {
    pub(super) fn new(file: Arc<ConfigText>) -> Self {
        Self { file, errors: RefCell::default(), given: RefCell::default() }
    }

    pub(super) fn fail(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.fail_with(span, || (message.into(), help));
    }

    /// Reports an error, which is not described where it would not be kept.
    pub(super) fn fail_with(
        &self,
        span: Range<usize>,
        describe: impl FnOnce() -> (String, Option<String>),
    ) {
        let mut errors = self.errors.borrow_mut();
        if errors.kept.len() == ConfigErrors::MOST {
            errors.more += 1;
            return;
        }
        let (message, help) = describe();
        let file = Arc::clone(&self.file);
        errors.kept.push(ConfigError { file, span, message, help });
    }

    /// What was found wrong, in the order of the file, and the keys that were given with the lines
    /// they stand on.
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
    /// Its dotted name; empty for the file itself.
    name: String,
    entries: &'a DeTable<'a>,
    asked: RefCell<Vec<&'static str>>,
}

type Value<'a> = &'a Spanned<DeValue<'a>>;

impl<'a> Table<'a> {
    pub(super) fn new(reading: &'a TableReader, name: String, entries: &'a DeTable<'a>) -> Self {
        Self { reading, name, entries, asked: RefCell::default() }
    }

    /// The name of a key in full.
    fn full(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    fn find(&self, key: &'static str) -> Option<Value<'a>> {
        self.asked.borrow_mut().push(key);
        let (name, value) = self.entries.get_key_value(key)?;
        self.reading.given.borrow_mut().push((self.full(key), name.span().start));
        Some(value)
    }

    fn wrong_type(&self, key: &str, value: Value<'_>, wanted: &str) {
        let message = format!(
            "`{}` is to be {wanted}, not {}",
            self.full(key),
            article(value.get_ref().type_str())
        );
        self.reading.fail(value.span(), message, None);
    }

    fn typed<T>(
        &self,
        key: &'static str,
        wanted: &str,
        read: impl FnOnce(Value<'a>) -> Option<T>,
    ) -> Option<T> {
        let value = self.find(key)?;
        let typed = read(value);
        if typed.is_none() {
            self.wrong_type(key, value, wanted);
        }
        typed
    }

    /// Reports the value of `key`, which has been read, as wrong.
    pub(super) fn reject(&self, key: &str, message: impl Into<String>, help: Option<String>) {
        let span = self.entries.get(key).map_or(0..0, Spanned::span);
        self.reading.fail(span, message, help);
    }

    pub(super) fn string(&self, key: &'static str) -> Option<&'a str> {
        let text = self.typed(key, "a string", |value| value.get_ref().as_str())?;
        self.is_short(text, self.entries.get(key)?.span()).then_some(text)
    }

    /// Whether a string is short enough; one that is not is reported.
    fn is_short(&self, text: &str, span: Range<usize>) -> bool {
        let is_short = text.len() <= limits::STRING;
        if !is_short {
            let message = format!("a string has at most {} bytes", grouped(limits::STRING as u64));
            self.reading.fail(span, message, None);
        }
        is_short
    }

    /// Cuts a list to the `most` entries that it may have, and reports the first that is too many.
    fn cut<T>(&self, key: &str, list: &mut Vec<T>, most: usize, span: impl Fn(&T) -> Range<usize>) {
        if let Some(first) = list.get(most) {
            let (key, most) = (self.full(key), grouped(most as u64));
            let all = grouped(list.len() as u64);
            let message = format!("`{key}` has {all} entries; at most {most} are allowed");
            self.reading.fail(span(first), message, None);
        }
        list.truncate(most);
    }

    pub(super) fn boolean(&self, key: &'static str) -> Option<bool> {
        self.typed(key, "true or false", |value| value.get_ref().as_bool())
    }

    /// A whole number within `range`.
    pub(super) fn integer(&self, key: &'static str, range: Range<i64>) -> Option<i64> {
        let number = self.typed(key, "a whole number", |value| {
            let integer = value.get_ref().as_integer()?;
            i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()
        })?;
        if range.contains(&number) {
            return Some(number);
        }
        let (low, high) = (range.start, range.end - 1);
        self.reject(key, format!("`{}` is to be from {low} to {high}", self.full(key)), None);
        None
    }

    /// A length of time such as `"250ms"`, `"20s"`, `"5m"` or `"1h"`.
    pub(super) fn duration(&self, key: &'static str) -> Option<Duration> {
        let text = self.string(key)?;
        let duration = parse_duration(text);
        if duration.is_none() {
            let message = format!("`{}` is no length of time: {text:?}", self.full(key));
            self.reject(key, message, Some("write a number and ms, s, m or h: \"250ms\"".into()));
        }
        duration
    }

    /// One string, or up to `most`, each with its place.
    pub(super) fn strings(&self, key: &'static str, most: usize) -> Option<Vec<Spanned<&'a str>>> {
        let spanned = |value: Value<'a>| {
            value.get_ref().as_str().map(|text| Spanned::new(value.span(), text))
        };
        let wanted = "a string or an array of strings";
        let mut strings: Vec<_> = self.typed(key, wanted, |value| match value.get_ref() {
            DeValue::Array(array) => array.iter().map(spanned).collect(),
            _ => spanned(value).map(|one| vec![one]),
        })?;
        self.cut(key, &mut strings, most, Spanned::span);
        strings.retain(|text| self.is_short(text.get_ref(), text.span()));
        Some(strings)
    }

    pub(super) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        let table = self.typed(key, "a table", |value| value.get_ref().as_table())?;
        Some(Table::new(self.reading, self.full(key), table))
    }

    /// The table that is the value of one of the [`entries`](Self::entries), called by `name`.
    pub(super) fn named(&self, name: &str, value: Value<'a>) -> Option<Table<'a>> {
        let key = format!("{name:?}");
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(&key, value, "a table");
            return None;
        };
        Some(Table::new(self.reading, self.full(&key), table))
    }

    /// Up to `most` tables.
    pub(super) fn tables(&self, key: &'static str, most: usize) -> Option<Vec<Table<'a>>> {
        let spanned = |value: Value<'a>| Some((value.get_ref().as_table()?, value.span()));
        let mut tables: Vec<_> = self.typed(key, "an array of tables", |value| {
            value.get_ref().as_array()?.iter().map(spanned).collect()
        })?;
        self.cut(key, &mut tables, most, |(_, span)| span.clone());
        let table = |(table, _)| Table::new(self.reading, self.full(key), table);
        Some(tables.into_iter().map(table).collect())
    }

    /// All entries, whatever their keys: for tables whose keys are names.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Spanned<&'a str>, Value<'a>)> {
        self.entries
            .iter()
            .map(|(name, value)| (Spanned::new(name.span(), &**name.get_ref()), value))
    }

    /// Whether a key was asked for so far.
    pub(super) fn asked_for(&self, key: &str) -> bool {
        self.asked.borrow().contains(&key)
    }

    /// Reports the keys that nobody asked for.
    pub(super) fn finish(self) {
        let asked = self.asked.borrow();
        for (name, _) in self.entries {
            let key = name.get_ref();
            if self.asked_for(key) {
                continue;
            }
            self.reading.fail_with(name.span(), || {
                let place = match &*self.name {
                    "" => String::new(),
                    name => format!(" in [{name}]"),
                };
                let help = match suggest::nearest(key, asked.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known here: {}", asked.join(", ")),
                };
                (format!("unknown key {}{place}", quote(key)), Some(help))
            });
        }
    }
}

fn article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{article} {kind}")
}

/// A length of time: a whole number and `ms`, `s`, `m` or `h`.
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit())?;
    let number: u64 = text[..end].parse().ok()?;
    match &text[end..] {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3600).map(Duration::from_secs),
        _ => None,
    }
}
