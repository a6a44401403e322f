//! Writes paths and fragments into link destinations.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use percent_encoding::percent_encode_byte;

use super::Archive;
use super::date::DateTexts;
use super::destination::path_range;
use super::path_text::folder_and_name;
use super::resolve::{Resolver, below};
use super::site::{AddressRules, Addresses, Generator};
use crate::document::{Document, Link, LinkKind};
use crate::span::FileId;

impl Resolver {
    /// Returns a path that can replace the path of the destination `target` (see [`path_range`]) in
    /// a link of the page at `from`, so that the link leads to the file at `path`. The result is
    /// percent-encoded and keeps the form of `target`: relative or from the root, with the same URL
    /// prefix and generated extension.
    ///
    /// Returns `None` for a path from the root if the root is unknown.
    #[must_use]
    pub fn respell(&self, from: &str, target: &str, path: &str) -> Option<String> {
        let old = target.get(path_range(target)).unwrap_or_default();
        let ending = old.rsplit_once('.').map(|(_, ending)| ending);
        let rendered = ending.filter(|ending| self.generated.iter().any(|known| known == ending));
        let path = match (self.extensions.split(path), rendered) {
            (Some((stem, _)), Some(ending)) => format!("{stem}.{ending}"),
            _ => path.to_owned(),
        };
        let mut spelt = String::with_capacity(path.len() + 8);
        if old.starts_with('/') {
            if self.is_rootless {
                return None;
            }
            spelt.extend(self.prefix_of(old).map(|prefix| format!("/{prefix}")));
            spelt.push('/');
            encode(&path, &mut spelt);
        } else {
            let (up, rest) = relative(from, &path);
            // A colon in the first folder or file name would end a scheme.
            let needs_dot = rest.split('/').next().is_some_and(|name| name.contains(':'));
            if up == 0 && (old.starts_with("./") || needs_dot) {
                spelt.push_str("./");
            }
            spelt.extend(std::iter::repeat_n("../", up));
            encode(rest, &mut spelt);
        }
        Some(spelt)
    }

    /// Returns the longest URL prefix of a path that begins with a slash.
    fn prefix_of(&self, path: &str) -> Option<&String> {
        let path = path.trim_start_matches('/');
        let is_below = |prefix: &&String| below(path, prefix).is_some_and(|rest| !rest.is_empty());
        self.url_prefixes.iter().filter(is_below).max_by_key(|prefix| prefix.len())
    }
}

impl Archive {
    /// Returns a path that can replace the path of the destination `target` in a link of the page `from`, so
    /// that the link leads to the file at `path`: the address of the file if the link names addresses, or else
    /// the path of the file (see [`Resolver::respell`]).
    #[must_use]
    pub fn respell(&self, from: FileId, target: &str, path: &str) -> Option<String> {
        let by_file = || self.respell_file(from, target, path);
        let Some(addresses) = self.addresses() else { return by_file() };
        if self.site.allows_source_links() && self.names_page(target) {
            return by_file();
        }
        let old = target.get(path_range(target)).unwrap_or_default();
        let address = match self.paths.file(path) {
            Some(file) => self.address(addresses, file),
            None => self.address_of_new(path).map(Cow::Owned),
        };
        let Some(address) = address.filter(|_| addresses.of(from).is_some()) else {
            return by_file();
        };
        // Without a slash at its end, as before.
        let (_, name) = folder_and_name(old);
        let is_slashed = matches!(name, "" | "." | "..") || name.contains('.');
        let address = if is_slashed { &*address } else { without_slash(&address) };
        let mut spelt = String::with_capacity(address.len() + 8);
        if old.starts_with('/') {
            let prefix = self.resolver.prefix_of(old);
            spelt.extend(prefix.map(|prefix| format!("/{prefix}")));
            encode(address, &mut spelt);
        } else {
            let (up, rest) = relative(addresses.of(from)?, address);
            spelt.extend(std::iter::repeat_n("../", up));
            encode(rest, &mut spelt);
            if spelt.is_empty() {
                spelt.push('.');
            }
        }
        Some(spelt)
    }

    /// Returns the percent-encoded destination of a new link of the page `from` to the file at `path`, which may not
    /// exist yet. It starts at the root and is the address of the file if the site serves it, or else its path.
    ///
    /// Returns `None` if the root is unknown.
    #[must_use]
    pub fn spell_from_root(&self, from: FileId, path: &str) -> Option<String> {
        self.respell(from, "/", path)
    }

    /// Returns a path as [`respell`](Self::respell) does, for a link of this kind. A path of a page in front matter
    /// stays one, because the templates of the site read it.
    #[must_use]
    pub fn respell_link(
        &self,
        from: FileId,
        kind: LinkKind,
        target: &str,
        path: &str,
    ) -> Option<String> {
        if kind == LinkKind::FrontMatter && self.names_page(target) {
            return self.respell_file(from, target, path);
        }
        self.respell(from, target, path)
    }

    /// Returns the part of the target of a link that names a file, and what has to replace it so that the
    /// link refers to the file at `path`. `target` is that of the link as CommonMark resolves it.
    #[must_use]
    pub fn respell_target(
        &self,
        from: FileId,
        document: &Document,
        link: &Link,
        target: &str,
        path: &str,
    ) -> Option<(Range<usize>, String)> {
        if let Some(named) = self.named_file(document, link, target) {
            let part = document.reference_of(link)?.value.clone();
            return Some((part, self.respell_named(from, named, path)?));
        }
        let part = self.parse_destination(target).path_range()?;
        let written = target.get(part.clone())?;
        Some((part, self.respell_link(from, link.kind, written, path)?))
    }

    /// Returns whether a destination ends like the file of a page.
    fn names_page(&self, target: &str) -> bool {
        let path = target.get(path_range(target)).unwrap_or_default();
        self.resolver.extensions.split(&path.to_ascii_lowercase()).is_some()
    }

    /// Returns a path that can replace that of the destination `target` and names the file at `path`.
    fn respell_file(&self, from: FileId, target: &str, path: &str) -> Option<String> {
        let old = target.get(path_range(target)).unwrap_or_default();
        let Some(rest) = self.site.path_below_content(self.path(from), old, path) else {
            return self.resolver.respell(self.path(from), target, path);
        };
        let mut spelt = "/".to_owned();
        encode(rest, &mut spelt);
        Some(spelt)
    }

    /// Returns the address of a page that does not exist yet and will have no front matter.
    fn address_of_new(&self, path: &str) -> Option<String> {
        let rules = AddressRules {
            site: &self.site,
            layout: &self.layout,
            extensions: &self.resolver.extensions,
            paths: &self.paths,
            date_keys: &[],
            dates: &DateTexts::default(),
            folder_names: &HashMap::new(),
        };
        let is_page = self.resolver.extensions.is_page(path);
        is_page.then(|| rules.addresses(path, None).own).flatten()
    }

    /// Returns the address at which a file is served.
    fn address<'a>(&self, addresses: &'a Addresses, file: FileId) -> Option<Cow<'a, str>> {
        if let Some(address) = addresses.of(file) {
            return Some(address.into());
        }
        if self.site.generator == Generator::Other {
            return None;
        }
        let (site, extensions) = (&self.site, &self.resolver.extensions);
        Some(addresses.of_file(site, &self.paths, extensions, file)?.into())
    }
}

/// Returns an address without a slash at its end, unless it is that of the root.
fn without_slash(address: &str) -> &str {
    address.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(address)
}

/// Percent-encodes an anchor for use as a fragment.
#[must_use]
pub fn fragment(anchor: &str) -> String {
    let mut fragment = String::with_capacity(anchor.len());
    encode(anchor, &mut fragment);
    fragment
}

/// Appends a path or an anchor to `out`, percent-encoded. Encodes only spaces, control characters,
/// and characters that are special in URLs or Markdown.
fn encode(path: &str, out: &mut String) {
    let mut buffer = [0; 4];
    for char in path.chars() {
        let is_mark = char.is_ascii() && b"<>()%?#\\&`|".contains(&(char as u8));
        if is_mark || char == ' ' || char.is_control() {
            let bytes = char.encode_utf8(&mut buffer).bytes();
            out.extend(bytes.map(percent_encode_byte));
        } else {
            out.push(char);
        }
    }
}

/// Returns the parts of the relative path from the page at `from` to the file at `path`: the number
/// of `../` at its start, and the rest.
fn relative<'a>(from: &str, path: &'a str) -> (usize, &'a str) {
    let alike = from.bytes().zip(path.bytes()).take_while(|(one, other)| one == other);
    let slashes = alike.enumerate().filter(|(_, (byte, _))| *byte == b'/');
    let shared = slashes.last().map_or(0, |(at, _)| at + 1);
    (from[shared..].matches('/').count(), &path[shared..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::destination::Destination;
    use crate::archive::paths::PathTable;
    use crate::archive::resolve::Target;
    use crate::span::FileId;

    fn resolver() -> Resolver {
        Resolver {
            url_prefixes: vec!["zh".into(), "zh/old".into()],
            generated: vec!["html".into()],
            ..Resolver::default()
        }
    }

    #[test]
    fn another_page_is_named_in_the_same_manner() {
        let resolver = resolver();
        let from = "news/2012/25/b c.md";
        let respell = |written: &str, path: &str| resolver.respell(from, written, path);
        for (written, path, spelt) in [
            ("/zh/news/b.md", "news/a.md", "/zh/news/a.md"),
            ("/zh/old/news/b.md", "news/a.md", "/zh/old/news/a.md"),
            ("/zhong/b.md?x", "a(1)%.png", "/a%281%29%25.png"),
            ("../b.html#c", "news/é 1.md", "../../é%201.html"),
            ("../b.html", "news/a.markdown", "../../a.html"),
            ("../26/B.md", "news/2012/26/b.md", "../26/b.md"),
            ("B.md", "news/2012/25/b.md", "b.md"),
            ("./B.md", "news/2012/25/b.md", "./b.md"),
            ("./B.md", "news/2012/26/b.md", "../26/b.md"),
            ("b.md", "news/2012/25/x/b.md", "x/b.md"),
            ("b.md", "news/2012/2/b.md", "../2/b.md"),
            ("b.md", "news/2012/25/b:c.md", "./b:c.md"),
            ("../b.md", "news/2012/b:c.md", "../b:c.md"),
            ("", "a.md", "../../../a.md"),
            ("#c", "zh/old.html", "../../../zh/old.html"),
        ] {
            assert_eq!(respell(written, path).as_deref(), Some(spelt), "{written} {path}");
            let table = PathTable::new(vec![from.to_owned(), path.to_owned()], Vec::new());
            let (from, to) = (table.file(from).expect("the page"), table.file(path));
            let Destination::Internal { path: found, .. } = Destination::parse(spelt) else {
                panic!("{spelt} is no path")
            };
            assert_eq!(resolver.resolve(&table, from, found).file(), to, "{spelt}");
        }
        for path in ["news/é 1.md", "a(1)%.md", "a#b?c.md", "a&amp;`b\\.md", "a|b\u{85}.md"] {
            let table = PathTable::new(vec![path.to_owned()], Vec::new());
            let spelt = resolver.respell("", "/", path).expect("a known root");
            let document = crate::document::Document::parse(&format!("[a]({spelt})"));
            let [link] = document.links.as_slice() else { panic!("{spelt} is no destination") };
            assert_eq!(link.target(&format!("[a]({spelt})")), spelt);
            let Destination::Internal { path: found, .. } = Destination::parse(&spelt) else {
                panic!("{spelt} is no path")
            };
            assert!(
                matches!(resolver.resolve(&table, FileId(0), found), Target::File(_)),
                "{spelt}"
            );
        }
    }

    #[test]
    fn no_path_from_an_unknown_root_is_written() {
        let resolver = Resolver { is_rootless: true, ..resolver() };
        assert_eq!(resolver.respell("", "/", "a.md"), None);
        assert_eq!(resolver.respell("en/b.md", "/B.md", "en/b.md"), None);
        let relative = resolver.respell("en/b.md", "../de/A.md", "de/a.md");
        assert_eq!(relative.as_deref(), Some("../de/a.md"));
    }
}
