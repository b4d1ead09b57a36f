//! How often somebody may try to log in, counted when a permit to hash is held, and before the hash.
//!
//! In: an account's name and a client's network. Out: go on, wait first, or come back later.
//! Each instance counts for itself, in memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::accounts::Name;
use crate::client::Network;

/// Attempts of the last time. Names that no account has count alike.
#[derive(Debug)]
pub struct Attempts {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// By account and network together: beyond, an attempt is refused.
    together: Buckets<(Name, Network)>,
    /// By account alone: beyond, an attempt is slowed, and never refused, so that nobody can lock
    /// another's account.
    alone: Buckets<Name>,
}

/// What becomes of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// After this time, zero for most.
    After(Duration),
    /// Not now: try again after this time.
    Refused(Duration),
}

/// One attempt in this time is always good.
const ALONE_EVERY: Duration = Duration::from_secs(5);
/// For one account from everywhere, before each is slowed.
const ALONE_AT_ONCE: u32 = 100;
const SLOWEST: Duration = Duration::from_secs(5);
/// When so many have come, those that have come before them are forgotten. Each was counted with a
/// permit to hash, so to make the service forget an attempt costs so many hashes.
const MOST: usize = 100_000;

impl Attempts {
    /// So many attempts at once for one account from one network, and then one in each `every`.
    pub fn new(at_once: u32, every: Duration) -> Self {
        let together = Buckets::new(every, at_once.max(1));
        let alone = Buckets::new(ALONE_EVERY, ALONE_AT_ONCE);
        Self { inner: Mutex::new(Inner { together, alone }) }
    }

    /// What would become of an attempt. It is not counted.
    pub fn look(&self, name: &Name, address: IpAddr, now: Instant) -> Attempt {
        self.inner().look(&(name.clone(), Network::of(address)), now)
    }

    /// Counts an attempt that is not refused.
    pub fn count(&self, name: &Name, address: IpAddr, now: Instant) -> Attempt {
        let mut inner = self.inner();
        let key = (name.clone(), Network::of(address));
        let attempt = inner.look(&key, now);
        if let Attempt::After(_) = attempt {
            inner.together.add(key, now);
            inner.alone.add(name.clone(), now);
        }
        attempt
    }

    /// Forgets the attempts of somebody who knew the password.
    pub fn succeeded(&self, name: &Name, address: IpAddr) {
        self.inner().together.remove(&(name.clone(), Network::of(address)));
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn look(&self, key: &(Name, Network), now: Instant) -> Attempt {
        match self.together.over(key, now) {
            Duration::ZERO => Attempt::After(self.alone.over(&key.0, now).min(SLOWEST)),
            over => Attempt::Refused(over),
        }
    }
}

/// Leaky buckets. Each is one time: when it will be empty.
#[derive(Debug)]
struct Buckets<K> {
    /// Those of the last attempts, at most [`MOST`].
    young: HashMap<K, Instant>,
    /// Those before them. They are forgotten all at once: no attempt looks through a map.
    old: HashMap<K, Instant>,
    every: Duration,
    room: Duration,
}

impl<K: Hash + Eq> Buckets<K> {
    fn new(every: Duration, at_once: u32) -> Self {
        let room = every.saturating_mul(at_once.saturating_sub(1));
        Self { young: HashMap::new(), old: HashMap::new(), every, room }
    }

    /// How long until one more would fit.
    fn over(&self, key: &K, now: Instant) -> Duration {
        self.level(key, now).saturating_sub(self.room)
    }

    fn level(&self, key: &K, now: Instant) -> Duration {
        let empty_at = self.young.get(key).or_else(|| self.old.get(key));
        empty_at.map_or(Duration::ZERO, |at| at.saturating_duration_since(now))
    }

    fn add(&mut self, key: K, now: Instant) {
        let level = self.level(&key, now).saturating_add(self.every);
        if self.young.len() >= MOST {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, now.checked_add(level).unwrap_or(now));
    }

    fn remove(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test fails by panicking")]

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn name(text: &str) -> Name {
        Name::new(text).expect("a name")
    }

    #[test]
    fn attempts_are_refused_by_account_and_network_together() {
        let attempts = Attempts::new(3, MINUTE);
        let now = Instant::now();
        let (here, there): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        let go_on = Attempt::After(Duration::ZERO);
        for _ in 0..3 {
            assert_eq!(attempts.count(&name("ann"), here, now), go_on);
        }
        let refused = Attempt::Refused(Duration::from_secs(60));
        assert_eq!(attempts.count(&name("ann"), here, now), refused);
        // An attempt that was refused costs nothing.
        assert_eq!(attempts.count(&name("ann"), here, now), refused);
        assert_eq!(attempts.count(&name("ann"), there, now), go_on);
        assert_eq!(attempts.count(&name("bob"), here, now), go_on);
        let later = now.checked_add(Duration::from_secs(60)).expect("a time");
        assert_eq!(attempts.count(&name("ann"), here, later), go_on);
        assert_eq!(attempts.count(&name("ann"), here, later), refused);
        attempts.succeeded(&name("ann"), here);
        assert_eq!(attempts.count(&name("ann"), here, later), go_on);
    }

    #[test]
    fn the_addresses_of_a_64_count_as_one() {
        let attempts = Attempts::new(1, MINUTE);
        let now = Instant::now();
        let at = |text: &str| text.parse::<IpAddr>().expect("an address");
        let go_on = Attempt::After(Duration::ZERO);
        assert_eq!(attempts.count(&name("ann"), at("2001:db8::1"), now), go_on);
        let refused = Attempt::Refused(Duration::from_secs(60));
        assert_eq!(attempts.count(&name("ann"), at("2001:db8::ffff:2"), now), refused);
        assert_eq!(attempts.count(&name("ann"), at("2001:db8:0:1::1"), now), go_on);
    }

    #[test]
    fn an_account_alone_is_slowed_and_never_locked() {
        let attempts = Attempts::new(1, MINUTE);
        let now = Instant::now();
        let from = |n: u32| IpAddr::from(n.to_be_bytes());
        for n in 0..100 {
            assert_eq!(attempts.count(&name("ann"), from(n), now), Attempt::After(Duration::ZERO));
        }
        for n in 100..300 {
            assert_eq!(attempts.count(&name("ann"), from(n), now), Attempt::After(SLOWEST));
        }
    }

    /// Whoever waits for a permit has cost no hash yet.
    #[test]
    fn a_look_counts_nothing() {
        let attempts = Attempts::new(1, MINUTE);
        let (now, here) = (Instant::now(), [192, 0, 2, 1].into());
        let go_on = Attempt::After(Duration::ZERO);
        for n in 0..1000 {
            assert_eq!(attempts.look(&name("ann"), here, now), go_on);
            assert_eq!(attempts.look(&name(&n.to_string()), here, now), go_on);
        }
        let held = |inner: &Inner| [inner.together.young.len(), inner.alone.young.len()];
        assert_eq!(held(&attempts.inner()), [0, 0]);
        assert_eq!(attempts.count(&name("ann"), here, now), go_on);
        let refused = Attempt::Refused(MINUTE);
        assert_eq!(attempts.look(&name("ann"), here, now), refused);
        assert_eq!(attempts.count(&name("ann"), here, now), refused);
        assert_eq!(held(&attempts.inner()), [1, 1]);
    }

    #[test]
    fn an_attempt_is_remembered_for_the_next_and_what_is_remembered_is_bounded() {
        let mut buckets = Buckets::new(MINUTE, 1);
        let now = Instant::now();
        for n in 0..=MOST {
            buckets.add(n, now);
        }
        assert_eq!((buckets.young.len(), buckets.old.len()), (1, MOST));
        assert_eq!(buckets.over(&0, now), MINUTE);
        buckets.remove(&0);
        assert_eq!(buckets.over(&0, now), Duration::ZERO);
        for n in MOST..=2 * MOST {
            buckets.add(n, now);
        }
        assert_eq!((buckets.young.len(), buckets.old.len()), (1, MOST));
        assert_eq!(buckets.over(&1, now), Duration::ZERO);
    }
}
