//! Reads YAML from the parser's events. Nothing here recurses, so nesting cannot exhaust the stack.

use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use super::block::{Lines, starts_like_yaml};
use super::model::{FrontKey, FrontMatter, FrontProblem, FrontValue, Grammar, Style};
use super::model::{duplicates, join, mark_empty};
use super::yaml_indent::Indentation;
use super::yaml_spans::{Empty, Fault, Locator, Written};
use crate::span::Span;

/// Reads the values of the first YAML document in `content`. If its root is not a mapping, there
/// are none.
pub(super) fn read(page: &str, content: Span, front: &mut FrontMatter) {
    let text = content.of(page);
    let mut indentation = Indentation::default();
    for attempts in (0..Indentation::max_attempts(text.len())).rev() {
        let input = indentation.apply(text);
        let mut reader = Reader::new(&input, content.start as usize, &indentation, front);
        if let Err(error) = reader.read() {
            let offset = reader.locator.offset(*error.marker());
            let mut more = indentation.clone();
            if attempts > 0 && more.add(&input, offset, &error, reader.is_in_brackets()) {
                indentation = more;
                continue;
            }
            reader.fail(&error);
        }
        let Reader { mappings, front, .. } = reader;
        front.problems.extend(duplicates(&front.keys, &mappings));
        return;
    }
}

struct Reader<'a> {
    /// The parser's input.
    input: &'a str,
    /// Converts the parser's positions to bytes of its input.
    locator: Locator<'a>,
    /// The byte offset of the content in the page.
    start: usize,
    /// The lines that are indented only in the parser's input.
    indentation: &'a Indentation,
    /// The open collections, from outside to inside.
    stack: Vec<Collection>,
    /// The anchored scalars by the parser's ids: their texts and the indices of their values.
    anchors: HashMap<usize, (Arc<str>, Option<usize>)>,
    /// For each key in `front`, the number of its mapping.
    mappings: Vec<u32>,
    /// The number of collections that the document has opened so far.
    opened: u32,
    /// Whether nothing has been read since the last collection was opened.
    is_empty: bool,
    /// Whether the root is a mapping, once it is known to be one or a scalar.
    root: Option<bool>,
    front: &'a mut FrontMatter,
}

/// An open mapping or sequence.
struct Collection {
    kind: Kind,
    /// The position of the collection. The values in a collection without a path are left out.
    place: Place,
    /// The number of the collection.
    number: u32,
}

enum Kind {
    /// A mapping, with the path and the span of its last key if the next node is the key's value.
    Mapping(Option<(Option<Arc<str>>, Span)>),
    /// A sequence, with the index of its next item.
    Sequence(u32),
}

/// The position of a node in the document.
struct Place {
    /// The dotted path, or `None` if the node is left out.
    path: Option<Arc<str>>,
    /// The key of the node.
    key: Span,
    /// The index in the innermost list.
    item: Option<u32>,
    /// Whether the node is inside brackets.
    is_flow: bool,
}

/// What a node is to the collection that contains it.
enum Role {
    Root,
    Key,
    Value(Place),
    Item(Place),
}

impl<'a> Reader<'a> {
    fn new(
        input: &'a str,
        start: usize,
        indentation: &'a Indentation,
        front: &'a mut FrontMatter,
    ) -> Self {
        front.values.clear();
        front.keys.clear();
        Self {
            input,
            locator: Locator::new(input),
            start,
            indentation,
            stack: vec![],
            anchors: HashMap::new(),
            mappings: vec![],
            opened: 0,
            is_empty: false,
            root: None,
            front,
        }
    }

    /// Reads the first document.
    fn read(&mut self) -> Result<(), ScanError> {
        for event in Parser::new_from_str(self.input) {
            match event? {
                (Event::DocumentEnd | Event::StreamEnd, _) => break,
                (event, span) => {
                    self.refuse_tab(&event, span)?;
                    self.event(event, span);
                }
            }
        }
        Ok(())
    }

    /// Returns the span in the page.
    fn span(&self, written: &Written) -> Span {
        let offset = |offset| self.start + self.indentation.original(offset);
        Span::new(offset(written.range.start), offset(written.range.end))
    }

    fn is_in_brackets(&self) -> bool {
        self.stack.last().is_some_and(|collection| collection.place.is_flow)
    }

    /// Refuses a tab in the indentation of a scalar outside brackets, which the parser accepts in some places.
    /// The YAML libraries of site generators accept it nowhere.
    fn refuse_tab(
        &mut self,
        event: &Event<'_>,
        span: saphyr_parser::Span,
    ) -> Result<(), ScanError> {
        let is_scalar = match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) => !text.is_empty(),
            Event::Scalar(_, style, ..) => {
                matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted)
            }
            _ => false,
        };
        if is_scalar && !self.is_in_brackets() && self.locator.is_indented_with_tab(span.start) {
            return Err(ScanError::new_str(span.start, "tabs are not allowed in the indentation"));
        }
        Ok(())
    }

    fn event(&mut self, event: Event<'_>, span: saphyr_parser::Span) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let has_properties = anchor > 0 || tag.is_some();
                let (text, value) = self.scalar(&text, style, span, has_properties);
                if anchor > 0 {
                    self.anchors.insert(anchor, (text, value));
                }
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::SequenceStart(anchor, tag) => {
                self.open(Kind::Sequence(0), span, anchor > 0 || tag.is_some());
            }
            Event::MappingStart(anchor, tag) => {
                self.open(Kind::Mapping(None), span, anchor > 0 || tag.is_some());
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            _ => {}
        }
    }

    /// Reads a scalar. Returns its text and, if it is a value, its index.
    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        span: saphyr_parser::Span,
        has_properties: bool,
    ) -> (Arc<str>, Option<usize>) {
        self.is_empty = false;
        let role = self.role();
        let empty = match role {
            Role::Root | Role::Key => Empty::Nothing,
            Role::Value(_) => Empty::Value,
            Role::Item(_) => Empty::Item,
        };
        let written = self.locator.scalar(span, style, has_properties, text, empty);
        let shared: Arc<str> = text.into();
        let value = match role {
            Role::Root => {
                self.root = Some(false);
                None
            }
            Role::Key => {
                let is_merge = text == "<<" && style == ScalarStyle::Plain;
                self.key(text, &written, is_merge);
                None
            }
            Role::Value(place) | Role::Item(place) => {
                self.value(place, shared.clone(), style_of(style), &written)
            }
        };
        (shared, value)
    }

    /// Returns the role of the next node, and updates the collection around it.
    fn role(&mut self) -> Role {
        let Some(Collection { kind, place, .. }) = self.stack.last_mut() else { return Role::Root };
        match kind {
            Kind::Mapping(entry) => match entry.take() {
                None => {
                    *entry = Some((None, Span::default()));
                    Role::Key
                }
                Some((path, key)) => {
                    Role::Value(Place { path, key, item: place.item, is_flow: place.is_flow })
                }
            },
            Kind::Sequence(next) => {
                let item = Some(*next);
                *next = next.saturating_add(1);
                let path = place.path.clone();
                Role::Item(Place { path, key: place.key, item, is_flow: place.is_flow })
            }
        }
    }

    /// Opens a collection.
    fn open(&mut self, kind: Kind, span: saphyr_parser::Span, has_properties: bool) {
        let is_mapping = matches!(kind, Kind::Mapping(_));
        let nowhere = |path| Place { path, key: Span::default(), item: None, is_flow: false };
        let mut place = match self.role() {
            Role::Root => {
                self.root = is_mapping.then_some(true);
                nowhere(is_mapping.then(|| "".into()))
            }
            Role::Key => nowhere(None),
            Role::Value(place) | Role::Item(place) => place,
        };
        place.is_flow |= self.locator.is_flow(span, has_properties);
        self.opened = self.opened.saturating_add(1);
        self.stack.push(Collection { kind, place, number: self.opened });
        self.is_empty = true;
    }

    /// Closes the innermost collection.
    fn close(&mut self) {
        let is_empty = std::mem::take(&mut self.is_empty);
        if let Some(collection) = self.stack.pop().filter(|_| is_empty) {
            mark_empty(&mut self.front.keys, collection.place.key);
        }
    }

    /// Records the key of the next value. The value of a merge key `<<` is left out.
    fn key(&mut self, text: &str, written: &Written, is_merge: bool) {
        let span = self.span(written);
        let Some(Collection { kind, place, number }) = self.stack.last_mut() else { return };
        let parent = place.path.as_deref().filter(|_| !is_merge);
        let Some(path) = parent.and_then(|parent| join(parent, text)) else { return };
        *kind = Kind::Mapping(Some((Some(path.clone()), span)));
        self.mappings.push(*number);
        self.front.keys.push(FrontKey { path, span, is_empty: false });
    }

    /// Records a value and returns its index.
    fn value(
        &mut self,
        place: Place,
        text: Arc<str>,
        style: Style,
        written: &Written,
    ) -> Option<usize> {
        let Place { path, key, item, is_flow } = place;
        let grammar = match style {
            Style::Alias | Style::Literal | Style::Folded => Grammar::Fixed,
            _ if !written.is_open => Grammar::Fixed,
            _ if is_flow => Grammar::YamlFlow,
            _ => Grammar::YamlBlock,
        };
        let span = self.span(written);
        let value = FrontValue { path: path?, key, span, text, style, item, grammar };
        self.front.values.push(value);
        Some(self.front.values.len() - 1)
    }

    /// Reads an alias. An alias of a collection is left out.
    fn alias(&mut self, anchor: usize, span: saphyr_parser::Span) {
        self.is_empty = false;
        let role = self.role();
        let written = self.locator.alias(span);
        let Some((text, value)) = self.anchors.get(&anchor).cloned() else { return };
        // Another text for the anchored value would also change the alias.
        if let Some(value) = value.and_then(|index| self.front.values.get_mut(index)) {
            value.grammar = Grammar::Fixed;
        }
        match role {
            Role::Root => {}
            Role::Key => self.key(&text, &written, false),
            Role::Value(place) | Role::Item(place) => {
                self.value(place, text, Style::Alias, &written);
            }
        }
    }

    /// Records a syntax error. If the text between two rules is no mapping as far as it was read, and no line
    /// begins with a key, it is not meant to be front matter.
    fn fail(&mut self, error: &ScanError) {
        let is_mapping = self.root.unwrap_or_else(|| {
            Lines::of(self.input)
                .any(|(_, line)| starts_like_yaml(line.trim_start_matches([' ', '\t'])))
        });
        if is_mapping {
            let (fault, message) = match error.info() {
                info if info.starts_with("simple key expect") => {
                    (Fault::Colon, "missing `:` after a key")
                }
                info if info.split(' ').any(|word| word.starts_with("tab")) => (Fault::Tab, info),
                info => (Fault::Other, info),
            };
            let written = self.locator.error(*error.marker(), fault);
            self.front.problems.push(FrontProblem::invalid(self.span(&written), message));
        }
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

/// Returns whether `value`, written after a key or in brackets, is one scalar that covers all of
/// `value` and decodes to `text`.
pub(super) fn decodes_to(value: &str, is_flow: bool, text: &str) -> bool {
    let document = if is_flow { format!("{{k: {value}}}") } else { format!("k: {value}\n") };
    let events: Result<Vec<_>, _> = Parser::new_from_str(&document).take(9).collect();
    let Ok(events) = events else { return false };
    let events: Vec<_> = events.into_iter().map(|(event, _)| event).collect();
    matches!(
        events.as_slice(),
        [
            Event::StreamStart,
            Event::DocumentStart(_),
            Event::MappingStart(..),
            Event::Scalar(..),
            Event::Scalar(decoded, _, 0, None),
            Event::MappingEnd,
            Event::DocumentEnd,
            Event::StreamEnd,
        ] if decoded == text
    )
}
