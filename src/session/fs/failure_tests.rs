//! Tests of failing system calls. After a failure, the file has its old or its new content. The run
//! reports the failure and ends with exit code 2.

#![expect(clippy::disallowed_methods, reason = "these tests read and write files directly")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::calls::{Call, Fault, with_faults};
use super::harness::{EDIT, NEW, OLD, PAGE, WAYS, fails};
use super::temporary::sweep_folder;
use super::{WriteOutcome, write_whole};
use crate::session::output::OutputFile;

const ERRORS: [Errno; 6] =
    [Errno::NOSPC, Errno::IO, Errno::INTR, Errno::ACCESS, Errno::ROFS, Errno::DQUOT];

/// Returns whether a file is written correctly although this call fails.
fn can_do_without(call: Call, error: Errno) -> bool {
    let retried = call == Call::Write && error == Errno::INTR;
    // A lock is optional, and the group is set and checked in several ways. If a new temporary file
    // cannot be examined, another one is created.
    let asked_again = matches!(call, Call::Lock | Call::Owner | Call::Stat);
    let spared = matches!(call, Call::List | Call::Remove | Call::ListAttributes);
    retried || asked_again || spared
}

#[test]
fn whichever_call_fails_the_file_is_the_old_one_or_the_new_one_and_the_failure_is_told() {
    for way in WAYS {
        let calls = way.calls();
        assert!(calls.len() >= 9, "{}: {calls:?}", way.name);
        for (failing, &call) in calls.iter().enumerate() {
            for error in ERRORS {
                let what = format!("{}, {call:?} fails with {error:?}", way.name);
                let outcome =
                    way.run(move |n, _, _| if n == failing { fails(error) } else { Fault::None });
                match &outcome.written {
                    Ok(WriteOutcome::Unsure(reason)) => {
                        assert_eq!(call, Call::SyncFolder, "{what}: {reason}");
                        assert_eq!(outcome.read().as_deref(), Some(NEW), "{what}");
                    }
                    Ok(written) => {
                        assert!(can_do_without(call, error), "{what}: {written:?}");
                        assert_eq!(*written, WriteOutcome::Done, "{what}");
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

/// Simulates a killed process, which makes no further calls. All calls fail, starting with call
/// `last`.
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
        assert_eq!(outcome.written, Ok(WriteOutcome::Done), "{}", way.name);
        assert_eq!(outcome.read().as_deref(), Some(NEW), "{}", way.name);
        let writes = outcome.calls.iter().filter(|call| **call == Call::Write).count();
        assert_eq!(writes, NEW.len(), "{}", way.name);
    }
}

#[test]
fn a_failure_of_any_call_ends_the_run_with_2() {
    for way in WAYS {
        let calls = way.end(|_, _, _| Fault::None).calls;
        for (failing, &call) in calls.iter().enumerate() {
            let what = format!("{}, {call:?} fails", way.name);
            let fault = move |n, _: Call, _: &Path| {
                if n == failing { fails(Errno::IO) } else { Fault::None }
            };
            match way.end(fault).written {
                // The first call resolves the folder to sweep. If this call fails, the folder is
                // not swept, but the page is written.
                Ok(()) if call == Call::Resolve => assert_eq!(failing, 0, "{what}"),
                Ok(()) => assert!(can_do_without(call, Errno::IO), "{what}"),
                Err(error) => assert!(!error.to_string().is_empty(), "{what}: {error:?}"),
            }
        }
    }
}

#[test]
fn a_write_that_fails_half_way_leaves_the_file_as_it_was() {
    for way in WAYS {
        let first = way.calls().iter().position(|call| *call == Call::Write).unwrap();
        for error in ERRORS.into_iter().filter(|error| *error != Errno::INTR) {
            let what = format!("{}, the second write fails with {error:?}", way.name);
            let fault = move |n, call, _: &Path| match call {
                Call::Write if n == first => Fault::Short,
                Call::Write => fails(error),
                _ => Fault::None,
            };
            let outcome = way.end(fault);
            assert!(outcome.written.is_err(), "{what}");
            let outcome = way.run(fault);
            assert!(outcome.written.is_err(), "{what}: {:?}", outcome.written);
            assert_eq!(outcome.read(), way.is_there.then(|| OLD.to_owned()), "{what}");
            assert_eq!(outcome.beside(), Vec::<PathBuf>::new(), "{what}");
        }
    }
}

/// A device or a pipe has no old content to keep, but the run must still report the failure.
#[test]
fn a_failure_while_a_report_goes_to_a_device_ends_the_run_with_2() {
    let device = Path::new("/dev/null");
    for call in [Call::Follow, Call::OpenStream, Call::Write] {
        for error in ERRORS.into_iter().filter(|error| *error != Errno::INTR) {
            let fault = move |made| if made == call { fails(error) } else { Fault::None };
            let put = with_faults(fault, || OutputFile::unchecked(device).write(NEW.as_bytes()));
            assert!(put.is_err(), "{call:?} fails with {error:?}");
        }
    }
    let written = with_faults(|_| Fault::Short, || write_whole(device, NEW.as_bytes()));
    assert_eq!(written.unwrap(), WriteOutcome::Done);
}

/// Regression test: such a page used to be reported as not written.
#[test]
fn a_page_whose_folder_is_not_on_the_disk_is_written_and_may_be_lost() {
    let fault = |_, call, _: &Path| {
        if call == Call::SyncFolder { fails(Errno::IO) } else { Fault::None }
    };
    for way in WAYS {
        let outcome = way.run(fault);
        assert!(matches!(outcome.written, Ok(WriteOutcome::Unsure(_))), "{:?}", outcome.written);
        let failure = way.end(fault).written.unwrap_err().to_string();
        assert!(failure.contains("written, but a power failure may lose it"), "{failure}");
        assert!(!failure.contains("cannot write"), "{failure}");
    }
}

/// An editor saves right before the exchange. Then one of the calls that put the saved version back
/// fails.
#[test]
fn what_was_saved_meanwhile_is_kept_whichever_call_fails_after_an_exchange() {
    let exchange = PAGE.calls().iter().position(|call| *call == Call::Exchange).unwrap();
    let mut failed = Vec::new();
    for failing in exchange + 1.. {
        let outcome = PAGE.run(move |n, _, path| {
            if n == exchange {
                fs::write(path, EDIT).unwrap();
            }
            if n == failing { fails(Errno::IO) } else { Fault::None }
        });
        let Some(call) = outcome.calls.get(failing) else { break };
        failed.push(*call);
        sweep_folder(outcome.path.parent().unwrap());
        let mut kept = outcome.beside();
        kept.push(outcome.path.clone());
        let is_kept = kept.iter().any(|path| fs::read_to_string(path).unwrap() == EDIT);
        assert!(is_kept, "{call:?}, call {failing}: {:?}", outcome.written);
    }
    assert!(failed.contains(&Call::Clone) && failed.contains(&Call::Stat), "{failed:?}");
}

/// Either the group of the old page cannot be kept, or its access control list cannot be copied.
#[test]
fn a_page_whose_access_is_not_kept_is_not_opened_to_others() {
    let mut owner = false;
    let outcome = PAGE.run(move |n, call, path| {
        if n == 0 {
            fs::set_permissions(path, Permissions::from_mode(0o664)).unwrap();
        }
        // Setting the group fails, and so does the check that the group is already right.
        let fault = call == Call::Owner || (owner && call == Call::Stat);
        owner = call == Call::Owner;
        if fault { fails(Errno::PERM) } else { Fault::None }
    });
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((&outcome.written, mode(&outcome.path)), (&Ok(WriteOutcome::Done), 0o644));
    let outcome = PAGE.run(|n, call, path| {
        if n == 0 {
            fs::set_permissions(path, Permissions::from_mode(0o670)).unwrap();
        }
        if call == Call::ListAttributes { fails(Errno::IO) } else { Fault::None }
    });
    assert_eq!((&outcome.written, mode(&outcome.path)), (&Ok(WriteOutcome::Done), 0o600));
}

/// The list gives another user access. Its mask takes the place of the group bits in the mode.
#[cfg(target_os = "linux")]
#[test]
fn an_access_control_list_that_is_not_copied_opens_a_page_to_nobody() {
    use rustix::fs::{XattrFlags, setxattr};
    let entry = |tag: u16, bits: u16, id: u32| {
        [&tag.to_le_bytes()[..], &bits.to_le_bytes(), &id.to_le_bytes()].concat()
    };
    let (none, anybody) = (u32::MAX, 12345);
    let entries = [(1, 6, none), (2, 6, anybody), (4, 0, none), (16, 6, none), (32, 0, none)];
    let entries = entries.map(|(tag, bits, id)| entry(tag, bits, id)).concat();
    let list = [&2_u32.to_le_bytes()[..], &entries].concat();
    let name = "system.posix_acl_access";
    for is_copied in [true, false] {
        let list = list.clone();
        let outcome = PAGE.run(move |n, call, path| {
            if n == 0 {
                setxattr(path, name, &list, XattrFlags::empty()).unwrap();
            }
            let fails_now = !is_copied && call == Call::SetAttribute;
            if fails_now { fails(Errno::PERM) } else { Fault::None }
        });
        assert_eq!(outcome.written, Ok(WriteOutcome::Done));
        let mode = fs::metadata(&outcome.path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if is_copied { 0o660 } else { 0o600 });
    }
}
