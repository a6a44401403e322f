//! The addresses of pages of a site that Jekyll builds.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::address::SitePage;
use super::permalink::{Permalink, without_empty_segments};
use super::settings::Generator;
use crate::archive::layout::Pattern;

/// The permalink of posts without a configuration, in the notation of Jekyll.
///
/// Source: <https://jekyllrb.com/docs/permalinks/#built-in-formats>
pub const DEFAULT_PERMALINK: &str = "/:categories/:year/:month/:day/:title:output_ext";

static DEFAULT: LazyLock<Option<Permalink>> =
    LazyLock::new(|| Permalink::from_placeholders(DEFAULT_PERMALINK));

impl<'a> SitePage<'a> {
    /// Returns whether Jekyll makes a page of this file: not if it is in a folder whose name begins with `_` or
    /// `.`, except in those of posts and of collections.
    pub(super) fn is_in_jekyll(&self) -> bool {
        let mut folders = self.folder.split('/');
        let is_special = |name: &str| name.starts_with(['_', '.']);
        let first = folders.next().unwrap_or_default();
        self.is_post() || (is_collection(first) || !is_special(first)) && !folders.any(is_special)
    }

    /// Returns whether the page is a post of Jekyll.
    pub(super) fn is_post(&self) -> bool {
        self.folder.split('/').any(|name| name == "_posts")
    }

    /// Returns the date at the start of the name of a file, and the name after it. Jekyll reads these of posts and
    /// of collections, even without leading zeros.
    pub(super) fn dated_name(&self) -> Option<(Date, &'a str)> {
        if self.generator() != Generator::Jekyll || !self.folder.split('/').any(is_collection) {
            return None;
        }
        let mut parts = self.stem.splitn(4, '-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let century = if year.len() == 2 { 2000 } else { 0 };
        let year = year.parse::<i16>().ok()?.checked_add(century)?;
        let date = Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?;
        Some((date, parts.next()?))
    }

    /// Returns the permalink of posts of Jekyll.
    pub(super) fn permalink_of_posts(&self) -> Option<&'a Permalink> {
        if self.generator() != Generator::Jekyll {
            return None;
        }
        match self.rules.site.permalinks.as_slice() {
            [one] => Some(one),
            all => {
                let mut patterns = self.rules.layout.event.iter();
                all.get(patterns.position(Pattern::is_of_posts)?)
            }
        }
    }

    /// Returns the address that Jekyll derives from the path.
    pub(super) fn jekyll(&self) -> Option<String> {
        if self.is_post() {
            return DEFAULT.as_ref()?.fill(self);
        }
        let folder = self.folder.strip_prefix('_').unwrap_or(self.folder);
        let root = if folder.is_empty() { String::new() } else { format!("/{folder}") };
        // If the address of posts is a folder, that of any other page is one, too.
        let ending = match self.permalink_of_posts() {
            Some(permalink) if permalink.is_folder() => "/",
            _ => ".html",
        };
        Some(if self.stem == "index" {
            format!("{root}/")
        } else {
            format!("{root}/{}{ending}", self.stem)
        })
    }

    /// Returns the address that a permalink with placeholders in front matter gives. Outside of collections, Jekyll
    /// knows three placeholders and leaves others as they are.
    ///
    /// Source: <https://github.com/jekyll/jekyll/blob/v4.3.1/lib/jekyll/page.rs>
    pub(super) fn jekyll_given(&self, permalink: &str) -> Option<String> {
        if self.folder.split('/').any(is_collection) {
            return Permalink::from_placeholders(permalink)?.fill(self);
        }
        let placeholders =
            [(":path", self.folder), (":basename", self.stem), (":output_ext", ".html")];
        let filled = placeholders
            .iter()
            .fold(format!("/{permalink}"), |filled, (name, text)| filled.replace(name, text));
        Some(without_empty_segments(&filled))
    }

    /// Returns the folder of the page within its collection. Returns the whole folder of a page that is in none.
    pub(super) fn folder_in_collection(&self) -> &'a str {
        let mut rest = self.folder;
        while !rest.is_empty() {
            let (name, below) = rest.split_once('/').unwrap_or((rest, ""));
            if is_collection(name) {
                return below;
            }
            rest = below;
        }
        self.folder
    }

    /// Returns the categories of a post of Jekyll: the folders above its own, and those in front matter.
    pub(super) fn categories(&self) -> String {
        let above = self.folder.split('/').take_while(|name| *name != "_posts");
        let mut all: Vec<String> = above.map(str::to_lowercase).collect();
        let front = self.front.into_iter();
        let values = |key| {
            let values = front.clone().flat_map(move |front| front.values_of(key));
            values.filter(|value| !value.is_nothing())
        };
        let named = values("categories").flat_map(|value| match value.item {
            Some(_) => vec![value.text.trim()],
            None => value.text.split_whitespace().collect(),
        });
        for name in named.chain(values("category").map(|value| value.text.trim())) {
            let name = name.to_lowercase();
            if !all.contains(&name) {
                all.push(name);
            }
        }
        all.retain(|name| !name.is_empty());
        all.join("/")
    }

    /// Returns further addresses of a page without front matter. Jekyll copies such a file.
    pub(super) fn without_front(&self) -> Vec<String> {
        let is_copied =
            self.generator() == Generator::Jekyll && !self.folder.split('/').any(is_collection);
        let copy = is_copied.then(|| format!("/{}", self.path));
        self.as_readme().into_iter().chain(copy).collect()
    }

    /// Returns the address of the folder of a `README` file. With Jekyll on GitHub Pages, this file is the page
    /// of a folder without `index`.
    pub(super) fn as_readme(&self) -> Vec<String> {
        let is_readme = self.generator() == Generator::Jekyll && self.is_readme();
        if is_readme && !self.has_index() { vec![format!("/{}", self.folder)] } else { Vec::new() }
    }
}

/// Returns whether a folder with this name contains the posts or another collection of Jekyll.
fn is_collection(name: &str) -> bool {
    name.starts_with('_') && name != "_drafts"
}
