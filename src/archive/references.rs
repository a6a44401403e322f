//! Resolves references, such as `{% link a.md %}`, and writes them.

use jiff::civil::Date;

use super::Archive;
use super::destination::Destination;
use super::paths::{PathTable, fold};
use super::resolve::{Resolver, Target, below, uri};
use super::stems::{folder_and_name, without_extension};
use crate::document::{Document, Link, Notation, ReferenceVariable, has_keyword};
use crate::span::FileId;

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
        let target = match named.variable {
            ReferenceVariable::Stem => self.bearer_of_stem(named.name, named.notation),
            ReferenceVariable::Path => self.resolver.resolve_named(&self.paths, from, named),
        };
        match target {
            Target::Missing if named.notation == Notation::Shortcode => {
                self.bearer_of_stem(named.name, named.notation)
            }
            target => target,
        }
    }

    /// Returns the file with a name, which can have folders before it. If several files have the name,
    /// returns the first one.
    fn bearer_of_stem(&self, written: &str, notation: Notation) -> Target {
        let extensions = &self.resolver.extensions;
        let stem = without_extension(extensions, written.trim_matches('/'));
        let path = |file| without_extension(extensions, self.path(file));
        let (_, name) = folder_and_name(stem);
        let ends_alike = |file: &FileId| ends_in(&fold(path(*file)), &fold(stem));
        let bearers = || self.stems().named(name).filter(ends_alike);
        if let Some(file) = bearers().find(|file| ends_in(path(*file), stem)) {
            return Target::File(file);
        }
        // Programs for wiki links ignore case.
        let is_wiki = notation == Notation::Wiki;
        let found = if is_wiki { Target::File } else { Target::Miscased };
        bearers().next().map_or(Target::Missing, found)
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

    /// Returns the day of the day page that a link of the page `from` refers to according to the
    /// layout. The day page does not have to exist. `target` is the link's [`target`](Link::target).
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
        match Destination::parse(target) {
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
                let below = |root: &String| format!("{}/{path}", root.trim_matches('/'));
                paths.extend(self.content_roots.iter().map(below));
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

    /// Returns the paths of the pages that Hugo finds by a path without an extension.
    fn pages_named(&self, path: &str) -> impl Iterator<Item = String> {
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
        let slash = if named.name.starts_with('/') { "/" } else { "" };
        Some(format!("{slash}{}", below_root.unwrap_or(path)))
    }
}

/// Returns whether a path ends in the folders and the name of `end`.
fn ends_in(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::layout::{Layout, Pattern};
    use crate::archive::paths::PathTable;
    use crate::document::{ReferencePattern, Syntax, TemplateLanguage};

    const PATTERNS: [&str; 8] = [
        "{% link {path} %}",
        "{% post_url {stem} %}",
        "@/{path}",
        "[[{stem}]]",
        "{{< ref \"{path}\" >}}",
        "{filename}{path}",
        "{static}{path}",
        "{{ \"{path}\" | relative_url }}",
    ];

    fn archive() -> Archive {
        let paths = [
            "_posts/2012-03-25-lock-gates-fail.md",
            "_posts/2012-03-24-ferry-line-reopens.md",
            "_posts/old/2009-01-02-Basin.md",
            "content/blog/a.md",
            "content/blog/b/index.md",
            "content/images/map.png",
            "about.md",
        ];
        let layout = Layout {
            event: vec![
                Pattern::parse("_posts/{year}-{month:02}-{day:02}-{slug}.md", true)
                    .expect("a pattern"),
            ],
            day: Vec::new(),
        };
        let table = PathTable::new(paths.map(str::to_owned).to_vec(), Vec::new());
        let resolver = Resolver { content_roots: vec!["content".into()], ..Resolver::default() };
        let parse = |text: &&str| ReferencePattern::parse(text).expect("a pattern");
        let references = PATTERNS.iter().map(parse).collect();
        Archive::new(table, layout, resolver).with_syntax(Syntax {
            references,
            template: TemplateLanguage::Liquid,
            ..Syntax::default()
        })
    }

    /// Returns the path of the file that the only link of a page at `content/blog/a.md` leads to, or
    /// else the target.
    fn leads_to(markdown: &str) -> Result<String, Target> {
        let archive = archive();
        let from = archive.paths.file("content/blog/a.md").expect("the page");
        let document = Document::parse_with(markdown, &archive.syntax);
        let [link] = &*document.links else { panic!("{markdown}: {:?}", document.links) };
        let named = archive.named_file(&document, link, link.target(markdown));
        let target = archive.resolve_named(from, named.expect("a reference"));
        match target {
            Target::File(file) => Ok(archive.path(file).to_owned()),
            target => Err(target),
        }
    }

    #[test]
    fn references_lead_to_files_from_the_root_and_below_content() {
        for (markdown, path) in [
            ("[a]({% link about.md %})", "about.md"),
            ("[a]({% link blog/a.md %}#b)", "content/blog/a.md"),
            ("[a]({{ site.baseurl }}{% link about.md %})", "about.md"),
            ("[a]({{ \"/about.md\" | relative_url }})", "about.md"),
            ("<a href=\"{% link about.md %}\">a</a>", "about.md"),
            ("See {% link about.md %}.", "about.md"),
            (
                "- {%- post_url 2012-03-25-lock-gates-fail -%}",
                "_posts/2012-03-25-lock-gates-fail.md",
            ),
            ("[a]({% post_url /old/2009-01-02-Basin %})", "_posts/old/2009-01-02-Basin.md"),
            ("[a][b]\n\n[b]: @/blog/a.md#c\n", "content/blog/a.md"),
            ("[[about]]", "about.md"),
            ("[[about|the page]] and", "about.md"),
            ("[a]({{< ref \"/blog/b\" >}})", "content/blog/b/index.md"),
            ("[a]({{< ref \"b/index.md#c\" >}})", "content/blog/b/index.md"),
            ("{{< ref \"about.md\" >}}", "about.md"),
            ("[a]({filename}b/index.md)", "content/blog/b/index.md"),
            ("![a]({static}/images/map.png)", "content/images/map.png"),
        ] {
            assert_eq!(leads_to(markdown).as_deref(), Ok(path), "{markdown}");
        }
    }

    #[test]
    fn what_is_missing_or_miscased_is_told() {
        assert_eq!(leads_to("[a](@/blog/c.md)"), Err(Target::Missing));
        assert_eq!(leads_to("[[basin map|the map]]"), Err(Target::Missing));
        assert_eq!(leads_to("[a]({static}images/map.png)"), Err(Target::Missing));
        assert_eq!(leads_to("[a]({% post_url other/2009-01-02-Basin %})"), Err(Target::Missing));
        assert_eq!(leads_to("[a](@/../../x.md)"), Err(Target::Outside));
        assert!(matches!(leads_to("[a]({% link About.md %})"), Err(Target::Miscased(_))));
        assert!(matches!(
            leads_to("[a]({% post_url 2009-01-02-basin %})"),
            Err(Target::Miscased(_))
        ));
        assert_eq!(leads_to("[[About]]").as_deref(), Ok("about.md"));
    }

    #[test]
    fn a_missing_reference_has_a_nearest_page_and_its_own_form() {
        let archive = archive();
        let from = archive.paths.file("about.md").expect("the page");
        for (pattern, name, path, spelt) in [
            (
                1,
                "2012-03-26-lock-gates-fail",
                "_posts/2012-03-25-lock-gates-fail.md",
                "2012-03-25-lock-gates-fail",
            ),
            (
                1,
                "2012-03-25-lock-gate-fail",
                "_posts/2012-03-25-lock-gates-fail.md",
                "2012-03-25-lock-gates-fail",
            ),
            (0, "abuot.md", "about.md", "about.md"),
            (2, "images/mapp.png", "content/images/map.png", "images/map.png"),
        ] {
            let found = &archive.syntax.references[pattern];
            let (variable, notation) = (found.variable, found.notation);
            let named = NamedFile { variable, notation, name };
            assert_eq!(archive.resolve_named(from, named), Target::Missing, "{name}");
            let near = archive.nearest_by_name(&archive.paths_named(from, named));
            let near = near.map(|near| archive.path(near.file));
            assert_eq!(near, Some(path), "{name}");
            assert_eq!(archive.respell_named(from, named, path).as_deref(), Some(spelt));
        }
    }
}
