//! Checks of a few pages, which list only the folders that they ask for.

use std::collections::BTreeSet;

use super::check::{RunState, Session};
use super::error::SessionError;
use super::few_changes::FewChanges;
use super::input::{InputFiles, names};
use super::observer::{NoObserver, Step};
use super::report::Report;
use crate::archive::partial_list::PartialList;

/// The maximum number of folders that are listed for a check of a few pages.
const MOST_FOLDERS: usize = 1024;

/// The maximum number of times that a check of a few pages asks for folders.
const MOST_ROUNDS: usize = 12;

impl Session {
    /// Checks a few pages, and lists only the folders that the check asks for. Returns `None` if the session checks
    /// more, or if the check asks for all folders.
    pub(super) fn check_few(&self, state: &RunState) -> Result<Option<Report>, SessionError> {
        let (settings, options) = (&self.settings, &self.options);
        // Addresses of a site are determined from all pages.
        if state.lookup.is_any() || settings.site.has_addresses() {
            return Ok(None);
        }
        if !options.input.is_of_changes() {
            let list =
                |folders: &mut _| InputFiles::in_folders(&self.paths, options, settings, folders);
            return self.check_in_rounds(state, list);
        }
        // A baseline is about all pages, and unsaved pages are not among the changes in git.
        if options.baseline.is_some() || !options.unsaved.is_empty() {
            return Ok(None);
        }
        let Some(few) = FewChanges::find(&options.input, settings)? else { return Ok(None) };
        let names = names(&self.paths, options, settings)?;
        let report =
            self.check_in_rounds(state, |folders| Ok(few.files(&names, settings, folders)))?;
        Ok(if few.were_read_as_on_disk()? { report } else { None })
    }

    /// Checks the files that `list` collects from a set of folders, which the check extends until it asks for
    /// nothing more. Returns `None` if `list` does, if the check asks for all folders, or if it is not known whether
    /// changes affect other pages.
    fn check_in_rounds(
        &self,
        state: &RunState,
        mut list: impl FnMut(&mut BTreeSet<String>) -> Result<Option<InputFiles>, SessionError>,
    ) -> Result<Option<Report>, SessionError> {
        let mut folders = BTreeSet::new();
        for _ in 0..MOST_ROUNDS {
            let Some(files) = list(&mut folders)? else { return Ok(None) };
            let report = self.report(files, state, None, &NoObserver)?;
            let asked = report.archive.paths.partial().map(PartialList::take_asked);
            let asked = asked.unwrap_or_default();
            if asked.is_empty() {
                if report.affects_others {
                    return Ok(None);
                }
                self.observer.step(Step::Walk);
                self.observer.step(Step::Check);
                return Ok(Some(report));
            }
            // A file in a folder that is not listed looks as if it were missing, and whoever misses it looks
            // everywhere. So all files are needed only if no other folder was asked for.
            let known = folders.len();
            folders.extend(asked.folders);
            if folders.len() == known || folders.len() > MOST_FOLDERS {
                return Ok(None);
            }
        }
        Ok(None)
    }
}
