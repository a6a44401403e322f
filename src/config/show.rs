//! `config show`: the resolved settings as TOML, each with a comment that names its origin.

use super::definitions::{FILE, Setting, Shape};
use super::settings::Settings;
use super::toml_text::{TomlText, TomlValue, key};
use super::values::values;
use crate::diagnostic::printable;

/// The origin of a setting that nothing gives.
const DEFAULT: &str = "default";

/// Returns the settings as the text of a `dateline.toml` that has the same effect. A comment after each
/// value shows where the value came from.
#[must_use]
pub fn show(settings: &Settings) -> String {
    let mut shown = Shown { settings, text: TomlText::default() };
    shown.head();
    let values = values(settings);
    for table in FILE {
        shown.text.blank();
        if let (Some(value), []) = (values.find(table.name), table.settings()) {
            shown.setting(table.name, table, value);
            continue;
        }
        shown.text.table(table.name);
        let named = |setting: &'static Setting| {
            let name = format!("{}.{}", table.name, setting.name);
            values.find(&name).map(|value| (name, setting, value))
        };
        let found: Vec<_> = table.settings().iter().filter_map(named).collect();
        // A key below the tables of a list would belong to the last one.
        for (name, _, _) in found.iter().filter(|(_, setting, value)| is_empty_list(setting, value))
        {
            shown.empty_list(name);
        }
        for (name, setting, value) in found {
            shown.setting(&name, setting, value);
        }
    }
    shown.text.finish()
}

/// Returns whether the value of a setting is a list of tables without any table.
fn is_empty_list(setting: &Setting, value: &TomlValue) -> bool {
    matches!(setting.shape, Shape::Tables { .. }) && value.items().is_empty()
}

/// The state of writing the settings as text.
struct Shown<'a> {
    settings: &'a Settings,
    text: TomlText,
}

impl Shown<'_> {
    fn head(&mut self) {
        let file = self.settings.file.as_ref();
        let file = file.map_or_else(|| "none".to_owned(), |file| file.display().to_string());
        let root = self.settings.root.to_string_lossy();
        self.text.comment(format_args!("settings file: {}", printable(&file)));
        self.text.comment(format_args!("archive root:  {}", printable(&root)));
    }

    /// Returns where the value of a key came from: a line of the settings file, the preset, or the default. If
    /// the value is a table, the line is that of the table's key.
    fn origin(&self, name: &str) -> String {
        match (self.settings.given.get(name), &self.settings.file) {
            (Some(line), Some(file)) => {
                let file = file.file_name().unwrap_or_default().to_string_lossy();
                let rest =
                    if self.has_rest_from_preset(name) { self.preset() } else { String::new() };
                let separator = if rest.is_empty() { "" } else { ", " };
                format!("{file}:{line}{separator}{rest}")
            }
            _ if self.settings.given_by_preset.contains(name) => self.preset(),
            _ => DEFAULT.to_owned(),
        }
    }

    /// Writes an empty list of tables, unless this is the default.
    fn empty_list(&mut self, name: &str) {
        let origin = self.origin(name);
        if origin != DEFAULT {
            let key = name.rsplit('.').next().unwrap_or(name);
            self.text.entry(key, &TomlValue::Array(Vec::new()));
            self.text.behind(origin);
        }
    }

    fn preset(&self) -> String {
        format!("preset {}", self.settings.preset.name())
    }

    /// Returns whether the preset gives settings of a table that the file gives, too, but without them.
    fn has_rest_from_preset(&self, name: &str) -> bool {
        let is_of_table =
            |key: &&String| key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        let mut rest = self.settings.given_by_preset.iter().filter(is_of_table);
        rest.any(|key| !self.settings.given.contains_key(key))
    }

    fn setting(&mut self, name: &str, setting: &Setting, value: &TomlValue) {
        match setting.shape {
            Shape::Tables { .. } => {
                for table in value.items() {
                    self.text.array_table(name);
                    self.text.behind(self.origin(name));
                    for (key, value) in table.entries() {
                        self.text.entry(key, value);
                    }
                }
            }
            Shape::Hosts(_) => {
                for (host, table) in value.entries() {
                    self.host(&format!("{name}.{}", key(host)), host, table);
                }
            }
            _ => {
                self.text.entry(setting.name, value);
                self.text.behind(self.origin(name));
            }
        }
    }

    fn host(&mut self, name: &str, host: &str, table: &TomlValue) {
        self.text.blank();
        self.text.table(name);
        for (key, value) in table.entries() {
            self.text.entry(key, value);
            self.text.behind(self.origin(&format!("{name}.{key}")));
        }
        for header in self.settings.sources.hosts.get(host).iter().flat_map(|host| &host.headers) {
            self.text.comment(format_args!("{}: the value of {}", header.name, header.variable));
        }
    }
}
