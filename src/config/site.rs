//! Reads the table `[site]` of `dateline.toml`.

use toml::Spanned;

use super::file::Reader;
use super::presets::Preset;
use super::problem::Problem;
use super::reader::Table;
use crate::archive::site::{Generator, Permalink};
use crate::document::{AnchorStyle, ReferencePattern, TemplateLanguage};

impl Preset {
    /// Returns the site generator of the preset.
    pub(super) fn generator(self) -> Generator {
        match self {
            Self::Gazette | Self::Minutes => Generator::Other,
            Self::Jekyll => Generator::Jekyll,
            Self::Hugo => Generator::Hugo,
            Self::Zola => Generator::Zola,
            Self::Pelican => Generator::Pelican,
        }
    }
}

impl Reader<'_> {
    pub(super) fn site(&mut self, table: Table<'_>) {
        let site = &mut self.settings.site;
        let texts = |key: &str| {
            let texts = table.strings(key)?.into_iter();
            Some(texts.map(|text| text.into_inner().to_owned()).collect::<Vec<_>>())
        };
        if let Some(hosts) = texts("host") {
            site.hosts = hosts.into_iter().map(|host| host.to_ascii_lowercase()).collect();
        }
        if let Some(folders) = texts("content") {
            let trimmed = |folder: String| folder.trim_matches('/').to_owned();
            site.content = folders.into_iter().map(trimmed).collect();
        }
        if let Some(folders) = texts("static") {
            site.static_folders = folders;
        }
        if let Some(languages) = texts("languages") {
            site.languages = languages.into_iter().map(|name| name.to_lowercase()).collect();
        }
        if let Some(has_folder) = table.given_boolean("default-language-folder") {
            site.default_language_folder = has_folder;
        }
        if let Some(generated) = texts("generated") {
            site.generated = generated;
        }
        if let Some(source_links) = table.given_boolean("source-links") {
            site.source_links = Some(source_links);
        }
        if let Some(permalinks) = table.strings("permalink") {
            self.permalinks(&table, &permalinks);
        }
        self.notations(&table);
        table.finish();
    }

    /// Reads what pages contain because of the generator.
    fn notations(&mut self, table: &Table<'_>) {
        if let Some(anchors) = table.word("anchors").and_then(AnchorStyle::named) {
            self.settings.anchors = anchors;
        }
        if let Some(template) = table.word("template").and_then(TemplateLanguage::named) {
            self.settings.template = template;
        }
        if let Some(references) = table.strings("references") {
            let parse = |written: &Spanned<&str>| match ReferencePattern::parse(written.get_ref()) {
                Ok(pattern) => Some(pattern),
                Err(error) => {
                    self.reading.fail(written.span(), error);
                    None
                }
            };
            self.settings.references = references.iter().filter_map(parse).collect();
        }
    }

    fn permalinks(&mut self, table: &Table<'_>, written: &[Spanned<&str>]) {
        let patterns = self.settings.layout.event.len();
        if written.len() > 1 && written.len() != patterns {
            table.reject("permalink", Problem::PermalinkCount { patterns });
            return;
        }
        let parse = |written: &Spanned<&str>| match Permalink::parse(written.get_ref()) {
            Ok(permalink) => Some(permalink),
            Err(error) => {
                self.reading.fail(written.span(), error);
                None
            }
        };
        self.settings.site.permalinks = written.iter().filter_map(parse).collect();
    }
}
