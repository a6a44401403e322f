//! Rules about links: their syntax and their targets.

pub mod escapes_root;
pub mod invalid_url;
pub mod malformed;
pub mod missing_fragment;
pub mod not_found;
pub mod undefined_reference;
pub mod wrong_case;
