//! Archives in which one page is fixed.

use super::archive::TestArchive;

/// The path of the page to fix.
pub const PAGE: &str = "news/2012/03/25/lock-gates-fail.md";
/// The path of the page of its day.
pub const DAY: &str = "news/2012/03/25/index.md";
/// The link target of an event on the previous day.
pub const FERRY: &str = "/news/2012/03/24/ferry-line-reopens.md";

/// Writes the page of the previous day and its only event.
pub fn write_day_before(archive: &TestArchive) {
    archive.write(
        "news/2012/03/24/index.md",
        "## [2012-03-24](/news/2012/03/24/index.md)\n\n### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n",
    );
    archive.write(
        "news/2012/03/24/ferry-line-reopens.md",
        "### [2012-03-24](/news/2012/03/24/index.md)\n\n# Ferry line reopens\n",
    );
}

/// Creates an archive of the page at [`PAGE`], its day page, and the previous day. `body` is the
/// text below the title of the page.
pub fn archive_with(body: &str) -> TestArchive {
    let archive = TestArchive::new();
    let head = "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n\n";
    archive.write(PAGE, format!("{head}{body}"));
    archive.write(
        DAY,
        "## [2012-03-25](/news/2012/03/25/index.md)\n\n### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n\n## [Previous Day...](/news/2012/03/24/index.md)\n",
    );
    write_day_before(&archive);
    archive
}

/// Asserts that safe fixes do not change the page with this body.
pub fn assert_unchanged(body: &str) {
    let archive = archive_with(body);
    let before = archive.read(PAGE);
    archive.check(&["--fix"]);
    assert_eq!(archive.read(PAGE), before);
}

/// Asserts that safe fixes change the text below the title from `body` to `after`.
pub fn assert_becomes(body: &str, after: &str) {
    let archive = archive_with(body);
    archive.check(&["--fix"]);
    assert!(archive.read(PAGE).ends_with(&format!("fail\n\n{after}")), "{}", archive.read(PAGE));
}
