//! The values of resolved settings, as TOML. `config show` prints them, and `init` writes the default
//! values.

use std::collections::BTreeMap;
use std::time::Duration;

use super::hosts::HostSettings;
use super::rules::{RuleOverride, RuleSet, RuleSettings};
use super::settings::{Settings, SourceSettings};
use super::toml_text::TomlValue;
use crate::archive::date::DateTexts;
use crate::archive::places::Place;
use crate::archive::template::{DateTemplate, FieldTemplate, SectionTemplate, TextTemplate};
use crate::diagnostic::Severity;

/// Returns the values of all settings that have one, as a table with the structure of
/// `dateline.toml`.
///
/// `archive.root` is left out because it depends on the location of the settings file.
/// `rules.extend-select` is left out because `rules.select` lists all enabled rules.
#[must_use]
pub fn values(settings: &Settings) -> TomlValue {
    TomlValue::table([
        ("preset", TomlValue::text(settings.preset.name())),
        ("archive", archive(settings)),
        ("layout", layout(settings)),
        ("site", site(settings)),
        ("event", event(settings)),
        ("day", day(settings)),
        ("rules", rules(&settings.rules)),
        ("sources", sources(settings)),
    ])
}

fn archive(settings: &Settings) -> TomlValue {
    let resolver = &settings.resolver;
    let prefixes = resolver.url_prefixes.iter().map(|prefix| format!("/{prefix}"));
    TomlValue::table([
        ("url-prefixes", TomlValue::texts(prefixes)),
        ("exclude", TomlValue::texts(settings.exclude.written())),
        ("extensions", TomlValue::texts(resolver.extensions.all())),
        ("front-matter", TomlValue::texts(settings.forms.names())),
        ("generated", TomlValue::texts(&resolver.generated)),
    ])
}

fn layout(settings: &Settings) -> TomlValue {
    let layout = &settings.layout;
    let written = |patterns: &[_]| TomlValue::texts(patterns.iter().map(ToString::to_string));
    TomlValue::table([("event", written(&layout.event)), ("day", written(&layout.day))])
}

fn site(settings: &Settings) -> TomlValue {
    let site = &settings.site;
    TomlValue::table([
        ("host", TomlValue::texts(&site.hosts)),
        ("permalink", TomlValue::texts(site.permalinks.iter().map(ToString::to_string))),
        ("content", TomlValue::texts(&site.content)),
        ("static", TomlValue::texts(&site.static_folders)),
        ("languages", TomlValue::texts(&site.languages)),
        ("default-language-folder", TomlValue::Boolean(site.default_language_folder)),
        ("generated", TomlValue::texts(&site.generated)),
        ("anchors", TomlValue::text(settings.anchors.name())),
        ("template", TomlValue::text(settings.template.name())),
        ("references", TomlValue::texts(settings.references.iter().map(ToString::to_string))),
        ("source-links", TomlValue::Boolean(site.allows_source_links())),
    ])
}

fn event(settings: &Settings) -> TomlValue {
    let event = &settings.event;
    TomlValue::table([
        ("date", date(&event.date)),
        ("topic", text(&event.topic)),
        ("title", text(&event.title)),
        ("sources", TomlValue::table([places(&event.sources)])),
        ("related", TomlValue::table([places(&event.related)])),
        ("hidden", TomlValue::texts(event.hidden.iter().map(ToString::to_string))),
        ("field", TomlValue::Array(event.fields.iter().map(field).collect())),
        ("section", TomlValue::Array(event.sections.iter().map(section).collect())),
    ])
}

fn text(template: &TextTemplate) -> TomlValue {
    TomlValue::table([
        places(&template.from),
        ("level", TomlValue::integer(template.level)),
        ("required", TomlValue::Boolean(template.required)),
    ])
}

fn field(field: &FieldTemplate) -> TomlValue {
    let formats = field.texts.iter().flat_map(DateTexts::written);
    TomlValue::table([
        ("name", TomlValue::text(&field.name)),
        places(&field.from),
        ("formats", TomlValue::texts(formats)),
        ("required", TomlValue::Boolean(field.required)),
    ])
}

fn places(places: &[Place]) -> (&'static str, TomlValue) {
    ("from", TomlValue::texts(places.iter().map(ToString::to_string)))
}

fn section(section: &SectionTemplate) -> TomlValue {
    TomlValue::table([
        ("name", TomlValue::text(&section.name)),
        ("level", TomlValue::integer(section.level)),
        ("headings", TomlValue::texts(&section.headings)),
        ("required", TomlValue::Boolean(section.required)),
        ("order", TomlValue::integer(section.order)),
    ])
}

fn day(settings: &Settings) -> TomlValue {
    let day = &settings.day;
    let previous = [
        ("level", TomlValue::integer(day.previous_level)),
        ("texts", TomlValue::texts(&day.previous_texts)),
        ("policy", TomlValue::text(settings.previous_policy.name())),
    ];
    TomlValue::table([
        ("date", date(&day.date)),
        ("topic", level(day.topic_level)),
        ("entry", level(day.entry_level)),
        ("previous", TomlValue::table(previous)),
    ])
}

fn rules(rules: &RuleSettings) -> TomlValue {
    let all: RuleSet = (0..rules.infos().len()).collect();
    let infos = rules.infos().iter().enumerate();
    let changed = infos.filter_map(|(index, info)| {
        let severity = rules.severity(index);
        // The findings of a rule that is off by default are warnings, unless the settings say otherwise.
        let default = info.severity.unwrap_or(Severity::Warning);
        (default != severity).then_some((info.id, severity))
    });
    let page = |page: &RuleOverride| {
        let infos = rules.infos().iter().enumerate();
        let given = infos.filter_map(|(index, info)| Some((info.id, page.severity.of(index)?)));
        TomlValue::table([
            ("files", TomlValue::texts(&page.files)),
            ("select", ids(rules, page.select)),
            ("ignore", ids(rules, page.ignore)),
            ("severity", severities(given)),
        ])
    };
    TomlValue::table([
        ("select", ids(rules, rules.enabled())),
        ("ignore", ids(rules, all.without(rules.enabled()))),
        ("severity", severities(changed)),
        ("override", TomlValue::Array(rules.overrides().iter().map(page).collect())),
    ])
}

fn ids(rules: &RuleSettings, set: RuleSet) -> TomlValue {
    let infos = rules.infos().iter().enumerate();
    TomlValue::texts(infos.filter(|(index, _)| set.contains(*index)).map(|(_, info)| info.id))
}

fn severities<'a>(severities: impl Iterator<Item = (&'a str, Severity)>) -> TomlValue {
    // The map sorts the entries by id and keeps one entry per id, as TOML requires.
    let by_id: BTreeMap<&str, Severity> = severities.collect();
    TomlValue::table(by_id.into_iter().map(|(id, severity)| (id, TomlValue::text(severity.name()))))
}

fn sources(settings: &Settings) -> TomlValue {
    let SourceSettings { delay, timeout, concurrency, ledger, budget, contact, archive, hosts } =
        &settings.sources;
    let inside = |ledger: &std::path::PathBuf| {
        TomlValue::text(ledger.strip_prefix(&settings.root).unwrap_or(ledger).to_string_lossy())
    };
    let hosts = TomlValue::table(hosts.iter().map(|(name, settings)| (name, host(settings))));
    given([
        ("delay", Some(duration(*delay))),
        ("timeout", Some(duration(*timeout))),
        ("concurrency", Some(TomlValue::integer(*concurrency))),
        ("ledger", ledger.as_ref().map(inside)),
        ("budget", budget.map(duration)),
        ("contact", contact.as_ref().map(TomlValue::text)),
        ("archive-url", Some(TomlValue::text(archive))),
        ("hosts", Some(hosts)),
    ])
}

fn host(host: &HostSettings) -> TomlValue {
    given([
        ("delay", host.delay.map(duration)),
        ("concurrency", host.concurrency.map(TomlValue::integer)),
        ("skip", Some(TomlValue::Boolean(host.skip))),
        ("headers", Some(TomlValue::texts(host.headers.iter().map(|header| &header.name)))),
    ])
}

/// Returns a table of the entries that have a value.
fn given<const N: usize>(entries: [(&str, Option<TomlValue>); N]) -> TomlValue {
    TomlValue::table(entries.into_iter().filter_map(|(key, value)| Some((key, value?))))
}

fn level(level: u8) -> TomlValue {
    TomlValue::table([("level", TomlValue::integer(level))])
}

fn date(template: &DateTemplate) -> TomlValue {
    TomlValue::table([
        places(&template.from),
        ("level", TomlValue::integer(template.level)),
        ("formats", TomlValue::texts(template.texts.written())),
        ("required", TomlValue::Boolean(template.required)),
    ])
}

fn duration(duration: Duration) -> TomlValue {
    TomlValue::text(format!("{}ms", duration.as_millis()))
}
