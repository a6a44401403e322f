//! That whatever fails while a file is written, and whoever writes it at the same time, it is as it was
//! or as it is to be, and nobody's work is lost.

use std::cell::Cell;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rustix::io::Errno;

use super::calls::{Call, Fault, with_faults};
use super::temporary::sweep_folder;
use super::{Written, write_over, write_page, write_whole};
use crate::fix::Mended;

const OLD: &str = "what was there\n";
const NEW: &str = "what is to be there\n";
const EDIT: &str = "what an editor saved\n";

/// A way to write a file.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    path: &'static str,
    is_there: bool,
    /// Whether the file system lets two files change places.
    exchanges: bool,
    write: fn(&Path) -> Result<Written, String>,
}

fn page(root: &Path, path: &str, before: Option<&str>) -> Result<Written, String> {
    let bytes = |text: &str| text.as_bytes().to_vec();
    let mended = Mended { path: path.to_owned(), before: before.map(bytes), after: bytes(NEW) };
    write_page(root, &mended)
}

fn baseline(root: &Path, before: Option<&[u8]>) -> Result<Written, String> {
    let written = write_over(&root.join("baseline.jsonl"), before, NEW.as_bytes());
    written.map_err(|error| error.to_string())
}

fn report(root: &Path) -> Result<Written, String> {
    let written = write_whole(&root.join("report.json"), NEW.as_bytes());
    written.map(|()| Written::Done).map_err(|error| error.to_string())
}

const PAGE: Way = Way {
    name: "a page",
    path: "a/page.md",
    is_there: true,
    exchanges: true,
    write: |root| page(root, "a/page.md", Some(OLD)),
};

const PAGE_BY_RENAME: Way = Way { name: "a page, by a rename", exchanges: false, ..PAGE };

const NEW_PAGE: Way = Way {
    name: "a new page in new folders",
    path: "b/c/page.md",
    is_there: false,
    exchanges: true,
    write: |root| page(root, "b/c/page.md", None),
};

const WAYS: [Way; 7] = [
    PAGE,
    PAGE_BY_RENAME,
    NEW_PAGE,
    Way {
        name: "a baseline",
        path: "baseline.jsonl",
        write: |root| baseline(root, Some(OLD.as_bytes())),
        ..PAGE
    },
    Way {
        name: "a new baseline",
        path: "baseline.jsonl",
        is_there: false,
        write: |root| baseline(root, None),
        ..PAGE
    },
    Way { name: "a report", path: "report.json", write: report, ..PAGE },
    Way { name: "a new report", path: "report.json", is_there: false, write: report, ..PAGE },
];

/// What became of a file that was written in a folder of its own.
struct Outcome {
    _folder: tempfile::TempDir,
    root: PathBuf,
    path: PathBuf,
    written: Result<Written, String>,
    calls: Vec<Call>,
}

impl Way {
    /// Writes the file, while `fault` says what becomes of the call with that number.
    fn run(self, mut fault: impl FnMut(usize, Call, &Path) -> Fault + 'static) -> Outcome {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let path = root.join(self.path);
        if self.is_there {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, OLD).unwrap();
        }
        let made: Rc<Cell<Vec<Call>>> = Rc::default();
        let (list, place) = (Rc::clone(&made), path.clone());
        let faults = move |call| {
            let mut calls = list.take();
            let fault = fault(calls.len(), call, &place);
            calls.push(call);
            list.set(calls);
            match fault {
                Fault::None if call == Call::Exchange && !self.exchanges => fails(Errno::INVAL),
                fault => fault,
            }
        };
        let written = with_faults(faults, || (self.write)(&root));
        Outcome { _folder: folder, root, path, written, calls: made.take() }
    }

    /// The calls of a write that nothing hinders.
    fn calls(self) -> Vec<Call> {
        let outcome = self.run(|_, _, _| Fault::None);
        assert_eq!(outcome.written, Ok(Written::Done), "{}", self.name);
        assert_eq!(outcome.read(), Some(NEW.to_owned()));
        assert_eq!(outcome.beside(), Vec::<PathBuf>::new());
        outcome.calls
    }
}

impl Outcome {
    fn read(&self) -> Option<String> {
        fs::read_to_string(&self.path).ok()
    }

    /// Whatever else there is, below all folders.
    fn beside(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path != self.path {
                    found.push(path);
                }
            }
        }
        found
    }

    /// That the file is the old one or the new one, and that after the next run nothing lies beside it.
    fn is_sound(&self, is_there: bool, what: &str) {
        let old = is_there.then(|| OLD.to_owned());
        let found = self.read();
        assert!(found == old || found.as_deref() == Some(NEW), "{what}: {found:?}");
        if let Some(folder) = self.path.parent().filter(|folder| folder.is_dir()) {
            sweep_folder(folder);
        }
        assert_eq!(self.beside(), Vec::<PathBuf>::new(), "{what}");
    }
}

fn fails(error: Errno) -> Fault {
    Fault::Fails(error.raw_os_error())
}

/// Whether a file is written as it should be though this call fails.
fn can_do_without(call: Call, error: Errno) -> bool {
    let retried = call == Call::Write && error == Errno::INTR;
    retried || matches!(call, Call::Lock | Call::Owner | Call::Remove)
}

#[test]
fn whichever_call_fails_the_file_is_the_old_one_or_the_new_one_and_the_failure_is_told() {
    let errors = [Errno::NOSPC, Errno::IO, Errno::INTR, Errno::ACCESS, Errno::ROFS, Errno::DQUOT];
    for way in WAYS {
        let calls = way.calls();
        assert!(calls.len() >= 9, "{}: {calls:?}", way.name);
        for (failing, &call) in calls.iter().enumerate() {
            for error in errors {
                let what = format!("{}, {call:?} fails with {error:?}", way.name);
                let outcome =
                    way.run(move |n, _, _| if n == failing { fails(error) } else { Fault::None });
                match &outcome.written {
                    Ok(written) => {
                        assert!(can_do_without(call, error), "{what}: {written:?}");
                        assert_eq!(*written, Written::Done, "{what}");
                        assert_eq!(outcome.read().as_deref(), Some(NEW), "{what}");
                    }
                    Err(message) => assert!(!message.is_empty(), "{what}"),
                }
                if call != Call::Remove {
                    assert_eq!(outcome.beside(), Vec::<PathBuf>::new(), "{what}");
                }
                outcome.is_sound(way.is_there, &what);
            }
        }
    }
}

/// A process that is killed makes no further call, so all of them fail from one on.
#[test]
fn a_run_that_is_killed_at_any_call_leaves_a_whole_file_and_nothing_that_the_next_run_does_not_remove()
 {
    for way in WAYS {
        let calls = way.calls().len();
        for last in 0..calls {
            let outcome =
                way.run(move |n, _, _| if n >= last { fails(Errno::IO) } else { Fault::None });
            outcome.is_sound(way.is_there, &format!("{}, killed at call {last}", way.name));
        }
    }
}

#[test]
fn a_system_that_takes_a_byte_at_a_time_gets_all_of_them() {
    for way in WAYS {
        let outcome = way.run(|_, _, _| Fault::Short);
        assert_eq!(outcome.written, Ok(Written::Done), "{}", way.name);
        assert_eq!(outcome.read().as_deref(), Some(NEW), "{}", way.name);
        let writes = outcome.calls.iter().filter(|call| **call == Call::Write).count();
        assert_eq!(writes, NEW.len(), "{}", way.name);
    }
}

type Saving = fn(&Path);

/// Ways in which editors save.
const EDITS: [(&str, Saving); 2] = [
    ("in place", |path| fs::write(path, EDIT).unwrap()),
    ("by a rename", |path| {
        let beside = path.with_file_name("saved~");
        fs::write(&beside, EDIT).unwrap();
        fs::rename(beside, path).unwrap();
    }),
];

/// Where files cannot change places, only what follows the last comparison is not safe.
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
                assert_eq!(outcome.written, Ok(Written::Changed), "{what}");
                assert_eq!(outcome.read().as_deref(), Some(EDIT), "{what}");
                assert_eq!(outcome.beside(), Vec::<PathBuf>::new(), "{what}");
            }
        }
    }
}

/// The same content, saved anew, is somebody at work: what they write next goes to their own file.
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
        assert_eq!(outcome.written, Ok(Written::Changed));
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
    assert_eq!(outcome.written, Ok(Written::Changed));
    assert_eq!(outcome.read().as_deref(), Some("edit 4"));
    assert_eq!(outcome.beside(), Vec::<PathBuf>::new());
}

/// Only who is killed between two calls while somebody saves leaves an edit beside the page.
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
        assert_eq!((&outcome.written, outcome.read()), (&Ok(Written::Changed), None), "{at}");
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
        assert_ne!(outcome.written, Ok(Written::Done), "{at}");
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
        assert_eq!(outcome.written, Ok(Written::Changed), "{at}");
        assert_eq!(outcome.read().as_deref(), Some(EDIT), "{at}");
        assert_eq!(outcome.beside(), Vec::<PathBuf>::new());
    }
}

/// The bits that run a file as its owner do not go over to what an archive's text says.
#[test]
fn a_page_keeps_its_permissions_but_does_not_run_as_its_owner() {
    let outcome = PAGE.run(|n, _, path| {
        if n == 0 {
            fs::set_permissions(path, Permissions::from_mode(0o6751)).unwrap();
        }
        Fault::None
    });
    assert_eq!(outcome.written, Ok(Written::Done));
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
    assert_eq!(outcome.written, Ok(Written::Done));
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
    assert_eq!(outcome.written, Ok(Written::Done));
    assert_eq!(fs::read_to_string(outcome.path.with_file_name("other name")).unwrap(), OLD);
}
