//! Finds folders whose pages do not belong to the archive: installed packages, test data and templates.

/// The names of such folders. `*` stands for any one folder.
const FOLDERS: [&[&str]; 10] = [
    &["node_modules"],
    &["bower_components"],
    &["site-packages"],
    &["vendor"],
    &["third_party"],
    &["testdata"],
    &["tests", "fixtures"],
    &["test", "fixtures"],
    &["themes", "*", "exampleSite"],
    // Hugo's templates of pages.
    &["archetypes"],
];

/// Returns whether a file is in a folder of installed packages, of test data or of templates.
#[must_use]
pub fn is_foreign(path: &str) -> bool {
    let folders: Vec<&str> = path.split('/').collect();
    let folders = &folders[..folders.len() - 1];
    let is_named = |names: &[&str], folders: &[&str]| {
        names.iter().zip(folders).all(|(name, folder)| *name == "*" || name == folder)
    };
    FOLDERS.iter().any(|names| folders.windows(names.len()).any(|folders| is_named(names, folders)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_packages_fixtures_and_templates_are_foreign() {
        for path in [
            "node_modules/a/2021-03-05-b.md",
            "web/vendor/a.md",
            "crates/a/tests/fixtures/b/c.md",
            "themes/plain/exampleSite/content/posts/a.md",
            "site/archetypes/default.md",
        ] {
            assert!(is_foreign(path), "{path}");
        }
        for path in ["blog/vendor.md", "tests/a.md", "fixtures/a.md", "themes/a/b.md", "testdata"] {
            assert!(!is_foreign(path), "{path}");
        }
    }
}
