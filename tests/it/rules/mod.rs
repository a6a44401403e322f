//! Tests of rules: their pages and their findings.

mod any_page;
mod day_pages;
mod event_pages;
mod pages;
