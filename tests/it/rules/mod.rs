//! Rules: their pages, and what each of them reports.

mod any_page;
mod day_pages;
mod event_pages;
mod pages;
