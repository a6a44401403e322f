//! Reads `[sources]`: how source URLs are contacted, and the settings of individual hosts.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use toml::Spanned;
use url::{Host, Url};

use super::hosts::{self, HeaderSetting, HostSettings};
use super::problem::Problem;
use super::reader::{Table, TableReader};
use super::settings::SourceSettings;

/// Reads `table` into `sources`, which contain the defaults.
pub(super) fn read(reading: &TableReader, table: Table<'_>, sources: &mut SourceSettings) {
    sources.delay = table.duration("delay").unwrap_or(sources.delay);
    sources.timeout = table.duration("timeout").unwrap_or(sources.timeout);
    sources.concurrency = count(&table, "concurrency").unwrap_or(sources.concurrency);
    sources.ledger = ledger(&table);
    sources.budget = table.duration("budget");
    sources.contact = contact(&table);
    if let Some(archive) = archive(&table) {
        sources.archive = archive;
    }
    if let Some(hosts) = table.table("hosts") {
        sources.hosts = read_hosts(reading, &hosts);
    }
    table.finish();
}

fn count(table: &Table<'_>, key: &str) -> Option<usize> {
    table.integer::<u16>(key).map(usize::from)
}

/// Returns the path of the ledger, relative to the archive's root.
fn ledger(table: &Table<'_>) -> Option<PathBuf> {
    let written = table.string("ledger")?;
    let path = Path::new(written);
    // Settings come with the archive, and must not make Dateline write into `.git`.
    let is_inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(name) if !name.eq_ignore_ascii_case(".git")));
    if is_inside && !written.is_empty() {
        return Some(path.components().collect());
    }
    table.reject("ledger", Problem::Ledger(written.to_owned()));
    None
}

/// Returns the URL at which servers can reach the maintainer of the archive.
fn contact(table: &Table<'_>) -> Option<String> {
    let written = table.string("contact")?;
    let url = Url::parse(written).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https" | "mailto"));
    if url.is_none() {
        table.reject("contact", Problem::Contact(written.to_owned()));
    }
    // The parser escapes or removes every character that could end a header, such as a line break.
    url.map(String::from)
}

/// Returns the URL below which archived copies are looked up, without a trailing slash.
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
    table.reject("archive-url", Problem::ArchiveUrl(wrong));
    None
}

fn read_hosts(reading: &TableReader, table: &Table<'_>) -> BTreeMap<String, HostSettings> {
    let mut entries: Vec<_> = table.entries().collect();
    // Read the entries in the order of the file, so that the second of two tables for a host is
    // reported.
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut hosts = BTreeMap::new();
    for (key, value) in entries {
        let Some(host) = host_name(reading, &key) else { continue };
        let Some(entry) = table.named(&host, value) else { continue };
        let settings = host_settings(reading, entry, &host);
        if hosts.insert(host.clone(), settings).is_some() {
            reading.fail(key.span(), Problem::RepeatedHost(host));
        }
    }
    hosts
}

/// Returns the host that a key names, as the `url` crate writes it.
fn host_name(reading: &TableReader, key: &Spanned<&str>) -> Option<String> {
    let written = (*key.get_ref()).to_owned();
    let problem = match Host::parse(&written) {
        Err(error) => Problem::Host { host: written, reason: error.to_string() },
        Ok(host) if host.to_string().contains('*') => Problem::HostWildcard(written),
        Ok(host) => return Some(host.to_string()),
    };
    reading.fail(key.span(), problem);
    None
}

fn host_settings(reading: &TableReader, table: Table<'_>, host: &str) -> HostSettings {
    let settings = HostSettings {
        delay: table.duration("delay"),
        concurrency: count(&table, "concurrency"),
        skip: table.boolean("skip"),
        headers: headers(reading, &table, host),
    };
    // No setting of a host is a table. A nested table means that TOML split a host name without quotes
    // at its dots.
    let rest = table.entries().find(|(_, value)| value.get_ref().is_table());
    match rest {
        Some((key, _)) if !table.knows(key.get_ref()) => {
            reading.fail(key.span(), Problem::UnquotedHost);
        }
        _ => table.finish(),
    }
    settings
}

fn headers(reading: &TableReader, table: &Table<'_>, host: &str) -> Vec<HeaderSetting> {
    let names = table.strings("headers").unwrap_or_default();
    if !names.is_empty() && !hosts::has_variables(host) {
        table.reject("headers", Problem::HostHeaders(host.to_owned()));
        return Vec::new();
    }
    let mut headers: Vec<HeaderSetting> = Vec::new();
    for name in &names {
        let written = (*name.get_ref()).to_owned();
        let problem = match hosts::variable(host, &written) {
            None => Problem::HeaderName(written),
            Some(_) if hosts::is_structural(&written) => Problem::ConnectionHeader(written),
            Some(variable) if headers.iter().any(|header| header.variable == variable) => {
                Problem::RepeatedHeader(written)
            }
            Some(variable) => {
                headers.push(HeaderSetting { name: written, variable });
                continue;
            }
        };
        reading.fail(name.span(), problem);
    }
    headers
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::error::ConfigText;
    use crate::config::{RuleSettings, Settings, file, show};

    /// Reads a settings file with this text. Each error consists of the text at its span and a message.
    fn read(text: &str) -> Result<Settings, Vec<(String, String)>> {
        let file = Arc::new(ConfigText { path: "dateline.toml".into(), text: text.to_owned() });
        let mut settings = Settings::defaults("/archive".into(), RuleSettings::defaults(&[]))
            .expect("sound defaults");
        let place = |span: std::ops::Range<usize>| text[span].to_owned();
        match file::read(&file, &mut settings) {
            Ok(()) => Ok(settings),
            Err(errors) => Err(errors
                .kept
                .into_iter()
                .map(|error| (place(error.span), error.problem.to_string()))
                .collect()),
        }
    }

    fn sources(text: &str) -> SourceSettings {
        read(text).expect("sound settings").sources
    }

    fn header(name: &str, variable: &str) -> HeaderSetting {
        HeaderSetting { name: name.to_owned(), variable: variable.to_owned() }
    }

    #[test]
    fn what_is_not_given_is_as_by_default() {
        let sources = sources("");
        assert_eq!((sources.ledger, sources.budget), (None, None));
        assert_eq!(sources.archive, "https://web.archive.org/web");
        assert!(sources.hosts.is_empty());
    }

    #[test]
    fn hosts_are_kept_as_the_parser_of_urls_writes_them() {
        let sources = sources(
            "[sources.hosts]\n\"Example.ORG\" = { skip = true }\n\"bücher.example\" = {}\n\"[2001:DB8:0::1]\" = {}\n\"0x7f.1\" = {}\n\"a_b.example\" = {}\n",
        );
        let hosts: Vec<_> = sources.hosts.keys().map(String::as_str).collect();
        let expected =
            ["127.0.0.1", "[2001:db8::1]", "a_b.example", "example.org", "xn--bcher-kva.example"];
        assert_eq!(hosts, expected);
        assert!(sources.hosts["example.org"].skip);
        assert_eq!(sources.hosts["127.0.0.1"], HostSettings::default());
        let url = Url::parse("https://BÜCHER.example/x").expect("a URL");
        assert!(sources.hosts.contains_key(url.host_str().expect("a host")));
    }

    #[test]
    fn a_host_has_headers_by_name_and_their_variables() {
        let sources = sources(
            "[sources.hosts.\"My-Site.example\"]\ndelay = \"2s\"\nconcurrency = 64\nheaders = [\"Authorization\", \"x-key\"]\n",
        );
        let expected = HostSettings {
            delay: Some(std::time::Duration::from_secs(2)),
            concurrency: Some(64),
            skip: false,
            headers: vec![
                header("Authorization", "DATELINE_HEADER_MY__SITE_EXAMPLE_AUTHORIZATION"),
                header("x-key", "DATELINE_HEADER_MY__SITE_EXAMPLE_X__KEY"),
            ],
        };
        assert_eq!(sources.hosts["my-site.example"], expected);
        let one = self::sources("[sources.hosts.localhost]\nheaders = \"Cookie\"\n");
        let expected = [header("Cookie", "DATELINE_HEADER_LOCALHOST_COOKIE")];
        assert_eq!(one.hosts["localhost"].headers, expected);
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
        for written in [
            "",
            ".",
            "/",
            "/ledger",
            "../ledger",
            "./ledger",
            "a/../ledger",
            "a/..",
            ".git/x",
            "a/.GIT/x",
        ] {
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
    fn a_contact_is_a_url_that_can_stand_in_a_header() {
        let contact = |text: &str| sources(&format!("[sources]\ncontact = {text:?}\n")).contact;
        assert_eq!(contact("https://A.example/ü x"), Some("https://a.example/%C3%BC%20x".into()));
        assert_eq!(contact("mailto:a@b.example"), Some("mailto:a@b.example".into()));
        for written in ["", "a@b.example", "javascript:x", "file:///x"] {
            let errors = read(&format!("[sources]\ncontact = {written:?}\n")).expect_err(written);
            assert_eq!(errors.len(), 1, "{written}");
        }
    }

    #[test]
    fn keys_that_are_no_hosts_are_underlined() {
        for key in
            ["", " ", "a b", "a.example:80", "https://a.example/", "::1", "*.a.example", "me@a"]
        {
            let errors = read(&format!("[sources.hosts]\n{key:?} = {{}}\n")).expect_err(key);
            assert_eq!(errors.len(), 1, "{key}");
            assert_eq!(errors[0].0, format!("{key:?}"));
        }
        let text = "[sources.hosts.\"z.example\"]\nskip = true\n[sources.hosts.\"Z.example\"]\n";
        let errors = read(text).expect_err("one host twice");
        let expected = ("\"Z.example\"".to_owned(), "`z.example` has settings already".to_owned());
        assert_eq!(errors, [expected]);
    }

    #[test]
    fn headers_that_cannot_be_are_underlined() {
        let wrong = [
            "",
            "a b",
            "x_y",
            "x: y",
            "Host",
            "content-length",
            "Transfer-Encoding",
            "connection",
            "Keep-Alive",
            "TE",
            "trailer",
            "Upgrade",
            "proxy-authorization",
            "Proxy-",
        ];
        for name in wrong {
            let text = format!("[sources.hosts.\"a.example\"]\nheaders = [\"ok\", {name:?}]\n");
            let errors = read(&text).expect_err(name);
            assert_eq!(errors.len(), 1, "{name}");
            assert_eq!(errors[0].0, format!("{name:?}"));
        }
        let many = |count: usize| {
            let names: Vec<_> = (0..count).map(|number| format!("x-{number}")).collect();
            read(&format!("[sources.hosts.\"a.example\"]\nheaders = {names:?}\n"))
        };
        assert!(many(16).is_ok());
        assert!(many(17).is_err());
        for host in ["-a.example", "a-.example", "a_b.example", "a.example.", "[2001:db8::1]"] {
            let text = format!("[sources.hosts.{host:?}]\nheaders = [\"x\"]\n");
            let errors = read(&text).expect_err(host);
            assert_eq!(errors[0].0, "[\"x\"]");
            assert!(errors[0].1.contains(host), "{errors:?}");
            let text = format!("[sources.hosts.{host:?}]\nskip = true\nheaders = []\n");
            assert!(sources(&text).hosts[host].skip);
        }
    }

    #[test]
    fn what_is_shown_reads_as_the_same() {
        let text = "[sources]\nledger = \"a \\\"b\\\"/\\u202e\"\nbudget = \"20m\"\narchive-url = \"https://a.example/'w'/\"\n\
            [sources.hosts]\n\"a'\\\"b.example\" = { delay = \"3s\", concurrency = 2 }\n\"[::1]\" = { skip = true }\n\
            \"ö.example\" = { headers = [\"X-Key\", \"cookie\"] }\n\"empty.example\" = {}\n";
        let settings = read(text).expect("sound settings");
        let shown = show::show(&settings);
        let again = read(&shown).unwrap_or_else(|errors| panic!("{errors:?}\n{shown}"));
        assert_eq!(again.sources, settings.sources, "{shown}");
        assert_eq!(settings.sources.hosts.len(), 4);
    }
}
