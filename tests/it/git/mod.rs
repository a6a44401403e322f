//! Tests of `--since` and `--staged`: which changes they find, and what git may read and run.

mod changes;
mod few_changes;
mod filters;
mod history;
#[cfg(unix)]
mod nested_repositories;
#[cfg(unix)]
mod ownership;
mod repositories;
mod tracked_pages;
