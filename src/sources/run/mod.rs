//! A run, which sends the requests of checks as soon as their hosts are ready and handles the replies.
//!
//! `state` contains the state of a run, and `politeness` decides how it treats hosts. `requests` sends
//! the requests, `replies` handles the replies, and `event_loop` drives both.

mod event_loop;
mod politeness;
mod replies;
mod requests;
mod state;

pub(super) use self::event_loop::run;
