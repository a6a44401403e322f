//! `--since` and `--staged`, and what git is asked.

mod changes;
mod filters;
mod history;
#[cfg(unix)]
mod nested_repositories;
#[cfg(unix)]
mod ownership;
mod repositories;
