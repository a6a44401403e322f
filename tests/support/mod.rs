//! What the tests share: servers that misbehave on purpose.

#![allow(dead_code, reason = "each test program uses the part it needs")]

pub mod farm;
pub mod probing;
pub mod tls;
pub mod watching;
