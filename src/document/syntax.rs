//! What pages contain besides Markdown, according to the archive's settings.

use super::anchor_style::AnchorStyle;
use super::front_matter::Forms;

/// What pages contain besides Markdown, according to the archive's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Syntax {
    /// The forms of front matter.
    pub forms: Forms,
    /// The dotted keys of front matter whose values are links.
    pub link_keys: Vec<String>,
    /// The labels of lines such as `When: 16 March 2021`.
    pub labels: Vec<String>,
    /// How the anchors of headings are generated.
    pub anchors: AnchorStyle,
}
