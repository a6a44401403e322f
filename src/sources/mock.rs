//! Checks without a network: the same decisions, but with replies from a function.

use std::collections::HashMap;
use std::rc::Rc;

use super::client::{Answer, Method, Reply};
use super::settings::CrawlSettings;
use super::soft404::detect::{Honesty, RandomPathReply};
use super::soft404::page_text::PageText;
use super::tls::Trust;
use super::url_check::{NextStep, UrlCheck};
use super::workload::{Workload, plan};
use crate::address::AddressPolicy;
use crate::source_status::{ErrorClass, Outcome, Verdict};

/// A simulated reply of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MockReply {
    /// A response.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The `Location` header of a redirect, absolute or relative.
        location: Option<String>,
        /// The HTML of the page, sent only in response to GET.
        body: Option<String>,
        /// The status in response to HEAD, if it differs from `status`.
        head: Option<u16>,
    },
    /// No response, for this reason.
    Failure(ErrorClass),
}

/// The fixed name that mocked checks use in place of a random name when they request a nonexistent
/// path.
pub const RANDOM_NAME: &str = "0123456789abcdef";

/// Checks each distinct URL like [`check_urls`](super::check_urls()), but takes the replies from
/// `answer` and never waits. Returns the outcomes sorted by URL.
pub fn check_mocked(
    urls: Vec<String>,
    policy: &AddressPolicy,
    mut answer: impl FnMut(&str) -> MockReply,
) -> Vec<Outcome> {
    let settings = CrawlSettings { policy: policy.clone(), ..CrawlSettings::default() };
    let Workload { checks, mut outcomes, .. } = plan(urls, &settings);
    let (mut random_paths, mut honesty) = (HashMap::new(), HashMap::new());
    for mut check in checks {
        let (verdict, error) =
            conclude(&mut check, policy, &mut random_paths, &mut honesty, &mut answer);
        outcomes.extend(check.finish(verdict, error));
    }
    outcomes.sort_by(|one, other| one.url.cmp(&other.url));
    outcomes
}

fn conclude(
    check: &mut UrlCheck,
    policy: &AddressPolicy,
    random_paths: &mut HashMap<String, Rc<RandomPathReply>>,
    honesty: &mut HashMap<String, Honesty>,
    answer: &mut impl FnMut(&str) -> MockReply,
) -> (Verdict, Option<ErrorClass>) {
    let mut next = NextStep::Ask;
    loop {
        next = match next {
            NextStep::Ask => check.step(&mut reply(check, answer), policy),
            NextStep::Retry => {
                check.try_again();
                NextStep::Ask
            }
            NextStep::Trust => match honesty.get(&check.site()) {
                Some(known) => check.trust(*known),
                None => check.ask_random_path(RANDOM_NAME, policy),
            },
            NextStep::TrustWith(learned) => {
                honesty.insert(check.site(), learned);
                check.trust(learned)
            }
            NextStep::Compare => match random_paths.get(&check.folder()) {
                Some(reply) => check.compare(reply),
                None => check.ask_random_path(RANDOM_NAME, policy),
            },
            NextStep::CompareWith(reply) => {
                let next = check.compare(&reply);
                random_paths.insert(check.folder(), reply);
                next
            }
            NextStep::Done(verdict, error) => return (verdict, error),
        }
    }
}

fn reply(check: &UrlCheck, answer: &mut impl FnMut(&str) -> MockReply) -> Reply {
    let request = check.request();
    match answer(request.url.as_str()) {
        MockReply::Answer { status, location, body, head } => {
            let body = body.filter(|_| request.method == Method::Get);
            let status = head.filter(|_| request.method == Method::Head).unwrap_or(status);
            let text = body.map(|body| Box::new(PageText::read(body.as_bytes(), RANDOM_NAME)));
            Reply::Answer(Answer { status, location, text, ..Answer::default() })
        }
        // A server with a broken certificate answers if the client accepts any certificate.
        MockReply::Failure(ErrorClass::Certificate) if request.trust == Trust::Any => {
            Reply::Answer(Answer { status: 200, ..Answer::default() })
        }
        MockReply::Failure(class) => Reply::Failure { class, sent: false },
    }
}
