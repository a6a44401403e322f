//! The extensions of pages.

use std::sync::Arc;

/// The extensions, without the dot, that make a file a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageExtensions(Arc<[String]>);

impl Default for PageExtensions {
    fn default() -> Self {
        Self::new(["md", "markdown"].map(str::to_owned).to_vec())
    }
}

impl PageExtensions {
    /// Stores the extensions, starting with the preferred one. Extensions that contain a dot match
    /// no file.
    #[must_use]
    pub fn new(extensions: Vec<String>) -> Self {
        Self(extensions.into())
    }

    /// Returns the extensions, starting with the preferred one.
    #[must_use]
    pub fn all(&self) -> &[String] {
        &self.0
    }

    /// Returns whether `extension` is an extension of pages.
    #[must_use]
    pub fn contain(&self, extension: &str) -> bool {
        self.0.iter().any(|known| known == extension)
    }

    /// Splits the path of a Markdown file into the part before the dot and the extension. Returns
    /// `None` if the file has no extension of pages.
    #[must_use]
    pub fn split<'a>(&self, path: &'a str) -> Option<(&'a str, &'a str)> {
        path.rsplit_once('.').filter(|(_, extension)| self.contain(extension))
    }

    /// Returns whether `path` is the path of a page: a Markdown file that is neither hidden nor in
    /// a hidden folder.
    #[must_use]
    pub fn is_page(&self, path: &str) -> bool {
        let bytes = path.as_bytes();
        // Most paths contain only the dot of the extension.
        let mut dots = memchr::memchr_iter(b'.', bytes);
        let is_hidden = |at: usize| at.checked_sub(1).is_none_or(|before| bytes[before] == b'/');
        self.split(path).is_some() && !dots.any(is_hidden)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_markdown_files_that_are_not_hidden() {
        let extensions = PageExtensions::default();
        for path in ["a.md", "news/2012/a.markdown", "a.b.md"] {
            assert!(extensions.is_page(path), "{path}");
        }
        for path in
            [".md", "a/.md", ".a/b.md", "a/.b/c.md", "a.MD", "md", "a/md", "a.mdx", "a.md/b"]
        {
            assert!(!extensions.is_page(path), "{path}");
        }
        let others = PageExtensions::new(vec!["mdx".to_owned()]);
        assert!(others.is_page("a.mdx") && !others.is_page("a.md"));
    }
}
