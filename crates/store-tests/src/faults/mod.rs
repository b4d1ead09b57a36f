//! A server that dies, hangs or loses answers, and what its callers see meanwhile.

mod load;

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_sessions::{
    Login, Refreshed, Renewal, Session, SessionError, SessionPolicy, Sessions,
};
use tokio::task::{JoinSet, block_in_place};

use self::load::{Load, SESSIONS};
use crate::TestStore;
use crate::rows::{WINDOW, after};
use crate::servers::{Proxy, Server};

/// Kills the server in the middle of load and starts it again, so many times: no rotation and no
/// revocation that was acknowledged is lost, no token is rotated twice, every call ends within
/// `bound`, and the same store goes on by itself.
pub async fn kill_under_load<S: TestStore>(
    server: &mut impl Server,
    store: S,
    bound: Duration,
    kills: usize,
) {
    let load = Arc::new(Load::new(store, bound));
    let mut tasks = JoinSet::new();
    for at in 0..SESSIONS {
        let (_, token) = login(&load.sessions).await;
        let load = Arc::clone(&load);
        tasks.spawn(async move { load.refresh_on(at, token).await });
    }
    let revoker = Arc::clone(&load);
    tasks.spawn(async move { revoker.log_in_and_out().await });

    for kill in 0..kills {
        load.wait_for_progress(&mut tasks).await;
        tokio::time::sleep(Duration::from_millis(17 * (kill as u64 + 1))).await;
        block_in_place(|| server.kill());
        // Somebody asks while it is down.
        tokio::time::sleep(Duration::from_millis(150)).await;
        block_in_place(|| server.restart());
    }
    load.wait_for_progress(&mut tasks).await;
    load.stop.store(true, Ordering::SeqCst);
    tasks.join_all().await;

    let ended = load.ended.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for name in &ended {
        let row = load.sessions.store().load(name).await.expect("it is running");
        assert!(row.is_some_and(|row| row.ended.is_some()), "{name}: its end was acknowledged");
    }
    let unavailable = load.unavailable.load(Ordering::SeqCst);
    assert!(unavailable >= kills, "{unavailable} calls in {kills} kills met a server that is down");
    eprintln!(
        "{kills} kills: {} tokens, {} ends, none lost; {unavailable} calls found no server",
        load.given.lock().unwrap_or_else(PoisonError::into_inner).len(),
        ended.len()
    );
}

/// A server that holds its connections and answers nothing: calls end within `bound` with
/// Unavailable, and the same store goes on once the server does.
pub async fn pause<S: TestStore>(server: &impl Server, store: S, bound: Duration) {
    let sessions = sessions(store);
    let (_, token) = login(&sessions).await;
    let later = after(now(), WINDOW.as_secs());
    server.pause();
    let start = Instant::now();
    for _ in 0..3 {
        let refused = refresh(&sessions, &token, later).await;
        assert!(matches!(refused, Err(SessionError::Unavailable(_))));
    }
    let took = start.elapsed();
    server.resume();
    assert!(took < bound * 3, "three calls took {took:?}");
    let next = eventually(&sessions, &token, later, bound).await;
    let again = refresh(&sessions, &token, later).await.expect("it is running");
    assert!(matches!(again, Refreshed::Repeated(_)), "{again:?}");
    assert_eq!(again.refresh(), next.refresh());
}

/// The step is taken and its answer is lost, on a connection that stays open and silent: the same
/// token, presented again, is answered with the token that was lost.
pub async fn lost_answer<S: TestStore>(proxy: &Proxy, store: S, bound: Duration) {
    let sessions = sessions(store);
    let (session, token) = login(&sessions).await;
    let start = now();
    let at = |round: u64| after(start, round * WINDOW.as_secs());
    // The first refresh of all may take more than one trip.
    let first = refresh(&sessions, &token, at(1)).await.expect("it is running");
    let token = first.refresh().expect("a window has passed").token.clone();
    proxy.lose_answers();
    let lost = refresh(&sessions, &token, at(2)).await;
    assert!(matches!(lost, Err(SessionError::Unavailable(_))), "{lost:?}");
    let answer = eventually(&sessions, &token, at(2), bound).await;
    assert!(matches!(answer, Refreshed::Repeated(_)), "the step was taken before: {answer:?}");
    let row = sessions.store().load(&session.session_id).await.expect("it is running");
    let row = row.expect("it was inserted");
    assert_eq!(row.generation, 3, "and only once");
    let renewal = Renewal::new("customer");
    let lost = row.issue(sessions.issuer(), &renewal, &Default::default(), at(2));
    assert_eq!(answer.refresh(), Some(&lost.expect("as before").refresh));
}

/// Tries until the store is available: it must be so soon.
async fn eventually<S: TestStore>(
    sessions: &Sessions<S>,
    token: &str,
    now: UnixTime,
    bound: Duration,
) -> Refreshed {
    let start = Instant::now();
    loop {
        match refresh(sessions, token, now).await {
            Ok(refreshed) => return refreshed,
            Err(SessionError::Unavailable(_)) => {}
            Err(error) => panic!("nobody is logged out by an outage: {error:?}"),
        }
        assert!(start.elapsed() < bound * 5, "it did not recover by itself");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn login<S: TestStore>(sessions: &Sessions<S>) -> (Session, String) {
    let started = sessions.start(&Login::new(7, "customer"), now()).await;
    let started = started.expect("it is running");
    (started.session, started.pair.refresh.token)
}

async fn refresh<S: TestStore>(
    sessions: &Sessions<S>,
    token: &str,
    now: UnixTime,
) -> Result<Refreshed, SessionError<S::Error>> {
    let claims = sessions.issuer().verify_refresh(token, now).expect("it is new");
    sessions.refresh(&claims, &Renewal::new("customer"), now).await
}

fn sessions<S: TestStore>(store: S) -> Sessions<S> {
    let key = Key::new(&[7; 32]).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    Sessions::new(issuer, store, SessionPolicy::new().window(WINDOW)).expect("5 minutes")
}

fn now() -> UnixTime {
    UnixTime::now().expect("a clock after 1970")
}
