//! Tests of baselines: matching of findings, the file, and entries that lapse.

mod file;
mod lapsed;
mod matching;
