//! Pages that an editor holds, and pages that change after a check.

use std::collections::BTreeMap;
use std::sync::Arc;

use dateline::{Applicability, BaselineMode, CheckOptions, Format, Session, SessionError, Style};

use super::{archive, with_baseline};
use crate::support::archive::TestArchive;

#[test]
fn an_unsaved_page_is_checked_and_never_written() {
    let archive = archive();
    let options = CheckOptions::default();
    for name in ["about.md", "new.md"] {
        let page = archive.root().join(name);
        let text = b"# New\x0Cpage\n\n[x](/gone.md)\n".to_vec();
        let session = Session::open_page(&page, text, options.clone()).expect("a session");
        let rules: Vec<_> =
            session.check().expect("a report").findings().iter().map(|found| found.rule).collect();
        assert_eq!(rules, ["text/control-character", "link/not-found"], "{name}");
        let preview = session.preview_fixes(Applicability::Safe).expect("a preview");
        let [fixed] = preview.fixes().files() else { panic!("one file is fixed") };
        assert_eq!(fixed.after, b"# New page\n\n[x](/gone.md)\n");
        let refused = session.fix(Applicability::Safe).expect_err("an error");
        assert!(matches!(refused, SessionError::Conflict(_)), "{refused}");
        let session = session.with_page(b"# Other\n".to_vec());
        assert!(session.check().expect("a report").is_empty());
    }
    assert!(!archive.root().join("new.md").exists());
}

/// A report reads a page again to show its lines.
#[cfg(unix)]
#[test]
fn a_page_replaced_after_the_check_is_not_followed_or_waited_for() {
    let archive = archive();
    let page = archive.root().join("about.md");
    let session = Session::open(archive.root(), CheckOptions::default()).expect("a session");
    let secret = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(secret.path(), "TOP-SECRET TOP-SECRET TOP-SECRET\n").expect("a file");
    let replace_with_pipe = || crate::support::process::make_pipe(&page);
    let replace_with_link =
        || std::os::unix::fs::symlink(secret.path(), &page).expect("a symbolic link");
    for replace in [&replace_with_pipe as &dyn Fn(), &replace_with_link] {
        let report = session.check().expect("a report");
        std::fs::remove_file(&page).expect("a page");
        replace();
        let style = Style { color: false, width: 80 };
        let mut shown = Vec::new();
        report.write(Format::Human, style, &mut shown).expect("a report");
        let shown = String::from_utf8_lossy(&shown).into_owned();
        assert!(shown.contains("link/not-found") && !shown.contains("TOP-SECRET"), "{shown}");
        std::fs::remove_file(&page).expect("a page");
        archive.write("about.md", super::PAGE);
    }
}

#[test]
fn other_unsaved_pages_replace_those_on_the_disk() {
    let archive = TestArchive::new();
    let linking = "[x](/b.md) [y](/c.md)\n";
    let page = archive.write("a.md", linking);
    archive.write("b.md", "# B\n");
    let new = archive.root().join("c.md");
    let unsaved = BTreeMap::from([(new, Arc::from(linking.as_bytes()))]);
    let options = CheckOptions { unsaved, ..CheckOptions::default() };
    let found = |session: &Session| -> Vec<String> {
        let found = session.check().expect("a report").findings();
        found.into_iter().map(|found| format!("{}: {}", found.path, found.rule)).collect()
    };
    let open = |options: CheckOptions| Session::open(&page, options).expect("a session");
    assert_eq!(found(&open(CheckOptions::default())), ["a.md: link/not-found"]);
    assert_eq!(found(&open(options.clone())), [""; 0]);
    let text = b"[x](/d.md)\n".to_vec();
    let session = Session::open_page(&page, text, options.clone()).expect("a session");
    assert_eq!(found(&session), ["a.md: link/not-found"], "only the page is checked");
    let session = Session::open(archive.root(), options.clone()).expect("a session");
    assert_eq!(found(&session), [""; 0]);
    assert!(matches!(session.fix(Applicability::Safe), Err(SessionError::Conflict(_))));
    let file = archive.root().join("b.jsonl");
    let options =
        CheckOptions { unsaved: options.unsaved, ..with_baseline(file, BaselineMode::Update) };
    assert!(matches!(Session::open(&page, options), Err(SessionError::Conflict(_))));
}
