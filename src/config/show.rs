//! `config show`: the resolved settings as TOML, each with a comment that names its origin.

use super::definitions::{FILE, Setting, Shape};
use super::settings::Settings;
use super::toml_text::{TomlText, TomlValue, key};
use super::values::values;
use crate::diagnostic::printable;

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
        for setting in table.settings() {
            let name = format!("{}.{}", table.name, setting.name);
            if let Some(value) = values.find(&name) {
                shown.setting(&name, setting, value);
            }
        }
    }
    shown.text.finish()
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
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                format!("{name}:{line}")
            }
            _ if self.settings.given_by_preset.contains(name) => {
                format!("preset {}", self.settings.preset.name())
            }
            _ => "default".to_owned(),
        }
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
