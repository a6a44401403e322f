//! How addresses and paths are compared, joined and split.

use std::borrow::Cow;

use crate::archive::normal_form::nfc;

/// Returns the form in which addresses are compared. A slash at the end, `index.html`, `index`, and the
/// extension `.html` make no difference.
pub(super) fn key(address: &str) -> Cow<'_, str> {
    let address = nfc(address.trim_matches('/'));
    let trim = |text: &str| {
        let text = text.strip_suffix(".html").or_else(|| text.strip_suffix(".htm")).unwrap_or(text);
        let (folder, name) = text.rsplit_once('/').unwrap_or(("", text));
        let kept = if name == "index" { folder } else { text };
        kept.trim_end_matches('/').len()
    };
    match address {
        Cow::Borrowed(text) => text[..trim(text)].into(),
        Cow::Owned(mut text) => {
            text.truncate(trim(&text));
            text.into()
        }
    }
}

/// Returns the path of something below a folder. The root is the empty path.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Returns what remains of a path below a folder. The root is the empty path.
pub(super) fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}
