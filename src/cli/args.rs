//! The command-line arguments, parsed by clap.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use super::values::{duration, proxy};
use crate::session::Origin;

/// A linter for dated Markdown archives.
#[derive(Debug, Parser)]
#[command(name = "dateline", version, about, max_term_width = 100)]
pub struct Cli {
    /// The command to run.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands of `dateline`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check files and folders
    Check(Box<CheckArgs>),
    /// Print the documentation of a rule
    Explain {
        /// Rule id, such as `related/not-found`
        rule: String,
        #[command(flatten)]
        color: ColorArgs,
    },
    /// List all rules
    Rules {
        /// Output format
        #[arg(long, value_enum, default_value = "human")]
        output_format: ListFormat,
    },
    /// Infer the settings of an archive and write them to dateline.toml
    ///
    /// Asks no questions. A comment above each setting gives the share of pages that support it.
    Init(InitArgs),
    /// Track source URLs over time in a ledger
    Sources {
        /// What to do
        #[command(subcommand)]
        command: SourcesCommand,
    },
    /// Show the settings
    Config {
        /// What to show
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Print a script that completes commands, options and rule ids in a shell
    Completions {
        /// Shell for which to print the script
        shell: Shell,
    },
    /// Print the manual page, or write the pages of all commands to a folder
    ///
    /// Without DIR, prints dateline(1). With DIR, writes dateline.1 and a page for each command, such
    /// as dateline-check.1, to this folder, and creates the folder if it does not exist.
    Man {
        /// Folder to write the pages to, such as ~/.local/share/man/man1
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folder: Option<PathBuf>,
    },
    /// Run the language server on standard input and output, for editors
    Server {
        /// Ignored: editors pass it, and the server uses nothing else.
        #[arg(long, hide = true)]
        stdio: bool,
    },
}

/// The options of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Folder of the archive, into which dateline.toml is written
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Replace existing files, and ignore a dateline.toml above the folder
    #[arg(long, conflicts_with = "dry_run")]
    pub force: bool,
    /// Print the settings instead of writing them
    #[arg(long, conflicts_with = "baseline")]
    pub dry_run: bool,
    /// Also record the current findings in dateline-baseline.jsonl, for `check --baseline`
    #[arg(long)]
    pub baseline: bool,
    /// Number of threads [default: one per processor]
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
}

/// The commands of `dateline sources`.
#[derive(Debug, Subcommand)]
pub enum SourcesCommand {
    /// Count sources by status, host and year, and list those that are failing or lost
    Status {
        #[command(flatten)]
        pages: PagesArgs,
        #[command(flatten)]
        ledger: LedgerArgs,
        /// Output format
        #[arg(long, value_enum, default_value = "human")]
        output_format: ListFormat,
    },
    /// Check the due sources of these pages, and report those that are lost or have moved
    ///
    /// Runs `dateline check --online` with a ledger, but only the rules about reachability.
    Check(Box<CheckArgs>),
    /// Check all due sources in the ledger, obeying robots.txt
    ///
    /// Adds the sources of these pages to the ledger first. Then checks every due URL in the ledger,
    /// whichever page cites it.
    Crawl {
        #[command(flatten)]
        pages: PagesArgs,
        #[command(flatten)]
        ledger: LedgerArgs,
        #[command(flatten)]
        contact: ContactArgs,
    },
    /// Find archived copies of lost sources, and show a diff that cites them
    Repair {
        #[command(flatten)]
        pages: PagesArgs,
        #[command(flatten)]
        ledger: LedgerArgs,
        #[command(flatten)]
        contact: ContactArgs,
        /// Write the changes instead of showing a diff
        #[arg(long)]
        fix: bool,
        #[command(flatten)]
        color: ColorArgs,
    },
    /// Print every observation in the ledger as a line of JSON
    Export {
        #[command(flatten)]
        ledger: LedgerArgs,
    },
    /// Merge an export of another ledger, read from standard input
    Import {
        #[command(flatten)]
        ledger: LedgerArgs,
    },
}

/// The pages to work on, and the origin of their settings.
#[derive(Debug, Args)]
pub struct PagesArgs {
    /// Files and folders of the archive [default: `--root`, or else the current folder]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub origin: OriginArgs,
}

/// The ledger to use.
#[derive(Debug, Args)]
pub struct LedgerArgs {
    /// Ledger file [default: the one in the settings, or .dateline/ledger.sqlite3]
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
}

/// The options for contacting sources.
#[derive(Debug, Args)]
pub struct ContactArgs {
    /// Contact addresses in this range, such as 127.0.0.0/8, even though they are not public
    #[arg(long, value_name = "CIDR")]
    pub allow_address: Vec<ipnet::IpNet>,
    /// Send requests through this proxy, such as `http://proxy:3128`
    ///
    /// The proxy resolves host names, so Dateline cannot check their addresses.
    #[arg(long, value_name = "URL", value_parser = proxy)]
    pub proxy: Option<url::Url>,
    /// Stop sending requests after this time, such as 20m
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub budget: Option<Duration>,
    /// Hide the progress bar
    #[arg(long)]
    pub no_progress: bool,
}

/// The commands of `dateline config`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the JSON Schema of dateline.toml, for editors
    Schema,
    /// Print the resolved settings and where each comes from
    Show {
        /// File or folder whose settings to print
        #[arg(default_value = ".")]
        path: PathBuf,
        #[command(flatten)]
        origin: OriginArgs,
        #[command(flatten)]
        color: ColorArgs,
    },
}

/// The origin of the settings.
#[derive(Debug, Args)]
pub struct OriginArgs {
    /// Read settings from this file instead of the nearest dateline.toml
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,
    /// Ignore all settings files
    #[arg(long)]
    pub isolated: bool,
    /// Root of the archive [default: `root` in the settings, or else the folder in which pages fit the layout]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
}

/// When to use colors.
#[derive(Clone, Copy, Debug, Args)]
pub struct ColorArgs {
    /// When to use colors; `auto` means on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: ColorChoice,
}

/// When to use colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The output format of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A table.
    Human,
    /// A JSON document.
    Json,
}

/// The output format of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// The line with the offending text underlined.
    Human,
    /// One line per finding: path:line:column.
    Concise,
    /// One JSON document.
    Json,
    /// One JSON object per line.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
    /// A code quality report for GitLab.
    Gitlab,
    /// A `JUnit` report, in which each finding is a failed test.
    Junit,
}

/// The findings that make a run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Any error.
    Error,
    /// Any finding.
    Warning,
    /// No finding.
    Never,
}

impl OriginArgs {
    /// Returns the paths to work on: the ones given, or else the root or the current folder.
    pub fn paths(&self, given: &[PathBuf]) -> Vec<PathBuf> {
        match given {
            [] => vec![self.root.clone().unwrap_or_else(|| PathBuf::from("."))],
            given => given.to_vec(),
        }
    }

    /// Returns the origin of the settings that the options choose.
    pub fn origin(&self) -> Origin {
        match &self.config {
            Some(file) => Origin::File(file.clone()),
            None if self.isolated => Origin::Defaults,
            None => Origin::Search,
        }
    }
}

/// The options of `check`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("fixes").args(["fix", "diff"]).multiple(true))]
pub struct CheckArgs {
    /// Files and folders to check [default: `--root`, or else the current folder]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub origin: OriginArgs,
    /// Run only these rules: ids, groups or `all`, comma-separated
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    pub select: Vec<String>,
    /// Disable these rules
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    pub ignore: Vec<String>,
    /// Enable additional rules on top of the selection
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    pub extend_select: Vec<String>,
    /// Exclude pages that match this pattern, such as `drafts/**`, in addition to the settings
    #[arg(long, value_name = "PATTERN")]
    pub exclude: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    pub output_format: OutputFormat,
    /// Write findings to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,
    /// Minimum severity that makes the exit code 1 [default: error, or never if the fixed page is printed]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Apply safe fixes
    #[arg(long)]
    pub fix: bool,
    /// Also apply fixes that guess or lose something; needs --fix or --diff
    #[arg(long, requires = "fixes")]
    pub unsafe_fixes: bool,
    /// Show what fixes would change, without writing
    #[arg(long)]
    pub diff: bool,
    /// Contact source URLs
    #[arg(long)]
    pub online: bool,
    /// Whether to run only the rules about the reachability of sources.
    #[arg(skip)]
    pub only_sources: bool,
    #[command(flatten)]
    pub contact: ContactArgs,
    /// Track sources in this ledger: with --online, contact only those that are due; otherwise, report
    /// what it records
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Report only findings in files changed since this commit, and new findings elsewhere
    ///
    /// `REV...` means the merge base of HEAD and REV.
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
    /// Report only findings in staged files, and new findings elsewhere; reads pages from the index
    #[arg(long, conflicts_with_all = ["since", "fix"])]
    pub staged: bool,
    /// Check the page on standard input as if it were at this path; with --fix, print the fixed page
    #[arg(long, value_name = "PATH", conflicts_with_all = ["paths", "since", "staged"])]
    pub stdin_filename: Option<PathBuf>,
    /// Hide findings recorded in this file
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Record all findings in the baseline, and drop those that no longer occur
    #[arg(long, requires = "baseline", conflicts_with_all = ["fixes", "since", "staged", "stdin_filename"])]
    pub update_baseline: bool,
    /// Maximum number of findings to list; 0 means all [default: 100 in the human format, 0 in others]
    #[arg(long, value_name = "N")]
    pub max_findings: Option<usize>,
    /// Also count findings by rule, on standard error
    #[arg(long)]
    pub statistics: bool,
    /// Hide the summary
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print the settings in use and the time each step took
    #[arg(long, short)]
    pub verbose: bool,
    #[command(flatten)]
    pub color: ColorArgs,
    /// Number of threads [default: one per processor]
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
}
