//! The way of a URL, step by step, without a network.

use super::*;
use crate::probe::sibling::{Landing, Sibling};
use crate::probe::text::PageText;
use crate::source_status::Likeness;

fn job(urls: &[&str]) -> Job {
    let written = urls.iter().map(|url| (*url).to_owned()).collect();
    let job = Job::new(written, Url::parse(urls[0]).unwrap(), &AddressPolicy::default());
    job.map_err(|(_, class)| class).unwrap()
}

fn answer(status: u16, location: Option<&str>) -> Reply {
    let location = location.map(str::to_owned);
    Reply::Answer(Answer { status, location, ..Answer::default() })
}

fn step(job: &mut Job, reply: &Reply) -> Next {
    job.step(&mut reply.clone(), &AddressPolicy::default())
}

#[test]
fn get_starts_over_from_the_original_url() {
    let mut job = job(&["http://a.org/x"]);
    assert_eq!(step(&mut job, &answer(302, Some("/login"))), Next::Ask);
    assert_eq!(job.at().as_str(), "http://a.org/login");
    assert_eq!(step(&mut job, &answer(404, None)), Next::Ask);
    assert_eq!(job.request().method, Method::Get);
    assert_eq!(job.at().as_str(), "http://a.org/x");
    assert_eq!(step(&mut job, &answer(404, None)), Next::Done(Verdict::Dead, None));
}

#[test]
fn a_fragment_lives_on_and_is_not_a_page_of_its_own() {
    let mut job = job(&["http://a.org/x#one", "http://a.org/x"]);
    assert_eq!(job.at().as_str(), "http://a.org/x");
    step(&mut job, &answer(301, Some("https://b.org/y")));
    let Next::Done(verdict, error) = step(&mut job, &answer(200, None)) else { panic!("not done") };
    assert_eq!(verdict, Verdict::Moved);
    let ends: Vec<_> =
        job.finish(verdict, error).into_iter().map(|o| o.evidence.final_url.unwrap()).collect();
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
        let mut job = job(&[from]);
        step(&mut job, &answer(308, Some(to)));
        let verdict = if moved { Verdict::Moved } else { Verdict::Alive };
        assert_eq!(step(&mut job, &answer(200, None)), Next::Done(verdict, None), "{to}");
    }
}

#[test]
fn one_temporary_redirect_and_nothing_has_moved() {
    let mut job = job(&["http://a.org/x"]);
    step(&mut job, &answer(301, Some("/y")));
    step(&mut job, &answer(302, Some("/z")));
    assert_eq!(step(&mut job, &answer(200, None)), Next::Done(Verdict::Alive, None));
}

#[test]
fn a_redirect_into_a_private_network_ends_there() {
    let mut job = job(&["http://a.org/x"]);
    let next = step(&mut job, &answer(302, Some("http://[::ffff:10.0.0.1]/")));
    let private = ErrorClass::AddressRefused(crate::address::AddressClass::Private);
    assert_eq!(next, Next::Done(Verdict::Unknown, Some(private)));
}

#[test]
fn a_server_that_asks_for_a_pause_is_not_tried_a_third_time() {
    let mut job = job(&["http://a.org/x"]);
    let busy = Answer {
        status: 503,
        retry_after: Some(std::time::Duration::from_secs(9)),
        ..Answer::default()
    };
    let busy = Reply::Answer(busy);
    assert_eq!(step(&mut job, &busy), Next::Ask, "HEAD proves nothing; the queue keeps the pause");
    assert_eq!(step(&mut job, &busy), Next::Done(Verdict::Unproven, None));
    let mut job = self::job(&["http://a.org/x"]);
    assert_eq!(step(&mut job, &answer(429, None)), Next::Done(Verdict::Blocked, None));
}

#[test]
fn behind_a_broken_certificate_any_answer_counts_and_no_second_failure() {
    let broken = Reply::Failure { class: ErrorClass::Certificate, sent: false };
    for status in [200, 404, 403, 500] {
        let mut job = job(&["https://a.org/x"]);
        assert_eq!(job.request().trust, Trust::Required);
        assert_eq!(step(&mut job, &broken), Next::Ask);
        assert_eq!((job.request().trust, job.request().method), (Trust::Any, Method::Get));
        let found = Next::Done(Verdict::TlsBroken, Some(ErrorClass::Certificate));
        assert_eq!(step(&mut job, &answer(status, None)), found);
    }
    let mut job = job(&["https://a.org/x"]);
    step(&mut job, &broken);
    let reset = Reply::Failure { class: ErrorClass::Reset, sent: true };
    let unknown = Next::Done(Verdict::Unknown, Some(ErrorClass::Reset));
    assert_eq!(step(&mut job, &reset), unknown);
}

#[test]
fn a_missing_host_needs_no_get_unless_a_redirect_named_it() {
    let gone = Reply::Failure { class: ErrorClass::NxDomain, sent: false };
    let dead = Next::Done(Verdict::Dead, Some(ErrorClass::NxDomain));
    let mut job = job(&["http://a.org/x"]);
    assert_eq!(step(&mut job, &gone), dead);
    let mut job = self::job(&["http://a.org/x"]);
    step(&mut job, &answer(301, Some("http://b.org/")));
    assert_eq!(step(&mut job, &gone), Next::Ask);
    assert_eq!(job.request().method, Method::Get);
}

/// A reply with a page of HTML.
fn page(body: &str) -> Reply {
    let text = Some(Box::new(PageText::read(body.as_bytes(), "never")));
    Reply::Answer(Answer { status: 200, text, ..Answer::default() })
}

#[test]
fn a_redirect_to_the_front_page_is_compared_with_a_page_that_never_was() {
    for (sibling, verdict) in [
        (answer(302, Some("/")), Verdict::Soft404),
        (answer(404, None), Verdict::Alive),
        (answer(500, None), Verdict::Alive),
        (answer(403, None), Verdict::Alive),
        (Reply::Failure { class: ErrorClass::Reset, sent: true }, Verdict::Alive),
        (answer(302, Some("http://10.0.0.1/")), Verdict::Alive),
    ] {
        let mut job = job(&["http://a.org/2012/x.html"]);
        for _ in 0..2 {
            assert_eq!(step(&mut job, &answer(302, Some("/"))), Next::Ask);
            if job.request().method == Method::Head {
                assert_eq!(step(&mut job, &answer(200, None)), Next::Ask, "HEAD proves nothing");
            }
        }
        assert_eq!(step(&mut job, &page("<p>Welcome</p>")), Next::Suspect);
        assert_eq!(job.ask_sibling("never", &AddressPolicy::default()), Next::Ask);
        assert_eq!(job.at().as_str(), "http://a.org/2012/never.html");
        let mut next = step(&mut job, &sibling);
        if next == Next::Ask {
            next = step(&mut job, &page("<p>Welcome</p>"));
        }
        let Next::Learned(learned) = next else { panic!("{next:?}") };
        assert_eq!(job.compare(&learned), Next::Done(verdict, None), "{learned:?}");
        let outcome = job.finish(verdict, None).remove(0);
        assert_eq!(outcome.evidence.final_url.as_deref(), Some("http://a.org/"));
        let likeness = (verdict == Verdict::Soft404).then_some(Likeness::Address);
        assert_eq!(outcome.evidence.likeness, likeness);
    }
}

#[test]
fn what_was_asked_once_of_a_folder_is_not_asked_again() {
    let mut job = job(&["http://a.org/2012/x"]);
    step(&mut job, &answer(405, None));
    assert_eq!(step(&mut job, &page("<title>Not found</title>Sorry, not here.")), Next::Suspect);
    let text = Some(Box::new(PageText::read(b"<title>Not found</title>Sorry, not here.", "")));
    let at = Url::parse("http://a.org/2012/never").unwrap();
    let known = Sibling::Answers(Landing { at, moved: false, text });
    assert_eq!(job.compare(&known), Next::Done(Verdict::Soft404, None));
}

#[test]
fn a_domain_for_sale_has_been_taken_over() {
    let parked = "<html data-adblockkey=\"k\"><p>Related searches: boats, locks, water</p></html>";
    let mut job = job(&["http://a.org/2012/x"]);
    step(&mut job, &answer(405, None));
    assert_eq!(step(&mut job, &page(parked)), Next::Suspect);
    job.ask_sibling("never", &AddressPolicy::default());
    let Next::Learned(learned) = step(&mut job, &page(parked)) else { panic!("not learned") };
    assert_eq!(job.compare(&learned), Next::Done(Verdict::Usurped, None));
    // A front page has no page beside it, but a redirect to a seller says enough.
    let mut job = self::job(&["http://a.org/"]);
    step(&mut job, &answer(405, None));
    step(&mut job, &answer(302, Some("https://www.hugedomains.com/domain_profile.cfm?d=a")));
    assert_eq!(step(&mut job, &page("<p>a.org</p>")), Next::Done(Verdict::Usurped, None));
    let mut job = self::job(&["http://a.org/"]);
    step(&mut job, &answer(405, None));
    let poor = page("<title>404</title>");
    assert_eq!(step(&mut job, &poor), Next::Done(Verdict::Alive, None), "a root is no soft 404");
}

#[test]
fn a_wall_for_readers_is_neither_a_move_nor_an_error_page() {
    let mut job = job(&["http://a.org/2012/x"]);
    step(&mut job, &answer(301, Some("https://consent.a.org/?to=x")));
    assert_eq!(step(&mut job, &answer(200, None)), Next::Done(Verdict::Blocked, None));
}

#[test]
fn what_is_given_up_while_it_is_compared_is_there() {
    let mut job = job(&["http://a.org/2012/x"]);
    step(&mut job, &answer(405, None));
    assert_eq!(step(&mut job, &page("<title>Not found</title>")), Next::Suspect);
    job.ask_sibling("never", &AddressPolicy::default());
    let (_, verdict, error) = job.give_up(ErrorClass::HostPaused);
    assert_eq!((verdict, error), (Verdict::Alive, None));
    let (job, verdict, error) = self::job(&["http://a.org/x"]).give_up(ErrorClass::HostPaused);
    assert_eq!((verdict, error), (Verdict::Unknown, Some(ErrorClass::HostPaused)));
    assert_eq!(job.finish(verdict, error)[0].evidence.tries, 0);
}

#[test]
fn with_a_ledger_one_try_is_enough() {
    let mut job = job(&["http://a.org/x"]).once();
    let refused = Reply::Failure { class: ErrorClass::Refused, sent: false };
    let unproven = Next::Done(Verdict::Unproven, Some(ErrorClass::Refused));
    assert_eq!(step(&mut job, &refused), unproven);
}
