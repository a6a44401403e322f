//! Rules about sources.

pub mod duplicate;
pub mod insecure;
pub mod malformed;
pub mod moved;
pub mod private_address;
pub mod soft_404;
pub mod unreachable;
pub mod usurped;
