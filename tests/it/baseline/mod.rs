//! Baselines: which findings they hide, what their file is like, and which of their entries lapse.

mod file;
mod lapsed;
mod matching;
