//! Resolves references, such as `{% link a.md %}`, and writes them.

use std::borrow::Cow;

use jiff::civil::Date;

use super::Archive;
use super::destination::Destination;
use super::files_by_name::without_extension;
use super::path_text::{folder_and_name, join};
use super::resolve::{Resolver, Target, uri};
use super::site::Generator;
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
        if named.name.is_empty() {
            return Target::File(from);
        }
        let target = self.find_named(from, named);
        if self.is_accepted(named, target) { target } else { Target::Missing }
    }

    /// Returns what a reference in the page `from` leads to among the files.
    fn find_named(&self, from: FileId, named: NamedFile<'_>) -> Target {
        let target = match named.variable {
            ReferenceVariable::Stem => self.find_by_name(from, named),
            ReferenceVariable::Path => self.find_by_path(from, named),
        };
        if named.notation != Notation::Shortcode {
            return target;
        }
        // Hugo looks everywhere for a name without folders.
        let is_name = !named.name.trim_end_matches('/').contains('/');
        let by_name = || if is_name { self.find_by_name(from, named) } else { Target::Missing };
        let as_link = || self.page_of_hugo_named(from, named);
        let looks = std::iter::once(target).chain(std::iter::once_with(by_name));
        let found = looks.into_iter().find(|found| *found != Target::Missing);
        // Hugo ignores case.
        match found.unwrap_or_else(as_link) {
            Target::Miscased(file) => Target::File(file),
            target => target,
        }
    }

    /// Returns the page or the list that a shortcode of Hugo names as a link does.
    fn page_of_hugo_named(&self, from: FileId, named: NamedFile<'_>) -> Target {
        let found =
            self.addresses().and_then(|addresses| self.page_of_hugo(addresses, from, named.name));
        found.unwrap_or(Target::Missing)
    }

    /// Returns whether the generator accepts a reference to the target that was found.
    fn is_accepted(&self, named: NamedFile<'_>, target: Target) -> bool {
        let Target::File(file) = target else { return true };
        // Jekyll compares paths as they are written.
        let is_exact = self.site.generator == Generator::Jekyll
            && named.notation == Notation::Tag
            && named.variable == ReferenceVariable::Path;
        let path = self.path(file);
        let in_content = || self.site.content_folder_of(path).map(|(_, rest)| rest);
        self.is_served(file)
            && (!is_exact || path == named.name || in_content() == Some(named.name))
    }

    /// Returns the file that a reference by name in the page `from` leads to. The name can have folders before it.
    /// If several files have the name, returns the first one, but none for a shortcode of Hugo, which refuses such
    /// names.
    fn find_by_name(&self, from: FileId, named: NamedFile<'_>) -> Target {
        let name = without_extension(&self.resolver.extensions, named.name.trim_matches('/'));
        let is_shortcode = named.notation == Notation::Shortcode;
        let root = self.root_of_names(self.path(from)).filter(|_| is_shortcode);
        let mut exact = self.files_by_name().ending_in(root, name);
        if is_shortcode && exact.len() > 1 {
            return Target::Missing;
        }
        if let Some(file) = exact.next() {
            return Target::File(file);
        }
        // Programs for wiki links ignore case.
        let is_wiki = named.notation == Notation::Wiki;
        let found = if is_wiki { Target::File } else { Target::Miscased };
        self.files_by_name().ending_in_any_case(root, name).next().map_or(Target::Missing, found)
    }

    /// Returns the folder in which Hugo looks for the name in a shortcode of the page at `from`: the content folder
    /// of the page, such as that of its language.
    pub(super) fn root_of_names<'a>(&'a self, from: &'a str) -> Option<&'a str> {
        let is_hugo = self.site.generator == Generator::Hugo;
        let found = is_hugo.then(|| self.site.content_folder_of(from)).flatten();
        found.map(|(folder, _)| folder)
    }

    /// Returns the path of a file as references by name contain it: without the extension, without the folder of
    /// posts of Jekyll, and without the name of the page of a folder of Hugo.
    pub(super) fn path_in_references(&self, file: FileId) -> Cow<'_, str> {
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

    /// Returns the file that a reference by path in the page `from` leads to. Prefers a file to a folder, and an
    /// exact match to one that ignores case.
    fn find_by_path(&self, from: FileId, named: NamedFile<'_>) -> Target {
        let is_rootless = self.resolver.is_rootless;
        let paths = self.paths_by_path(self.path(from), named);
        if paths.is_empty() {
            return if is_rootless { Target::Rootless } else { Target::Outside };
        }
        let targets = || paths.iter().map(|path| self.resolver.look_up(&self.paths, path));
        // Hugo names the folder of a page.
        let page = targets().find(|target| target.is_resolved() && target.file().is_some());
        let found = page.or_else(|| targets().find(|target| target.is_resolved()));
        let near = || targets().find(|target| *target != Target::Missing);
        match found.or_else(near) {
            Some(target) => target,
            None if is_rootless => Target::Rootless,
            None => Target::Missing,
        }
    }

    /// Returns the paths that a reference in the page `from` can stand for.
    #[must_use]
    pub fn paths_named(&self, from: FileId, named: NamedFile<'_>) -> Vec<String> {
        if named.variable == ReferenceVariable::Path {
            return self.paths_by_path(self.path(from), named);
        }
        // The page was probably meant to be in the same folder as the pages with similar names.
        let extensions = &self.resolver.extensions;
        let stem = without_extension(extensions, named.name);
        let (_, name) = folder_and_name(stem);
        let paths = self.files_by_name().neighbours(name).filter_map(|file| {
            let path = self.path(file);
            let (_, extension) = extensions.split(path)?;
            let (folder, _) = folder_and_name(path);
            Some(join(folder, &format!("{name}.{extension}")))
        });
        let mut paths: Vec<String> = paths.collect();
        paths.dedup();
        paths
    }

    /// Returns the normalized paths that a reference by path in the page at `from` can stand for, the
    /// most probable one first: those from each [root](Self::roots_of_paths) and, if the notation has
    /// relative paths, from the page's folder.
    fn paths_by_path(&self, from: &str, named: NamedFile<'_>) -> Vec<String> {
        let mut paths = Vec::new();
        if !(named.is_relative() && named.notation == Notation::Keyword)
            && let Some(path) = Resolver::normalize("", named.name.trim_start_matches('/'))
        {
            paths.extend(self.roots_of_paths(from).map(|root| join(root, &path)));
        }
        if named.is_relative() {
            paths.extend(Resolver::normalize(from, named.name).map(String::from));
        }
        if named.notation == Notation::Shortcode {
            let files: Vec<String> =
                paths.iter().flat_map(|path| self.resolver.pages_named(path)).collect();
            paths.extend(files);
        }
        paths
    }

    /// Returns the folders at which the paths in references of the page at `from` can start: its own content
    /// folder, such as that of its language, or all of them if it is in none. Jekyll starts at the root of the
    /// site, and what an unknown generator does is not known.
    fn roots_of_paths<'a>(&'a self, from: &'a str) -> impl Iterator<Item = &'a str> {
        let has_root = matches!(self.site.generator, Generator::Jekyll | Generator::Other);
        let own = self.site.content_folder_of(from).map(|(folder, _)| folder);
        let folders = self.site.content_folders().filter(move |folder| {
            own.is_none_or(|own| own == *folder) && !(has_root && folder.is_empty())
        });
        has_root.then_some("").into_iter().chain(folders)
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
            ReferenceVariable::Path => self.respell_path(self.path(from), named, path),
            ReferenceVariable::Stem => {
                let (stem, _) = self.resolver.extensions.split(path)?;
                let (_, name) = folder_and_name(stem);
                let is_sole = self.files_by_name().ending_in_any_case(None, name).len() <= 1;
                is_sole.then(|| name.to_owned())
            }
        }
    }

    /// Returns the path that makes a reference in the page at `from` lead to the file at `path` (see
    /// [`respell_named`](Self::respell_named)).
    fn respell_path(&self, from: &str, named: NamedFile<'_>, path: &str) -> Option<String> {
        if named.is_relative() && named.notation == Notation::Keyword {
            return self.resolver.respell(from, named.name, path);
        }
        if self.resolver.is_rootless {
            return None;
        }
        let roots: Vec<&str> = self.roots_of_paths(from).collect();
        let in_content = self.site.content_folder_of(path);
        let in_content = in_content.filter(|(folder, _)| roots.contains(folder));
        let rest = match in_content {
            Some((_, rest)) => rest,
            None if roots.contains(&"") => path,
            None => return None,
        };
        let is_slashed = named.name.starts_with('/') && named.notation != Notation::Tag;
        let slash = if is_slashed { "/" } else { "" };
        Some(format!("{slash}{rest}"))
    }
}

impl Resolver {
    /// Returns the paths that a page can have that a path without an extension names: that of a file, or that of
    /// the page of a folder.
    pub(super) fn pages_named(&self, path: &str) -> impl Iterator<Item = String> {
        let path = path.trim_end_matches('/');
        self.extensions.all().iter().flat_map(move |extension| {
            ["", "/index", "/_index"].map(|name| format!("{path}{name}.{extension}"))
        })
    }
}
