//! What pages contain besides Markdown, according to the archive's settings.

use super::anchor_style::AnchorStyle;
use super::front_matter::Forms;
use super::model::LabelledLine;
use super::reference_patterns::{Notation, ReferencePattern};
use super::template_tags::TemplateLanguage;

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
    /// The language of template tags.
    pub template: TemplateLanguage,
    /// The patterns of references.
    pub references: Vec<ReferencePattern>,
}

impl Syntax {
    /// Returns the label of a line of a page that was parsed with this syntax.
    #[must_use]
    pub fn label(&self, line: &LabelledLine) -> &str {
        &self.labels[line.label as usize]
    }

    /// Returns whether `[[…]]` is a link.
    pub(super) fn has_wiki_links(&self) -> bool {
        self.references.iter().any(|pattern| pattern.notation == Notation::Wiki)
    }
}
