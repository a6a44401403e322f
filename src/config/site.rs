//! Reads the table `[site]` of `dateline.toml`.

use toml::Spanned;
use url::Host;

use super::file::Reader;
use super::presets::Preset;
use super::problem::Problem;
use super::reader::Table;
use crate::archive::site::{Generator, NUMBER, Permalink};
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
        if let Some(hosts) = table.converted("host", host) {
            self.settings.site.hosts = hosts;
        }
        if let Some(folders) = table.converted("content", folder) {
            self.settings.site.content = folders;
        }
        if let Some(folders) = table.converted("static", folder) {
            self.settings.site.static_folders = folders;
        }
        if let Some(languages) = table.converted("languages", language) {
            self.settings.site.languages = languages;
        }
        if let Some(has_folder) = table.given_boolean("default-language-folder") {
            self.settings.site.default_language_folder = has_folder;
        }
        if let Some(generated) = table.converted("generated", generated_address) {
            self.settings.site.generated = generated;
        }
        if let Some(source_links) = table.given_boolean("source-links") {
            self.settings.site.source_links = Some(source_links);
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
            self.settings.references = self.parsed(&references, ReferencePattern::parse);
        }
    }

    fn permalinks(&mut self, table: &Table<'_>, written: &[Spanned<&str>]) {
        let patterns = self.settings.layout.event.len();
        if written.len() > 1 && written.len() != patterns {
            table.reject("permalink", Problem::PermalinkCount { patterns });
            return;
        }
        self.settings.site.permalinks = self.parsed(written, Permalink::parse);
    }
}

/// Returns a host with an optional port as the `url` crate writes it.
fn host(written: &str) -> Option<String> {
    let (name, port) = match written.split_once(':') {
        Some((name, port)) => (name, Some(port.parse::<u16>().ok()?)),
        None => (written, None),
    };
    let host = Host::parse(name.strip_suffix('.').unwrap_or(name)).ok()?.to_string();
    let is_whole = !host.contains(['*', ':']);
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    is_whole.then(|| format!("{host}{port}"))
}

/// Returns the path of a folder without a slash at its end.
fn folder(written: &str) -> Option<String> {
    let path = written.strip_prefix("./").unwrap_or(written);
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/').all(|name| !matches!(name, "" | "." | "..")).then(|| path.to_owned())
}

/// Returns a language in lower case.
fn language(written: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_language = !written.is_empty() && written.bytes().all(is_plain);
    is_language.then(|| written.to_ascii_lowercase())
}

/// Returns an address that starts at the root of the site, the name of a file in any folder, or the address of a further
/// page of any list.
fn generated_address(written: &str) -> Option<String> {
    let is_name = !written.is_empty() && !written.contains('/');
    (is_name || written.contains(NUMBER) || written.starts_with('/')).then(|| written.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_written_as_urls_contain_them() {
        for (written, read) in [
            ("Blog.Example.org", "blog.example.org"),
            ("blog.example.org.", "blog.example.org"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("localhost:1313", "localhost:1313"),
        ] {
            assert_eq!(host(written).as_deref(), Some(read), "{written}");
        }
        for written in [
            "https://h.example/",
            "h.example/",
            "u@h.example",
            "h.example:",
            "h:99999",
            "[::1]:1313",
            "*.h.example",
            "",
        ] {
            assert_eq!(host(written), None, "{written}");
        }
    }

    #[test]
    fn folders_have_no_slash_at_their_ends() {
        for (written, read) in [
            ("content", "content"),
            ("content/", "content"),
            ("./static", "static"),
            ("content/de", "content/de"),
        ] {
            assert_eq!(folder(written).as_deref(), Some(read), "{written}");
        }
        for written in ["/content/", "", ".", "../a", "a//b", "a/./b"] {
            assert_eq!(folder(written), None, "{written}");
        }
    }

    #[test]
    fn values_without_an_effect_are_refused() {
        assert_eq!(language("pt_BR").as_deref(), Some("pt_br"));
        assert_eq!((language("d e"), language("")), (None, None));
        for written in ["/tags/", "/feed.xml", "index.xml", "/"] {
            assert_eq!(generated_address(written).as_deref(), Some(written));
        }
        assert_eq!((generated_address("tags/"), generated_address("")), (None, None));
    }
}
