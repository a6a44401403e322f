//! The modules of the library, for its own tests, benchmarks and fuzz targets. They are not stable
//! and not part of the public interface.

/// Byte spans, the text of a file, lines and columns.
pub mod span {
    pub use crate::span::*;
}
/// Findings, labels and severities.
pub mod diagnostic {
    pub use crate::diagnostic::*;
}
/// JSON without control sequences for terminals.
pub mod json_escape {
    pub use crate::json_escape::*;
}
/// Text that was decoded with the wrong encoding.
pub mod encoding {
    pub use crate::encoding::*;
}
/// The parsed form of a page.
pub mod document {
    pub use crate::document::*;
}
/// Building blocks of fixes.
pub mod rewrite {
    pub use crate::rewrite::*;
}
/// Suggestions for misspelt names.
pub mod suggest {
    pub use crate::suggest::*;
}
/// Network addresses that are never contacted.
pub mod address {
    pub use crate::address::*;
}
/// The files of an archive, their dates, and the links between them.
pub mod archive {
    pub use crate::archive::*;
}
/// Settings and their file.
pub mod config {
    pub use crate::config::*;
}
/// Settings derived from an archive.
pub mod init {
    pub use crate::init::*;
}
/// The status of a source URL.
pub mod source_status {
    pub use crate::source_status::*;
}
/// The definition of a rule, and the contexts that rules receive.
pub mod rule {
    pub use crate::rule::*;
}
/// All rules.
pub mod rules {
    pub use crate::rules::*;
}
/// Suppression comments.
pub mod suppression {
    pub use crate::suppression::*;
}
/// Checks of source URLs, and the ledger that stores them.
pub mod sources {
    pub use crate::sources::*;
}
/// Files, contents and changes from git.
pub mod git {
    pub use crate::git::*;
}
/// The pipeline that checks an archive.
pub mod linter {
    pub use crate::linter::*;
}
/// Fixes, applied in memory.
pub mod fix {
    pub use crate::fix::*;
}
/// Recorded findings.
pub mod baseline {
    pub use crate::baseline::*;
}
/// Output formats.
pub mod report {
    pub use crate::report::*;
}
/// The public interface.
pub mod session {
    pub use crate::session::*;
}
