//! The settings that an archive's pages support, and the summary of them that `dateline init` prints.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::aggregate::Aggregate;
use super::day::{self, InferredDay};
use super::event::{self, InferredEvent};
use super::generators::{self, GeneratorConfig};
use super::inferred::{Inferred, Share};
use super::layout::{InferredLayout, PageCounts};
use super::site_config::InferredSite;
use super::unserved::Unserved;
use crate::archive::layout::{Layout, PageKind};
use crate::config::{Preset, Settings};
use crate::diagnostic::counted;
use crate::document::Forms;

/// The settings that an archive's pages support.
#[derive(Clone, Debug)]
pub struct Inference {
    /// The number of pages of each kind.
    pub pages: PageCounts,
    /// The URL prefixes at which the site serves the archive, such as `zh`.
    pub url_prefixes: Vec<Inferred<String>>,
    /// The path patterns of pages.
    pub layout: InferredLayout,
    /// The headings of event pages.
    pub event: InferredEvent,
    /// The headings of day pages.
    pub day: InferredDay,
    /// The preset that fits.
    pub preset: Option<Inferred<Preset>>,
    /// The forms of front matter.
    pub forms: Forms,
    /// The site, according to the configuration of its generator.
    pub site: Option<InferredSite>,
}

/// What the files of an archive show before its pages are summarized.
#[derive(Clone, Copy, Debug, Default)]
pub struct ArchiveSyntax {
    /// The preset of the site generator, if the archive has its configuration.
    pub generator: Option<Preset>,
    /// The forms of front matter.
    pub forms: Forms,
}

impl Inference {
    /// Infers the settings from the paths and the summaries of an archive's pages. `layout` is the
    /// layout that was inferred from the paths. `defaults` apply where pages give no evidence.
    #[must_use]
    pub fn new(
        aggregate: &Aggregate,
        paths: &[&str],
        layout: InferredLayout,
        syntax: ArchiveSyntax,
        defaults: &Settings,
    ) -> Self {
        let layout = aggregate.by_links(layout).counted(paths);
        let mut event = event::infer(aggregate, defaults);
        let preset = event.places.as_ref().and_then(|dates| {
            generators::preset(syntax.generator, &aggregate.places, dates, &layout.layout())
        });
        if preset.as_ref().is_some_and(|preset| preset.value != Preset::Minutes) {
            let dates = event.places.take();
            event.places = dates.map(|dates| aggregate.places.with_preset_key(dates, "date"));
        }
        Self {
            pages: PageCounts::of(&layout.layout(), paths),
            url_prefixes: aggregate.url_prefixes(),
            event,
            day: day::infer(aggregate, &dated(&layout.layout(), paths), defaults),
            layout,
            preset,
            forms: syntax.forms,
            site: None,
        }
    }

    /// Adds what the configuration of a site generator says about the site, if its preset fits. `read` returns
    /// the text of a file.
    #[must_use]
    pub fn with_site(
        self,
        config: &GeneratorConfig,
        read: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let fits = self.preset.as_ref().is_some_and(|preset| preset.value == config.preset);
        let site = fits.then(|| InferredSite::read(config, &self.layout.layout(), read));
        Self { site, ..self }
    }

    /// Adds the parts of the site that something else serves.
    #[must_use]
    pub fn with_unserved(self, unserved: Vec<Unserved>) -> Self {
        let site = self.site.map(|site| InferredSite { unserved, ..site });
        Self { site, ..self }
    }

    /// Returns a summary of the settings, as a list of lines.
    #[must_use]
    pub fn summary(&self, frequent: &[FrequentRule]) -> Vec<String> {
        let pages = self.pages;
        let mut lines = vec![format!(
            "{}: {}, {}, {}",
            counted(pages.all(), "page"),
            counted(pages.events, "event page"),
            counted(pages.days, "day page"),
            counted(pages.others, "other page"),
        )];
        if let Some(preset) = &self.preset {
            let reason = generators::reason(preset);
            lines.push(format!("preset {}: {reason}", preset.value.name()));
        }
        let missing = self.missing();
        if !missing.is_empty() {
            lines.push(format!("not found on any page: {}", missing.join(", ")));
        }
        for rule in frequent {
            let FrequentRule { rule: id, summary, .. } = rule;
            lines.push(format!("{summary}: `{id}` reports {}", rule.shares()));
        }
        lines
    }

    /// Returns the names of the parts, such as titles, that were not found on any page.
    fn missing(&self) -> Vec<&'static str> {
        let (event, day) = (&self.event, &self.day);
        let has_topics = event.topic.as_ref().is_some_and(|topic| topic.share.of > 0);
        let of_events = [
            ("dates of events", event.date.is_inferred() || event.places.is_some()),
            ("titles", event.title.is_some() || event.front_title.is_some()),
            ("topics", has_topics || event.places.is_some()),
            ("sections", !event.sections.is_empty() || event.places.is_some()),
        ];
        let of_days = [
            ("dates of days", day.date.is_inferred()),
            ("entries of days", day.entry.is_some()),
            ("links to the previous day", day.previous.is_some()),
        ];
        let of_events = of_events.into_iter().filter(|_| !self.layout.event.is_empty());
        let of_days = of_days.into_iter().filter(|_| !self.layout.day.is_empty());
        of_events.chain(of_days).filter(|(_, is_there)| !is_there).map(|(what, _)| what).collect()
    }
}

/// Returns the days that have a day page.
fn dated(layout: &Layout, paths: &[&str]) -> BTreeSet<Date> {
    let places = paths.iter().map(|path| layout.place(path));
    let days = places.filter(|place| place.kind == PageKind::Day);
    days.filter_map(|place| place.date?.day()).collect()
}

/// A rule that reports most pages of a kind. Such findings are more likely due to the archive's style
/// than to mistakes.
#[derive(Clone, Debug)]
pub struct FrequentRule {
    /// The rule's id.
    pub rule: &'static str,
    /// The summary of the rule.
    pub summary: &'static str,
    /// The share of pages that the rule reports, for each kind of page whose share is more than half.
    pub shares: Vec<Share>,
}

impl FrequentRule {
    /// Returns the rule with those `shares` that are more than half, or `None` if no share is.
    #[must_use]
    pub fn of(rule: &'static str, summary: &'static str, shares: &[Share]) -> Option<Self> {
        let shares: Vec<Share> = shares.iter().filter(|share| share.is_most()).copied().collect();
        (!shares.is_empty()).then_some(Self { rule, summary, shares })
    }

    /// Returns the shares in words.
    pub(super) fn shares(&self) -> String {
        self.shares.iter().map(Share::to_string).collect::<Vec<_>>().join(" and ")
    }
}
