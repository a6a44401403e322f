//! Rules about the text itself: encoding, line endings, and leftovers of other formats.

pub mod byte_order_mark;
pub mod control_character;
pub mod html_entity;
pub mod line_ending;
pub mod mojibake;
pub mod not_utf8;
pub mod template_residue;
pub mod wiki_markup;
