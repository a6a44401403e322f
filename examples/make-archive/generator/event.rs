//! Events: their titles and the paths of their pages.

use jiff::civil::Date;

use super::calendar::Calendar;
use super::languages::{LANGUAGES, Language};
use super::random::{Purpose, Random};

/// An event of an archive.
pub struct Event {
    /// The number of the event in its archive, from 0.
    pub index: u64,
    /// The day of the event.
    pub date: Date,
    /// The language of the page.
    pub language: &'static Language,
    /// Where the event happens. It is also the topic of the page.
    pub place: &'static str,
    /// The title.
    pub title: String,
    /// A shorter title, which the event never has: the text of a stale link.
    pub former_title: String,
}

/// The range from which titles take a number, for each event of a day. Because the ranges do not
/// overlap, no two events of a day have the same title.
const NUMBERS_PER_EVENT: u64 = 83;

impl Event {
    /// Returns an event. It depends only on the seed and the calendar, not on other events.
    pub fn new(seed: u64, calendar: &Calendar, index: u64) -> Self {
        let mut random = Random::new(seed, Purpose::Event, index);
        let day = calendar.day_of(index);
        let language = random.pick(LANGUAGES);
        let place = *random.pick(language.places);
        let subject = random.pick(language.subjects).replace("{place}", place);
        let former_title = subject + *random.pick(language.actions);
        let order = index - calendar.events_of(day).start;
        let number = 2 + order * NUMBERS_PER_EVENT + random.below(NUMBERS_PER_EVENT);
        let ending = random.pick(language.endings).replace("{number}", &number.to_string());
        let title = format!("{former_title}{ending}");
        Self { index, date: calendar.date(day), language, place, title, former_title }
    }

    /// Returns the path of the page from the root of the archive.
    pub fn path(&self) -> String {
        self.path_with_slug(&slug(&self.title))
    }

    /// Returns a path that differs from that of the page: the first letter of the slug is doubled.
    pub fn misspelt_path(&self) -> String {
        let slug = slug(&self.title);
        let first: String = slug.chars().take(1).collect();
        self.path_with_slug(&(first + &slug))
    }

    /// Returns the path of a page that does not exist: its slug begins with a word that no title
    /// contains.
    pub fn dead_path(&self) -> String {
        self.path_with_slug(&format!("withdrawn-{}", slug(&self.former_title)))
    }

    fn path_with_slug(&self, slug: &str) -> String {
        format!("{}/{slug}.md", folder(self.date))
    }
}

/// Returns the path of a day page from the root of the archive.
pub fn day_path(date: Date) -> String {
    format!("{}/index.md", folder(date))
}

/// Returns the path of a day's folder.
fn folder(date: Date) -> String {
    format!("news/{:04}/{:02}/{}", date.year(), date.month(), date.day())
}

/// Returns the file name of a title: its letters and digits in lower case, with one hyphen in place
/// of everything between.
fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for character in title.chars() {
        if character.is_alphanumeric() {
            slug.extend(character.to_lowercase());
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug
}
