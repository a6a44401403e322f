//! Paths and addresses as texts.

use std::borrow::Cow;

use crate::archive::normal_form::nfc;
use crate::archive::resolve::Resolver;

/// Returns the path of something below a folder. The root is the empty path.
pub(in crate::archive) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Returns what stands after the last slash of a path.
pub(super) fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Returns what remains of a path below a folder. The root is the empty path.
pub(super) fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

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

/// Returns the address to which a link leads that a page at `base` contains. `path` is percent-encoded.
/// Returns `None` if the path leads above the root of the site.
#[must_use]
pub fn absolute(base: &str, path: &str) -> Option<String> {
    let mut address = format!("/{}", Resolver::normalize(base.trim_start_matches('/'), path)?);
    if matches!(last_part(path), "." | "..") && address.len() > 1 {
        address.push('/');
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_several_spellings() {
        for address in ["/a/b/", "/a/b", "a/b.html", "/a/b/index.html", "/a/b/index", "/a/b.htm"] {
            assert_eq!(key(address), "a/b", "{address}");
        }
        assert_eq!(
            (key("/"), key("/index.html"), key("/v1.2/")),
            ("".into(), "".into(), "v1.2".into())
        );
        assert_eq!(key("/cafe\u{301}/"), "café");
    }

    #[test]
    fn links_are_resolved_as_a_browser_does() {
        for (base, path, address) in [
            ("/posts/one/", "../two/", Some("/posts/two/")),
            ("/posts/one/", "two", Some("/posts/one/two")),
            ("/posts/one.html", "two.html", Some("/posts/two.html")),
            ("/posts/one/", "/a%20b/", Some("/a b/")),
            ("/posts/one/", ".", Some("/posts/one/")),
            ("/posts/one/", "..", Some("/posts/")),
            ("/one/", "../../x", None),
            ("/one/", "/", Some("/")),
        ] {
            assert_eq!(absolute(base, path).as_deref(), address, "{base} {path}");
        }
    }
}
