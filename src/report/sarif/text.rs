//! The object that contains a text in SARIF.

use serde::Serialize;

/// A message, a description or other text.
#[derive(Serialize)]
pub(super) struct Text<T> {
    /// The text itself.
    pub(super) text: T,
}
