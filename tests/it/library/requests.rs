//! Requests of a session: proxies, and observers that stop them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dateline::{
    CheckOptions, ContactOptions, LedgerOptions, Observer, Outcome, Progress, Session,
    SessionError, SourceOptions, Sources, Stop,
};
use url::Url;

use crate::support::archive::TestArchive;
use crate::support::server::Server;

/// Creates an archive with 40 sources.
fn citing(server: &Server) -> TestArchive {
    let archive = TestArchive::new();
    archive.write("dateline.toml", "[sources]\ndelay = \"0ms\"\n");
    let items: Vec<String> =
        (0..40).map(|number| format!("1. [x]({})", server.url(&format!("/ok?{number}")))).collect();
    let page =
        format!("### 2012-03-25\n\n# Lock gates fail\n\n### Source:\n\n{}\n", items.join("\n"));
    archive.write("news/2012/03/25/a.md", page);
    archive
}

fn online(contact: ContactOptions) -> CheckOptions {
    let sources = SourceOptions { online: true, contact, ..SourceOptions::default() };
    CheckOptions {
        sources,
        select: vec!["source/unreachable".to_owned()],
        ..CheckOptions::default()
    }
}

fn open() -> ContactOptions {
    let allowed = "127.0.0.0/8".parse().expect("a range");
    ContactOptions { allow_addresses: vec![allowed], ..ContactOptions::default() }
}

/// Stops the requests after the first outcome, and counts the calls.
#[derive(Default)]
struct Stopper {
    stop: Stop,
    begun: AtomicUsize,
    ended: AtomicUsize,
}

struct StopAtFirst(Stop);

impl Progress for StopAtFirst {
    fn start(&self, _: u64) {}

    fn advance(&self, _: &Outcome) {
        self.0.set();
    }

    fn finish(&self) {}
}

impl Observer for Stopper {
    fn contact_begins(&self) -> Stop {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.stop.clone()
    }

    fn contact_ends(&self) {
        self.ended.fetch_add(1, Ordering::Relaxed);
    }

    fn progress(&self) -> Box<dyn Progress> {
        Box::new(StopAtFirst(self.stop.clone()))
    }
}

#[test]
fn an_observer_stops_an_online_check_without_a_ledger() {
    let server = Server::start();
    let archive = citing(&server);
    let session = Session::open(archive.root(), online(open())).expect("a session");
    let observer = Arc::new(Stopper::default());
    let stopped = session.with_observer(observer.clone()).check().expect_err("an error");
    assert!(matches!(stopped, SessionError::Stopped), "{stopped}");
    assert!(server.requests().len() < 40, "{}", server.requests().len());
    assert_eq!(observer.begun.load(Ordering::Relaxed), 1);
    assert_eq!(observer.ended.load(Ordering::Relaxed), 1);
}

#[test]
fn only_an_http_proxy_is_accepted() {
    let server = Server::start();
    let archive = citing(&server);
    for proxy in ["ftp://127.0.0.1:1/", "foo://bar:1/", "file:///etc/passwd", "data:x"] {
        let proxy = Some(Url::parse(proxy).expect("a URL"));
        let contact = ContactOptions { proxy, ..open() };
        let refused = Session::open(archive.root(), online(contact.clone()));
        assert!(matches!(refused, Err(SessionError::Proxy(_))), "{refused:?}");
        let options = LedgerOptions { contact, ..LedgerOptions::default() };
        let refused = Sources::open(&[archive.root().to_path_buf()], options);
        assert!(matches!(refused, Err(SessionError::Proxy(_))), "{refused:?}");
    }
    assert_eq!(server.requests().len(), 0);
}
