//! The reading of `[sources]`: how source URLs are asked for.

use std::path::{Component, Path, PathBuf};

use url::Url;

use super::reader::Table;
use super::settings::SourceSettings;

/// Reads the table over `sources`, which hold the defaults.
pub(super) fn read(table: Table<'_>, sources: &mut SourceSettings) {
    sources.delay = table.duration("delay").unwrap_or(sources.delay);
    sources.timeout = table.duration("timeout").unwrap_or(sources.timeout);
    sources.concurrency = count(&table, "concurrency", 1..1025).unwrap_or(sources.concurrency);
    sources.ledger = ledger(&table);
    sources.budget = table.duration("budget");
    if let Some(archive) = archive(&table) {
        sources.archive = archive;
    }
    table.finish();
}

fn count(table: &Table<'_>, key: &'static str, range: std::ops::Range<i64>) -> Option<usize> {
    table.integer(key, range).and_then(|number| usize::try_from(number).ok())
}

/// The ledger's path from the archive's root on.
fn ledger(table: &Table<'_>) -> Option<PathBuf> {
    let written = table.string("ledger")?;
    let path = Path::new(written);
    let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    if inside && !written.is_empty() {
        return Some(path.components().collect());
    }
    let message = if written.is_empty() {
        "`sources.ledger` names no file".to_owned()
    } else {
        format!("`sources.ledger` is no path inside the archive: {written:?}")
    };
    let help = "name a file below the archive's root: \".dateline/ledger.sqlite3\"";
    table.reject("ledger", message, Some(help.to_owned()));
    None
}

/// The base of the look-ups of archived copies.
fn archive(table: &Table<'_>) -> Option<String> {
    let written = table.string("archive-url")?;
    let wrong = match Url::parse(written) {
        Err(error) => error.to_string(),
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            format!("its scheme is `{}`", url.scheme())
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "it has a user name or a password".to_owned()
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            "it has a query or a fragment".to_owned()
        }
        Ok(url) => return Some(url.as_str().trim_end_matches('/').to_owned()),
    };
    let help = "write an http(s) URL up to its path: \"https://web.archive.org/web\"";
    let message = format!("`sources.archive-url` is no base of look-ups: {wrong}");
    table.reject("archive-url", message, Some(help.to_owned()));
    None
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::error::ConfigText;
    use crate::config::{RuleSettings, Settings, file, show};

    /// What a file with this text says of sources, or what is wrong with it: the place, the message.
    fn read(text: &str) -> Result<Settings, Vec<(String, String)>> {
        let file = Arc::new(ConfigText { path: "dateline.toml".into(), text: text.to_owned() });
        let mut settings = Settings::defaults("/archive".into(), RuleSettings::defaults(&[]))
            .expect("sound defaults");
        let place = |span: std::ops::Range<usize>| text[span].to_owned();
        match file::read(&file, &mut settings) {
            Ok(()) => Ok(settings),
            Err(errors) => {
                Err(errors.into_iter().map(|error| (place(error.span), error.message)).collect())
            }
        }
    }

    fn sources(text: &str) -> SourceSettings {
        read(text).expect("sound settings").sources
    }

    #[test]
    fn what_is_not_given_is_as_by_default() {
        let sources = sources("");
        assert_eq!((sources.ledger, sources.budget), (None, None));
        assert_eq!(sources.archive, "https://web.archive.org/web");
    }

    #[test]
    fn a_ledger_is_inside_the_archive() {
        for (written, kept) in [
            (".dateline/ledger.sqlite3", ".dateline/ledger.sqlite3"),
            ("ledger", "ledger"),
            ("a//b/./c/", "a/b/c"),
            ("a b/\u{e9}", "a b/\u{e9}"),
        ] {
            let sources = sources(&format!("[sources]\nledger = {written:?}\n"));
            assert_eq!(sources.ledger.as_deref(), Some(Path::new(kept)), "{written}");
        }
        for written in ["", ".", "/", "/ledger", "../ledger", "./ledger", "a/../ledger", "a/.."] {
            let errors = read(&format!("[sources]\nledger = {written:?}\n")).expect_err(written);
            assert_eq!(errors.len(), 1, "{written}");
            assert_eq!(errors[0].0, format!("{written:?}"));
            assert!(errors[0].1.contains("sources.ledger"), "{errors:?}");
        }
    }

    #[test]
    fn archived_copies_are_looked_up_below_a_plain_url() {
        for (written, kept) in [
            ("https://web.archive.org/web/", "https://web.archive.org/web"),
            ("HTTP://Archive.example", "http://archive.example"),
            ("http://[::1]:8080/a//", "http://[::1]:8080/a"),
        ] {
            let text = format!("[sources]\narchive-url = {written:?}\n");
            assert_eq!(sources(&text).archive, kept);
        }
        for written in [
            "",
            "web.archive.org/web",
            "ftp://archive.example/",
            "file:///etc/passwd",
            "https://",
            "https://a.example/?",
            "https://a.example/?u=",
            "https://a.example/#",
            "https://me@a.example/",
            "https://:secret@a.example/",
        ] {
            let text = format!("[sources]\narchive-url = {written:?}\n");
            let errors = read(&text).expect_err(written);
            assert_eq!(errors.len(), 1, "{written}");
            assert_eq!(errors[0].0, format!("{written:?}"));
        }
    }

    #[test]
    fn what_is_shown_reads_as_the_same() {
        let text = "[sources]\nledger = \"a \\\"b\\\"/\\u202e\"\nbudget = \"20m\"\narchive-url = \"https://a.example/'w'/\"\n";
        let settings = read(text).expect("sound settings");
        let shown = show::show(&settings);
        let again = read(&shown).unwrap_or_else(|errors| panic!("{errors:?}\n{shown}"));
        assert_eq!(again.sources, settings.sources, "{shown}");
    }
}
