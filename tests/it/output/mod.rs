//! Report formats.

#[cfg(unix)]
mod reports;
#[cfg(unix)]
mod sarif;
