//! The rules, one file each, and the list of all rules.

pub mod archive;
pub mod date;
pub mod day;
pub mod front_matter;
pub mod heading;
pub mod link;
pub mod related;
pub mod source;
pub mod text;

use crate::config::RuleInfo;
use crate::rule::Rule;
use crate::suggest;

/// All rules, in the order in which they are listed.
pub static RULES: &[&Rule] = &[
    &heading::missing_date::RULE,
    &heading::missing_title::RULE,
    &heading::multiple_titles::RULE,
    &heading::empty::RULE,
    &heading::wrong_level::RULE,
    &heading::wrong_order::RULE,
    &heading::missing_section::RULE,
    &heading::duplicate_section::RULE,
    &heading::empty_section::RULE,
    &heading::unknown_section::RULE,
    &front_matter::invalid::RULE,
    &front_matter::duplicate_key::RULE,
    &front_matter::missing_field::RULE,
    &date::invalid::RULE,
    &date::format::RULE,
    &date::path_mismatch::RULE,
    &date::link_mismatch::RULE,
    &date::invalid_path::RULE,
    &date::field_mismatch::RULE,
    &date::future::RULE,
    &link::malformed::RULE,
    &link::invalid_url::RULE,
    &link::not_found::RULE,
    &link::escapes_root::RULE,
    &link::wrong_case::RULE,
    &link::missing_fragment::RULE,
    &link::undefined_reference::RULE,
    &related::not_found::RULE,
    &related::not_an_event::RULE,
    &related::itself::RULE,
    &related::duplicate::RULE,
    &related::stale_text::RULE,
    &related::malformed_item::RULE,
    &related::one_way::RULE,
    &source::malformed::RULE,
    &source::duplicate::RULE,
    &source::private_address::RULE,
    &source::unreachable::RULE,
    &source::soft_404::RULE,
    &source::usurped::RULE,
    &source::moved::RULE,
    &source::insecure::RULE,
    &day::missing_event::RULE,
    &day::unknown_event::RULE,
    &day::foreign_event::RULE,
    &day::duplicate_event::RULE,
    &day::stale_text::RULE,
    &day::wrong_previous::RULE,
    &day::missing_page::RULE,
    &day::copies_differ::RULE,
    &text::not_utf8::RULE,
    &text::byte_order_mark::RULE,
    &text::line_ending::RULE,
    &text::control_character::RULE,
    &text::mojibake::RULE,
    &text::html_entity::RULE,
    &text::wiki_markup::RULE,
    &text::template_residue::RULE,
    &archive::unreadable::RULE,
    &archive::name_collision::RULE,
    &archive::duplicate_url::RULE,
    &archive::duplicate_event::RULE,
    &archive::unused_suppression::RULE,
];

/// Returns the information about every rule that the settings need, in the order of [`RULES`].
#[must_use]
pub fn infos() -> Vec<RuleInfo> {
    RULES.iter().map(|rule| rule.info()).collect()
}

/// Returns the rule with this id.
///
/// # Errors
/// Returns the most similar id, or `None` if no id is similar.
pub fn find(id: &str) -> Result<&'static Rule, Option<&'static str>> {
    let found = RULES.iter().find(|rule| rule.id == id).copied();
    found.ok_or_else(|| suggest::nearest(id, RULES.iter().map(|rule| rule.id)))
}
