//! Tests of the status that follows from observations.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::prop_assert_eq;

use super::*;

const URL: &str = "https://example.org/a";

fn seen(day: f64, reading: Reading) -> Observation {
    let at = (day * 86_400_000.0) as i64;
    let status = match reading {
        Reading::Hard => Some(404),
        Reading::Gone => Some(410),
        _ => None,
    };
    Observation { at, reading, status, error: None, final_url: None }
}

/// Returns the status of `url` after the given observations, which can be in any order.
fn status_of(url: &str, observations: &[Observation]) -> Option<UrlStatus> {
    let mut observations = observations.to_vec();
    observations.sort_by_cached_key(|seen| (seen.at, seen.digest()));
    observations.dedup();
    let mut history = History::default();
    for seen in observations {
        history.add(seen);
    }
    history.status(url)
}

fn after(looks: &[(f64, Reading)]) -> UrlStatus {
    let looks: Vec<_> = looks.iter().map(|(day, reading)| seen(*day, *reading)).collect();
    status_of(URL, &looks).expect("something was seen")
}

fn verdict(looks: &[(f64, Reading)]) -> Verdict {
    after(looks).verdict
}

use Reading::{Alive, Blocked, Gone, Hard, Moved, Soft, Soft404, TlsBroken, Unknown, Usurped};

#[test]
fn without_observations_there_is_no_status() {
    assert_eq!(status_of(URL, &[]), None);
}

#[test]
fn a_missing_page_is_dead_at_the_third_strike() {
    assert_eq!(verdict(&[(0.0, Hard)]), Verdict::Failing);
    assert_eq!(verdict(&[(0.0, Hard), (3.0, Hard)]), Verdict::Failing);
    assert_eq!(verdict(&[(0.0, Hard), (3.0, Hard), (6.0, Hard)]), Verdict::Dead);
    assert_eq!(verdict(&[(0.0, Hard), (3.0, Hard), (5.9, Hard)]), Verdict::Failing);
    let hasty: Vec<_> = (0..50).map(|n| (f64::from(n) * 0.1, Hard)).collect();
    assert_eq!(verdict(&hasty), Verdict::Failing);
}

#[test]
fn a_page_gone_for_good_is_dead_at_the_second() {
    assert_eq!(verdict(&[(0.0, Gone)]), Verdict::Failing);
    assert_eq!(verdict(&[(0.0, Gone), (2.9, Gone)]), Verdict::Failing);
    assert_eq!(verdict(&[(0.0, Gone), (3.0, Gone)]), Verdict::Dead);
    assert_eq!(verdict(&[(0.0, Hard), (3.0, Gone)]), Verdict::Failing);
    assert_eq!(verdict(&[(0.0, Hard), (1.0, Gone), (4.0, Gone)]), Verdict::Dead);
}

#[test]
fn a_server_that_is_down_is_dead_after_a_month() {
    let days = [0.0, 1.0, 3.0, 7.0, 14.0, 21.0, 29.9];
    let down: Vec<_> = days.map(|day| (day, Soft)).into();
    assert_eq!(verdict(&down), Verdict::Failing);
    assert_eq!(verdict(&[&down[..], &[(30.0, Soft)]].concat()), Verdict::Dead);
    let few = [(0.0, Soft), (0.5, Soft), (10.0, Soft), (20.0, Soft), (40.0, Soft)];
    assert_eq!((verdict(&few), after(&few).strikes), (Verdict::Failing, 4));
}

#[test]
fn both_kinds_count_toward_the_month() {
    let mixed = [(0.0, Hard), (8.0, Soft), (16.0, Soft), (24.0, Hard), (31.0, Soft)];
    assert_eq!(verdict(&mixed), Verdict::Dead);
    assert_eq!(verdict(&mixed[..4]), Verdict::Failing);
}

#[test]
fn an_answer_clears_the_strikes() {
    for (reading, expected) in
        [(Alive, Verdict::Alive), (Moved, Verdict::Moved), (TlsBroken, Verdict::TlsBroken)]
    {
        let looks = [(0.0, Hard), (3.0, Hard), (6.0, Hard), (7.0, reading), (10.0, Hard)];
        let cleared = after(&looks[..4]);
        assert_eq!((cleared.verdict, cleared.strikes), (expected, 0));
        assert_eq!((cleared.first_fail_at, cleared.last_ok_at), (None, Some(7 * DAY)));
        let again = after(&looks);
        assert_eq!((again.verdict, again.strikes), (Verdict::Failing, 1));
        assert_eq!(again.first_fail_at, Some(10 * DAY));
    }
}

#[test]
fn a_wall_changes_nothing_that_is_known() {
    for wall in [Blocked, Unknown] {
        let dead = [(0.0, Gone), (3.0, Gone), (4.0, wall)];
        assert_eq!(after(&dead).reason, Some(Reason::Status(410)));
        assert_eq!((verdict(&dead), after(&dead).checked_at), (Verdict::Dead, 4 * DAY));
        assert_eq!(verdict(&[(0.0, Soft), (1.0, wall)]), Verdict::Failing);
        assert_eq!(verdict(&[(0.0, Alive), (1.0, wall)]), Verdict::Alive);
        assert_eq!(verdict(&[(0.0, Usurped), (1.0, wall)]), Verdict::Usurped);
    }
    assert_eq!(verdict(&[(0.0, Unknown), (1.0, Blocked)]), Verdict::Blocked);
    assert_eq!(verdict(&[(0.0, Blocked), (1.0, Unknown)]), Verdict::Unknown);
}

#[test]
fn a_proof_counts_at_once_until_the_page_answers_or_dies() {
    for (reading, expected) in [(Soft404, Verdict::Soft404), (Usurped, Verdict::Usurped)] {
        assert_eq!(verdict(&[(0.0, reading)]), expected);
        assert_eq!(verdict(&[(0.0, Alive), (1.0, reading), (2.0, Hard)]), expected);
        assert_eq!(verdict(&[(0.0, reading), (1.0, Alive)]), Verdict::Alive);
        let died = [(0.0, reading), (1.0, Hard), (4.0, Hard), (7.0, Hard)];
        assert_eq!(verdict(&died), Verdict::Dead);
        assert_eq!(verdict(&[&died[..], &[(8.0, reading)]].concat()), expected);
    }
}

#[test]
fn what_is_known_is_looked_at_again_in_its_time() {
    for (reading, days) in [
        (Alive, 30),
        (Moved, 30),
        (Soft404, 90),
        (Usurped, 90),
        (Blocked, 14),
        (TlsBroken, 14),
        (Unknown, 7),
    ] {
        let due_at = after(&[(100.0, reading)]).due_at - 100 * DAY;
        let around = days * DAY * 9 / 10..=days * DAY * 11 / 10;
        assert!(around.contains(&due_at), "{reading:?}: {due_at}");
    }
    let other = [seen(100.0, Alive)];
    let (one, two) = (status_of("http://a/1", &other), status_of("http://a/2", &other));
    assert_ne!(one.unwrap().due_at, two.unwrap().due_at, "not all at one time");
}

#[test]
fn what_fails_is_looked_at_when_it_can_count() {
    let within = |looks: &[(f64, Reading)], from: i64, wait: i64| {
        let due_at = after(looks).due_at;
        let range = from * DAY + wait * DAY..=from * DAY + wait * DAY * 11 / 10;
        assert!(range.contains(&due_at), "{looks:?}: {due_at}");
    };
    within(&[(10.0, Hard)], 10, 3);
    within(&[(10.0, Hard), (11.0, Hard)], 10, 3);
    within(&[(10.0, Hard), (12.0, Blocked)], 12, 3);
    for (count, wait) in (0..).zip([1, 2, 4, 7, 7]) {
        let looks: Vec<_> = (0..=count).map(|n| (f64::from(n), Soft)).collect();
        within(&looks, count.into(), wait);
    }
}

#[test]
fn times_at_the_ends_of_time_do_no_harm() {
    let ends = [i64::MIN, i64::MIN + 1, 0, i64::MAX - 1, i64::MAX];
    let looks = ends.map(|at| Observation { at, ..seen(0.0, Soft) });
    assert!(status_of(URL, &looks).is_some());
}

fn reading() -> impl Strategy<Value = Reading> {
    prop_oneof![
        Just(Alive),
        Just(Moved),
        Just(Soft404),
        Just(Usurped),
        Just(TlsBroken),
        Just(Blocked),
        Just(Unknown),
        failure(),
    ]
}

fn failure() -> impl Strategy<Value = Reading> {
    prop_oneof![Just(Hard), Just(Gone), Just(Soft)]
}

/// Returns a strategy for observations within two months, at times that are multiples of six hours.
fn looks(reading: impl Strategy<Value = Reading>) -> impl Strategy<Value = Vec<Observation>> {
    vec((0..240_u32, reading), 1..25).prop_map(|looks| {
        looks.into_iter().map(|(step, reading)| seen(f64::from(step) / 4.0, reading)).collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_arrival_does_not_matter(
        (sorted, shuffled) in looks(reading())
            .prop_flat_map(|looks| (Just(looks.clone()), Just(looks).prop_shuffle()))
    ) {
        prop_assert_eq!(status_of(URL, &sorted), status_of(URL, &shuffled));
        // Repeated observations do not matter either.
        let twice = [sorted.clone(), shuffled].concat();
        prop_assert_eq!(status_of(URL, &sorted), status_of(URL, &twice));
    }

    #[test]
    fn one_more_failure_never_revives(looks in looks(failure()), more in looks(failure())) {
        let before = status_of(URL, &looks).unwrap();
        let after = status_of(URL, &[looks, more].concat()).unwrap();
        assert!(after.strikes >= before.strikes);
        assert!(before.verdict != Verdict::Dead || after.verdict == Verdict::Dead);
    }

    #[test]
    fn an_answer_at_the_end_clears_all(looks in looks(reading()), tls in any::<bool>()) {
        let last = seen(61.0, if tls { TlsBroken } else { Alive });
        let after = status_of(URL, &[looks, vec![last]].concat()).unwrap();
        prop_assert_eq!((after.strikes, after.first_fail_at), (0, None));
        prop_assert_eq!(after.verdict, if tls { Verdict::TlsBroken } else { Verdict::Alive });
    }

    #[test]
    fn blocked_requests_change_nothing(looks in looks(reading()), walls in looks(Just(Blocked))) {
        let before = status_of(URL, &looks).unwrap();
        if ![Verdict::Blocked, Verdict::Unknown].contains(&before.verdict) {
            let after = status_of(URL, &[looks, walls].concat()).unwrap();
            prop_assert_eq!((after.verdict, after.strikes), (before.verdict, before.strikes));
            prop_assert_eq!(after.first_fail_at, before.first_fail_at);
        }
    }

    #[test]
    fn whatever_was_seen_is_looked_at_later(looks in looks(reading())) {
        let status = status_of(URL, &looks).unwrap();
        assert!(status.due_at > status.checked_at);
    }
}
