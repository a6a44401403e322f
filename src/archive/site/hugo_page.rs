//! How Hugo writes the front matter of a page into addresses.

use super::address::SitePage;
use super::path::within;
use super::slugify::hugo_words;
use crate::archive::path_text::folder_and_name;

impl SitePage<'_> {
    /// Returns a name or a title as Hugo writes it where a permalink has a variable.
    pub(super) fn in_permalink_of_hugo(text: &str) -> String {
        hugo_words(&text.replace('+', " "))
    }

    /// Returns the address of an alias. A relative one starts at the folder above the page, whose own address is
    /// `own`.
    ///
    /// Source: <https://gohugo.io/content-management/urls/#aliases>
    pub(super) fn alias_of_hugo(&self, own: Option<&str>, alias: &str) -> String {
        let own = own.map_or("", |own| own.trim_end_matches('/'));
        let above = folder_and_name(own).0;
        let folder = if alias.starts_with('/') { &*self.language } else { above };
        let path = within(folder, alias.trim_start_matches('/'));
        let end = if alias.ends_with('/') && !path.is_empty() { "/" } else { "" };
        format!("/{path}{end}")
    }

    /// Returns the slug in the front matter of a page as Hugo writes it.
    pub(super) fn slug_of_hugo(text: &str) -> String {
        hugo_words(text.trim_matches('-'))
    }

    /// Returns the title of a page as Hugo writes it.
    pub(super) fn title_of_hugo(text: &str) -> String {
        hugo_words(&text.replace(['/', '\\'], "-"))
    }
}
