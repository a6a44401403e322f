//! Tests of fixed defects. Each test is named after the correct behaviour.

mod findings;
mod fixed_entries;
mod fixed_text;
