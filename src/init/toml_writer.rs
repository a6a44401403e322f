//! A survey as a `dateline.toml`: every setting that pages bear out, and how many do.

use std::fmt::Display;

use super::dates::DateSeen;
use super::{Habit, PatternSeen, SectionSeen, Seen, Share, Survey};
use crate::archive::template::DateTemplate;
use crate::config::show::{array, string};
use crate::config::{PreviousPolicy, Settings};
use crate::diagnostic::{counted, grouped};

impl Survey {
    /// The settings as a file. What no page shows stands in it as a comment, with what holds then by
    /// `usual`, the defaults; and so do the habits.
    #[must_use]
    pub fn toml(&self, usual: &Settings, habits: &[Habit]) -> String {
        let mut draft = Draft { survey: self, usual, text: String::new() };
        draft.comment(
            "Written by `dateline init`: a comment says how many bear out what follows it.",
        );
        draft.comment("`dateline config show` lists all settings with their defaults.");
        draft.archive();
        draft.layout();
        draft.event();
        draft.day();
        draft.rules(habits);
        draft.text
    }
}

struct Draft<'a> {
    survey: &'a Survey,
    usual: &'a Settings,
    text: String,
}

impl Draft<'_> {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn comment(&mut self, text: impl Display) {
        self.line(&format!("# {text}"));
    }

    fn value(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = {value}"));
    }

    /// A setting that no page shows.
    fn unseen(&mut self, key: &str, value: &str) {
        self.comment("nothing to be seen of it; by default:");
        self.comment(format_args!("{key} = {value}"));
    }

    fn archive(&mut self) {
        let (prefixes, layout) = (&self.survey.url_prefixes, &self.survey.layout);
        if prefixes.is_empty() && layout.root.is_none() && layout.exclude.is_empty() {
            return;
        }
        self.line("\n[archive]");
        if let Some(root) = &layout.root {
            self.comment(root.share);
            self.value("root", &string(&root.value));
        }
        self.shares("url-prefixes", prefixes, |prefix| format!("/{prefix}"));
        self.shares("exclude", &layout.exclude, str::to_owned);
    }

    /// A list, with what bears each of its values out; nothing if it is empty.
    fn shares(&mut self, key: &str, seen: &[Seen<String>], write: impl Fn(&str) -> String) {
        for seen in seen {
            self.comment(seen.share);
        }
        if !seen.is_empty() {
            let written: Vec<String> = seen.iter().map(|seen| write(&seen.value)).collect();
            self.value(key, &array(&written));
        }
    }

    fn layout(&mut self) {
        self.line("\n[layout]");
        self.patterns("event", &self.survey.layout.event);
        self.patterns("day", &self.survey.layout.day);
    }

    fn patterns(&mut self, key: &str, patterns: &[PatternSeen]) {
        if patterns.is_empty() {
            self.comment("no page has the path of one");
        }
        for seen in patterns {
            let share = Share { of: seen.pages, all: self.survey.pages.0, what: "pages" };
            self.comment(share);
        }
        let written: Vec<_> = patterns.iter().map(|seen| seen.pattern.to_string()).collect();
        match written.as_slice() {
            [only] => self.value(key, &string(only)),
            _ => self.value(key, &array(&written)),
        }
    }

    fn event(&mut self) {
        if self.survey.layout.event.is_empty() {
            return;
        }
        let (event, usual) = (&self.survey.event, &self.usual.event);
        self.line("\n[event]");
        self.date(&event.date, &usual.date);
        match &event.topic {
            None => {
                let value = format!("{{ level = {}, required = false }}", usual.topic_level);
                self.unseen("topic", &value);
            }
            Some(topic) => {
                self.comment(topic.share);
                let value = format!("{{ level = {}, required = false }}", topic.value);
                self.value("topic", &value);
            }
        }
        self.level("title", event.title.as_ref(), usual.title_level);
        if event.sections.is_empty() {
            self.comment("no heading recurs with a list below it");
            self.value("section", "[]");
        }
        for section in &event.sections {
            self.section(section);
        }
    }

    fn date(&mut self, seen: &DateSeen, usual: &DateTemplate) {
        let Some(level) = &seen.level else {
            let formats = array(usual.formats.formats());
            let value = format!("{{ level = {}, formats = {formats} }}", usual.level);
            return self.unseen("date", &value);
        };
        self.comment(format_args!("level: {}", level.share));
        if level.share.of == 0 {
            return self.value("date", &format!("{{ level = {} }}", level.value));
        }
        match &seen.formats {
            None => {
                self.comment("formats: the day is written in none that is known");
                self.value("date", &format!("{{ level = {} }}", level.value));
            }
            Some(formats) => {
                self.comment(format_args!("formats: {}", formats.share));
                let formats = array(&formats.value);
                let value = format!("{{ level = {}, formats = {formats} }}", level.value);
                self.value("date", &value);
            }
        }
    }

    /// A heading of which the level is all that is set.
    fn level(&mut self, key: &str, seen: Option<&Seen<u8>>, usual: u8) {
        match seen {
            None => self.unseen(key, &format!("{{ level = {usual} }}")),
            Some(seen) => {
                self.comment(seen.share);
                self.value(key, &format!("{{ level = {} }}", seen.value));
            }
        }
    }

    fn section(&mut self, section: &SectionSeen) {
        self.line("");
        self.comment(section.share);
        self.line("[[event.section]]");
        self.value("name", &string(&section.name));
        self.value("level", &section.level.to_string());
        self.value("headings", &array(&section.headings));
        self.value("required", "false");
        if let Some(order) = section.order {
            self.value("order", &order.to_string());
        }
    }

    fn day(&mut self) {
        if self.survey.layout.day.is_empty() {
            return;
        }
        let (day, usual) = (&self.survey.day, &self.usual.day);
        self.line("\n[day]");
        self.date(&day.date, &usual.date);
        self.level("topic", day.topic.as_ref(), usual.topic_level);
        self.level("entry", day.entry.as_ref(), usual.entry_level);
        let Some(previous) = &day.previous else {
            let (level, texts) = (usual.previous_level, array(&usual.previous_texts));
            let policy = policy(self.usual.previous_policy);
            let value = format!("{{ level = {level}, texts = {texts}, policy = {policy} }}");
            return self.unseen("previous", &value);
        };
        self.comment(format_args!("level and texts: {}", previous.level.share));
        let chosen = match &previous.policy {
            None => self.usual.previous_policy,
            Some(seen) => {
                self.comment(format_args!("policy: {}", seen.share));
                seen.value
            }
        };
        let (level, texts) = (previous.level.value, array(&previous.texts));
        let policy = policy(chosen);
        self.value(
            "previous",
            &format!("{{ level = {level}, texts = {texts}, policy = {policy} }}"),
        );
    }
}

impl Draft<'_> {
    /// What rules will say of most pages: nothing is silenced unasked.
    fn rules(&mut self, habits: &[Habit]) {
        if habits.is_empty() {
            return;
        }
        self.line("");
        for habit in habits {
            let Habit { rule, summary, .. } = habit;
            let shares = habit.shares();
            self.comment(format_args!("{summary}: unless ignored, `{rule}` reports {shares}."));
        }
        let rules: Vec<String> = habits.iter().map(|habit| habit.rule.to_owned()).collect();
        self.comment("[rules]");
        self.comment(format_args!("ignore = {}", array(&rules)));
    }
}

fn policy(policy: PreviousPolicy) -> &'static str {
    match policy {
        PreviousPolicy::Any => "\"any\"",
        PreviousPolicy::Calendar => "\"calendar\"",
        PreviousPolicy::Nearest => "\"nearest\"",
    }
}

impl Survey {
    /// What was seen, in a few lines for people.
    #[must_use]
    pub fn account(&self, habits: &[Habit]) -> Vec<String> {
        let (pages, events, days) = self.pages;
        let others = pages - events - days;
        let all = counted(pages, "page");
        let [events, days, others] = [events, days, others].map(grouped);
        let mut lines =
            vec![format!("{all}: {events} of events, {days} of days, {others} of neither")];
        let mut unseen = Vec::new();
        let mut seen = |what, is_seen: bool| unseen.extend((!is_seen).then_some(what));
        let (event, day) = (&self.event, &self.day);
        if !self.layout.event.is_empty() {
            seen("dates of events", event.date.is_seen());
            seen("titles", event.title.is_some());
            seen("topics", event.topic.as_ref().is_some_and(|topic| topic.share.of > 0));
            seen("sections", !event.sections.is_empty());
        }
        if !self.layout.day.is_empty() {
            seen("dates of days", day.date.is_seen());
            seen("entries of days", day.entry.is_some());
            seen("links to the previous day", day.previous.is_some());
        }
        if !unseen.is_empty() {
            lines.push(format!("nothing to be seen of: {}", unseen.join(", ")));
        }
        for habit in habits {
            let Habit { rule, summary, .. } = habit;
            lines.push(format!("{summary}: `{rule}` reports {}", habit.shares()));
        }
        lines
    }
}
