//! Reads `dateline.toml` into [`Settings`].

use std::cell::Cell;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeTable;

use super::definitions::{FILE, Setting, Shape};
use super::error::{ConfigErrors, ConfigText, LoadError};
use super::limits;
use super::path_patterns::{PathPatterns, PatternsError};
use super::presets::Preset;
use super::problem::Problem;
use super::reader::{Table, TableReader};
use super::rules::{
    self, RuleInfo, RuleOverride, RuleSet, RuleSettings, Severities, UnknownSelector,
};
use super::settings::Settings;
use super::sources;
use crate::archive::layout::Pattern;
use crate::archive::page_extensions::PageExtensions;
use crate::diagnostic::Severity;
use crate::document::{Form, Forms};

/// Reads the text of a settings file into `settings`, which contain the defaults.
///
/// # Errors
/// Returns [`ConfigErrors`] if the file has errors. They are sorted by position.
pub fn read(file: &Arc<ConfigText>, settings: &mut Settings) -> Result<(), ConfigErrors> {
    let reading = TableReader::new(Arc::clone(file));
    match DeTable::parse(&file.text) {
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            reading.fail(span, Problem::Syntax(error.message().to_owned()));
        }
        Ok(table) => {
            let table = Table::file(&reading, table.get_ref());
            if let Some(preset) = table.word("preset").and_then(Preset::named) {
                settings.apply_preset(preset)?;
            }
            let reader = Reader { reading: &reading, settings, wildcards: Cell::new(0) };
            reader.read(table);
        }
    }
    let (errors, given) = reading.finish();
    settings.given = given;
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

impl Settings {
    /// Returns the default settings, as described in [`FILE`].
    ///
    /// # Errors
    /// Does not fail in practice, because a test reads the defaults.
    pub fn defaults(root: PathBuf, rules: RuleSettings) -> Result<Self, LoadError> {
        let text = ConfigText { path: "defaults".into(), text: defaults_text() };
        let mut settings = Self::unset(root, rules);
        read(&Arc::new(text), &mut settings).map_err(LoadError::Wrong)?;
        settings.given.clear();
        Ok(settings)
    }

    /// Applies a preset to the defaults.
    ///
    /// # Errors
    /// Does not fail in practice, because a test reads all presets.
    fn apply_preset(&mut self, preset: Preset) -> Result<(), ConfigErrors> {
        let path = format!("preset {}", preset.name()).into();
        let text = ConfigText { path, text: preset.settings().to_owned() };
        read(&Arc::new(text), self)?;
        self.preset = preset;
        self.site.generator = preset.generator();
        self.given_by_preset = std::mem::take(&mut self.given).into_keys().collect();
        Ok(())
    }
}

/// Returns the defaults as the text of a settings file.
fn defaults_text() -> String {
    let entry = |setting: &Setting| Some(format!("{} = {}\n", setting.name, default(setting)?));
    let table = |table: &Setting| {
        let Shape::Table(settings) = table.shape else { return entry(table).unwrap_or_default() };
        let entries = settings.iter().filter_map(entry);
        format!("[{}]\n{}", table.name, entries.collect::<String>())
    };
    FILE.iter().map(table).collect()
}

/// Returns the default of a setting, as TOML. The default of a table contains the defaults of its
/// settings.
fn default(setting: &Setting) -> Option<String> {
    let Shape::Table(settings) = setting.shape else { return setting.default.map(str::to_owned) };
    let entry = |setting: &Setting| Some(format!("{} = {}", setting.name, default(setting)?));
    Some(format!("{{ {} }}", settings.iter().filter_map(entry).collect::<Vec<_>>().join(", ")))
}

/// Reads the tables of a settings file into the settings.
pub(super) struct Reader<'a> {
    pub(super) reading: &'a TableReader,
    pub(super) settings: &'a mut Settings,
    /// The number of wildcards in the path patterns that were read so far.
    wildcards: Cell<usize>,
}

impl Reader<'_> {
    fn read(mut self, file: Table<'_>) {
        if let Some(table) = file.table("archive") {
            self.archive(table);
        }
        if let Some(table) = file.table("layout") {
            self.layout(table);
        }
        self.settings.layout.set_extensions(&self.settings.resolver.extensions);
        if let Some(table) = file.table("site") {
            self.site(table);
        }
        if let Some(table) = file.table("event") {
            self.event(table);
        }
        if let Some(table) = file.table("day") {
            self.day(table);
        }
        if let Some(table) = file.table("rules") {
            self.rules(table);
        }
        if let Some(table) = file.table("sources") {
            sources::read(self.reading, table, &mut self.settings.sources);
        }
        file.finish();
    }

    fn archive(&mut self, table: Table<'_>) {
        if let Some(root) = table.string("root") {
            let path = Path::new(root);
            let mut parts = path.components();
            if parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
                self.settings.root.push(path);
            } else {
                table.reject("root", Problem::RootOutside(root.to_owned()));
            }
        }
        if let Some(prefixes) = table.strings("url-prefixes") {
            self.settings.resolver.url_prefixes = self.prefixes(prefixes);
        }
        if let Some(patterns) = table.strings("exclude") {
            self.settings.exclude = self.path_patterns(patterns);
        }
        if let Some(extensions) = table.strings("extensions") {
            self.settings.resolver.extensions = self.extensions(extensions);
        }
        if let Some(forms) = table.words("front-matter") {
            self.settings.forms = Forms::of(forms.into_iter().filter_map(Form::named));
        }
        if let Some(generated) = table.strings("generated") {
            let ending = |text: Spanned<&str>| text.into_inner().trim_start_matches('.').to_owned();
            self.settings.resolver.generated = generated.into_iter().map(ending).collect();
        }
        table.finish();
    }

    fn extensions(&self, extensions: Vec<Spanned<&str>>) -> PageExtensions {
        let mut read = Vec::new();
        for extension in extensions {
            let name = extension.get_ref().trim_start_matches('.');
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            if !name.is_empty() && name.bytes().all(is_plain) {
                read.push(name.to_owned());
            } else {
                let written = (*extension.get_ref()).to_owned();
                self.reading.fail(extension.span(), Problem::Extension(written));
            }
        }
        PageExtensions::new(read)
    }

    fn prefixes(&self, prefixes: Vec<Spanned<&str>>) -> Vec<String> {
        let mut read = Vec::new();
        for prefix in prefixes {
            let trimmed = prefix.get_ref().trim_matches('/');
            let is_folder = prefix.get_ref().starts_with('/') && !trimmed.is_empty();
            if is_folder || *prefix.get_ref() == "/" {
                read.push(trimmed.to_owned());
            } else {
                let written = (*prefix.get_ref()).to_owned();
                self.reading.fail(prefix.span(), Problem::UrlPrefix(written));
            }
        }
        read
    }

    fn path_patterns(&self, patterns: Vec<Spanned<&str>>) -> PathPatterns {
        let patterns = self.bounded(patterns);
        let written = patterns.iter().map(|pattern| (*pattern.get_ref()).to_owned()).collect();
        PathPatterns::new(written).unwrap_or_else(|refused| {
            let spans: Vec<_> = patterns.iter().map(Spanned::span).collect();
            self.refuse(refused, &spans);
            PathPatterns::default()
        })
    }

    /// Removes path patterns with too many wildcards, either alone or together with earlier
    /// patterns. Reports every pattern that has too many alone, and the first one beyond the limit
    /// for all patterns.
    fn bounded<'t>(&self, mut patterns: Vec<Spanned<&'t str>>) -> Vec<Spanned<&'t str>> {
        patterns.retain(|pattern| {
            let own = limits::wildcards(pattern.get_ref());
            let before = self.wildcards.get();
            let all = before + own.min(limits::WILDCARDS);
            self.wildcards.set(all);
            if own > limits::WILDCARDS {
                self.reading.fail(pattern.span(), Problem::Wildcards);
                return false;
            }
            // Report only the first pattern beyond the limit.
            if all > limits::ALL_WILDCARDS && before <= limits::ALL_WILDCARDS {
                self.reading.fail(pattern.span(), Problem::AllWildcards);
            }
            all <= limits::ALL_WILDCARDS
        });
        patterns
    }

    /// Reports an error in the path patterns at `spans`.
    fn refuse(&self, refused: PatternsError, spans: &[Range<usize>]) {
        let index = if let PatternsError::One(index, _) = refused { index } else { 0 };
        self.reading.fail(spans.get(index).cloned().unwrap_or_default(), refused);
    }

    fn layout(&mut self, table: Table<'_>) {
        if let Some(patterns) = table.strings("event") {
            self.settings.layout.event = self.parsed(&patterns, |text| Pattern::parse(text, true));
        }
        if let Some(patterns) = table.strings("day") {
            self.settings.layout.day = self.parsed(&patterns, |text| Pattern::parse(text, false));
        }
        table.finish();
    }

    /// Parses texts. Reports each error.
    pub(super) fn parsed<T, E: Into<Problem>>(
        &self,
        written: &[Spanned<&str>],
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Vec<T> {
        let parse = |written: &Spanned<&str>| match parse(written.get_ref()) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.reading.fail(written.span(), error);
                None
            }
        };
        written.iter().filter_map(parse).collect()
    }

    fn rules(&mut self, table: Table<'_>) {
        let infos = self.settings.rules.infos().to_vec();
        let set = |key| self.selectors(&infos, &table, key);
        let (select, extend, ignore) = (set("select"), set("extend-select"), set("ignore"));
        let severities = table
            .table("severity")
            .map(|table| self.severities(&infos, &table))
            .unwrap_or_default();
        let overrides = table.tables("override").unwrap_or_default();
        let mut places = Vec::new();
        let overrides: Vec<_> = overrides
            .into_iter()
            .map(|table| self.rule_override(&infos, table, &mut places))
            .collect();
        table.finish();
        let rules = &mut self.settings.rules;
        if let Some(select) = select {
            rules.select_only(select);
        }
        rules.extend(extend.unwrap_or_default());
        rules.ignore(ignore.unwrap_or_default());
        apply_severities(rules, &severities);
        if let Err(refused) = rules.set_overrides(overrides) {
            self.refuse(refused, &places);
        }
    }

    fn selectors(
        &self,
        infos: &[RuleInfo],
        table: &Table<'_>,
        key: &'static str,
    ) -> Option<RuleSet> {
        let written = table.strings(key)?;
        let mut all = RuleSettings::defaults(&[]);
        for selector in &written {
            if let Some(named) = self.selector(infos, selector) {
                let enables = key == "select" || key == "extend-select";
                all.extend(if enables {
                    rules::enabled_by(infos, selector.get_ref(), named)
                } else {
                    named
                });
            }
        }
        Some(all.enabled())
    }

    fn selector(&self, infos: &[RuleInfo], selector: &Spanned<&str>) -> Option<RuleSet> {
        let set = rules::named(infos, selector.get_ref());
        if set.is_none() {
            let unknown = || UnknownSelector::new(infos, selector.get_ref());
            self.reading.fail_with(selector.span(), unknown);
        }
        set
    }

    fn severities(&self, infos: &[RuleInfo], table: &Table<'_>) -> Vec<(RuleSet, Severity)> {
        let mut severities = Vec::new();
        for (selector, value) in table.entries() {
            let severity = match value.get_ref().as_str() {
                Some("error") => Severity::Error,
                Some("warning") => Severity::Warning,
                _ => {
                    self.reading.fail(value.span(), Problem::Severity);
                    continue;
                }
            };
            severities.extend(self.selector(infos, &selector).map(|set| (set, severity)));
        }
        severities
    }

    /// Reads an override, and adds the spans of its patterns to `places`.
    fn rule_override(
        &self,
        infos: &[RuleInfo],
        table: Table<'_>,
        places: &mut Vec<Range<usize>>,
    ) -> RuleOverride {
        let files = table.strings("files").unwrap_or_default();
        let files = self.bounded(files);
        let severities =
            table.table("severity").map(|table| self.severities(infos, &table)).unwrap_or_default();
        let mut severity = Severities::default();
        // The entries are sorted by name, so a rule's id comes after its group, and the rule's own
        // severity wins.
        for (set, given) in severities {
            severity.give(set, given);
        }
        places.extend(files.iter().map(Spanned::span));
        let page = RuleOverride {
            files: files.into_iter().map(|text| text.into_inner().to_owned()).collect(),
            select: self.selectors(infos, &table, "select").unwrap_or_default(),
            ignore: self.selectors(infos, &table, "ignore").unwrap_or_default(),
            severity,
        };
        table.finish();
        page
    }
}

/// Sets severities, starting with those of the largest sets of rules. The severity of a rule
/// therefore takes precedence over the severity of its group, regardless of their order in the
/// file.
fn apply_severities(rules: &mut RuleSettings, severities: &[(RuleSet, Severity)]) {
    let mut sorted: Vec<_> = severities.iter().collect();
    sorted.sort_by_key(|(set, _)| std::cmp::Reverse(set.len()));
    for (set, severity) in sorted {
        rules.set_severity(*set, *severity);
    }
}
