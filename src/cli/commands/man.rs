//! The command `dateline man`, which writes manual pages.

use std::io;
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::cli::args::Cli;
use crate::cli::error::CliError;
use crate::cli::terminal::to_stdout;
use crate::session::{OutputFile, OutputFileError};

/// The source of the pages.
const VERSION: &str = concat!("dateline ", env!("CARGO_PKG_VERSION"));

/// The date of the version, which a test compares with the changelog.
const DATE: &str = "2026-11-27";

/// The exit codes of all commands, and what each means.
const EXIT_CODES: [(&str, &str); 4] = [
    ("0", "No finding is at or above the severity of --fail-on."),
    ("1", "Findings are at or above that severity, or --diff shows changes."),
    ("2", "The usage, the settings or the environment is wrong."),
    ("129, 130, 143", "A signal stopped the run."),
];

/// Prints dateline(1), or writes the pages of all commands to a folder. Returns the exit code.
pub(super) fn run(folder: Option<&Path>) -> Result<u8, CliError> {
    let mut program = Cli::command().disable_help_subcommand(true);
    // Commands get their full names only when they are built.
    program.build();
    let Some(folder) = folder else {
        let page = page(&program)?;
        to_stdout(|out| out.write_all(&page))?;
        return Ok(0);
    };
    std::fs::create_dir_all(folder)
        .map_err(|source| OutputFileError::Io { path: folder.to_path_buf(), source })?;
    write_pages(&program, folder)?;
    Ok(0)
}

/// Writes the page of a command and the pages of its subcommands.
fn write_pages(command: &Command, folder: &Path) -> Result<(), CliError> {
    let file = folder.join(format!("{}.1", name(command)));
    OutputFile::new(&file)?.write(&page(command)?)?;
    command.get_subcommands().try_for_each(|subcommand| write_pages(subcommand, folder))
}

/// Returns the name of a page, such as `dateline-sources-crawl`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// Returns the page of a command.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let name = name(command);
    let man = Man::new(command.clone()).date(DATE).source(VERSION).manual("Dateline Manual");
    let mut page = Vec::new();
    man.render(&mut page)?;
    let mut end = Roff::new();
    let reports_findings = command.get_arguments().any(|arg| arg.get_id() == "fail_on");
    if reports_findings || command.has_subcommands() {
        end.control("SH", ["EXIT STATUS"]);
        for (code, meaning) in EXIT_CODES {
            end.control("TP", []).text([roman(code)]).text([roman(meaning)]);
        }
    }
    if let Some((parent, _)) = name.rsplit_once('-') {
        end.control("SH", ["SEE ALSO"]).text([roman(format!("{parent}(1)"))]);
    }
    page.extend(end.to_roff().into_bytes());
    Ok(without_warnings(&String::from_utf8_lossy(&page)).into_bytes())
}

/// Replaces what mandoc warns about: two line breaks around an empty line, for which the generator should write
/// one blank line, and spaces at the ends of lines.
fn without_warnings(page: &str) -> String {
    let page = page.replace("\n.br\n\n.br\n", "\n.sp\n");
    page.lines().fold(String::with_capacity(page.len()), |text, line| text + line.trim_end() + "\n")
}
