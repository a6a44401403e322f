//! Tests of source URLs: `check --online`, `dateline sources`, crawls and the ledger.

mod archived_copies;
mod certificates;
mod check_online;
mod check_with_ledger;
mod command_line;
mod host_settings;
#[cfg(unix)]
mod interrupted_crawls;
mod leases;
mod pauses;
mod politeness;
mod queue;
mod reachability;
mod refused_addresses;
mod response_limits;
mod robots;
mod runs;
mod soft404;
mod soft404_evidence;
