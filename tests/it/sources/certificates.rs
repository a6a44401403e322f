//! Tests of pages with untrusted certificates.

use std::process::Command;
use std::sync::Arc;

use dateline::internals::source_status::{ErrorClass, Outcome, Verdict};

use crate::support::archive::TestArchive;
use crate::support::ledger::TestLedger;
use crate::support::process::{DATELINE, stderr};
use crate::support::server::Server;
use crate::support::tls::{AUTHORITY, EXPIRED, SELF_SIGNED, TRUSTED, TlsServer};
use crate::support::url_checks::{FakeDns, OPEN, run, run_one, settings};

const BROKEN: (Verdict, Option<ErrorClass>) = (Verdict::TlsBroken, Some(ErrorClass::Certificate));

fn found(outcome: &Outcome) -> (Verdict, Option<ErrorClass>) {
    (outcome.verdict, outcome.evidence.error)
}

#[test]
fn a_page_with_an_untrusted_certificate_exists() {
    let tls_server = TlsServer::start(SELF_SIGNED, None);
    let outcome = run_one(&tls_server.url("/page"), &settings(OPEN));
    assert_eq!(found(&outcome), BROKEN);
    assert_eq!(outcome.evidence.tries, 1);
    let heads = tls_server.heads();
    assert_eq!(heads.len(), 1, "the first request never came through: {heads:?}");
    assert!(heads[0].starts_with("get /page "), "{heads:?}");
}

#[test]
fn a_crawl_records_a_broken_certificate() {
    let tls_server = TlsServer::start(SELF_SIGNED, None);
    let urls = [tls_server.url("/page")];
    let ledger = TestLedger::of(&urls);
    ledger.crawl(&settings(OPEN), &Arc::default()).unwrap();
    let status = ledger.status(&urls[0]);
    assert_eq!(status.verdict, Verdict::TlsBroken, "{status:?} {:?}", tls_server.heads());
}

/// Checks a URL in a separate process that trusts only the authority of the tests.
fn checked_under_our_authority(certificate: &'static [u8]) -> String {
    let tls_server = TlsServer::start(certificate, None);
    let archive = TestArchive::new();
    let url = tls_server.url("/page");
    let page = format!("### 2012-03-25\n\n# Lock gates fail\n\n### Source:\n\n1. [x]({url})\n");
    archive.write("news/2012/03/25/a.md", page);
    let output = Command::new(DATELINE)
        .args(["check", ".", "--online", "--allow-address", "127.0.0.0/8"])
        .current_dir(archive.root())
        .env_clear()
        .env("SSL_CERT_FILE", AUTHORITY)
        .output()
        .expect("the program runs");
    stderr(&output)
}

#[test]
fn an_expired_certificate_of_a_trusted_authority_is_broken() {
    let summary = checked_under_our_authority(TRUSTED);
    assert!(summary.contains("1 distinct source URL: 1 alive"), "{summary}");
    let summary = checked_under_our_authority(EXPIRED);
    assert!(summary.contains("1 distinct source URL: 1 tls-broken"), "{summary}");
}

#[test]
fn a_redirect_behind_a_broken_certificate_is_followed() {
    let server = Server::start();
    let tls_server = TlsServer::start(SELF_SIGNED, Some(server.url("/ok")));
    let outcome = run_one(&tls_server.url("/page"), &settings(OPEN));
    assert_eq!(found(&outcome), BROKEN);
    assert_eq!(outcome.evidence.final_url, Some(server.url("/ok")));
    assert_eq!(server.lines(), ["GET /ok"]);
}

#[test]
fn the_target_of_a_redirect_behind_a_broken_certificate_is_guarded() {
    let tls_server = TlsServer::start(SELF_SIGNED, Some("http://169.254.169.254/".to_owned()));
    let outcome = run_one(&tls_server.url("/page"), &settings(OPEN));
    assert_eq!(outcome.verdict, Verdict::Unknown, "{outcome:?}");
    assert!(matches!(outcome.evidence.error, Some(ErrorClass::AddressRefused(_))), "{outcome:?}");
    assert_eq!(tls_server.heads().len(), 1);
}

#[test]
fn a_redirect_to_a_broken_certificate_is_retried_without_verification() {
    let tls_server = TlsServer::start(SELF_SIGNED, None);
    let target = tls_server.url("/page");
    let server = Server::serving(move |_| Some(crate::support::server::redirect(301, &target)));
    let outcome = run_one(&server.url("/old"), &settings(OPEN));
    assert_eq!(found(&outcome), BROKEN);
    assert_eq!(server.lines(), ["HEAD /old", "GET /old"]);
}

#[test]
fn secret_headers_are_not_sent_without_a_trusted_certificate() {
    let tls_server = TlsServer::start(SELF_SIGNED, None);
    let dns = Arc::new(FakeDns::default().with("mine.example", Ok(&["127.0.0.1"])));
    let mut settings = settings(OPEN);
    assert!(settings.hosts.add_header("mine.example", "authorization", "hush"));
    let outcomes = run(&[tls_server.url_at("mine.example", "/page")], &settings, &dns);
    assert_eq!(found(&outcomes[0]), BROKEN);
    let heads = tls_server.heads();
    assert_eq!(heads.len(), 1);
    assert!(!heads[0].contains("hush") && !heads[0].contains("authorization"), "{heads:?}");
}
