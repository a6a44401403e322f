//! What servers answered for random, nonexistent paths: asked once for each folder of a host.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::url_check::UrlCheck;
use super::detect::RandomPathReply;

enum Folder {
    /// A check asks; these wait for what it learns.
    Asked(Vec<UrlCheck>),
    Known(Rc<RandomPathReply>),
}

/// The replies, by rate-limit key and folder.
#[derive(Default)]
pub(in crate::sources) struct RandomPathCache {
    homes: HashMap<String, HashMap<String, Folder>>,
}

/// How a check with a suspicious page goes on.
pub(in crate::sources) enum Comparison {
    /// It is compared with this reply.
    Known(UrlCheck, Rc<RandomPathReply>),
    /// It asks, for itself and for others.
    Ask(UrlCheck),
    /// It waits: another check asks already.
    Waiting,
}

impl RandomPathCache {
    /// Takes in a check with a suspicious page.
    pub(in crate::sources) fn compare(&mut self, check: UrlCheck) -> Comparison {
        let home = self.homes.entry(check.home().to_owned()).or_default();
        match home.get_mut(&check.folder()) {
            Some(Folder::Known(reply)) => Comparison::Known(check, Rc::clone(reply)),
            Some(Folder::Asked(waiting)) => {
                waiting.push(check);
                Comparison::Waiting
            }
            None => {
                home.insert(check.folder(), Folder::Asked(Vec::new()));
                Comparison::Ask(check)
            }
        }
    }

    /// Stores what a check learned. Returns the checks that waited for it.
    pub(in crate::sources) fn learn(
        &mut self,
        check: &UrlCheck,
        reply: &Rc<RandomPathReply>,
    ) -> Vec<UrlCheck> {
        let home = self.homes.entry(check.home().to_owned()).or_default();
        waiting(home.insert(check.folder(), Folder::Known(Rc::clone(reply))))
    }

    /// Gives up a check that asks. Returns the checks that waited for it.
    pub(in crate::sources) fn give_up(&mut self, check: &UrlCheck) -> Vec<UrlCheck> {
        let Some(home) = self.homes.get_mut(check.home()) else { return Vec::new() };
        waiting(home.remove(&check.folder()))
    }

    /// Drops the replies of a host that is released.
    pub(in crate::sources) fn forget_host(&mut self, key: &str) {
        self.homes.remove(key);
    }
}

fn waiting(folder: Option<Folder>) -> Vec<UrlCheck> {
    match folder {
        Some(Folder::Asked(waiting)) => waiting,
        Some(Folder::Known(_)) | None => Vec::new(),
    }
}
