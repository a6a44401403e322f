//! Caches the replies for random, nonexistent paths, so that each folder of a host is requested only once.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::url_check::UrlCheck;
use super::detect::RandomPathReply;

enum Folder {
    /// A check has requested a random path. These checks wait for the reply.
    Asked(Vec<UrlCheck>),
    /// The reply is known.
    Known(Rc<RandomPathReply>),
}

/// The replies for random, nonexistent paths, by rate-limit key and folder.
#[derive(Default)]
pub(in crate::sources) struct RandomPathCache {
    homes: HashMap<String, HashMap<String, Folder>>,
}

/// The next step of a check with a suspicious page.
pub(in crate::sources) enum Comparison {
    /// A comparison with this reply, which is already known.
    Known(UrlCheck, Rc<RandomPathReply>),
    /// A request for a random path. Other checks of the folder wait for its reply.
    Ask(UrlCheck),
    /// None yet: the cache keeps the check until another check receives the reply.
    Waiting,
}

impl RandomPathCache {
    /// Returns the next step of a check with a suspicious page.
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

    /// Stores the reply that a check has received. Returns the checks that waited for it.
    pub(in crate::sources) fn learn(
        &mut self,
        check: &UrlCheck,
        reply: &Rc<RandomPathReply>,
    ) -> Vec<UrlCheck> {
        let home = self.homes.entry(check.home().to_owned()).or_default();
        waiting(home.insert(check.folder(), Folder::Known(Rc::clone(reply))))
    }

    /// Gives up a check's request for a random path. Returns the checks that waited for its reply.
    pub(in crate::sources) fn give_up(&mut self, check: &UrlCheck) -> Vec<UrlCheck> {
        let Some(home) = self.homes.get_mut(check.home()) else { return Vec::new() };
        waiting(home.remove(&check.folder()))
    }

    /// Drops the replies of a host that has been released.
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
