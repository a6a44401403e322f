//! A parsed page: its document, its outline, and the targets of its links.

use jiff::civil::Date;
use url::Url;

use super::Archive;
use super::date::WrittenDate;
use super::destination::Destination;
use super::fields::{self, PageDate};
use super::layout::{FolderDate, PageKind, ParsedPath};
use super::normal_form::one_line;
use super::outline::{EventPage, Outline, OutlineReader, Section};
use super::page_facts::{
    FactLists, Facts, FragmentFact, LinkFact, LinkRole, RareFacts, SourceFact, TitleFact,
    text_hash, words_hash,
};
use super::page_links::{PageLink, UrlLink};
use super::places::Place;
use super::resolve::{Target, decode_fragment};
use super::shared_list::SharedList;
use super::sources;
use super::template::{EventTemplate, FrontText, SectionKind};
use crate::document::{Document, FrontMatter, FrontValue, Heading, Item, Link, LinkKind};
use crate::span::{FileId, SourceText, Span};

/// A parsed page.
#[derive(Debug)]
pub struct Page<'a> {
    /// The file.
    pub file: FileId,
    /// The kind and the date of the page, according to its path.
    pub place: ParsedPath,
    /// The text.
    pub source: &'a SourceText,
    /// The parsed text: headings, links and items.
    pub document: Document,
    /// The roles of the headings.
    pub outline: Outline,
    /// The role and the target of each link in [`Document::links`].
    pub links: Vec<PageLink>,
    /// The links with an absolute URL, in order, including URLs that do not parse.
    pub urls: Vec<UrlLink>,
    /// On a day page, the files that its broken links refer to.
    pub damaged: Vec<FileId>,
    /// The dates outside the path: those of each field together, the most reliable place first.
    pub dates: Vec<PageDate>,
    /// Whether front matter hides the page from readers.
    pub hidden: bool,
}

impl<'a> Page<'a> {
    /// Parses the page `file`. `source` is its text.
    #[must_use]
    pub fn read(
        archive: &Archive,
        reader: &OutlineReader<'_>,
        file: FileId,
        source: &'a SourceText,
    ) -> Self {
        let place = archive.place(file);
        let document = Document::parse_with(source.text(), &archive.syntax);
        let mut page = Self {
            file,
            place,
            source,
            document,
            outline: Outline::Other,
            links: Vec::new(),
            urls: Vec::new(),
            damaged: Vec::new(),
            dates: Vec::new(),
            hidden: false,
        };
        page.read_links(archive);
        let day_of = |link: u32| {
            let link = &page.document.links[link as usize];
            archive.day_meant(file, &page.document, link, link.target(page.text()))
        };
        page.outline = reader.read(place.kind, &page.document, &day_of);
        page.dates = reader.dates(&page.document, &page.outline);
        page.hidden = page.is_hidden(reader.event);
        page.assign_roles(reader.event);
        page.damaged = page.resolve_faults(archive);
        page
    }

    fn is_hidden(&self, event: &EventTemplate) -> bool {
        self.place.kind == PageKind::Event
            && !event.hidden.is_empty()
            && self.front_matter().is_some_and(|front| {
                // The page may be hidden by the part that cannot be read.
                !front.is_valid() || fields::is_hidden(front, &event.hidden)
            })
    }

    /// Returns the files that the broken links of a day page refer to.
    fn resolve_faults(&self, archive: &Archive) -> Vec<FileId> {
        if !matches!(self.outline, Outline::Day(_)) {
            return Vec::new();
        }
        let faults = self.document.faults.iter();
        let named = faults.filter_map(|fault| {
            let target = fault.target(self.text());
            match archive.parse_destination(&target).of(&target) {
                Destination::Internal { path, .. } => {
                    archive.resolve(self.file, path.trim()).file()
                }
                _ => None,
            }
        });
        named.collect()
    }

    /// Parses the destination of each link, and resolves those within the archive.
    fn read_links(&mut self, archive: &Archive) {
        let mut links = Vec::with_capacity(self.document.links.len());
        let mut urls = Vec::new();
        for (link, index) in self.document.links.iter().zip(0..) {
            let text = link.target(self.text());
            let (mut target, mut anchored) = (Target::External, None);
            let destination = archive.parse_destination(text);
            // The settings define the front matter of event pages only.
            if link.kind == LinkKind::FrontMatter && self.place.kind != PageKind::Event {
                links.push(PageLink { role: LinkRole::Other, target, anchored, destination });
                continue;
            }
            let named = archive.named_file(&self.document, link, text);
            match destination.of(text) {
                _ if named.is_some() => {
                    target = named.map_or(target, |named| archive.resolve_named(self.file, named));
                    anchored = target.file();
                }
                Destination::Web(_) | Destination::OtherScheme { .. } if !self.is_opaque(link) => {
                    urls.push(UrlLink::parse(index, text));
                }
                Destination::Internal { path, fragment }
                    if self.is_resolvable(link, path) && !archive.has_keyword(path) =>
                {
                    target = archive.resolve_link(self.file, link.kind, path);
                    // The fragment of a wiki link is the text of a heading, not its anchor.
                    let fragment = fragment.filter(|_| link.kind != LinkKind::Wiki);
                    anchored = fragment.and_then(|_| archive.anchored(self.file, path, target));
                }
                _ => {}
            }
            links.push(PageLink { role: LinkRole::Other, target, anchored, destination });
        }
        (self.links, self.urls) = (links, urls);
    }

    /// Assigns roles to the links in front matter, in sections and in headings.
    fn assign_roles(&mut self, event: &EventTemplate) {
        let mut links = std::mem::take(&mut self.links);
        if matches!(self.outline, Outline::Event(_)) {
            self.assign_front_roles(event, &mut links);
        }
        let mut assign = |links_of: &std::ops::Range<u32>, role| {
            for index in links_of.clone() {
                if !self.document.links[index as usize].image {
                    links[index as usize].assign(role);
                }
            }
        };
        for section in self.outline.sections() {
            let role = match section.kind {
                SectionKind::Sources if event.sources.contains(&Place::Section) => LinkRole::Source,
                SectionKind::Related if event.related.contains(&Place::Section) => {
                    LinkRole::Related
                }
                _ => continue,
            };
            for item in self.items(*section) {
                assign(&item.links, role);
            }
        }
        if let Outline::Day(day) = &self.outline {
            for &entry in &day.entries {
                assign(&self.heading(entry).links, LinkRole::Entry);
            }
            if let Some(previous) = day.previous {
                assign(&self.heading(previous).links, LinkRole::Previous);
            }
        }
        if let Some(date) = self.outline.date() {
            let folder = self.place.date.and_then(FolderDate::day);
            let agrees = date.link_day.is_none() || folder.is_none() || date.link_day == folder;
            let role = if agrees { LinkRole::Date } else { LinkRole::OtherDay };
            assign(&self.heading(date.heading).links, role);
        }
        self.links = links;
    }

    /// Assigns roles to the links in front matter, which come before all others.
    fn assign_front_roles(&self, event: &EventTemplate, links: &mut [PageLink]) {
        let Some(front) = self.front_matter() else { return };
        let roles = [(&event.sources, LinkRole::Source), (&event.related, LinkRole::Related)];
        for (places, role) in roles {
            let keys = places.iter().filter_map(Place::front_key);
            for value in keys.flat_map(|key| front.values_of(key)) {
                let first = self.document.links.partition_point(|link| link.span < value.span);
                let link = self.document.links.get(first);
                if link.is_some_and(|link| link.kind == LinkKind::FrontMatter) {
                    links[first].assign(role);
                }
            }
        }
    }

    /// Writes the hashes of the keys of the page's source URLs to `keys`, and returns their part.
    fn write_source_keys(&self, keys: &mut Vec<u64>) -> SharedList<u64> {
        let first = keys.len();
        let mut key = String::new();
        let urls = self.web_links(LinkRole::Source).filter_map(|(_, url)| {
            key.clear();
            sources::write_key(url, &mut key).then(|| text_hash(&key))
        });
        keys.extend(urls);
        SharedList::part(first..keys.len())
    }

    /// Returns the links with a role whose destination is a valid `http` or `https` URL, with their
    /// URLs.
    pub fn web_links(&self, role: LinkRole) -> impl Iterator<Item = (&Link, &Url)> {
        let urls = self.urls.iter().filter(move |made| self.links[made.link as usize].role == role);
        urls.filter_map(|made| {
            let url = made.url.as_ref().ok()?;
            let link = &self.document.links[made.link as usize];
            matches!(url.scheme(), "http" | "https").then_some((link, url))
        })
    }

    /// Returns whether nothing can be said about the destination of a link: whether it is invalid, or
    /// contains a template tag.
    fn is_opaque(&self, link: &Link) -> bool {
        link.faulty || self.document.has_tag_in(link.destination)
    }

    /// Returns whether to resolve a link. Skips links that rules report for other reasons: an
    /// invalid destination, unexpanded template syntax, or bytes in the path that are not UTF-8.
    fn is_resolvable(&self, link: &Link, path: &str) -> bool {
        !link.faulty
            && !self.document.has_template_in(link.destination)
            && (self.source.is_utf8() || !path.contains(char::REPLACEMENT_CHARACTER))
    }

    /// Returns whether a link has no reliable text: whether it is in front matter or a template tag, or the
    /// item around it contains a broken link. For a link outside an item, looks at the heading around it.
    fn is_damaged(&self, link: &Link) -> bool {
        if matches!(link.kind, LinkKind::FrontMatter | LinkKind::Tag) {
            return true;
        }
        if self.document.faults.is_empty() {
            return false;
        }
        let document = &self.document;
        let item = document.item_around(link.span).map(|index| document.items[index].span);
        let heading = document.heading_around(link.span).map(|index| document.headings[index].span);
        item.or(heading).is_some_and(|around| document.has_fault_in(around))
    }

    /// Returns the front matter, if the page has any.
    #[must_use]
    pub fn front_matter(&self) -> Option<&FrontMatter> {
        self.document.front_matter.as_deref()
    }

    /// Returns the title in front matter, if the title of the page is there.
    #[must_use]
    pub fn front_title(&self) -> Option<&FrontValue> {
        let Outline::Event(event) = &self.outline else { return None };
        self.front_matter()?.values.get(event.front_title? as usize)
    }

    /// Returns the topic in front matter, if the topic of the page is there.
    #[must_use]
    pub fn front_topic(&self) -> Option<&FrontValue> {
        let Outline::Event(EventPage { front_topic: FrontText::Value(topic), .. }) = &self.outline
        else {
            return None;
        };
        self.front_matter()?.values.get(*topic as usize)
    }

    /// Returns the day of the page: that of its path, or else that of the most reliable place with one
    /// certain day.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        let written = || {
            let dates = self.dates.iter().filter(|date| date.field.is_none());
            dates.map(|date| date.written).find_map(WrittenDate::day)
        };
        self.place.date.map_or_else(written, FolderDate::day)
    }

    /// Returns the text of the page.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.source.text()
    }

    /// Returns the destination of a link, by the link's index.
    #[must_use]
    pub fn destination(&self, link: u32) -> Destination<'_> {
        let index = link as usize;
        self.links[index].destination.of(self.document.links[index].target(self.text()))
    }

    /// Returns the fragment of a link within the archive, if it has one.
    fn fragment<'b>(&'b self, link: &'b Link, made: PageLink) -> Option<&'b str> {
        let target = link.target(self.text());
        if let Some(reference) = self.document.reference_of(link) {
            return target.get(reference.fragment.clone()?);
        }
        match made.destination.of(target) {
            Destination::Internal { fragment, .. } => fragment,
            _ => None,
        }
    }

    /// Returns the heading at an index in [`Document::headings`].
    #[must_use]
    pub fn heading(&self, index: u32) -> &Heading {
        &self.document.headings[index as usize]
    }

    /// Returns the visible text of a heading.
    #[must_use]
    pub fn heading_words(&self, index: u32) -> &str {
        self.document.words(self.heading(index).text)
    }

    /// Returns the span of a heading's content, or of the whole heading if it has no content.
    #[must_use]
    pub fn heading_span(&self, index: u32) -> Span {
        self.heading(index).place()
    }

    /// Returns the items of a section: those between its heading and the next heading.
    #[must_use]
    pub fn items(&self, section: Section) -> &[Item] {
        let items = &self.document.items;
        let start = items.partition_point(|item| item.heading < Some(section.heading));
        let end = items.partition_point(|item| item.heading <= Some(section.heading));
        &items[start..end]
    }

    /// Returns the sections of a kind.
    pub fn sections(&self, kind: SectionKind) -> impl Iterator<Item = Section> {
        self.outline.sections().iter().copied().filter(move |section| section.kind == kind)
    }

    /// Returns the links with a role and their targets, in order.
    pub fn links_with(&self, role: LinkRole) -> impl Iterator<Item = (&Link, Target)> {
        let links = self.document.links.iter().zip(&self.links);
        links.filter(move |(_, made)| made.role == role).map(|(link, made)| (link, made.target))
    }

    /// Returns the facts to keep after the page has been checked. They include source URLs only if
    /// `with_sources` is `true`.
    #[must_use]
    pub fn facts(&self, with_sources: bool) -> Facts {
        let mut lists = FactLists::default();
        let mut facts = self.write_facts(with_sources, &mut lists);
        lists.share([&mut facts]);
        facts
    }

    /// Returns the same as [`Self::facts`], but writes their lists to `lists`, which must then be
    /// [shared](FactLists::share) with the facts.
    #[must_use]
    pub fn write_facts(&self, with_sources: bool, lists: &mut FactLists) -> Facts {
        let titles = self.outline.titles();
        let title = titles.first().map(|title| {
            let heading = self.heading(*title);
            let text = words_hash(&self.document, heading.text);
            TitleFact { content: heading.content, text, sole: titles.len() == 1 }
        });
        let title = title.filter(|title| !title.content.is_empty());
        let in_front = self.front_title().map(|value| TitleFact {
            content: value.span,
            text: text_hash(&one_line(&value.text)),
            sole: true,
        });
        let mut facts = Facts {
            title: in_front.or(title),
            date: self.day(),
            hidden: self.hidden,
            is_utf8: self.source.is_utf8(),
            ..Facts::default()
        };
        let first = lists.links.len();
        let links = &mut lists.links;
        let (mut fragments, mut sources) = (Vec::new(), Vec::new());
        for ((link, made), index) in self.document.links.iter().zip(&self.links).zip(0..) {
            let written = link.target(self.text());
            if made.target == Target::External {
                if self.is_opaque(link) {
                    continue;
                }
                if made.role == LinkRole::Source && with_sources {
                    let (destination, url) = (link.destination, written.into());
                    sources.push(SourceFact { destination, link: index, url });
                }
                if made.role != LinkRole::Related {
                    continue;
                }
            }
            if let Some(page) = made.anchored
                && let Some(fragment) = self.fragment(link, *made).filter(|part| !part.is_empty())
            {
                let anchor = text_hash(&decode_fragment(fragment));
                let link = (links.len() - first) as u32;
                fragments.push(FragmentFact { link, page, anchor });
            }
            links.push(LinkFact {
                destination: link.destination,
                content: link.content,
                text: words_hash(&self.document, link.text),
                target: made.target.into(),
                role: made.role,
                damaged: self.is_damaged(link),
            });
        }
        if matches!(self.outline, Outline::Event(_)) {
            facts.source_keys = self.write_source_keys(&mut lists.source_keys);
        }
        facts.links = SharedList::part(first..lists.links.len());
        let (damaged, suppressions) = (self.damaged.clone(), self.document.suppressions.clone());
        facts.rare = RareFacts { fragments, sources, damaged, suppressions }.if_any();
        facts
    }
}
