//! Ctrl-C: most runs end at once, for they never leave anything half-done. One that holds hosts of a
//! ledger is told to stop, and gives them back first.

use std::process::exit;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::INTERRUPTED;
use crate::probe::Stop;

#[derive(Default)]
struct Interrupt {
    stop: Stop,
    /// Whether somebody looks at `stop`.
    is_heeded: AtomicBool,
}

static INTERRUPT: LazyLock<Interrupt> = LazyLock::new(Interrupt::default);

/// From now on an interrupt ends the program.
pub(super) fn listen() {
    let _ = ctrlc::set_handler(|| {
        // Whoever asks twice does not want to wait.
        let is_first = !INTERRUPT.stop.is_set();
        INTERRUPT.stop.set();
        if !(is_first && INTERRUPT.is_heeded.load(Ordering::SeqCst)) {
            #[expect(clippy::exit, reason = "an interrupt ends the program at once")]
            exit(i32::from(INTERRUPTED));
        }
    });
}

/// Does work that an interrupt stops in order, by this switch, instead of ending the program.
pub(super) fn heeding<T>(work: impl FnOnce(Stop) -> T) -> T {
    INTERRUPT.is_heeded.store(true, Ordering::SeqCst);
    let done = work(INTERRUPT.stop.clone());
    INTERRUPT.is_heeded.store(false, Ordering::SeqCst);
    done
}
