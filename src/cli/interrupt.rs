//! Ctrl-C: most runs end at once, for they never leave anything half-done. One that holds hosts of a
//! ledger is told to stop, and gives them back first.

use std::process::exit;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::INTERRUPTED;
use crate::probe::Stop;

#[derive(Default)]
struct Interrupt {
    stop: Stop,
    /// Whether somebody looks at `stop`.
    is_heeded: AtomicBool,
}

static INTERRUPT: OnceLock<Interrupt> = OnceLock::new();

/// From now on an interrupt ends the program.
pub(super) fn listen() {
    let _ = ctrlc::set_handler(|| {
        let interrupt = INTERRUPT.get_or_init(Interrupt::default);
        // Whoever asks twice does not want to wait.
        let is_first = !interrupt.stop.is_set();
        interrupt.stop.set();
        if !(is_first && interrupt.is_heeded.load(Ordering::SeqCst)) {
            #[expect(clippy::exit, reason = "an interrupt ends the program at once")]
            exit(i32::from(INTERRUPTED));
        }
    });
}

/// The switch that an interrupt throws from now on, instead of ending the program.
pub(super) fn stop() -> Stop {
    let interrupt = INTERRUPT.get_or_init(Interrupt::default);
    interrupt.is_heeded.store(true, Ordering::SeqCst);
    interrupt.stop.clone()
}

/// The work that had to be ended in order is over.
pub(super) fn release() {
    let interrupt = INTERRUPT.get_or_init(Interrupt::default);
    interrupt.is_heeded.store(false, Ordering::SeqCst);
}
