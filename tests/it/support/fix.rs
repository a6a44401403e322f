//! Archives of one page to fix.

use super::archive::TestArchive;

pub const PAGE: &str = "news/2012/03/25/lock-gates-fail.md";
pub const DAY: &str = "news/2012/03/25/index.md";
pub const FERRY: &str = "/news/2012/03/24/ferry-line-reopens.md";

/// Writes the day before that of the lock gates, with its one event.
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

/// A page about the lock gates with `body` below its title, on a day with its page.
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

/// The page of the lock gates stays as it is by the safe fixes.
pub fn assert_unchanged(body: &str) {
    let archive = archive_with(body);
    let before = archive.read(PAGE);
    archive.check(&["--fix"]);
    assert_eq!(archive.read(PAGE), before);
}

/// Below its title, the page becomes `after` by the safe fixes.
pub fn assert_becomes(body: &str, after: &str) {
    let archive = archive_with(body);
    archive.check(&["--fix"]);
    assert!(archive.read(PAGE).ends_with(&format!("fail\n\n{after}")), "{}", archive.read(PAGE));
}
