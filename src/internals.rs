//! The modules of the library, for its own tests, benches and fuzz targets: not part of its face, and
//! not stable.

pub mod span {
    pub use crate::span::*;
}
pub mod diagnostic {
    pub use crate::diagnostic::*;
}
pub mod json_escape {
    pub use crate::json_escape::*;
}
pub mod encoding {
    pub use crate::encoding::*;
}
pub mod document {
    pub use crate::document::*;
}
pub mod rewrite {
    pub use crate::rewrite::*;
}
pub mod suggest {
    pub use crate::suggest::*;
}
pub mod address {
    pub use crate::address::*;
}
pub mod archive {
    pub use crate::archive::*;
}
pub mod config {
    pub use crate::config::*;
}
pub mod init {
    pub use crate::init::*;
}
pub mod source_status {
    pub use crate::source_status::*;
}
pub mod rule {
    pub use crate::rule::*;
}
pub mod rules {
    pub use crate::rules::*;
}
pub mod suppression {
    pub use crate::suppression::*;
}
pub mod sources {
    pub use crate::sources::*;
}
pub mod git {
    pub use crate::git::*;
}
pub mod linter {
    pub use crate::linter::*;
}
pub mod fix {
    pub use crate::fix::*;
}
pub mod baseline {
    pub use crate::baseline::*;
}
pub mod report {
    pub use crate::report::*;
}
pub mod session {
    pub use crate::session::*;
}
