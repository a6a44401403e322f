//! Typed reading of TOML tables: every value is asked for once, what nobody asked for is an error
//! at its key, and errors gather instead of ending the reading.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, ConfigText};
use crate::suggest;

/// What is being read, and what was found wrong so far.
pub(super) struct Reading {
    file: Arc<ConfigText>,
    errors: RefCell<Vec<ConfigError>>,
    /// Dotted names of the keys that the file gives, with the lines they stand on.
    given: RefCell<Vec<(String, usize)>>,
}

impl Reading {
    pub(super) fn new(file: Arc<ConfigText>) -> Self {
        Self { file, errors: RefCell::default(), given: RefCell::default() }
    }

    pub(super) fn fail(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        let file = Arc::clone(&self.file);
        let error = ConfigError { file, span, message: message.into(), help };
        self.errors.borrow_mut().push(error);
    }

    /// What was found wrong, in the order of the file, and the keys that were given.
    pub(super) fn finish(self) -> (Vec<ConfigError>, Vec<(String, usize)>) {
        let mut errors = self.errors.into_inner();
        errors.sort_by_key(|error| error.span.start);
        (errors, self.given.into_inner())
    }
}

/// One table of the file.
pub(super) struct Table<'a> {
    reading: &'a Reading,
    /// Its dotted name; empty for the file itself.
    name: String,
    entries: &'a DeTable<'a>,
    asked: RefCell<Vec<&'static str>>,
}

type Value<'a> = &'a Spanned<DeValue<'a>>;

impl<'a> Table<'a> {
    pub(super) fn new(reading: &'a Reading, name: String, entries: &'a DeTable<'a>) -> Self {
        Self { reading, name, entries, asked: RefCell::default() }
    }

    /// The name of a key in full.
    fn full(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    fn find(&self, key: &'static str) -> Option<Value<'a>> {
        self.asked.borrow_mut().push(key);
        let (name, value) = self.entries.iter().find(|(name, _)| name.get_ref() == key)?;
        let before = self.reading.file.text.get(..name.span().start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        self.reading.given.borrow_mut().push((self.full(key), line));
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
        let found = self.entries.iter().find(|(name, _)| name.get_ref() == key);
        let span = found.map_or(0..0, |(_, value)| value.span());
        self.reading.fail(span, message, help);
    }

    pub(super) fn string(&self, key: &'static str) -> Option<&'a str> {
        self.typed(key, "a string", |value| value.get_ref().as_str())
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

    /// One string, or several, each with its place.
    pub(super) fn strings(&self, key: &'static str) -> Option<Vec<Spanned<&'a str>>> {
        let spanned = |value: Value<'a>| {
            value.get_ref().as_str().map(|text| Spanned::new(value.span(), text))
        };
        self.typed(key, "a string or an array of strings", |value| match value.get_ref() {
            DeValue::Array(array) => array.iter().map(spanned).collect(),
            _ => spanned(value).map(|one| vec![one]),
        })
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

    pub(super) fn tables(&self, key: &'static str) -> Option<Vec<Table<'a>>> {
        let name = self.full(key);
        self.typed(key, "an array of tables", |value| {
            let tables = value.get_ref().as_array()?.iter();
            tables
                .map(|value| {
                    Some(Table::new(self.reading, name.clone(), value.get_ref().as_table()?))
                })
                .collect()
        })
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
            let place =
                if self.name.is_empty() { String::new() } else { format!(" in [{}]", self.name) };
            let help = match suggest::nearest(key, asked.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", asked.join(", ")),
            };
            self.reading.fail(name.span(), format!("unknown key `{key}`{place}"), Some(help));
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
