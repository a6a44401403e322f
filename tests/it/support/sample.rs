//! A small archive of two events on consecutive days. The later event lists the earlier one as
//! related. The archive has no findings.

use super::git::Repo;

/// The path of the earlier event.
pub const FERRY: &str = "news/2012/03/24/ferry-line-reopens.md";
/// The path of the later event.
pub const GATES: &str = "news/2012/03/25/lock-gates-fail.md";
/// The path of the earlier event's day page.
pub const DAY: &str = "news/2012/03/24/index.md";

/// The text of the earlier event's page.
pub const FERRY_PAGE: &str =
    "### [2012-03-24](/news/2012/03/24/index.md)\n\n# Ferry line reopens\n";
/// The text of the earlier event's day page after the event is removed.
pub const EMPTY_DAY: &str = "## [2012-03-24](/news/2012/03/24/index.md)\n";

/// Returns the text of the later event's page.
pub fn gates() -> String {
    format!("{}\n### Related:\n\n1. [Ferry line reopens](/{FERRY})\n", gates_alone())
}

/// Returns the text of the later event's page without related events.
pub fn gates_alone() -> String {
    "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n".to_owned()
}

/// Returns the text of a day page with one event.
pub fn day(date: &str, path: &str, title: &str) -> String {
    let folder = date.replace('-', "/");
    format!("## [{date}](/news/{folder}/index.md)\n\n### [{title}](/{path})\n")
}

/// Creates a repository with the archive committed.
pub fn repo() -> Repo {
    let repo = Repo::new();
    fill(&repo, "");
    repo.commit("Fill");
    repo
}

/// Writes the archive into a folder of a repository.
pub fn fill(repo: &Repo, below: &str) {
    let write = |path: &str, text: &str| repo.write(&format!("{below}{path}"), text);
    write(FERRY, FERRY_PAGE);
    write(GATES, &gates());
    write(DAY, &day("2012-03-24", FERRY, "Ferry line reopens"));
    write("news/2012/03/25/index.md", &day("2012-03-25", GATES, "Lock gates fail"));
}
