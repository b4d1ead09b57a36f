//! The changes of a service that runs: who stays in, and who does not.

use std::time::Duration;

use jwt_pair::{Error, Identity, Key, KeyRing, PairIssuer, PairPolicy, TokenPair, UnixTime};
use jwt_pair_sessions::{MemoryStore, SessionPolicy, Sessions, WindowTooLong};
use migration_test::everyday;

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn key(byte: u8) -> Key {
    Key::new(&[byte; 32]).expect("32 bytes")
}

fn pair(issuer: &PairIssuer) -> TokenPair {
    issuer.issue(&Identity::new(123, "customer", "s"), NOW).expect("a pair")
}

fn verdicts(issuer: &PairIssuer, pair: &TokenPair) -> [Result<(), Error>; 2] {
    let access = issuer.verify_access(&pair.access.token, NOW).map(drop);
    [access, issuer.verify_refresh(&pair.refresh.token, NOW).map(drop)]
}

/// While a step is rolled out, each instance accepts what the other issues. After the last one, what
/// the first one issued is refused with this.
fn three_steps(steps: &[PairIssuer], in_the_end: &Error) {
    let [before, .., last] = steps else { panic!("no steps") };
    for together in steps.windows(2) {
        for (from, to) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let issued = pair(&together[from]);
            assert_eq!(verdicts(&together[to], &issued), [Ok(()), Ok(())], "{from} {to}");
        }
    }
    let refused = || Err(in_the_end.clone());
    assert_eq!(verdicts(last, &pair(before)), [refused(), refused()]);
    // Two steps at once: what the last one issues is refused by the state before.
    assert!(verdicts(before, &pair(last)).iter().all(Result::is_err));
}

fn under(ring: KeyRing) -> PairIssuer {
    PairIssuer::new(ring, PairPolicy::new())
}

#[test]
fn a_new_secret() {
    let [first, second, third] = everyday::new_secret(key(1), key(2)).expect("rings");
    let before = under(KeyRing::with_kid("2026-05", key(1)));
    let steps = [before, under(first), under(second), under(third)];
    three_steps(&steps, &Error::UnknownKeyId);
}

#[test]
fn another_issuer() {
    let with = |policy| PairIssuer::new(key(1).into(), policy);
    let before = with(PairPolicy::new().issuer("old.example"));
    let [first, second, third] = everyday::another_issuer().map(with);
    three_steps(&[before, first, second, third], &Error::ClaimMismatch { claim: "iss" });
}

#[test]
fn a_first_audience() {
    let with = |policy| PairIssuer::new(key(1).into(), policy);
    let [first, second, third] = everyday::first_audience().map(with);
    let before = with(PairPolicy::new());
    three_steps(&[before, first, second, third], &Error::MissingClaim { claim: "aud" });
}

#[test]
fn shorter_lifetimes_hold_for_new_tokens() {
    let before = under(key(1).into());
    let after = PairIssuer::new(key(1).into(), everyday::shorter_lifetimes().expect("lifetimes"));
    let old = pair(&before);
    assert_eq!(verdicts(&after, &old), [Ok(()), Ok(())]);
    let later = NOW.saturating_add(6 * DAY);
    assert_eq!(after.verify_refresh(&old.refresh.token, later).map(drop), Ok(()));
    let new = pair(&after);
    let lives = |expires_at: UnixTime| expires_at.saturating_duration_since(NOW);
    assert_eq!(lives(new.access.expires_at), Duration::from_secs(300));
    assert_eq!(lives(new.refresh.expires_at), DAY);
    // Below twice the window of the sessions there are none.
    let short = PairPolicy::new().refresh_lifetime(Duration::from_secs(599)).expect("a second");
    let issuer = PairIssuer::new(key(1).into(), short);
    let refused = Sessions::new(issuer, MemoryStore::new(), SessionPolicy::new());
    let (window, limit) = (Duration::from_secs(300), Duration::from_secs(599) / 2);
    assert_eq!(refused.map(drop), Err(WindowTooLong { window, limit }));
}

#[test]
fn after_a_leak_of_the_access_key_nobody_is_out_and_the_thief_is() {
    let refresh = KeyRing::with_kid("refresh-1", key(2));
    let access = KeyRing::with_kid("access-1", key(1));
    let before = PairIssuer::with_refresh_keys(access, refresh.clone(), PairPolicy::new());
    let before = before.expect("two keys");
    let after = everyday::after_a_leak_of_the_access_key(key(3), refresh).expect("two keys");
    let held = pair(&before);
    // The access token is refused, and the client refreshes.
    assert_eq!(verdicts(&after, &held), [Err(Error::UnknownKeyId), Ok(())]);
    // What the thief makes, with an id or without.
    for ring in [KeyRing::with_kid("access-1", key(1)), key(1).into()] {
        let refused = || Err(Error::UnknownKeyId);
        assert_eq!(verdicts(&after, &pair(&under(ring))), [refused(), refused()]);
    }
    let named = pair(&under(KeyRing::with_kid("access-2", key(1))));
    let refused = [Err(Error::InvalidSignature), Err(Error::UnknownKeyId)];
    assert_eq!(verdicts(&after, &named), refused);
}

#[test]
fn after_a_leak_of_everything_everybody_logs_in_again() {
    let before = under(KeyRing::with_kid("2026-05", key(1)));
    let after = everyday::after_a_leak_of_everything(key(3), key(4)).expect("two keys");
    let refused = || Err(Error::UnknownKeyId);
    assert_eq!(verdicts(&after, &pair(&before)), [refused(), refused()]);
}
