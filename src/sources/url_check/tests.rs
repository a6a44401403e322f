//! Tests of the check of a URL, step by step and without a network.

use super::*;
use crate::source_status::Likeness;
use crate::sources::soft404::detect::{Honesty, Landing, RandomPathReply};
use crate::sources::soft404::page_text::PageText;

fn check(urls: &[&str]) -> UrlCheck {
    let written = urls.iter().map(|url| (*url).to_owned()).collect();
    let check = UrlCheck::new(written, Url::parse(urls[0]).unwrap(), &AddressPolicy::default());
    check.map_err(|refused| refused.class).unwrap()
}

fn answer(status: u16, location: Option<&str>) -> Reply {
    let location = location.map(str::to_owned);
    Reply::Answer(Answer { status, location, ..Answer::default() })
}

fn step(check: &mut UrlCheck, reply: &Reply) -> NextStep {
    check.step(&mut reply.clone(), &AddressPolicy::default())
}

#[test]
fn get_starts_over_from_the_original_url() {
    let mut check = check(&["http://a.org/x"]);
    assert_eq!(step(&mut check, &answer(302, Some("/login"))), NextStep::Ask);
    assert_eq!(check.at().as_str(), "http://a.org/login");
    assert_eq!(step(&mut check, &answer(404, None)), NextStep::Ask);
    assert_eq!(check.request().method, Method::Get);
    assert_eq!(check.at().as_str(), "http://a.org/x");
    assert_eq!(step(&mut check, &answer(404, None)), NextStep::Done(Verdict::Dead, None));
}

#[test]
fn a_fragment_lives_on_and_is_not_a_page_of_its_own() {
    let mut check = check(&["http://a.org/x#one", "http://a.org/x"]);
    assert_eq!(check.at().as_str(), "http://a.org/x");
    step(&mut check, &answer(301, Some("https://b.org/y")));
    assert_eq!(step(&mut check, &answer(200, None)), NextStep::Trust);
    let NextStep::Done(verdict, error) = check.trust(Honesty::Honest) else { panic!("not done") };
    assert_eq!(verdict, Verdict::Moved);
    let ends: Vec<_> =
        check.finish(verdict, error).into_iter().map(|o| o.evidence.final_url.unwrap()).collect();
    assert_eq!(ends, ["https://b.org/y#one", "https://b.org/y"]);
}

#[test]
fn another_spelling_of_the_same_document_has_not_moved() {
    for (from, to, moved) in [
        ("http://a.org/x", "https://a.org/x", false),
        ("http://a.org/x", "https://www.a.org/x/", false),
        ("https://www.a.org/x/", "http://a.org/x", false),
        ("http://a.org/x", "https://a.org/x?y", true),
        ("http://a.org/x", "https://a.org/X", true),
        ("http://a.org/x", "https://b.org/x", true),
        ("http://a.org/x", "https://b.org/y", true),
    ] {
        let mut check = check(&[from]);
        step(&mut check, &answer(308, Some(to)));
        let verdict = if moved { Verdict::Moved } else { Verdict::Alive };
        assert_eq!(step(&mut check, &answer(200, None)), NextStep::Trust);
        assert_eq!(check.trust(Honesty::Honest), NextStep::Done(verdict, None), "{to}");
    }
}

#[test]
fn one_temporary_redirect_and_nothing_has_moved() {
    let mut check = check(&["http://a.org/x"]);
    step(&mut check, &answer(301, Some("/y")));
    step(&mut check, &answer(302, Some("/z")));
    assert_eq!(step(&mut check, &answer(200, None)), NextStep::Trust);
    assert_eq!(check.trust(Honesty::Honest), NextStep::Done(Verdict::Alive, None));
}

#[test]
fn a_redirect_into_a_private_network_ends_there() {
    let mut check = check(&["http://a.org/x"]);
    let next = step(&mut check, &answer(302, Some("http://[::ffff:10.0.0.1]/")));
    let private = ErrorClass::AddressRefused(crate::address::AddressClass::Private);
    assert_eq!(next, NextStep::Done(Verdict::Unknown, Some(private)));
}

#[test]
fn a_server_that_asks_for_a_pause_is_not_tried_a_third_time() {
    let mut check = check(&["http://a.org/x"]);
    let busy = Answer {
        status: 503,
        retry_after: Some(std::time::Duration::from_secs(9)),
        ..Answer::default()
    };
    let busy = Reply::Answer(busy);
    assert_eq!(
        step(&mut check, &busy),
        NextStep::Ask,
        "HEAD proves nothing; the queue keeps the pause"
    );
    assert_eq!(step(&mut check, &busy), NextStep::Done(Verdict::Unproven, None));
    let mut check = self::check(&["http://a.org/x"]);
    assert_eq!(step(&mut check, &answer(429, None)), NextStep::Done(Verdict::Blocked, None));
}

#[test]
fn behind_a_broken_certificate_any_answer_counts_and_no_second_failure() {
    let broken = Reply::Failure { class: ErrorClass::Certificate, sent: false };
    for status in [200, 404, 403, 500] {
        let mut check = check(&["https://a.org/x"]);
        assert_eq!(check.request().trust, Trust::Required);
        assert_eq!(step(&mut check, &broken), NextStep::Ask);
        assert_eq!((check.request().trust, check.request().method), (Trust::Any, Method::Get));
        let found = NextStep::Done(Verdict::TlsBroken, Some(ErrorClass::Certificate));
        assert_eq!(step(&mut check, &answer(status, None)), found);
    }
    let mut check = check(&["https://a.org/x"]);
    step(&mut check, &broken);
    let reset = Reply::Failure { class: ErrorClass::Reset, sent: true };
    let unknown = NextStep::Done(Verdict::Unknown, Some(ErrorClass::Reset));
    assert_eq!(step(&mut check, &reset), unknown);
}

#[test]
fn a_missing_host_needs_no_get_unless_a_redirect_named_it() {
    let gone = Reply::Failure { class: ErrorClass::NxDomain, sent: false };
    let dead = NextStep::Done(Verdict::Dead, Some(ErrorClass::NxDomain));
    let mut check = check(&["http://a.org/x"]);
    assert_eq!(step(&mut check, &gone), dead);
    let mut check = self::check(&["http://a.org/x"]);
    step(&mut check, &answer(301, Some("http://b.org/")));
    assert_eq!(step(&mut check, &gone), NextStep::Ask);
    assert_eq!(check.request().method, Method::Get);
}

/// Returns a reply with an HTML page.
fn page(body: &str) -> Reply {
    let text = Some(Box::new(PageText::read(body.as_bytes(), "never")));
    Reply::Answer(Answer { status: 200, text, ..Answer::default() })
}

#[test]
fn a_redirect_to_the_front_page_is_compared_with_a_nonexistent_path() {
    for (random_path, verdict) in [
        (answer(302, Some("/")), Verdict::Soft404),
        (answer(404, None), Verdict::Alive),
        (answer(500, None), Verdict::Alive),
        (answer(403, None), Verdict::Alive),
        (Reply::Failure { class: ErrorClass::Reset, sent: true }, Verdict::Alive),
        (answer(302, Some("http://10.0.0.1/")), Verdict::Alive),
    ] {
        let mut check = check(&["http://a.org/2012/x.html"]);
        for _ in 0..2 {
            assert_eq!(step(&mut check, &answer(302, Some("/"))), NextStep::Ask);
            if check.request().method == Method::Head {
                assert_eq!(
                    step(&mut check, &answer(200, None)),
                    NextStep::Ask,
                    "HEAD proves nothing"
                );
            }
        }
        assert_eq!(step(&mut check, &page("<p>Welcome</p>")), NextStep::Compare);
        assert_eq!(check.ask_random_path("never", &AddressPolicy::default()), NextStep::Ask);
        assert_eq!(check.at().as_str(), "http://a.org/2012/never.html");
        let mut next = step(&mut check, &random_path);
        if next == NextStep::Ask {
            next = step(&mut check, &page("<p>Welcome</p>"));
        }
        let NextStep::CompareWith(learned) = next else { panic!("{next:?}") };
        assert_eq!(check.compare(&learned), NextStep::Done(verdict, None), "{learned:?}");
        let outcome = check.finish(verdict, None).remove(0);
        assert_eq!(outcome.evidence.final_url.as_deref(), Some("http://a.org/"));
        let likeness = (verdict == Verdict::Soft404).then_some(Likeness::Address);
        assert_eq!(outcome.evidence.likeness, likeness);
    }
}

#[test]
fn what_was_asked_once_of_a_folder_is_not_asked_again() {
    let mut check = check(&["http://a.org/2012/x"]);
    step(&mut check, &answer(405, None));
    assert_eq!(
        step(&mut check, &page("<title>Not found</title>Sorry, not here.")),
        NextStep::Compare
    );
    let text = Some(Box::new(PageText::read(b"<title>Not found</title>Sorry, not here.", "")));
    let at = Url::parse("http://a.org/2012/never").unwrap();
    let known = RandomPathReply::Answers(Landing { at, moved: false, text });
    assert_eq!(check.compare(&known), NextStep::Done(Verdict::Soft404, None));
}

#[test]
fn a_domain_for_sale_has_been_taken_over() {
    let parked = "<html data-adblockkey=\"k\"><p>Related searches: boats, locks, water</p></html>";
    let mut check = check(&["http://a.org/2012/x"]);
    step(&mut check, &answer(405, None));
    assert_eq!(step(&mut check, &page(parked)), NextStep::Compare);
    check.ask_random_path("never", &AddressPolicy::default());
    let NextStep::CompareWith(learned) = step(&mut check, &page(parked)) else {
        panic!("not learned")
    };
    assert_eq!(check.compare(&learned), NextStep::Done(Verdict::Usurped, None));
    // A front page cannot be compared with another path, but a redirect to a domain seller is enough.
    let mut check = self::check(&["http://a.org/"]);
    step(&mut check, &answer(405, None));
    step(&mut check, &answer(302, Some("https://www.hugedomains.com/domain_profile.cfm?d=a")));
    assert_eq!(step(&mut check, &page("<p>a.org</p>")), NextStep::Done(Verdict::Usurped, None));
    let mut check = self::check(&["http://a.org/"]);
    step(&mut check, &answer(405, None));
    let poor = page("<title>404</title>");
    assert_eq!(
        step(&mut check, &poor),
        NextStep::Done(Verdict::Alive, None),
        "a root is no soft 404"
    );
}

#[test]
fn a_wall_for_readers_is_neither_a_move_nor_an_error_page() {
    let mut check = check(&["http://a.org/2012/x"]);
    step(&mut check, &answer(301, Some("https://consent.a.org/?to=x")));
    assert_eq!(step(&mut check, &answer(200, None)), NextStep::Done(Verdict::Blocked, None));
}

#[test]
fn what_is_given_up_while_it_is_compared_is_there() {
    let mut check = check(&["http://a.org/2012/x"]);
    step(&mut check, &answer(405, None));
    assert_eq!(step(&mut check, &page("<title>Not found</title>")), NextStep::Compare);
    check.ask_random_path("never", &AddressPolicy::default());
    let (_, verdict, error) = check.give_up(ErrorClass::HostPaused);
    assert_eq!((verdict, error), (Verdict::Alive, None));
    let (check, verdict, error) = self::check(&["http://a.org/x"]).give_up(ErrorClass::HostPaused);
    assert_eq!((verdict, error), (Verdict::Unknown, Some(ErrorClass::HostPaused)));
    assert_eq!(check.finish(verdict, error)[0].evidence.tries, 0);
}

#[test]
fn with_a_ledger_only_a_server_error_is_tried_again_and_only_once() {
    let refused = Reply::Failure { class: ErrorClass::Refused, sent: false };
    let unproven = NextStep::Done(Verdict::Unproven, Some(ErrorClass::Refused));
    let mut check = check(&["http://a.org/x"]).with_ledger();
    assert_eq!(step(&mut check, &refused), unproven);
    let mut check = self::check(&["http://a.org/x"]).with_ledger();
    assert_eq!(step(&mut check, &answer(503, None)), NextStep::Ask, "by GET");
    assert_eq!(step(&mut check, &answer(503, None)), NextStep::Retry);
    check.try_again();
    assert_eq!(step(&mut check, &answer(503, None)), NextStep::Done(Verdict::Unproven, None));
}
