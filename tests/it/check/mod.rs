//! Tests of `dateline check`: exit codes, options and hostile input.

mod command_line;
#[cfg(unix)]
mod exit_codes;
mod few_pages;
mod fixtures;
mod generated;
#[cfg(unix)]
mod hostile_input;
mod roots;
mod stdin;
#[cfg(unix)]
mod symbolic_links;
mod threads;
mod wrong_roots;
