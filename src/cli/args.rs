//! The command line, as clap reads it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

use super::contact::{duration, proxy};

/// A linter for Markdown event archives.
#[derive(Debug, Parser)]
#[command(name = "dateline", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check files and folders
    Check(Box<CheckArgs>),
    /// Show a rule's page
    Explain {
        /// The rule's id, such as `related/not-found`
        rule: String,
        #[command(flatten)]
        color: ColorArgs,
    },
    /// List every rule
    Rules {
        /// How to write the list
        #[arg(long, value_enum, default_value = "human")]
        output_format: ListFormat,
    },
    /// Look at an archive, and write the settings that fit it
    ///
    /// Nothing is asked. Each setting stands below a comment that says how many pages bear it out.
    Init(InitArgs),
    /// Look after the sources over time, with a ledger
    Sources {
        /// What to do
        #[command(subcommand)]
        command: SourcesCommand,
    },
    /// Look at the settings
    Config {
        /// What to show
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

/// The options of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The archive's folder, which dateline.toml is written into
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Replace what is there, or set a dateline.toml aside that stands above the folder
    #[arg(long, conflicts_with = "dry_run")]
    pub force: bool,
    /// Write the settings to standard output, and no file
    #[arg(long, conflicts_with = "baseline")]
    pub dry_run: bool,
    /// Write also dateline-baseline.jsonl, for `check --baseline`: the findings that there are now
    #[arg(long)]
    pub baseline: bool,
    /// How many threads to use; by default one for each processor
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
}

/// What to do with the ledger.
#[derive(Debug, Subcommand)]
pub enum SourcesCommand {
    /// Count the sources by what stands of them, by their hosts, and by the years of the events
    Status {
        #[command(flatten)]
        pages: PagesArgs,
        #[command(flatten)]
        ledger: LedgerArgs,
        /// How to write the counts
        #[arg(long, value_enum, default_value = "human")]
        output_format: ListFormat,
    },
    /// Look at the sources of these pages that are due, and report those that are lost or moved
    ///
    /// The same as `dateline check --online` with a ledger, of whose rules only those run that look at
    /// what is behind sources.
    Check(Box<CheckArgs>),
    /// Look at all sources that are due, as robots do: after asking each host's robots.txt
    ///
    /// The sources of these pages are added to the ledger first; what else it holds is looked at too.
    Crawl {
        #[command(flatten)]
        pages: PagesArgs,
        #[command(flatten)]
        ledger: LedgerArgs,
        #[command(flatten)]
        contact: ContactArgs,
    },
    /// Look up archived copies of the sources that are lost, and show how they would be cited
    Repair {
        #[command(flatten)]
        pages: PagesArgs,
        #[command(flatten)]
        ledger: LedgerArgs,
        #[command(flatten)]
        contact: ContactArgs,
        /// Cite the copies, instead of showing the change
        #[arg(long)]
        fix: bool,
        #[command(flatten)]
        color: ColorArgs,
    },
    /// Write every observation to standard output, a line of JSON each
    Export {
        #[command(flatten)]
        ledger: LedgerArgs,
    },
    /// Read observations of another ledger from standard input; those that are known stay
    Import {
        #[command(flatten)]
        ledger: LedgerArgs,
    },
}

/// Which pages.
#[derive(Debug, Args)]
pub struct PagesArgs {
    /// Files and folders of the archive
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub origin: OriginArgs,
}

/// Which ledger.
#[derive(Debug, Args)]
pub struct LedgerArgs {
    /// The ledger; by default that of the settings, else .dateline/ledger.sqlite3 in the archive
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
}

/// How sources are contacted.
#[derive(Debug, Args)]
pub struct ContactArgs {
    /// Allow addresses of this range, such as 127.0.0.0/8
    #[arg(long, value_name = "CIDR")]
    pub allow_address: Vec<ipnet::IpNet>,
    /// Contact sources through this proxy, such as `http://proxy:3128`, which then looks their hosts
    /// up: what addresses these have is left to it
    #[arg(long, value_name = "URL", value_parser = proxy)]
    pub proxy: Option<url::Url>,
    /// Stop after this time, such as 20m; what was not looked at is looked at another time
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub budget: Option<Duration>,
    /// Show no progress bar
    #[arg(long)]
    pub no_progress: bool,
}

/// What to show of the settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the JSON Schema of dateline.toml, for editors
    Schema,
    /// Show the resolved settings, and where each came from
    Show {
        /// A path in the archive
        #[arg(default_value = ".")]
        path: PathBuf,
        #[command(flatten)]
        origin: OriginArgs,
        #[command(flatten)]
        color: ColorArgs,
    },
}

/// Where settings come from.
#[derive(Debug, Args)]
pub struct OriginArgs {
    /// Read the settings from this file instead of the dateline.toml found upward
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,
    /// Read no settings file
    #[arg(long)]
    pub isolated: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Args)]
pub struct ColorArgs {
    /// When to use colours; `auto` means on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: ColorChoice,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How lists are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A table.
    Human,
    /// A JSON document.
    Json,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// The line with the offending text underlined.
    Human,
    /// A line a finding: path:line:column.
    Concise,
    /// One JSON document.
    Json,
    /// A JSON object a line.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
    /// A code quality report for GitLab.
    Gitlab,
    /// A `JUnit` report: each finding a failed test.
    Junit,
}

/// What makes a run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Any error.
    Error,
    /// Any finding.
    Warning,
    /// Nothing that is found.
    Never,
}

impl CheckArgs {
    /// Whether paths may be of files that are not on the disk: of an editor, or of what changed.
    pub fn may_name_what_is_not_there(&self) -> bool {
        self.stdin_filename.is_some() || self.staged || self.since.is_some()
    }

    /// The options of a check that writes the findings of a whole archive into a baseline.
    pub fn writing_baseline(
        root: &Path,
        baseline: &Path,
        jobs: Option<std::num::NonZeroUsize>,
    ) -> Result<Box<Self>, clap::Error> {
        let words = ["dateline", "check", "--update-baseline", "--baseline"].map(OsStr::new);
        let words =
            words.into_iter().chain([baseline.as_os_str(), OsStr::new("--"), root.as_os_str()]);
        match Cli::try_parse_from(words)?.command {
            Command::Check(args) => Ok(Box::new(Self { jobs, baseline_anew: true, ..*args })),
            _ => Err(clap::Error::new(clap::error::ErrorKind::InvalidSubcommand)),
        }
    }
}

/// The options of `check`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("mends").args(["fix", "diff"]).multiple(true))]
pub struct CheckArgs {
    /// Files and folders to check
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub origin: OriginArgs,
    /// Run only these rules: ids, groups or `all`, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    pub select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    pub ignore: Vec<String>,
    /// Run these rules besides
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    pub extend_select: Vec<String>,
    /// How to write the findings
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    pub output_format: OutputFormat,
    /// Write the findings to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,
    /// From which severity on findings make the exit code 1
    #[arg(long, value_enum, default_value = "error", value_name = "SEVERITY")]
    pub fail_on: FailOn,
    /// Make the safe fixes
    #[arg(long)]
    pub fix: bool,
    /// With --fix or --diff, make also fixes that guess or drop something
    #[arg(long, requires = "mends")]
    pub unsafe_fixes: bool,
    /// Show what the fixes would change, and write nothing
    #[arg(long)]
    pub diff: bool,
    /// Contact the sources on the web
    #[arg(long)]
    pub online: bool,
    /// Whether only the rules run that look at what is behind sources.
    #[arg(skip)]
    pub only_sources: bool,
    #[command(flatten)]
    pub contact: ContactArgs,
    /// Keep what was seen of each source in this file, and judge by all of it: with --online only
    /// what is due is contacted, without it nothing is
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Report what changed since this commit: all findings of files that are new or have another
    /// content, and of others those that were not there then. `REV...` means where HEAD left REV
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
    /// Report what is staged, and what it breaks elsewhere: as --since, of the index and HEAD
    #[arg(long, conflicts_with_all = ["since", "fix"])]
    pub staged: bool,
    /// Check the page that is on standard input, as if it stood at this path of the archive
    #[arg(long, value_name = "PATH", conflicts_with_all = ["paths", "since", "staged", "fix"])]
    pub stdin_filename: Option<PathBuf>,
    /// Hide the findings that this file holds
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the findings to the file of --baseline, which hides them from now on, and drop from it
    /// what no longer occurs
    #[arg(long, requires = "baseline", conflicts_with_all = ["mends", "since", "staged", "stdin_filename"])]
    pub update_baseline: bool,
    /// Whether nothing of an older baseline is kept.
    #[arg(skip)]
    pub baseline_anew: bool,
    /// Write the count of findings by rule instead of the findings; beside a report for programs, to
    /// standard error
    #[arg(long)]
    pub statistics: bool,
    /// Write no account at the end
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say which settings were used, and how long each part took
    #[arg(long, short)]
    pub verbose: bool,
    #[command(flatten)]
    pub color: ColorArgs,
    /// How many threads to use; by default one for each processor
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
}
