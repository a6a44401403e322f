//! Tests of the documentation in `docs/`: pre-commit hooks, the GitHub Action and GitLab jobs.

#[cfg(unix)]
mod action;
#[cfg(unix)]
mod pages;
mod pre_commit;
#[cfg(unix)]
mod set_up;
