//! End-to-end tests of `dateline sources` and of the ledger that the settings name.

use std::process::{Command, Output};

use crate::support::archive::TestArchive;
use crate::support::process::{DATELINE, dateline, dateline_reading, stderr, stdout};
use crate::support::server::{Server, redirect, status, text};

const OPEN: [&str; 2] = ["--allow-address", "127.0.0.0/8"];

const LEDGER: &str = "[sources]\nledger = \"kept/ledger.db\"\ndelay = \"0ms\"\ntimeout = \"2s\"\n";

/// Creates an event page for each date in `pages`, which cites the given paths of the server.
fn citing(server: &Server, settings: &str, pages: &[(&str, &[&str])]) -> TestArchive {
    let archive = TestArchive::new();
    archive.write("dateline.toml", settings);
    for (day, paths) in pages {
        let folder = day.replace("-0", "-").replace('-', "/");
        let (year, rest) = folder.split_once('/').unwrap();
        let (month, day_of) = rest.split_once('/').unwrap();
        let mut page = format!("### {day}\n\n# Lock gates fail\n\n### Source:\n\n");
        for path in *paths {
            page.extend(["1. [x](", &server.url(path), ")\n"]);
        }
        archive.write(&format!("news/{year}/{month:0>2}/{day_of}/a.md"), page);
    }
    archive
}

fn sources(archive: &TestArchive, command: &str) -> Output {
    dateline(archive.root(), &[&["sources", command], &OPEN[..]].concat())
}

#[test]
fn a_crawl_requests_robots_txt_and_a_check_does_not() {
    let server = Server::serving(|request| {
        let robots = "User-agent: *\nDisallow: /private\n";
        (request.path == "/robots.txt").then(|| text(200, robots))
    });
    let archive = citing(&server, LEDGER, &[("2012-03-25", &["/ok", "/private/a", "/404"])]);
    let done = sources(&archive, "crawl");
    let summary = "2 sources checked, 0 still due\n3 URLs known: 1 alive, 1 unknown, 1 failing\n";
    assert_eq!(stdout(&done), summary);
    assert_eq!(
        stderr(&done).lines().last(),
        Some("1 source not tried: the host's robots.txt disallows it")
    );
    assert_eq!(done.status.code(), Some(0));
    assert_eq!(server.lines()[0], "GET /robots.txt");
    assert!(!server.lines().iter().any(|line| line.contains("/private")), "{:?}", server.lines());
    assert!(archive.root().join("kept/ledger.db").is_file());
    assert!(stdout(&sources(&archive, "crawl")).starts_with("0 sources checked, 0 still due\n"));
    let asked = server.requests().len();

    let other = citing(&server, LEDGER, &[("2012-03-25", &["/private/b", "/moved"])]);
    let checked = sources(&other, "check");
    assert!(stdout(&checked).contains("source/moved"), "{checked:?}");
    assert_eq!(server.lines()[asked..], ["HEAD /moved", "HEAD /ok", "HEAD /private/b"]);
    assert!(stderr(&checked).contains("2 sources checked"), "{}", stderr(&checked));

    // The settings select the rules for this command too.
    other.write("dateline.toml", format!("{LEDGER}[rules]\nignore = [\"source/moved\"]\n"));
    let checked = sources(&other, "check");
    assert_eq!((checked.status.code(), stdout(&checked).as_str()), (Some(0), ""));
    let known = other.check(&["--select", "source/moved"]);
    assert!(
        stderr(&known).contains("2 distinct source URLs: 1 alive, 1 moved"),
        "{}",
        stderr(&known)
    );
}

#[test]
fn two_links_through_one_definition_are_one_finding() {
    let server = Server::start();
    let archive = citing(&server, LEDGER, &[]);
    let url = server.url("/moved");
    let page = format!(
        "### 2012-03-25\n\n# Lock gates fail\n\n### Source:\n\n1. [x][r]\n2. [y][r]\n\n[r]: {url}\n"
    );
    archive.write("news/2012/03/25/a.md", page);
    assert_eq!(
        archive.findings(&["--online", "--select", "source/moved", OPEN[0], OPEN[1]]).len(),
        1
    );
}

#[test]
fn crawls_started_together_share_the_ledger_they_create() {
    let server = Server::start();
    for _ in 0..4 {
        let archive = citing(&server, LEDGER, &[("2012-03-25", &["/ok"])]);
        let start = || {
            let mut command = Command::new(DATELINE);
            command.args(["sources", "crawl"]).args(OPEN).current_dir(archive.root()).env_clear();
            command.stderr(std::process::Stdio::null()).stdout(std::process::Stdio::null());
            command.spawn().unwrap()
        };
        let runs = [start(), start(), start()];
        assert!(runs.into_iter().all(|mut run| run.wait().unwrap().success()));
    }
}

#[test]
fn an_existing_ledger_of_the_settings_is_used_by_every_check() {
    let server = Server::start();
    let archive = citing(&server, LEDGER, &[("2012-03-25", &["/moved", "/ok"])]);
    let rules = ["--select", "source/moved"];
    let before = archive.check(&rules);
    assert_eq!(before.status.code(), Some(0));
    assert!(stderr(&before).contains("no ledger yet at "), "{}", stderr(&before));
    assert!(!archive.root().join("kept").exists(), "to look makes none");
    sources(&archive, "crawl");
    let connections = server.connections();
    assert_eq!(archive.findings(&rules).len(), 1);
    assert_eq!(server.connections(), connections);
    let fixed = archive.check(&[&rules[..], &["--fix", "--unsafe-fixes"]].concat());
    assert_eq!(fixed.status.code(), Some(0));
    let page = std::fs::read_to_string(archive.root().join("news/2012/03/25/a.md")).unwrap();
    assert!(page.contains(&format!("1. [x]({})\n1. [x]", server.url("/ok"))), "{page}");
}

#[test]
fn the_status_is_grouped_by_year() {
    let server = Server::start();
    let pages: [(&str, &[&str]); 3] = [
        ("2012-03-25", &["/ok", "/404"]),
        ("2012-03-26", &["/ok"]),
        ("2013-01-02", &["/ok", "/new"]),
    ];
    let archive = citing(&server, LEDGER, &pages[..2]);
    sources(&archive, "crawl");
    let more = citing(&server, LEDGER, &pages[2..]);
    let page = std::fs::read_to_string(more.root().join("news/2013/01/2/a.md")).unwrap();
    archive.write("news/2013/01/2/a.md", page);
    let table = stdout(&dateline(archive.root(), &["sources", "status"]));
    let years = "  year        URLs      unseen       alive     failing\n\
                 \x20 2012           2           0           1           1\n\
                 \x20 2013           2           1           1           0\n";
    assert!(table.contains(years), "{table}");
    assert!(table.starts_with("        2  URLs\n        0  due\n"), "{table}");
    let json = stdout(&dateline(archive.root(), &["sources", "status", "--output-format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let year =
        serde_json::json!({ "year": 2013, "urls": 2, "unseen": 1, "verdicts": { "alive": 1 } });
    assert_eq!(json["years"][1], year);
    assert_eq!(json["verdicts"], serde_json::json!({ "alive": 1, "failing": 1 }));
}

/// Returns the lines of an export of failures. Each failure is given as its day since 1970, its
/// reading, and its error or status.
fn failures(url: &str, failures: &[(i64, &str, &str)]) -> String {
    let line = |(day, reading, cause): &(i64, &str, &str)| {
        let mut line = serde_json::json!({
            "url": url, "at": day * 86_400_000, "reading": reading, "vantage": "",
        });
        match cause.parse::<u16>() {
            Ok(status) => line["status"] = status.into(),
            Err(_) => line["error"] = (*cause).into(),
        }
        format!("{line}\n")
    };
    failures.iter().map(line).collect()
}

fn import(archive: &TestArchive, lines: &str) {
    let imported = dateline_reading(archive.root(), &["sources", "import"], lines);
    assert!(imported.status.success(), "{imported:?}");
}

#[test]
fn the_status_lists_failing_and_lost_sources_with_reason_and_pages() {
    let server = Server::start();
    let pages: [(&str, &[&str]); 3] = [
        ("2012-03-25", &["/dead", "/dead", "/ok"]),
        ("2012-03-27", &["/dead", "/failing"]),
        ("2013-01-02", &["/dead"]),
    ];
    let archive = citing(&server, "", &pages);
    let (dead, failing) = (server.url("/dead"), server.url("/failing"));
    let (copied, usurped) = ("https://courier.example/a", "https://radio.example/b");
    let lines = [
        failures(&dead, &[15_000, 15_003, 15_006].map(|day| (day, "hard", "404"))),
        failures(&failing, &[(15_000, "soft", "timed-out")]),
        failures(copied, &[(15_000, "soft-404", "same-text")]),
        failures(usurped, &[(15_000, "usurped", "same-address")]),
        failures(&server.url("/ok"), &[(15_000, "alive", "200")]),
    ];
    import(&archive, &lines.concat());

    let table = stdout(&dateline(archive.root(), &["sources", "status"]));
    let first = "news/2012/03/25/a.md";
    let expected = format!(
        "\n     dead  {dead}: 404 Not Found, 3 strikes, first on 2011-01-26; cited on {first} and 2 other pages\n\
         \x20 usurped  {usurped}: a random, nonexistent path leads to the same address, first on 2011-01-26; cited on none of the pages\n\
         \x20soft-404  {copied}: a random, nonexistent path has the same text, first on 2011-01-26; cited on none of the pages\n\
         \x20 failing  {failing}: no answer in time, 1 strike, first on 2011-01-26; cited on news/2012/03/27/a.md\n"
    );
    assert!(table.ends_with(&expected), "{table}");

    let json = stdout(&dateline(archive.root(), &["sources", "status", "--output-format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let listed = json["unavailable"].as_array().unwrap();
    let codes: Vec<_> =
        listed.iter().map(|source| (&source["verdict"], &source["reason"])).collect();
    let expected = [
        ("dead", "http-404"),
        ("usurped", "same-address"),
        ("soft-404", "same-text"),
        ("failing", "timed-out"),
    ];
    assert_eq!(codes.len(), expected.len());
    for ((verdict, reason), expected) in codes.iter().zip(expected) {
        assert_eq!((verdict.as_str(), reason.as_str()), (Some(expected.0), Some(expected.1)));
    }
    let expected = serde_json::json!({
        "url": dead, "verdict": "dead", "reason": "http-404",
        "message": "404 Not Found, 3 strikes, first on 2011-01-26",
        "strikes": 3, "since": "2011-01-26T00:00:00Z",
        "pages": [first, "news/2012/03/27/a.md", "news/2013/01/2/a.md"],
    });
    assert_eq!(listed[0], expected);
}

#[test]
fn a_long_list_of_failing_sources_is_cut_off_in_the_table_only() {
    let archive = TestArchive::new();
    let url = |number: usize| format!("https://courier.example/{number:03}");
    let failing = |number| failures(&url(number), &[(15_000, "hard", "404")]);
    import(&archive, &(0..52).map(failing).collect::<String>());
    let table = stdout(&dateline(archive.root(), &["sources", "status"]));
    assert!(table.contains(&url(49)) && !table.contains(&url(50)), "{table}");
    let rest = "           2 more sources: `--output-format json` lists all\n";
    assert!(table.ends_with(rest), "{table}");
    let json = stdout(&dateline(archive.root(), &["sources", "status", "--output-format", "json"]));
    assert!(json.contains(&url(51)), "{json}");
}

#[test]
fn the_status_cannot_control_a_terminal() {
    let archive = TestArchive::new();
    import(&archive, &failures("https://courier.example/\u{202E}", &[(15_000, "hard", "404")]));
    for format in ["human", "json"] {
        let shown = dateline(archive.root(), &["sources", "status", "--output-format", format]);
        let shown = stdout(&shown);
        assert!(shown.contains("courier.example/\\u") && !shown.contains('\u{202E}'), "{shown}");
    }
}

#[test]
fn a_header_from_the_environment_is_sent_to_its_host_only() {
    let server = Server::serving(|request| {
        let signed = request.headers.iter().any(|line| line == "x-key: secret");
        match request.path.as_str() {
            "/signed" => Some(status(if signed { 200 } else { 401 })),
            "/away" => Some(redirect(302, &format!("http://127.0.0.2:{}/signed", request.port))),
            _ => None,
        }
    });
    let other = Server::start_at("127.0.0.2".parse().unwrap(), server.port()).unwrap();
    let settings =
        "[sources]\ndelay = \"0ms\"\n[sources.hosts.\"127.0.0.1\"]\nheaders = [\"X-Key\"]\n";
    let archive = citing(&server, settings, &[("2012-03-25", &["/signed", "/away"])]);
    let check = |key: Option<&str>| {
        let mut command = Command::new(DATELINE);
        command.args(["check", ".", "--online", "--select", "source/unreachable"]).args(OPEN);
        command.current_dir(archive.root()).env_clear();
        if let Some(key) = key {
            command.env("DATELINE_HEADER_127_0_0_1_X__KEY", key);
        }
        command.output().unwrap()
    };
    let summary = stderr(&check(Some("secret")));
    assert!(summary.contains("2 distinct source URLs: 2 alive"), "{summary}");
    let sent =
        other.requests().iter().flat_map(|request| request.headers.clone()).collect::<Vec<_>>();
    assert!(!sent.is_empty() && !sent.iter().any(|line| line.contains("x-key")), "{sent:?}");
    let summary = stderr(&check(None));
    assert!(summary.contains("1 alive, 1 blocked"), "{summary}");
    assert!(summary.contains("DATELINE_HEADER_127_0_0_1_X__KEY is not set"), "{summary}");
    let bad = check(Some("a\nb"));
    assert_eq!(bad.status.code(), Some(2));
    assert!(!stderr(&bad).contains("a\nb"), "the value of a secret is not told");
}

#[cfg(unix)]
#[test]
fn a_ledger_behind_a_committed_symbolic_link_is_not_opened() {
    let server = Server::start();
    let outside = tempfile::tempdir().unwrap();
    for (settings, link) in [(LEDGER, "kept"), ("", ".dateline")] {
        let archive = citing(&server, settings, &[("2012-03-25", &["/ok"])]);
        std::os::unix::fs::symlink(outside.path(), archive.root().join(link)).unwrap();
        let refused = sources(&archive, "crawl");
        assert_eq!(refused.status.code(), Some(2));
        assert!(stderr(&refused).contains("contains a symbolic link"), "{}", stderr(&refused));
    }
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
    assert_eq!(server.connections(), 0);
}

#[test]
fn network_options_require_online() {
    let archive = TestArchive::new();
    let proxy = &["--proxy", "http://127.0.0.1:9"][..];
    for options in [&["--budget", "5m"][..], proxy] {
        let refused = archive.check(options);
        assert_eq!(refused.status.code(), Some(2), "{options:?}");
        assert!(stderr(&refused).contains("--online"), "{}", stderr(&refused));
    }
    let refused = archive.check(&["--online", "--budget", "soon"]);
    assert_eq!(refused.status.code(), Some(2));
    let expected = "write a number and a unit (ms, s, m or h), such as 20m";
    assert!(stderr(&refused).contains(expected), "{}", stderr(&refused));
}

#[test]
fn urls_left_at_the_time_limit_are_not_reported() {
    let server = Server::start();
    let archive = citing(&server, "[sources]\nbudget = \"0s\"\n", &[("2012-03-25", &["/404"])]);
    let done = archive.check(&["--online", "--select", "source/unreachable", OPEN[0], OPEN[1]]);
    assert_eq!(done.status.code(), Some(0));
    let summary = stderr(&done);
    assert!(summary.contains("1 distinct source URL: 1 unknown"), "{summary}");
    assert!(summary.contains("1 source not tried: the time budget was spent"), "{summary}");
    assert_eq!(server.connections(), 0);
    let done = dateline(archive.root(), &[&["sources", "crawl"], &OPEN[..]].concat());
    assert_eq!(stdout(&done), "0 sources checked, 1 still due\n1 URL known\n");
}

/// As on a read-only file system, `SQLite` can neither write the file nor create others next to it.
#[cfg(unix)]
#[test]
fn a_ledger_in_a_folder_that_cannot_be_written_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start();
    let archive = citing(&server, LEDGER, &[("2012-03-25", &["/moved"])]);
    sources(&archive, "crawl");
    let folder = archive.root().join("kept");
    let set_mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("our own");
    };
    set_mode(archive.root(), 0o755);
    set_mode(&folder.join("ledger.db"), 0o444);
    set_mode(&folder, 0o555);
    let output = crate::support::process::without_privileges(archive.root())
        .args(["check", ".", "--select", "source/moved", "--output-format", "concise"])
        .current_dir(archive.root())
        .output()
        .expect("the program runs");
    set_mode(&folder, 0o755);
    assert!(stdout(&output).contains("source/moved"), "{output:?}");
    let files = std::fs::read_dir(&folder).expect("a folder");
    let names: Vec<_> = files.map(|file| file.expect("a file").file_name()).collect();
    assert_eq!(names, ["ledger.db"]);
}

#[test]
fn very_long_durations_do_not_overflow() {
    let server = Server::start();
    let endless = "\"9223372036854775807s\"";
    let delays = format!(
        "delay = {endless}\ntimeout = {endless}\nbudget = \"1s\"\n[sources.hosts.\"127.0.0.1\"]\ndelay = {endless}\n"
    );
    for settings in [delays, format!("delay = \"0ms\"\nbudget = {endless}\n")] {
        let archive =
            citing(&server, &format!("[sources]\n{settings}"), &[("2012-03-25", &["/ok"])]);
        let done = archive.check(&["--online", "--select", "source/unreachable", OPEN[0], OPEN[1]]);
        assert!(stderr(&done).contains("1 distinct source URL: 1 alive"), "{}", stderr(&done));
    }
}

#[test]
fn a_proxy_is_used_from_the_command_line_and_never_from_the_environment() {
    let server = Server::start();
    let archive = TestArchive::new();
    let page = "### 2012-03-25\n\n# Lock gates fail\n\n### Source:\n\n1. [x](http://courier.invalid/gates)\n2. [y](http://10.0.0.1/)\n";
    archive.write("news/2012/03/25/a.md", page);
    let proxy = server.url("");
    let check = |options: &[&str]| {
        let mut command = Command::new(DATELINE);
        command.args(["check", ".", "--online", "--select", "source/unreachable"]).args(options);
        command.current_dir(archive.root()).env_clear();
        command.envs([("HTTP_PROXY", &proxy), ("http_proxy", &proxy), ("ALL_PROXY", &proxy)]);
        command.output().unwrap()
    };
    let summary = stderr(&check(&["--proxy", &proxy]));
    assert!(summary.contains("1 alive, 1 unknown"), "{summary}");
    assert_eq!(
        server.lines(),
        ["HEAD http://courier.invalid/gates"],
        "an address is still refused"
    );
    // The name of a proxy may resolve to an address that is not public.
    let named = proxy.replace("127.0.0.1", "localhost");
    let summary = stderr(&check(&["--proxy", &named]));
    assert!(summary.contains("1 alive, 1 unknown"), "{summary}");
    check(&[]);
    assert_eq!(server.requests().len(), 2);
    let refused = check(&["--proxy", "socks"]);
    assert_eq!(refused.status.code(), Some(2));
}
