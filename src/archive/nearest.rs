//! Finds the page that a broken path probably refers to. No search looks at every page. Slugs are
//! indexed when the first path fails, or [before](Archive::prepare_search). Names are compared only
//! within three days, one folder of files, or one folder of addresses.

use jiff::civil::Date;

use super::destination::Destination;
use super::layout::Captures;
use super::path_text::folder_and_name;
use super::resolve::Resolver;
use super::site;
use super::slugs::event;
use super::{Archive, MOST_NAMES};
use crate::document::{Document, Link};
use crate::span::FileId;
use crate::suggest;

/// A page that a broken path probably refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// The page.
    pub file: FileId,
    /// Whether it is the only page of the archive with the slug of the broken path.
    pub sole: bool,
    /// Whether the page is known to have had this path before it was renamed.
    pub renamed: bool,
}

/// The maximum number of pages with the same slug, on each side of a day, that one path is compared
/// with. Usually, they are the same page in different languages.
const MOST_EDITIONS: usize = 64;

impl Archive {
    /// Returns the page that a broken link probably refers to. `paths` are the paths that it can stand
    /// for. This is the page that had one of them before it was renamed, or else a page with the same
    /// slug. Does not compare names.
    #[must_use]
    pub fn nearest_by_slug(&self, paths: &[String]) -> Option<Nearest> {
        let renamed = paths.iter().find_map(|path| Some((path, *self.renamed.get(path)?)));
        if let Some((path, file)) = renamed {
            let sole = is_sole(self, path, file);
            return Some(Nearest { file, sole, renamed: true });
        }
        let path = paths.first()?;
        bearer(self, path).or_else(|| self.at_address(path))
    }

    /// Returns the only page with the slug with which an address of the site ends.
    fn at_address(&self, address: &str) -> Option<Nearest> {
        self.addresses()?;
        let key = site::key(address);
        let (_, slug) = folder_and_name(&key);
        match self.slugs().bearing(slug) {
            [(_, _, file)] => Some(Nearest { file: *file, sole: false, renamed: false }),
            _ => None,
        }
    }

    /// Returns the page that a broken link probably refers to. `paths` are the paths that it can stand
    /// for. This is a page with the same slug, or else one with a similar name or a similar address. The
    /// search is slow, because it may compare many names.
    #[must_use]
    pub fn nearest_by_name(&self, paths: &[String]) -> Option<Nearest> {
        let near_address = || {
            let addresses = self.addresses()?;
            let file = paths.iter().find_map(|path| addresses.nearest(path, MOST_NAMES))?;
            Some(Nearest { file, sole: false, renamed: false })
        };
        paths.iter().find_map(|path| nearest(self, path)).or_else(near_address)
    }

    /// Returns the paths that a link of the page `from` can stand for (see [`Self::paths_of`] and
    /// [`Self::paths_named`]). `target` is the link's [`target`](Link::target).
    #[must_use]
    pub fn paths_meant(
        &self,
        from: FileId,
        document: &Document,
        link: &Link,
        target: &str,
    ) -> Vec<String> {
        match self.named_file(document, link, target) {
            Some(named) => self.paths_named(from, named),
            None => self.paths_of(from, target),
        }
    }

    /// Returns the paths that a destination can refer to: first the path without each matching URL
    /// prefix, then the path itself. If a path is that of a generated file, the path of its page
    /// takes its place. On a site, the address is the last one. Returns no paths if the destination does
    /// not lead into the archive.
    #[must_use]
    pub fn paths_of(&self, from: FileId, destination: &str) -> Vec<String> {
        let parsed = self.parse_destination(destination);
        let Destination::Internal { path, .. } = parsed.of(destination) else {
            return Vec::new();
        };
        let base = self.addresses().and_then(|addresses| addresses.of(from));
        let address = base.and_then(|base| Resolver::normalize(base.trim_start_matches('/'), path));
        let path = Resolver::normalize(self.path(from), path).or_else(|| address.clone());
        let Some(path) = path else { return Vec::new() };
        let below: Vec<&str> = self.resolver.below_prefixes(&path).collect();
        let in_content = self.site.path_in_content(self.path(from), destination, &path);
        let candidates = in_content.as_deref().into_iter().chain(below).chain([&*path]);
        let address = address.as_deref().filter(|address| *address != path);
        candidates
            .chain(address)
            .map(|path| {
                let page = self.resolver.rendered_from(path).next();
                page.unwrap_or_else(|| path.to_owned())
            })
            .collect()
    }
}

/// Returns the page that `path` (normalized, relative to the root) probably refers to. The
/// candidates are, best first:
///
/// - a page with the same slug on another day
/// - a page with a similar name on the same or an adjacent day
/// - a file with a similar name in the same folder, unless its path names another day
fn nearest(archive: &Archive, path: &str) -> Option<Nearest> {
    let by_name = || {
        let read = event(&archive.layout, path);
        let near = read.and_then(|read| on_days(archive, &read));
        near.or_else(|| in_folder(archive, path))
    };
    let near = |file| Nearest { file, sole: false, renamed: false };
    bearer(archive, path).or_else(|| by_name().map(near))
}

/// Returns the page with the slug of `path`. If several pages have it, prefers one of the same
/// language or series, and then the one nearest in time.
fn bearer(archive: &Archive, path: &str) -> Option<Nearest> {
    let read = event(&archive.layout, path)?;
    let several = match archive.slugs().bearing(read.slug?) {
        [(_, _, file)] => return Some(Nearest { file: *file, sole: true, renamed: false }),
        several => several,
    };
    // Choose between the last page before the day and the first page on or after it. There may be
    // one of each in every language.
    let day = read.calendar_day();
    let behind = several.partition_point(|(_, date, _)| *date < day);
    let most = if read.free().next().is_some() { MOST_EDITIONS } else { 1 };
    let around = &several[behind.saturating_sub(most)..(behind + most).min(several.len())];
    let distance = |date: Option<Date>| {
        date.zip(day).map_or(i32::MAX, |(date, day)| (date - day).get_days().abs())
    };
    let differing = |file: FileId| {
        let other = event(&archive.layout, archive.path(file));
        let is_other = |name| other.and_then(|other| other.text(name)) != read.text(name);
        read.free().filter(|(name, _)| is_other(name)).count()
    };
    let (_, _, file) =
        around.iter().min_by_key(|(_, date, file)| (differing(*file), distance(*date)))?;
    Some(Nearest { file: *file, sole: false, renamed: false })
}

/// Returns whether `file` is the only page of the archive with the slug of `path`.
fn is_sole(archive: &Archive, path: &str, file: FileId) -> bool {
    let slug = event(&archive.layout, path).and_then(|read| read.slug);
    let bearers = slug.map(|slug| archive.slugs().bearing(slug));
    matches!(bearers, Some([(_, _, sole)]) if *sole == file)
}

/// Returns the event page with the most similar slug on the same day or an adjacent day.
fn on_days(archive: &Archive, read: &Captures<'_>) -> Option<FileId> {
    let (slug, day) = (read.slug?, read.calendar_day()?);
    let edition = archive.days().edition_of(read)?;
    let files: Vec<FileId> = archive.events_around(edition, day).take(MOST_NAMES).collect();
    let names = files.iter().map(|file| {
        let read = event(&archive.layout, archive.path(*file));
        read.and_then(|read| read.slug).unwrap_or_default()
    });
    suggest::nearest_index(slug, names).map(|index| files[index])
}

/// Returns the file in the folder of `path` with the most similar name. Names such as `03-16.md` and
/// `03-30.md` are similar although they are those of other pages.
fn in_folder(archive: &Archive, path: &str) -> Option<FileId> {
    let (folder, name) = folder_and_name(path);
    let mut files = archive.paths.around(folder, name, MOST_NAMES);
    let day_of = |path: &str| event(&archive.layout, path)?.calendar_day();
    if let Some(day) = day_of(path) {
        files.retain(|file| day_of(archive.path(*file)).is_none_or(|other| other == day));
    }
    let names = files.iter().map(|file| folder_and_name(archive.path(*file)).1);
    suggest::nearest_index(name, names).map(|index| files[index])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::layout::{Layout, Pattern};
    use crate::archive::paths::PathTable;

    fn archive() -> Archive {
        let pattern = |text: &str, slug| Pattern::parse(text, slug).expect("a pattern");
        let layout = Layout {
            event: vec![
                pattern("news/{year}/{month:02}/{day}/{slug}.md", true),
                pattern("calls/{year}-{month:02}-{day:02}.md", true),
            ],
            day: vec![pattern("news/{year}/{month:02}/{day}/index.md", false)],
        };
        let paths = [
            "about.md",
            "calls/2021-03-16.md",
            "maps/basin.png",
            "news/2012/03/24/ferry-line-reopens.md",
            "news/2012/03/24/index.md",
            "news/2012/03/25/index.md",
            "news/2012/03/25/lock-gates-fail.md",
            "news/2012/03/25/café-opens.md",
            "news/2013/07/1/lock-gates-fail.md",
        ];
        let table = PathTable::new(paths.map(str::to_owned).to_vec(), Vec::new());
        let resolver = Resolver {
            url_prefixes: vec!["zh".into()],
            generated: vec!["html".into()],
            ..Resolver::default()
        };
        Archive::new(table, layout, resolver)
    }

    /// Returns the page nearest to a destination that `about.md` links to, and whether it is the
    /// only page with the slug of the destination.
    fn near(destination: &str) -> Option<(String, bool)> {
        let archive = archive();
        let near = archive.nearest_by_name(&archive.paths_of(FileId(0), destination))?;
        Some((archive.path(near.file).to_owned(), near.sole))
    }

    #[test]
    fn a_slug_is_found_on_another_day_whatever_its_case_and_form() {
        let ferry = Some(("news/2012/03/24/ferry-line-reopens.md".to_owned(), true));
        assert_eq!(near("/news/2016/11/3/ferry-line-reopens.md"), ferry);
        assert_eq!(near("/zh/news/2016/11/3/Ferry-Line-Reopens.html#crew"), ferry);
        let cafe = Some(("news/2012/03/25/café-opens.md".to_owned(), true));
        assert_eq!(near("/news/2012/03/26/cafe\u{301}-opens.md"), cafe);
    }

    #[test]
    fn of_several_bearers_of_a_slug_the_nearest_in_time_is_meant() {
        let near = |path: &str| near(path).map(|(path, sole)| (path[5..9].to_owned(), sole));
        assert_eq!(near("/news/2012/03/2/lock-gates-fail.md"), Some(("2012".to_owned(), false)));
        assert_eq!(near("/news/2013/09/2/lock-gates-fail.md"), Some(("2013".to_owned(), false)));
    }

    #[test]
    fn a_page_of_another_day_is_not_near_because_its_name_is_similar() {
        let call = Some(("calls/2021-03-16.md".to_owned(), false));
        assert_eq!(near("/calls/2021-3-16.md"), call);
        assert_eq!(near("/calls/2021-03-166.md"), call);
        assert_eq!(near("/calls/2021-03-17.md"), None);
        assert_eq!(near("/calls/2021-03-10.md"), None);
    }

    #[test]
    fn names_are_near_on_neighbouring_days_and_in_a_folder() {
        let ferry = Some(("news/2012/03/24/ferry-line-reopens.md".to_owned(), false));
        assert_eq!(near("/news/2012/03/25/fery-line-reopens.md"), ferry);
        assert_eq!(near("/news/2012/03/29/fery-line-reopens.md"), None);
        let index = Some(("news/2012/03/25/index.md".to_owned(), false));
        assert_eq!(near("/news/2012/03/25/idnex.md"), index);
        assert_eq!(near("/maps/basn.png"), Some(("maps/basin.png".to_owned(), false)));
        assert_eq!(near("/maps/harbour.png"), None);
        assert_eq!(near("https://a.example/about.md"), None);
        assert_eq!(near("../../about.md"), None);
    }
}
