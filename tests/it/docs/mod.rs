//! What `docs/` describes: pre-commit hooks, the GitHub Action, GitLab jobs.

#[cfg(unix)]
mod action;
#[cfg(unix)]
mod pages;
mod pre_commit;
