//! Tests of the report formats for other programs.

#[cfg(unix)]
mod reports;
#[cfg(unix)]
mod sarif;
