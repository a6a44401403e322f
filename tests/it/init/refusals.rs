//! Tests of `dateline init` on folders that are no dated archive: each is refused, with the reason.

use std::path::Path;

use crate::support::init::folder;
use crate::support::process::{dateline, stderr, stdout};

/// Writes empty pages.
fn write(root: &Path, pages: &[&str]) {
    for page in pages {
        let path = root.join(page);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, "# A page\n").expect("a page");
    }
}

/// Asserts that a folder with `pages` is refused with an error that contains `why`.
fn assert_refused(pages: &[&str], why: &str) {
    let archive = folder();
    write(archive.path(), pages);
    let output = dateline(archive.path(), &["init"]);
    let errors = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{pages:?}: {errors}\n{}", stdout(&output));
    assert!(errors.contains(why), "{pages:?}: {errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(!archive.path().join("dateline.toml").exists());
}

const NO_NUMBER: &str = "no path contains a number; the first page is `";
const PACKAGES: &str = "all in folders of installed packages, test data or templates, as in `node_modules/a/README.md`";
const STANDARDS: &str =
    "most numbers are those of standards or of other numbered documents, as in `";
const PHONES: &str = "most numbers are telephone numbers, as in `";
const HASHES: &str = "most numbers are parts of hashes or other identifiers, as in `";
const ADDRESSES: &str = "most numbers are IP addresses, as in `";
const VERSIONS: &str = "most numbers are versions, as in `";
const PHOTOS: &str = "most numbers are those of photos or other pictures, as in `";
const PARTS: &str = "most numbers are those of pages, chapters or other parts, as in `";
const SERIALS: &str = "most numbers are serial numbers at the start of a name, as in `";
const YEARS: &str = "most paths have a year, but no month and no day, as in `";
const MONTHS: &str = "most paths have a year and a month, but no day, as in `";

#[test]
fn folders_without_dates_are_refused_with_the_reason() {
    let folders: [(&[&str], &str); 39] = [
        (&["README.md", "docs/guide.md", "docs/install.md", "docs/faq.md"], NO_NUMBER),
        (&["books/moby-dick.md", "books/emma.md", "books/walden.md"], NO_NUMBER),
        (
            &["node_modules/a/README.md", "node_modules/b2/README.md", "node_modules/c/docs/3.md"],
            PACKAGES,
        ),
        (&["0001-record-architecture-decisions.md", "0002-use-rust.md", "0003-no-orm.md"], SERIALS),
        (&["docs/01-intro.md", "docs/02-setup.md", "docs/03-first/01-run.md"], SERIALS),
        (&["adr-001.md", "adr-002.md", "adr-003.md"], PARTS),
        (&["course/week-1/day-2/2021.md", "course/week-2/day-1/2021.md"], PARTS),
        (&["v1.2.3.md", "v1.2.4.md", "v2.0.0.md"], VERSIONS),
        (&["2.10.4/notes.md", "2.10.5/notes.md", "3.1.12/notes.md"], VERSIONS),
        (&["2021.3.1/notes.md", "2021.3.2/notes.md", "2021.10.2/notes.md"], VERSIONS),
        (&["releases/2019.4.2/notes.md", "releases/2019.10.1/notes.md"], VERSIONS),
        (
            &["versioned_docs/version-2021.3.1/x.md", "versioned_docs/version-2021.4.1/x.md"],
            VERSIONS,
        ),
        (&["photos/IMG_20210105_120000.md", "photos/IMG_20210106_120001.md"], PHOTOS),
        (&["v2020.12.1.md", "v2021.3.2.md", "v2021.11.3.md"], VERSIONS),
        (&["releases/1.31.md", "releases/1.32.md", "releases/2.0.md"], VERSIONS),
        (&["hosts/192.168.1.10.md", "hosts/10.0.0.1.md", "hosts/172.16.254.1.md"], ADDRESSES),
        (&["2019/10.1.2.3.md", "2019/10.1.2.4.md", "2019/10.12.2.5.md"], ADDRESSES),
        (&["page-1.md", "page-2.md", "page-3.md", "index.md"], PARTS),
        (&["blog/page/2/index.md", "blog/page/3/index.md", "blog/page/4/index.md"], PARTS),
        (&["2021/chapter-03/section-05.md", "2021/chapter-04/section-11.md"], PARTS),
        (&["rfc2616.md", "rfc7231.md", "rfc9110.md"], STANDARDS),
        (&["rfc/2822/3/3.md", "rfc/2822/3/4.md", "rfc/2045/6/1.md"], STANDARDS),
        (&["iso-8601-1-2019.md", "iso-8601-2-2019.md", "iso-9001-2015.md"], STANDARDS),
        (&["ISO/8601/01/02.md", "ISO/9001/01/03.md", "ISO/3166/02/01.md"], STANDARDS),
        (&["cve-2019-11-05.md", "cve-2020-10-12.md", "cve-2021-01-03.md"], STANDARDS),
        (&["isbn/978-3-16-148410-0.md", "isbn/978-0-26-210029-8.md"], STANDARDS),
        (&["a3f20120305bc.md", "deadbeef2012.md", "0c1d2e3f4a5b.md"], HASHES),
        (&["550e8400-e29b-41d4-a716-446655440000.md"], HASHES),
        (&["phone/030-1999-12-10.md", "phone/030-1998-11-11.md"], PHONES),
        (&["+49-30-1234-567.md", "+49-40-9876-543.md", "+41-44-1234-012.md"], PHONES),
        (&["1914.md", "1918.md", "1939.md", "1945.md"], YEARS),
        (&["2019/index.md", "2020/index.md", "2021/index.md"], YEARS),
        (&["books/1984.md", "books/2001-a-space-odyssey.md"], YEARS),
        (&["2012-03.md", "2012-04.md", "2012/05/index.md"], MONTHS),
        (&["2019/March/notes.md", "2019/April/notes.md"], MONTHS),
        (&["2012-W03.md", "2012-W04.md", "2012-W05.md"], "a week instead of a month and a day"),
        (&["03-16.md", "03-17.md", "04-01.md"], "most paths have a month and a day, but no year"),
        (&["21-03-16.md", "21-03-17.md"], "most years have two digits"),
        (
            &["docs/libp2p-tokio-socks5.md", "docs/h264-x265.md", "mp3/utf8.md", "md5/sha1.md"],
            "most numbers are parts of words, as in `",
        ),
    ];
    for (pages, why) in folders {
        assert_refused(pages, why);
    }
}

#[test]
fn impossible_days_and_long_numbers_are_no_dates() {
    assert_refused(
        &["2012/13/45.md", "2012/14/32.md", "2012/00/40.md"],
        "most numbers look like dates, but there are no such days, as in `",
    );
    assert_refused(
        &["1331000000.md", "1332000000.md", "1333000000.md"],
        "most numbers are timestamps or other long numbers, as in `",
    );
    assert_refused(
        &["555-2012-10-11.md", "556-2011-12-10.md"],
        "most numbers that look like dates are parts of something longer, as in `",
    );
    // Versions of this form are as long as dates, but most of them are no days.
    assert_refused(
        &["20120000/a.md", "20129912/b.md", "20123401/c.md"],
        "most numbers are timestamps or other long numbers, as in `",
    );
}

#[test]
fn dates_that_no_pattern_can_read_are_refused_with_the_reason() {
    assert_refused(
        &["a{b}/2021-01-05-a.md", "a{b}/2021-01-06-b.md"],
        "a path pattern cannot contain braces as text, as in `a{b}/2021-01-05-a.md`",
    );
    let mut numbers: Vec<String> =
        (0..30).map(|number| format!("o/{}.md", 20_006_538 + number * 7)).collect();
    numbers.extend(["o/20140923.md", "o/20150924.md", "o/20160925.md"].map(str::to_owned));
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    assert_refused(&numbers, "most numbers are timestamps or other long numbers, as in `o/");
    assert_refused(&["a.md", "b.md"], "; and too few have a date in their front matter");
}

#[test]
fn a_single_dated_page_is_no_archive() {
    let mut pages: Vec<String> = (0..40).map(|page| format!("docs/p{page}.md")).collect();
    pages.push("docs/2012-03-05-meeting.md".to_owned());
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    let why = "but only 1 with year, month and day in the path, as in `docs/2012-03-05-meeting.md`: too \
               few for an archive";
    assert_refused(&pages, why);
}

#[test]
fn an_archive_without_a_common_layout_is_refused_with_the_best_candidates() {
    let days = (1..=12).map(|day| {
        let folder = ["", "a/", "b/c/", "d/e/f/"][day % 4];
        match day % 3 {
            0 => format!("{folder}2012-03-{day:02}-note-{day}.md"),
            1 => format!("{folder}{day:02}.03.2012/note-{day}.md"),
            _ => format!("{folder}2012/March/{day}/x{day}/note-{day}.md"),
        }
    });
    let days: Vec<String> = days.collect();
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    assert_refused(&days, "no layout fits most of the 12 pages with a date in the path below ");
    assert_refused(&days, "with 1 of 12 dated pages (8.3 %), `");
}

#[test]
fn the_best_candidates_are_named_with_their_shares() {
    let days = |count: i8, format: &'static str| {
        (13..13 + count)
            .map(move |day| jiff::civil::date(2012, 3, day).strftime(format).to_string())
    };
    let mut pages: Vec<String> = days(4, "a/%Y-%m-%d-note.md").collect();
    pages.extend(days(3, "b/%d.%m.%Y-note.md"));
    pages.extend(days(2, "c/%Y/%m/%d/note.md"));
    // Many more pages, each in a folder of its own.
    let alone = days(16, "%Y/%m-%d").enumerate();
    pages.extend(alone.map(|(at, day)| format!("{}x{at}/{day}/note.md", "y/".repeat(at + 1))));
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    assert_refused(
        &pages,
        "the best candidates: `a/{year}-{month:02}-{day:02}-{slug}.md` with 4 of 25 dated pages (16.0 %), \
         `b/{day:02}.{month:02}.{year}-{slug}.md` with 3 of 25 dated pages (12.0 %), \
         `c/{year}/{month:02}/{day:02}/{slug}.md` with 2 of 25 dated pages (8.0 %); write ",
    );
}
