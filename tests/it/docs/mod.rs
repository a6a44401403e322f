//! Tests of the README and of the documentation in `docs/`: the output that they show, pre-commit
//! hooks, the GitHub Action and GitLab jobs.

#[cfg(unix)]
mod action;
mod archives;
mod changelog;
#[cfg(unix)]
mod pages;
mod pre_commit;
#[cfg(target_os = "linux")]
mod released_program;
#[cfg(unix)]
mod set_up;
#[cfg(unix)]
mod transcripts;
