//! The site generators.

/// A site generator, which decides on the addresses of pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Generator {
    /// Another generator, or none.
    #[default]
    Other,
    /// Jekyll.
    Jekyll,
    /// Hugo.
    Hugo,
    /// Zola.
    Zola,
    /// Pelican.
    Pelican,
}
