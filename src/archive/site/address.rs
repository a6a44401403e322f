//! The addresses of a page, as its generator determines them.

use std::collections::HashMap;

use jiff::civil::Date;

use super::bundle::{index_of, is_in_bundle};
use super::partial_address::PartialAddress;
use super::path::last_part;
use super::permalink::Permalink;
use super::settings::{Generator, Site};
use super::slugify::{slugify, slugify_folders};
use super::zola::without_date;
use crate::archive::date::DateTexts;
use crate::archive::layout::{Captures, Layout, PageKind};
use crate::archive::page_extensions::PageExtensions;
use crate::archive::path_text::{ancestors, folder_and_name, join};
use crate::archive::paths::PathTable;
use crate::document::FrontMatter;

/// The addresses of a page. Each begins with a slash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageAddresses {
    /// The address of the page, or `None` if the site does not have the page.
    pub own: Option<String>,
    /// Other addresses that lead to the page.
    pub aliases: Vec<String>,
    /// The addresses that the page has instead of its own if the site is in another time zone.
    pub possible: Vec<String>,
    /// What is known of the address of the page, if that is not all.
    pub partial: Option<PartialAddress>,
}

/// What the addresses of the pages of an archive depend on.
#[derive(Clone, Copy)]
pub struct AddressRules<'a> {
    /// The site.
    pub site: &'a Site,
    /// The layout, which names the parts of paths.
    pub layout: &'a Layout,
    /// The extensions of pages.
    pub extensions: &'a PageExtensions,
    /// The files of the archive.
    pub paths: &'a PathTable,
    /// The keys of front matter with the date of a page.
    pub date_keys: &'a [String],
    /// How dates are written.
    pub dates: &'a DateTexts,
    /// The names on the site of folders, by their paths, if the pages of the folders give other names. Hugo
    /// serves all pages of such a folder there.
    pub folder_names: &'a HashMap<String, String>,
}

/// The keys of front matter with the address of the page, or a part of it.
pub const OWN_KEYS: [&str; 5] = ["permalink", "url", "path", "slug", "save_as"];
/// The keys of front matter with other addresses that lead to the page.
pub const ALIAS_KEYS: [&str; 2] = ["aliases", "redirect_from"];

impl AddressRules<'_> {
    /// Returns the path of a folder and its name on the site, if the page at `path` is the page of that folder and
    /// gives it another name.
    #[must_use]
    pub fn folder_name(&self, path: &str, front: &FrontMatter) -> Option<(String, String)> {
        let page = SitePage::new(self, path, Some(front))?;
        let is_branch = page.generator() == Generator::Hugo && page.stem == "_index";
        let name = page.slug().filter(|_| is_branch && !page.folder.is_empty())?;
        Some((join(page.content, page.folder), name))
    }

    /// Returns the addresses of the page at `path`, whose front matter is `front`.
    #[must_use]
    pub fn addresses(&self, path: &str, front: Option<&FrontMatter>) -> PageAddresses {
        let Some(mut page) = SitePage::new(self, path, front) else {
            return PageAddresses::default();
        };
        if page.is_unpublished() {
            return PageAddresses::default();
        }
        let own = page.own();
        let aliases = page.aliases(own.as_deref());
        let mut possible = Vec::new();
        for day in page.days_elsewhere() {
            page.day = Some(day);
            possible.extend(page.own().filter(|other| own.as_ref() != Some(other)));
        }
        match own.as_deref().and_then(PartialAddress::of) {
            Some(partial) => {
                PageAddresses { aliases, partial: Some(partial), ..PageAddresses::default() }
            }
            None => PageAddresses { own, aliases, possible, partial: None },
        }
    }
}

/// A page for which addresses are determined.
pub(super) struct SitePage<'a> {
    pub(super) rules: &'a AddressRules<'a>,
    pub(super) path: &'a str,
    pub(super) front: Option<&'a FrontMatter>,
    /// The folder whose pages are served from the root of the site.
    content: &'a str,
    /// The folder of the page below it. Empty, or without slashes at its ends.
    pub(super) folder: &'a str,
    /// The name of the file, without its extension and its language.
    pub(super) stem: &'a str,
    /// The folder of the page's language on the site, such as `/de`, or nothing.
    pub(super) language: String,
    pub(super) captures: Option<Captures<'a>>,
    /// The index of the pattern of event pages that the path fits.
    pattern: Option<usize>,
    /// The day of the page, if it is not the one that the page gives.
    pub(super) day: Option<Date>,
}

impl<'a> SitePage<'a> {
    /// Returns `None` if the page is in no folder of the site.
    fn new(
        rules: &'a AddressRules<'a>,
        path: &'a str,
        front: Option<&'a FrontMatter>,
    ) -> Option<Self> {
        let site = rules.site;
        let (content, below) = site.content_folder_of(path)?;
        let (stem, _) = rules.extensions.split(below)?;
        let (folder, stem) = folder_and_name(stem);
        let (stem, suffix) = match stem.rsplit_once('.') {
            Some((stem, suffix)) if site.language(suffix).is_some() => {
                (stem, site.language(suffix))
            }
            _ => (stem, None),
        };
        let language = suffix.or_else(|| site.language(last_part(content)));
        let read = rules.layout.read(path).filter(|read| read.kind == PageKind::Event);
        let pattern =
            read.and_then(|read| rules.layout.event.iter().position(|one| one == read.pattern));
        let page = Self {
            rules,
            path,
            front,
            content,
            folder,
            stem,
            language: site.folder_of_language(language),
            captures: read.map(|read| read.captures),
            pattern,
            day: None,
        };
        page.has_own_address().then_some(page)
    }

    pub(super) fn generator(&self) -> Generator {
        self.rules.site.generator
    }

    /// Returns whether the generator makes a page of this file, whatever its front matter says.
    fn has_own_address(&self) -> bool {
        match self.generator() {
            // Other Markdown files in the folder of a page belong to that page.
            Generator::Hugo => {
                let Self { rules, content, folder, .. } = self;
                self.stem == "index"
                    || !is_in_bundle(rules.paths, rules.extensions, content, folder)
            }
            Generator::Jekyll => self.is_in_jekyll(),
            Generator::Zola | Generator::Pelican | Generator::Other => true,
        }
    }

    pub(super) fn value(&self, key: &str) -> Option<&'a str> {
        let front = self.front?;
        let value = &front.values[front.single(key)? as usize];
        Some(value.text.trim()).filter(|text| !text.is_empty())
    }

    pub(super) fn is(&self, key: &str, value: &str) -> bool {
        self.value(key).is_some_and(|text| text.eq_ignore_ascii_case(value))
    }

    /// Returns whether front matter keeps the page off the site.
    fn is_unpublished(&self) -> bool {
        match self.generator() {
            Generator::Jekyll => self.is("published", "false"),
            Generator::Hugo => {
                self.is("draft", "true")
                    || self.is("headless", "true")
                    || self.is("build.render", "never")
            }
            Generator::Zola => self.is("draft", "true") || self.is("render", "false"),
            Generator::Pelican => self.is_left_out_by_pelican(),
            Generator::Other => false,
        }
    }

    /// Returns the address of the page.
    fn own(&self) -> Option<String> {
        self.given().or_else(|| self.derived()).map(|own| self.as_folder(own))
    }

    /// Returns an address with a slash at its end if the generator writes the page into a folder. Relative links
    /// on the page start there.
    fn as_folder(&self, mut address: String) -> String {
        let name = last_part(&address);
        let is_file = name.is_empty() || name.ends_with(".html") || name.ends_with(".htm");
        if !is_file && matches!(self.generator(), Generator::Hugo | Generator::Zola) {
            address.push('/');
        }
        address
    }

    /// Returns the address that front matter gives.
    fn given(&self) -> Option<String> {
        let keys: &[&str] = match self.generator() {
            Generator::Jekyll => &["permalink"],
            Generator::Hugo => &["url"],
            Generator::Zola => &["path"],
            Generator::Pelican => &["save_as", "url"],
            Generator::Other => &["permalink", "url"],
        };
        let given = keys.iter().find_map(|key| self.value(key))?;
        match self.generator() {
            Generator::Jekyll if given.contains(':') => return self.jekyll_given(given),
            Generator::Hugo if given.contains(':') => {
                return Permalink::from_placeholders(given)?.fill(self);
            }
            _ => {}
        }
        match (given.strip_prefix('/'), self.generator()) {
            (Some(_), Generator::Hugo) => Some(given.to_owned()),
            (rest, _) => Some(format!("{}/{}", self.language, rest.unwrap_or(given))),
        }
    }

    /// Returns the address that the settings or the generator derive from the path.
    fn derived(&self) -> Option<String> {
        // Pelican serves drafts, but not at their later addresses.
        let is_draft = self.generator() == Generator::Pelican && self.is("status", "draft");
        if let Some(permalink) = self.permalink().filter(|_| !is_draft) {
            let address = format!("{}{}", self.language, permalink.fill(self)?);
            return Some(self.in_language_of_pelican(address));
        }
        match self.generator() {
            Generator::Jekyll => self.jekyll(),
            Generator::Pelican => self.pelican(),
            Generator::Hugo | Generator::Zola | Generator::Other => {
                let folder = self.folder_on_site();
                let root = if folder.is_empty() { String::new() } else { format!("/{folder}") };
                let root = format!("{}{root}", self.language);
                if self.is_index() {
                    return Some(self.index(&root));
                }
                let name = self.slug().unwrap_or_else(|| self.name());
                Some(format!("{root}/{name}/"))
            }
        }
    }

    /// Returns the folder of the page as it is on the site.
    fn folder_on_site(&self) -> String {
        let generator = self.generator();
        let names = self.rules.folder_names;
        if names.is_empty() {
            return slugify_folders(generator, self.folder);
        }
        let name = |folder: &str| {
            let given = names.get(&join(self.content, folder));
            given.cloned().unwrap_or_else(|| slugify(generator, last_part(folder)))
        };
        ancestors(self.folder).map(name).collect::<Vec<_>>().join("/")
    }

    /// Returns the address of the page of a folder. `folder` is that of the folder.
    fn index(&self, folder: &str) -> String {
        let is_branch = self.stem == "_index";
        let own = match self.generator() {
            Generator::Hugo if !is_branch => self.slug(),
            Generator::Zola if !is_branch => self.slug().or_else(|| Some(self.name())),
            _ => None,
        };
        match (own, folder.rsplit_once('/')) {
            (Some(slug), Some((above, _))) => format!("{above}/{slug}/"),
            _ => format!("{folder}/"),
        }
    }

    /// Returns the permalink in the settings of the page.
    fn permalink(&self) -> Option<&'a Permalink> {
        match self.rules.site.permalinks.as_slice() {
            [one] if self.generator() != Generator::Jekyll => self.pattern.map(|_| one),
            [_] => None,
            all => self.pattern.and_then(|pattern| all.get(pattern)),
        }
        .or_else(|| self.permalink_of_posts().filter(|_| self.is_post()))
    }

    fn is_index(&self) -> bool {
        match self.generator() {
            // As on GitHub, a `README` file is the page of a folder without `index`.
            Generator::Other => self.stem == "index" || self.is_readme() && !self.has_index(),
            _ => matches!(self.stem, "index" | "_index"),
        }
    }

    /// Returns whether the name of the file is `README`, in any case.
    pub(super) fn is_readme(&self) -> bool {
        self.stem.eq_ignore_ascii_case("readme")
    }

    /// Returns whether the folder of the page has a file named `index`.
    pub(super) fn has_index(&self) -> bool {
        let (paths, extensions) = (self.rules.paths, self.rules.extensions);
        let folder = join(self.content, self.folder);
        index_of(paths, extensions, &folder)
            .or_else(|| paths.file(&join(&folder, "index.html")))
            .is_some()
    }

    /// Returns the name that front matter gives the page on the site.
    pub(super) fn slug(&self) -> Option<String> {
        let slug = self.value("slug")?;
        Some(match self.generator() {
            // Pelican takes it as it is.
            Generator::Pelican => slug.to_owned(),
            Generator::Hugo => Self::slug_of_hugo(slug),
            generator => slugify(generator, slug),
        })
    }

    /// Returns the title, as it is written in addresses.
    pub(super) fn title(&self) -> Option<String> {
        let title = self.value("title")?;
        Some(match self.generator() {
            Generator::Hugo => Self::title_of_hugo(title),
            generator => slugify(generator, title),
        })
    }

    /// Returns the name of the file or, for the page of a folder, that of the folder.
    pub(super) fn name(&self) -> String {
        let name = self.written_name();
        match self.generator() {
            // Jekyll keeps the names of files.
            Generator::Jekyll => name.to_owned(),
            Generator::Zola => slugify(Generator::Zola, without_date(name)),
            generator => slugify(generator, name),
        }
    }

    /// Returns the name of the file or, for the page of a folder, that of the folder, as it is written.
    pub(super) fn written_name(&self) -> &'a str {
        if self.is_index() { last_part(self.folder) } else { self.stem }
    }

    fn aliases(&self, own: Option<&str>) -> Vec<String> {
        let key = match self.generator() {
            Generator::Jekyll => "redirect_from",
            Generator::Pelican => return self.aliases_of_pelican(),
            Generator::Hugo | Generator::Zola | Generator::Other => "aliases",
        };
        let Some(front) = self.front else { return self.without_front() };
        let texts = front.values_of(key).map(|value| value.text.trim());
        let texts = texts.filter(|text| !text.is_empty());
        let absolute = |text: &str| {
            if self.generator() == Generator::Hugo {
                return self.alias_of_hugo(own, text);
            }
            let slash = if text.starts_with('/') { "" } else { "/" };
            format!("{slash}{}", text.trim_start_matches("./"))
        };
        texts.map(absolute).chain(self.as_readme()).collect()
    }
}
