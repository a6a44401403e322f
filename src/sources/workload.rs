//! Turns URLs into checks: one check for each page, however its URL is spelled.

use std::collections::BTreeMap;

use url::Url;

use super::settings::CrawlSettings;
use super::url_check::{NotContacted, UrlCheck};
use crate::source_status::{ErrorClass, Evidence, Outcome, Verdict};

/// The checks that URLs need, and the outcomes of the URLs that must not be contacted.
pub(super) struct Workload {
    /// The checks to make, one for each page.
    pub(super) checks: Vec<UrlCheck>,
    /// The outcomes of the URLs that are malformed, skipped or refused.
    pub(super) outcomes: Vec<Outcome>,
    /// The number of distinct URLs.
    pub(super) total: u64,
}

/// Creates a check for each page behind `urls`. URLs that must not be contacted get their outcome at once.
pub(super) fn plan(mut urls: Vec<String>, settings: &CrawlSettings) -> Workload {
    urls.sort_unstable();
    urls.dedup();
    let total = urls.len() as u64;
    let mut outcomes = Vec::new();
    // All spellings of a page share one check. The key is the parsed URL without its fragment.
    let mut pages: BTreeMap<Url, Vec<String>> = BTreeMap::new();
    for written in urls {
        match Url::parse(&written) {
            Ok(mut url) => {
                url.set_fragment(None);
                pages.entry(url).or_default().push(written);
            }
            Err(_) => outcomes.push(not_contacted(written, ErrorClass::Malformed)),
        }
    }
    let mut checks = Vec::new();
    for (url, written) in pages {
        let check = if settings.hosts.skips(&url) {
            Err(NotContacted { urls: written, class: ErrorClass::Skipped })
        } else {
            UrlCheck::new(written, url, &settings.policy)
        };
        match check {
            Ok(check) => checks.push(check),
            Err(NotContacted { urls, class }) => {
                outcomes.extend(urls.into_iter().map(|url| not_contacted(url, class)));
            }
        }
    }
    Workload { checks, outcomes, total }
}

fn not_contacted(url: String, class: ErrorClass) -> Outcome {
    let evidence = Evidence { error: Some(class), ..Evidence::default() };
    Outcome { url, verdict: Verdict::Unknown, evidence }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_page_are_one_check() {
        let urls = [
            "http://a.org/x",
            "http://A.org:80/x",
            "http://a.org/x#part",
            "http://a.org/x",
            "http://127.0.0.1/",
            "no url",
        ];
        let plan = plan(urls.map(str::to_owned).into(), &CrawlSettings::default());
        assert_eq!(plan.total, 5);
        assert_eq!(plan.checks.len(), 1);
        assert_eq!(plan.outcomes.len(), 2);
    }
}
