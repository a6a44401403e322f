//! What servers answered for pages that never were: asked once for each folder of a host.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::url_check::UrlCheck;
use super::detect::Sibling;

enum Folder {
    /// A check asks; these wait for what it learns.
    Asked(Vec<UrlCheck>),
    Known(Rc<Sibling>),
}

/// What is known, by the home of the pages and their folder.
#[derive(Default)]
pub(in crate::sources) struct Siblings {
    homes: HashMap<String, HashMap<String, Folder>>,
}

/// What a check that is suspected is to do.
pub(in crate::sources) enum Suspect {
    /// To be compared with this.
    Compare(UrlCheck, Rc<Sibling>),
    /// To ask, for itself and for others.
    Ask(UrlCheck),
    /// Nothing: another asks already, and it is told.
    Wait,
}

impl Siblings {
    /// Takes in a check that is suspected.
    pub(in crate::sources) fn suspect(&mut self, check: UrlCheck) -> Suspect {
        let home = self.homes.entry(check.home().to_owned()).or_default();
        match home.get_mut(&check.folder()) {
            Some(Folder::Known(sibling)) => Suspect::Compare(check, Rc::clone(sibling)),
            Some(Folder::Asked(waiting)) => {
                waiting.push(check);
                Suspect::Wait
            }
            None => {
                home.insert(check.folder(), Folder::Asked(Vec::new()));
                Suspect::Ask(check)
            }
        }
    }

    /// Takes in what a check learned. Returns those that waited for it.
    pub(in crate::sources) fn learn(
        &mut self,
        check: &UrlCheck,
        sibling: &Rc<Sibling>,
    ) -> Vec<UrlCheck> {
        let home = self.homes.entry(check.home().to_owned()).or_default();
        waiting(home.insert(check.folder(), Folder::Known(Rc::clone(sibling))))
    }

    /// Says that a check that asks is given up. Returns those that waited for it.
    pub(in crate::sources) fn give_up(&mut self, check: &UrlCheck) -> Vec<UrlCheck> {
        let Some(home) = self.homes.get_mut(check.home()) else { return Vec::new() };
        waiting(home.remove(&check.folder()))
    }

    /// Drops what is known of a host that is left.
    pub(in crate::sources) fn leave(&mut self, key: &str) {
        self.homes.remove(key);
    }
}

fn waiting(folder: Option<Folder>) -> Vec<UrlCheck> {
    match folder {
        Some(Folder::Asked(waiting)) => waiting,
        Some(Folder::Known(_)) | None => Vec::new(),
    }
}
