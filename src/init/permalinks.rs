//! Reads the permalinks in the configuration of a site generator.

use super::config_values::Values;
use crate::archive::layout::{Layout, Pattern};
use crate::archive::site::{DEFAULT_PERMALINK, Permalink};

/// The permalink of Jekyll's posts without a configuration, and its other named ones.
///
/// Source: <https://jekyllrb.com/docs/permalinks/#built-in-formats>
const JEKYLL_STYLES: [(&str, &str); 4] = [
    ("date", DEFAULT_PERMALINK),
    ("pretty", "/:categories/:year/:month/:day/:title/"),
    ("ordinal", "/:categories/:year/:y_day/:title:output_ext"),
    ("none", "/:categories/:title:output_ext"),
];

/// Returns the permalinks of the patterns of event pages in Jekyll: none if they are those without a configuration.
pub(super) fn of_jekyll(values: &Values, layout: &Layout) -> Vec<String> {
    let style = values.text("permalink").unwrap_or("date");
    let named = JEKYLL_STYLES.iter().find(|(name, _)| *name == style);
    let of_posts = Permalink::from_placeholders(named.map_or(style, |(_, text)| text));
    let Some(of_posts) = of_posts.map(|permalink| permalink.to_string()) else { return Vec::new() };
    if layout.event.iter().all(Pattern::is_of_posts) {
        return if style == "date" { Vec::new() } else { vec![of_posts] };
    }
    let permalink = |pattern: &Pattern| match collection(pattern) {
        Some(name) if name != "posts" => of_collection(values, &name),
        _ => of_posts.clone(),
    };
    layout.event.iter().map(permalink).collect()
}

/// Returns the permalinks of the sections of Hugo that the patterns of event pages are in. `content` is the first
/// content folder.
pub(super) fn of_hugo(values: &Values, layout: &Layout, content: &str) -> Vec<String> {
    let permalink = |pattern: &Pattern| {
        let pattern = pattern.to_string();
        let section = below_folder(&pattern, content)?.split('/').next()?;
        let keys = [format!("permalinks.{section}"), format!("permalinks.page.{section}")];
        let written = keys.iter().find_map(|key| values.text(key))?;
        Some(Permalink::from_placeholders(written)?.to_string())
    };
    let found: Vec<_> = layout.event.iter().map(permalink).collect();
    if found.iter().all(Option::is_none) {
        return Vec::new();
    }
    let default = "/{folder}/{slug-or-stem}/";
    let all = found.into_iter().map(|found| found.unwrap_or_else(|| default.to_owned()));
    merged(all.collect())
}

/// Returns the permalink of articles in Pelican, if there is one.
pub(super) fn of_pelican(values: &Values) -> Vec<String> {
    let file = values.given("ARTICLE_SAVE_AS");
    let address = values.text("ARTICLE_URL").or(file);
    match file {
        // Pelican then writes no articles.
        Some("") => vec![String::new()],
        _ => address.and_then(from_pelican).into_iter().collect(),
    }
}

/// Returns the collection of Jekyll to which a pattern belongs.
fn collection(pattern: &Pattern) -> Option<String> {
    let pattern = pattern.to_string();
    let mut folders = pattern.split('/');
    let name = folders.find_map(|folder| folder.strip_prefix('_'))?;
    Some(name.to_owned())
}

/// Returns the permalink of a collection of Jekyll, or an empty text if its pages are not on the site.
fn of_collection(values: &Values, name: &str) -> String {
    let key = |key: &str| format!("collections.{name}.{key}");
    if values.text(&key("output")) != Some("true") {
        return String::new();
    }
    let written = values.text(&key("permalink")).map(|text| text.replace(":collection", name));
    let written = written.and_then(|text| Permalink::from_placeholders(&text));
    written.map_or_else(|| format!("/{name}/{{stem}}.html"), |permalink| permalink.to_string())
}

/// Converts an `ARTICLE_URL` of Pelican to a permalink.
fn from_pelican(url: &str) -> Option<String> {
    let replaced = [
        ("{date:%Y}", "{year}"),
        ("{date:%y}", "{year:02}"),
        ("{date:%m}", "{month:02}"),
        ("{date:%-m}", "{month}"),
        ("{date:%B}", "{month:%B}"),
        ("{date:%b}", "{month:%b}"),
        ("{date:%d}", "{day:02}"),
        ("{date:%-d}", "{day}"),
        ("{category}", "{front.category}"),
    ];
    let url = url.strip_suffix("index.html").unwrap_or(url);
    let url = replaced.iter().fold(url.to_owned(), |url, (from, to)| url.replace(from, to));
    Some(Permalink::parse(&format!("/{}", url.trim_start_matches('/'))).ok()?.to_string())
}

/// Returns one permalink instead of several equal ones.
fn merged(permalinks: Vec<String>) -> Vec<String> {
    match permalinks.split_first() {
        Some((first, rest)) if rest.iter().all(|other| other == first) => vec![first.clone()],
        _ => permalinks,
    }
}

/// Returns what remains of a pattern below a folder. A part of the pattern that is a variable, such as `{lang}`,
/// stands for any part of the folder.
fn below_folder<'a>(pattern: &'a str, folder: &str) -> Option<&'a str> {
    folder.split('/').try_fold(pattern, |rest, name| {
        let (part, rest) = rest.split_once('/')?;
        (part == name || part.starts_with('{') && part.ends_with('}')).then_some(rest)
    })
}
