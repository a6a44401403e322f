//! Suppresses panic messages. A panic on a page becomes a finding, so the default hook must not
//! print it.

/// Runs `work` without printing panic messages. `work` must catch its panics itself.
pub(in crate::cli) fn silently<T>(work: impl FnOnce() -> T) -> T {
    std::panic::set_hook(Box::new(|_| {}));
    let done = work();
    drop(std::panic::take_hook());
    done
}
