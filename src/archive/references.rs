//! Resolves references, such as `{% link a.md %}`, and writes them.

use std::borrow::Cow;

use jiff::civil::Date;

use super::Archive;
use super::destination::Destination;
use super::paths::{PathTable, fold};
use super::resolve::{Resolver, Target, below, uri};
use super::site::Generator;
use super::stems::{folder_and_name, without_extension};
use crate::document::{Document, Link, Notation, ReferenceVariable, has_keyword};
use crate::span::FileId;

#[cfg(test)]
mod tests;

/// What a reference names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedFile<'a> {
    /// The kind of the name.
    pub variable: ReferenceVariable,
    /// The notation of the reference.
    pub notation: Notation,
    /// The path or the name of the file.
    pub name: &'a str,
}

impl NamedFile<'_> {
    /// Returns whether the path can be relative to the page.
    fn is_relative(self) -> bool {
        matches!(self.notation, Notation::Keyword | Notation::Shortcode)
            && !self.name.starts_with('/')
    }
}

impl Archive {
    /// Returns what a link names, if it is a reference. `target` is the link's
    /// [`target`](Link::target).
    #[must_use]
    pub fn named_file<'a>(
        &self,
        document: &Document,
        link: &Link,
        target: &'a str,
    ) -> Option<NamedFile<'a>> {
        let reference = document.reference_of(link)?;
        let pattern = self.syntax.references.get(reference.pattern as usize)?;
        let name = target.get(reference.value.clone())?;
        Some(NamedFile { variable: pattern.variable, notation: pattern.notation, name })
    }

    /// Returns whether a destination begins with a keyword of the generator. If it is no reference, it names
    /// something other than a file, such as `{author}` or `{index}` in Pelican.
    #[must_use]
    pub fn has_keyword(&self, destination: &str) -> bool {
        let mut patterns = self.syntax.references.iter();
        has_keyword(destination) && patterns.any(|pattern| pattern.notation == Notation::Keyword)
    }

    /// Returns the target of a reference in the page `from`.
    #[must_use]
    pub fn resolve_named(&self, from: FileId, named: NamedFile<'_>) -> Target {
        let target = self.find_named(from, named);
        if self.knows(named, target) { target } else { Target::Missing }
    }

    /// Returns what a reference in the page `from` leads to among the files.
    fn find_named(&self, from: FileId, named: NamedFile<'_>) -> Target {
        let target = match named.variable {
            ReferenceVariable::Stem => self.bearer_of_stem(from, named),
            ReferenceVariable::Path => self.resolver.resolve_named(&self.paths, from, named),
        };
        if named.notation != Notation::Shortcode {
            return target;
        }
        let by_name = || self.bearer_of_stem(from, named);
        // Hugo ignores case.
        match if target == Target::Missing { by_name() } else { target } {
            Target::Miscased(file) => Target::File(file),
            target => target,
        }
    }

    /// Returns whether the generator finds the page at the target of a reference.
    fn knows(&self, named: NamedFile<'_>, target: Target) -> bool {
        let Target::File(file) = target else { return true };
        // Jekyll compares paths as they are written.
        let is_exact = self.site.generator == Generator::Jekyll
            && named.notation == Notation::Tag
            && named.variable == ReferenceVariable::Path;
        self.is_served(file) && (!is_exact || self.path(file) == named.name)
    }

    /// Returns the file that a reference in the page `from` names, which can have folders before the name. If
    /// several files have the name, returns the first one, but none for a shortcode of Hugo, which refuses such
    /// names.
    fn bearer_of_stem(&self, from: FileId, named: NamedFile<'_>) -> Target {
        let stem = without_extension(&self.resolver.extensions, named.name.trim_matches('/'));
        let (_, name) = folder_and_name(stem);
        let is_shortcode = named.notation == Notation::Shortcode;
        let root = self.resolver.content_root_of(self.path(from)).filter(|_| is_shortcode);
        let is_near =
            |file: &FileId| root.is_none_or(|root| below(self.path(*file), root).is_some());
        let ends_alike = |file: &FileId| ends_in(&fold(&self.path_of_stem(*file)), &fold(stem));
        let bearers = || self.stems().named(name).filter(is_near).filter(ends_alike);
        let mut exact = bearers().filter(|file| ends_in(&self.path_of_stem(*file), stem));
        if let Some(file) = exact.next() {
            let is_ambiguous = is_shortcode && exact.next().is_some();
            return if is_ambiguous { Target::Missing } else { Target::File(file) };
        }
        // Programs for wiki links ignore case.
        let is_wiki = named.notation == Notation::Wiki;
        let found = if is_wiki { Target::File } else { Target::Miscased };
        bearers().next().map_or(Target::Missing, found)
    }

    /// Returns the path of a file as references by name contain it: without the extension, without the folder of
    /// posts of Jekyll, and without the name of the page of a folder of Hugo.
    fn path_of_stem(&self, file: FileId) -> Cow<'_, str> {
        let path = without_extension(&self.resolver.extensions, self.path(file));
        match self.site.generator {
            Generator::Jekyll => match path.split_once("_posts/") {
                Some((above, below)) => format!("{above}{below}").into(),
                None => path.into(),
            },
            Generator::Hugo => path.strip_suffix("/index").unwrap_or(path).into(),
            _ => path.into(),
        }
    }

    /// Returns the paths that a reference in the page `from` can stand for.
    #[must_use]
    pub fn paths_named(&self, from: FileId, named: NamedFile<'_>) -> Vec<String> {
        if named.variable == ReferenceVariable::Path {
            return self.resolver.paths_named(self.path(from), named);
        }
        // The page was probably meant to be in the same folder as the pages with similar names.
        let extensions = &self.resolver.extensions;
        let stem = without_extension(extensions, named.name);
        let (_, name) = folder_and_name(stem);
        let paths = self.stems().neighbours(name).filter_map(|file| {
            let path = self.path(file);
            let (_, extension) = extensions.split(path)?;
            let (folder, _) = folder_and_name(path);
            let slash = if folder.is_empty() { "" } else { "/" };
            Some(format!("{folder}{slash}{name}.{extension}"))
        });
        let mut paths: Vec<String> = paths.collect();
        paths.dedup();
        paths
    }

    /// Returns the day of the day page that a link of the page `from` refers to (see [`day_of`](Self::day_of)). The
    /// day page does not have to exist. `target` is the link's [`target`](Link::target).
    #[must_use]
    pub fn day_meant(
        &self,
        from: FileId,
        document: &Document,
        link: &Link,
        target: &str,
    ) -> Option<Date> {
        if let Some(named) = self.named_file(document, link, target) {
            let paths = self.paths_named(from, named);
            return paths.iter().find_map(|path| self.day_of(from, &format!("/{}", uri(path))));
        }
        match self.parse_destination(target).of(target) {
            Destination::Internal { path, .. } => self.day_of(from, path),
            _ => None,
        }
    }

    /// Returns the name that makes a reference in the page `from` lead to the file at `path`, in the
    /// form of its present name. Returns `None` if it is not certain that the generator finds the
    /// file by this name.
    #[must_use]
    pub fn respell_named(&self, from: FileId, named: NamedFile<'_>, path: &str) -> Option<String> {
        match named.variable {
            ReferenceVariable::Path => self.resolver.respell_named(self.path(from), named, path),
            ReferenceVariable::Stem => {
                let (stem, _) = self.resolver.extensions.split(path)?;
                let (_, name) = folder_and_name(stem);
                let is_sole = self.stems().named(name).nth(1).is_none();
                is_sole.then(|| name.to_owned())
            }
        }
    }
}

impl Resolver {
    /// Resolves a reference by path, without access to the file system. Prefers a file to a folder, and
    /// an exact match to one that ignores case.
    fn resolve_named(&self, table: &PathTable, from: FileId, named: NamedFile<'_>) -> Target {
        let paths = self.paths_named(table.path(from), named);
        if paths.is_empty() {
            return if self.is_rootless { Target::Rootless } else { Target::Outside };
        }
        let targets = || paths.iter().map(|path| self.look_up(table, path));
        // Hugo names the folder of a page.
        let page = targets().find(|target| target.is_resolved() && target.file().is_some());
        let found = page.or_else(|| targets().find(|target| target.is_resolved()));
        let near = || targets().find(|target| *target != Target::Missing);
        match found.or_else(near) {
            Some(target) => target,
            None if self.is_rootless => Target::Rootless,
            None => Target::Missing,
        }
    }

    /// Returns the normalized paths that a reference by path in the page at `from` can stand for, the
    /// most probable one first: those from the archive's root, from each content root and, if the
    /// notation has relative paths, from the page's folder.
    fn paths_named(&self, from: &str, named: NamedFile<'_>) -> Vec<String> {
        let mut paths = Vec::new();
        if !(named.is_relative() && named.notation == Notation::Keyword) {
            let rooted = Self::normalize("", named.name.trim_start_matches('/'));
            if let Some(path) = rooted {
                let roots = self.content_roots.iter().map(|root| root.trim_matches('/'));
                // A page refers to pages in its own content root, such as that of its language.
                let own = self.content_root_of(from);
                let roots = roots.filter(|root| own.is_none_or(|own| own == *root));
                paths.extend(roots.map(|root| format!("{root}/{path}")));
                paths.insert(0, path.into_owned());
            }
        }
        if named.is_relative() {
            paths.extend(Self::normalize(from, named.name).map(String::from));
        }
        if named.notation == Notation::Shortcode {
            let files: Vec<String> = paths.iter().flat_map(|path| self.pages_named(path)).collect();
            paths.extend(files);
        }
        paths
    }

    /// Returns the content root that contains a page.
    fn content_root_of(&self, path: &str) -> Option<&str> {
        let mut roots = self.content_roots.iter().map(|root| root.trim_matches('/'));
        roots.find(|root| below(path, root).is_some())
    }

    /// Returns the paths that a page can have that a path without an extension names: that of a file, or that of
    /// the page of a folder.
    pub(super) fn pages_named(&self, path: &str) -> impl Iterator<Item = String> {
        let path = path.trim_end_matches('/');
        self.extensions.all().iter().flat_map(move |extension| {
            ["", "/index", "/_index"].map(|name| format!("{path}{name}.{extension}"))
        })
    }

    /// Returns the path that makes a reference in the page at `from` lead to the file at `path` (see
    /// [`Archive::respell_named`]).
    fn respell_named(&self, from: &str, named: NamedFile<'_>, path: &str) -> Option<String> {
        if named.is_relative() && named.notation == Notation::Keyword {
            return self.respell(from, named.name, path);
        }
        if self.is_rootless {
            return None;
        }
        let roots = self.content_roots.iter().map(|root| root.trim_matches('/'));
        let below_root = roots.filter_map(|root| below(path, root)).find(|rest| !rest.is_empty());
        let is_slashed = named.name.starts_with('/') && named.notation != Notation::Tag;
        let slash = if is_slashed { "/" } else { "" };
        Some(format!("{slash}{}", below_root.unwrap_or(path)))
    }
}

/// Returns whether a path ends in the folders and the name of `end`.
fn ends_in(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}
