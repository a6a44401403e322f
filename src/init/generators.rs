//! Recognizes the site generator of an archive by its configuration, and the preset that fits.

use std::collections::BTreeSet;

use super::foreign_folders::is_foreign;
use super::inferred::Inferred;
use super::places::{InferredPlaces, Places};
use crate::archive::layout::{Layout, Pattern};
use crate::archive::paths::PathTable;
use crate::archive::places::Place;
use crate::config::{Preset, is_zola_config};

/// The names of configuration files of site generators.
const NAMES: [&str; 9] = [
    "_config.toml",
    "_config.yml",
    "config.toml",
    "hugo.json",
    "hugo.toml",
    "hugo.yaml",
    "hugo.yml",
    "pelicanconf.py",
    "zola.toml",
];
/// The maximum number of folders above a configuration file.
const DEEPEST: usize = 2;

/// Returns the preset of the site generator whose configuration is at the root of an archive or, if there is
/// none, in exactly one folder below. `read` returns the text of a file. It is read as data and never run.
pub fn generator(table: &PathTable, read: &dyn Fn(&str) -> Option<String>) -> Option<Preset> {
    if let Some(preset) = generator_in("", table, read) {
        return Some(preset);
    }
    let folder = |path: &str| {
        let (folder, name) = path.rsplit_once('/')?;
        let is_near = folder.split('/').count() <= DEEPEST && !is_foreign(path);
        (NAMES.contains(&name) && is_near).then(|| format!("{folder}/"))
    };
    let folders: BTreeSet<String> =
        table.ids().filter_map(|file| folder(table.path(file))).collect();
    let mut presets = folders.iter().filter_map(|folder| generator_in(folder, table, read));
    presets.next().filter(|_| presets.next().is_none())
}

/// Returns the preset of the site generator whose configuration is in a folder, which is empty or ends with
/// `/`.
fn generator_in(
    folder: &str,
    table: &PathTable,
    read: &dyn Fn(&str) -> Option<String>,
) -> Option<Preset> {
    let has =
        |names: &[&str]| names.iter().any(|name| table.file(&format!("{folder}{name}")).is_some());
    if has(&["_config.yml", "_config.toml"]) {
        return Some(Preset::Jekyll);
    }
    if has(&["pelicanconf.py"]) {
        return Some(Preset::Pelican);
    }
    if has(&["zola.toml"]) {
        return Some(Preset::Zola);
    }
    if has(&["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"]) {
        return Some(Preset::Hugo);
    }
    // Older versions of Hugo and Zola use the same name.
    let config = format!("{folder}config.toml");
    let config = table.file(&config).and_then(|_| read(&config));
    match config.as_deref().and_then(is_zola_config) {
        Some(true) => Some(Preset::Zola),
        Some(false) => Some(Preset::Hugo),
        None => None,
    }
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
        let is_post = |pattern: &Pattern| pattern.to_string().contains("_posts/");
        let value =
            generator.or_else(|| layout.event.iter().any(is_post).then_some(Preset::Jekyll))?;
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
            generator(&PathTable::new(paths, Vec::new()), &|_| Some("base_url = \"/\"".to_owned()))
        };
        assert_eq!(generator(&["site/hugo.yaml", "site/content/a.md"]), Some(Preset::Hugo));
        assert_eq!(generator(&["web/site/config.toml"]), Some(Preset::Zola));
        assert_eq!(generator(&["_config.yml", "site/hugo.yaml"]), Some(Preset::Jekyll));
        assert_eq!(generator(&["a/hugo.yaml", "b/_config.yml"]), None);
        assert_eq!(generator(&["a/b/c/hugo.yaml", "themes/a/exampleSite/hugo.toml"]), None);
    }
}
