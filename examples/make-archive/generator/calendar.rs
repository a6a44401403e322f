//! The days of an archive and the number of events on each.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::random::{Purpose, Random};

/// The last day of every archive. It is in the past, and so no date is in the future.
const LAST_DAY: Date = date(2019, 12, 31);
/// The year of the earliest day: years have four digits.
const FIRST_YEAR: i16 = 1000;
/// The mean number of events of a day.
const EVENTS_PER_DAY: u64 = 20;
/// The largest difference of a day's number of events from the mean.
const SPREAD: u64 = 8;
/// The number of events on two consecutive days, of which one has as many events above the mean as
/// the other has below it. The day of any event can therefore be computed without the days before.
const EVENTS_PER_PAIR: u64 = 2 * EVENTS_PER_DAY;
/// The number of pages of two consecutive days: their events and their day pages.
const PAGES_PER_PAIR: u64 = EVENTS_PER_PAIR + 2;

/// The days of an archive. Days and events are numbered from 0, in chronological order.
pub struct Calendar {
    seed: u64,
    /// The number of days.
    pub days: u64,
    /// The number of events.
    pub events: u64,
}

impl Calendar {
    /// Creates the calendar of an archive with this number of pages. The last day has fewer events
    /// if the pages do not suffice. Returns `None` if the archive would begin before the year 1000.
    pub fn new(seed: u64, pages: u64) -> Option<Self> {
        let mut calendar = Self { seed, days: 0, events: 0 };
        let pairs = pages / PAGES_PER_PAIR;
        let rest = pages % PAGES_PER_PAIR;
        let first_day = 1 + calendar.events_on_first(pairs);
        let days = if rest > first_day { 2 } else { rest.min(1) };
        calendar.days = 2 * pairs + days;
        calendar.events = EVENTS_PER_PAIR * pairs + rest - days;
        let longest = date(FIRST_YEAR, 1, 1).until(LAST_DAY).ok()?.get_days();
        (calendar.days <= u64::try_from(longest).ok()?).then_some(calendar)
    }

    /// Returns the events of a day.
    pub fn events_of(&self, day: u64) -> Range<u64> {
        let pair = day / 2;
        let start = EVENTS_PER_PAIR * pair;
        let second = start + self.events_on_first(pair);
        let range =
            if day.is_multiple_of(2) { start..second } else { second..start + EVENTS_PER_PAIR };
        range.start..range.end.min(self.events)
    }

    /// Returns the day of an event.
    pub fn day_of(&self, event: u64) -> u64 {
        let pair = event / EVENTS_PER_PAIR;
        let is_second = event % EVENTS_PER_PAIR >= self.events_on_first(pair);
        2 * pair + u64::from(is_second)
    }

    /// Returns the date of a day.
    pub fn date(&self, day: u64) -> Date {
        let before_last = i64::try_from(self.days - 1 - day).expect("a calendar is limited");
        LAST_DAY - before_last.days()
    }

    /// Returns the number of events on the first day of a pair.
    fn events_on_first(&self, pair: u64) -> u64 {
        let mut random = Random::new(self.seed, Purpose::Calendar, pair);
        EVENTS_PER_DAY - SPREAD + random.below(2 * SPREAD + 1)
    }
}
