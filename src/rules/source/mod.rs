//! Sources.

pub mod duplicate;
pub mod malformed;
pub mod moved;
pub mod private_address;
pub mod unreachable;
