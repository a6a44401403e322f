//! What servers answered for pages that never were: asked once for each folder of a host.

use std::collections::HashMap;
use std::rc::Rc;

use super::job::Job;
use super::sibling::Sibling;

enum Folder {
    /// A job asks; these wait for what it learns.
    Asked(Vec<Job>),
    Known(Rc<Sibling>),
}

/// What is known, by the home of the pages and their folder.
#[derive(Default)]
pub(super) struct Siblings {
    homes: HashMap<String, HashMap<String, Folder>>,
}

/// What a job that is suspected is to do.
pub(super) enum Suspect {
    /// To be compared with this.
    Compare(Job, Rc<Sibling>),
    /// To ask, for itself and for others.
    Ask(Job),
    /// Nothing: another asks already, and it is told.
    Wait,
}

impl Siblings {
    /// Takes in a job that is suspected.
    pub(super) fn suspect(&mut self, job: Job) -> Suspect {
        let home = self.homes.entry(job.home().to_owned()).or_default();
        match home.get_mut(&job.folder()) {
            Some(Folder::Known(sibling)) => Suspect::Compare(job, Rc::clone(sibling)),
            Some(Folder::Asked(waiting)) => {
                waiting.push(job);
                Suspect::Wait
            }
            None => {
                home.insert(job.folder(), Folder::Asked(Vec::new()));
                Suspect::Ask(job)
            }
        }
    }

    /// Takes in what a job learned. Returns those that waited for it.
    pub(super) fn learn(&mut self, job: &Job, sibling: &Rc<Sibling>) -> Vec<Job> {
        let home = self.homes.entry(job.home().to_owned()).or_default();
        waiting(home.insert(job.folder(), Folder::Known(Rc::clone(sibling))))
    }

    /// Says that a job that asks is given up. Returns those that waited for it.
    pub(super) fn give_up(&mut self, job: &Job) -> Vec<Job> {
        let Some(home) = self.homes.get_mut(job.home()) else { return Vec::new() };
        waiting(home.remove(&job.folder()))
    }

    /// Drops what is known of a host that is left.
    pub(super) fn leave(&mut self, key: &str) {
        self.homes.remove(key);
    }
}

fn waiting(folder: Option<Folder>) -> Vec<Job> {
    match folder {
        Some(Folder::Asked(waiting)) => waiting,
        Some(Folder::Known(_)) | None => Vec::new(),
    }
}
