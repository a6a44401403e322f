//! Links: are they well formed, and does what they name exist?

pub mod escapes_root;
pub mod invalid_url;
pub mod malformed;
pub mod missing_fragment;
pub mod not_found;
pub mod undefined_reference;
pub mod wrong_case;
