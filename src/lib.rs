pub mod span; pub mod diagnostic; pub mod document;
