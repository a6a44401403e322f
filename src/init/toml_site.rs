//! Writes the settings of the site.

use super::toml_writer::Entries;
use crate::config::Preset;
use crate::config::toml_text::TomlValue;

impl Entries<'_> {
    /// Adds what the configuration of the site generator says.
    pub(super) fn site(&mut self) {
        let Some(site) = &self.inferred.site else { return };
        let comment = || [format!("of {}", site.config)];
        if let Some(host) = &site.host {
            self.value("site.host", comment(), TomlValue::text(host));
        }
        let lists = [
            ("site.permalink", &site.permalinks),
            ("site.content", &site.content),
            ("site.static", &site.static_folders),
            ("site.languages", &site.languages),
        ];
        for (name, texts) in lists {
            let value = match texts.as_slice() {
                [] => continue,
                [one] => TomlValue::text(one),
                _ => TomlValue::texts(texts),
            };
            self.value(name, comment(), value);
        }
        if site.default_language_folder && !site.languages.is_empty() {
            let value = TomlValue::Boolean(true);
            self.value("site.default-language-folder", comment(), value);
        }
        if site.changes_generated || !site.unserved.is_empty() {
            let source = if site.changes_generated { &*site.config } else { "the preset" };
            let of_preset = site.generated.iter().map(|address| format!("{address}: of {source}"));
            let unserved = site.unserved.iter().map(ToString::to_string);
            let added = site.unserved.iter().map(|unserved| &unserved.address);
            let list = TomlValue::texts(site.generated.iter().chain(added));
            self.items("site.generated", of_preset.chain(unserved).collect(), list);
        }
        if let Some(source_links) = site.source_links {
            let preset = self.inferred.preset.as_ref().map(|preset| preset.value);
            let comment = match preset {
                Some(Preset::Jekyll) => ["no plugin that reads links to files".to_owned()],
                _ => comment(),
            };
            self.value("site.source-links", comment, TomlValue::Boolean(source_links));
        }
        if let Some(prefix) = site.prefix.as_ref().filter(|_| self.inferred.url_prefixes.is_empty())
        {
            let prefix = TomlValue::texts([format!("/{prefix}")]);
            self.value("archive.url-prefixes", comment(), prefix);
        }
    }
}
