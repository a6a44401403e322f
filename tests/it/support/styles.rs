//! Archives that follow settings chosen by a test. All of their text is invented.

use std::fmt::Write as _;
use std::path::Path;

use dateline::internals::archive::layout::Pattern;
use jiff::civil::Date;
use jiff::fmt::strtime;

/// A section of a style: its name in the settings, its headings and its level.
pub type Section = (&'static str, &'static [&'static str], u8);

/// Sections in several languages.
pub const SECTIONS: [&[Section]; 7] = [
    &[("sources", &["Source:"], 3), ("related", &["Related:"], 3)],
    &[("sources", &["Quellen"], 2), ("related", &["Siehe auch"], 2), ("verlauf", &["Verlauf"], 2)],
    &[("sources", &["Références"], 4), ("related", &["Événements liés"], 2)],
    &[("sources", &["Fuentes \"oficiales\" \\ otras"], 4)],
    &[("related", &["相关"], 2)],
    &[("related", &["See also"], 6), ("corrections", &["Corrections"], 6)],
    &[],
];

/// The style of an archive.
#[derive(Clone, Debug)]
pub struct Style {
    /// The URL prefix of the site.
    pub prefix: Option<&'static str>,
    /// The path pattern of event pages.
    pub event: &'static str,
    /// The path patterns of day pages.
    pub day: &'static [&'static str],
    /// The date formats of event pages.
    pub formats: &'static [&'static str],
    /// The level of the date heading on event pages.
    pub date: u8,
    /// The level of the topic heading on event pages.
    pub topic: u8,
    /// The level of the title heading on event pages.
    pub title: u8,
    /// The sections, in the order in which they occur.
    pub sections: Vec<Section>,
    /// Whether the sections are in an unusual order, which the settings must define.
    pub ordered: bool,
    /// The levels of the date, topics, entries and the link to the previous day on day pages.
    pub day_levels: [u8; 4],
    /// The text of the link to the previous day.
    pub previous: &'static str,
    /// The policy for the link to the previous day.
    pub policy: &'static str,
    /// The number of days from one day page to the next.
    pub step: i32,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            prefix: None,
            event: "news/{year}/{month:02}/{day}/{slug}.md",
            day: &["news/{year}/{month:02}/{day}/index.md"],
            formats: &["%Y-%m-%d"],
            date: 3,
            topic: 5,
            title: 1,
            sections: vec![("sources", &["Sources:"], 3), ("related", &["Related:"], 3)],
            ordered: false,
            day_levels: [2, 5, 3, 2],
            previous: "Previous Day...",
            policy: "nearest",
            step: 3,
        }
    }
}

struct Event {
    date: Date,
    path: String,
    title: String,
}

const TOPICS: [&str; 5] = ["Harbour", "Weather", "Chess", "Railways", "Bees"];
const THINGS: [&str; 9] =
    ["ferry", "lighthouse", "tramcar", "choir", "orchard", "glassworks", "comet", "bridge", "mint"];

impl Style {
    /// Returns the settings that describe the style.
    pub fn toml(&self) -> String {
        let mut toml = String::new();
        let links =
            !self.day.is_empty() || self.sections.iter().any(|(name, ..)| *name == "related");
        if let Some(prefix) = self.prefix.filter(|_| links) {
            let _ = writeln!(toml, "[archive]\nurl-prefixes = [{prefix:?}]");
        }
        let (event, day) = (self.event, self.day);
        let _ = writeln!(toml, "[layout]\nevent = {event:?}\nday = {day:?}");
        let (date, formats) = (self.date, self.formats);
        let _ = writeln!(toml, "[event]\ndate = {{ level = {date}, formats = {formats:?} }}");
        let (topic, title) = (self.topic, self.title);
        let _ = writeln!(toml, "topic = {{ level = {topic} }}\ntitle = {{ level = {title} }}");
        if self.sections.is_empty() {
            let _ = writeln!(toml, "section = []");
        }
        // In the settings, sections are listed by kind, regardless of their order on pages.
        let rank = |name: &str| ["sources", "related"].iter().position(|known| *known == name);
        let mut sections: Vec<_> = (1..).zip(&self.sections).collect();
        sections.sort_by_key(|(_, (name, ..))| rank(name).unwrap_or(2));
        for (order, (name, headings, level)) in sections {
            let _ = writeln!(toml, "[[event.section]]\nname = {name:?}\nlevel = {level}");
            let _ = writeln!(toml, "headings = {headings:?}");
            if self.ordered {
                let _ = writeln!(toml, "order = {order}");
            }
        }
        if !self.day.is_empty() {
            let [date, topic, entry, level] = self.day_levels;
            let _ = writeln!(toml, "[day]\ndate = {{ level = {date}, formats = {formats:?} }}");
            let _ = writeln!(toml, "topic = {{ level = {topic} }}\nentry = {{ level = {entry} }}");
            let (text, policy) = (self.previous, self.policy);
            let _ = writeln!(
                toml,
                "previous = {{ level = {level}, texts = [{text:?}], policy = {policy:?} }}"
            );
        }
        toml
    }

    /// Writes an archive with two events on each of `days` days. Returns the paths of its pages.
    pub fn write(&self, root: &Path, days: usize) -> Vec<String> {
        let first = jiff::civil::date(2011, 1, 3);
        let later = |days: i32| first + jiff::Span::new().days(days * self.step);
        let dates: Vec<Date> = (0..).map(later).take(days).collect();
        let twice = dates.iter().flat_map(|date| [date, date]).enumerate();
        let events: Vec<Event> = twice.map(|(index, date)| self.event(*date, index)).collect();
        let mut written = Vec::new();
        let mut write = |path: &str, text: &str| {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, text).expect("a page");
            written.push(path.to_owned());
        };
        for (index, event) in events.iter().enumerate() {
            write(&event.path, &self.event_page(index, &events));
        }
        let days = dates.iter().enumerate().filter(|_| !self.day.is_empty());
        for (index, date) in days {
            let text = self.day_page(index, &dates, &events);
            for pattern in self.day {
                write(&path(pattern, *date, ""), &text);
            }
        }
        written
    }

    fn event(&self, date: Date, index: usize) -> Event {
        let thing = THINGS[index * 5 % THINGS.len()];
        let title = format!("The {thing} of Pell is shown to {index} visitors in Karsten");
        let slug = title.to_lowercase().replace(' ', "-");
        Event { date, path: path(self.event, date, &slug), title }
    }

    fn link(&self, text: &str, path: &str) -> String {
        format!("[{text}]({}/{path})", self.prefix.unwrap_or_default())
    }

    /// Returns a date heading, linked to the day page if the style has day pages. `turn` selects
    /// one of the formats in rotation.
    fn dated(&self, level: u8, date: Date, turn: usize) -> String {
        let format = self.formats[turn % self.formats.len()];
        let text = strtime::format(format, date).expect("a format");
        match self.day.first() {
            Some(pattern) => heading(level, &self.link(&text, &path(pattern, date, ""))),
            None => heading(level, &text),
        }
    }

    fn event_page(&self, index: usize, events: &[Event]) -> String {
        let event = &events[index];
        let mut page = self.dated(self.date, event.date, index);
        if self.topic > 0 {
            page += "\n";
            page += &heading(self.topic, TOPICS[index % TOPICS.len()]);
        }
        page += &heading(self.title, &event.title);
        page += "\nThey came by boat, and left by boat.\n";
        for (name, headings, level) in &self.sections {
            let _ = write!(page, "\n{}\n", heading(*level, spelt(headings, index)));
            match *name {
                "sources" => {
                    let _ = writeln!(page, "1. [Courier](https://courier.example/{index})");
                    let _ = writeln!(page, "2. [Radio Aure](https://aure.example/a/{index})");
                }
                "related" => {
                    let other = &events[(index + 3) % events.len()];
                    let link = self.link(&other.title, &other.path);
                    let _ = writeln!(page, "1. {link} _Context: Pell_");
                }
                _ => {
                    let _ = writeln!(page, "- Set up by the clerk of Pell");
                    let _ = writeln!(page, "- Put right {index} days later");
                }
            }
        }
        page
    }

    fn day_page(&self, index: usize, dates: &[Date], events: &[Event]) -> String {
        let (date, before) = (dates[index], index.checked_sub(1).map(|before| dates[before]));
        let [level, topic, entry, previous] = self.day_levels;
        let mut page = self.dated(level, date, index);
        for (index, event) in events.iter().enumerate().filter(|(_, event)| event.date == date) {
            if self.topic > 0 {
                page += "\n";
                page += &heading(topic, TOPICS[index % TOPICS.len()]);
            }
            page += "\n";
            page += &heading(entry, &self.link(&event.title, &event.path));
        }
        let calendar = (self.policy == "calendar").then(|| date.yesterday().expect("a day"));
        if let Some(day) = calendar.or(before) {
            page += "\n";
            let path = path(self.day[0], day, "");
            page += &heading(previous, &self.link(self.previous, &path));
        }
        page
    }
}

fn heading(level: u8, text: &str) -> String {
    format!("{} {text}\n", "#".repeat(level.into()))
}

/// Returns a heading of a section: the second spelling on every third page.
fn spelt(headings: &'static [&'static str], index: usize) -> &'static str {
    headings.get(usize::from(index % 3 == 2)).or(headings.first()).expect("a heading")
}

fn path(pattern: &str, date: Date, slug: &str) -> String {
    let pattern = Pattern::parse(pattern, pattern.contains("{slug}")).expect("a pattern");
    pattern.write(date, slug).expect("a path of the pattern")
}
