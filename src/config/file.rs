//! From the file as written to [`Settings`].

use std::cell::Cell;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeTable;

use super::error::{ConfigErrors, ConfigText};
use super::limits;
use super::reader::{Table, TableReader};
use super::rules::{self, RuleInfo, RuleOverride, RuleSet, RuleSettings, Severities};
use super::settings::{
    PathPatterns, PatternsError, PreviousPolicy, Settings, section_kind, section_order,
};
use super::sources;
use crate::archive::date::DateFormats;
use crate::archive::layout::Pattern;
use crate::archive::template::{DateTemplate, SectionTemplate};
use crate::diagnostic::{Severity, grouped};
use crate::suggest;

/// Reads the file's text over `settings`, which hold the defaults.
///
/// # Errors
/// What is wrong with the file, in its order.
pub fn read(file: &Arc<ConfigText>, settings: &mut Settings) -> Result<(), ConfigErrors> {
    let reading = TableReader::new(Arc::clone(file));
    match DeTable::parse(&file.text) {
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            reading.fail(span, format!("this is no TOML: {}", error.message()), None);
        }
        Ok(table) => {
            let reader = Reader { reading: &reading, settings, wildcards: Cell::new(0) };
            reader.read(Table::new(&reading, String::new(), table.get_ref()));
        }
    }
    let (errors, given) = reading.finish();
    settings.given = given;
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Levels that a heading can have.
const LEVELS: std::ops::Range<i64> = 1..7;

struct Reader<'a> {
    reading: &'a TableReader,
    settings: &'a mut Settings,
    /// How many wildcards the patterns of paths have so far.
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
            let inside = path.components().all(|part| {
                matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir)
            });
            if inside {
                self.settings.root.push(path);
            } else {
                let help = "name a folder at or below that of this file".to_owned();
                table.reject("root", format!("`archive.root` leads outside: {root:?}"), Some(help));
            }
        }
        if let Some(prefixes) = table.strings("url-prefixes", limits::LIST) {
            self.settings.resolver.url_prefixes = self.prefixes(prefixes);
        }
        if let Some(patterns) = table.strings("exclude", limits::LONG_LIST) {
            self.settings.exclude = self.path_patterns(patterns);
        }
        if let Some(generated) = table.strings("generated", limits::LIST) {
            let ending = |text: Spanned<&str>| text.into_inner().trim_start_matches('.').to_owned();
            self.settings.resolver.generated = generated.into_iter().map(ending).collect();
        }
        table.finish();
    }

    fn prefixes(&self, prefixes: Vec<Spanned<&str>>) -> Vec<String> {
        let mut read = Vec::new();
        for prefix in prefixes {
            let trimmed = prefix.get_ref().trim_matches('/');
            if prefix.get_ref().starts_with('/') && !trimmed.is_empty() {
                read.push(trimmed.to_owned());
            } else {
                let help = "a prefix begins with `/`, such as \"/zh\"".to_owned();
                let message = format!("no URL prefix: {:?}", prefix.get_ref());
                self.reading.fail(prefix.span(), message, Some(help));
            }
        }
        read
    }

    fn path_patterns(&self, patterns: Vec<Spanned<&str>>) -> PathPatterns {
        let patterns = self.bounded(patterns);
        let written = patterns.iter().map(|pattern| (*pattern.get_ref()).to_owned()).collect();
        PathPatterns::new(written).unwrap_or_else(|refused| {
            let spans: Vec<_> = patterns.iter().map(Spanned::span).collect();
            self.refuse(&refused, &spans);
            PathPatterns::default()
        })
    }

    /// Patterns of paths without those that have too many wildcards, alone or with those before.
    fn bounded<'t>(&self, mut patterns: Vec<Spanned<&'t str>>) -> Vec<Spanned<&'t str>> {
        patterns.retain(|pattern| {
            let own = limits::wildcards(pattern.get_ref());
            let before = self.wildcards.get();
            let all = before + own.min(limits::WILDCARDS);
            self.wildcards.set(all);
            let (whose, most) = if own > limits::WILDCARDS {
                ("a pattern of paths has", limits::WILDCARDS)
            } else if all > limits::ALL_WILDCARDS {
                ("all patterns of paths together have", limits::ALL_WILDCARDS)
            } else {
                return true;
            };
            // Of those that are too many together the first is shown.
            if own > limits::WILDCARDS || before <= limits::ALL_WILDCARDS {
                let most = grouped(most as u64);
                let message = format!("{whose} at most {most} wildcards: `*`, `?` and `[ ]`");
                self.reading.fail(pattern.span(), message, None);
            }
            false
        });
        patterns
    }

    /// Reports patterns of paths, whose places are `spans`, as refused.
    fn refuse(&self, refused: &PatternsError, spans: &[Range<usize>]) {
        let index = if let PatternsError::One(index, _) = refused { *index } else { 0 };
        let span = spans.get(index).cloned().unwrap_or_default();
        self.reading.fail(span, refused.to_string(), None);
    }

    fn layout(&mut self, table: Table<'_>) {
        if let Some(patterns) = table.strings("event", limits::LIST) {
            self.settings.layout.event = self.patterns(&patterns, true);
        }
        if let Some(patterns) = table.strings("day", limits::LIST) {
            self.settings.layout.day = self.patterns(&patterns, false);
        }
        table.finish();
    }

    fn patterns(&self, written: &[Spanned<&str>], slug: bool) -> Vec<Pattern> {
        let parse = |written: &Spanned<&str>| match Pattern::parse(written.get_ref(), slug) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                self.reading.fail(written.span(), error.to_string(), None);
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
            self.settings.topic_required =
                topic.boolean("required").unwrap_or(self.settings.topic_required);
            topic.finish();
        }
        if let Some(title) = table.table("title") {
            self.settings.event.title_level = level(&title, self.settings.event.title_level);
            title.finish();
        }
        if let Some(sections) = table.tables("section", limits::SECTIONS) {
            let mut left = limits::HEADINGS;
            let section = |section| self.section(section, &mut left);
            self.settings.event.sections = sections.into_iter().filter_map(section).collect();
        }
        table.finish();
    }

    fn date(&self, table: &Table<'_>, default: &DateTemplate) -> DateTemplate {
        let formats = table.strings("formats", limits::LIST).and_then(|formats| {
            if formats.is_empty() {
                table.reject("formats", "at least one format is needed", None);
            }
            let written = formats.iter().map(|format| (*format.get_ref()).to_owned()).collect();
            let refused = match DateFormats::new(written) {
                Ok(formats) => return Some(formats),
                Err(refused) => refused,
            };
            let culprit = formats.iter().find(|format| *format.get_ref() == refused);
            let help = "use strftime's %Y, %m and %d, or %-m and %-d without leading zeros";
            let message = format!("this format does not give a day: {refused:?}");
            let span = culprit.map_or(0..0, Spanned::span);
            self.reading.fail(span, message, Some(help.to_owned()));
            None
        });
        DateTemplate {
            level: level(table, default.level),
            formats: formats.unwrap_or_else(|| default.formats.clone()),
        }
    }

    /// Reads a section; `left` is how many headings it and those behind it may have.
    fn section(&self, table: Table<'_>, left: &mut usize) -> Option<SectionTemplate> {
        let name = table.string("name");
        let headings = table.strings("headings", limits::LIST);
        let level = level(&table, 3);
        let required = table.boolean("required").unwrap_or(false);
        let order = table.integer("order", 0..1000);
        let kind = section_kind(name.unwrap_or_default());
        if let Some(headings) = &headings {
            if let Some(first) = headings.get(*left) {
                let most = limits::HEADINGS;
                let message = format!("the sections have more than {most} headings together");
                self.reading.fail(first.span(), message, None);
            }
            *left = left.saturating_sub(headings.len());
        }
        let complete = name.zip(headings.filter(|headings| !headings.is_empty()));
        if complete.is_none() {
            let span = table.entries().next().map_or(0..0, |(key, _)| key.span());
            let help = "sections named \"sources\" and \"related\" are checked as such".to_owned();
            self.reading.fail(span, "a section needs a `name` and its `headings`", Some(help));
        }
        table.finish();
        complete.map(|(name, headings)| SectionTemplate {
            name: name.to_owned(),
            kind,
            level,
            headings: headings.into_iter().map(|text| text.into_inner().to_owned()).collect(),
            required,
            order: order.and_then(|order| u32::try_from(order).ok()).unwrap_or(section_order(kind)),
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
        if let Some(texts) = table.strings("texts", limits::LIST) {
            self.settings.day.previous_texts =
                texts.into_iter().map(|text| text.into_inner().to_owned()).collect();
        }
        self.settings.previous_policy = match table.string("policy") {
            None => self.settings.previous_policy,
            Some("any") => PreviousPolicy::Any,
            Some("calendar") => PreviousPolicy::Calendar,
            Some("nearest") => PreviousPolicy::Nearest,
            Some(other) => {
                let known = ["any", "calendar", "nearest"];
                let help = suggest::nearest(other, known).map_or_else(
                    || format!("one of {}", known.join(", ")),
                    |near| format!("did you mean {near:?}?"),
                );
                table.reject("policy", format!("no such policy: {other:?}"), Some(help));
                PreviousPolicy::Any
            }
        };
    }

    fn rules(&mut self, table: Table<'_>) {
        let infos = self.settings.rules.infos().to_vec();
        let set = |key| self.selectors(&infos, &table, key);
        let (select, extend, ignore) = (set("select"), set("extend-select"), set("ignore"));
        let severities = table
            .table("severity")
            .map(|table| self.severities(&infos, &table))
            .unwrap_or_default();
        let overrides = table.tables("override", limits::OVERRIDES).unwrap_or_default();
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
            self.refuse(&refused, &places);
        }
    }

    fn selectors(
        &self,
        infos: &[RuleInfo],
        table: &Table<'_>,
        key: &'static str,
    ) -> Option<RuleSet> {
        let written = table.strings(key, limits::LONG_LIST)?;
        let mut all = RuleSettings::defaults(&[]);
        for selector in &written {
            if let Some(set) = self.selector(infos, selector) {
                all.extend(set);
            }
        }
        Some(all.enabled())
    }

    fn selector(&self, infos: &[RuleInfo], selector: &Spanned<&str>) -> Option<RuleSet> {
        let set = rules::named(infos, selector.get_ref());
        if set.is_empty() {
            let unknown = || rules::unknown(infos, selector.get_ref());
            self.reading.fail_with(selector.span(), unknown);
            return None;
        }
        Some(set)
    }

    fn severities(&self, infos: &[RuleInfo], table: &Table<'_>) -> Vec<(RuleSet, Severity)> {
        let mut severities = Vec::new();
        for (selector, value) in table.entries() {
            let severity = match value.get_ref().as_str() {
                Some("error") => Severity::Error,
                Some("warning") => Severity::Warning,
                _ => {
                    let help = "to switch a rule off, list it in `rules.ignore`".to_owned();
                    let message = "a severity is \"error\" or \"warning\"";
                    self.reading.fail(value.span(), message, Some(help));
                    continue;
                }
            };
            severities.extend(self.selector(infos, &selector).map(|set| (set, severity)));
        }
        severities
    }

    /// Reads an override, and adds the places of its patterns to `places`.
    fn rule_override(
        &self,
        infos: &[RuleInfo],
        table: Table<'_>,
        places: &mut Vec<Range<usize>>,
    ) -> RuleOverride {
        let files = table.strings("files", limits::LONG_LIST).unwrap_or_default();
        if files.is_empty() {
            let span = table.entries().next().map_or(0..0, |(key, _)| key.span());
            self.reading.fail(span, "an override needs `files`: patterns of paths", None);
        }
        let files = self.bounded(files);
        let severities =
            table.table("severity").map(|table| self.severities(infos, &table)).unwrap_or_default();
        let mut severity = Severities::default();
        // In order of their names, so that a rule named by its id wins over its group.
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
    table.integer("level", LEVELS).and_then(|level| u8::try_from(level).ok()).unwrap_or(default)
}

/// A rule named by its id wins over its group, whatever their order in the file.
fn apply_severities(rules: &mut RuleSettings, severities: &[(RuleSet, Severity)]) {
    let mut sorted: Vec<_> = severities.iter().collect();
    sorted.sort_by_key(|(set, _)| std::cmp::Reverse(set.len()));
    for (set, severity) in sorted {
        rules.set_severity(*set, *severity);
    }
}
