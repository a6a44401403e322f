//! A run without a network: the same decisions, on answers given beforehand.

use super::client::{Answer, Reply, Trust};
use super::job::{Job, Next};
use super::{Plan, plan};
use crate::address::AddressPolicy;
use crate::verdict::{ErrorClass, Outcome, Verdict};

/// What a server is to have answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Canned {
    /// A status, and a `Location` with it where there is one.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The target of a redirect, absolute or relative.
        location: Option<String>,
    },
    /// No answer, and why.
    Failure(ErrorClass),
}

/// Goes the way of [`probe`](super::probe) for each distinct URL, except that `answer` speaks for
/// the servers and nothing is waited for. Returns the outcomes sorted by URL.
pub fn rehearse(
    urls: Vec<String>,
    policy: &AddressPolicy,
    mut answer: impl FnMut(&str) -> Canned,
) -> Vec<Outcome> {
    let Plan { jobs, mut outcomes, .. } = plan(urls, policy);
    for mut job in jobs {
        let (verdict, error) = settle(&mut job, policy, &mut answer);
        outcomes.extend(job.finish(verdict, error));
    }
    outcomes.sort_by(|one, other| one.url.cmp(&other.url));
    outcomes
}

fn settle(
    job: &mut Job,
    policy: &AddressPolicy,
    answer: &mut impl FnMut(&str) -> Canned,
) -> (Verdict, Option<ErrorClass>) {
    loop {
        let reply = match answer(job.request().2.as_str()) {
            Canned::Answer { status, location } => {
                Reply::Answer(Answer { status, location, ..Answer::default() })
            }
            // Whoever has a broken certificate answers when it is let pass.
            Canned::Failure(ErrorClass::Certificate) if job.trust() == Trust::Any => {
                Reply::Answer(Answer { status: 200, ..Answer::default() })
            }
            Canned::Failure(class) => Reply::Failure { class, sent: false },
        };
        match job.step(&reply, policy) {
            Next::Ask => {}
            Next::Later => job.try_again(),
            Next::Done(verdict, error) => return (verdict, error),
        }
    }
}
