//! The date and the texts of a page with which permalinks are filled.

use crate::archive::path_text::folder_and_name;
use jiff::civil::Date;

use super::address::SitePage;
use super::permalink::{Text, Values};
use super::settings::Generator;
use super::slugify::{slugify, slugify_folders};

impl Values for SitePage<'_> {
    /// Returns the day of the page. That in front matter comes before that of the path.
    fn date(&self) -> Option<Date> {
        let of_front = || Some(self.date_in_front()?.1);
        let of_path = || self.captures?.calendar_day();
        let of_name = || Some(self.dated_name()?.0);
        self.day.or_else(of_front).or_else(of_path).or_else(of_name)
    }

    fn text(&self, text: &Text) -> Option<String> {
        let is_hugo = self.generator() == Generator::Hugo;
        match text {
            Text::Stem if is_hugo => Some(Self::in_permalink_of_hugo(self.written_name())),
            Text::Slug | Text::SlugOrStem | Text::Title if is_hugo => {
                let title = || if *text == Text::SlugOrStem { None } else { self.title() };
                let slug = || if *text == Text::Title { None } else { self.slug() };
                let given = slug().or_else(title);
                let name = given.unwrap_or_else(|| self.written_name().to_owned());
                Some(Self::in_permalink_of_hugo(&name))
            }
            _ => self.text_of_any(text),
        }
    }
}

impl SitePage<'_> {
    /// Returns a text as generators other than Hugo write it in an address, and Hugo some texts, too.
    fn text_of_any(&self, text: &Text) -> Option<String> {
        let generator = self.generator();
        match text {
            Text::Slug | Text::Title if generator == Generator::Jekyll => {
                let name = self.captures.and_then(|captures| captures.slug);
                let name = name.or_else(|| Some(self.dated_name()?.1)).unwrap_or(self.stem);
                Some(self.slug().unwrap_or_else(|| slugify(generator, name)))
            }
            Text::Slug if generator == Generator::Pelican => {
                self.slug().or_else(|| self.title()).or_else(|| Some(self.name()))
            }
            Text::Slug => {
                let name = self.captures.and_then(|captures| captures.slug);
                let name = || name.map_or_else(|| self.name(), |name| slugify(generator, name));
                Some(self.slug().unwrap_or_else(name))
            }
            Text::SlugOrStem => self.slug().or_else(|| Some(self.name())),
            Text::Title => self.title().or_else(|| Some(self.name())),
            Text::Stem => Some(self.name()),
            Text::Folder => Some(slugify_folders(generator, self.folder_of_page())),
            Text::Section => {
                let section = self.folder_of_page().split('/').next().unwrap_or_default();
                Some(slugify_folders(generator, section))
            }
            Text::Categories => Some(self.categories()),
            Text::Front(key) => Some(slugify(generator, self.value(key)?)),
            Text::Captured(name) => Some(self.captures?.text(name)?.to_owned()),
        }
    }

    /// Returns the written date in front matter, and its day.
    fn date_in_front(&self) -> Option<(&str, Date)> {
        let mut written = self.rules.date_keys.iter().filter_map(|key| self.value(key));
        written.find_map(|text| Some((text, self.rules.dates.read(text).day()?)))
    }

    /// Returns the other days on which the page can be, because Jekyll converts its time to the time zone of the
    /// site.
    pub(super) fn days_elsewhere(&self) -> Vec<Date> {
        let is_converted = self.generator() == Generator::Jekyll;
        let written = self.date_in_front().filter(|_| is_converted);
        written.map_or_else(Vec::new, |(text, _)| self.rules.dates.days_elsewhere(text))
    }

    /// Returns the folder above the page, or above the folder of which it is the page.
    fn folder_of_page(&self) -> &str {
        let folder = match self.generator() {
            Generator::Jekyll => self.folder_in_collection(),
            _ => self.folder,
        };
        if self.stem != "index" {
            return folder;
        }
        folder_and_name(folder).0
    }
}
