//! A process that is killed in the midst of its work loses nothing that it acknowledged.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[allow(dead_code, reason = "each test program uses some of it")]
mod child;

use std::collections::HashMap;
use std::sync::Arc;

use jwt_pair_sessions::{Login, Refreshed, Renewal, Session, SessionStore as _, Sessions};
use jwt_pair_sqlite::SqliteStore;

use self::child::{Process, file, say, sessions, time_of};

const SESSIONS: usize = 8;
const KILLS: usize = 10;

/// What the child does until it is killed: each session is refreshed by two tabs at once, and others
/// log in and out.
#[tokio::test(flavor = "multi_thread")]
async fn child_process() {
    let Some(path) = file() else { return };
    let sessions = Arc::new(sessions(path));
    let mut tasks = tokio::task::JoinSet::new();
    for at in 0..SESSIONS {
        let sessions = Arc::clone(&sessions);
        tasks.spawn(async move {
            let row = sessions.store().load(&format!("chain-{at}")).await.expect("load");
            let row = row.expect("the parent made it");
            let mut token = current(&sessions, &row);
            for generation in row.generation.. {
                let tab = || tab(&sessions, &token, generation);
                let (one, other) = tokio::join!(tab(), tab());
                assert_eq!(one, other, "the chain has forked");
                token = one;
            }
        });
    }
    let revoker = Arc::clone(&sessions);
    tasks.spawn(async move {
        loop {
            let started = revoker.start(&Login::new(8, "customer"), time_of(0)).await;
            let name = started.expect("start").session.session_id;
            assert!(revoker.revoke(&name, time_of(0)).await.expect("revoke"));
            say(&format!("ended {name}"));
        }
    });
    if let Some(Err(failed)) = tasks.join_next().await {
        std::panic::resume_unwind(failed.into_panic());
    }
}

/// One tab: its next token, said aloud once it was acknowledged.
async fn tab(sessions: &Sessions<SqliteStore>, token: &str, generation: u64) -> String {
    let (next, kind) = refresh(sessions, token, generation).await;
    say(&format!("{kind} {token} {next}"));
    next
}

/// Shows a token of this generation when its window is over.
async fn refresh(
    sessions: &Sessions<SqliteStore>,
    token: &str,
    generation: u64,
) -> (String, &'static str) {
    let now = time_of(generation);
    let claims = sessions.issuer().verify_refresh(token, now).expect("it is new");
    let refreshed = sessions.refresh(&claims, &Renewal::new("customer"), now).await;
    let refreshed = refreshed.expect("an acknowledged step was lost");
    let kind = match &refreshed {
        Refreshed::Rotated(_) => "rotated",
        Refreshed::Repeated(_) => "repeated",
        other => panic!("a window has passed: {other:?}"),
    };
    (refreshed.refresh().expect("a window has passed").token.clone(), kind)
}

fn current(sessions: &Sessions<SqliteStore>, row: &Session) -> String {
    let renewal = Renewal::new("customer");
    let pair = row.issue(sessions.issuer(), &renewal, &Default::default(), row.rotated_at);
    pair.expect("it is current").refresh.token
}

/// What all children acknowledged.
#[derive(Default)]
struct Said {
    /// For each token that was shown, the next one, and how often it was said to be rotated.
    given: HashMap<String, (String, usize)>,
    ended: Vec<String>,
}

impl Said {
    fn add(&mut self, words: &[String]) {
        match words {
            [kind, name] if kind == "ended" => self.ended.push(name.clone()),
            [kind, token, next] => {
                let known = self.given.entry(token.clone()).or_insert((next.clone(), 0));
                known.1 += usize::from(kind == "rotated");
                assert_eq!(*known, (next.clone(), known.1.min(1)), "one next, rotated once");
            }
            other => panic!("{other:?}"),
        }
    }

    /// Whether each session has had five new tokens since, and a session was ended.
    fn goes_on(&self, tokens: usize, ended: usize) -> bool {
        self.given.len() >= tokens + 5 * SESSIONS && self.ended.len() > ended
    }
}

#[test]
fn ten_kills_lose_nothing_that_was_acknowledged() {
    if file().is_some() {
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("sessions.db");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut last = Vec::new();
    {
        let sessions = sessions(&path);
        for at in 0..SESSIONS {
            let name = format!("chain-{at}");
            let login = Login::new(7, "customer").session_id(&name);
            let started = runtime.block_on(sessions.start(&login, time_of(0)));
            last.push((started.expect("start").pair.refresh.token, 1));
        }
    }
    let mut said = Said::default();
    for kill in 0..KILLS {
        // In every second round another process has the file open, and the log needs no recovery.
        let witness = (kill % 2 == 0).then(|| sessions(&path));
        let mut child = Process::start("child_process", &path);
        let (tokens, ended) = (said.given.len(), said.ended.len());
        while !said.goes_on(tokens, ended) {
            said.add(&child.read().expect("it goes on until it is killed"));
        }
        for _ in 0..17 * kill {
            said.add(&child.read().expect("it goes on until it is killed"));
        }
        for words in child.kill() {
            said.add(&words);
        }
        drop(witness);

        let sessions = sessions(&path);
        runtime.block_on(async {
            for (at, (token, generation)) in last.iter_mut().enumerate() {
                while let Some((next, _)) = said.given.get(token.as_str()) {
                    token.clone_from(next);
                    *generation += 1;
                }
                let row = sessions.store().load(&format!("chain-{at}")).await.expect("load");
                let row = row.expect("the parent made it");
                // One more may have been rotated and not been acknowledged.
                let ahead = row.generation.checked_sub(*generation);
                let kind = match ahead.expect("an acknowledged rotation was lost") {
                    0 => "rotated",
                    1 => "repeated",
                    more => panic!("{more} rotations that nobody was told of"),
                };
                let (next, as_it_was) = refresh(&sessions, token, *generation).await;
                assert_eq!(as_it_was, kind);
                said.add(&[kind.to_owned(), token.clone(), next]);
            }
            for name in &said.ended {
                let row = sessions.store().load(name).await.expect("load").expect("it is there");
                assert!(row.ended.is_some(), "{name}: its end was acknowledged");
            }
        });
    }
    eprintln!("{KILLS} kills: {} tokens, {} ends", said.given.len(), said.ended.len());
}
