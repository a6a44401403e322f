//! Tests of `dateline.toml`: settings, errors and limits.

mod errors;
mod limits;
mod presets;
mod reference;
mod schema;
mod settings;
mod show;

use crate::support::archive::TestArchive;

/// Creates an archive of one event page with a broken link.
fn archive(settings: &str) -> TestArchive {
    let archive = TestArchive::new();
    archive.write("dateline.toml", settings);
    archive.write("news/2012/03/25/a.md", "### 2012-03-25\n\n# A\n\n[x](/gone.md)\n");
    archive.write("news/2012/03/25/index.md", "## 2012-03-25\n\n### [A](/news/2012/03/25/a.md)\n");
    archive
}
