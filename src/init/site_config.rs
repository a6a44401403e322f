//! Reads what the configuration of a site generator says about the addresses of pages. The configuration is
//! data: nothing in it runs.

use crate::archive::path_text::{folder_and_name, join};
use url::Url;

use super::config_values::Values;
use super::generators::GeneratorConfig;
use super::permalinks;
use super::unserved::Unserved;
use crate::archive::layout::Layout;
use crate::archive::resolve::Resolver;
use crate::config::Preset;

/// The settings of `[site]` that the configuration of a generator gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InferredSite {
    /// The path of the configuration.
    pub config: String,
    /// The host of the site.
    pub host: Option<String>,
    /// The folder of the host on which the site is served, such as `blog`.
    pub prefix: Option<String>,
    /// The permalinks of event pages: none, one for all, or one for each pattern.
    pub permalinks: Vec<String>,
    /// The folders of pages.
    pub content: Vec<String>,
    /// The folders of other files.
    pub static_folders: Vec<String>,
    /// The languages, the default one first.
    pub languages: Vec<String>,
    /// The addresses without a page.
    pub generated: Vec<String>,
    /// Whether these differ from those that the preset has.
    pub changes_generated: bool,
    /// The parts of the site that something else serves.
    pub unserved: Vec<Unserved>,
    /// Whether the default language has a folder on the site.
    pub default_language_folder: bool,
    /// Whether links can name the files of pages, if this differs from the preset.
    pub source_links: Option<bool>,
}

impl InferredSite {
    /// Reads the configuration of a generator. `read` returns the text of a file.
    #[must_use]
    pub fn read(
        config: &GeneratorConfig,
        layout: &Layout,
        read: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let text = read(&config.path).unwrap_or_default();
        let folder = folder_and_name(&config.path).0;
        let is_python = config.preset == Preset::Pelican;
        let values = if is_python { Values::python(&text) } else { Values::parse(&text) };
        let generated = config.preset.generated();
        let mut site = Self { config: config.path.clone(), generated, ..Self::default() };
        match config.preset {
            Preset::Jekyll => site.jekyll(&values, layout, folder, read),
            Preset::Hugo => site.hugo(&values, layout, folder),
            Preset::Zola => site.zola(&values, folder),
            Preset::Pelican => site.pelican(&values, folder),
            Preset::Gazette | Preset::Minutes => {}
        }
        site
    }

    /// Reads the URL of the site, or the path in it.
    fn url(&mut self, text: Option<&str>) {
        let Some(text) = text.map(str::trim) else { return };
        let scheme = if text.starts_with("//") { "https:" } else { "" };
        let Ok(url) = Url::parse(&format!("{scheme}{text}")) else {
            self.prefix = prefix(text);
            return;
        };
        // The settings have no hosts that are addresses of IPv6.
        let host = url.host_str().filter(|host| !host.starts_with('['));
        self.host = host.map(|host| match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        });
        self.prefix = prefix(url.path());
    }

    fn jekyll(
        &mut self,
        values: &Values,
        layout: &Layout,
        folder: &str,
        read: &dyn Fn(&str) -> Option<String>,
    ) {
        self.url(values.text("url"));
        let mut base = Self::default();
        base.url(values.text("baseurl"));
        self.prefix = base.prefix.or(self.prefix.take());
        self.host = self.host.take().or(base.host);
        self.permalinks = permalinks::of_jekyll(values, layout);
        self.jekyll_lists(values);
        // GitHub Pages has a plugin that reads links to files.
        let plugin = "jekyll-relative-links";
        let has_plugin =
            ["plugins", "gems"].iter().any(|key| values.list(key).any(|one| one == plugin));
        let gems = [read(&in_folder(folder, "Gemfile")), read(&in_folder(folder, "Gemfile.lock"))];
        let gems: String = gems.into_iter().flatten().collect();
        let is_plain = gems.contains("jekyll")
            && !gems.contains("github-pages")
            && !gems.contains(plugin)
            && !has_plugin;
        let is_off = values.text("relative_links.enabled") == Some("false");
        self.source_links = (is_plain || is_off).then_some(false);
    }

    fn hugo(&mut self, values: &Values, layout: &Layout, folder: &str) {
        self.url(values.text("baseURL"));
        let default = values.text("defaultContentLanguage").unwrap_or("en").to_owned();
        let mut languages = languages_of_hugo(values, &default);
        let content = values.text("contentDir").unwrap_or("content");
        let folders = languages.iter().filter_map(|name| {
            let folder = values.text(&format!("languages.{name}.contentDir"))?;
            Some(folder.to_owned())
        });
        self.content = folders.map(|path| in_folder(folder, &path)).collect();
        if self.content.is_empty() && (content != "content" || !folder.is_empty()) {
            self.content = vec![in_folder(folder, content)];
        }
        let mut statics: Vec<&str> = values.list("staticDir").collect();
        if statics.is_empty() {
            statics.push("static");
        }
        statics.push(values.text("assetDir").unwrap_or("assets"));
        if statics != ["static", "assets"] || !folder.is_empty() {
            self.static_folders = statics.iter().map(|path| in_folder(folder, path)).collect();
        }
        if languages.is_empty() {
            languages.push(default);
        }
        if languages != ["en"] {
            self.languages = languages;
        }
        self.default_language_folder =
            values.text("defaultContentLanguageInSubdir") == Some("true");
        // Without this setting, Hugo decides by the number of languages.
        let hook = values.text("markup.goldmark.renderHooks.link.useEmbedded");
        self.source_links = hook.filter(|hook| *hook != "auto").map(|hook| hook != "never");
        let first = self.content.first().map_or("content", String::as_str);
        self.permalinks = permalinks::of_hugo(values, layout, first);
        self.hugo_lists(values);
    }

    fn zola(&mut self, values: &Values, folder: &str) {
        self.url(values.text("base_url"));
        if !folder.is_empty() {
            self.content = vec![in_folder(folder, "content")];
            self.static_folders = vec![in_folder(folder, "static")];
        }
        let languages = values.below("languages");
        if !languages.is_empty() {
            let default = values.text("default_language").unwrap_or("en").to_owned();
            let others = languages.into_iter().filter(|name| *name != default);
            self.languages = std::iter::once(default.clone()).chain(others).collect();
        }
    }

    fn pelican(&mut self, values: &Values, folder: &str) {
        self.url(values.text("SITEURL"));
        let content = values.text("PATH").unwrap_or("content");
        if content != "content" || !folder.is_empty() {
            self.content = vec![in_folder(folder, content)];
        }
        self.permalinks = permalinks::of_pelican(values);
        let language = values.text("DEFAULT_LANG").filter(|language| *language != "en");
        self.languages.extend(language.map(str::to_owned));
        self.pelican_lists(values);
    }
}

/// Returns the folder in the path of a URL, percent-decoded and without slashes at its ends, or `None` for the root.
fn prefix(path: &str) -> Option<String> {
    let path = Resolver::normalize("", path)?;
    let path = path.trim_matches('/');
    (!path.is_empty()).then(|| path.to_owned())
}

/// Returns the languages of a site of Hugo, the default one first and the others in their order.
///
/// Source: <https://gohugo.io/configuration/languages/>
fn languages_of_hugo(values: &Values, default: &str) -> Vec<String> {
    let of_language = |name: &str, key: &str| values.text(&format!("languages.{name}.{key}"));
    let is_disabled = |name: &str| {
        of_language(name, "disabled") == Some("true")
            || values.list("disableLanguages").any(|disabled| disabled.eq_ignore_ascii_case(name))
    };
    let weight = |name: &str| of_language(name, "weight")?.parse::<i64>().ok();
    let mut languages = values.below("languages");
    languages.retain(|name| !is_disabled(name));
    languages.sort_by_key(|name| (name != default, weight(name).unwrap_or(i64::MAX)));
    languages
}

fn in_folder(folder: &str, path: &str) -> String {
    join(folder, path.trim_start_matches("./").trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::layout::Pattern;

    /// Reads a configuration for these patterns of event pages.
    fn site(preset: Preset, path: &str, text: &str, event: &[&str]) -> InferredSite {
        let pattern = |text: &&str| Pattern::parse(text, true).expect("a pattern");
        let layout = Layout { event: event.iter().map(pattern).collect(), day: Vec::new() };
        let config = GeneratorConfig { preset, path: path.to_owned() };
        InferredSite::read(&config, &layout, &|file| (file == path).then(|| text.to_owned()))
    }

    const POSTS: &str = "_posts/{year}-{month:02}-{day:02}-{slug}.md";

    #[test]
    fn jekyll_names_the_host_and_the_permalinks_of_posts_and_collections() {
        let text = "url: https://merrow.example\nbaseurl: /blog\npermalink: pretty\n\
                    collections:\n  events:\n    output: true\n  notes:\n    output: false\n";
        let events = "_events/{year}-{month:02}-{day:02}-{slug}.md";
        let notes = "_notes/{year}-{month:02}-{day:02}-{slug}.md";
        let found = site(Preset::Jekyll, "_config.yml", text, &[POSTS, events, notes]);
        assert_eq!(found.host.as_deref(), Some("merrow.example"));
        assert_eq!(found.prefix.as_deref(), Some("blog"));
        let posts = "/{categories}/{year}/{month:02}/{day:02}/{title}/";
        assert_eq!(found.permalinks, [posts, "/events/{stem}.html", ""]);
        let found = site(Preset::Jekyll, "_config.yml", "url: http://[::1]:4000\n", &[POSTS]);
        assert_eq!(found.host, None);
        let found = site(Preset::Jekyll, "_config.yml", "title: x\n", &[POSTS]);
        assert_eq!(found.permalinks, [] as [&str; 0]);
        assert_eq!(found.source_links, None);
        let text = "collections:\n  events:\n    output: true\n    permalink: /:collection/:path/\n\
                    relative_links:\n  enabled: false\n";
        let found = site(Preset::Jekyll, "_config.yml", text, &[POSTS, events]);
        assert_eq!(found.permalinks[1], "/events/{folder}/{stem}/");
        assert_eq!(found.source_links, Some(false));
    }

    #[test]
    fn the_folder_of_the_site_is_the_path_of_its_url() {
        for (preset, text, host, prefix) in [
            (Preset::Jekyll, "baseurl: https://a.example/b/c/\n", Some("a.example"), Some("b/c")),
            (
                Preset::Jekyll,
                "url: https://a.example\nbaseurl: //b.example\n",
                Some("a.example"),
                None,
            ),
            (
                Preset::Jekyll,
                "url: https://a.example/b\nbaseurl: ''\n",
                Some("a.example"),
                Some("b"),
            ),
            (Preset::Jekyll, "baseurl: b\n", None, Some("b")),
            (Preset::Hugo, "baseURL: https://a.example/b%20c/\n", Some("a.example"), Some("b c")),
            (Preset::Hugo, "baseURL: /b/\n", None, Some("b")),
            (Preset::Hugo, "baseURL: /\n", None, None),
        ] {
            let found = site(preset, "config.yml", text, &[]);
            assert_eq!((found.host.as_deref(), found.prefix.as_deref()), (host, prefix), "{text}");
        }
    }

    #[test]
    fn hugo_names_folders_languages_and_the_permalinks_of_sections() {
        let text = "baseURL: 'https://www.merrow.example/'\ncontentDir: content/en\n\
                    permalinks:\n  blog: '/:section/:year/:month/:day/:slug/'\n";
        let event = ["content/en/blog/{slug}.md", "content/en/blog/{slug}/index.md"];
        let found = site(Preset::Hugo, "hugo.yaml", text, &event);
        assert_eq!(found.content, ["content/en"]);
        assert_eq!(found.permalinks, ["/{section}/{year}/{month:02}/{day:02}/{slug}/"]);
        let text = "baseURL = 'https://merrow.example/'\ndefaultContentLanguage = 'de'\n\
                    [languages.en]\ncontentDir = 'content/en'\n[languages.de]\ncontentDir = 'content/de'\n";
        let found = site(Preset::Hugo, "hugo.toml", text, &[]);
        assert_eq!(found.languages, ["de", "en"]);
        assert_eq!(found.static_folders, [] as [&str; 0]);
        assert_eq!(found.content, ["content/de", "content/en"]);
        assert_eq!((found.default_language_folder, found.source_links), (false, None));
        let text = format!(
            "defaultContentLanguageInSubdir = true\n{text}[permalinks]\nblog = '/b/:slug/'\n\
             [markup.goldmark.renderHooks.link]\nuseEmbedded = 'never'\n"
        );
        let event = ["content/{lang}/blog/{year}/{slug}.md", "content/{lang}/notes/{slug}.md"];
        let found = site(Preset::Hugo, "hugo.toml", &text, &event);
        assert_eq!(found.permalinks, ["/b/{slug}/", "/{folder}/{slug-or-stem}/"]);
        assert_eq!((found.default_language_folder, found.source_links), (true, Some(false)));
    }

    #[test]
    fn zola_and_pelican_name_their_hosts() {
        let found =
            site(Preset::Zola, "site/config.toml", "base_url = \"https://a.example\"\n", &[]);
        assert_eq!(found.host.as_deref(), Some("a.example"));
        assert_eq!(found.content, ["site/content"]);
        let text = "SITEURL = 'https://a.example' if True else 'http://localhost:8000'\n\
                    ARTICLE_URL = 'blog/{date:%Y}/{date:%m}/{slug}/'\n";
        let found = site(Preset::Pelican, "pelicanconf.py", text, &[]);
        assert_eq!(found.host.as_deref(), Some("a.example"));
        assert_eq!(found.permalinks, ["/blog/{year}/{month:02}/{slug}/"]);
        for (text, permalinks) in [
            ("ARTICLE_SAVE_AS = ''\n", &[""][..]),
            ("ARTICLE_URL = ''\n", &[]),
            ("ARTICLE_SAVE_AS = 'a/{slug}/index.html'\n", &["/a/{slug}/"]),
        ] {
            let found = site(Preset::Pelican, "pelicanconf.py", text, &[]);
            assert_eq!(found.permalinks, permalinks, "{text}");
        }
        let found = site(Preset::Pelican, "pelicanconf.py", "DEFAULT_LANG = 'de'\n", &[]);
        assert_eq!(found.languages, ["de"]);
    }

    #[test]
    fn a_site_of_hugo_in_one_language_has_it_if_it_is_not_english() {
        let languages = |text: &str| site(Preset::Hugo, "hugo.toml", text, &[]).languages;
        assert_eq!(languages("title = 'x'\n"), [] as [&str; 0]);
        assert_eq!(languages("defaultContentLanguage = 'de'\n"), ["de"]);
        assert_eq!(languages("[languages.fr]\nweight = 1\n"), ["fr"]);
    }

    #[test]
    fn languages_of_hugo_need_no_keys() {
        let languages = |text: &str| site(Preset::Hugo, "hugo.toml", text, &[]).languages;
        assert_eq!(languages("[languages.en]\n[languages.fr]\n"), ["en", "fr"]);
        assert_eq!(languages("[languages]\nen-gb = {}\nen = {weight = 1}\n"), ["en", "en-gb"]);
        assert_eq!(languages("languages:\n  en:\n  fr: {}\n"), ["en", "fr"]);
        let text = "disableLanguages = ['de']\n[languages.en]\n[languages.de]\n\
                    [languages.fr]\ndisabled = true\n";
        assert_eq!(languages(text), [] as [&str; 0]);
    }

    #[test]
    fn hugo_can_have_several_folders_of_files() {
        let folders = |text: &str| site(Preset::Hugo, "hugo.toml", text, &[]).static_folders;
        assert_eq!(folders("staticDir = ['static', 'more']\n"), ["static", "more", "assets"]);
        assert_eq!(folders("staticDir = 'files'\nassetDir = 'a'\n"), ["files", "a"]);
        assert_eq!(folders("staticDir = ['static']\n"), [] as [&str; 0]);
    }

    #[test]
    fn an_unknown_placeholder_does_not_hide_other_settings() {
        let text = "permalink: /:year/:week/:title/\nrelative_links:\n  enabled: false\n";
        let found = site(Preset::Jekyll, "_config.yml", text, &[POSTS]);
        assert_eq!(found.permalinks, ["/{year}/{week}/{title}/"]);
        assert_eq!(found.source_links, Some(false));
    }
}
