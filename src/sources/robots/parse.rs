//! Parses the rules of a robots.txt as described in RFC 9309.
//!
//! Rules are normalised and sorted by precedence: the first rule that matches a path decides.

use std::cmp::Ordering;
use std::fmt::Write;
use std::time::Duration;

use memchr::memmem;

/// The number of bytes of a robots.txt that are read, which is the minimum according to RFC 9309, 2.5.
const MAX_TEXT: usize = 500 * 1024;

/// The maximum length of the rules as text, in bytes. It ensures that `parse` can read the result of
/// `to_text`, although escapes make a pattern up to three times as long. The remaining bytes are for
/// the lines before the rules.
const MAX_RULES_TEXT: usize = MAX_TEXT - 128;

/// The maximum number of rules. Further rules are dropped. Real files stay far below this limit.
const MAX_RULES: usize = 10_000;
/// The maximum length of a pattern, in bytes. Rules with a longer pattern are dropped.
const MAX_PATTERN: usize = 8 * 1024;

/// The maximum delay between two requests that a site can ask for.
const MAX_DELAY: Duration = Duration::from_hours(1);

/// The rules of a robots.txt that apply to one robot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RobotsRules {
    /// The rules in the order of `PathRule::precedence`.
    rules: Box<[PathRule]>,
    delay: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
/// A rule for the paths that match a pattern.
struct PathRule {
    /// The result of `normalise`, which is ASCII. `*` is always a wildcard, and `$` is the end of the path.
    pattern: Box<str>,
    allow: bool,
}

impl RobotsRules {
    /// Parses the rules for the robot with the product token `product`, which may be followed by a version.
    ///
    /// Returns the rules of all groups that name the robot or, if no group does, the rules of all groups
    /// for `*` (RFC 9309, 2.2.1). Reads only the first 500 KiB. Accepts any text, and skips unknown lines.
    #[must_use]
    pub fn parse(text: &[u8], product: &str) -> Self {
        let text = readable(text);
        let product = token(product.as_bytes());
        let named = lines(text)
            .any(|line| matches!(line, RobotsLine::Agent(agent) if names(agent, product)));
        let mut builder = RulesBuilder::default();
        // `ours` tells whether the group is for this robot, and `naming` whether the next line may
        // add a robot to it.
        let (mut ours, mut naming) = (false, false);
        for line in lines(text) {
            match line {
                RobotsLine::Agent(agent) => {
                    ours &= naming;
                    ours |= if named { names(agent, product) } else { is_everyone(agent) };
                    naming = true;
                }
                RobotsLine::Rule { pattern, allow } => {
                    naming = false;
                    if ours {
                        builder.add_rule(pattern, allow);
                    }
                }
                // `Crawl-delay` is not part of the RFC, so a line with it must not split a group (2.2.4).
                RobotsLine::Delay(value) if ours => builder.add_delay(value),
                RobotsLine::Delay(_) => {}
            }
        }
        builder.finish()
    }

    /// Returns rules that allow everything, as if the robots.txt did not exist (RFC 9309, 2.3.1.3).
    #[must_use]
    pub fn allow_all() -> Self {
        Self::default()
    }

    /// Returns whether the rules allow a page, given by its path and query as the `url` crate writes
    /// them. The longest matching pattern decides, and in a tie, `Allow` wins. A page that no rule
    /// matches is allowed, and so is robots.txt itself (RFC 9309, 2.2.2).
    #[must_use]
    pub fn allows(&self, path_and_query: &str) -> bool {
        let path = normalise(path_and_query.as_bytes(), false);
        path == "/robots.txt"
            || self
                .rules
                .iter()
                .find(|rule| matches(rule.pattern.as_bytes(), path.as_bytes()))
                .is_none_or(|rule| rule.allow)
    }

    /// Returns the delay between requests that the site asks for in `Crawl-delay`, which is not part of
    /// the RFC. If the site sets several delays, returns the longest. The maximum is an hour.
    #[must_use]
    pub fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// Returns the rules as the text of a robots.txt, for storage. `parse` returns the same rules for
    /// this text and any product token.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::from("User-agent: *\n");
        if let Some(delay) = self.delay {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "Crawl-delay: {}", delay.as_secs_f64());
        }
        for rule in &self.rules {
            text.push_str(if rule.allow { "Allow: " } else { "Disallow: " });
            text.push_str(&rule.pattern);
            text.push('\n');
        }
        text
    }
}

impl PathRule {
    /// Sorts the longest pattern first, because a longer pattern is more specific. Of patterns with
    /// the same length, sorts `Allow` before `Disallow`, and then by the pattern, so that the same
    /// rules always give the same text.
    fn precedence(&self, other: &Self) -> Ordering {
        (other.pattern.len(), other.allow, &self.pattern).cmp(&(
            self.pattern.len(),
            self.allow,
            &other.pattern,
        ))
    }

    /// Returns an upper bound for the length of the rule's line, in bytes.
    fn text_len(&self) -> usize {
        "Disallow: \n".len() + self.pattern.len()
    }
}

/// The rules that have been read so far.
#[derive(Default)]
struct RulesBuilder {
    rules: Vec<PathRule>,
    text_len: usize,
    delay: Option<Duration>,
}

impl RulesBuilder {
    fn add_rule(&mut self, pattern: &[u8], allow: bool) {
        let pattern = normalise(pattern, true);
        // Every path begins with a slash, so other patterns match nothing. An empty pattern has no effect.
        if !pattern.starts_with(['/', '*']) || pattern.len() > MAX_PATTERN {
            return;
        }
        let rule = PathRule { pattern: pattern.into(), allow };
        let text_len = self.text_len + rule.text_len();
        if self.rules.len() < MAX_RULES && text_len <= MAX_RULES_TEXT {
            self.rules.push(rule);
            self.text_len = text_len;
        }
    }

    fn add_delay(&mut self, value: &[u8]) {
        self.delay = self.delay.max(seconds(value));
    }

    fn finish(mut self) -> RobotsRules {
        self.rules.sort_unstable_by(PathRule::precedence);
        self.rules.dedup();
        RobotsRules { rules: self.rules.into(), delay: self.delay }
    }
}

/// A line that the parser understands.
enum RobotsLine<'t> {
    Agent(&'t [u8]),
    Rule { pattern: &'t [u8], allow: bool },
    Delay(&'t [u8]),
}

/// Returns the part of a text within the size limit, without a byte order mark. Drops a line that
/// crosses the limit, because a truncated pattern would match more paths than the whole pattern.
fn readable(text: &[u8]) -> &[u8] {
    let read = match text.get(MAX_TEXT) {
        None => text,
        Some(b'\r' | b'\n') => &text[..MAX_TEXT],
        Some(_) => {
            let end = memchr::memrchr2(b'\r', b'\n', &text[..MAX_TEXT]);
            &text[..end.unwrap_or_default()]
        }
    };
    read.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(read)
}

/// Returns the lines that the parser understands. Other lines, including blank lines, do not end a group.
fn lines(text: &[u8]) -> impl Iterator<Item = RobotsLine<'_>> {
    text.split(|byte| matches!(byte, b'\r' | b'\n')).filter_map(parse_line)
}

fn parse_line(line: &[u8]) -> Option<RobotsLine<'_>> {
    let line = &line[..memchr::memchr(b'#', line).unwrap_or(line.len())];
    let colon = memchr::memchr(b':', line)?;
    let (key, value) = (trim(&line[..colon]), trim(&line[colon + 1..]));
    let is = |name: &[u8]| key.eq_ignore_ascii_case(name);
    if is(b"user-agent") {
        Some(RobotsLine::Agent(value))
    } else if is(b"allow") || is(b"disallow") {
        Some(RobotsLine::Rule { pattern: value, allow: is(b"allow") })
    } else {
        is(b"crawl-delay").then_some(RobotsLine::Delay(value))
    }
}

/// Strips spaces and tabs, which are the white space of RFC 9309. A pattern may contain other white space.
fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// Returns the product token at the start of a robot's name (RFC 9309, 2.2.1), without a version or
/// anything else that follows.
fn token(name: &[u8]) -> &[u8] {
    let end = name.iter().position(|byte| !matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-'));
    &name[..end.unwrap_or(name.len())]
}

fn names(agent: &[u8], product: &[u8]) -> bool {
    !product.is_empty() && token(agent).eq_ignore_ascii_case(product)
}

fn is_everyone(agent: &[u8]) -> bool {
    matches!(agent, [b'*'] | [b'*', b' ' | b'\t', ..])
}

/// Parses a number of seconds. Accepts plain digits, with or without a fraction, but neither a
/// sign nor an exponent.
fn seconds(value: &[u8]) -> Option<Duration> {
    let value = std::str::from_utf8(value).ok()?;
    if !value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.')) {
        return None;
    }
    let seconds: f64 = value.parse().ok()?;
    Some(Duration::from_secs_f64(seconds.min(MAX_DELAY.as_secs_f64())))
}

/// Normalises a path or a pattern, so that paths and patterns can be compared octet by octet (RFC 9309,
/// 2.2.2 and 2.2.3). Escapes octets that a URL cannot contain, decodes unnecessary escapes, and keeps
/// escapes that change the meaning. Escapes each `*` and `$` that is literal. The operation is idempotent.
fn normalise(text: &[u8], is_pattern: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_query = false;
    let mut rest = text;
    while let Some((&octet, after)) = rest.split_first() {
        rest = after;
        if octet == b'%'
            && let Some((escaped, after)) = unescape(after)
        {
            rest = after;
            push(
                &mut out,
                escaped,
                is_unreserved(escaped) || in_query && is_plain_in_query(escaped),
            );
            continue;
        }
        let plain = match octet {
            b'*' => is_pattern,
            b'$' => is_pattern && after.is_empty(),
            // A `%` at the end or before `*`, as in `/%*`, matches any escape. Elsewhere it is literal.
            b'%' => is_pattern && matches!(after, [] | [b'*', ..]),
            _ => is_unreserved(octet) || b":/?[]@!&'()+,;=".contains(&octet),
        };
        in_query |= octet == b'?';
        push(&mut out, octet, plain);
    }
    out
}

fn push(out: &mut String, octet: u8, plain: bool) {
    if plain {
        out.push(octet.into());
    } else {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "%{octet:02X}");
    }
}

/// Decodes an escape whose `%` has already been read. Returns the octet and the rest of the text.
fn unescape(text: &[u8]) -> Option<(u8, &[u8])> {
    let ([high, low], rest) = text.split_first_chunk()?;
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(((digit(*high)? << 4) | digit(*low)?, rest))
}

/// Returns whether an octet has the same meaning with and without an escape (RFC 3986, 2.3).
fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~')
}

/// Returns whether an octet in a query has the same meaning with and without an escape. This holds
/// for the delimiters of URLs (RFC 9309, 2.2.2, table), and for the quote, which the `url` crate
/// escapes only in queries.
fn is_plain_in_query(octet: u8) -> bool {
    b":/?[]@'".contains(&octet)
}

/// Returns whether a pattern matches the beginning of a path, or the whole path if the pattern ends in
/// `$` (RFC 9309, 2.2.2 and 2.2.3).
///
/// Each part between two wildcards is matched at its first occurrence, because a later occurrence would leave
/// less of the path for the following parts. The search therefore never backtracks, whatever the pattern.
fn matches(pattern: &[u8], path: &[u8]) -> bool {
    let (pattern, to_end) = match pattern.strip_suffix(b"$") {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let Some(star) = memchr::memchr(b'*', pattern) else {
        return if to_end { path == pattern } else { path.starts_with(pattern) };
    };
    let Some(mut path) = path.strip_prefix(&pattern[..star]) else {
        return false;
    };
    // If the pattern ends in `$`, the part after the last wildcard must match at the end.
    let last = memchr::memrchr(b'*', pattern).filter(|_| to_end).map_or(pattern.len(), |at| at + 1);
    for part in pattern[star..last].split(|byte| *byte == b'*').filter(|part| !part.is_empty()) {
        let Some(at) = memmem::find(path, part) else {
            return false;
        };
        path = &path[at + part.len()..];
    }
    path.ends_with(&pattern[last..])
}

#[cfg(test)]
mod tests;
