//! `UnixTime` from the system's clock.
#![cfg(feature = "std")]

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use jwt_pair::{Error, UnixTime};

#[test]
fn a_clock_before_1970_is_an_error() {
    for before in [Duration::from_nanos(100), Duration::from_secs(1), Duration::from_secs(1 << 33)]
    {
        let clock = UNIX_EPOCH.checked_sub(before).unwrap();
        assert_eq!(UnixTime::try_from(clock), Err(Error::ClockBeforeEpoch));
    }
}

#[test]
fn a_second_counts_once_it_is_over() {
    for (since, seconds) in [
        (Duration::ZERO, 0),
        (Duration::from_millis(999), 0),
        (Duration::from_secs(1), 1),
        (Duration::new(1_700_000_000, 999_999_999), 1_700_000_000),
        (Duration::from_secs(1 << 33), 1 << 33),
    ] {
        let clock = UNIX_EPOCH.checked_add(since).unwrap();
        assert_eq!(UnixTime::try_from(clock), Ok(UnixTime::from_secs(seconds)));
    }
}

#[test]
fn now_is_the_time_of_the_system() {
    let before = UnixTime::try_from(SystemTime::now()).unwrap();
    let now = UnixTime::now().unwrap();
    let after = UnixTime::try_from(SystemTime::now()).unwrap();
    assert!(before <= now && now <= after, "{before} {now} {after}");
    assert!(now > UnixTime::from_secs(1_700_000_000), "{now}");
}
