//! Infers the places of the dates and the titles of event pages.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use super::formats::{self, FormatSet};
use super::inferred::{DATED_PERCENT, Inferred, Share, least};
use super::sightings::{DateShape, DateSighting, ListKind, Sightings};
use crate::archive::places::Place;

/// The minimum share of these dates, in percent, that must be the days of their paths.
const AGREEING_PERCENT: u64 = 70;
/// The minimum share of its dates, in percent, with which a place agrees with the paths so well that further
/// keys of the same pages must agree as well.
const RELIABLE_PERCENT: u64 = 95;
/// The minimum share of dates, in percent, that must be those of the paths if their folders contain only the
/// year or the month.
const PART_PERCENT: u64 = 90;
/// The minimum share of pages, in percent, that must have a date within a heading or a line.
const TEXT_PERCENT: u64 = 5;
/// The maximum number of patterns for headings. With more, one pattern stands for all of them.
const MOST_PATTERNS: usize = 8;
/// The maximum number of places of dates outside the path.
const MOST_PLACES: usize = 6;
/// Parts of the names of keys with a later day than that of the page, which can be the same day.
const LATER: [&str; 7] = ["mod", "updat", "expir", "end", "until", "revis", "review"];
/// The tables of front matter whose keys count like those outside tables.
const TABLES: [&str; 6] = ["extra", "params", "page", "meta", "metadata", "advisory"];
/// The keys of front matter that give the date of a page whose path contains none, best first.
const DATE_KEYS: [&str; 12] = [
    "date",
    "published",
    "publishedat",
    "pubdate",
    "pubdatetime",
    "publishdate",
    "posted",
    "created",
    "createdat",
    "start",
    "startdate",
    "day",
];

/// The format of dates in front matter that site generators document.
const ISO: &str = "%Y-%m-%d";

/// The dates at one place, on all event pages.
#[derive(Debug, Default)]
struct PlaceCount {
    /// The number of pages with a date at the place.
    dated: u64,
    /// The number of pages with a text at the place that may be a date, but that no known format reads.
    unread: u64,
    /// The number of dates that are the days of their paths.
    agreeing: u64,
    /// The number of pages whose paths contain a day.
    compared: u64,
    /// The number of dates that have the year and the month of their paths.
    agreeing_in_part: u64,
    /// The number of pages whose paths contain only parts of a date.
    compared_in_part: u64,
    /// For each other place whose date is the day of the path, the dates here on these pages.
    rivals: BTreeMap<String, RivalCount>,
    formats: BTreeMap<FormatSet, u64>,
    shapes: BTreeMap<DateShape, u64>,
    levels: [u64; 7],
}

impl PlaceCount {
    fn add(&mut self, date: DateSighting) {
        let DateSighting { level, shape, formats, order, agrees_in_part, .. } = date;
        let agrees = order.map(Ordering::is_eq);
        self.dated += 1;
        self.compared += u64::from(agrees.is_some());
        self.agreeing += u64::from(agrees == Some(true));
        self.compared_in_part += u64::from(agrees_in_part.is_some());
        self.agreeing_in_part += u64::from(agrees_in_part == Some(true));
        self.levels[usize::from(level)] += 1;
        *self.shapes.entry(shape).or_default() += 1;
        // A wrong date says nothing about the format.
        if agrees != Some(false) && formats != 0 {
            *self.formats.entry(formats).or_default() += 1;
        }
    }

    /// Returns whether at least `percent` of the dates are the days of their paths.
    fn are_days_of_paths(&self, percent: u64) -> bool {
        self.agreeing * 100 >= self.compared * percent
    }

    /// Returns the most frequent level of the headings. Among equals, returns the lowest level.
    fn level(&self) -> u8 {
        (1..7_u8).rev().max_by_key(|level| self.levels[usize::from(*level)]).unwrap_or(1)
    }
}

/// The dates at a place, on the pages on which another place has the day of the path.
#[derive(Clone, Copy, Debug, Default)]
struct RivalCount {
    pages: u64,
    earlier: u64,
    later: u64,
}

impl RivalCount {
    /// The number of other days from which on it is no accident that all are on one side.
    const FEWEST_ON_ONE_SIDE: u64 = 3;
    /// The maximum share of other days, in percent, that may be on one side.
    const ONE_SIDED_PERCENT: u64 = 2;

    fn add(&mut self, order: Ordering) {
        self.pages += 1;
        self.earlier += u64::from(order == Ordering::Less);
        self.later += u64::from(order == Ordering::Greater);
    }

    /// Returns whether the dates mean something else than the day of the page: too many are other days, or
    /// all other days are before it, as those of writing, or after it.
    fn are_other_days(self) -> bool {
        let others = self.earlier + self.later;
        let is_one_sided = self.earlier.min(self.later) == 0
            && others >= Self::FEWEST_ON_ONE_SIDE
            && others * 100 > self.pages * Self::ONE_SIDED_PERCENT;
        is_one_sided || others * 100 > self.pages * (100 - RELIABLE_PERCENT)
    }
}

/// The dates and the keys of front matter on all event pages.
#[derive(Debug, Default)]
pub(super) struct Places {
    pages: u64,
    dates: BTreeMap<String, (Option<Place>, PlaceCount)>,
    keys: BTreeMap<Box<str>, u64>,
    /// The number of pages with sources and with related pages in each key.
    lists: [BTreeMap<Box<str>, u64>; 2],
    /// The number of pages with front matter.
    with_front_matter: u64,
}

/// The places of the dates of event pages.
#[derive(Clone, Debug, Default)]
pub struct InferredPlaces {
    /// The places, except for the path, most frequent first.
    pub from: Vec<Inferred<Place>>,
    /// The formats and the patterns of the dates.
    pub formats: Vec<String>,
    /// The level of the date heading.
    pub level: Option<u8>,
    /// Whether the paths contain only the year or the month, and those of the dates.
    pub is_in_path: bool,
}

/// The name of the pages in a [`Share`].
const WHAT: &str = "event pages";

impl Places {
    /// Adds an event page.
    pub(super) fn add(&mut self, sightings: Sightings) {
        self.pages += 1;
        self.with_front_matter += u64::from(!sightings.keys.is_empty());
        for (key, kind) in sightings.lists {
            *self.lists[kind as usize].entry(key).or_default() += 1;
        }
        for key in sightings.keys {
            *self.keys.entry(key).or_default() += 1;
        }
        for place in sightings.unread {
            self.count(&place).unread += 1;
        }
        self.add_rivals(&sightings.dates);
        for date in sightings.dates {
            self.count(&date.place).add(date);
        }
    }

    /// Returns the count of a place.
    fn count(&mut self, place: &Place) -> &mut PlaceCount {
        let (known, count) = self.dates.entry(place.to_string()).or_default();
        known.get_or_insert_with(|| place.clone());
        count
    }

    /// Compares the dates of a page with those in other places that are the day of its path.
    fn add_rivals(&mut self, dates: &[DateSighting]) {
        let agreeing = || dates.iter().filter(|date| date.order == Some(Ordering::Equal));
        for date in dates.iter().filter(|date| date.place.front_key().is_some()) {
            let Some(order) = date.order else { continue };
            for rival in agreeing().filter(|rival| rival.place != date.place) {
                let rival = rival.place.to_string();
                self.count(&date.place).rivals.entry(rival).or_default().add(order);
            }
        }
    }

    /// Returns whether the dates of a place are other days than those of the pages: those of the paths or, on
    /// most pages, those of a more reliable place.
    fn is_of_other_days(&self, count: &PlaceCount) -> bool {
        let is_reliable = |name: &String| {
            self.dates.get(name).is_some_and(|(_, rival)| rival.are_days_of_paths(RELIABLE_PERCENT))
        };
        let mut rivals = count.rivals.iter().filter(|(_, own)| own.pages * 2 > count.compared);
        !count.are_days_of_paths(AGREEING_PERCENT)
            || rivals.any(|(name, own)| own.are_other_days() && is_reliable(name))
    }

    fn share(&self, of: u64) -> Share {
        Share { of, all: self.pages, what: WHAT }
    }

    /// Returns the share of event pages with front matter.
    pub(super) fn with_front_matter(&self) -> Share {
        self.share(self.with_front_matter)
    }

    /// Returns the share of event pages whose front matter has a key.
    pub(super) fn with_key(&self, key: &str) -> Share {
        let of = self.keys.get(key).copied().unwrap_or_default();
        self.share(of)
    }

    /// Returns the places with a key of front matter that a preset has, unless its dates are mostly other
    /// days than those of the paths.
    pub(super) fn with_preset_key(&self, dates: InferredPlaces, key: &str) -> InferredPlaces {
        let place = Place::Front(key.to_owned());
        let count = self.dates.get(&place.to_string()).map(|(_, count)| count);
        if count.is_some_and(|count| self.is_of_other_days(count))
            || dates.from.len() >= MOST_PLACES
            || dates.from.iter().any(|from| from.value == place)
        {
            return dates;
        }
        let InferredPlaces { mut from, mut formats, .. } = dates;
        let of = count.map_or(0, |count| count.dated);
        let share = self.share(of);
        from.push(Inferred { value: place, share });
        if !formats.iter().any(|format| format == ISO) {
            formats.push(ISO.to_owned());
        }
        InferredPlaces { from, formats, ..dates }
    }

    /// Returns the keys of front matter with sources or with related pages, most frequent first.
    pub(super) fn lists(&self, kind: ListKind) -> Vec<Inferred<Place>> {
        let counts = &self.lists[kind as usize];
        let mut found: Vec<_> = counts.iter().filter(|(_, of)| **of >= least(self.pages)).collect();
        found.sort_by_key(|(_, of)| Reverse(**of));
        found.truncate(MOST_PLACES);
        let places = found.into_iter();
        let place = |(key, of): (&_, &_)| Inferred {
            value: Place::Front(ToString::to_string(key)),
            share: self.share(*of),
        };
        places.map(place).collect()
    }

    /// Infers the places of dates. Returns `None` if no place has dates. `defaults` are the formats that are
    /// chosen where several fit.
    pub(super) fn dates(&self, defaults: &[String]) -> Option<InferredPlaces> {
        let compared = self.dates.values().any(|(_, count)| count.compared > 0);
        let mut found: Vec<(&Place, &PlaceCount)> = self
            .dates
            .values()
            .filter_map(|(place, count)| Some((place.as_ref()?, count)))
            .filter(|(place, count)| self.is_date(place, count, compared))
            .collect();
        if !compared {
            // Nothing shows that further dates are those of their pages.
            let rank = |place: &Place| {
                let key = place.front_key().map(plain).unwrap_or_default();
                DATE_KEYS.iter().position(|known| *known == key).unwrap_or(DATE_KEYS.len())
            };
            found.sort_by_key(|(place, count)| (rank(place), Reverse(count.dated)));
            found.truncate(1);
        }
        found.sort_by_key(|(_, count)| Reverse(count.dated));
        found.truncate(MOST_PLACES);
        let heading = found.iter().find(|(place, _)| **place == Place::Heading);
        let level = heading.map(|(_, count)| count.level());
        let from: Vec<_> = found.iter().map(|(place, count)| self.inferred(place, count)).collect();
        let counts: Vec<_> = found.iter().map(|(_, count)| *count).collect();
        let formats = self.formats(&counts, defaults);
        let sum =
            |part: fn(&PlaceCount) -> u64| counts.iter().map(|count| part(count)).sum::<u64>();
        let compared = sum(|count| count.compared_in_part);
        let agreeing = sum(|count| count.agreeing_in_part);
        let is_in_path = compared > 0 && agreeing * 100 >= compared * PART_PERCENT;
        let places = InferredPlaces { from, formats, level, is_in_path };
        (!places.from.is_empty() && !places.formats.is_empty()).then_some(places)
    }

    /// Infers the level and the formats of headings that contain the date and other text. Returns `None`
    /// unless most pages have such a heading. `what` are the pages.
    pub(super) fn heading(
        &self,
        what: &'static str,
        defaults: &[String],
    ) -> Option<(Inferred<u8>, Inferred<Vec<String>>)> {
        let (place, count) = self.dates.get(&Place::Heading.to_string())?;
        let share = Share { of: count.dated, all: self.pages, what };
        if !share.is_most() || !self.is_date(place.as_ref()?, count, count.compared > 0) {
            return None;
        }
        let formats = self.formats(&[count], defaults);
        let level = Inferred { value: count.level(), share };
        (!formats.is_empty()).then_some((level, Inferred { value: formats, share }))
    }

    fn inferred(&self, place: &Place, count: &PlaceCount) -> Inferred<Place> {
        let share = self.share(count.dated);
        Inferred { value: place.clone(), share }
    }

    /// Returns whether the dates at a place are those of their pages.
    fn is_date(&self, place: &Place, count: &PlaceCount, compared: bool) -> bool {
        let is_frequent = match place {
            Place::Front(_) => count.dated >= least(self.pages),
            _ => count.dated * 100 >= self.pages * TEXT_PERCENT,
        };
        let key = place.front_key();
        let present = key.map_or(count.dated + count.unread, |key| self.with_key(key).of);
        let is_own = match (compared, key) {
            (true, _) => !self.is_of_other_days(count),
            (false, Some(key)) => {
                let is_path =
                    |shape: &DateShape| matches!(shape, DateShape::Path | DateShape::LowerPath);
                count.shapes.keys().any(is_path) || is_date_key(key)
            }
            (false, None) => true,
        };
        let is_later = key.is_some_and(|key| {
            let name = key.rsplit('.').next().unwrap_or(key).to_lowercase();
            LATER.iter().any(|part| name.contains(part))
        });
        is_frequent && is_own && !is_later && count.dated * 100 >= present * DATED_PERCENT
    }

    /// Returns the formats and the patterns of the dates at several places.
    fn formats(&self, counts: &[&PlaceCount], defaults: &[String]) -> Vec<String> {
        let (mut dates, mut shapes) = (BTreeMap::new(), BTreeMap::new());
        for count in counts {
            for (formats, of) in &count.formats {
                *dates.entry(*formats).or_insert(0) += of;
            }
            for (shape, of) in &count.shapes {
                *shapes.entry(shape.clone()).or_insert(0) += of;
            }
        }
        let (mut value, _) = formats::choose(&dates, defaults, formats::OF_TEXTS);
        let is_common = |(_, of): &(&DateShape, &u64)| **of >= least(self.pages);
        let mut common: Vec<_> = shapes.iter().filter(is_common).collect();
        common.sort_by_key(|(shape, of)| (Reverse(**of), (*shape).clone()));
        let mut patterns: Vec<String> =
            common.iter().filter_map(|(shape, _)| shape.pattern()).collect();
        if patterns.len() > MOST_PATTERNS {
            patterns = vec!["{date}*".to_owned(), "*{date}*".to_owned()];
        }
        value.extend(patterns);
        value
    }
}

/// Returns whether a key of front matter usually gives the date of a page.
pub(super) fn is_date_key(key: &str) -> bool {
    let (table, name) = key.rsplit_once('.').unwrap_or(("", key));
    let is_usual = table.is_empty() || TABLES.contains(&table.to_lowercase().as_str());
    is_usual && DATE_KEYS.contains(&plain(name).as_str())
}

/// Returns the name of a key without hyphens and underscores, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|char| !matches!(char, '-' | '_')).flat_map(char::to_lowercase).collect()
}
