//! `config show`: the resolved settings as TOML, each with its origin.

use std::collections::BTreeMap;
use std::time::Duration;

use super::hosts::HostSettings;
use super::settings::{PreviousPolicy, Settings};
use crate::archive::template::{DateTemplate, SectionTemplate};
use crate::diagnostic::{Severity, is_unprintable, printable};

/// The settings as a `dateline.toml` that leads to the same run; a comment behind each value says
/// where it came from.
#[must_use]
pub fn show(settings: &Settings) -> String {
    let mut out = Writer { settings, text: String::new() };
    out.head();
    out.archive();
    out.layout();
    out.event();
    out.day();
    out.rules();
    out.sources();
    out.text
}

struct Writer<'a> {
    settings: &'a Settings,
    text: String,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Where the value of a key came from; a table that is given gives all its keys.
    fn origin(&self, key: &str) -> String {
        match (self.settings.given.get(key), &self.settings.file) {
            (Some(line), Some(file)) => {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                format!("{name}:{line}")
            }
            _ => "default".to_owned(),
        }
    }

    fn value(&mut self, table: &str, key: &str, value: &str) {
        let origin = self.origin(&format!("{table}.{key}"));
        let line = format!("{key} = {value}");
        self.line(&format!("{line:<60} # {origin}"));
    }

    fn head(&mut self) {
        let file = self.settings.file.as_ref();
        let file = file.map_or_else(|| "none".to_owned(), |file| file.display().to_string());
        let root = self.settings.root.to_string_lossy();
        self.line(&format!("# settings file: {}", printable(&file)));
        self.line(&format!("# archive root:  {}", printable(&root)));
    }

    fn archive(&mut self) {
        self.line("\n[archive]");
        let resolver = &self.settings.resolver;
        let prefixes: Vec<_> =
            resolver.url_prefixes.iter().map(|text| format!("/{text}")).collect();
        self.value("archive", "url-prefixes", &array(&prefixes));
        self.value("archive", "exclude", &array(self.settings.exclude.written()));
        self.value("archive", "generated", &array(&resolver.generated));
    }

    fn layout(&mut self) {
        self.line("\n[layout]");
        let layout = &self.settings.layout;
        let written = |patterns: &[_]| {
            array(&patterns.iter().map(ToString::to_string).collect::<Vec<String>>())
        };
        self.value("layout", "event", &written(&layout.event));
        self.value("layout", "day", &written(&layout.day));
    }

    fn event(&mut self) {
        self.line("\n[event]");
        let event = &self.settings.event;
        self.value("event", "date", &date(&event.date));
        let required = self.settings.topic_required;
        let topic = format!("{{ level = {}, required = {required} }}", event.topic_level);
        self.value("event", "topic", &topic);
        self.value("event", "title", &format!("{{ level = {} }}", event.title_level));
        let origin = self.origin("event.section");
        for section in &event.sections {
            self.section(section, &origin);
        }
    }

    fn section(&mut self, section: &SectionTemplate, origin: &str) {
        self.line(&format!("{:<60} # {origin}", "[[event.section]]"));
        self.line(&format!("name = {}", string(&section.name)));
        self.line(&format!("level = {}", section.level));
        self.line(&format!("headings = {}", array(&section.headings)));
        self.line(&format!("required = {}", section.required));
        self.line(&format!("order = {}", section.order));
    }

    fn day(&mut self) {
        self.line("\n[day]");
        let day = &self.settings.day;
        self.value("day", "date", &date(&day.date));
        self.value("day", "topic", &format!("{{ level = {} }}", day.topic_level));
        self.value("day", "entry", &format!("{{ level = {} }}", day.entry_level));
        let policy = match self.settings.previous_policy {
            PreviousPolicy::Any => "any",
            PreviousPolicy::Calendar => "calendar",
            PreviousPolicy::Nearest => "nearest",
        };
        let texts = array(&day.previous_texts);
        let level = day.previous_level;
        let previous = format!("{{ level = {level}, texts = {texts}, policy = {policy:?} }}");
        self.value("day", "previous", &previous);
    }

    fn rules(&mut self) {
        self.line("\n[rules]");
        let rules = &self.settings.rules;
        let ids = |wanted: bool| {
            let infos = rules.infos().iter().enumerate();
            let ids = infos.filter(|(index, _)| rules.enabled().contains(*index) == wanted);
            ids.map(|(_, info)| info.id.to_owned()).collect::<Vec<_>>()
        };
        self.value("rules", "select", &array(&ids(true)));
        self.value("rules", "ignore", &array(&ids(false)));
        let infos = rules.infos().iter().enumerate();
        let changed = infos.filter_map(|(index, info)| {
            let severity = rules.severity(index);
            // A rule that is off by default is a warning unless the settings say otherwise.
            let default = info.severity.unwrap_or(Severity::Warning);
            (default != severity).then_some((info.id, severity))
        });
        self.value("rules", "severity", &severities(changed));
        for page in rules.overrides() {
            let origin = self.origin("rules.override");
            self.line(&format!("{:<60} # {origin}", "[[rules.override]]"));
            self.line(&format!("files = {}", array(&page.files)));
            for (key, set) in [("select", page.select), ("ignore", page.ignore)] {
                let infos = rules.infos().iter().enumerate();
                let ids: Vec<_> = infos
                    .filter(|(index, _)| set.contains(*index))
                    .map(|(_, info)| info.id.to_owned())
                    .collect();
                self.line(&format!("{key} = {}", array(&ids)));
            }
            let infos = rules.infos().iter().enumerate();
            let given = infos.filter_map(|(index, info)| Some((info.id, page.severity.of(index)?)));
            self.line(&format!("severity = {}", severities(given)));
        }
    }

    fn sources(&mut self) {
        self.line("\n[sources]");
        let sources = &self.settings.sources;
        self.value("sources", "delay", &duration(sources.delay));
        self.value("sources", "timeout", &duration(sources.timeout));
        self.value("sources", "concurrency", &sources.concurrency.to_string());
        if let Some(ledger) = &sources.ledger {
            let inside = ledger.strip_prefix(&self.settings.root).unwrap_or(ledger);
            self.value("sources", "ledger", &string(&inside.to_string_lossy()));
        }
        if let Some(budget) = sources.budget {
            self.value("sources", "budget", &duration(budget));
        }
        if let Some(contact) = &sources.contact {
            self.value("sources", "contact", &string(contact));
        }
        self.value("sources", "archive-url", &string(&sources.archive));
        for (name, host) in &sources.hosts {
            self.host(name, host);
        }
    }

    fn host(&mut self, name: &str, host: &HostSettings) {
        let table = format!("sources.hosts.{name:?}");
        self.line(&format!("\n[{table}]"));
        if let Some(delay) = host.delay {
            self.value(&table, "delay", &duration(delay));
        }
        if let Some(concurrency) = host.concurrency {
            self.value(&table, "concurrency", &concurrency.to_string());
        }
        self.value(&table, "skip", &host.skip.to_string());
        let names: Vec<_> = host.headers.iter().map(|header| header.name.clone()).collect();
        self.value(&table, "headers", &array(&names));
        for header in &host.headers {
            self.line(&format!("# {}: the value of {}", header.name, header.variable));
        }
    }
}

/// A TOML string in which every unprintable character is escaped.
#[must_use]
pub fn string(value: &str) -> String {
    let quoted = toml::Value::from(value).to_string();
    if !quoted.contains(is_unprintable) {
        return quoted;
    }
    let mut escaped = String::from("\"");
    for char in value.chars() {
        if is_unprintable(char) || matches!(char, '"' | '\\') {
            escaped.extend(["\\U", &format!("{:08X}", u32::from(char))]);
        } else {
            escaped.push(char);
        }
    }
    escaped.push('"');
    escaped
}

/// A TOML array of such strings, on one line.
#[must_use]
pub fn array(values: &[String]) -> String {
    let quoted: Vec<_> = values.iter().map(|value| string(value)).collect();
    format!("[{}]", quoted.join(", "))
}

fn severities<'a>(severities: impl Iterator<Item = (&'a str, Severity)>) -> String {
    // Of two for one rule the later holds, and TOML takes each key once.
    let by_id: BTreeMap<&str, Severity> = severities.collect();
    let pairs: Vec<_> =
        by_id.iter().map(|(id, severity)| format!("{id:?} = {:?}", severity.name())).collect();
    format!("{{ {} }}", pairs.join(", "))
}

fn date(template: &DateTemplate) -> String {
    let formats = array(template.formats.formats());
    format!("{{ level = {}, formats = {formats} }}", template.level)
}

fn duration(duration: Duration) -> String {
    format!("\"{}ms\"", duration.as_millis())
}
