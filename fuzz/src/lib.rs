//! The fuzz targets. Each is a function that takes any bytes and panics if a guarantee of the
//! program does not hold.
//!
//! `fuzz_targets/` passes these functions to libFuzzer, and `tests/it/corpora.rs` replays the
//! corpora through them in ordinary test runs.

mod archives;
mod baseline;
mod destination;
mod document;
mod findings;
mod fixes;
mod front_matter;
mod import;
pub mod memory;
mod pages;
mod reports;
mod servers;
mod settings;

/// A target: its name and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets. Each has a file in `fuzz_targets/` and a folder in `corpus/`.
pub const TARGETS: &[Target] = &[
    ("document", document::check),
    ("front_matter", front_matter::check),
    ("settings", settings::check),
    ("baseline", baseline::check),
    ("import", import::check),
    ("destination", destination::check),
    ("fixes", fixes::check),
    ("reports", reports::check),
    ("sarif", reports::sarif),
    ("robots", servers::robots),
    ("html", servers::html),
    ("rules_heading", |data| findings::check("heading", data)),
    ("rules_date", |data| findings::check("date", data)),
    ("rules_link", |data| findings::check("link", data)),
    ("rules_related", |data| findings::check("related", data)),
    ("rules_source", |data| findings::check("source", data)),
    ("rules_day", |data| findings::check("day", data)),
    ("rules_text", |data| findings::check("text", data)),
    ("rules_front-matter", |data| findings::check("front-matter", data)),
    ("rules_archive", |data| findings::check("archive", data)),
];

pub use findings::reached;

/// Makes the linter run on the calling thread. Passing small archives to another thread and back
/// takes much longer than checking them.
pub fn on_one_thread() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    pool.build_global().expect("the first pool");
}

/// Runs the target with this name on an input.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    let (_, check) = target.unwrap_or_else(|| panic!("there is no target `{name}`"));
    check(data);
}
