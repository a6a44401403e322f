//! The addresses of pages of a site that Pelican builds.

use super::address::SitePage;
use super::settings::Generator;

impl SitePage<'_> {
    /// Returns whether Pelican writes no file for the page: if its status says so, or if its front matter has
    /// `save_as` without a value.
    ///
    /// Source: <https://docs.getpelican.com/en/latest/content.html#file-metadata>
    pub(super) fn is_left_out_by_pelican(&self) -> bool {
        let is_empty = |key: &str| {
            let values = self.front.into_iter().flat_map(|front| front.values_of(key));
            values.last().is_some_and(|value| value.text.trim().is_empty())
        };
        self.is("status", "skip") || is_empty("save_as")
    }

    /// Returns the address that Pelican derives from the slug or the title.
    pub(super) fn pelican(&self) -> Option<String> {
        let slug = self.slug().or_else(|| self.title())?;
        let folder = if self.folder.split('/').next() == Some("pages") { "/pages" } else { "" };
        let drafts = if self.is("status", "draft") { "/drafts" } else { "" };
        let address = format!("{}{drafts}{folder}/{slug}.html", self.language);
        Some(self.in_language_of_pelican(address))
    }

    /// Returns the address in the language that front matter gives, if that is not the default one. Here, the
    /// language is part of the name of the page, as in `/letter-de.html`.
    ///
    /// Source: `ARTICLE_LANG_URL` in <https://docs.getpelican.com/en/latest/settings.html#url-settings>
    pub(super) fn in_language_of_pelican(&self, address: String) -> String {
        let Some(language) = self.foreign_language() else { return address };
        let kept = address.strip_suffix("/index.html").unwrap_or(&address).trim_end_matches('/');
        let stem = kept.strip_suffix(".html").unwrap_or(kept);
        format!("{stem}-{language}{}", &address[stem.len()..])
    }

    /// Returns the further addresses that a page of Pelican can have: without the setting for translations, the
    /// default one.
    pub(super) fn aliases_of_pelican(&self) -> Vec<String> {
        let is_configured = !self.rules.site.permalinks.is_empty();
        let is_translated = is_configured && self.foreign_language().is_some();
        is_translated.then(|| self.pelican()).flatten().into_iter().collect()
    }

    /// Returns the language that the front matter of a page of Pelican gives, unless it is the default one.
    fn foreign_language(&self) -> Option<&str> {
        let default = self.rules.site.languages.first().map_or("en", String::as_str);
        let is_pelican = self.generator() == Generator::Pelican;
        self.value("lang").filter(|language| is_pelican && *language != default)
    }
}
