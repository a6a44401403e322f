//! The command `dateline completions`, which prints scripts for shells.

use std::collections::BTreeSet;
use std::io::Write as _;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command, CommandFactory as _};
use clap_complete::{Shell, generate};

use crate::cli::args::Cli;
use crate::cli::error::CliError;
use crate::cli::terminal::to_stdout;
use crate::session;

/// Prints the completion script for a shell. Returns the exit code.
pub(super) fn run(shell: Shell) -> Result<u8, CliError> {
    // The generator panics if a write fails, so it writes to memory.
    let mut script = Vec::new();
    let mut command = with_rules(Cli::command());
    generate(shell, &mut command, "dateline", &mut script);
    if shell == Shell::Fish {
        for (name, values) in positional_values(&command) {
            let condition = format!("__fish_dateline_using_subcommand {name}");
            writeln!(script, "complete -c dateline -n \"{condition}\" -f -a \"{values}\"")?;
        }
    }
    to_stdout(|out| out.write_all(&script))?;
    Ok(0)
}

/// Adds the ids of rules to the arguments that name rules. The parser does not know them, because its
/// message about an unknown value would list all of them and suggest none.
fn with_rules(command: Command) -> Command {
    let ids: Vec<_> = session::rules().map(session::RuleDescription::id).collect();
    let groups: BTreeSet<_> = session::rules().map(session::RuleDescription::group).collect();
    let selectors: Vec<_> = ["all"].into_iter().chain(groups).chain(ids.clone()).collect();
    let select = |command: Command| {
        ["select", "ignore", "extend_select"].into_iter().fold(command, |command, option| {
            command.mut_arg(option, |arg| with_values(arg, &selectors))
        })
    };
    command
        .mut_subcommand("explain", |explain| explain.mut_arg("rule", |arg| with_values(arg, &ids)))
        .mut_subcommand("check", select)
        .mut_subcommand("sources", |sources| sources.mut_subcommand("check", select))
}

/// Returns the name of each command whose argument has a list of values, and these values. The generator
/// for fish completes only the values of options.
fn positional_values(command: &Command) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for command in command.get_subcommands() {
        for arg in command.get_positionals() {
            let values = arg.get_possible_values();
            let values: Vec<_> = values.iter().map(PossibleValue::get_name).collect();
            if !values.is_empty() {
                found.push((command.get_name().to_owned(), values.join(" ")));
            }
        }
    }
    found
}

fn with_values(arg: Arg, values: &[&'static str]) -> Arg {
    arg.value_parser(PossibleValuesParser::new(values.iter().copied()))
}
