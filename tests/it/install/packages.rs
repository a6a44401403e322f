//! Tests of the package for crates.io, and of where its users find the built programs.

use std::collections::BTreeSet;
use std::process::Command;

use crate::support::checkout::{here, text_of};
use crate::support::process::{stderr, stdout};

#[test]
fn the_crate_contains_what_it_is_built_from_and_nothing_else() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["package", "--list", "--allow-dirty", "--offline"]).current_dir(here(""));
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "{}", stderr(&output));
    let list = stdout(&output);
    let (code, rest): (Vec<_>, Vec<_>) =
        list.lines().partition(|path| path.starts_with("src/") || path.starts_with("rules/"));
    let other = [
        ".cargo_vcs_info.json",
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "Cargo.toml.orig",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "docs/library.md",
        "examples/embed.rs",
    ];
    // Without a repository, the list lacks the first file.
    let rest: BTreeSet<_> = rest.into_iter().chain([other[0]]).collect();
    assert_eq!(rest, BTreeSet::from(other));
    for path in ["src/main.rs", "src/cli/mod.rs", "rules/related/not-found.md"] {
        assert!(code.contains(&path), "{path}");
    }
    let is_known = |path: &&str| [".rs", ".md", ".toml"].iter().any(|end| path.ends_with(end));
    assert!(code.iter().all(is_known), "{list}");
}

/// cargo-binstall and the Action find the archives of a release by their names.
#[test]
fn archives_have_the_name_that_their_users_expect() {
    let manifest: toml::Table = text_of("Cargo.toml").parse().expect("TOML");
    let binstall = &manifest["package"]["metadata"]["binstall"];
    let address = "{ repo }/releases/download/v{ version }/";
    let name = "dateline-v{ version }-{ target }";
    assert_eq!(binstall["pkg-url"].as_str(), Some(&*format!("{address}{name}.tar.gz")));
    assert_eq!(binstall["bin-dir"].as_str(), Some(&*format!("{name}/{{ bin }}{{ binary-ext }}")));
    for (path, name) in [
        (".ci/pack", "name=dateline-v$version-$target\n"),
        ("action.sh", "name=dateline-v$version-$target\n"),
    ] {
        assert!(text_of(path).contains(name), "{path}");
    }
}

/// Returns the targets of rustc between two texts of a file.
fn targets(path: &str, begin: &str, end: &str) -> BTreeSet<String> {
    let text = text_of(path);
    let (_, rest) = text.split_once(begin).unwrap_or_else(|| panic!("{path}: {begin}"));
    let (part, _) = rest.split_once(end).unwrap_or_else(|| panic!("{path}: {end}"));
    let is_separator = |char: char| !char.is_ascii_alphanumeric() && !"_-".contains(char);
    let words = part.split(is_separator);
    let is_target = |word: &&str| ["x86_64-", "aarch64-"].iter().any(|cpu| word.starts_with(cpu));
    words.filter(is_target).map(str::to_owned).collect()
}

#[test]
fn releases_packages_and_documents_have_the_same_targets() {
    let built = targets(".github/workflows/release.yml", "\n        include:\n", "\n    defaults:");
    assert_eq!(built.len(), 7, "{built:?}");
    for (path, begin, end) in [
        ("npm/build.mjs", "const PLATFORMS = {", "\n};"),
        ("action.sh", "\nlist_targets() {", "\n}"),
        ("docs/installation.md", "\n## Platforms\n", "\n\npip, uv and npm"),
    ] {
        assert_eq!(targets(path, begin, end), built, "{path}");
    }
}

/// The documents name the version of the last release, which is that of this checkout when it is released.
#[test]
fn documents_name_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    for (path, before) in [
        ("docs/pre-commit.md", "dateline=="),
        ("docs/installation.md", "/dateline/raw/v"),
        ("docs/installation.md", "dateline-v"),
    ] {
        let text = text_of(path);
        let named: Vec<&str> = text.split(before).skip(1).collect();
        assert!(!named.is_empty(), "{path}: {before}");
        assert!(named.iter().all(|rest| rest.starts_with(version)), "{path}: {before}");
    }
}
