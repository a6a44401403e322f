//! Reads and writes the frames of messages: headers, an empty line, and a body.
//!
//! Whatever cannot be part of a frame is skipped, so that the frames after it are still read.

use std::io::{self, BufRead, Read, Write};

/// The maximum length of a body in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// The maximum length of a header line in bytes. A longer line is read in parts, none of which is a
/// header.
const MOST_IN_LINE: u64 = 4096;

/// The name of the header that gives the length of the body.
const LENGTH: &str = "content-length:";

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// The body of a message.
    Body(Vec<u8>),
    /// A header that announces a body that is too large.
    TooLarge(u64),
}

/// Reads the next frame. Returns `None` at the end of the input.
///
/// # Errors
/// Returns an error if the input cannot be read.
pub(super) fn read(input: &mut dyn BufRead) -> io::Result<Option<Frame>> {
    let mut length = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.take(MOST_IN_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let header = String::from_utf8_lossy(&line);
        match (length, header.trim_ascii()) {
            (Some(most), "") if most > MOST_BYTES => return Ok(Some(Frame::TooLarge(most))),
            (Some(length), "") => return body(input, length),
            (None, "") => {}
            (_, header) => length = content_length(header).or(length),
        }
    }
}

/// Returns the length that a header line gives. Something else may come before the header if the
/// body of the last message was longer than announced.
fn content_length(header: &str) -> Option<u64> {
    let at = header.to_ascii_lowercase().rfind(LENGTH)?;
    header.get(at + LENGTH.len()..)?.trim_ascii().parse().ok()
}

fn body(input: &mut dyn BufRead, length: u64) -> io::Result<Option<Frame>> {
    // Do not reserve memory: the client may announce more than it sends.
    let mut body = Vec::new();
    let read = input.take(length).read_to_end(&mut body)?;
    Ok((read as u64 == length).then_some(Frame::Body(body)))
}

/// Writes a frame.
///
/// # Errors
/// Returns an error if the output cannot be written.
pub(super) fn write(out: &mut dyn Write, body: &[u8]) -> io::Result<()> {
    write!(out, "Content-Length: {}\r\n\r\n", body.len())?;
    out.write_all(body)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(mut input: &[u8]) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = read(&mut input).expect("readable") {
            frames.push(frame);
        }
        frames
    }

    fn body(text: &str) -> Frame {
        Frame::Body(text.as_bytes().to_vec())
    }

    #[test]
    fn what_is_written_is_read() {
        let mut bytes = Vec::new();
        for text in ["{}", "", "\u{e9}\r\n\r\n"] {
            write(&mut bytes, text.as_bytes()).expect("a vector");
        }
        assert_eq!(frames(&bytes), [body("{}"), body(""), body("\u{e9}\r\n\r\n")]);
    }

    #[test]
    fn frames_after_a_broken_one_are_read() {
        let inputs = [
            "Content-Length: 2\r\n\r\n{}too much\r\nContent-Length: 2\r\n\r\n[]",
            "Content-Length: 2\r\n\r\n{}too muchContent-Length: 2\r\n\r\n[]",
            "\r\n\r\nContent-Length: x\r\n\r\ncontent-length:2\nContent-Type: any\n\n{}Content-Length: 2\r\n\r\n[]",
        ];
        for input in inputs {
            assert_eq!(frames(input.as_bytes()), [body("{}"), body("[]")], "{input}");
        }
        let long = format!("{}\r\n{}", "x".repeat(20_000), "Content-Length: 2\r\n\r\n[]");
        assert_eq!(frames(long.as_bytes()), [body("[]")]);
    }

    #[test]
    fn a_body_that_is_too_large_is_refused_before_it_is_read() {
        let input = "Content-Length: 99999999999\r\n\r\nContent-Length: 2\r\n\r\n[]";
        assert_eq!(frames(input.as_bytes()), [Frame::TooLarge(99_999_999_999), body("[]")]);
        assert_eq!(frames(b"Content-Length: 20\r\n\r\n[]"), []);
    }
}
