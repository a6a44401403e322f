//! Analyses the text of a page, to recognize error pages with status 200, and parked domains.
//!
//! These features prove nothing on their own. A title only raises suspicion. The response for a random,
//! nonexistent path shows how a site answers for missing pages.

mod phrases;
mod refresh;

use std::cmp::Ordering;
use std::convert::Infallible;
use std::thread;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use percent_encoding::percent_decode_str;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use self::phrases::{OFFER_BYTES, PARKING_HOSTS, is_error, is_sale, is_wall};
use self::refresh::MetaRefresh;
pub use self::refresh::refresh_target;

/// The maximum number of bytes that are read from a body.
const READ_BYTES: usize = 256 * 1024;
/// The size of the stack for reading a body, in bytes: 4 KiB for each attribute. An attribute takes
/// at least 4 bytes of the body. The system allocates only the memory that is used.
const DEEP_STACK: usize = READ_BYTES / 4 * 4096;
/// The maximum length of a stored title, in bytes. Without a limit, an unclosed title would contain
/// the rest of the page.
const TITLE_BYTES: usize = 1000;
/// The number of words in a shingle, which is a sequence of consecutive words. With fewer words,
/// any two texts in the same language would share many shingles.
const SHINGLE_WORDS: usize = 5;
/// The maximum number of shingles that are kept. The shingles with the lowest hashes are a fair
/// sample of the page.
const SHINGLES: usize = 4096;
/// The minimum length of an echo (see [`PageText::read`]), in Unicode scalar values. A shorter echo
/// occurs in too many words.
const ECHO_CHARS: usize = 4;

/// The maximum number of words on a page that may be an empty frame for scripts to fill.
const FEW_WORDS: usize = 20;

/// The features of a page's text that a check needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageText {
    title_is_error: bool,
    /// Hashes of the words of the title, first of all words and then without those that contain the echo.
    /// `None` for a page without a title.
    titles: Option<[u64; 2]>,
    /// Whether the body contains nothing but white space.
    is_blank: bool,
    is_wall: bool,
    /// Whether the page has scripts and at most `FEW_WORDS` words, so that scripts may render it.
    is_drawn: bool,
    is_parked: bool,
    length: usize,
    /// The target of a `<meta http-equiv="refresh">` that redirects at once, as a URL reference.
    refresh: Option<Box<str>>,
    /// The hashes of the shingles, in ascending order and without duplicates.
    shingles: Vec<u64>,
}

impl PageText {
    /// Parses a body, which may be truncated. Accepts any bytes. Bytes that are not UTF-8 are read as
    /// Latin-1, so that a text in another encoding still equals itself.
    ///
    /// Error pages often repeat the requested name. The words that contain `echo`, the last segment of
    /// the URL's path, are therefore left out. If the echo is an ordinary word, this can only make two
    /// pages less similar.
    #[must_use]
    pub fn read(body: &[u8], echo: &str) -> Self {
        let page = Markup::read_deep(&body[..body.len().min(READ_BYTES)]);
        let echoes = [echo.into(), percent_decode_str(echo).decode_utf8_lossy()];
        let echoes = echoes.map(|echo| echo.to_lowercase());
        let page_title = page.title.text.to_lowercase();
        let [title, heading, text] = [page.title, page.heading, page.body].map(|part| {
            echoes.iter().fold(part.text.to_lowercase(), |text, echo| without(&text, echo))
        });
        let is_offer = page.parking == Parking::Linked || is_sale(&title);
        let all: Vec<&str> = words(&title).chain(words(&text)).collect();
        Self {
            is_wall: is_wall(&title, &heading, &text),
            is_drawn: page.has_scripts && words(&text).nth(FEW_WORDS).is_none(),
            title_is_error: is_error(&title) || is_error(&heading),
            titles: title_hash(&page_title).zip(title_hash(&title)).map(Into::into),
            is_blank: body.trim_ascii().is_empty(),
            is_parked: page.parking == Parking::Served || (is_offer && text.len() < OFFER_BYTES),
            length: text.len(),
            refresh: page.meta.target.map(Into::into),
            shingles: shingles(&all),
        }
    }

    /// Returns whether the title or the first heading says that something is missing or went wrong. An
    /// article may have such a headline, too, so this is only a reason to look closer.
    #[must_use]
    pub fn title_is_error(&self) -> bool {
        self.title_is_error
    }

    /// Returns the length of the visible text in bytes, with white space collapsed. The title does not
    /// count, because a page rendered by scripts has a title, too.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }

    /// Returns the target of a refresh that redirects the reader at once, as a URL reference.
    #[must_use]
    pub fn refresh(&self) -> Option<&str> {
        self.refresh.as_deref()
    }

    /// Returns whether the page has a title that reports no error and differs from the title of `other`.
    #[must_use]
    pub fn has_own_title(&self, other: &Self) -> bool {
        // The echo may be an ordinary word that only one of the two titles loses.
        let differs = self.titles.is_some_and(|own| {
            own.iter().zip(other.titles.iter().flatten()).all(|(own, other)| own != other)
        });
        differs && !self.title_is_error
    }

    /// Returns whether two pages have nearly the same title and text. At least nine in ten of the five-word
    /// sequences that occur in either page must occur in both. A page without visible text matches no page,
    /// unless both bodies are blank.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        if self.is_blank && other.is_blank {
            return true;
        }
        let mut left = self.shingles.iter().peekable();
        let mut right = other.shingles.iter().peekable();
        let (mut both, mut either) = (0, 0);
        // Compare only the lowest hashes of both pages combined, which are a fair sample too. A
        // higher hash may be missing from one list just because that list was truncated.
        while either < SHINGLES {
            let order = match (left.peek(), right.peek()) {
                (Some(left), Some(right)) => left.cmp(right),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            left.next_if(|_| order.is_le());
            right.next_if(|_| order.is_ge());
            either += 1;
            both += usize::from(order.is_eq());
        }
        self.length > 0 && other.length > 0 && both * 10 >= either * 9
    }

    /// Returns whether the page is a wall, such as a bot challenge, a request to enable scripts,
    /// or a consent form.
    #[must_use]
    pub fn is_wall(&self) -> bool {
        self.is_wall
    }

    /// Returns whether scripts may render the page. The text of such a page is inconclusive.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        self.is_drawn
    }

    /// Returns whether the page looks like a parked domain. The signs are the key that parked pages
    /// present to ad blockers, resources from a parking service, and an offer to sell the domain.
    #[must_use]
    pub fn is_parked(&self) -> bool {
        self.is_parked
    }
}

fn title_hash(title: &str) -> Option<u64> {
    let words: Vec<&str> = words(title).collect();
    (!words.is_empty()).then(|| xxh3_64_with_seed(words.join(" ").as_bytes(), 0))
}

/// Returns whether a host, given in lower case, belongs to a service that parks or sells domains.
#[must_use]
pub fn is_parking_host(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    PARKING_HOSTS
        .iter()
        .filter_map(|service| host.strip_suffix(service))
        .any(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The relation of a page to parking services.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Parking {
    #[default]
    Nothing,
    /// The page links to a parking service.
    Linked,
    /// The page loads resources from a parking service, or has the key that parked pages
    /// present to ad blockers.
    Served,
}

/// Text that collapses white space as it is appended.
#[derive(Default)]
struct Collapsed {
    text: String,
    gap: bool,
}

impl Collapsed {
    fn push(&mut self, bytes: &[u8], limit: usize) {
        for chunk in bytes.utf8_chunks() {
            let latin = chunk.invalid().iter().map(|byte| char::from(*byte));
            for c in chunk.valid().chars().chain(latin) {
                // Invisible characters count as white space, not as text.
                if c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{feff}') {
                    self.gap = true;
                } else if self.text.len() < limit {
                    if std::mem::take(&mut self.gap) && !self.text.is_empty() {
                        self.text.push(' ');
                    }
                    self.text.push(c);
                }
            }
        }
    }
}

/// The text and the features collected so far in a pass over a page's markup.
#[derive(Default)]
struct Markup {
    title: Collapsed,
    heading: Collapsed,
    body: Collapsed,
    parking: Parking,
    /// The name of the current start tag. Empty outside start tags, because the attributes of end
    /// tags mean nothing.
    tag: Vec<u8>,
    at_address: bool,
    in_title: bool,
    in_heading: bool,
    /// The number of open elements that are not displayed.
    hidden: usize,
    has_scripts: bool,
    meta: MetaRefresh,
}

impl Markup {
    fn read(html: &[u8]) -> Self {
        let mut page = Self::default();
        let take = |event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
            page.take(&event);
            None
        };
        let mut emitter = CallbackEmitter::new(take);
        // Read the contents of scripts, styles and titles as text, because they contain no tags.
        emitter.naively_switch_states(true);
        let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
        page
    }

    /// Reads a page on a thread with a large stack. The tokenizer needs more stack for each
    /// attribute of a tag, and a server could send a tag with as many attributes as fit in
    /// [`READ_BYTES`].
    fn read_deep(html: &[u8]) -> Self {
        thread::scope(|scope| {
            let reader = thread::Builder::new().stack_size(DEEP_STACK);
            let read = reader.spawn_scoped(scope, || Self::read(html));
            read.ok().and_then(|read| read.join().ok()).unwrap_or_default()
        })
    }

    fn take(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => self.open(name),
            CallbackEvent::AttributeName { name } => {
                self.at_address = matches!(*name, b"src" | b"href");
                self.meta.name(name);
                if *name == b"data-adblockkey" && self.tag == b"html" {
                    self.parking = Parking::Served;
                }
            }
            CallbackEvent::AttributeValue { value } if self.at_address => self.address(value),
            CallbackEvent::AttributeValue { value } if self.tag == b"meta" => {
                self.meta.value(value);
            }
            CallbackEvent::CloseStartTag { .. } => {
                self.meta.close();
                self.tag.clear();
            }
            CallbackEvent::EndTag { name } => self.close(name),
            CallbackEvent::String { value } => self.text(value),
            _ => {}
        }
    }

    fn open(&mut self, name: &[u8]) {
        self.tag.clear();
        self.tag.extend(name);
        self.part(name);
        self.in_title |= name == b"title" && self.hidden == 0 && self.title.text.is_empty();
        self.in_heading |= name == b"h1" && self.heading.text.is_empty();
        self.hidden += usize::from(hides(name));
        self.has_scripts |= name == b"script";
    }

    fn close(&mut self, name: &[u8]) {
        self.part(name);
        self.in_title &= name != b"title";
        self.in_heading &= name != b"h1";
        self.hidden = self.hidden.saturating_sub(usize::from(hides(name)));
    }

    /// Separates the words before and after a tag, unless the tag only changes their style. Some pages
    /// style each digit of their 404.
    fn part(&mut self, name: &[u8]) {
        if !matches!(name, b"a" | b"b" | b"em" | b"font" | b"i" | b"small" | b"span" | b"strong") {
            self.body.gap = true;
            self.heading.gap = true;
        }
    }

    fn address(&mut self, value: &[u8]) {
        let parking = match &self.tag[..] {
            b"a" => Parking::Linked,
            b"script" | b"iframe" | b"frame" | b"link" => Parking::Served,
            _ => return,
        };
        let address = String::from_utf8_lossy(value).to_ascii_lowercase();
        if host_of(address.trim()).is_some_and(is_parking_host) {
            self.parking = self.parking.max(parking);
        }
    }

    fn text(&mut self, text: &[u8]) {
        if self.in_title {
            self.title.push(text, TITLE_BYTES);
        } else if self.hidden == 0 {
            self.body.push(text, usize::MAX);
            if self.in_heading {
                self.heading.push(text, TITLE_BYTES);
            }
        }
    }
}

/// Returns whether an element's text is not displayed.
fn hides(name: &[u8]) -> bool {
    matches!(name, b"script" | b"style" | b"noscript" | b"template" | b"title" | b"iframe")
}

/// Returns the host of an HTTP URL, which may lack its scheme. Returns `None` for other URLs.
fn host_of(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("//")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next();
    host.filter(|_| matches!(scheme, "" | "http:" | "https:"))
}

/// Returns whether a character continues the word before it. Thai and related scripts, Chinese and
/// Japanese put no spaces between words, so each of their characters counts as a word.
fn goes_on(c: char) -> bool {
    !matches!(c, ' ' | '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
        && !matches!(c, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
        && !matches!(c, '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(|c| !goes_on(c)).map(str::trim_end).filter(|word| !word.is_empty())
}

/// Returns the text without the words that contain the echo.
fn without(text: &str, echo: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    if echo.chars().count() >= ECHO_CHARS {
        while let Some((before, after)) = rest.split_once(echo) {
            kept.push_str(before.trim_end_matches(goes_on));
            rest = after.trim_start_matches(goes_on).trim_start();
        }
    }
    kept.push_str(rest);
    kept.truncate(kept.trim_end().len());
    kept
}

fn shingles(words: &[&str]) -> Vec<u64> {
    let hash =
        |run: &[&str]| run.iter().fold(0, |seed, word| xxh3_64_with_seed(word.as_bytes(), seed));
    let mut hashes: Vec<u64> =
        words.windows(words.len().clamp(1, SHINGLE_WORDS)).map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(SHINGLES);
    hashes.shrink_to_fit();
    hashes
}

#[cfg(test)]
mod tests;
