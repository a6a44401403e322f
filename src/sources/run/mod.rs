//! A run: it sends the requests of checks as soon as their hosts are ready, and handles the replies.
//!
//! `state` holds what a run knows, `politeness` decides how it treats hosts, `requests` sends, `replies`
//! reads what comes back, and `event_loop` keeps all of that going.

mod event_loop;
mod politeness;
mod replies;
mod requests;
mod state;

pub(super) use self::event_loop::run;
