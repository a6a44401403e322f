//! Sessions that a program keeps, moves to other threads and opens with contradicting options.

use std::fmt::Debug;

use dateline::{
    Applicability, BaselineMode, CheckOptions, FixPreview, FixReport, Fixed, Input, PlannedFixes,
    Repair, Report, Session, SessionError, Sources,
};

use super::{archive, with_baseline};
use crate::support::archive::TestArchive;

#[test]
fn the_types_of_a_session_can_be_moved_to_another_thread() {
    fn assert_send<T: Send + Debug>() {}
    assert_send::<Session>();
    assert_send::<Report>();
    assert_send::<Fixed>();
    assert_send::<FixPreview<'_>>();
    assert_send::<PlannedFixes>();
    assert_send::<FixReport>();
    assert_send::<Sources>();
    assert_send::<Repair>();
    let archive = archive();
    let session = Session::open(archive.root(), CheckOptions::default()).expect("a session");
    let report = std::thread::spawn(move || session.check()).join().expect("no panic");
    assert!(!report.expect("a report").is_empty());
}

#[test]
fn a_session_that_is_kept_reads_its_baseline_at_each_check() {
    let archive = archive();
    let file = archive.root().join("b.jsonl");
    let options = with_baseline(file.clone(), BaselineMode::Update);
    let session = Session::open(archive.root(), options).expect("a session");
    for _ in 0..2 {
        session.check().expect("a report").write_baseline().expect("a baseline");
    }
    let hiding = Session::open(archive.root(), with_baseline(file, BaselineMode::Hide));
    let hiding = hiding.expect("a session");
    let found = |session: &Session| session.check().expect("a report").len();
    assert_eq!(found(&hiding), 0);
    archive.write("about.md", "[a](/one.md) [b](/two.md)\n");
    assert_eq!(found(&hiding), 2);
    session.check().expect("a report").write_baseline().expect("a baseline");
    assert_eq!(found(&hiding), 0);
}

#[test]
fn a_baseline_is_not_made_of_a_page_that_is_not_saved() {
    let archive = archive();
    let options = with_baseline(archive.root().join("b.jsonl"), BaselineMode::Update);
    for input in [Input::Page(Vec::new()), Input::Staged, Input::Since("HEAD".to_owned())] {
        let options = CheckOptions { input, ..options.clone() };
        let refused = Session::open(archive.root().join("about.md"), options);
        assert!(matches!(refused, Err(SessionError::Conflict(_))), "{refused:?}");
    }
}

#[test]
fn a_fix_names_the_files_that_it_did_not_write() {
    let archive = TestArchive::new();
    archive.write("dateline.toml", "");
    archive.write("about.md", "# About\u{C}us\n");
    let session = Session::open(archive.root(), CheckOptions::default()).expect("a session");
    let preview = session.preview_fixes(Applicability::Safe).expect("a preview");
    assert_eq!(preview.fixes().files().len(), 1);
    archive.write("about.md", "# Saved meanwhile\n");
    let Fixed { written, report } = preview.write();
    assert_eq!(written.unwritten().collect::<Vec<_>>(), ["about.md"]);
    assert_eq!(written.written().count(), 0);
    assert_eq!(archive.read("about.md"), "# Saved meanwhile\n");
    assert!(report.expect("a report").is_empty());
}
