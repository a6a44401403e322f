//! Rules about headings: presence, uniqueness, order and level.

pub mod duplicate_section;
pub mod empty;
pub mod empty_section;
pub mod missing_date;
pub mod missing_section;
pub mod missing_title;
pub mod multiple_titles;
pub mod unknown_section;
pub mod wrong_level;
pub mod wrong_order;
