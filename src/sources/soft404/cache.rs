//! Caches what replies for random, nonexistent paths have shown, so that a run requests only one
//! such path for each site and each folder.

use std::collections::HashMap;

use super::super::url_check::UrlCheck;

enum Entry<T> {
    /// A check has requested a random path. These checks wait for the reply.
    Asked(Vec<UrlCheck>),
    /// The reply is known.
    Known(T),
}

/// What replies for random, nonexistent paths have shown, by rate-limit key and then by site or folder.
pub(in crate::sources) struct ReplyCache<T> {
    homes: HashMap<String, HashMap<String, Entry<T>>>,
}

impl<T> Default for ReplyCache<T> {
    fn default() -> Self {
        Self { homes: HashMap::new() }
    }
}

/// The next step of a check that needs what a reply shows.
pub(in crate::sources) enum Lookup<T> {
    /// Use this reply, which is already known.
    Known(UrlCheck, T),
    /// Request a random path. Other checks with the same key wait for the reply.
    Ask(UrlCheck),
    /// Wait: the cache keeps the check until another check has received the reply.
    Waiting,
}

impl<T: Clone> ReplyCache<T> {
    /// Returns the next step of a check that needs the reply for `key`.
    pub(in crate::sources) fn look_up(&mut self, check: UrlCheck, key: String) -> Lookup<T> {
        let home = self.homes.entry(check.home().to_owned()).or_default();
        match home.get_mut(&key) {
            Some(Entry::Known(reply)) => Lookup::Known(check, reply.clone()),
            Some(Entry::Asked(waiting)) => {
                waiting.push(check);
                Lookup::Waiting
            }
            None => {
                home.insert(key, Entry::Asked(Vec::new()));
                Lookup::Ask(check)
            }
        }
    }

    /// Stores the reply that a check has received for `key`. Returns the checks that waited for it.
    pub(in crate::sources) fn learn(
        &mut self,
        check: &UrlCheck,
        key: String,
        reply: &T,
    ) -> Vec<UrlCheck> {
        let home = self.homes.entry(check.home().to_owned()).or_default();
        waiting(home.insert(key, Entry::Known(reply.clone())))
    }

    /// Gives up a check's request for a random path. Returns the checks that waited for its reply.
    pub(in crate::sources) fn give_up(&mut self, check: &UrlCheck, key: &str) -> Vec<UrlCheck> {
        let Some(home) = self.homes.get_mut(check.home()) else { return Vec::new() };
        waiting(home.remove(key))
    }

    /// Drops the replies of a host that has been released.
    pub(in crate::sources) fn forget_host(&mut self, key: &str) {
        self.homes.remove(key);
    }
}

fn waiting<T>(entry: Option<Entry<T>>) -> Vec<UrlCheck> {
    match entry {
        Some(Entry::Asked(waiting)) => waiting,
        Some(Entry::Known(_)) | None => Vec::new(),
    }
}
