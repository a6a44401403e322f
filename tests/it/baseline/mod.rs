//! Baselines: which findings they hide.

#[cfg(unix)]
mod hostile_input;
mod matching;
