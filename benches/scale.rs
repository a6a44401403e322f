//! Measures how the time of a run grows with the size of an archive. Each line of a table doubles
//! the size and should take about twice as long as the line above. `cargo bench --bench scale`
//! prints the tables. Its optional argument is the largest size, 100,000 by default.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a separate program"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const DAY: &str = "news/2012/03/25";

/// A workload to measure.
struct Workload {
    /// The description in the table.
    name: &'static str,
    /// The largest size that the settings' limits allow.
    most: usize,
    /// Writes an archive of a size.
    write: fn(&Path, usize),
    /// Returns the arguments of the run for a size.
    arguments: fn(usize) -> Vec<String>,
}

const WORKLOADS: &[Workload] = &[
    Workload {
        name: "events of a day without a page, all checked",
        most: usize::MAX,
        write: write_events,
        arguments: |_| words("check ."),
    },
    Workload {
        name: "events of a day without a page, every other one named",
        most: usize::MAX,
        write: write_events,
        arguments: |size| {
            let names = (0..size).step_by(2).map(event_name);
            words("check").into_iter().chain(names).collect()
        },
    },
    Workload {
        name: "events of a day without a page, all named",
        most: usize::MAX,
        write: write_events,
        arguments: |size| words("check").into_iter().chain((0..size).map(event_name)).collect(),
    },
    Workload {
        name: "events of a day whose page lists none, all checked",
        most: usize::MAX,
        write: |root, size| {
            write_events(root, size);
            write_day(root, "");
        },
        arguments: |_| words("check ."),
    },
    Workload {
        name: "events of a day whose page lists none, listed by fixes",
        most: usize::MAX,
        write: |root, size| {
            write_events(root, size);
            write_day(root, "");
        },
        arguments: |_| words("check --diff ."),
    },
    Workload {
        name: "stale titles of one page, fixed",
        most: usize::MAX,
        write: |root, size| {
            write_events(root, size);
            let entry = |index| format!("### [Old](/{DAY}/{})\n\n", event_name(index));
            write_day(root, &(0..size).map(entry).collect::<String>());
        },
        arguments: |_| words("check --diff ."),
    },
    Workload {
        name: "equal entries of one page, fixed",
        most: usize::MAX,
        write: |root, size| {
            write_events(root, 1);
            let entry = format!("### [Title 0](/{DAY}/{})\n\n", event_name(0));
            write_day(root, &entry.repeat(size));
        },
        arguments: |_| words("check --diff ."),
    },
    Workload {
        name: "files alike but for case, each linked in a case of no file",
        most: usize::MAX,
        write: write_cases,
        arguments: |_| words("check ."),
    },
    Workload {
        name: "keys in front matter, with a hundred places",
        most: usize::MAX,
        write: |root, size| {
            write_front_matter(root, &lines(size, |index| format!("k{index}: {index}")));
        },
        arguments: |_| words("check ."),
    },
    Workload {
        name: "dead links in a list in front matter",
        most: usize::MAX,
        write: |root, size| {
            let items = lines(size, |index| format!("  - /{DAY}/{index}.md"));
            write_front_matter(root, &format!("k0:\n{items}"));
        },
        arguments: |_| words("check ."),
    },
    Workload {
        name: "nested mappings in front matter",
        most: usize::MAX,
        write: |root, size| {
            write_front_matter(root, &format!("a: {}1{}\n", "{a: ".repeat(size), "}".repeat(size)));
        },
        arguments: |_| words("check ."),
    },
    Workload {
        name: "aliases in front matter",
        most: usize::MAX,
        write: |root, size| {
            let aliases = lines(size, |index| format!("k{index}: [*a, *a, *a]"));
            write_front_matter(root, &format!("a: &a [x, y]\n{aliases}"));
        },
        arguments: |_| words("check ."),
    },
    Workload {
        name: "unknown keys of the settings",
        most: 50_000,
        write: |root, size| {
            let keys = lines(size, |index| format!("key-{index} = 1"));
            std::fs::write(root.join("dateline.toml"), keys).expect("the settings");
        },
        arguments: |_| words("check ."),
    },
];

/// Returns `size` lines.
fn lines(size: usize, line: impl Fn(usize) -> String) -> String {
    (0..size).fold(String::new(), |mut lines, index| {
        let _ = writeln!(lines, "{}", line(index));
        lines
    })
}

/// Writes a page with this YAML, and settings with a hundred places in front matter.
fn write_front_matter(root: &Path, yaml: &str) {
    let places: Vec<_> = (0..100).map(|index| format!("\"front.k{index}\"")).collect();
    let settings = format!("[event]\nrelated = {{ from = [{}] }}\n", places.join(", "));
    std::fs::write(root.join("dateline.toml"), settings).expect("the settings");
    let page = format!("---\n{yaml}---\n\n### [2012-03-25](/{DAY}/index.md)\n\n# Title\n");
    std::fs::write(root.join(DAY).join("page.md"), page).expect("a page");
}

/// Writes links to a file name in many spellings of upper and lower case. The archive contains as
/// many files that differ only in case, but none with the exact name of a link.
fn write_cases(root: &Path, size: usize) {
    let cased = |index: usize, stem: &str| -> String {
        let letters = stem.chars().enumerate();
        let case = |(at, letter): (usize, char)| {
            if index >> at & 1 == 1 { letter.to_ascii_uppercase() } else { letter }
        };
        letters.map(case).collect()
    };
    let mut links = String::new();
    for index in 0..size {
        let name = cased(index, "abcdefghijklmnopq");
        std::fs::write(root.join(DAY).join(format!("{name}X.txt")), "").expect("a file");
        let _ = writeln!(links, "[{index}]({name}x.txt)");
    }
    write_day(root, &links);
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn event_name(index: usize) -> String {
    format!("e{index}.md")
}

fn write_events(root: &Path, size: usize) {
    for index in 0..size {
        let page = format!(
            "### [2012-03-25](/{DAY}/index.md)\n\n# Title {index}\n\n### Source:\n\n1. [a](https://a.example/{index})\n"
        );
        std::fs::write(root.join(DAY).join(event_name(index)), page).expect("a page");
    }
}

fn write_day(root: &Path, entries: &str) {
    let page = format!("## [2012-03-25](/{DAY}/index.md)\n\n{entries}");
    std::fs::write(root.join(DAY).join("index.md"), page).expect("the day page");
}

/// Returns the time of a run on an archive of a size.
fn measure(workload: &Workload, size: usize) -> Duration {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    std::fs::create_dir_all(root.join(DAY)).expect("a folder");
    std::fs::write(root.join("dateline.toml"), "").expect("the settings");
    (workload.write)(root, size);
    let names_pages = (workload.arguments)(size).len() > 3;
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args((workload.arguments)(size))
        .current_dir(if names_pages { root.join(DAY) } else { root.to_path_buf() })
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program runs");
    let time = start.elapsed();
    assert!(status.code().is_some(), "{}: {status}", workload.name);
    time
}

fn main() {
    // `cargo bench` and `cargo test` pass their own options.
    let mut given = std::env::args().skip(1);
    if given.any(|argument| argument == "--test") {
        return;
    }
    let largest = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let largest: usize = largest.unwrap_or(100_000);
    for workload in WORKLOADS {
        println!("{}", workload.name);
        let mut last: Option<Duration> = None;
        for part in [16, 8, 4, 2, 1] {
            let size = largest.min(workload.most) / part;
            let time = measure(workload, size);
            let growth = last.map_or(String::new(), |last| {
                format!("  x {:.1}", time.as_secs_f64() / last.as_secs_f64())
            });
            println!("{size:>10}{:>10} ms{growth}", time.as_millis());
            last = Some(time);
        }
    }
}
