//! Signals that end the program: most runs end at once, for they never leave anything half-done but
//! the file that is being written. One that holds hosts of a ledger is told to stop, and gives them
//! back first.

use std::process::exit;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError, TryLockError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Failure;
use crate::sources::Stop;

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
    /// Held while a file is written.
    writing: Mutex<()>,
}

static INTERRUPT: LazyLock<Interrupt> = LazyLock::new(Interrupt::default);

/// From now on an interrupt ends the program.
#[cfg(unix)]
pub(super) fn listen() {
    // A file that becomes larger than the system allows is an error of its own, not the end.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
    let (tell, is_told) = std::sync::mpsc::channel();
    let listener = std::thread::Builder::new().name("signals".to_owned());
    // Where no thread can be had, no signal is taken: each does what the system has it do.
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
    // Ctrl-C is all that there is.
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
    let since = Instant::now();
    let _held = loop {
        match interrupt.writing.try_lock() {
            Err(TryLockError::WouldBlock) if since.elapsed() < PATIENCE => {
                sleep(Duration::from_millis(1));
            }
            held => break held,
        }
    };
    #[expect(clippy::exit, reason = "a signal ends the program at once")]
    exit(i32::from(code()));
}

/// The exit code of a run that a signal stopped, as shells count it.
pub(super) fn code() -> u8 {
    SIGNALLED.saturating_add(INTERRUPT.signal.load(Ordering::SeqCst))
}

/// Does work that an interrupt stops in order, by this switch, instead of ending the program. One that
/// comes as the work ends stops the run then.
pub(super) fn heeding<T>(work: impl FnOnce(Stop) -> Result<T, Failure>) -> Result<T, Failure> {
    heeding_as(&INTERRUPT, work)
}

fn heeding_as<T>(
    interrupt: &Interrupt,
    work: impl FnOnce(Stop) -> Result<T, Failure>,
) -> Result<T, Failure> {
    interrupt.is_heeded.store(true, Ordering::SeqCst);
    let done = work(interrupt.stop.clone());
    interrupt.is_heeded.store(false, Ordering::SeqCst);
    // What comes from here on ends the program itself.
    let done = done?;
    if interrupt.stop.is_set() { Err(Failure::Interrupted) } else { Ok(done) }
}

/// Does work of a moment that a signal lets come to its end.
pub(super) fn finishing<T>(work: impl FnOnce() -> T) -> T {
    let _held = INTERRUPT.writing.lock().unwrap_or_else(PoisonError::into_inner);
    work()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It once was forgotten, and the run went on to its report.
    #[test]
    fn a_signal_that_comes_as_the_work_ends_stops_the_run() {
        let interrupt = Interrupt::default();
        let done = heeding_as(&interrupt, |_| Ok(1));
        assert!(matches!(done, Ok(1)), "{done:?}");
        let done = heeding_as(&interrupt, |stop| {
            stop.set();
            Ok(1)
        });
        assert!(matches!(done, Err(Failure::Interrupted)), "{done:?}");
    }
}
