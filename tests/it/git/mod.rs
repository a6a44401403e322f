//! `--since` and `--staged`: which changes are found, and what git may read and run.

mod changes;
mod filters;
mod history;
#[cfg(unix)]
mod nested_repositories;
#[cfg(unix)]
mod ownership;
mod repositories;
