//! The settings that `init` writes because of what the configuration of a site generator says.

use super::site_config::InferredSite;
use crate::config::toml_text::TomlValue;

/// A setting, with the comments above it.
pub(super) struct SiteSetting {
    /// The dotted name.
    pub(super) name: &'static str,
    /// The comments.
    pub(super) comments: Vec<String>,
    /// The value.
    pub(super) value: TomlValue,
    /// Whether the value is a list with one item per line.
    pub(super) is_list: bool,
}

impl InferredSite {
    /// Returns the settings of the site.
    pub(super) fn settings(&self) -> Vec<SiteSetting> {
        let of_config = |name, value| SiteSetting {
            name,
            comments: vec![format!("of {}", self.config)],
            value,
            is_list: false,
        };
        let lists = [
            ("site.permalink", &self.permalinks),
            ("site.content", &self.content),
            ("site.static", &self.static_folders),
            ("site.languages", &self.languages),
        ];
        let host = self.host.as_ref().map(|host| of_config("site.host", TomlValue::text(host)));
        let lists = lists.into_iter().filter_map(|(name, texts)| {
            let value = match texts.as_slice() {
                [] => return None,
                [one] => TomlValue::text(one),
                _ => TomlValue::texts(texts),
            };
            Some(of_config(name, value))
        });
        let prefix = self.prefix.as_ref().map(|prefix| {
            of_config("archive.url-prefixes", TomlValue::texts([format!("/{prefix}")]))
        });
        let source_links = self.source_links.map(|source_links| SiteSetting {
            name: "site.source-links",
            comments: vec!["no plugin that reads links to files".to_owned()],
            value: TomlValue::Boolean(source_links),
            is_list: false,
        });
        let all = host.into_iter().chain(lists).chain(self.generated());
        all.chain(source_links).chain(prefix).collect()
    }

    /// Returns the addresses without a page: those of the preset, and those that something else serves.
    fn generated(&self) -> Option<SiteSetting> {
        if self.unserved.is_empty() {
            return None;
        }
        let of_preset = self.generated.iter().map(|address| format!("{address}: of the preset"));
        let comments = of_preset.chain(self.unserved.iter().map(ToString::to_string)).collect();
        let added = self.unserved.iter().map(|unserved| &unserved.address);
        let value = TomlValue::texts(self.generated.iter().chain(added));
        Some(SiteSetting { name: "site.generated", comments, value, is_list: true })
    }
}
