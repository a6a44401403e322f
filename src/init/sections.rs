//! Sections of event pages: heading texts that recur, with something below them.

use std::collections::{BTreeMap, BTreeSet};

use super::aggregate::{Gathered, Page, TextId};
use super::page_summary::{HeadingSeen, Named};
use super::{FEW, Share, least};
use crate::archive::template::SectionKind;
use crate::suggest;

/// A section of event pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionSeen {
    /// Its name in the settings.
    pub name: String,
    /// What its items are.
    pub kind: SectionKind,
    /// Its heading's level.
    pub level: u8,
    /// Its heading's texts, the most frequent first.
    pub headings: Vec<String>,
    /// Its place among the sections, where it is not the usual one.
    pub order: Option<u32>,
    /// Pages that have it.
    pub share: Share,
}

/// A text that recurs as a heading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recurring {
    pub(super) text: TextId,
    pub(super) level: u8,
    pub(super) kind: SectionKind,
    pub(super) pages: u64,
    /// Whether its items hold links, so that it is surely no heading of prose.
    links: bool,
}

/// How a text is used, at one level.
#[derive(Clone, Copy, Debug, Default)]
struct Usage {
    pages: u64,
    /// Pages on which items stand below it, on which anything does, and on which it is not the
    /// first heading but for the date.
    with_items: u64,
    with_content: u64,
    behind: u64,
    /// Pages on which an item names the page itself, as lists of a page's versions do.
    with_itself: u64,
    /// Items below it on all pages, those that name the web, another event,
    /// and the page itself.
    items: u64,
    web: u64,
    event: u64,
    itself: u64,
}

/// Of event pages, the share from which on a heading without linked items makes a section.
const PROSE_PERCENT: u64 = 5;
/// Of headings at a level, the share that may be of no section if prose makes sections there.
const FREE_PERCENT: u64 = 10;
/// The most texts of one use, as of sections.
pub(super) const MOST_TEXTS: usize = 32;
/// The most texts that are compared with these, the most frequent.
pub(super) const MOST_COMPARED: usize = 512;

/// Whether a heading may be that of a topic, of the title or of a section.
pub(super) fn is_plain(heading: &HeadingSeen<TextId>) -> bool {
    !heading.is_date && heading.formats == 0 && !matches!(heading.link, Some(Named::Day(_)))
}

/// The texts that are headings of sections, the most frequent first.
pub(super) fn recurring(gathered: &Gathered) -> Vec<Recurring> {
    let pages = &gathered.events;
    let total = pages.len() as u64;
    let mut by_text: BTreeMap<TextId, (u8, Usage)> = BTreeMap::new();
    for ((text, level), usage) in usages(pages) {
        let best = by_text.entry(text).or_insert((level, usage));
        if usage.pages > best.1.pages {
            *best = (level, usage);
        }
    }
    let mut found: Vec<Recurring> = by_text
        .into_iter()
        .filter_map(|(text, (level, usage))| usage.recurring(text, level, total))
        .collect();
    found.sort_by_key(|found| (u64::MAX - found.pages, found.text));
    let mut kept: Vec<Recurring> = Vec::new();
    for text in found.into_iter().take(MOST_COMPARED) {
        let before = kept.iter().map(|kept| gathered.text(kept.text));
        if kept.len() < MOST_TEXTS && !is_slip(gathered.text(text.text), text.pages, total, before)
        {
            kept.push(text);
        }
    }
    let free = free_levels(pages, &kept);
    kept.retain(|text| text.links || !free[usize::from(text.level)]);
    kept
}

fn usages(pages: &[Page]) -> BTreeMap<(TextId, u8), Usage> {
    let mut usages: BTreeMap<(TextId, u8), Usage> = BTreeMap::new();
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

impl Usage {
    fn add(&mut self, heading: &HeadingSeen<TextId>, is_behind: bool) {
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

    fn recurring(self, text: TextId, level: u8, total: u64) -> Option<Recurring> {
        let kind = self.kind();
        let lists = self.with_items * 2 >= self.pages;
        let links = lists && (self.web + self.event + self.itself) * 2 >= self.items;
        let enough = match kind {
            SectionKind::Other if links => least(total).max(2),
            SectionKind::Other => (total * PROSE_PERCENT).div_ceil(100).max(3),
            SectionKind::Sources | SectionKind::Related => least(total),
        };
        // What stands first may be the title, unless it is above a list of links.
        let is_behind = links || self.behind * 2 >= self.pages;
        let stands = self.with_content * 2 >= self.pages && is_behind;
        (self.pages >= enough && stands).then_some(Recurring {
            text,
            level,
            kind,
            pages: self.pages,
            links,
        })
    }

    /// What two thirds of the items are, if most of the sections have items.
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

/// Whether a text is likely a slip for one of those that are more frequent: a rare one that is near
/// to it, unless it is that text with a letter or two behind it, or without them.
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

/// Levels at which headings are written freely, as titles of paragraphs are.
fn free_levels(pages: &[Page], sections: &[Recurring]) -> [bool; 7] {
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

/// How often texts stand on one page, and which stands before which.
struct Together {
    /// Pages on which the first of two texts stands before the other.
    before: Vec<Vec<u64>>,
    pages: Vec<u64>,
}

impl Together {
    fn of(pages: &[Page], texts: &[Recurring]) -> Self {
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

    fn on_one_page(&self, one: usize, other: usize) -> u64 {
        self.before[one][other] + self.before[other][one]
    }

    /// Whether two texts are spellings of one heading: hardly any page has both.
    fn are_one(&self, one: usize, other: usize) -> bool {
        self.on_one_page(one, other) * 20 <= self.pages[one].min(self.pages[other])
    }
}

/// Texts that are headings of one section, as indices; sources first, then what is related.
fn groups(texts: &[Recurring], together: &Together) -> Vec<Vec<usize>> {
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

/// The sections that the texts are headings of.
pub(super) fn sections(gathered: &Gathered, texts: &[Recurring]) -> Vec<SectionSeen> {
    let together = Together::of(&gathered.events, texts);
    let groups = groups(texts, &together);
    let mut kinds = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        let mut kind = texts[group[0]].kind;
        // A second section of links on the same pages is something else.
        let same = |other: &usize| texts[groups[*other][0]].kind == kind;
        let beside = |other: usize| {
            group.iter().any(|&one| groups[other].iter().any(|&two| !together.are_one(one, two)))
        };
        if kind != SectionKind::Other && (0..index).filter(same).any(beside) {
            kind = SectionKind::Other;
        }
        kinds.push(kind);
        let name = name(kind, gathered.text(texts[group[0]].text), &names);
        names.push(name);
    }
    let orders = orders(&groups, &kinds, &together);
    let made = groups.iter().zip(names).zip(kinds.iter().zip(orders));
    made.map(|((group, name), (&kind, order))| SectionSeen {
        name,
        kind,
        level: texts[group[0]].level,
        headings: group.iter().map(|&text| gathered.text(texts[text].text).to_owned()).collect(),
        order,
        share: share(gathered, group, texts),
    })
    .collect()
}

/// Pages that have a section, at its level.
fn share(gathered: &Gathered, group: &[usize], texts: &[Recurring]) -> Share {
    let is_of = |heading: &HeadingSeen<TextId>| {
        let is_text = |&text: &usize| heading.text == Some(texts[text].text);
        heading.level == texts[group[0]].level && group.iter().any(is_text)
    };
    let with = gathered.events.iter().filter(|page| page.headings.iter().any(is_of));
    let of = with.count() as u64;
    Share { of, all: gathered.events.len() as u64, what: "event pages" }
}

/// A section's name: that of its kind, or its heading in small letters.
fn name(kind: SectionKind, heading: &str, taken: &[String]) -> String {
    match kind {
        SectionKind::Sources => return "sources".to_owned(),
        SectionKind::Related => return "related".to_owned(),
        SectionKind::Other => {}
    }
    let words = heading.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.map(str::to_lowercase).collect::<Vec<_>>().join("-");
    // The name of a kind would make it a section of that kind.
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

/// The places of the sections, if the usual ones, sources before the rest, do not fit: those in
/// which they stand, or one for all.
fn orders(groups: &[Vec<usize>], kinds: &[SectionKind], together: &Together) -> Vec<Option<u32>> {
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
    let usual: Vec<u32> =
        kinds.iter().map(|kind| if *kind == SectionKind::Sources { 1 } else { 2 }).collect();
    if fits(&usual) {
        return vec![None; groups.len()];
    }
    // A section's rank grows with those that mostly stand before it.
    let ranks: Vec<u32> = (0..groups.len())
        .map(|one| {
            let earlier = |other: &usize| before(*other, one) > before(one, *other);
            1 + (0..groups.len()).filter(earlier).count() as u32
        })
        .collect();
    let ranks = if fits(&ranks) { ranks } else { vec![1; groups.len()] };
    ranks.into_iter().map(Some).collect()
}
