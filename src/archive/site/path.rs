//! Paths and addresses as texts.

use std::borrow::Cow;

use crate::archive::normal_form::nfc;
use crate::archive::path_text::{fold, folder_and_name};
use crate::archive::resolve::Resolver;

/// Returns what stands after the last slash of a path.
pub(super) fn last_part(path: &str) -> &str {
    folder_and_name(path).1
}

/// Returns what remains of a path below a folder. The root is the empty path.
pub(super) fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

/// Returns the path to which `path` leads from a folder, without a slash at its end. A path that leads above the
/// root stays there.
pub(super) fn within(folder: &str, path: &str) -> String {
    let path = Resolver::normalize_on_site(&format!("{folder}/"), path);
    path.trim_end_matches('/').to_owned()
}

/// Returns a path as Hugo compares it with those of pages: without capitals, and with hyphens instead of spaces.
pub(super) fn hyphenated(path: &str) -> String {
    fold(path).replace(' ', "-")
}

/// Returns the form in which addresses are compared. A slash at the end, `index.html`, `index`, and the
/// extension `.html` make no difference.
pub(in crate::archive) fn key(address: &str) -> Cow<'_, str> {
    let address = nfc(address.trim_matches('/'));
    let trim = |text: &str| {
        let text = text.strip_suffix(".html").or_else(|| text.strip_suffix(".htm")).unwrap_or(text);
        let (folder, name) = folder_and_name(text);
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

/// Returns the address to which a link leads that a page at `base` contains. `path` is percent-encoded. A path
/// that leads above the root of the site stays there.
#[must_use]
pub fn absolute(base: &str, path: &str) -> String {
    let mut address =
        format!("/{}", Resolver::normalize_on_site(base.trim_start_matches('/'), path));
    if matches!(last_part(path), "." | "..") && address.len() > 1 {
        address.push('/');
    }
    address
}

/// Returns whether a link that a page at `base` contains leads above the root of the site.
#[must_use]
pub fn escapes(base: &str, path: &str) -> bool {
    Resolver::normalize(base.trim_start_matches('/'), path).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_several_spellings() {
        for address in ["/a/b/", "/a/b", "a/b.html", "/a/b/index.html", "/a/b/index", "/a/b.htm"] {
            assert_eq!(key(address), "a/b", "{address}");
        }
        // The server of Jekyll serves files under these, too.
        for address in ["/a/b.html/", "/a/b/index.html/", "/a/b/index/"] {
            assert_eq!(key(address), "a/b", "{address}");
        }
        assert_eq!(
            (key("/"), key("/index.html"), key("/v1.2/")),
            ("".into(), "".into(), "v1.2".into())
        );
        assert_eq!(key("/cafe\u{301}/"), "café");
    }

    #[test]
    fn paths_do_not_leave_the_root() {
        for (folder, path, within_root) in [
            ("a/b", "../c", "a/c"),
            ("a/b", "./c/", "a/b/c"),
            ("/a/b", "/c/../d", "d"),
            ("a", "../../../c", "c"),
        ] {
            assert_eq!(within(folder, path), within_root, "{folder} {path}");
        }
    }

    #[test]
    fn links_are_resolved_as_a_browser_does() {
        for (base, path, address) in [
            ("/posts/one/", "../two/", "/posts/two/"),
            ("/posts/one/", "two", "/posts/one/two"),
            ("/posts/one.html", "two.html", "/posts/two.html"),
            ("/posts/one/", "/a%20b/", "/a b/"),
            ("/posts/one/", ".", "/posts/one/"),
            ("/posts/one/", "..", "/posts/"),
            ("/one/", "../../x", "/x"),
            ("/one/", "../../..", "/"),
            ("/one/", "/../x/%2e%2e/y/", "/y/"),
            ("/one/", "/", "/"),
        ] {
            assert_eq!(absolute(base, path), address, "{base} {path}");
            assert_eq!(escapes(base, path), path.contains("../../") || path == "/../x/%2e%2e/y/");
        }
    }
}
