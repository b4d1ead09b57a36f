//! One browser: it logs in, refreshes in bursts, loses answers, is robbed, and logs out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jwt_pair::UserId;
use jwt_pair_sessions::{Login, Refreshed, Renewal, SessionError, shown};
use tokio::task::JoinSet;

use super::random::Random;
use super::{APART, World};
use crate::rows::WINDOW;
use crate::{TestStore, unique};

/// Twice this delay, the difference of the clocks and their whole seconds, on both sides, are a window.
pub(super) const TOO_SLOW: u64 = (WINDOW.as_secs() - APART - 2) / 2;

/// What a refresh came to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Kept,
    Given(String),
    Over,
}

pub(crate) struct Browser<S> {
    pub(crate) world: Arc<World<S>>,
    pub(super) user: UserId,
    random: Random,
    /// The session and its cookie.
    session: Option<(String, String)>,
}

impl<S: TestStore> Browser<S> {
    pub(crate) const fn new(world: Arc<World<S>>, user: UserId, seed: u64) -> Self {
        Self { world, user, random: Random(seed), session: None }
    }

    const fn below(&mut self, bound: u64) -> u64 {
        self.random.below(bound)
    }

    pub(super) fn any_instance(&mut self) -> usize {
        usize::try_from(self.below(3)).unwrap_or(0)
    }

    pub(crate) async fn act(&mut self) {
        let Some((name, _)) = self.session.clone() else { return self.log_in().await };
        match self.below(1_000) {
            0..10 => self.log_out(&name).await,
            10..14 => self.end_all(None).await,
            14..22 => self.end_all(Some(&name)).await,
            22..47 => self.is_robbed(&name).await,
            47..67 => self.look_at_list().await,
            67..70 => self.purge().await,
            70..500 => {
                let tabs = self.below(6) + 1;
                self.load_pages(&name, tabs).await;
            }
            _ => {
                // Mostly so long that there are bursts on both sides of the window's end.
                let seconds = self.below(WINDOW.as_secs() / 2) + self.below(WINDOW.as_secs());
                self.world.sleep(seconds).await;
            }
        }
    }

    async fn log_in(&mut self) {
        let (name, at) = (unique("soak"), self.any_instance());
        self.world.records.begin(&name, &self.user);
        let world = Arc::clone(&self.world);
        let login = Login::new(&self.user, "customer").session_id(&name);
        // Sometimes the answer is lost, and the login is tried again under its name.
        let tries = if self.below(5) == 0 { 2 } else { 1 };
        for _ in 0..tries {
            let (started, waited, _) =
                until_answered(&world, || world.instance(at).start(&login, world.now(at))).await;
            match started {
                Ok(started) => {
                    let token = started.pair.refresh.token;
                    world.records.started(&name, &token);
                    self.session = Some((name.clone(), token));
                }
                Err(SessionError::SessionExists) => {
                    let ended = world.records.with(&name, |record| record.end_begun);
                    assert!(ended || waited >= 200, "{name} was begun a moment ago");
                    self.session = None;
                }
                Err(error) => panic!("{name}: {error:?}"),
            }
        }
        world.records.count("logins");
    }

    /// Pages that refresh at once, on any instance. Some answers are lost, and then the page asks
    /// again.
    async fn load_pages(&mut self, name: &str, tabs: u64) {
        let Some((_, cookie)) = self.session.clone() else { return };
        let began = self.world.seconds();
        self.world.records.with(name, |record| (record.slowest, record.burst) = (0, Some(began)));
        let mut tasks = JoinSet::new();
        for _ in 0..tabs {
            let (at, lost) = (self.any_instance(), self.below(20) == 0);
            let (world, name, cookie) = (Arc::clone(&self.world), name.to_owned(), cookie.clone());
            tasks.spawn(async move {
                let begun = world.seconds();
                let mut outcome = refresh(&world, at, &name, &cookie).await;
                if lost {
                    world.records.count("lost answers");
                    outcome = refresh(&world, at + 1, &name, &cookie).await;
                }
                let took = world.seconds() - begun;
                world.records.with(&name, |record| record.slowest = record.slowest.max(took));
                outcome
            });
        }
        let mut is_over = false;
        while let Some(outcome) = tasks.join_next().await {
            match outcome.unwrap_or_else(|failed| std::panic::resume_unwind(failed.into_panic())) {
                Outcome::Kept => {}
                Outcome::Given(token) => {
                    if let Some((_, cookie)) = &mut self.session {
                        *cookie = token;
                    }
                }
                Outcome::Over => is_over = true,
            }
        }
        // When all have been answered, it is known how slow the store was.
        if is_over {
            self.is_out_for_a_reason(name);
            self.session = None;
        }
        self.world.records.with(name, |record| record.burst = None);
    }

    fn is_out_for_a_reason(&self, name: &str) {
        self.world.records.with(name, |record| {
            let too_slow = record.slowest >= TOO_SLOW;
            if record.end_begun || record.stolen {
                self.world.records.count("out for a reason");
            } else {
                assert!(too_slow, "{name} is honest, and was logged out: {record:?}");
                self.world.records.count("out since the store was too slow");
            }
        });
    }

    /// The cookie is copied, and the thief comes a few times.
    async fn is_robbed(&mut self, name: &str) {
        let Some((_, cookie)) = self.session.clone() else { return };
        self.world.records.with(name, |record| record.stolen = true);
        self.world.records.count("thefts");
        let mut held = cookie;
        for _ in 0..self.below(4) {
            let (seconds, at) = (self.below(2 * WINDOW.as_secs()), self.any_instance());
            self.world.sleep(seconds).await;
            match refresh(&self.world, at, name, &held).await {
                Outcome::Kept => {}
                Outcome::Given(token) => held = token,
                Outcome::Over => return,
            }
            if self.below(2) == 0 {
                self.load_pages(name, 2).await;
            }
        }
    }

    async fn log_out(&mut self, name: &str) {
        let Some((_, cookie)) = self.session.take() else { return };
        let (world, at) = (Arc::clone(&self.world), self.any_instance());
        world.records.with(name, |record| record.end_begun = true);
        let by_name = self.below(2) == 0;
        let logout = until_answered(&world, || async {
            let sessions = world.instance(at);
            if by_name {
                sessions.revoke(name, world.now(at)).await
            } else {
                sessions.logout(&cookie, world.now(at)).await
            }
        });
        // Sometimes two pages are loaded at the same moment: they come before it or after it.
        let (ended, ..) = if self.below(2) == 0 {
            let page = |at| refresh(&world, at, name, &cookie);
            tokio::join!(logout, page(at + 1), page(at + 2)).0
        } else {
            logout.await
        };
        ended.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        world.records.with(name, |record| {
            record.ended.get_or_insert_with(Instant::now);
        });
        world.records.count("logouts");
        // Whoever still has the cookie is refused from now on.
        assert_eq!(refresh(&world, at + 1, name, &cookie).await, Outcome::Over);
    }

    /// Ends all sessions of the user, or all but this browser's, while the others go on.
    async fn end_all(&mut self, except: Option<&str>) {
        let (world, at) = (Arc::clone(&self.world), self.any_instance());
        let call = Instant::now();
        world.records.ending(&self.user, except);
        let (ended, _, tries) = until_answered(&world, || async {
            let (sessions, now) = (world.instance(at), world.now(at));
            match except {
                Some(name) => sessions.revoke_others(&self.user, name, now).await,
                None => sessions.revoke_user(&self.user, now).await,
            }
        })
        .await;
        ended.unwrap_or_else(|error| panic!("{error:?}"));
        world.records.all_ended(&self.user, except, call, tries > 1);
        world.records.count(if except.is_some() { "ends of others" } else { "ends of all" });
    }
}

/// One refresh, held against all that was acknowledged.
async fn refresh<S: TestStore>(world: &World<S>, at: usize, name: &str, token: &str) -> Outcome {
    let (sessions, begun) = (world.instance(at), Instant::now());
    let claims = sessions.issuer().verify_refresh(token, world.now(at));
    let claims = claims.expect("a run is shorter than a refresh token's life");
    let generation = shown(&claims).expect("the store's own").generation;
    let seconds = world.seconds();
    let renewal = Renewal::new("customer");
    let (refreshed, ..) =
        until_answered(world, || sessions.refresh(&claims, &renewal, world.now(at))).await;
    let (next, what) = match &refreshed {
        Ok(Refreshed::Rotated(pair)) => (Some(&pair.refresh.token), "rotated"),
        Ok(Refreshed::Repeated(pair)) => (Some(&pair.refresh.token), "repeated"),
        Ok(_) => (None, "kept"),
        Err(SessionError::Revoked(_)) => (None, "revoked"),
        Err(SessionError::Reuse(_)) => (None, "reuse"),
        Err(SessionError::Ahead(row)) => panic!("a rotation was lost: {token} on {row:?}"),
        Err(error) => panic!("{name}: {error:?}"),
    };
    world.records.count(what);
    world.records.with(name, |record| {
        if let Some(why) = refreshed.as_ref().err().and_then(SessionError::reason) {
            record.refused(why);
        }
        if refreshed.is_ok() {
            let before = record.ended.is_some_and(|ended| ended < begun);
            assert!(!before, "{name} gave out a token after its end was acknowledged");
            let replaced = record.replaced_for(generation, seconds);
            assert!(replaced < WINDOW.as_secs() + APART + 2, "replaced {replaced} s ago");
        }
        if let Some(next) = next {
            let claims = sessions.issuer().verify_refresh(next, world.now(at)).expect("new");
            let generation = shown(&claims).expect("the store's own").generation;
            record.given(generation, next, what == "rotated", world.seconds());
        }
        if what == "reuse" {
            record.ended.get_or_insert_with(Instant::now);
        }
    });
    match (refreshed.is_ok(), next) {
        (false, _) => Outcome::Over,
        (true, None) => Outcome::Kept,
        (true, Some(next)) => Outcome::Given(next.clone()),
    }
}

/// Asks until the store answers; the answer, for how many seconds of the run it was asked, and how often.
pub(super) async fn until_answered<S: TestStore, T, F>(
    world: &World<S>,
    mut call: impl FnMut() -> F,
) -> (Result<T, SessionError<S::Error>>, u64, u64)
where
    F: Future<Output = Result<T, SessionError<S::Error>>>,
{
    let begun = world.seconds();
    let limit = Instant::now() + Duration::from_secs(60);
    for tries in 1.. {
        match call().await {
            Err(SessionError::Unavailable(error)) => {
                assert!(Instant::now() < limit, "it is away for a minute: {error:?}");
                world.records.count("unavailable");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            answer => return (answer, world.seconds() - begun, tries),
        }
    }
    unreachable!("2^64 tries")
}
