//! Handling of signals that end the program.
//!
//! Most runs end as soon as the file that is being written is complete. A run that contacts servers
//! is told to stop, so that it can first release its leases in a ledger.

use std::process::exit;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use crate::session::{Stop, wait_for_writes};

/// If a signal ended the run, the exit code is this number plus the number of the signal. Shells
/// use the same codes.
const SIGNALLED: u8 = 128;

/// The maximum time to wait until the file being written is complete.
const PATIENCE: Duration = Duration::from_secs(2);

/// The state that the signal handler shares with runs.
#[derive(Default)]
struct Interrupt {
    stop: Stop,
    /// Whether a run checks `stop`, so that the first signal need not end the process.
    is_heeded: AtomicBool,
    /// The number of the last signal.
    signal: AtomicU8,
}

static INTERRUPT: LazyLock<Interrupt> = LazyLock::new(Interrupt::default);

/// Starts the thread that handles signals, and waits until it is ready.
#[cfg(unix)]
pub(super) fn listen() {
    // By default, SIGXFSZ ends a program that exceeds the file size limit. With a handler, the
    // write fails with an error instead.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
    let (tell, is_told) = std::sync::mpsc::channel();
    let listener = std::thread::Builder::new().name("signals".to_owned());
    // If the thread cannot be started, signals keep their default actions.
    let spawned = listener.spawn(move || heed_all(&tell));
    if spawned.is_ok() {
        let _ = is_told.recv();
    }
}

/// Handles signals until the process ends. Sends a message through `tell` when it is ready.
#[cfg(unix)]
fn heed_all(tell: &std::sync::mpsc::Sender<()>) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let ignored = ignored();
    // Do not handle signals that were ignored when the program started. `nohup` and background jobs
    // of some shells rely on this.
    let heeded = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !ignored.contains(signal));
    let signals = signal_hook::iterator::Signals::new(heeded);
    let _ = tell.send(());
    let Ok(mut signals) = signals else { return };
    for signal in signals.forever() {
        heed(u8::try_from(signal).unwrap_or_default());
    }
}

/// Returns the signals that were ignored when the program started. Without `/proc`, the list is
/// empty.
#[cfg(unix)]
fn ignored() -> Vec<i32> {
    #[expect(clippy::disallowed_methods, reason = "this file describes the process itself")]
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    (1..=64).filter(|signal| mask >> (signal - 1) & 1 == 1).collect()
}

/// Installs the handler for Ctrl-C.
#[cfg(not(unix))]
pub(super) fn listen() {
    // Ctrl-C is the only signal on these systems. It gets the number of SIGINT.
    let _ = ctrlc::set_handler(|| heed(2));
}

fn heed(signal: u8) {
    let interrupt = &*INTERRUPT;
    interrupt.signal.store(signal, Ordering::SeqCst);
    // A second signal means that the user does not want to wait.
    let is_first = !interrupt.stop.is_set();
    interrupt.stop.set();
    if is_first && interrupt.is_heeded.load(Ordering::SeqCst) {
        return;
    }
    // Keep the lock until the process exits, so that no other write starts.
    let _held = wait_for_writes(PATIENCE);
    #[expect(clippy::exit, reason = "a signal ends the program at once")]
    exit(i32::from(code()));
}

/// Returns the exit code of a run that a signal stopped, as shells compute it.
pub(super) fn code() -> u8 {
    SIGNALLED.saturating_add(INTERRUPT.signal.load(Ordering::SeqCst))
}

/// Records that requests begin. From now on, the first signal sets the returned switch instead of
/// ending the program. The run can then release its leases in a ledger.
pub(super) fn begin_contact() -> Stop {
    INTERRUPT.is_heeded.store(true, Ordering::SeqCst);
    INTERRUPT.stop.clone()
}

/// Records that requests have ended. From now on, the first signal ends the program.
pub(super) fn end_contact() {
    INTERRUPT.is_heeded.store(false, Ordering::SeqCst);
}
