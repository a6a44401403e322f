//! Tests of baseline entries that no longer occur, and of entries that a run cannot check.

use crate::support::archive::TestArchive;
use crate::support::baseline::{
    FILE, GONE, HIDE, PAGE, UPDATE, nothing_is_shown, recorded_pages, reported, small, update,
};
use crate::support::process::{dateline, stderr};
use crate::support::server::Server;

#[test]
fn updating_with_some_paths_or_rules_keeps_the_other_entries() {
    let archive = TestArchive::from_fixture("broken");
    update(&archive, &[]);
    let before = archive.read(FILE);
    let pages = recorded_pages(&before);
    // Every finding is fixed now, but a run knows that only for the files and rules that it checks.
    for page in &pages {
        archive.write(page, "");
    }
    archive.write("dateline.toml", "[rules]\nselect = [\"link\", \"source\"]\n");
    let part = |options: &[&str]| {
        archive.write(FILE, &before);
        let output = dateline(archive.root(), &[&["check"], options, &UPDATE].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let after = archive.read(FILE);
        let dropped = before.lines().filter(|line| !after.lines().any(|kept| kept == *line));
        assert!(after.lines().all(|line| before.lines().any(|known| known == line)), "{after}");
        dropped.map(str::to_owned).collect::<Vec<_>>()
    };
    let own = |holds: &dyn Fn(&str) -> bool| -> Vec<String> {
        before.lines().skip(1).filter(|line| holds(line)).map(str::to_owned).collect()
    };
    let is_of = |page: &String, line: &str| {
        line.contains(&format!("\"path\": \"{page}\", \"rule\": \"link/"))
    };
    let page = pages.iter().find(|page| before.lines().any(|line| is_of(page, line)));
    let page = page.expect("a page with a finding of a link");
    let of_page = own(&|line| is_of(page, line));
    assert_eq!(part(&[page]), of_page);
    assert!(!of_page.is_empty());
    let spring = own(&|line| line.contains("news/2012/04/") && line.contains("\"rule\": \"link/"));
    assert_eq!(part(&["news/2012/04"]), spring);
    let malformed = own(&|line| line.contains("\"rule\": \"link/malformed\""));
    assert_eq!(part(&[".", "--select", "link/malformed"]), malformed);
    let both =
        own(&|line| line.contains("\"rule\": \"link/") || line.contains("\"rule\": \"source/"));
    assert_eq!(part(&["."]), both);
    assert!(spring.len() > 2 && malformed.len() > spring.len() && both.len() > malformed.len());
}

#[test]
fn entries_of_deleted_pages_lapse_and_those_of_unchecked_pages_do_not() {
    let archive = small();
    archive.write("away/a.md", format!("[one]({GONE})\n"));
    archive.write("kept/b.md", format!("[two]({GONE})\n"));
    update(&archive, &[]);
    let before = archive.read(FILE);
    let without = |path: &str| -> String {
        let lines = before.split_inclusive('\n').filter(|line| !line.contains(path));
        lines.collect()
    };
    std::fs::remove_file(archive.root().join("away/a.md")).unwrap();
    std::fs::remove_file(archive.root().join("kept/b.md")).unwrap();
    let in_kept = dateline(archive.root(), &[&["check", "kept"], &UPDATE[..]].concat());
    assert_eq!(in_kept.status.code(), Some(0), "{}", stderr(&in_kept));
    assert_eq!(archive.read(FILE), without("kept/b.md"), "`away` was not asked about");

    #[cfg(unix)]
    {
        // A run can check neither a page behind a broken symbolic link nor a folder behind a
        // symbolic link that leads out of the archive.
        archive.write(FILE, &before);
        let link = |to: &str, at: &str| {
            std::os::unix::fs::symlink(to, archive.root().join(at)).expect("a link");
        };
        let outside = tempfile::tempdir().expect("a folder");
        std::fs::remove_dir(archive.root().join("away")).unwrap();
        link(outside.path().to_str().unwrap(), "away");
        link("nothing", "kept/b.md");
        update(&archive, &[]);
        let kept: Vec<String> = before.lines().map(str::to_owned).collect();
        let after = archive.read(FILE);
        for line in &kept {
            assert!(after.lines().any(|now| now == line), "{line} in {after}");
        }
        std::fs::remove_file(archive.root().join("away")).unwrap();
        std::fs::remove_file(archive.root().join("kept/b.md")).unwrap();
    }
    update(&archive, &[]);
    assert_eq!(archive.read(FILE).lines().count(), before.lines().count() - 2);
}

#[test]
fn at_most_twenty_lapsed_entries_are_listed() {
    let archive = small();
    let links = |number: usize| format!("[a](/news/{number}.md)\n\n");
    archive.write("a.md", (100..130).map(links).collect::<String>());
    update(&archive, &[]);
    archive.write("a.md", "");
    let summary = nothing_is_shown(&archive, &[]);
    assert_eq!(summary.matches("- a.md: link/not-found: ").count(), 20, "{summary}");
    assert!(summary.contains("30 entries of the baseline no longer occur"), "{summary}");
    assert!(summary.contains("\n- and 10 more\n"), "{summary}");
    let quiet = archive.check(&[&HIDE[..], &["--quiet"]].concat());
    assert_eq!(stderr(&quiet), "");
}

#[test]
fn entries_of_rules_that_did_not_run_do_not_lapse() {
    let archive = small();
    archive.write(
        "a.md",
        "<!-- dateline-ignore link/not-found: it was there -->\n[a](https://a.example/)\n",
    );
    update(&archive, &[]);
    let before = archive.read(FILE);
    assert!(before.contains("\"archive/unused-suppression\", \"text\": \"link/not-found\""));
    archive.write("a.md", "[a](https://a.example/)\n");
    update(&archive, &["--select", "archive/unused-suppression"]);
    assert_eq!(archive.read(FILE), before, "link/not-found did not run");
    let summary = nothing_is_shown(&archive, &[]);
    assert!(
        summary.contains("- a.md: archive/unused-suppression: `link/not-found`\n"),
        "{summary}"
    );

    let lost =
        "{\"path\": \"a.md\", \"rule\": \"source/unreachable\", \"text\": \"https://a.example/\"}";
    let removed = "{\"path\": \"a.md\", \"rule\": \"text/no-such-rule\", \"text\": \"a\"}";
    archive.write(FILE, format!("{before}{removed}\n{lost}\n"));
    update(&archive, &[]);
    let after = archive.read(FILE);
    assert!(after.contains(lost), "nobody asked the source: {after}");
    assert!(!after.contains("no-such-rule") && !after.contains("unused-suppression"), "{after}");
}

#[test]
fn an_entry_of_a_live_source_lapses_and_one_of_a_blocked_source_does_not() {
    let server = Server::start();
    let archive = small();
    archive.write("dateline.toml", "[sources]\ndelay = \"0ms\"\ntimeout = \"2s\"\n");
    let source = |path: &str| format!("1. [x]({})\n", server.url(path));
    let page = |paths: &[&str]| {
        let items: String = paths.iter().map(|path| source(path)).collect();
        format!(
            "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n\n### Source:\n\n{items}"
        )
    };
    archive.write(PAGE, page(&["/404", "/ok", "/403"]));
    let online =
        ["--online", "--allow-address", "127.0.0.0/8", "--ignore", "source/private-address"];
    update(&archive, &online);
    let one = archive.read(FILE);
    assert!(one.contains(&server.url("/404")) && one.lines().count() == 2, "{one}");
    nothing_is_shown(&archive, &online);
    // Record these sources as if an earlier run had found them unreachable.
    let lost = |path: &str| one.lines().nth(1).unwrap().replace("/404", path);
    let known = format!("{one}{}\n{}\n{}\n", lost("/ok"), lost("/403"), lost("/uncited"));
    archive.write(FILE, &known);
    let summary = nothing_is_shown(&archive, &online);
    assert!(summary.contains("2 entries of the baseline no longer occur"), "{summary}");
    for path in ["/ok", "/uncited"] {
        let expected = format!("- {PAGE}: source/unreachable: `{}`\n", server.url(path));
        assert!(summary.contains(&expected), "{summary}");
    }
    update(&archive, &["--ignore", "source/private-address"]);
    assert_eq!(archive.read(FILE).lines().count(), 5, "offline nothing is known of them");
}

#[test]
fn entries_beyond_the_limit_of_findings_do_not_lapse() {
    let archive = TestArchive::new();
    let link = |number: usize| format!("[a](/x{number}.md)\n");
    let links = |from: usize| (from..1000).map(link).collect::<Vec<_>>().concat();
    archive.write("about.md", links(0));
    update(&archive, &[]);
    archive.write("about.md", format!("[a](/y1.md)\n[a](/y2.md)\n{}", links(0)));
    let (report, summary) = reported(&archive);
    assert_eq!(report.lines().count(), 2, "{report}");
    assert!(!summary.contains("no longer"), "{summary}");
    archive.write("about.md", links(1));
    assert!(reported(&archive).1.contains("1 entry of the baseline no longer occurs"));
}

#[test]
fn entries_of_pages_that_are_now_excluded_lapse() {
    let archive = TestArchive::new();
    archive.write("a/img.png", "x");
    archive.write("a/IMG.png", "x");
    archive.write("b/about.md", "[x](/gone.md)\n");
    update(&archive, &[]);
    assert_eq!(reported(&archive).0, "");
    std::fs::remove_file(archive.root().join("a/img.png")).expect("a file");
    archive.write("dateline.toml", "[archive]\nexclude = [\"b/**\"]\n");
    let (_, summary) = reported(&archive);
    assert!(summary.contains("2 entries of the baseline no longer occur"), "{summary}");
    update(&archive, &[]);
    let text = std::fs::read_to_string(archive.root().join(FILE)).expect("a baseline");
    assert_eq!(text, "{\"dateline-baseline\": 1}\n");
}
