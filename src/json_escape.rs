//! JSON that steers no terminal, whatever stands in its strings.

use std::io::{self, Write};

use crate::diagnostic::is_unprintable;

/// Escapes what JSON allows in a string and a terminal obeys: control characters beyond those that
/// JSON escapes. Outside of strings JSON has none. To be written to through a buffer, which hands
/// over whole characters.
pub struct Escaping<'a>(pub &'a mut dyn Write);

impl Write for Escaping<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(first) = first_wild(bytes) else {
            self.0.write_all(bytes)?;
            return Ok(bytes.len());
        };
        // Buffers end where a string or a mark of JSON does, so this is whole characters.
        self.0.write_all(&bytes[..first])?;
        for char in String::from_utf8_lossy(&bytes[first..]).chars() {
            if is_wild(char) {
                write!(self.0, "\\u{:04x}", u32::from(char))?;
            } else {
                write!(self.0, "{char}")?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn is_wild(char: char) -> bool {
    char == '\u{7F}' || (!char.is_ascii() && is_unprintable(char))
}

/// Where the first character stands that is to be escaped. All but DEL begin with one of four
/// bytes, so that only what does is looked at.
fn first_wild(bytes: &[u8]) -> Option<usize> {
    let is_wild = |at: &usize| {
        let end = (at + 3).min(bytes.len());
        let chunk = bytes[*at..end].utf8_chunks().next();
        chunk.and_then(|chunk| chunk.valid().chars().next()).is_some_and(is_wild)
    };
    let del = memchr::memchr(0x7F, bytes);
    let arabic = memchr::memchr_iter(0xD8, bytes).find(is_wild);
    let beyond = memchr::memchr3_iter(0xC2, 0xE2, 0xEF, bytes).find(is_wild);
    [del, arabic, beyond].into_iter().flatten().min()
}
