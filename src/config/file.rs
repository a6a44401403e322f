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
use super::problem::Problem;
use super::reader::{Table, TableReader};
use super::rules::{
    self, RuleInfo, RuleOverride, RuleSet, RuleSettings, Severities, UnknownSelector,
};
use super::settings::{PreviousPolicy, Settings, section_kind, section_order};
use super::sources;
use crate::archive::date::DateTexts;
use crate::archive::layout::Pattern;
use crate::archive::page_extensions::PageExtensions;
use crate::archive::template::{DateTemplate, SectionTemplate};
use crate::diagnostic::Severity;

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
            let reader = Reader { reading: &reading, settings, wildcards: Cell::new(0) };
            reader.read(Table::file(&reading, table.get_ref()));
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
}

/// Returns the defaults as the text of a settings file.
fn defaults_text() -> String {
    let entry = |setting: &Setting| Some(format!("{} = {}\n", setting.name, default(setting)?));
    let table = |table: &Setting| {
        let entries = table.settings().iter().filter_map(entry);
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
struct Reader<'a> {
    reading: &'a TableReader,
    settings: &'a mut Settings,
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
            if prefix.get_ref().starts_with('/') && !trimmed.is_empty() {
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
            self.settings.layout.event = self.patterns(&patterns, true);
        }
        if let Some(patterns) = table.strings("day") {
            self.settings.layout.day = self.patterns(&patterns, false);
        }
        table.finish();
    }

    fn patterns(&self, written: &[Spanned<&str>], slug: bool) -> Vec<Pattern> {
        let parse = |written: &Spanned<&str>| match Pattern::parse(written.get_ref(), slug) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                self.reading.fail(written.span(), error);
                None
            }
        };
        written.iter().filter_map(parse).collect()
    }

    fn event(&mut self, table: Table<'_>) {
        if let Some(date) = table.table("date") {
            self.settings.event.date = self.date(&date, &self.settings.event.date);
            date.finish();
        }
        if let Some(topic) = table.table("topic") {
            self.settings.event.topic_level = level(&topic, self.settings.event.topic_level);
            self.settings.topic_required = topic.boolean("required");
            topic.finish();
        }
        if let Some(title) = table.table("title") {
            self.settings.event.title_level = level(&title, self.settings.event.title_level);
            title.finish();
        }
        if let Some(sections) = table.tables("section") {
            let mut left = limits::HEADINGS;
            let section = |section| self.section(section, &mut left);
            self.settings.event.sections = sections.into_iter().filter_map(section).collect();
        }
        table.finish();
    }

    fn date(&self, table: &Table<'_>, default: &DateTemplate) -> DateTemplate {
        let texts = table.strings("formats").and_then(|formats| {
            let written = formats.iter().map(|format| (*format.get_ref()).to_owned()).collect();
            let refused = match DateTexts::new(written) {
                Ok(texts) => return Some(texts),
                Err(refused) => refused,
            };
            let culprit = formats.iter().find(|format| *format.get_ref() == refused.text());
            self.reading.fail(culprit.map_or(0..0, Spanned::span), refused);
            None
        });
        DateTemplate {
            level: level(table, default.level),
            texts: texts.unwrap_or_else(|| default.texts.clone()),
        }
    }

    /// Reads a section. `left` is the number of headings that this section and later ones can have
    /// together.
    fn section(&self, table: Table<'_>, left: &mut usize) -> Option<SectionTemplate> {
        let name = table.string("name");
        let headings = table.strings("headings");
        let level = table.integer("level").unwrap_or_default();
        let required = table.boolean("required");
        let order = table.integer("order");
        let kind = section_kind(name.unwrap_or_default());
        if let Some(headings) = &headings {
            if let Some(first) = headings.get(*left) {
                self.reading.fail(first.span(), Problem::SectionHeadings);
            }
            *left = left.saturating_sub(headings.len());
        }
        table.finish();
        Some(SectionTemplate {
            name: name?.to_owned(),
            kind,
            level,
            headings: headings?.into_iter().map(|text| text.into_inner().to_owned()).collect(),
            required,
            order: order.unwrap_or(section_order(kind)),
        })
    }

    fn day(&mut self, table: Table<'_>) {
        if let Some(date) = table.table("date") {
            self.settings.day.date = self.date(&date, &self.settings.day.date);
            date.finish();
        }
        if let Some(topic) = table.table("topic") {
            self.settings.day.topic_level = level(&topic, self.settings.day.topic_level);
            topic.boolean("required");
            topic.finish();
        }
        if let Some(entry) = table.table("entry") {
            self.settings.day.entry_level = level(&entry, self.settings.day.entry_level);
            entry.finish();
        }
        if let Some(previous) = table.table("previous") {
            self.previous(&previous);
            previous.finish();
        }
        table.finish();
    }

    fn previous(&mut self, table: &Table<'_>) {
        self.settings.day.previous_level = level(table, self.settings.day.previous_level);
        if let Some(texts) = table.strings("texts") {
            self.settings.day.previous_texts =
                texts.into_iter().map(|text| text.into_inner().to_owned()).collect();
        }
        if let Some(policy) = table.word("policy").and_then(PreviousPolicy::named) {
            self.settings.previous_policy = policy;
        }
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

fn level(table: &Table<'_>, default: u8) -> u8 {
    table.integer("level").unwrap_or(default)
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
