//! The command `dateline init`.

use super::check;
use super::panics::silently;
use crate::cli::args::InitArgs;
use crate::cli::error::CliError;
use crate::cli::terminal::{say, shown_path, write_stdout};
use crate::session::{InferredSettings, InitOptions};

/// Infers the settings of an archive, and prints or writes them. Returns the exit code.
pub(super) fn run(args: &InitArgs) -> Result<u8, CliError> {
    let options = InitOptions {
        force: args.force,
        dry_run: args.dry_run,
        baseline: args.baseline,
        jobs: args.jobs,
    };
    let inferred = silently(|| InferredSettings::of(&args.path, &options))?;
    for note in inferred.notes() {
        say(note);
    }
    if args.dry_run {
        write_stdout(inferred.toml())?;
        return Ok(0);
    }
    inferred.write()?;
    say(&format!("wrote {}", shown_path(inferred.path())));
    if !args.baseline {
        return Ok(0);
    }
    check::record_baseline(inferred.root(), inferred.baseline()?, args.jobs)
}
