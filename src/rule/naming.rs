//! How fixes make links refer to other pages and headings.

use std::ops::Range;

use super::archive::ArchiveContext;
use super::findings::Findings;
use crate::archive::destination::fragment_range;
use crate::archive::nearest::Nearest;
use crate::archive::page_facts::{LinkFact, LinkRole};
use crate::archive::site::Addresses;
use crate::archive::spelling::fragment;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, quote};
use crate::document::{Reference, Rewritten};
use crate::span::FileId;

impl ArchiveContext<'_> {
    /// Reports a broken link, and suggests the page that it probably refers to. If there is no such
    /// page, the help is `else_do`. `describe` turns the quoted destination into the message.
    pub fn report_missing(
        &self,
        link: &LinkFact,
        findings: &mut Findings,
        describe: impl Fn(&str) -> String,
        else_do: &str,
    ) {
        let (written, paths) = (self.shown(link), self.paths_meant(link));
        let archive = self.archive;
        let mut files = paths.iter().filter_map(|path| archive.paths.file(path));
        if files.any(|file| !archive.is_served(file)) {
            let message = format!("{} is a page that is not on the site", quote(&written));
            let finding = Finding::new(link.destination, message);
            findings.push(finding.help("publish the page, or remove the link"));
            return;
        }
        let finding = || Finding::new(link.destination, describe(&quote(&written)));
        match self.archive.nearest_by_slug(&paths) {
            Some(near) => {
                findings.push_with(|| Some(self.suggest(link, finding(), Some(near), else_do)));
            }
            None => findings.push_slow(|| {
                let near = self.archive.nearest_by_name(&paths);
                Some(self.suggest(link, finding(), near, else_do))
            }),
        }
    }

    /// Adds a suggested page to a finding about a broken link, as help and as a fix. Without a
    /// suggestion, the help is `else_do`.
    fn suggest(
        &self,
        link: &LinkFact,
        finding: Finding,
        near: Option<Nearest>,
        else_do: &str,
    ) -> Finding {
        let is_useful =
            |near: &Nearest| near.file != self.file && self.archive.is_served(near.file);
        let Some(near) = near.filter(is_useful) else {
            return finding.help(else_do);
        };
        let naming = self.rename(link, near.file);
        let path = quote(&naming.destination);
        // An unrelated event may have the same slug. Only the title confirms that this is the right
        // page.
        let is_sure =
            near.sole && link.role == LinkRole::Related && self.names_title(link, near.file);
        let applicability = Applicability::safe_if(is_sure);
        let help = if near.renamed {
            format!("the page was renamed to {path}")
        } else {
            format!("did you mean {path}?")
        };
        finding.help(help).fix(naming.fix(applicability, format!("link to {path}")))
    }

    /// Returns the destination that makes a link refer to the file at `path`. It keeps the form of
    /// the current destination (see [`Archive::respell`](crate::archive::Archive::respell)).
    #[must_use]
    pub fn name_path(&self, link: &LinkFact, path: &str) -> Naming {
        let target = self.target(link);
        let Some((part, spelt)) = self.respell(link, &target, path) else {
            return Naming { destination: path.to_owned(), edit: None };
        };
        let before = target.get(..part.start).unwrap_or_default();
        let rest = target.get(part.end..).unwrap_or_default();
        let edit = self
            .rewrite(link, part.clone(), &spelt)
            .map(|rewritten| Edit::replace(self.file, rewritten.place, rewritten.whole));
        Naming { destination: format!("{before}{spelt}{rest}"), edit }
    }

    /// Returns the destination that makes a link refer to another file. It keeps the form of the
    /// current destination.
    #[must_use]
    pub fn rename(&self, link: &LinkFact, file: FileId) -> Naming {
        self.name_path(link, self.archive.path(file))
    }

    /// Returns an edit that makes a link refer to another anchor of the same page. Returns `None`
    /// if the link has no fragment or cannot be edited.
    #[must_use]
    pub fn name_anchor(&self, link: &LinkFact, anchor: &str) -> Option<Edit> {
        let part = self.fragment_range(link)?;
        let rewritten = self.rewrite(link, part, &fragment(anchor))?;
        Some(Edit::replace(self.file, rewritten.part, rewritten.replacement))
    }

    fn rewrite(&self, link: &LinkFact, part: Range<usize>, text: &str) -> Option<Rewritten> {
        let page = self.pages.reread(self.file)?;
        let link = link.find(page.document())?;
        page.document().rewrite(link, page.text(), part, text)
    }

    /// Returns the range of the fragment in the [`target`](Self::target) of a link, if it has one.
    #[must_use]
    pub fn fragment_range(&self, link: &LinkFact) -> Option<Range<usize>> {
        match self.reference(link) {
            Some(reference) => reference.fragment,
            None => fragment_range(&self.target(link)),
        }
    }

    /// Returns whether a link names an address of the site, and not a file.
    #[must_use]
    pub fn names_address(&self, link: &LinkFact) -> bool {
        let has_address = |site: &Addresses| site.has(self.file);
        self.archive.addresses().is_some_and(has_address) && self.reference(link).is_none()
    }

    /// Returns what a link names, if it is a reference.
    fn reference(&self, link: &LinkFact) -> Option<Reference> {
        let page = self.pages.reread(self.file)?;
        page.document().reference_of(link.find(page.document())?).cloned()
    }

    /// Returns the paths that a link can stand for.
    fn paths_meant(&self, link: &LinkFact) -> Vec<String> {
        let paths = self.pages.reread(self.file).and_then(|page| {
            let (document, link) = (page.document(), link.find(page.document())?);
            Some(self.archive.paths_meant(self.file, document, link, link.target(page.text())))
        });
        paths.unwrap_or_default()
    }

    /// Returns the part of the target of a link that names a file, and what has to replace it so that
    /// the link refers to the file at `path`.
    fn respell(&self, link: &LinkFact, target: &str, path: &str) -> Option<(Range<usize>, String)> {
        let page = self.pages.reread(self.file)?;
        let (document, link) = (page.document(), link.find(page.document())?);
        self.archive.respell_target(self.file, document, link, target, path)
    }
}

/// A new destination for a link.
#[derive(Clone, Debug)]
pub struct Naming {
    /// The destination as help texts show it. The path of the file if it is not certain how to write
    /// it from the root.
    pub destination: String,
    /// The edit that writes the destination. `None` if it is not certain how to write it.
    pub edit: Option<Edit>,
}

impl Naming {
    /// Turns the edit into a fix, if there is an edit.
    #[must_use]
    pub fn fix(self, applicability: Applicability, message: impl Into<String>) -> Option<Fix> {
        Some(Fix::new(applicability, message, vec![self.edit?]))
    }
}
