//! A run without a network: the same decisions, on answers given beforehand.

use std::collections::HashMap;
use std::rc::Rc;

use super::client::{Answer, Method, Reply};
use super::soft404::detect::Sibling;
use super::soft404::page_text::PageText;
use super::tls::Trust;
use super::url_check::{Next, UrlCheck};
use super::{CrawlSettings, Workload, plan};
use crate::address::AddressPolicy;
use crate::source_status::{ErrorClass, Outcome, Verdict};

/// What a server is to have answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MockReply {
    /// A status, and a `Location` with it where there is one.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The target of a redirect, absolute or relative.
        location: Option<String>,
        /// The page, for GET.
        body: Option<String>,
        /// The status for HEAD, if it is another.
        head: Option<u16>,
    },
    /// No answer, and why.
    Failure(ErrorClass),
}

/// What a page that never was is called in a rehearsal.
const NEVER: &str = "a-page-that-never-was";

/// Goes the way of [`probe`](super::probe) for each distinct URL, except that `answer` speaks for
/// the servers and nothing is waited for. Returns the outcomes sorted by URL.
pub fn rehearse(
    urls: Vec<String>,
    policy: &AddressPolicy,
    mut answer: impl FnMut(&str) -> MockReply,
) -> Vec<Outcome> {
    let settings = CrawlSettings { policy: policy.clone(), ..CrawlSettings::default() };
    let Workload { checks, mut outcomes, .. } = plan(urls, &settings);
    let mut siblings = HashMap::new();
    for mut check in checks {
        let (verdict, error) = settle(&mut check, policy, &mut siblings, &mut answer);
        outcomes.extend(check.finish(verdict, error));
    }
    outcomes.sort_by(|one, other| one.url.cmp(&other.url));
    outcomes
}

fn settle(
    check: &mut UrlCheck,
    policy: &AddressPolicy,
    siblings: &mut HashMap<String, Rc<Sibling>>,
    answer: &mut impl FnMut(&str) -> MockReply,
) -> (Verdict, Option<ErrorClass>) {
    let mut next = Next::Ask;
    loop {
        next = match next {
            Next::Ask => check.step(&mut reply(check, answer), policy),
            Next::Later => {
                check.try_again();
                Next::Ask
            }
            Next::Suspect => match siblings.get(&check.folder()) {
                Some(sibling) => check.compare(sibling),
                None => check.ask_sibling(NEVER, policy),
            },
            Next::Learned(sibling) => {
                let judged = check.compare(&sibling);
                siblings.insert(check.folder(), sibling);
                judged
            }
            Next::Done(verdict, error) => return (verdict, error),
        }
    }
}

fn reply(check: &UrlCheck, answer: &mut impl FnMut(&str) -> MockReply) -> Reply {
    let request = check.request();
    match answer(request.url.as_str()) {
        MockReply::Answer { status, location, body, head } => {
            let body = body.filter(|_| request.method == Method::Get);
            let status = head.filter(|_| request.method == Method::Head).unwrap_or(status);
            let text = body.map(|body| Box::new(PageText::read(body.as_bytes(), NEVER)));
            Reply::Answer(Answer { status, location, text, ..Answer::default() })
        }
        // Whoever has a broken certificate answers when it is let pass.
        MockReply::Failure(ErrorClass::Certificate) if request.trust == Trust::Any => {
            Reply::Answer(Answer { status: 200, ..Answer::default() })
        }
        MockReply::Failure(class) => Reply::Failure { class, sent: false },
    }
}
