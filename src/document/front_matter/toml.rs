//! Reads TOML from the parser's events. The `toml` crate checks the same text, because it also
//! knows which keys may not occur together.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use toml::de::DeTable;
use toml::value::Datetime;
use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};
use toml_parser::{ParseError, Source};

use super::block::Form;
use super::model::{
    FrontKey, FrontMatter, FrontProblem, FrontValue, Grammar, Style, join, mark_empty,
};
use crate::span::Span;

/// How deeply arrays and inline tables may be nested. This is the limit of the `toml` crate.
const MAX_DEPTH: u32 = 80;

/// Reads the values of the TOML in `content`.
pub(super) fn read(page: &str, content: Span, front: &mut FrontMatter) {
    let text = with_line_feeds(content.of(page));
    let start = content.start as usize;
    let source = Source::new(&text);
    let mut events: Vec<Event> = vec![];
    let mut errors: Vec<ParseError> = vec![];
    let mut guard = RecursionGuard::new(&mut events, MAX_DEPTH);
    parse_document(&source.lex().into_vec(), &mut guard, &mut errors);
    // Behind a syntax error, it is uncertain to which key a value belongs.
    let offsets = errors.iter().filter_map(ParseError::unexpected).map(|span| span.start());
    let limit = offsets.min().unwrap_or(if errors.is_empty() { text.len() } else { 0 });
    let mut reader = Reader::new(source, start, front);
    for event in events.into_iter().take_while(|event| event.span().end() <= limit) {
        reader.read(event);
    }
    check(&text, start, front);
}

/// Returns `text` with a line feed for each carriage return that ends a line on its own. TOML knows
/// no such line endings.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    let is_single = |at: usize| text.as_bytes().get(at + 1).is_none_or(|behind| *behind != b'\n');
    if !memchr::memchr_iter(b'\r', text.as_bytes()).any(is_single) {
        return Cow::Borrowed(text);
    }
    let chars = text.char_indices();
    Cow::Owned(
        chars.map(|(at, char)| if char == '\r' && is_single(at) { '\n' } else { char }).collect(),
    )
}

/// Records what the `toml` crate reports: the first error, and all duplicate keys.
fn check(text: &str, start: usize, front: &mut FrontMatter) {
    let (_, mut errors) = DeTable::parse_recoverable(text);
    errors.sort_by_key(|error| error.span().map(|span| (span.start, span.end)));
    let previous = previous_keys(&front.keys);
    let mut is_valid = true;
    for error in errors {
        let range = error.span().unwrap_or_default();
        let span = Span::new(start + range.start, start + range.end);
        let duplicate = previous.get(&span.start).filter(|_| error.message() == "duplicate key");
        if let Some((key, first)) = duplicate {
            let (key, first) = (key.clone(), *first);
            front.problems.push(FrontProblem::DuplicateKey { key, first, second: span });
        } else if is_valid {
            is_valid = false;
            front.problems.push(FrontProblem::invalid(span, error.message()));
        }
    }
}

/// Returns, by the offset of each key that has the same path as a key before it, the path and the
/// span of the last such key.
fn previous_keys(keys: &[FrontKey]) -> HashMap<u32, (Arc<str>, Span)> {
    let mut last: HashMap<&str, Span> = HashMap::new();
    let with_previous = keys.iter().filter_map(|key| {
        let previous = last.insert(&key.path, key.span)?;
        Some((key.span.start, (key.path.clone(), previous)))
    });
    with_previous.collect()
}

struct Reader<'a> {
    source: Source<'a>,
    /// The byte offset of the source in the page.
    start: usize,
    /// The parts of the current key, with their spans in the page. An invalid part is `None`.
    parts: Vec<(Option<Cow<'a, str>>, Span)>,
    /// The open collections, from outside to inside. The outermost one is the table of the last
    /// header, or the root.
    stack: Vec<Collection>,
    /// The index of the last table of each array of tables, by path.
    lists: BTreeMap<Arc<str>, u32>,
    /// Whether nothing has been read since the last array or inline table was opened.
    is_empty: bool,
    front: &'a mut FrontMatter,
}

enum Collection {
    /// A table, and the position of its next value.
    Table(Place, Place),
    /// An array, and the index of its next item.
    Array(Place, u32),
}

/// The position of a value in the document.
#[derive(Clone, Default)]
struct Place {
    /// The dotted path, or `None` if the value is left out.
    path: Option<Arc<str>>,
    /// The key of the value.
    key: Span,
    /// The index in the innermost list.
    item: Option<u32>,
}

impl<'a> Reader<'a> {
    fn new(source: Source<'a>, start: usize, front: &'a mut FrontMatter) -> Self {
        let root = Place { path: Some("".into()), ..Place::default() };
        let stack = vec![Collection::Table(root, Place::default())];
        Self { source, start, parts: vec![], stack, lists: BTreeMap::new(), is_empty: false, front }
    }

    fn read(&mut self, event: Event) {
        match event.kind() {
            EventKind::SimpleKey => self.part(event),
            EventKind::StdTableClose => self.header(false),
            EventKind::ArrayTableClose => self.header(true),
            EventKind::KeyValSep => self.key(),
            EventKind::Scalar => {
                self.is_empty = false;
                self.scalar(event);
            }
            EventKind::ArrayOpen => self.open(|place| Collection::Array(place, 0)),
            EventKind::InlineTableOpen => {
                self.open(|place| Collection::Table(place, Place::default()));
            }
            EventKind::ArrayClose | EventKind::InlineTableClose => self.close(),
            _ => {}
        }
    }

    /// Opens an array or an inline table.
    fn open(&mut self, collection: fn(Place) -> Collection) {
        let place = self.next_place();
        self.stack.push(collection(place));
        self.is_empty = true;
    }

    /// Closes an array or an inline table.
    fn close(&mut self) {
        let is_empty = std::mem::take(&mut self.is_empty);
        if let Some(Collection::Array(place, _) | Collection::Table(place, _)) = self.stack.pop()
            && is_empty
        {
            mark_empty(&mut self.front.keys, place.key);
        }
    }

    /// Returns the span in the page of an event.
    fn span(&self, event: Event) -> Span {
        Span::new(self.start + event.span().start(), self.start + event.span().end())
    }

    /// Reads one part of a dotted key.
    fn part(&mut self, event: Event) {
        let mut errors = None;
        let mut name = Cow::Borrowed("");
        if let Some(raw) = self.source.get(event) {
            raw.decode_key(&mut name, &mut errors);
        }
        let name = errors.is_none().then_some(name);
        self.parts.push((name, self.span(event)));
    }

    /// Records the current key, which belongs to the table at `parent`, and returns its path.
    fn finish_key(&mut self, parent: Option<Arc<str>>) -> (Option<Arc<str>>, Span) {
        let parts = std::mem::take(&mut self.parts);
        let span = parts.last().map(|(_, span)| *span).unwrap_or_default();
        let mut names = parts.iter().map(|(name, _)| name);
        let path = parent
            .and_then(|parent| names.try_fold(parent, |path, name| join(&path, name.as_ref()?)));
        if let Some(path) = path.clone() {
            self.front.keys.push(FrontKey { path, span, is_empty: false });
        }
        (path, span)
    }

    /// Reads the header of a table.
    fn header(&mut self, is_list: bool) {
        let (path, key) = self.finish_key(Some("".into()));
        let item = path.as_ref().and_then(|path| {
            if is_list { Some(self.next_table(path)) } else { self.table_index(path) }
        });
        self.stack.clear();
        self.stack.push(Collection::Table(Place { path, key, item }, Place::default()));
    }

    /// Returns the index of the next table of the array of tables at `path`.
    fn next_table(&mut self, path: &Arc<str>) -> u32 {
        // The arrays inside the table start again. `/` is the character after `.`.
        let (first, end) = (format!("{path}."), format!("{path}/"));
        let range = (Bound::Included(first.as_str()), Bound::Excluded(end.as_str()));
        let inside: Vec<_> =
            self.lists.range::<str, _>(range).map(|(inside, _)| inside.clone()).collect();
        for inside in inside {
            self.lists.remove(&inside);
        }
        let next = self.lists.get(path).map_or(0, |last| last.saturating_add(1));
        self.lists.insert(path.clone(), next);
        next
    }

    /// Returns the index of the table of the innermost array of tables around `path`.
    fn table_index(&self, path: &str) -> Option<u32> {
        path.rmatch_indices('.').find_map(|(at, _)| self.lists.get(&path[..at])).copied()
    }

    /// Reads a key, after which its value follows.
    fn key(&mut self) {
        let Some(Collection::Table(table, _)) = self.stack.last() else { return };
        let item = table.item;
        let (path, key) = self.finish_key(table.path.clone());
        if let Some(Collection::Table(_, next)) = self.stack.last_mut() {
            *next = Place { path, key, item };
        }
    }

    /// Returns the position of the next value.
    fn next_place(&mut self) -> Place {
        match self.stack.last_mut() {
            Some(Collection::Table(_, next)) => std::mem::take(next),
            Some(Collection::Array(place, next)) => {
                let item = Some(*next);
                *next = next.saturating_add(1);
                Place { item, ..place.clone() }
            }
            None => Place::default(),
        }
    }

    /// Reads a value other than an array or a table. An invalid value is left out.
    fn scalar(&mut self, event: Event) {
        let Place { path, key, item } = self.next_place();
        let (Some(path), Some(raw)) = (path, self.source.get(event)) else { return };
        let mut errors = None;
        let mut text = Cow::Borrowed("");
        let kind = raw.decode_scalar(&mut text, &mut errors);
        let style = match (kind, event.encoding()) {
            (_, Some(Encoding::LiteralString)) => Style::SingleQuoted,
            (_, Some(Encoding::BasicString)) => Style::DoubleQuoted,
            (_, Some(Encoding::MlLiteralString)) => Style::MultilineSingleQuoted,
            (_, Some(Encoding::MlBasicString)) => Style::MultilineDoubleQuoted,
            (ScalarKind::DateTime, None) => Style::Date,
            (ScalarKind::Boolean(_), None) => Style::Boolean,
            (_, None) => Style::Number,
        };
        let is_valid = style != Style::Date || is_date(raw.as_str());
        if errors.is_some() || !is_valid {
            return;
        }
        let text = if event.encoding().is_some() { &*text } else { raw.as_str() };
        let (span, grammar) = (self.span(event), Grammar::Toml);
        let text = text.into();
        self.front.values.push(FrontValue { path, key, span, text, style, item, grammar });
    }
}

/// Returns whether `text` is a TOML date, time, or both.
fn is_date(text: &str) -> bool {
    text.parse::<Datetime>().is_ok()
}

/// Returns the text and the style of a TOML value, or `None` if `value` is not one valid scalar.
pub(super) fn decode(value: &str) -> Option<(Arc<str>, Style)> {
    let line = format!("k={value}");
    let content = Span::new(0, line.len());
    let mut front = FrontMatter::new(Form::Toml, content);
    read(&line, content, &mut front);
    match front.values.as_slice() {
        [only] if front.problems.is_empty() && only.span == Span::new(2, line.len()) => {
            Some((only.text.clone(), only.style))
        }
        _ => None,
    }
}
