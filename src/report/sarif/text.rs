//! A text as SARIF wraps it.

use serde::Serialize;

/// A message or a description.
#[derive(Serialize)]
pub(super) struct Text<T> {
    pub(super) text: T,
}
