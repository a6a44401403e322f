//! Signals that end the program: most runs end at once, for they never leave anything half-done but
//! the file that is being written. One that holds hosts of a ledger is told to stop, and gives them
//! back first.

use std::process::exit;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use crate::session::{Stop, wait_for_writes};

/// What shells add to the number of the signal that ended a program.
const SIGNALLED: u8 = 128;

/// How long a file that is being written may take to be finished.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Default)]
struct Interrupt {
    stop: Stop,
    /// Whether somebody looks at `stop`.
    is_heeded: AtomicBool,
    /// The signal that came last.
    signal: AtomicU8,
}

static INTERRUPT: LazyLock<Interrupt> = LazyLock::new(Interrupt::default);

/// From now on an interrupt ends the program.
#[cfg(unix)]
pub(super) fn listen() {
    // A file that becomes larger than the system allows is an error of its own, not the end.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
    let (tell, is_told) = std::sync::mpsc::channel();
    let listener = std::thread::Builder::new().name("signals".to_owned());
    // If the thread cannot be started, signals keep their default actions.
    let spawned = listener.spawn(move || heed_all(&tell));
    if spawned.is_ok() {
        let _ = is_told.recv();
    }
}

/// Heeds signals for ever, and tells once that begins.
#[cfg(unix)]
fn heed_all(tell: &std::sync::mpsc::Sender<()>) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let ignored = ignored();
    // `nohup` and shells that start a job in the background have a program ignore a signal.
    let heeded = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !ignored.contains(signal));
    let signals = signal_hook::iterator::Signals::new(heeded);
    let _ = tell.send(());
    let Ok(mut signals) = signals else { return };
    for signal in signals.forever() {
        heed(u8::try_from(signal).unwrap_or_default());
    }
}

/// The signals that the program is started to ignore, where the system says it.
#[cfg(unix)]
fn ignored() -> Vec<i32> {
    #[expect(clippy::disallowed_methods, reason = "the system says of this process")]
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    (1..=64).filter(|signal| mask >> (signal - 1) & 1 == 1).collect()
}

/// From now on an interrupt ends the program.
#[cfg(not(unix))]
pub(super) fn listen() {
    // Ctrl-C is the only signal here.
    let _ = ctrlc::set_handler(|| heed(2));
}

fn heed(signal: u8) {
    let interrupt = &*INTERRUPT;
    interrupt.signal.store(signal, Ordering::SeqCst);
    // Whoever asks twice does not want to wait.
    let is_first = !interrupt.stop.is_set();
    interrupt.stop.set();
    if is_first && interrupt.is_heeded.load(Ordering::SeqCst) {
        return;
    }
    // Held until the end, so that no other file is begun.
    let _held = wait_for_writes(PATIENCE);
    #[expect(clippy::exit, reason = "a signal ends the program at once")]
    exit(i32::from(code()));
}

/// The exit code of a run that a signal stopped, as shells count it.
pub(super) fn code() -> u8 {
    SIGNALLED.saturating_add(INTERRUPT.signal.load(Ordering::SeqCst))
}

/// Requests to servers begin: from now on, the first signal does not end the program, but sets this
/// switch, so that hosts held in a ledger are given back first.
pub(super) fn begin_contact() -> Stop {
    INTERRUPT.is_heeded.store(true, Ordering::SeqCst);
    INTERRUPT.stop.clone()
}

/// Requests to servers have ended: from now on, a signal ends the program.
pub(super) fn end_contact() {
    INTERRUPT.is_heeded.store(false, Ordering::SeqCst);
}
