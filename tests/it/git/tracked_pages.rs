//! Pages that git tracks although a `.gitignore` matches them.

use crate::support::git::{Repo, rules};

const DRAFT: &str = "news/2012/03/25/draft-a.md";
const DAY: &str = "news/2012/03/25/index.md";

#[test]
fn a_tracked_page_is_a_page_whatever_is_ignored() {
    let repo = Repo::new();
    repo.write(".gitignore", "draft-*\n");
    repo.write(
        DRAFT,
        "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Draft a\n\n[x](/gone.md)\n",
    );
    repo.write(DAY, format!("## [2012-03-25](/{DAY})\n\n### [Draft a](/{DRAFT})\n"));
    repo.write("news/2012/03/25/draft-b.md", "never tracked: [x](/gone.md)\n");
    repo.git(&["add", "--all"]);
    assert_eq!(rules(&repo.found(&[])), [(DAY, "day/unknown-event")], "it is not tracked yet");
    repo.git(&["add", "--force", DRAFT]);
    let expected = [(DRAFT, "link/not-found")];
    assert_eq!(rules(&repo.found(&[])), expected);
    assert_eq!(rules(&repo.found(&["--staged"])), expected);
    repo.git(&["commit", "--quiet", "--message", "Add"]);
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])), []);
    repo.write(DRAFT, repo_text(&repo, DRAFT) + "[y](/lost.md)\n");
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])), [(DRAFT, "link/not-found"); 2]);
    // A `.gitignore` may ignore itself.
    repo.write(".gitignore", "*\n");
    assert_eq!(rules(&repo.found(&[])), [(DRAFT, "link/not-found"); 2]);
    // A link in its place is not followed.
    std::fs::remove_file(repo.root().join(DRAFT)).expect("a page");
    assert_eq!(rules(&repo.found(&[])), [(DAY, "day/unknown-event")]);
}

fn repo_text(repo: &Repo, path: &str) -> String {
    std::fs::read_to_string(repo.root().join(path)).expect("a page")
}
