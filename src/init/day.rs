//! How day pages are written.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::aggregate::{Gathered, Page, TextId};
use super::dates::{self, DateSeen, levels, most_frequent};
use super::page_summary::{HeadingSeen, Named};
use super::sections::{MOST_COMPARED, MOST_TEXTS, is_plain, is_slip};
use super::{Seen, Share, least};
use crate::config::{PreviousPolicy, Settings};

/// What day pages bear out.
#[derive(Clone, Debug)]
pub struct DaySeen {
    /// The heading that dates them.
    pub date: DateSeen,
    /// The level of the topics between their entries.
    pub topic: Option<Seen<u8>>,
    /// The level of their entries.
    pub entry: Option<Seen<u8>>,
    /// The heading that links to the previous day.
    pub previous: Option<PreviousSeen>,
}

/// The heading that links to the previous day.
#[derive(Clone, Debug)]
pub struct PreviousSeen {
    /// Its level, and the pages that have it.
    pub level: Seen<u8>,
    /// Its texts, the most frequent first.
    pub texts: Vec<String>,
    /// What it names behind days without a page; none if no such day shows it.
    pub policy: Option<Seen<PreviousPolicy>>,
}

const WHAT: &str = "day pages";
/// The fewest links over a gap that show what they are to name.
const FEWEST_GAPS: u64 = 3;

/// Looks at the day pages; `dated` are the days that have one.
pub(super) fn infer(gathered: &Gathered, dated: &BTreeSet<Date>, usual: &Settings) -> DaySeen {
    let pages = &gathered.days;
    let texts = previous_texts(gathered);
    let is_entry = |heading: &HeadingSeen<TextId>| heading.link == Some(Named::Event);
    let entries = |page: &Page| levels(page.headings.iter().filter(|heading| is_entry(heading)));
    let entry = most_frequent(pages, WHAT, entries);
    let mut date = dates::infer(pages, WHAT, usual.day.date.formats.formats());
    if !date.level.as_ref().is_some_and(|level| level.share.is_most()) {
        let is_entry =
            |level: &Seen<u8>| entry.as_ref().is_some_and(|entry| entry.value == level.value);
        let in_words = dates::in_words(pages, WHAT).filter(|level| !is_entry(level));
        date.level = in_words.or(date.level);
    }
    let date_level = date.level.as_ref().map_or(usual.day.date.level, |level| level.value);
    let topics = |page: &Page| {
        let before = page.headings.iter().rposition(is_entry).unwrap_or_default();
        let first = usize::from(dates::is_undated(page, date_level)).min(before);
        let plain = page.headings[first..before].iter().filter(|heading| is_plain(heading));
        levels(plain.filter(|heading| heading.link.is_none()))
    };
    let topic = most_frequent(pages, WHAT, topics);
    DaySeen {
        date,
        topic: topic.filter(|topic| topic.share.of * 20 >= topic.share.all),
        entry,
        previous: previous(gathered, dated, &texts),
    }
}

/// The texts of headings that link to an earlier day, the most frequent first.
fn previous_texts(gathered: &Gathered) -> Vec<TextId> {
    let mut counts: BTreeMap<TextId, (u64, u64)> = BTreeMap::new();
    for page in &gathered.days {
        for heading in page.headings.iter().filter(|heading| !heading.is_date) {
            if let (Some(text), Some(Named::Day(day)), Some(own)) =
                (heading.text, heading.link, page.date)
                && day != own
            {
                let (earlier, all) = counts.entry(text).or_default();
                *earlier += u64::from(day < own);
                *all += 1;
            }
        }
    }
    let total = gathered.days.len() as u64;
    let mut found: Vec<(u64, TextId)> = counts
        .into_iter()
        .filter(|(_, (earlier, all))| earlier * 5 >= all * 4 && *earlier >= least(total))
        .map(|(text, (earlier, _))| (earlier, text))
        .collect();
    found.sort_by_key(|(count, text)| (u64::MAX - count, *text));
    let mut kept: Vec<TextId> = Vec::new();
    for (count, text) in found.into_iter().take(MOST_COMPARED) {
        let before = kept.iter().map(|kept| gathered.text(*kept));
        if kept.len() < MOST_TEXTS && !is_slip(gathered.text(text), count, total, before) {
            kept.push(text);
        }
    }
    kept
}

fn previous(gathered: &Gathered, dated: &BTreeSet<Date>, texts: &[TextId]) -> Option<PreviousSeen> {
    let is_previous =
        |heading: &HeadingSeen<TextId>| heading.text.is_some_and(|text| texts.contains(&text));
    let at = |page: &Page| levels(page.headings.iter().filter(|heading| is_previous(heading)));
    let level = most_frequent(&gathered.days, WHAT, at)?;
    let (mut yesterdays, mut nearest, mut all) = (0, 0, 0);
    for page in &gathered.days {
        let Some(own) = page.date else { continue };
        let Ok(yesterday) = own.yesterday() else { continue };
        // Yesterday, if it has a page, is the nearest day too, and tells nothing.
        if dated.contains(&yesterday) {
            continue;
        }
        let link = page.headings.iter().find(|heading| is_previous(heading));
        let Some(Some(Named::Day(day))) = link.map(|heading| heading.link) else { continue };
        all += 1;
        yesterdays += u64::from(day == yesterday);
        nearest += u64::from(Some(&day) == dated.range(..own).next_back());
    }
    let clear = |count: u64| count >= FEWEST_GAPS && count * 20 >= all * 19;
    let (value, of) = match (clear(yesterdays), clear(nearest)) {
        (true, _) => (PreviousPolicy::Calendar, yesterdays),
        (_, true) => (PreviousPolicy::Nearest, nearest),
        _ => (PreviousPolicy::Any, yesterdays + nearest),
    };
    let share = Share { of, all, what: "links over days without a page" };
    let texts = texts.iter().map(|text| gathered.text(*text).to_owned()).collect();
    Some(PreviousSeen { level, texts, policy: (all > 0).then_some(Seen { value, share }) })
}
