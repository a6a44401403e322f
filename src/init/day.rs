//! Infers the headings of day pages.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::aggregate::{Aggregate, PageHeadings, TextId};
use super::dates::{self, InferredDate, levels, most_frequent};
use super::inferred::{Inferred, Share, least};
use super::page_summary::{HeadingSummary, LinkTarget};
use super::sections::{MOST_COMPARED, MOST_TEXTS, is_plain, is_slip};
use crate::config::{PreviousPolicy, Settings};

/// The inferred headings of day pages.
#[derive(Clone, Debug)]
pub struct InferredDay {
    /// The date heading.
    pub date: InferredDate,
    /// The level of the topics between the entries.
    pub topic: Option<Inferred<u8>>,
    /// The level of the entries.
    pub entry: Option<Inferred<u8>>,
    /// The heading that links to the previous day.
    pub previous: Option<InferredPrevious>,
}

/// The heading that links to the previous day.
#[derive(Clone, Debug)]
pub struct InferredPrevious {
    /// The level of the heading, and the share of pages that have the heading.
    pub level: Inferred<u8>,
    /// The texts of the heading, most frequent first.
    pub texts: Vec<String>,
    /// The day that the heading links to if the day before has no page. `None` if no page has such a
    /// link.
    pub policy: Option<Inferred<PreviousPolicy>>,
}

/// The name of the pages in a [`Share`].
const WHAT: &str = "day pages";
/// The minimum number of links that must agree with a policy to support it. Only links on days
/// whose day before has no page count.
const FEWEST_GAPS: u64 = 3;

/// Infers the headings of day pages. `dated` contains the days that have a day page.
pub(super) fn infer(
    aggregate: &Aggregate,
    dated: &BTreeSet<Date>,
    defaults: &Settings,
) -> InferredDay {
    let pages = &aggregate.days;
    let texts = previous_texts(aggregate);
    let is_entry = |heading: &HeadingSummary<TextId>| heading.link == Some(LinkTarget::Event);
    let entries =
        |page: &PageHeadings| levels(page.headings.iter().filter(|heading| is_entry(heading)));
    let entry = most_frequent(pages, WHAT, entries);
    let mut date = dates::infer(pages, WHAT, defaults.day.date.texts.written());
    if !date.level.as_ref().is_some_and(|level| level.share.is_most()) {
        let is_entry =
            |level: &Inferred<u8>| entry.as_ref().is_some_and(|entry| entry.value == level.value);
        let in_words = dates::in_words(pages, WHAT).filter(|level| !is_entry(level));
        date.level = in_words.or(date.level);
        let within = aggregate.day_places.heading(WHAT, defaults.day.date.texts.written());
        if let Some((level, formats)) = within {
            date = InferredDate { level: Some(level), formats: Some(formats) };
        }
    }
    let date_level = date.level.as_ref().map_or(defaults.day.date.level, |level| level.value);
    let topics = |page: &PageHeadings| {
        let before = page.headings.iter().rposition(is_entry).unwrap_or_default();
        let first = usize::from(dates::is_undated(page, date_level)).min(before);
        let plain = page.headings[first..before].iter().filter(|heading| is_plain(heading));
        levels(plain.filter(|heading| heading.link.is_none()))
    };
    let topic = most_frequent(pages, WHAT, topics);
    InferredDay {
        date,
        topic: topic.filter(|topic| topic.share.of * 20 >= topic.share.all),
        entry,
        previous: previous(aggregate, dated, &texts),
    }
}

/// Returns the texts of headings that link to an earlier day, most frequent first.
fn previous_texts(aggregate: &Aggregate) -> Vec<TextId> {
    let mut counts: BTreeMap<TextId, (u64, u64)> = BTreeMap::new();
    for page in &aggregate.days {
        for heading in page.headings.iter().filter(|heading| !heading.is_date) {
            if let (Some(text), Some(LinkTarget::Day(day)), Some(own)) =
                (heading.text, heading.link, page.date)
                && day != own
            {
                let (earlier, all) = counts.entry(text).or_default();
                *earlier += u64::from(day < own);
                *all += 1;
            }
        }
    }
    let total = aggregate.days.len() as u64;
    let mut found: Vec<(u64, TextId)> = counts
        .into_iter()
        .filter(|(_, (earlier, all))| earlier * 5 >= all * 4 && *earlier >= least(total))
        .map(|(text, (earlier, _))| (earlier, text))
        .collect();
    found.sort_by_key(|(count, text)| (u64::MAX - count, *text));
    let mut kept: Vec<TextId> = Vec::new();
    for (count, text) in found.into_iter().take(MOST_COMPARED) {
        let before = kept.iter().map(|kept| aggregate.text(*kept));
        if kept.len() < MOST_TEXTS && !is_slip(aggregate.text(text), count, total, before) {
            kept.push(text);
        }
    }
    kept
}

/// Infers the heading that links to the previous day.
fn previous(
    aggregate: &Aggregate,
    dated: &BTreeSet<Date>,
    texts: &[TextId],
) -> Option<InferredPrevious> {
    let is_previous =
        |heading: &HeadingSummary<TextId>| heading.text.is_some_and(|text| texts.contains(&text));
    let at =
        |page: &PageHeadings| levels(page.headings.iter().filter(|heading| is_previous(heading)));
    let level = most_frequent(&aggregate.days, WHAT, at)?;
    let (mut yesterdays, mut nearest, mut all) = (0, 0, 0);
    for page in &aggregate.days {
        let Some(own) = page.date else { continue };
        let Ok(yesterday) = own.yesterday() else { continue };
        // If the day before has a page, it is also the nearest day, so the link does not show the
        // policy.
        if dated.contains(&yesterday) {
            continue;
        }
        let link = page.headings.iter().find(|heading| is_previous(heading));
        let Some(Some(LinkTarget::Day(day))) = link.map(|heading| heading.link) else { continue };
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
    let texts = texts.iter().map(|text| aggregate.text(*text).to_owned()).collect();
    Some(InferredPrevious { level, texts, policy: (all > 0).then_some(Inferred { value, share }) })
}
