//! Recognizes the site generator of an archive by its configuration, and the preset that fits.

use std::collections::BTreeSet;

use super::foreign_folders::is_foreign;
use super::inferred::Inferred;
use super::places::{InferredPlaces, Places};
use crate::archive::layout::{Layout, Pattern};
use crate::archive::paths::PathTable;
use crate::archive::places::Place;
use crate::config::{Preset, is_zola_config};

/// The configuration of a site generator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratorConfig {
    /// The preset of the generator.
    pub preset: Preset,
    /// The path of the file.
    pub path: String,
}

/// The names of the configuration files of site generators.
const NAMES: [(Preset, &[&str]); 4] = [
    (Preset::Jekyll, &["_config.yml", "_config.toml"]),
    (Preset::Pelican, &["pelicanconf.py"]),
    (Preset::Zola, &["zola.toml"]),
    (Preset::Hugo, &["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"]),
];
/// Older versions of Hugo and Zola use the same name.
const SHARED_NAME: &str = "config.toml";
/// The maximum number of folders above a configuration file.
const DEEPEST: usize = 2;

/// Returns the configuration of the site generator at the root of an archive or, if there is none, in exactly one
/// folder below. `read` returns the text of a file. It is read as data and never run.
pub fn generator(
    table: &PathTable,
    read: &dyn Fn(&str) -> Option<String>,
) -> Option<GeneratorConfig> {
    if let Some(config) = generator_in("", table, read) {
        return Some(config);
    }
    let folder = |path: &str| {
        let (folder, name) = path.rsplit_once('/')?;
        let is_near = folder.split('/').count() <= DEEPEST && !is_foreign(path);
        let is_config = name == SHARED_NAME || NAMES.iter().any(|(_, names)| names.contains(&name));
        (is_config && is_near).then(|| format!("{folder}/"))
    };
    let folders: BTreeSet<String> =
        table.ids().filter_map(|file| folder(table.path(file))).collect();
    let mut configs = folders.iter().filter_map(|folder| generator_in(folder, table, read));
    configs.next().filter(|_| configs.next().is_none())
}

/// Returns the configuration of the site generator in a folder, which is empty or ends with `/`.
fn generator_in(
    folder: &str,
    table: &PathTable,
    read: &dyn Fn(&str) -> Option<String>,
) -> Option<GeneratorConfig> {
    let path =
        |name: &str| Some(format!("{folder}{name}")).filter(|path| table.file(path).is_some());
    let named = NAMES.iter().find_map(|(preset, names)| {
        let path = names.iter().find_map(|name| path(name))?;
        Some(GeneratorConfig { preset: *preset, path })
    });
    named.or_else(|| {
        let path = path(SHARED_NAME)?;
        let preset = if is_zola_config(&read(&path)?)? { Preset::Zola } else { Preset::Hugo };
        Some(GeneratorConfig { preset, path })
    })
}

/// Returns the preset that fits an archive, with the share of event pages that support it. `generator` is
/// that of the archive's configuration, if there is one.
pub(super) fn preset(
    generator: Option<Preset>,
    places: &Places,
    dates: &InferredPlaces,
    layout: &Layout,
) -> Option<Inferred<Preset>> {
    let with_front_matter = places.with_front_matter();
    if with_front_matter.is_most() {
        let has_posts = || layout.event.iter().any(Pattern::is_of_posts);
        let value = generator.or_else(|| has_posts().then_some(Preset::Jekyll))?;
        return Some(Inferred { value, share: with_front_matter });
    }
    if generator.is_some() {
        return None;
    }
    let in_text = |place: &&Inferred<Place>| !matches!(place.value, Place::Front(_));
    let text = dates.from.iter().find(in_text)?;
    text.share.is_most().then_some(Inferred { value: Preset::Minutes, share: text.share })
}

/// Returns what supports a preset, for a comment.
pub(super) fn reason(preset: &Inferred<Preset>) -> String {
    match preset.value {
        Preset::Minutes => format!("{} have a date within a heading or a line", preset.share),
        _ => format!("{} have front matter", preset.share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_configuration_below_the_root_is_found() {
        let generator = |paths: &[&str]| {
            let paths = paths.iter().map(|path| (*path).to_owned()).collect();
            let read = |_: &str| Some("base_url = \"/\"".to_owned());
            generator(&PathTable::new(paths, Vec::new()), &read).map(|config| config.preset)
        };
        assert_eq!(generator(&["site/hugo.yaml", "site/content/a.md"]), Some(Preset::Hugo));
        assert_eq!(generator(&["web/site/config.toml"]), Some(Preset::Zola));
        assert_eq!(generator(&["_config.yml", "site/hugo.yaml"]), Some(Preset::Jekyll));
        assert_eq!(generator(&["a/hugo.yaml", "b/_config.yml"]), None);
        assert_eq!(generator(&["a/b/c/hugo.yaml", "themes/a/exampleSite/hugo.toml"]), None);
    }
}
