//! Defects that were fixed: each test is named after one.

mod findings;
mod fixed_entries;
mod fixed_text;
