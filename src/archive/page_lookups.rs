//! Questions of an editor about a parsed page.

use super::Archive;
use super::destination::Destination;
use super::normal_form::one_line;
use super::outline::Outline;
use super::page::Page;
use super::resolve::Target;
use crate::span::{FileId, Span};

impl Page<'_> {
    /// Returns the title of the page with its span: that of an event page or, on any other page, the
    /// first heading.
    #[must_use]
    pub fn title(&self) -> Option<(Span, String)> {
        if let Some(value) = self.front_title() {
            return Some((value.span, one_line(&value.text)));
        }
        let heading = match &self.outline {
            Outline::Event(event) => *event.titles.first()?,
            Outline::Day(_) | Outline::Other => 0,
        };
        let content = self.document.headings.get(heading as usize)?.content;
        (!content.is_empty()).then(|| (content, self.heading_words(heading).to_owned()))
    }

    /// Returns the file that a link leads to, by the link's index. For a link to a folder, this is the
    /// page that readers see there.
    #[must_use]
    pub fn target_file(&self, archive: &Archive, link: usize) -> Option<FileId> {
        let target = self.links.get(link)?.target;
        if target != Target::Folder {
            return target.file();
        }
        archive.anchored(self.file, self.internal_path(link)?, target)
    }

    /// Returns the folder that a link leads to, by the link's index. The path is relative to the archive's root.
    #[must_use]
    pub fn target_folder(&self, archive: &Archive, link: usize) -> Option<String> {
        if self.links.get(link)?.target != Target::Folder {
            return None;
        }
        archive.resolver.folder(&archive.paths, self.file, self.internal_path(link)?)
    }

    /// Returns the path in the destination of a link into the archive, by the link's index.
    #[must_use]
    pub fn internal_path(&self, link: usize) -> Option<&str> {
        match self.destination(link as u32) {
            Destination::Internal { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Returns the index of the innermost link around a byte offset.
    #[must_use]
    pub fn link_at(&self, offset: u32) -> Option<usize> {
        let around = |span: Span| span.start <= offset && offset <= span.end;
        let links = self.document.links.iter().enumerate();
        let around = links.filter(|(_, link)| around(link.span));
        around.min_by_key(|(_, link)| link.span.len()).map(|(index, _)| index)
    }
}
