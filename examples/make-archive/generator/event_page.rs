//! Event pages.

use super::Archive;
use super::defects::Defect;
use super::event::{Event, day_path};
use super::page::Page;
use super::random::{Purpose, Random};
use super::related::related_items;

/// The numbers of sources from which each page takes one.
const SOURCES: [u64; 7] = [1, 1, 1, 2, 2, 3, 4];

/// An event page under construction.
struct EventPage<'a> {
    archive: &'a Archive,
    event: &'a Event,
    defect: Option<Defect>,
    random: Random,
    page: Page,
}

/// Returns the page of an event.
pub fn event_page(archive: &Archive, event: &Event, defect: Option<Defect>) -> Page {
    let random = Random::new(archive.seed, Purpose::Page, event.index);
    let page = Page::new(event.path());
    let mut page = EventPage { archive, event, defect, random, page };
    page.push_date();
    page.push_topic();
    page.push_title();
    page.push_text();
    page.push_sources();
    page.push_related();
    page.page
}

impl EventPage<'_> {
    fn has(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }

    fn push_date(&mut self) {
        let date = self.event.date;
        let mut written = date;
        self.page.push("### ");
        if self.has(Defect::WrongDate) {
            self.page.expect("date/path-mismatch");
            written = date.yesterday().expect("a calendar is limited");
        }
        self.page.push_paragraph(&format!("[{written}](/{})", day_path(date)));
    }

    fn push_topic(&mut self) {
        let place = self.event.place;
        match self.defect {
            Some(Defect::EmptyTopic) => {
                self.page.expect("heading/empty");
                self.page.push("#####\n");
            }
            Some(Defect::WikiTopic) => {
                self.page.push("##### ");
                self.page.expect("text/wiki-markup");
                self.page.push(&format!("'''{place}'''\n"));
            }
            _ => self.page.push(&format!("##### {place}\n")),
        }
    }

    fn push_title(&mut self) {
        self.page.push("# ");
        if self.has(Defect::MissingEntry) {
            self.page.expect("day/missing-event");
        }
        self.page.push_paragraph(&self.event.title);
    }

    fn push_text(&mut self) {
        let language = self.event.language;
        let sentences: Vec<&str> =
            (0..self.random.below(4)).map(|_| *self.random.pick(language.sentences)).collect();
        if !sentences.is_empty() {
            self.page.push_paragraph(&sentences.join(language.space));
        }
        if self.has(Defect::Placeholder) {
            self.page.expect("text/template-residue");
            self.page.push_paragraph("${summary}");
        }
        if self.has(Defect::BrokenLink) {
            let (newspaper, host) = self.random.pick(language.newspapers);
            self.page.push(&format!("[{newspaper}] ("));
            self.page.expect("link/malformed");
            self.page.push_paragraph(&format!("https://{host}/)"));
        }
    }

    fn push_sources(&mut self) {
        self.page.push_paragraph("### Source:");
        let count = *self.random.pick(&SOURCES);
        for number in 1..=count {
            self.push_source(number, number, None);
        }
        if self.has(Defect::MalformedSource) {
            self.push_source(count + 1, count + 1, Some("source/malformed"));
        }
        if self.has(Defect::DuplicateSource) {
            self.push_source(count + 1, 1, Some("source/duplicate"));
        }
    }

    /// Appends a source item. `article` is the number of the article among those of the event.
    fn push_source(&mut self, number: u64, article: u64, expected: Option<&'static str>) {
        let Event { index, date, language, .. } = self.event;
        let newspapers = language.newspapers;
        let (newspaper, host) = newspapers[article as usize % newspapers.len()];
        let scheme = if expected == Some("source/malformed") { "htp" } else { "https" };
        self.page.push(&format!("{number}. [{newspaper}]("));
        if let Some(rule) = expected {
            self.page.expect(rule);
        }
        let folder = date.strftime("%Y/%m/%d");
        self.page.push(&format!("{scheme}://{host}/{folder}/{index}-{article}.html)\n"));
    }

    fn push_related(&mut self) {
        if self.has(Defect::EmptyRelated) {
            self.page.push("\n### ");
            self.page.expect("heading/empty-section");
            self.page.push("Related:\n");
            return;
        }
        let items = related_items(self.archive, self.event, self.defect, &mut self.random);
        if items.is_empty() {
            return;
        }
        self.page.push("\n### Related:\n\n");
        for (number, item) in (1..).zip(&items) {
            item.push_to(&mut self.page, number);
        }
    }
}
