pub mod span; pub mod diagnostic; pub mod document;
pub mod archive;
pub mod suggest;
pub mod config;
