//! Writes JSON that cannot control a terminal, whatever its strings contain.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use crate::diagnostic::is_unprintable;

/// A formatter that writes JSON as `F` does. It also escapes control characters that JSON allows in
/// strings but that terminals interpret.
#[derive(Clone, Debug, Default)]
pub struct Escaped<F>(pub F);

/// Writes `value` as JSON on one line.
///
/// # Errors
/// Returns an error if the writer or the serialization fails.
pub fn to_writer(out: impl Write, value: &impl Serialize) -> serde_json::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Escaped(CompactFormatter)))
}

/// Writes `value` as JSON on several lines, indented.
///
/// # Errors
/// Returns an error if the writer or the serialization fails.
pub fn to_writer_pretty(out: impl Write, value: &impl Serialize) -> serde_json::Result<()> {
    value.serialize(&mut pretty(out))
}

/// Returns a serializer that writes JSON on several lines, indented.
pub fn pretty<W: Write>(out: W) -> Serializer<W, Escaped<PrettyFormatter<'static>>> {
    Serializer::with_formatter(out, Escaped(PrettyFormatter::new()))
}

/// Returns whether terminals interpret the character although JSON allows it in a string.
fn is_control(char: char) -> bool {
    char == '\u{7F}' || (!char.is_ascii() && is_unprintable(char))
}

/// Defines the methods that do not concern the contents of strings. They call the inner formatter.
macro_rules! pass_on {
    ($($method:ident($($argument:ident: $kind:ty),*);)*) => {
        $(fn $method<W: ?Sized + Write>(&mut self, out: &mut W $(, $argument: $kind)*) -> io::Result<()> {
            self.0.$method(out $(, $argument)*)
        })*
    };
}

impl<F: Formatter> Formatter for Escaped<F> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, char)) = rest.char_indices().find(|(_, char)| is_control(*char)) {
            self.0.write_string_fragment(out, &rest[..at])?;
            for unit in char.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + char.len_utf8()..];
        }
        self.0.write_string_fragment(out, rest)
    }

    pass_on! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compact(text: &str) -> String {
        let mut out = Vec::new();
        to_writer(&mut out, &text).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn controls_beyond_those_of_json_are_escaped_and_read_back() {
        assert_eq!(compact("a\u{9b}31mb\u{7f}"), r#""a\u009b31mb\u007f""#);
        assert_eq!(compact("\u{202e}x\u{feff}"), r#""\u202ex\ufeff""#);
        for text in ["", "plain", "ü€😀", "\u{1b}[0m\"\\", "\u{e0001}\u{9b}", "\u{7f}\u{7f}"] {
            let read: String = serde_json::from_str(&compact(text)).unwrap();
            assert_eq!(read, text);
        }
    }

    #[test]
    fn pretty_json_is_laid_out_as_serde_json_does() {
        let value = serde_json::json!({ "a": [1, "x", {}], "b": { "c": null }, "d": [] });
        let mut out = Vec::new();
        to_writer_pretty(&mut out, &value).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string_pretty(&value).unwrap());
    }
}
