//! Tests of the architecture, which read the source files.

mod imports;

use std::path::{Path, PathBuf};

/// The layers from top to bottom. A module imports only from modules above it.
const LAYERS: &[&str] = &[
    "span",
    "shorten",
    "diagnostic",
    "json_escape",
    "encoding",
    "document",
    "rewrite",
    "suggest",
    "address",
    "archive",
    "config",
    "init",
    "source_status",
    "rule",
    "rules",
    "suppression",
    "sources",
    "git",
    "linter",
    "fix",
    "baseline",
    "report",
    "session",
    "server",
    "cli",
    "internals",
    "main",
];

struct Source {
    /// The path relative to `src/`, with `/` as the separator.
    path: String,
    /// The content of the file.
    text: String,
}

impl Source {
    /// Returns the layer of the file.
    fn layer(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// Returns the code before the test module at the end of the file.
    fn code(&self) -> &str {
        self.text.split("\nmod tests {").next().unwrap_or_default()
    }

    /// Returns the lines of code without comments.
    fn lines(&self) -> impl Iterator<Item = &str> {
        self.code().lines().map(str::trim_start).filter(|line| !line.starts_with("//"))
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(Source {
                    path: relative(&root, &path),
                    text: std::fs::read_to_string(&path).expect("a source"),
                });
            }
        }
    }
    assert!(found.len() > 60, "the sources are not where this test looks");
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn relative(root: &Path, path: &Path) -> String {
    let inside: PathBuf = path.strip_prefix(root).expect("inside").to_path_buf();
    inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|known| *known == layer)
}

/// Returns the layers that a line imports from, as `crate::layer`.
fn imports(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|char: char| !(char.is_alphanumeric() || char == '_'));
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[test]
fn each_layer_imports_only_from_those_above_it() {
    for source in sources().iter().filter(|source| source.path != "lib.rs") {
        let own = rank(source.layer()).unwrap_or_else(|| panic!("{} is on no floor", source.path));
        for line in source.lines() {
            for layer in imports(line) {
                let rank = rank(layer).unwrap_or_else(|| panic!("{}: {line}", source.path));
                assert!(rank <= own, "{} reaches down to {layer}: {line}", source.path);
            }
        }
    }
}

#[test]
fn imports_of_files_have_no_cycles() {
    let files: Vec<_> = sources().into_iter().map(|source| (source.path, source.text)).collect();
    let cycles = imports::cycles(&imports::imports(&files));
    let lines: Vec<_> = cycles.iter().map(|cycle| cycle.join(" -> ")).collect();
    assert!(cycles.is_empty(), "{} circles of imports:\n{}", lines.len(), lines.join("\n"));
}

#[test]
fn the_library_lists_its_layers_in_order() {
    let text = sources().into_iter().find(|source| source.path == "lib.rs").expect("lib.rs").text;
    let listed: Vec<_> =
        text.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect();
    assert_eq!(listed, LAYERS[..LAYERS.len() - 2]);
}

/// The command line may use only the public interface and the modules that make text and JSON safe
/// for terminals.
#[test]
fn the_command_line_uses_only_the_public_interface() {
    for source in sources().iter().filter(|source| source.path.starts_with("cli/")) {
        for line in source.lines() {
            for layer in imports(line) {
                let is_public =
                    ["session", "server", "diagnostic", "json_escape", "cli"].contains(&layer);
                assert!(is_public, "{} reaches behind the face: {line}", source.path);
            }
        }
    }
}

#[test]
fn each_library_is_used_by_its_module_only() {
    let owners = [
        ("pulldown_cmark", "document/"),
        ("saphyr_parser", "document/front_matter/"),
        ("toml_parser", "document/front_matter/toml.rs"),
        ("miette", "report/human.rs"),
        ("rayon", "linter/"),
        ("tokio", "sources/"),
        ("reqwest", "sources/"),
        ("hickory_resolver", "sources/"),
        ("httpdate", "sources/"),
        ("psl", "sources/rate_limit.rs"),
        ("rusqlite", "sources/ledger/"),
        ("clap", "cli/"),
        ("clap_complete", "cli/"),
        ("clap_mangen", "cli/commands/man.rs"),
        ("gen_lsp_types", "server/"),
        ("ignore::", "archive/walk.rs"),
        ("toml::", "config/"),
        ("percent_encoding", "archive/"),
        ("indicatif", "cli/progress.rs"),
        ("html5gum", "sources/soft404/page_text.rs"),
        ("rustix", "session/fs/"),
        ("signal_hook", "cli/interrupt.rs"),
        ("tower_layer", "sources/send_deadline.rs"),
        ("tower_service", "sources/send_deadline.rs"),
    ];
    // Exceptions to these owners: `session` may build its own thread pool, and a large archive's paths are sorted,
    // read and selected on all cores. `report/excerpt.rs`
    // provides excerpts to miette. `archive` also parses `.gitignore` files for lists of files that
    // do not come from a walk. `git` compares the owner of a repository with the user. `sources`
    // decodes user names in URLs. `document` reads TOML at the top of pages.
    let shared = [
        ("rayon", "session/threads.rs"),
        ("rayon", "session/error.rs"),
        ("rayon", "session/selection.rs"),
        ("rayon", "archive/duplicates.rs"),
        ("rayon", "archive/mod.rs"),
        ("rayon", "archive/paths.rs"),
        ("rayon", "archive/slugs.rs"),
        ("miette", "report/excerpt.rs"),
        ("ignore::", "archive/ignore_files.rs"),
        ("rustix", "git/locate.rs"),
        ("toml::", "document/front_matter/toml.rs"),
    ];
    let allowed = |library: &str, path: &str| {
        shared.contains(&(library, path))
            || (library == "percent_encoding" && path.starts_with("sources/"))
    };
    for source in sources() {
        for (library, owner) in owners {
            let uses = source.lines().any(|line| {
                line.starts_with(&format!("use {library}"))
                    || line.contains(&format!(" {library}::"))
            });
            let at_home = source.path.starts_with(owner) || allowed(library, &source.path);
            assert!(!uses || at_home, "{} uses {library}, which is {owner}'s", source.path);
        }
    }
}

#[test]
fn a_rule_sees_only_its_context() {
    let is_rule = |source: &&Source| source.path.starts_with("rules/");
    for source in sources().iter().filter(is_rule).filter(|source| source.path != "rules/mod.rs") {
        for line in source.lines() {
            for layer in imports(line) {
                let barred = ["rules", "linter", "sources", "report", "cli"];
                assert!(!barred.contains(&layer), "{}: {line}", source.path);
            }
            for barred in [
                "std::fs",
                "std::env",
                "std::net",
                "std::time",
                "std::io",
                "std::process",
                "print",
                "regex",
            ] {
                assert!(!line.contains(barred), "{} uses {barred}: {line}", source.path);
            }
            assert!(!line.contains("super::"), "{} looks at its neighbours: {line}", source.path);
        }
    }
}

#[test]
fn diagnostics_do_not_depend_on_a_renderer() {
    for source in sources() {
        let plain =
            ["diagnostic.rs", "source_status/mod.rs", "span.rs"].contains(&source.path.as_str());
        let renders = source.lines().any(|line| line.contains("serde") || line.contains("miette"));
        assert!(!(plain && renders), "{} is to be plain data", source.path);
    }
}

#[test]
fn only_the_command_line_prints_and_reads_arguments() {
    for source in sources() {
        let at_home = source.path.starts_with("cli/") || source.path == "main.rs";
        for line in source.lines().filter(|_| !at_home) {
            for barred in
                ["println!", "eprintln!", "print!(", "std::env::args", "stdout()", "process::exit"]
            {
                assert!(!line.contains(barred), "{}: {line}", source.path);
            }
        }
    }
}

/// A program that embeds Dateline has no options. `cli::error` adds them to the messages of errors.
#[test]
fn errors_name_no_options_or_commands() {
    for source in sources().iter().filter(|source| !source.path.starts_with("cli/")) {
        for attribute in source.code().split("#[error(").skip(1) {
            let message = attribute.split(")]\n").next().unwrap_or_default();
            let message = message.replace("git config --global --add", "");
            let names = message.contains("--") || message.contains("`dateline ");
            assert!(!names, "{} names an option or a command: {message}", source.path);
        }
    }
}

#[test]
fn panics_are_caught_so_they_must_unwind() {
    let manifest =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    let manifest = manifest.expect("the manifest");
    assert!(!manifest.contains("panic = \"abort\""), "a panic on one page would end the run");
    assert!(manifest.contains("unsafe_code = \"forbid\""));
}

#[test]
fn no_file_is_too_long() {
    for source in sources() {
        let lines = source.text.lines().count();
        let most = if source.path.starts_with("rules/") { 200 } else { 450 };
        assert!(lines <= most, "{} has {lines} lines; which rooms are in it?", source.path);
        assert!(
            source.path != "main.rs" || lines < 30,
            "main.rs parses arguments, runs, and sets the exit code"
        );
    }
}

#[test]
fn every_module_has_documentation() {
    for source in sources() {
        let mark = if source.path.ends_with(".toml") { "# " } else { "//! " };
        assert!(source.text.starts_with(mark), "{} has no module documentation", source.path);
    }
}
