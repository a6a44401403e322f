//! What rules are given to look at.

use std::sync::Arc;

use jiff::civil::Date;

use crate::archive::Archive;
use crate::archive::date::{DateFormats, WrittenDate};
use crate::archive::facts::{Facts, LinkFact, LinkRole};
use crate::archive::layout::{FolderDate, PageKind, Place};
use crate::archive::outline::{DateHeading, EventPage, Outline};
use crate::archive::page::Page;
use crate::archive::resolve::Target;
use crate::config::Settings;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, quote};
use crate::document::{Document, Heading, Link, Suppression};
use crate::encoding;
use crate::rewrite;
use crate::span::{FileId, SourceText, Span};
use crate::suggest::nearest_index;
use crate::verdict::Outcome;

/// What a page rule sees.
#[derive(Clone, Copy, Debug)]
pub struct PageContext<'a> {
    /// The page.
    pub page: &'a Page<'a>,
    /// The archive's paths.
    pub archive: &'a Archive,
    /// The settings.
    pub settings: &'a Settings,
    /// Today, in UTC.
    pub today: Date,
}

impl<'a> PageContext<'a> {
    /// The page's outline, if it is an event page.
    #[must_use]
    pub fn event(&self) -> Option<&'a EventPage> {
        match &self.page.outline {
            Outline::Event(event) => Some(event),
            Outline::Day(_) | Outline::Other => None,
        }
    }

    /// The page's first character, where findings about the whole page point.
    #[must_use]
    pub fn whole_page(&self) -> Span {
        self.page.source.first_character()
    }
}

impl PageContext<'_> {
    /// How the dates of the page's kind are written.
    #[must_use]
    pub fn date_formats(&self) -> &DateFormats {
        match self.page.outline {
            Outline::Day(_) => &self.settings.day.date.formats,
            Outline::Event(_) | Outline::Other => &self.settings.event.date.formats,
        }
    }

    /// Has the date heading say `written`.
    #[must_use]
    pub fn redate(&self, date: &DateHeading, written: &str) -> Edit {
        let heading = self.page.heading(date.heading);
        let links = self.page.document.links_in(&heading.links);
        let whole = |link: &&Link| {
            self.page.document.words(link.text) == self.page.document.words(heading.text)
        };
        let span = links.iter().find(whole).map_or(heading.content, |link| link.content);
        Edit::replace(self.page.file, span, written)
    }

    /// Has the date heading's link name the page of `day`; none without a link.
    #[must_use]
    pub fn link_to_day(&self, date: &DateHeading, day: Date) -> Option<Edit> {
        let link = &self.page.document.links[date.link? as usize];
        let written = link.destination.of(self.page.text());
        let destination = self.archive.resolver.respell(written, &self.day_page(day)?);
        Some(Edit::replace(self.page.file, link.destination, destination))
    }

    /// The path of the page of a day, or the one that it is to have.
    #[must_use]
    pub fn day_page(&self, day: Date) -> Option<String> {
        let page = self.archive.days().day(day).and_then(|day| day.pages.first());
        match page {
            Some(page) => Some(self.archive.path(*page).to_owned()),
            None => Some(self.archive.layout.day.first()?.write(day, "")),
        }
    }

    /// Takes out the second of two items that name the same; safe if it says no more than the first.
    #[must_use]
    pub fn remove_second_item(&self, first: &Link, second: &Link) -> Option<Fix> {
        let page = self.page;
        let items = &page.document.items;
        let around = |link: &Link| page.document.item_around(link.destination);
        let (one, other) = (around(first)?, around(second)?);
        if one == other || items[other].links.len() != 1 {
            return None;
        }
        let edit = rewrite::remove_item(page.file, page.text(), &page.document, other)?;
        let remark = |item: usize, link: &Link| {
            Span { start: link.span.end, end: items[item].span.end }.of(page.text()).trim()
        };
        let rest = remark(other, second);
        let words = |link: &Link| page.document.words(link.text);
        let says_no_more = words(first) == words(second)
            && items[other].content.start == second.span.start
            && (rest.is_empty() || rest == remark(one, first));
        let applicability = if says_no_more { Applicability::Safe } else { Applicability::Unsafe };
        Some(Fix::new(applicability, "remove the second item", vec![edit]))
    }
}

/// Why there are no facts of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageFailure {
    /// It could not be read; the reason.
    Unreadable(String),
    /// Dateline itself failed on it; how.
    Internal(String),
}

/// What is known of other pages.
pub trait Pages: Sync {
    /// The facts of a page, if it was read.
    fn facts(&self, file: FileId) -> Option<&Facts>;

    /// Hashes of the anchors of a page that a fragment names, sorted, if it was read.
    fn anchors(&self, file: FileId) -> Option<&[u64]>;

    /// A page's text and document, read anew: only for what is to be reported.
    fn reread(&self, file: FileId) -> Option<Arc<(SourceText, Document)>>;

    /// The earlier page that tells of the same event as this one, if there is one.
    fn twin(&self, file: FileId) -> Option<FileId>;
}

/// What an archive rule sees: one page, and all others by their facts.
#[derive(Clone, Copy)]
pub struct ArchiveContext<'a> {
    /// The page.
    pub file: FileId,
    /// What it is, by its path.
    pub place: Place,
    /// Its facts, or why there are none.
    pub facts: Result<&'a Facts, &'a PageFailure>,
    /// The archive's paths.
    pub archive: &'a Archive,
    /// The settings.
    pub settings: &'a Settings,
    /// The other pages.
    pub pages: &'a dyn Pages,
}

impl ArchiveContext<'_> {
    /// The text at `span` of the page, read anew.
    #[must_use]
    pub fn excerpt(&self, span: Span) -> String {
        let page = self.pages.reread(self.file);
        page.map_or_else(String::new, |page| span.of(page.0.text()).to_owned())
    }

    /// The page's first character, where findings about the whole page point.
    #[must_use]
    pub fn whole_page(&self) -> Span {
        let page = self.pages.reread(self.file);
        page.map_or_else(Span::default, |page| page.0.first_character())
    }

    /// What a reader sees of a link of the page.
    #[must_use]
    pub fn link_words(&self, link: &LinkFact) -> Option<String> {
        let page = self.pages.reread(self.file)?;
        let links = &page.1.links;
        let index = links.binary_search_by_key(&link.content.start, |link| link.content.start);
        Some(page.1.words(links[index.ok()?].text).to_owned())
    }

    /// The title of a page.
    #[must_use]
    pub fn title(&self, file: FileId) -> Option<Title> {
        let content = self.pages.facts(file)?.title?.content;
        let page = self.pages.reread(file)?;
        let heading = page.1.headings.iter().find(|heading| heading.content == content)?;
        let words = page.1.words(heading.text).to_owned();
        let is_sound = is_sound(&page.0, &page.1, content);
        let text = rewrite::link_text(content.of(page.0.text()), &words);
        Some(Title { words, span: content, text: text.filter(|_| is_sound) })
    }

    /// Where the title of a page stands, or its first character if it has none.
    #[must_use]
    pub fn title_span(&self, file: FileId) -> Span {
        let title = self.pages.facts(file).and_then(|facts| facts.title);
        title.map_or_else(
            || self.pages.reread(file).map_or_else(Span::default, |page| page.0.first_character()),
            |title| title.content,
        )
    }

    /// Where the first heading of a page stands, or its first character.
    #[must_use]
    pub fn first_heading(&self, file: FileId) -> Span {
        let Some(page) = self.pages.reread(file) else { return Span::default() };
        let heading = page.1.headings.first().map(Heading::place);
        heading.unwrap_or_else(|| page.0.first_character())
    }

    /// The day of the page's folder, if that is written as the layout writes it.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.day_of(self.file)
    }

    /// The day of another page's folder, if that is written as the layout writes it.
    #[must_use]
    pub fn day_of(&self, file: FileId) -> Option<Date> {
        match self.archive.place(file).date {
            Some(FolderDate::Day(date)) => Some(date),
            Some(FolderDate::Padding(_) | FolderDate::Impossible) | None => None,
        }
    }

    /// The topic of an event page, if it has one.
    #[must_use]
    pub fn topic(&self, file: FileId) -> Option<Topic> {
        let page = self.pages.reread(file)?;
        let level = self.settings.event.topic_level;
        let is_topic =
            |heading: &&Heading| heading.level == level && !page.1.words(heading.text).is_empty();
        let heading = page.1.headings.iter().find(is_topic)?;
        let text = heading.content.of(page.0.text());
        let marks = "#".repeat(self.settings.day.topic_level.into());
        let words = page.1.words(heading.text).to_owned();
        let is_line = !text.contains(['\n', '\r']);
        is_line.then(|| Topic { words, heading: format!("{marks} {text}") })
    }

    /// How an event page writes its day, if it writes it as the archive does.
    #[must_use]
    pub fn written_day(&self, file: FileId, date: Date) -> Option<String> {
        let page = self.pages.reread(file)?;
        let formats = &self.settings.event.date.formats;
        let mut words = page.1.headings.iter().map(|heading| page.1.words(heading.text));
        words.find(|words| formats.read(words) == WrittenDate::Valid(date)).map(str::to_owned)
    }

    /// The heading that lists an event on a day page; none if the event has no title to show.
    #[must_use]
    pub fn entry(&self, file: FileId) -> Option<String> {
        let text = self.title(file)?.text?;
        let destination = self.archive.resolver.respell("/", self.archive.path(file));
        let marks = "#".repeat(self.settings.day.entry_level.into());
        Some(format!("{marks} [{text}]({destination})"))
    }

    /// The event page that an entry which leads nowhere may have meant: one near to it that the
    /// page does not list.
    #[must_use]
    pub fn meant_by_entry(&self, page: FileId, link: &LinkFact) -> Option<FileId> {
        let read = self.pages.reread(page)?;
        let near = self.archive.nearest(page, link.destination.of(read.0.text()))?.file;
        let listed = &self.pages.facts(page)?.links;
        let is_new = listed.iter().all(|link| link.target.file() != Some(near));
        (is_new && self.archive.place(near).kind == PageKind::Event).then_some(near)
    }

    /// Names in a finding the page that a link which leads nowhere may have meant, or says `else_do`.
    #[must_use]
    pub fn suggest(&self, link: &LinkFact, finding: Finding, else_do: &str) -> Finding {
        let written = self.excerpt(link.destination);
        let near = self.archive.nearest(self.file, &written);
        let Some(near) = near.filter(|near| near.file != self.file) else {
            return finding.help(else_do);
        };
        let edit = self.rename(link, near.file);
        let path = quote(&edit.replacement);
        let is_sure = near.sole && link.role == LinkRole::Related;
        let applicability = if is_sure { Applicability::Safe } else { Applicability::Unsafe };
        finding.help(format!("did you mean {path}?")).fix(Fix::new(
            applicability,
            format!("name {path}"),
            vec![edit],
        ))
    }

    /// The anchor of a page that is nearest to one that it does not have.
    #[must_use]
    pub fn nearest_anchor(&self, file: FileId, anchor: &str) -> Option<String> {
        let page = self.pages.reread(file)?;
        let anchors: Vec<String> = page.1.anchors().take(MOST_ANCHORS).collect();
        let index = nearest_index(anchor, anchors.iter().map(String::as_str))?;
        Some(anchors[index].clone()).filter(|near| !near.is_empty())
    }

    /// Has a link name the file at `path`, in the manner in which it is written.
    #[must_use]
    pub fn name_path(&self, link: &LinkFact, path: &str) -> Edit {
        let written = self.excerpt(link.destination);
        let destination = self.archive.resolver.respell(&written, path);
        Edit::replace(self.file, link.destination, destination)
    }

    /// Has a link name another file, in the manner in which it is written.
    #[must_use]
    pub fn rename(&self, link: &LinkFact, file: FileId) -> Edit {
        self.name_path(link, self.archive.path(file))
    }

    /// Gives a link the title of its page for a text.
    #[must_use]
    pub fn retitle(&self, link: &LinkFact, stale: &Stale) -> Option<Fix> {
        let text = stale.title.text.clone()?;
        Some(Fix::safe("write the title", vec![Edit::replace(self.file, link.content, text)]))
    }

    /// Takes the item out of its list that a link stands in, if it has no other link.
    #[must_use]
    pub fn remove_item(&self, link: &LinkFact) -> Option<Fix> {
        let page = self.pages.reread(self.file)?;
        let item = page.1.item_around(link.destination)?;
        if page.1.items[item].links.len() != 1 {
            return None;
        }
        let edit = rewrite::remove_item(self.file, page.0.text(), &page.1, item)?;
        Some(Fix::safe("remove the item", vec![edit]))
    }

    /// Whether the text of a link is not the title of the page that it names, and what that is.
    #[must_use]
    pub fn stale_text(&self, link: &LinkFact) -> Option<Stale> {
        let (Target::File(file) | Target::Rendered(file)) = link.target else { return None };
        // A link to its own page, or one in a damaged item, is reported as that.
        if file == self.file || link.damaged {
            return None;
        }
        if self.pages.facts(file)?.title?.text == link.text {
            return None;
        }
        let (title, words) = (self.title(file)?, self.link_words(link)?);
        if title.words.split_whitespace().eq(words.split_whitespace()) {
            return None;
        }
        Some(Stale { file, title, words })
    }
}

/// The most anchors of a page that one fragment is compared with.
const MOST_ANCHORS: usize = 1000;

/// The title of a page.
#[derive(Clone, Debug)]
pub struct Title {
    /// What a reader sees of it.
    pub words: String,
    /// Where it stands.
    pub span: Span,
    /// It, as the Markdown of a link's text; none where it cannot be one, or is at fault itself, so
    /// that it is not to be spread.
    pub text: Option<String>,
}

/// Whether a title is free of what the rules of texts report.
fn is_sound(source: &SourceText, document: &Document, place: Span) -> bool {
    let text = place.of(source.text());
    !document.references.iter().any(|reference| place.contains(*reference))
        && !document.has_residue_in(place)
        && document.wiki_residue(source.text(), place).is_none()
        && encoding::misread(text).is_empty()
        && !text.contains(|char: char| char.is_control() || char == char::REPLACEMENT_CHARACTER)
}

/// The topic of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// What a reader sees of it.
    pub words: String,
    /// The heading of such a topic on a day page.
    pub heading: String,
}

/// A link whose text is not the title of the page that it names.
#[derive(Clone, Debug)]
pub struct Stale {
    /// The page that it names.
    pub file: FileId,
    /// The title of that page.
    pub title: Title,
    /// What a reader sees of the link.
    pub words: String,
}

/// What an online rule sees: one source URL at one place.
#[derive(Clone, Copy, Debug)]
pub struct OnlineContext<'a> {
    /// Where the URL stands.
    pub destination: Span,
    /// What is known of it.
    pub outcome: &'a Outcome,
}

/// Why a selector of a suppression is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// What it names found nothing there.
    Unused,
    /// It names no rule and no group; what it may have meant.
    Unknown(Option<String>),
    /// It asks for everything to be silenced, which is not to be had.
    Everything,
    /// There is no selector in the comment.
    Nothing,
}

/// What the rule of suppressions sees: one comment of a page that is not wholly of use.
#[derive(Clone, Copy, Debug)]
pub struct SuppressionContext<'a> {
    /// The page.
    pub file: FileId,
    /// Its text.
    pub source: &'a SourceText,
    /// The comment.
    pub suppression: &'a Suppression,
    /// Which of its selectors are of no use, by index, and why; index 0 if it has none.
    pub lapses: &'a [(usize, Lapse)],
}
