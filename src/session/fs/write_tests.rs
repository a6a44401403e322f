//! Tests that writing a file does not lose the changes of other programs, and that a file keeps its
//! permissions and attributes.

#![expect(clippy::disallowed_methods, reason = "these tests read and write files directly")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::WriteOutcome;
use super::calls::{Call, Fault};
use super::harness::{EDIT, NEW_PAGE, OLD, PAGE, PAGE_BY_RENAME, WAYS, Way, fails};
use super::temporary::sweep_folder;

type Saving = fn(&Path);

/// The ways in which editors save files.
const EDITS: [(&str, Saving); 2] = [
    ("in place", |path| fs::write(path, EDIT).unwrap()),
    ("by a rename", |path| {
        let beside = path.with_file_name("saved~");
        fs::write(&beside, EDIT).unwrap();
        fs::rename(beside, path).unwrap();
    }),
];

/// Returns how many of the first calls are safe: an edit that is saved before one of them is never
/// lost. The last of these calls is the exchange. If files cannot be exchanged, it is the last
/// comparison.
fn calls_that_are_safe(way: Way, calls: &[Call]) -> usize {
    let compared = calls.iter().rposition(|call| *call == Call::Look);
    let exchanged = calls.iter().position(|call| *call == Call::Exchange);
    let last = if way.exchanges { exchanged } else { compared };
    last.unwrap() + 1
}

#[test]
fn an_edit_that_is_saved_before_any_call_stays() {
    for way in [PAGE, PAGE_BY_RENAME, WAYS[3]] {
        let calls = way.calls();
        for (at, call) in calls.iter().enumerate().take(calls_that_are_safe(way, &calls)) {
            for (how, save) in EDITS {
                let what = format!("{}: saved {how} before call {at}, {call:?}", way.name);
                let outcome = way.run(move |n, _, path| {
                    if n == at {
                        save(path);
                    }
                    Fault::None
                });
                assert_eq!(outcome.written, Ok(WriteOutcome::Changed), "{what}");
                assert_eq!(outcome.read().as_deref(), Some(EDIT), "{what}");
                assert_eq!(outcome.beside(), Vec::<PathBuf>::new(), "{what}");
            }
        }
    }
}

/// An editor may save unchanged content as a new file, and may keep that file open for its next
/// save.
#[test]
fn a_page_that_is_saved_as_it_was_is_left_alone() {
    let compared = PAGE.calls().iter().rposition(|call| *call == Call::Create).unwrap();
    for exchanges in [true, false] {
        let way = Way { exchanges, ..PAGE };
        let outcome = way.run(move |n, _, path| {
            if n == compared {
                let beside = path.with_file_name("saved~");
                fs::write(&beside, OLD).unwrap();
                fs::rename(beside, path).unwrap();
            }
            Fault::None
        });
        assert_eq!(outcome.written, Ok(WriteOutcome::Changed));
        assert_eq!(outcome.read().as_deref(), Some(OLD));
    }
}

#[test]
fn of_edits_that_are_saved_while_one_is_put_back_the_latest_stays() {
    let mut exchanges = 0;
    let outcome = PAGE.run(move |_, call, path| {
        if call == Call::Exchange {
            exchanges += 1;
            if exchanges <= 4 {
                let beside = path.with_file_name("saved~");
                fs::write(&beside, format!("edit {exchanges}")).unwrap();
                fs::rename(beside, path).unwrap();
            }
        }
        Fault::None
    });
    assert_eq!(outcome.written, Ok(WriteOutcome::Changed));
    assert_eq!(outcome.read().as_deref(), Some("edit 4"));
    assert_eq!(outcome.beside(), Vec::<PathBuf>::new());
}

/// All calls after the exchange fail, as if the process were killed. The edit then stays in the
/// temporary file, which the next run must not remove.
#[test]
fn an_edit_that_came_out_of_an_exchange_is_never_removed() {
    let calls = PAGE.calls();
    let exchange = calls.iter().position(|call| *call == Call::Exchange).unwrap();
    for error in [Errno::IO, Errno::NOSPC] {
        let outcome = PAGE.run(move |n, _, path| {
            if n == exchange {
                fs::write(path, EDIT).unwrap();
            }
            if n > exchange { fails(error) } else { Fault::None }
        });
        let message = outcome.written.clone().unwrap_err();
        let beside = outcome.beside();
        let [kept] = &beside[..] else { panic!("{beside:?}") };
        assert!(message.contains(&kept.display().to_string()), "{message}");
        assert_eq!(sweep_folder(outcome.path.parent().unwrap()), 0);
        assert_eq!(fs::read_to_string(kept).unwrap(), EDIT);
    }
}

#[test]
fn a_page_that_is_removed_meanwhile_stays_removed() {
    let calls = PAGE.calls();
    for at in 0..calls_that_are_safe(PAGE, &calls) {
        let outcome = PAGE.run(move |n, _, path| {
            if n == at {
                fs::remove_file(path).unwrap();
            }
            Fault::None
        });
        assert_eq!((&outcome.written, outcome.read()), (&Ok(WriteOutcome::Changed), None), "{at}");
        assert_eq!(outcome.beside(), Vec::<PathBuf>::new());
    }
}

#[test]
fn a_link_that_takes_the_place_of_a_page_stays_and_is_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("target.md");
    fs::write(&target, OLD).unwrap();
    let calls = PAGE.calls();
    for at in 0..calls_that_are_safe(PAGE, &calls) {
        let to = target.clone();
        let outcome = PAGE.run(move |n, _, path| {
            if n == at {
                fs::remove_file(path).unwrap();
                symlink(&to, path).unwrap();
            }
            Fault::None
        });
        assert_ne!(outcome.written, Ok(WriteOutcome::Done), "{at}");
        assert_eq!(fs::read_link(&outcome.path).unwrap(), target, "{at}");
        assert_eq!(fs::read_to_string(&target).unwrap(), OLD, "{at}");
        assert_eq!(outcome.beside(), Vec::<PathBuf>::new());
    }
}

#[test]
fn a_page_that_somebody_else_makes_meanwhile_is_not_replaced() {
    let calls = NEW_PAGE.calls();
    let publish = calls.iter().position(|call| *call == Call::Publish).unwrap();
    for at in 0..=publish {
        let outcome = NEW_PAGE.run(move |n, _, path| {
            if n == at {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, EDIT).unwrap();
            }
            Fault::None
        });
        assert_eq!(outcome.written, Ok(WriteOutcome::Changed), "{at}");
        assert_eq!(outcome.read().as_deref(), Some(EDIT), "{at}");
        assert_eq!(outcome.beside(), Vec::<PathBuf>::new());
    }
}

/// The set-user-ID and set-group-ID bits are dropped, because the new content comes from an
/// archive.
#[test]
fn a_page_keeps_its_permissions_but_does_not_run_as_its_owner() {
    let outcome = PAGE.run(|n, _, path| {
        if n == 0 {
            fs::set_permissions(path, Permissions::from_mode(0o6751)).unwrap();
        }
        Fault::None
    });
    assert_eq!(outcome.written, Ok(WriteOutcome::Done));
    assert_eq!(fs::metadata(&outcome.path).unwrap().permissions().mode() & 0o7777, 0o751);
}

#[cfg(target_os = "linux")]
#[test]
fn a_page_keeps_its_extended_attributes() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    let outcome = PAGE.run(|n, _, path| {
        if n == 0 {
            setxattr(path, "user.note", b"kept", XattrFlags::empty()).unwrap();
        }
        Fault::None
    });
    assert_eq!(outcome.written, Ok(WriteOutcome::Done));
    let mut value = [0; 8];
    let length = getxattr(&outcome.path, "user.note", &mut value[..]).unwrap();
    assert_eq!(&value[..length], b"kept");
}

#[test]
fn other_names_of_a_page_keep_what_they_named() {
    let outcome = PAGE.run(|n, _, path| {
        if n == 0 {
            fs::hard_link(path, path.with_file_name("other name")).unwrap();
        }
        Fault::None
    });
    assert_eq!(outcome.written, Ok(WriteOutcome::Done));
    assert_eq!(fs::read_to_string(outcome.path.with_file_name("other name")).unwrap(), OLD);
}
