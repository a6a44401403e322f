//! What some pages say themselves of the days that their paths name: which of the readings of a path
//! is right is not always to be seen in it.

use jiff::civil::Date;

use crate::archive::Archive;
use crate::archive::date::DateFormats;
use crate::archive::layout::Pattern;
use crate::document::Document;
use crate::span::{FileId, SourceText};

use super::candidates::sample;

/// The most pages that are asked.
const ASKED: usize = 400;

/// A page, and the days that stand in headings of their own on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    path: Box<str>,
    days: Vec<Date>,
}

/// Pages that tell which day is theirs.
#[derive(Clone, Debug, Default)]
pub struct Witnesses {
    pages: Vec<Witness>,
}

impl Witness {
    /// Asks a page.
    #[must_use]
    pub fn read(archive: &Archive, file: FileId, source: &SourceText) -> Self {
        let document = Document::parse(source.text());
        let formats = DateFormats::default();
        let texts = document.headings.iter().map(|heading| document.words(heading.text));
        let mut days: Vec<Date> = texts.filter_map(|text| formats.read(text).day()).collect();
        days.sort_unstable();
        days.dedup();
        Self { path: archive.path(file).into(), days }
    }
}

impl Witnesses {
    /// Which of an archive's paths are to be asked.
    #[must_use]
    pub fn wanted<'a>(paths: &[&'a str]) -> Vec<&'a str> {
        sample(paths, ASKED)
    }

    /// Adds a page.
    pub fn take(&mut self, page: Witness) {
        self.pages.push(page);
    }

    /// Whether most pages that name one day only name another one than the pattern does.
    pub(super) fn contradict(&self, pattern: &Pattern) -> bool {
        let (mut agree, mut differ) = (0_usize, 0_usize);
        for page in &self.pages {
            let Some(read) = pattern.read(&page.path) else { continue };
            match read.date.day() {
                Some(day) if page.days.contains(&day) => agree += 1,
                // Of several days none needs to be the page's own.
                _ => differ += usize::from(page.days.len() == 1),
            }
        }
        differ > agree
    }
}
