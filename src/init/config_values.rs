//! The values in the configuration of a site generator.

use std::collections::BTreeMap;

use crate::document::{Forms, FrontMatter};

/// The texts of a configuration by their dotted keys, in lower case.
pub(super) struct Values(BTreeMap<String, Vec<String>>);

impl Values {
    /// Reads YAML or TOML.
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim_start_matches('\u{FEFF}');
        let yaml = format!("---\n{}\n---\n", text.trim_start().trim_start_matches("---"));
        let toml = format!("+++\n{text}\n+++\n");
        let read = |page: &str| FrontMatter::parse(page, Forms::ALL).filter(FrontMatter::is_valid);
        let front = read(&toml).or_else(|| read(&yaml));
        let mut values = BTreeMap::<String, Vec<String>>::new();
        // Tables without keys count, too.
        for key in front.iter().flat_map(|front| &front.keys) {
            values.entry(key.path.to_lowercase()).or_default();
        }
        for value in front.iter().flat_map(|front| &front.values) {
            values.entry(value.path.to_lowercase()).or_default().push(value.text.to_string());
        }
        Self(values)
    }

    /// Reads assignments of texts to names in Python, such as `SITEURL = 'https://blog.example.org'`.
    pub(super) fn python(text: &str) -> Self {
        let mut values = BTreeMap::new();
        for line in text.lines() {
            let Some((name, value)) = line.split_once('=') else { continue };
            let value = value.trim().trim_start_matches(['u', 'r', 'f']);
            let Some(quote) = value.chars().next().filter(|char| matches!(char, '\'' | '"')) else {
                continue;
            };
            let Some((value, _)) = value[1..].split_once(quote) else { continue };
            values.entry(name.trim().to_lowercase()).or_insert_with(|| vec![value.to_owned()]);
        }
        Self(values)
    }

    pub(super) fn list(&self, key: &str) -> impl Iterator<Item = &str> {
        self.0.get(&key.to_lowercase()).into_iter().flatten().map(String::as_str)
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.given(key).filter(|text| !text.is_empty())
    }

    /// Returns a text, even if it is empty.
    pub(super) fn given(&self, key: &str) -> Option<&str> {
        self.list(key).next().map(str::trim)
    }

    /// Returns the keys in a table.
    pub(super) fn below(&self, table: &str) -> Vec<String> {
        let prefix = format!("{table}.");
        let names = self.0.keys().filter_map(|key| key.strip_prefix(&prefix)?.split('.').next());
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
