//! Reachability: asks the servers behind source URLs whether their pages still exist.
//!
//! `workload` turns URLs into checks, and `address_guard` decides which URLs may be contacted. A
//! `frontier` hands out the checks, and `queue` holds them until their host is ready. `client` sends
//! one request, `classify` classifies the reply, and `url_check` decides on the next step. `run` drives
//! all of them. A call to [`check_urls()`], [`recheck_urls`] or [`crawl`] owns everything that it uses.
//! The module has no global state, and writes only to the ledger that the caller passes.

mod address_guard;
mod check_urls;
mod classify;
mod client;
mod clock;
mod dns;
mod error;
mod frontier;
mod host_health;
pub mod ledger;
#[cfg(any(test, feature = "internals"))]
mod mock;
mod progress;
mod queue;
mod rate_limit;
mod recheck;
mod robots;
mod run;
mod runtime;
mod send_deadline;
mod settings;
mod soft404;
mod tls;
mod url_check;
mod wayback;
mod workload;

pub use self::check_urls::check_urls;
pub use self::clock::Clock;
pub use self::dns::{Lookup, LookupError, LookupFuture};
pub use self::error::CrawlError;
#[doc(hidden)]
#[cfg(any(test, feature = "internals"))]
pub use self::mock::{MockReply, RANDOM_NAME, check_mocked};
pub use self::progress::Progress;
pub use self::rate_limit::rate_limit_key;
pub use self::recheck::{crawl, enroll, recheck_urls, statuses, unavailable};
#[doc(hidden)]
pub use self::robots::parse::RobotsRules;
pub use self::settings::{CrawlSettings, HostRules, Pace, Stop, WaybackSettings};
#[doc(hidden)]
pub use self::soft404::page_text::PageText;
pub use self::wayback::{CopyCounts, find_copies};
