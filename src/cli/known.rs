//! What a check knows of sources: by asking, by a ledger, or by both.

use std::cell::OnceCell;
use std::io::{self, Write};

use jiff::civil::Date;

use super::Failure;
use super::args::CheckArgs;
use super::contact::Contact;
use super::progress::Done;
use super::scene::Scene;
use super::sources::{self, ParsedPath};
use crate::config::{RuleSet, Settings};
use crate::diagnostic::{counted, printable};
use crate::linter::Linter;
use crate::source_status::Outcome;
use crate::sources::standings;
use crate::span::FileId;

/// How a check comes to know of sources.
pub(super) struct Known<'a> {
    args: &'a CheckArgs,
    settings: &'a Settings,
    ledger: Option<ParsedPath>,
    /// The ledger that the settings name and that is not there yet.
    missing: Option<ParsedPath>,
    /// What was done to know more.
    done: OnceCell<Done>,
}

impl<'a> Known<'a> {
    pub(super) fn new(args: &'a CheckArgs, settings: &'a Settings) -> Result<Self, Failure> {
        let contact = &args.contact;
        let opens = !contact.allow_address.is_empty()
            || contact.budget.is_some()
            || contact.proxy.is_some();
        if opens && !args.online {
            let what = "--allow-address, --budget and --proxy go with --online: nobody is contacted without";
            return Err(Failure::Message(what.to_owned()));
        }
        let named = args.ledger.as_deref();
        let place = if args.only_sources {
            Some(ParsedPath::usual(named, settings))
        } else {
            ParsedPath::given(named, settings)
        };
        // A ledger that only the settings name may not have been made yet, as in a fresh clone.
        let is_missing = !args.online && args.ledger.is_none();
        let (missing, ledger) = match place {
            Some(place) if is_missing && !place.is_there() => (Some(place), None),
            place => (None, place),
        };
        Ok(Self { args, settings, ledger, missing, done: OnceCell::new() })
    }

    /// Whether it knows anything at all.
    pub(super) fn is_any(&self) -> bool {
        self.args.online || self.ledger.is_some()
    }

    /// Whether it knows of each source what there is to know.
    pub(super) fn is_conclusive(&self) -> bool {
        self.args.online && self.ledger.is_none()
    }

    /// What is known of these URLs.
    pub(super) fn look(&self, urls: &[String]) -> Result<Vec<Outcome>, Failure> {
        let contact =
            Contact { settings: self.settings, args: &self.args.contact, quiet: self.args.quiet };
        let (outcomes, done) = match &self.ledger {
            None if self.args.online => contact.probe(urls.to_vec())?,
            None => return Ok(Vec::new()),
            Some(place) if self.args.online => contact.watch(urls, &mut place.open()?)?,
            Some(place) => {
                let ledger = place.open_to_look()?;
                return standings(urls, &ledger).map_err(|error| sources::failure(&error));
            }
        };
        let _ = self.done.set(done);
        Ok(outcomes)
    }

    /// The source URLs of the pages that are to be checked, if anything can be known of them.
    pub(super) fn urls(&self, scene: &mut Scene, today: Date) -> Vec<String> {
        if !self.is_any() {
            return Vec::new();
        }
        gather(self.settings, scene, today, &mut |linter, scene, files| {
            let asks = |file| scene.asks(linter.archive.path(file));
            linter.run(files).source_urls(&asks)
        })
    }

    /// Says what was not looked at, and why.
    pub(super) fn write_account(&self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(place) = &self.missing {
            let path = place.path().display().to_string();
            writeln!(out, "no ledger yet at {}: nothing is known of sources", printable(&path))?;
        }
        let Some(done) = self.done.get() else { return Ok(()) };
        if self.ledger.is_some() {
            let seen = counted(done.seen(), "source");
            writeln!(out, "{seen} looked at; those that were not due were not contacted")?;
        }
        done.write_untried(out)
    }
}

/// Reads pages for their sources alone: no rule runs.
pub(super) fn gather<T>(
    settings: &Settings,
    scene: &mut Scene,
    today: Date,
    read: &mut dyn FnMut(&Linter<'_>, &Scene, &[FileId]) -> T,
) -> T {
    let mut settings = settings.clone();
    settings.rules.command(Some(RuleSet::default()), RuleSet::default(), RuleSet::default());
    let walked = std::mem::take(&mut scene.walked);
    let stage = scene.stage(&settings, walked);
    let linter = Linter { online: true, ..stage.linter(&*scene.source, today) };
    let read = read(&linter, scene, &stage.selected.files);
    scene.walked = stage.into_parts().0;
    read
}
