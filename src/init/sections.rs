//! Finds the sections of event pages: headings whose texts recur and that have content below them.

use std::collections::{BTreeMap, BTreeSet};

use super::aggregate::{Aggregate, PageHeadings, TextId};
use super::inferred::{FEW, Share, least};
use super::page_summary::{HeadingSummary, LinkTarget};
use crate::archive::template::SectionKind;
use crate::suggest;

/// An inferred section of event pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InferredSection {
    /// The name of the section in the settings.
    pub name: String,
    /// The kind of its items.
    pub kind: SectionKind,
    /// The level of the section's heading.
    pub level: u8,
    /// The texts of the section's heading, most frequent first.
    pub headings: Vec<String>,
    /// The order number of the section, or `None` for the default.
    pub order: Option<u32>,
    /// The share of event pages that have the section.
    pub share: Share,
}

/// A text that recurs as a heading.
#[derive(Clone, Copy, Debug)]
pub(super) struct RecurringHeading {
    pub(super) text: TextId,
    pub(super) level: u8,
    /// The kind of section that the heading begins.
    pub(super) kind: SectionKind,
    /// The number of pages that have the heading.
    pub(super) pages: u64,
    /// Whether at least half of the items below the heading link to the web, to event pages or to their
    /// own page. Such a heading does not belong to the prose.
    links: bool,
}

/// How often a text is a heading at one level, and what is below it.
#[derive(Clone, Copy, Debug, Default)]
struct HeadingUsage {
    /// The number of pages that have the heading.
    pages: u64,
    /// The number of pages that have items below the heading.
    with_items: u64,
    /// The number of pages that have any content below the heading.
    with_content: u64,
    /// The number of pages on which the heading is not the first heading after the date.
    behind: u64,
    /// The number of pages on which an item links to the page itself, as in a list of its versions.
    with_itself: u64,
    /// The number of items below the heading, on all pages.
    items: u64,
    /// The number of items that link to the web.
    web: u64,
    /// The number of items that link to another event page.
    event: u64,
    /// The number of items that link to the page itself.
    itself: u64,
}

/// The minimum share of event pages, in percent, for a heading without linked items to be a section.
const PROSE_PERCENT: u64 = 5;
/// The maximum share, in percent, of headings at a level that belong to no section. If the share is
/// higher, headings over prose at that level are not sections.
const FREE_PERCENT: u64 = 10;
/// The maximum number of texts that are kept for one kind of heading, such as section headings.
pub(super) const MOST_TEXTS: usize = 32;
/// The maximum number of texts that are compared with the kept texts in order to find typos. The
/// most frequent texts are compared.
pub(super) const MOST_COMPARED: usize = 512;

/// Returns whether a heading can be a topic, a title or a section heading.
pub(super) fn is_plain(heading: &HeadingSummary<TextId>) -> bool {
    !heading.is_date && heading.formats == 0 && !matches!(heading.link, Some(LinkTarget::Day(_)))
}

/// Returns the texts of section headings, most frequent first.
pub(super) fn recurring(aggregate: &Aggregate) -> Vec<RecurringHeading> {
    let pages = &aggregate.events;
    let total = pages.len() as u64;
    let mut by_text: BTreeMap<TextId, (u8, HeadingUsage)> = BTreeMap::new();
    for ((text, level), usage) in usages(pages) {
        let best = by_text.entry(text).or_insert((level, usage));
        if usage.pages > best.1.pages {
            *best = (level, usage);
        }
    }
    let mut found: Vec<RecurringHeading> = by_text
        .into_iter()
        .filter_map(|(text, (level, usage))| usage.recurring(text, level, total))
        .collect();
    found.sort_by_key(|found| (u64::MAX - found.pages, found.text));
    let mut kept: Vec<RecurringHeading> = Vec::new();
    for text in found.into_iter().take(MOST_COMPARED) {
        let before = kept.iter().map(|kept| aggregate.text(kept.text));
        if kept.len() < MOST_TEXTS && !is_slip(aggregate.text(text.text), text.pages, total, before)
        {
            kept.push(text);
        }
    }
    let free = free_levels(pages, &kept);
    kept.retain(|text| text.links || !free[usize::from(text.level)]);
    kept
}

/// Counts the usage of each text at each level.
fn usages(pages: &[PageHeadings]) -> BTreeMap<(TextId, u8), HeadingUsage> {
    let mut usages: BTreeMap<(TextId, u8), HeadingUsage> = BTreeMap::new();
    for page in pages {
        let mut seen = BTreeSet::new();
        let plain = page.headings.iter().filter(|heading| is_plain(heading));
        for (heading, index) in plain.zip(0_u32..) {
            let Some(text) = heading.text else { continue };
            if seen.insert((text, heading.level)) {
                usages.entry((text, heading.level)).or_default().add(heading, index > 0);
            }
        }
    }
    usages
}

impl HeadingUsage {
    fn add(&mut self, heading: &HeadingSummary<TextId>, is_behind: bool) {
        self.pages += 1;
        self.with_items += u64::from(heading.items.all() > 0);
        self.with_content += u64::from(heading.has_content);
        self.behind += u64::from(is_behind);
        self.with_itself += u64::from(heading.items.itself > 0);
        self.items += heading.items.all();
        self.web += u64::from(heading.items.web);
        self.event += u64::from(heading.items.event);
        self.itself += u64::from(heading.items.itself);
    }

    /// Returns the heading if it recurs on enough of the `total` pages and has content below it.
    fn recurring(self, text: TextId, level: u8, total: u64) -> Option<RecurringHeading> {
        let kind = self.kind();
        let lists = self.with_items * 2 >= self.pages;
        let links = lists && (self.web + self.event + self.itself) * 2 >= self.items;
        let enough = match kind {
            SectionKind::Other if links => least(total).max(2),
            SectionKind::Other => (total * PROSE_PERCENT).div_ceil(100).max(3),
            SectionKind::Sources | SectionKind::Related => least(total),
        };
        // The first heading may be the title, unless it is above a list of links.
        let is_behind = links || self.behind * 2 >= self.pages;
        let stands = self.with_content * 2 >= self.pages && is_behind;
        (self.pages >= enough && stands).then_some(RecurringHeading {
            text,
            level,
            kind,
            pages: self.pages,
            links,
        })
    }

    /// Returns the kind of the section, which is the kind of at least two thirds of its items. If fewer
    /// items agree, or if fewer than half of the pages have items below the heading, the kind is
    /// [`SectionKind::Other`]. Items that link to their own page, on a fifth of the pages or more, rule
    /// out [`SectionKind::Related`].
    fn kind(&self) -> SectionKind {
        let most = |items: u64| items * 3 >= self.items * 2;
        if self.with_items * 2 < self.pages {
            SectionKind::Other
        } else if most(self.web) {
            SectionKind::Sources
        } else if most(self.event) && self.with_itself * 5 < self.pages {
            SectionKind::Related
        } else {
            SectionKind::Other
        }
    }
}

/// Returns whether a text is probably a typo of a more frequent text. The text must be rare and similar
/// to the other text. If either text is a prefix of the other, the text is not a typo, unless only
/// letter case or final punctuation differs.
pub(super) fn is_slip<'a>(
    text: &str,
    pages: u64,
    total: u64,
    before: impl Iterator<Item = &'a str>,
) -> bool {
    let bare =
        |text: &str| text.trim_end_matches(|char: char| !char.is_alphanumeric()).to_lowercase();
    let is_rare = if total < FEW { pages < 2 } else { pages * 20 < total };
    let Some(near) = suggest::nearest(text, before).filter(|_| is_rare) else { return false };
    let (near, text) = (bare(near), bare(text));
    near == text || !(near.starts_with(&text) || text.starts_with(&near))
}

/// Returns for each level whether its headings have arbitrary texts, such as headings within the prose.
fn free_levels(pages: &[PageHeadings], sections: &[RecurringHeading]) -> [bool; 7] {
    let (mut all, mut others) = ([0_u64; 7], [0_u64; 7]);
    for page in pages {
        let plain = page.headings.iter().filter(|heading| is_plain(heading)).skip(1);
        for heading in plain {
            let is_section = sections.iter().any(|section| Some(section.text) == heading.text);
            all[usize::from(heading.level)] += 1;
            others[usize::from(heading.level)] += u64::from(!is_section);
        }
    }
    let has_lists = |level: usize| {
        sections.iter().any(|section| section.links && usize::from(section.level) == level)
    };
    std::array::from_fn(|level| {
        others[level] * 100 > all[level] * FREE_PERCENT && !has_lists(level)
    })
}

/// How often two texts are headings of the same page, and in which order.
struct Cooccurrence {
    /// `before[a][b]`: the number of pages on which text `a` comes before text `b`.
    before: Vec<Vec<u64>>,
    /// The number of pages that have each text.
    pages: Vec<u64>,
}

impl Cooccurrence {
    fn of(pages: &[PageHeadings], texts: &[RecurringHeading]) -> Self {
        let count = texts.len();
        let mut made = Self { before: vec![vec![0; count]; count], pages: vec![0; count] };
        for page in pages {
            let mut order: Vec<usize> = Vec::new();
            for heading in &page.headings {
                let index = texts.iter().position(|text| Some(text.text) == heading.text);
                if let Some(index) = index.filter(|index| !order.contains(index)) {
                    made.pages[index] += 1;
                    for &earlier in &order {
                        made.before[earlier][index] += 1;
                    }
                    order.push(index);
                }
            }
        }
        made
    }

    /// Returns the number of pages that have both texts.
    fn on_one_page(&self, one: usize, other: usize) -> u64 {
        self.before[one][other] + self.before[other][one]
    }

    /// Returns whether two texts are variants of the same heading, because hardly any page has both.
    fn are_one(&self, one: usize, other: usize) -> bool {
        self.on_one_page(one, other) * 20 <= self.pages[one].min(self.pages[other])
    }
}

/// Groups the indices of texts that are headings of the same section. Sources come first, then related
/// events.
fn groups(texts: &[RecurringHeading], together: &Cooccurrence) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let joins = |group: &&mut Vec<usize>| {
            let first = &texts[group[0]];
            first.kind == text.kind
                && text.kind != SectionKind::Other
                && first.level == text.level
                && group.iter().all(|&other| together.are_one(index, other))
        };
        match groups.iter_mut().find(joins) {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    groups.sort_by_key(|group| match texts[group[0]].kind {
        SectionKind::Sources => 0,
        SectionKind::Related => 1,
        SectionKind::Other => 2,
    });
    groups
}

/// Returns the sections that have these texts as headings.
pub(super) fn sections(aggregate: &Aggregate, texts: &[RecurringHeading]) -> Vec<InferredSection> {
    let together = Cooccurrence::of(&aggregate.events, texts);
    let groups = groups(texts, &together);
    let mut kinds = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for group in &groups {
        let mut kind = texts[group[0]].kind;
        // A kind is a name in the settings, and no two sections have the same name. The most frequent
        // section keeps the kind.
        if kinds.contains(&kind) {
            kind = SectionKind::Other;
        }
        kinds.push(kind);
        let name = name(kind, aggregate.text(texts[group[0]].text), &names);
        names.push(name);
    }
    let orders = orders(&groups, &kinds, &together);
    let made = groups.iter().zip(names).zip(kinds.iter().zip(orders));
    made.map(|((group, name), (&kind, order))| InferredSection {
        name,
        kind,
        level: texts[group[0]].level,
        headings: group.iter().map(|&text| aggregate.text(texts[text].text).to_owned()).collect(),
        order,
        share: share(aggregate, group, texts),
    })
    .collect()
}

/// Returns the share of event pages that have a heading of the section, at the section's level.
fn share(aggregate: &Aggregate, group: &[usize], texts: &[RecurringHeading]) -> Share {
    let is_of = |heading: &HeadingSummary<TextId>| {
        let is_text = |&text: &usize| heading.text == Some(texts[text].text);
        heading.level == texts[group[0]].level && group.iter().any(is_text)
    };
    let with = aggregate.events.iter().filter(|page| page.headings.iter().any(is_of));
    let of = with.count() as u64;
    Share { of, all: aggregate.events.len() as u64, what: "event pages" }
}

/// Returns an unused name for a section: the name of its kind, or its heading in lower case.
fn name(kind: SectionKind, heading: &str, taken: &[String]) -> String {
    match kind {
        SectionKind::Sources => return "sources".to_owned(),
        SectionKind::Related => return "related".to_owned(),
        SectionKind::Other => {}
    }
    let words = heading.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.map(str::to_lowercase).collect::<Vec<_>>().join("-");
    // The names `sources` and `related` would change the kind of the section.
    let base = match words.as_str() {
        "" => "section".to_owned(),
        "sources" | "related" => format!("{words}-section"),
        _ => words,
    };
    let is_taken = |name: &str| taken.iter().any(|taken| taken == name);
    if !is_taken(&base) {
        return base;
    }
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    numbered.into_iter().find(|name| !is_taken(name)).unwrap_or(base)
}

/// Returns the order of each section, or `None` for all sections if the default order fits: sources
/// first, and the other sections in any order. Otherwise, the sections get the order that they have on
/// most pages. If that order does not fit either, all sections get the same number, which allows any
/// order.
fn orders(
    groups: &[Vec<usize>],
    kinds: &[SectionKind],
    together: &Cooccurrence,
) -> Vec<Option<u32>> {
    let before = |one: usize, other: usize| -> u64 {
        let pairs =
            groups[one].iter().flat_map(|&one| groups[other].iter().map(move |&two| (one, two)));
        pairs.map(|(one, two)| together.before[one][two]).sum()
    };
    let fits = |ranks: &[u32]| {
        let all = (0..ranks.len()).flat_map(|one| (0..ranks.len()).map(move |other| (one, other)));
        let mut wrong = all.filter(|&(one, other)| ranks[one] < ranks[other]);
        wrong.all(|(one, other)| before(other, one) * 20 <= before(one, other) + before(other, one))
    };
    let defaults: Vec<u32> =
        kinds.iter().map(|kind| if *kind == SectionKind::Sources { 1 } else { 2 }).collect();
    if fits(&defaults) {
        return vec![None; groups.len()];
    }
    // The rank of a section is the number of sections that mostly come before it, plus one.
    let ranks: Vec<u32> = (0..groups.len())
        .map(|one| {
            let earlier = |other: &usize| before(*other, one) > before(one, *other);
            1 + (0..groups.len()).filter(earlier).count() as u32
        })
        .collect();
    let ranks = if fits(&ranks) { ranks } else { vec![1; groups.len()] };
    ranks.into_iter().map(Some).collect()
}
