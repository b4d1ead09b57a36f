//! What was acknowledged of each session, and what follows from it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jwt_pair::UserId;

/// All sessions of a run, by name, and counts of outcomes.
#[derive(Debug, Default)]
pub(crate) struct Records {
    sessions: Mutex<HashMap<String, Record>>,
    counts: Mutex<BTreeMap<String, u64>>,
    /// Calls for the end of sessions of a user that are under way, or that may come late.
    endings: Mutex<Vec<Ending>>,
}

/// A call for the end of sessions of a user, all but one.
#[derive(Debug)]
struct Ending {
    user: UserId,
    except: Option<String>,
    /// Until when it may reach sessions that begin. `None` while it is under way.
    until: Option<Instant>,
}

/// For how long a step whose answer was lost may still be on its way.
const LATE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Record {
    user: UserId,
    /// When its login was acknowledged.
    started: Option<Instant>,
    /// Somebody has called for its end, acknowledged or not.
    pub(crate) end_begun: bool,
    /// When its end was acknowledged.
    pub(crate) ended: Option<Instant>,
    pub(crate) stolen: bool,
    /// Why its tokens are refused, as the first refusal said.
    why: Option<&'static str>,
    /// The token of each generation.
    tokens: HashMap<u64, String>,
    rotated: HashSet<u64>,
    /// When the generation after it was acknowledged, in seconds of the run.
    replaced: HashMap<u64, u64>,
    /// The longest that a page of the last burst took, in seconds of the run.
    pub(crate) slowest: u64,
    /// When the burst that is under way began.
    pub(crate) burst: Option<u64>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Records {
    pub(crate) fn count(&self, what: &str) {
        *lock(&self.counts).entry(what.into()).or_default() += 1;
    }

    pub(crate) fn report(&self) -> String {
        let counts = lock(&self.counts);
        let counts = counts.iter().map(|(what, count)| format!("{count} {what}"));
        counts.collect::<Vec<_>>().join(", ")
    }

    /// Before the login is asked for.
    pub(crate) fn begin(&self, name: &str, user: &UserId) {
        let mut endings = lock(&self.endings);
        endings.retain(|it| it.until.is_none_or(|until| Instant::now() < until));
        let may_end = |it: &Ending| it.user == *user && it.except.as_deref() != Some(name);
        let record = Record {
            user: user.clone(),
            started: None,
            end_begun: endings.iter().any(may_end),
            ended: None,
            stolen: false,
            why: None,
            tokens: HashMap::new(),
            rotated: HashSet::new(),
            replaced: HashMap::new(),
            slowest: 0,
            burst: None,
        };
        lock(&self.sessions).insert(name.into(), record);
    }

    pub(crate) fn with<T>(&self, name: &str, look: impl FnOnce(&mut Record) -> T) -> T {
        let mut sessions = lock(&self.sessions);
        look(sessions.get_mut(name).unwrap_or_else(|| panic!("{name} never began")))
    }

    pub(crate) fn started(&self, name: &str, token: &str) {
        self.with(name, |record| {
            record.started = Some(Instant::now());
            record.tokens.insert(1, token.into());
        });
    }

    pub(crate) fn is_known(&self, name: &str) -> bool {
        lock(&self.sessions).get(name).is_some_and(|record| record.started.is_some())
    }

    /// The acknowledged sessions of a user that fit.
    pub(crate) fn names(&self, user: &UserId, fits: impl Fn(&Record) -> bool) -> Vec<String> {
        let sessions = lock(&self.sessions);
        let of_user = sessions.iter().filter(|(_, it)| it.user == *user && it.started.is_some());
        of_user.filter(|(_, record)| fits(record)).map(|(name, _)| name.clone()).collect()
    }

    /// The acknowledged sessions of a user, and whether their end was acknowledged.
    pub(crate) fn of_user(&self, user: &UserId) -> Vec<(String, bool)> {
        let sessions = lock(&self.sessions);
        let of_user = sessions.iter().filter(|(_, it)| it.user == *user && it.started.is_some());
        of_user.map(|(name, record)| (name.clone(), record.ended.is_some())).collect()
    }

    /// Somebody calls for the end of sessions of a user, all but one.
    pub(crate) fn ending(&self, user: &UserId, except: Option<&str>) {
        let mut endings = lock(&self.endings);
        let (of, but) = (user.clone(), except.map(str::to_owned));
        endings.push(Ending { user: of, except: but, until: None });
        for (name, record) in lock(&self.sessions).iter_mut() {
            record.end_begun |= record.user == *user && except != Some(name);
        }
    }

    /// That call, which began then, was acknowledged. If it was made more than once, one of them may
    /// still be under way.
    pub(crate) fn all_ended(
        &self,
        user: &UserId,
        except: Option<&str>,
        call: Instant,
        is_repeated: bool,
    ) {
        let mut endings = lock(&self.endings);
        let is_it =
            |it: &Ending| it.user == *user && it.except.as_deref() == except && it.until.is_none();
        if let Some(at) = endings.iter().position(is_it) {
            match is_repeated {
                true => endings[at].until = Some(Instant::now() + LATE),
                false => drop(endings.swap_remove(at)),
            }
        }
        for (name, record) in lock(&self.sessions).iter_mut() {
            let before = record.started.is_some_and(|started| started < call);
            if record.user == *user && except != Some(name) && before {
                record.ended.get_or_insert_with(Instant::now);
            }
        }
    }
}

impl Record {
    /// Whether it must be alive: neither ended nor robbed.
    pub(crate) const fn stands(&self) -> bool {
        !self.end_begun && !self.stolen && self.ended.is_none()
    }

    /// A refresh token was handed out.
    pub(crate) fn given(&mut self, generation: u64, token: &str, rotated: bool, seconds: u64) {
        let known = self.tokens.entry(generation).or_insert_with(|| token.into());
        assert_eq!(known, token, "generation {generation} has two tokens");
        if rotated {
            assert!(self.rotated.insert(generation), "{generation} was rotated to twice");
        }
        self.replaced.entry(generation - 1).or_insert(seconds);
    }

    /// A token was refused.
    pub(crate) fn refused(&mut self, why: &'static str) {
        let first = *self.why.get_or_insert(why);
        assert_eq!(first, why, "each refusal has one reason: {self:?}");
        assert_ne!(why, "expired", "it is gone: {self:?}");
    }

    /// For how long the token of this generation has been replaced, at least.
    pub(crate) fn replaced_for(&self, generation: u64, seconds: u64) -> u64 {
        self.replaced.get(&generation).map_or(0, |since| seconds.saturating_sub(*since))
    }
}
