//! Users of a fleet: they log in, refresh in bursts of three, lose answers, are robbed, log out.
//!
//! In: a fleet. Out: nothing; each answer is held against what was acknowledged before, and the
//! fleet keeps the counts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::Random;
use crate::fleet::Fleet;
use crate::http::{OF_PAGE, request};
use crate::service::PASSWORD;

/// For how long after a rotation the token before is answered.
pub const WINDOW: Duration = Duration::from_secs(30);

/// What became of a user, as the service has acknowledged it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Stands,
    LoggedOut,
    Stolen,
    /// Refused, and nobody had a right to.
    Out,
}

/// A session as its owner knows it.
#[derive(Debug)]
struct Owner {
    session_id: String,
    cookie: String,
    end: End,
}

/// How many users, and in how much time they come.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// How many.
    pub users: usize,
    /// In how much time all have logged in.
    pub ramp: Duration,
}

/// Runs all users from their login to the last check.
pub async fn run(fleet: &Arc<Fleet>, load: Load) {
    let mut users = JoinSet::new();
    for user in 0..load.users {
        let fleet = Arc::clone(fleet);
        let share = u32::try_from(user).unwrap_or(u32::MAX);
        let wait = load.ramp * share / u32::try_from(load.users).unwrap_or(u32::MAX);
        users.spawn(async move {
            sleep(wait).await;
            live(&fleet, user).await
        });
    }
    let mut owners = Vec::new();
    while let Some(owner) = users.join_next().await {
        match owner {
            Ok(owner) => owners.extend(owner),
            Err(error) => fleet.broke(format!("a user's task: {error}")),
        }
    }
    let mut checks = JoinSet::new();
    for owner in owners {
        let fleet = Arc::clone(fleet);
        checks.spawn(async move { is_as_acknowledged(&fleet, owner).await });
    }
    checks.join_all().await;
}

/// One user, from the login until the session has its end, or stays.
async fn live(fleet: &Fleet, user: usize) -> Option<Owner> {
    let mut random = Random(user as u64);
    let mut owner = log_in(fleet, user, &mut random).await?;
    let first = owner.cookie.clone();
    for _ in 0..2 {
        sleep(WINDOW + Duration::from_millis(1_000 + random.below(3_000))).await;
        burst(fleet, &mut owner, &mut random).await;
        if owner.end == End::Out {
            return Some(owner);
        }
    }
    match random.below(100) {
        0..10 => {
            sleep(WINDOW + Duration::from_secs(2)).await;
            is_robbed(fleet, &mut owner, &first).await;
        }
        10..45 => log_out(fleet, &mut owner, &mut random).await,
        _ => fleet.count("sessions that stay"),
    }
    Some(owner)
}

fn is_lost(random: &mut Random) -> bool {
    random.below(100) < 5
}

/// After a lost answer the session that it named is nobody's.
async fn log_in(fleet: &Fleet, user: usize, random: &mut Random) -> Option<Owner> {
    let body = format!("{{\"name\":\"user-{user}\",\"password\":\"{PASSWORD}\"}}");
    let text = request("POST", "/auth/login", &OF_PAGE, &body);
    let answer = fleet.ask_and_lose(&text, is_lost(random)).await?;
    let session_id = answer.member("session_id").map(str::to_owned);
    let (200, Some(session_id), Some(cookie)) = (answer.status, session_id, answer.cookie) else {
        fleet.broke(format!("a login is answered with {}", answer.status));
        return None;
    };
    fleet.count("logins");
    Some(Owner { session_id, cookie, end: End::Stands })
}

fn refresh(owner: &Owner, cookie: &str) -> String {
    let [with, site] = OF_PAGE;
    let body = format!("{{\"session_id\":\"{}\"}}", owner.session_id);
    request("POST", "/auth/refresh", &[with, site, ("Cookie", cookie)], &body)
}

/// Three tabs at once, with the cookie that the browser has.
async fn burst(fleet: &Fleet, owner: &mut Owner, random: &mut Random) {
    let begun = Instant::now();
    let text = refresh(owner, &owner.cookie);
    let mut tab = || fleet.ask_and_lose(&text, is_lost(random));
    let (a, b, c) = tokio::join!(tab(), tab(), tab());
    for answer in [a, b, c].into_iter().flatten() {
        match (answer.status, answer.cookie) {
            (200, Some(cookie)) => {
                fleet.count("refreshes with a cookie");
                owner.cookie = cookie;
            }
            (200, None) => fleet.count("refreshes without a cookie"),
            (401, cookie) => {
                owner.end = End::Out;
                let reason = reason_in(&answer.body);
                fleet.count(&format!("401 for somebody honest, reason {reason}"));
                if cookie.is_some() {
                    fleet.broke("a refusal sets a cookie".into());
                }
            }
            (status, _) => fleet.broke(format!("a refresh is answered with {status}")),
        }
    }
    if owner.end == End::Out {
        // The promise holds as long as an answer takes less than the window. Clocks have whole seconds.
        let is_slow = begun.elapsed() + Duration::from_secs(2) >= WINDOW;
        let what =
            if is_slow { "honest and out: slower than the window" } else { "honest and out" };
        fleet.count(what);
    }
}

fn reason_in(body: &str) -> &str {
    let reason = body.split_once("\"reason\":\"").and_then(|(_, rest)| rest.split('"').next());
    reason.unwrap_or("none")
}

/// A thief shows the token of the login, which was replaced twice. Then the owner is refused too.
async fn is_robbed(fleet: &Fleet, owner: &mut Owner, old: &str) {
    for (who, cookie) in [("a thief", old), ("the owner after a theft", &owner.cookie)] {
        let Some(answer) = fleet.ask(&refresh(owner, cookie)).await else { return };
        let reason = reason_in(&answer.body);
        fleet.count(&format!("{who}: {}, reason {reason}", answer.status));
        if (answer.status, reason) != (401, "stolen") {
            fleet.count("thefts that were not noticed");
        }
    }
    owner.end = End::Stolen;
}

async fn log_out(fleet: &Fleet, owner: &mut Owner, random: &mut Random) {
    let [with, site] = OF_PAGE;
    let headers = [with, site, ("Cookie", owner.cookie.as_str())];
    let text = request("POST", "/auth/logout", &headers, "");
    let Some(answer) = fleet.ask_and_lose(&text, is_lost(random)).await else { return };
    if answer.status == 204 {
        fleet.count("acknowledged logouts");
        owner.end = End::LoggedOut;
    } else {
        fleet.broke(format!("a logout is answered with {}", answer.status));
    }
}

/// When all is over: who stands is answered, and whoever has ended is refused.
async fn is_as_acknowledged(fleet: &Fleet, owner: Owner) {
    let Some(answer) = fleet.ask(&refresh(&owner, &owner.cookie)).await else { return };
    let reason = reason_in(&answer.body);
    match (owner.end, answer.status, reason) {
        (End::Stands, 200, _) => fleet.count("at the end: stands, as acknowledged"),
        (End::LoggedOut, 401, "ended") => fleet.count("at the end: logged out, as acknowledged"),
        (End::Stolen, 401, "stolen") => fleet.count("at the end: ended by the theft"),
        (End::Stands, 401, _) => {
            fleet.count(&format!("401 for somebody honest, reason {reason}"));
            fleet.count("honest and out");
        }
        // Without a row the reason is another, and the session does not stand either.
        (End::LoggedOut, 401, _) => fleet.count(&format!("after a logout: reason {reason}")),
        (End::LoggedOut, 200, _) => fleet.count("acknowledged logouts that were undone"),
        (End::Stolen, 200 | 401, _) => fleet.count("thefts that were not noticed"),
        (End::Out, _, _) => {}
        (_, status, _) => fleet.broke(format!("the last refresh is answered with {status}")),
    }
}
