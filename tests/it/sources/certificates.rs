//! Pages behind certificates that nobody trusts.

use std::process::Command;
use std::sync::Arc;

use crate::support::archive::TestArchive;
use crate::support::ledger::Watch;
use crate::support::probe::{OPEN, Script, run, run_one, settings};
use crate::support::server::Farm;
use crate::support::tls::{AUTHORITY, EXPIRED, SELF_SIGNED, TRUSTED, TlsFarm};
use dateline::verdict::{ErrorClass, Outcome, Verdict};

const BROKEN: (Verdict, Option<ErrorClass>) = (Verdict::TlsBroken, Some(ErrorClass::Certificate));

fn found(outcome: &Outcome) -> (Verdict, Option<ErrorClass>) {
    (outcome.verdict, outcome.evidence.error)
}

#[test]
fn a_page_behind_a_certificate_nobody_trusts_is_there() {
    let server = TlsFarm::start(SELF_SIGNED, None);
    let outcome = run_one(&server.url("/page"), &settings(OPEN));
    assert_eq!(found(&outcome), BROKEN);
    assert_eq!(outcome.evidence.tries, 1);
    let heads = server.heads();
    assert_eq!(heads.len(), 1, "the first request never came through: {heads:?}");
    assert!(heads[0].starts_with("get /page "), "{heads:?}");
}

#[test]
fn a_crawl_tells_a_broken_certificate_too() {
    let server = TlsFarm::start(SELF_SIGNED, None);
    let urls = [server.url("/page")];
    let watch = Watch::of(&urls);
    watch.crawl(&settings(OPEN), &Arc::default()).unwrap();
    let standing = watch.standing(&urls[0]);
    assert_eq!(standing.verdict, Verdict::TlsBroken, "{standing:?} {:?}", server.heads());
}

/// Checks a URL in a process of its own, for which the tests' authority is the only one there is.
fn checked_under_our_authority(certificate: &'static [u8]) -> String {
    let server = TlsFarm::start(certificate, None);
    let archive = TestArchive::new();
    let url = server.url("/page");
    let page = format!("### 2012-03-25\n\n# Lock gates fail\n\n### Source:\n\n1. [x]({url})\n");
    archive.write("news/2012/03/25/a.md", page);
    let output = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(["check", ".", "--online", "--allow-address", "127.0.0.0/8"])
        .current_dir(archive.root())
        .env_clear()
        .env("SSL_CERT_FILE", AUTHORITY)
        .output()
        .expect("the program runs");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn an_expired_certificate_is_broken_though_its_authority_is_trusted() {
    let account = checked_under_our_authority(TRUSTED);
    assert!(account.contains("1 distinct source URL: 1 alive"), "{account}");
    let account = checked_under_our_authority(EXPIRED);
    assert!(account.contains("1 distinct source URL: 1 tls-broken"), "{account}");
}

#[test]
fn a_redirect_behind_a_broken_certificate_is_followed() {
    let farm = Farm::start();
    let server = TlsFarm::start(SELF_SIGNED, Some(farm.url("/ok")));
    let outcome = run_one(&server.url("/page"), &settings(OPEN));
    assert_eq!(found(&outcome), BROKEN);
    assert_eq!(outcome.evidence.final_url, Some(farm.url("/ok")));
    assert_eq!(farm.lines(), ["GET /ok"]);
}

#[test]
fn a_redirect_behind_a_broken_certificate_is_guarded() {
    let server = TlsFarm::start(SELF_SIGNED, Some("http://169.254.169.254/".to_owned()));
    let outcome = run_one(&server.url("/page"), &settings(OPEN));
    assert_eq!(outcome.verdict, Verdict::Unknown, "{outcome:?}");
    assert!(matches!(outcome.evidence.error, Some(ErrorClass::AddressRefused(_))), "{outcome:?}");
    assert_eq!(server.heads().len(), 1);
}

#[test]
fn a_redirect_to_a_broken_certificate_is_walked_again_without_trust() {
    let server = TlsFarm::start(SELF_SIGNED, None);
    let target = server.url("/page");
    let farm = Farm::serving(move |_| Some(crate::support::server::redirect(301, &target)));
    let outcome = run_one(&farm.url("/old"), &settings(OPEN));
    assert_eq!(found(&outcome), BROKEN);
    assert_eq!(farm.lines(), ["HEAD /old", "GET /old"]);
}

#[test]
fn secrets_do_not_go_where_no_certificate_is_trusted() {
    let server = TlsFarm::start(SELF_SIGNED, None);
    let script = Arc::new(Script::default().with("mine.example", Ok(&["127.0.0.1"])));
    let mut settings = settings(OPEN);
    assert!(settings.hosts.add_header("mine.example", "authorization", "hush"));
    let outcomes = run(&[server.url_at("mine.example", "/page")], &settings, &script);
    assert_eq!(found(&outcomes[0]), BROKEN);
    let heads = server.heads();
    assert_eq!(heads.len(), 1);
    assert!(!heads[0].contains("hush") && !heads[0].contains("authorization"), "{heads:?}");
}
