//! Recognizes the site generator of an archive by its configuration, and the preset that fits.

use super::inferred::Inferred;
use super::places::{InferredPlaces, Places};
use crate::archive::layout::{Layout, Pattern};
use crate::archive::paths::PathTable;
use crate::archive::places::Place;
use crate::config::{Preset, is_zola_config};

/// Returns the preset of the site generator whose configuration is at the root of an archive. `read` returns
/// the text of a file. It is read as data and never run.
pub fn generator(table: &PathTable, read: &dyn Fn(&str) -> Option<String>) -> Option<Preset> {
    let has = |names: &[&str]| names.iter().any(|name| table.file(name).is_some());
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
    let config = table.file("config.toml").and_then(|_| read("config.toml"));
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
