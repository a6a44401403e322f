//! Which addresses without a page the configuration of a generator adds to those of the preset, and which it takes
//! away.

use super::config_values::Values;
use super::site_config::InferredSite;
use crate::archive::path_text::folder_and_name;
use crate::archive::site::NUMBER;

/// The settings of Pelican for files without a page, and their addresses in the preset.
///
/// Source: <https://docs.getpelican.com/en/latest/settings.html#url-settings>
const PELICAN_LISTS: [(&str, &str); 8] = [
    ("INDEX_SAVE_AS", "/"),
    ("CATEGORY_SAVE_AS", "/category/"),
    ("TAG_SAVE_AS", "/tag/"),
    ("AUTHOR_SAVE_AS", "/author/"),
    ("ARCHIVES_SAVE_AS", "/archives.html"),
    ("AUTHORS_SAVE_AS", "/authors.html"),
    ("CATEGORIES_SAVE_AS", "/categories.html"),
    ("TAGS_SAVE_AS", "/tags.html"),
];

/// The kinds of pages of Hugo that are files without a page, and their addresses in the preset.
///
/// Source: <https://gohugo.io/configuration/all/#disablekinds>
const HUGO_KINDS: [(&str, &str); 4] =
    [("home", "/"), ("rss", "index.xml"), ("sitemap", "sitemap.xml"), ("404", "/404.html")];

/// The taxonomies of Hugo without a configuration.
const HUGO_TAXONOMIES: [&str; 2] = ["/tags/", "/categories/"];

impl InferredSite {
    /// Reads which lists and other files without a page Hugo makes.
    pub(super) fn hugo_lists(&mut self, values: &Values) {
        let disabled: Vec<String> = values.list("disableKinds").map(str::to_lowercase).collect();
        let is_disabled = |kind: &str| disabled.iter().any(|one| one == kind);
        for (_, address) in HUGO_KINDS.iter().filter(|(kind, _)| is_disabled(kind)) {
            self.remove_generated(address);
        }
        let has_none = is_disabled("taxonomy") && is_disabled("term");
        let names = values.below("taxonomies");
        let texts = names.iter().filter_map(|name| values.text(&format!("taxonomies.{name}")));
        let written: Vec<String> = texts.map(folder_of_taxonomy).collect();
        if has_none || !written.is_empty() {
            let is_written = |address: &&str| written.iter().any(|one| one == address);
            for address in HUGO_TAXONOMIES.iter().filter(|one| has_none || !is_written(one)) {
                self.remove_generated(address);
            }
        }
        for address in written.into_iter().filter(|_| !has_none) {
            self.add_generated(address);
        }
        let folder = values.text("pagination.path").or_else(|| values.text("paginatePath"));
        if let Some(folder) = folder.filter(|folder| *folder != "page") {
            self.remove_generated(&format!("page/{NUMBER}/"));
            self.add_generated(format!("{}/{NUMBER}/", folder.trim_matches('/')));
        }
    }

    /// Reads where Jekyll writes the further pages of its list of posts.
    ///
    /// Source: <https://jekyllrb.com/docs/pagination/>
    pub(super) fn jekyll_lists(&mut self, values: &Values) {
        let is_number = |text: &str| text.parse().is_ok_and(|number: u32| number > 0);
        if values.text("paginate").is_some_and(is_number) {
            let path = values.text("paginate_path").unwrap_or("/page:num");
            let path = path.trim_matches('/').replace(":num", NUMBER);
            self.add_generated(format!("/{path}/"));
        }
    }

    /// Reads which lists Pelican writes, and where.
    pub(super) fn pelican_lists(&mut self, values: &Values) {
        for (key, address) in PELICAN_LISTS {
            let Some(written) = values.given(key) else { continue };
            let place = format!("/{}", written.trim_start_matches('/'));
            // The folder of a list for each category, tag or author.
            let place = match place.split_once('{') {
                Some((folder, _)) => folder_and_name(folder).0,
                None => &place,
            };
            let is_folder = written.contains('{');
            if is_folder && place.is_empty() {
                continue;
            }
            self.remove_generated(address);
            if !written.is_empty() {
                let end = if is_folder { "/" } else { "" };
                self.add_generated(format!("{place}{end}"));
            }
        }
    }

    fn remove_generated(&mut self, address: &str) {
        let before = self.generated.len();
        self.generated.retain(|known| known != address);
        self.changes_generated |= self.generated.len() < before;
    }

    fn add_generated(&mut self, address: String) {
        if !self.generated.contains(&address) {
            self.generated.push(address);
            self.changes_generated = true;
        }
    }
}

/// Returns the address of the list of a taxonomy.
fn folder_of_taxonomy(name: &str) -> String {
    format!("/{}/", name.to_lowercase().replace(' ', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Preset;

    /// Returns a site with the addresses of the preset.
    fn site(preset: Preset) -> InferredSite {
        InferredSite { generated: preset.generated(), ..InferredSite::default() }
    }

    #[test]
    fn hugo_lists_only_what_its_configuration_says() {
        let lists = |text: &str| {
            let mut site = site(Preset::Hugo);
            site.hugo_lists(&Values::parse(text));
            (site.changes_generated, site.generated.join(" "))
        };
        let preset = "/ /tags/ /categories/ page/{number}/ index.xml sitemap.xml /404.html";
        assert_eq!(lists("title = 'x'\n"), (false, preset.to_owned()));
        assert_eq!(lists("disableKinds = ['taxonomy']\n"), (false, preset.to_owned()));
        let text = "disableKinds: [taxonomy, term, RSS, home, '404']\n";
        assert_eq!(lists(text), (true, "page/{number}/ sitemap.xml".to_owned()));
        let text = "[taxonomies]\ntag = 'tags'\nseries = 'Book Series'\n";
        let series = "/ /tags/ page/{number}/ index.xml sitemap.xml /404.html /book-series/";
        assert_eq!(lists(text), (true, series.to_owned()));
        let seite = "/ /tags/ /categories/ index.xml sitemap.xml /404.html seite/{number}/";
        assert_eq!(lists("pagination:\n  path: seite\n"), (true, seite.to_owned()));
    }

    #[test]
    fn jekyll_has_pages_of_posts_where_its_configuration_says() {
        let lists = |text: &str| {
            let mut site = InferredSite::default();
            site.jekyll_lists(&Values::parse(text));
            site.generated.join(" ")
        };
        assert_eq!(lists("paginate_path: /blog/page:num/\n"), "");
        assert_eq!(lists("paginate: 5\n"), "/page{number}/");
        assert_eq!(lists("paginate: 5\npaginate_path: /blog/:num/\n"), "/blog/{number}/");
    }

    #[test]
    fn pelican_writes_its_lists_where_its_configuration_says() {
        let lists = |text: &str| {
            let mut site = site(Preset::Pelican);
            site.pelican_lists(&Values::python(text));
            (site.changes_generated, site.generated.join(" "))
        };
        let (is_changed, preset) = lists("AUTHOR = 'x'\n");
        assert!(!is_changed && preset.contains("/tag/ /author/"), "{preset}");
        let text = "TAG_SAVE_AS = ''\nTAGS_SAVE_AS = \"\"\nAUTHOR_SAVE_AS = 'by/{slug}.html'\n\
                    ARCHIVES_SAVE_AS = 'all/index.html'\nCATEGORY_SAVE_AS = '{slug}.html'\n";
        let expected =
            "/ /category/ /feeds/ /theme/ /authors.html /categories.html /by/ /all/index.html";
        assert_eq!(lists(text), (true, expected.to_owned()));
    }
}
