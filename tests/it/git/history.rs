//! Tests of `--since` and `--staged` over a history of 200 commits. At each commit, they must
//! report the difference between full runs before and after it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::support::git::Repo;
use crate::support::random::Random;

#[derive(Clone)]
struct Event {
    title: String,
    related: Vec<String>,
    source: usize,
    /// Additional text: prose, faults and suppression comments.
    notes: Vec<&'static str>,
}

/// The archive as its maintainers intend it. The pages may be out of date.
struct History {
    repo: Repo,
    random: Random,
    events: BTreeMap<String, Event>,
    count: usize,
}

const DAYS: &[&str] = &["2012/03/24", "2012/03/25", "2012/03/26", "2012/04/2", "2013/01/7"];
const WORDS: &[&str] = &["Ferry", "Lock", "Keeper", "Bridge", "Mint", "Harvest", "Storm", "Opera"];
const VERBS: &[&str] = &["reopens", "fails", "sails", "is sold", "wins", "closes early"];
const NOTES: &[&str] = &[
    "The keeper spoke of hinges.",
    "A [lost page](/news/2012/03/25/never-was.md).",
    "![A map](/maps/basin.png)",
    "See [the crew](/about.md#crew) and [the rest](/about.md#rest).",
    "<!-- dateline-ignore link/not-found: lost with the old server -->\n[x](/nowhere.md)",
    "An [open [bracket](/about.md).",
    "Caf\u{C3}\u{A9}s stay open.",
    "[archive of 2011](/out/2011.md)",
];

fn slug(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}

impl History {
    fn path(day: &str, title: &str) -> String {
        format!("news/{day}/{}.md", slug(title))
    }

    fn title(&mut self) -> String {
        self.count += 1;
        let (word, verb) = (*self.random.pick(WORDS), *self.random.pick(VERBS));
        format!("{word} {} {verb}", self.count)
    }

    fn any(&mut self) -> String {
        let paths: Vec<String> = self.events.keys().cloned().collect();
        self.random.pick(&paths).clone()
    }

    fn day(path: &str) -> &str {
        path.strip_prefix("news/").and_then(|rest| rest.rsplit_once('/')).expect("an event").0
    }

    /// Writes the page of an event, with the current titles of related pages.
    fn write_event(&self, path: &str) {
        let (event, day) = (&self.events[path], Self::day(path));
        let date = day.replace('/', "-");
        let mut text = format!("### [{date}](/news/{day}/index.md)\n\n# {}\n\n", event.title);
        for note in &event.notes {
            let _ = writeln!(text, "{note}\n");
        }
        let _ = write!(text, "### Source:\n\n1. [C](https://courier.example/{})\n", event.source);
        if !event.related.is_empty() {
            text += "\n### Related:\n\n";
        }
        for (number, target) in event.related.iter().enumerate() {
            let title = self.events.get(target).map_or("Lost", |event| &event.title);
            let _ = writeln!(text, "{}. [{title}](/{target})", number + 1);
        }
        self.repo.write(path, text);
    }

    fn write_day(&self, day: &str) {
        let date = day.replace('/', "-");
        let mut text = format!("## [{date}](/news/{day}/index.md)\n");
        for (path, event) in self.events.iter().filter(|(path, _)| Self::day(path) == day) {
            let _ = write!(text, "\n### [{}](/{path})\n", event.title);
        }
        self.repo.write(&format!("news/{day}/index.md"), text);
    }

    fn add(&mut self) -> String {
        let (day, title) = (*self.random.pick(DAYS), self.title());
        let path = Self::path(day, &title);
        let related = if self.events.is_empty() { vec![] } else { vec![self.any(), self.any()] };
        let notes = vec![NOTES[0]];
        let event = Event { title, related, source: self.count, notes };
        self.events.insert(path.clone(), event);
        self.write_event(&path);
        path
    }

    /// Makes one edit of the kind that maintainers make, correct or not.
    fn edit(&mut self) {
        let path = self.any();
        let day = Self::day(&path).to_owned();
        match self.random.below(16) {
            0 | 1 => {
                let added = self.add();
                self.write_day(Self::day(&added));
            }
            2 => drop(self.add()),
            3 => {
                let title = self.title();
                self.events.get_mut(&path).expect("known").title = title;
                self.write_event(&path);
            }
            4 => {
                self.events.remove(&path);
                self.repo.remove(&path);
                self.write_day(&day);
            }
            5 | 6 => {
                // Rename the event, within its day or to another. Only some renames also update the
                // event's page and the day page.
                let event = self.events.remove(&path).expect("known");
                let to = if self.random.below(2) == 0 {
                    day.clone()
                } else {
                    (*self.random.pick(DAYS)).to_owned()
                };
                let new = Self::path(&to, &format!("{} again {}", event.title, self.count));
                self.count += 1;
                self.events.insert(new.clone(), event);
                self.repo.rename(&path, &new);
                if self.random.below(2) == 0 {
                    self.write_event(&new);
                    self.write_day(&to);
                }
            }
            7 => {
                let target = self.any();
                self.events.get_mut(&path).expect("known").related.push(target);
                self.write_event(&path);
            }
            8 | 9 => {
                let note = self.random.pick(NOTES);
                self.events.get_mut(&path).expect("known").notes.push(note);
                self.write_event(&path);
            }
            10 => {
                let event = self.events.get_mut(&path).expect("known");
                event.notes.clear();
                event.related.retain(|target| !target.contains("never"));
                self.write_event(&path);
            }
            11 => self.write_day(&day),
            12 => self.toggle(&format!("news/{day}/index.md"), "## no date\n"),
            13 => self.toggle("maps/basin.png", "no picture"),
            14 => self.toggle("about.md", "# About\n\n## Crew\n"),
            _ => {
                self.repo.write("out/2011.md", "# 2011\n");
                self.toggle(".gitignore", "/out/\n*.tmp\n");
            }
        }
    }

    /// Removes a file, or creates it if it does not exist.
    fn toggle(&self, path: &str, content: &str) {
        if self.repo.root().join(path).exists() {
            self.repo.remove(path);
        } else {
            self.repo.write(path, content);
        }
    }

    /// Makes unstaged changes in the work tree. `--staged` must ignore them.
    fn disturb(&mut self) {
        let path = self.any();
        self.repo.write(&path, "# Half written\n[x](/half.md");
        let gone = self.any();
        if gone != path {
            self.repo.remove(&gone);
        }
        self.repo.write("news/2012/03/25/unstaged.md", "[x](/unstaged.md)\n");
    }
}

type Findings = Vec<[String; 4]>;

/// Returns the findings that a check of changes must report: all findings in changed files, and new
/// findings in other files.
fn due(before: &Findings, after: &Findings, changed: &BTreeSet<String>) -> Findings {
    let is_due = |found: &&[String; 4]| changed.contains(&found[0]) || !before.contains(*found);
    after.iter().filter(is_due).cloned().collect()
}

/// Returns the changed files, as git lists them without rename detection.
fn changed(repo: &Repo, before: &str, after: &str) -> BTreeSet<String> {
    let shown =
        repo.git(&["diff", "--no-renames", "--diff-filter=d", "--name-only", before, after]);
    shown.lines().map(str::to_owned).collect()
}

#[test]
fn findings_at_each_of_200_commits_are_the_difference_of_two_full_runs() {
    let (events, random) = (BTreeMap::new(), Random(0x2545_F491_4F6C_DD1D));
    let mut history = History { repo: Repo::new(), random, events, count: 0 };
    for _ in 0..24 {
        history.add();
    }
    for day in DAYS {
        history.write_day(day);
    }
    history.repo.write("about.md", "# About\n\n## Crew\n");
    history.repo.write("maps/basin.png", "no picture");
    history.repo.commit("Fill");
    let mut full = vec![history.repo.found(&[])];
    let (mut elsewhere, mut merges) = (0, 0);
    for number in 0..200 {
        let merges_now = number % 10 == 9;
        if merges_now {
            // Work on a branch that touches none of the files that change on the main branch.
            history.repo.git(&["checkout", "--quiet", "-b", "side"]);
            let added = history.add();
            history.repo.commit("Add on the side");
            history.write_day(History::day(&added));
            history.repo.commit("List on the side");
            history.repo.git(&["checkout", "--quiet", "main"]);
            history.repo.write("news/2013/01/7/kept.md", format!("[x](/{number}.md)\n"));
            history.repo.commit("Go on meanwhile");
            full.push(history.repo.found(&[]));
            history.repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "side"]);
            history.repo.git(&["branch", "--quiet", "--delete", "side"]);
            merges += 1;
        } else {
            for _ in 0..=history.random.below(2) {
                history.edit();
            }
            history.repo.git(&["add", "--all"]);
            history.disturb();
            let staged = history.repo.found(&["--staged"]);
            history.repo.git(&["checkout", "--quiet", "--", "."]);
            history.repo.git(&["clean", "--quiet", "--force", "-d"]);
            history.repo.git(&["commit", "--quiet", "--allow-empty", "--message", "Edit"]);
            let after = history.repo.found(&[]);
            let files = changed(&history.repo, "HEAD~1", "HEAD");
            let expected = due(full.last().expect("a run"), &after, &files);
            assert_eq!(staged, expected, "staged, commit {number}");
        }
        let after = history.repo.found(&[]);
        let files = changed(&history.repo, "HEAD~1", "HEAD");
        let expected = due(full.last().expect("a run"), &after, &files);
        elsewhere += expected.iter().filter(|found| !files.contains(&found[0])).count();
        assert_eq!(history.repo.found(&["--since", "HEAD~1"]), expected, "commit {number}");
        full.push(after);
        if number % 20 == 19 {
            let ago = 15.min(full.len() - 1);
            let then = format!("HEAD~{ago}");
            let files = changed(&history.repo, &then, "HEAD");
            let expected = due(&full[full.len() - 1 - ago], full.last().expect("a run"), &files);
            assert_eq!(history.repo.found(&["--since", &then]), expected, "{ago} before {number}");
        }
    }
    assert!(elsewhere > 30, "the history broke little elsewhere: {elsewhere}");
    assert_eq!(merges, 20);
}
