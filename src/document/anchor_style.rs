//! The programs that generate anchors.

/// The program that generates the anchors of headings and footnotes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnchorStyle {
    /// GitHub.
    #[default]
    Github,
    /// kramdown with its parser for GitHub's Markdown, as in Jekyll.
    Kramdown,
    /// Hugo.
    Hugo,
    /// Zola.
    Zola,
    /// Python-Markdown with its extensions `extra` and `toc`, as in Pelican.
    Python,
}

impl AnchorStyle {
    /// All styles.
    const ALL: [Self; 5] = [Self::Github, Self::Kramdown, Self::Hugo, Self::Zola, Self::Python];

    /// The names of all styles in the settings.
    pub const NAMES: [&'static str; 5] = [
        Self::ALL[0].name(),
        Self::ALL[1].name(),
        Self::ALL[2].name(),
        Self::ALL[3].name(),
        Self::ALL[4].name(),
    ];

    /// Returns the name of the style in the settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Kramdown => "kramdown",
            Self::Hugo => "hugo",
            Self::Zola => "zola",
            Self::Python => "python",
        }
    }

    /// Returns the style with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.name() == name)
    }

    /// Returns a fragment without the prefix that all ids have in the HTML of GitHub, which finds them without it, too.
    #[must_use]
    pub fn without_prefix(self, fragment: &str) -> &str {
        let rest = fragment.strip_prefix("user-content-").filter(|_| self == Self::Github);
        rest.unwrap_or(fragment)
    }

    /// Returns whether the Markdown in a block of HTML can be read, which depends on attributes and settings.
    pub(super) fn reads_blocks_of_html(self) -> bool {
        matches!(self, Self::Kramdown | Self::Python)
    }

    /// Returns whether `{#id}` at the end of a heading is not part of its text.
    pub(super) fn has_heading_attributes(self) -> bool {
        self != Self::Github
    }
}
