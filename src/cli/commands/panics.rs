//! Panics on pages become findings, so the default hook must not print them.

/// Runs `work`, which catches its panics itself, without a word of the panic hook.
pub(in crate::cli) fn silently<T>(work: impl FnOnce() -> T) -> T {
    std::panic::set_hook(Box::new(|_| {}));
    let done = work();
    drop(std::panic::take_hook());
    done
}
