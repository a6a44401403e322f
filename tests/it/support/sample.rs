//! A small archive: two events of two days, the later one related to the earlier; without a finding.

use super::git::Repo;

pub const FERRY: &str = "news/2012/03/24/ferry-line-reopens.md";
pub const GATES: &str = "news/2012/03/25/lock-gates-fail.md";
/// The day of the ferry.
pub const DAY: &str = "news/2012/03/24/index.md";

pub const FERRY_PAGE: &str =
    "### [2012-03-24](/news/2012/03/24/index.md)\n\n# Ferry line reopens\n";
/// The day of the ferry, once there is no ferry.
pub const EMPTY_DAY: &str = "## [2012-03-24](/news/2012/03/24/index.md)\n";

/// The later event.
pub fn gates() -> String {
    format!("{}\n### Related:\n\n1. [Ferry line reopens](/{FERRY})\n", gates_alone())
}

/// The later event, related to none.
pub fn gates_alone() -> String {
    "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n".to_owned()
}

/// The page of a day with one event.
pub fn day(date: &str, path: &str, title: &str) -> String {
    let folder = date.replace('-', "/");
    format!("## [{date}](/news/{folder}/index.md)\n\n### [{title}](/{path})\n")
}

/// The archive in a repository of its own, committed.
pub fn repo() -> Repo {
    let repo = Repo::new();
    fill(&repo, "");
    repo.commit("Fill");
    repo
}

/// Writes the archive below a folder.
pub fn fill(repo: &Repo, below: &str) {
    let write = |path: &str, text: &str| repo.write(&format!("{below}{path}"), text);
    write(FERRY, FERRY_PAGE);
    write(GATES, &gates());
    write(DAY, &day("2012-03-24", FERRY, "Ferry line reopens"));
    write("news/2012/03/25/index.md", &day("2012-03-25", GATES, "Lock gates fail"));
}
