//! The command `dateline sources`, which works with the ledger of source URLs.

mod crawl;
mod import_export;
mod repair;
mod status;

use super::check;
use crate::cli::args::{CheckArgs, SourcesCommand};
use crate::cli::error::CliError;

/// Runs a command on the ledger and returns the exit code.
pub(super) fn run(command: SourcesCommand) -> Result<u8, CliError> {
    match command {
        SourcesCommand::Status { pages, ledger, output_format } => {
            status::run(&pages, &ledger, output_format)
        }
        SourcesCommand::Check(args) => {
            // The same as `dateline check`, but online and only with the rules about sources.
            check::run(&CheckArgs { online: true, only_sources: true, ..*args })
        }
        SourcesCommand::Crawl { pages, ledger, contact } => crawl::run(&pages, &ledger, &contact),
        SourcesCommand::Repair { pages, ledger, contact, fix, color } => {
            repair::run(&pages, &ledger, &contact, fix, color)
        }
        SourcesCommand::Export { ledger } => import_export::export(&ledger),
        SourcesCommand::Import { ledger } => import_export::import(&ledger),
    }
}
