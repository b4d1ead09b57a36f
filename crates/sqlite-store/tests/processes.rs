//! Two processes on one file are one store.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[allow(dead_code, reason = "each test program uses some of it")]
mod child;

use std::io::BufRead as _;
use std::sync::Arc;

use jwt_pair_sessions::{Login, Refreshed, Renewal, SessionStore as _};
use jwt_pair_sqlite::{SqliteOptions, SqliteStore};
use jwt_pair_store_tests::race;

use self::child::{Process, file, say, sessions, time_of};

const TABS: usize = 8;
const ROUNDS: u64 = 100;

/// Refreshes each token that it reads, by eight tabs at once, until its input ends.
#[tokio::test(flavor = "multi_thread")]
async fn child_process() {
    let Some(path) = file() else { return };
    let sessions = Arc::new(sessions(path));
    say("ready");
    for (round, line) in std::io::stdin().lock().lines().enumerate() {
        let token: Arc<str> = line.expect("a line").into();
        let now = time_of(round as u64 + 1);
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..TABS {
            let (sessions, token) = (Arc::clone(&sessions), Arc::clone(&token));
            tasks.spawn(async move {
                let claims = sessions.issuer().verify_refresh(&token, now).expect("it is new");
                let refreshed = sessions.refresh(&claims, &Renewal::new("customer"), now).await;
                match refreshed.expect("nobody is logged out by a race") {
                    Refreshed::Rotated(pair) => format!("rotated {}", pair.refresh.token),
                    Refreshed::Repeated(pair) => format!("repeated {}", pair.refresh.token),
                    other => panic!("a window has passed: {other:?}"),
                }
            });
        }
        for said in tasks.join_all().await {
            say(&said);
        }
    }
}

/// Both are shown one token at once, round after round: it is rotated once, and all tabs of both are
/// given one next token.
#[test]
fn a_token_is_rotated_once_by_two_processes() {
    if file().is_some() {
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("sessions.db");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mine = sessions(&path);
    let started = runtime.block_on(mine.start(&Login::new(7, "customer"), time_of(0)));
    let started = started.expect("start");
    let mut token = started.pair.refresh.token;
    let mut processes = [0, 1].map(|_| Process::start("child_process", &path));
    for process in &mut processes {
        assert_eq!(process.read().expect("it runs"), ["ready"]);
    }
    let mut won = [0, 0];
    for round in 1..=ROUNDS {
        for process in &mut processes {
            process.write(&token);
        }
        let mut next = None;
        let mut rotated = 0;
        for (at, process) in processes.iter_mut().enumerate() {
            for _ in 0..TABS {
                let words = process.read().expect("it answers");
                let [kind, given] = words.as_slice() else { panic!("{words:?}") };
                rotated += usize::from(kind == "rotated");
                won[at] += usize::from(kind == "rotated");
                assert_eq!(given, next.get_or_insert_with(|| given.clone()), "round {round}");
            }
        }
        assert_eq!(rotated, 1, "round {round}");
        token = next.expect("16 answers");
    }
    let name = &started.session.session_id;
    let row = runtime.block_on(mine.store().load(name)).expect("load").expect("it is there");
    assert_eq!(row.generation, 1 + ROUNDS);
    eprintln!("rotations by each process: {won:?}");
}

/// The suite's races hold while another process writes without pause.
#[test]
fn the_races_hold_beside_another_process() {
    if file().is_some() {
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("sessions.db");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    drop(sessions(&path));
    let mut other = Process::start("writing_child", &path);
    assert_eq!(other.read().expect("it runs"), ["ready"]);
    runtime.block_on(async {
        let options = SqliteOptions::new();
        let open = || SqliteStore::open(&path, &options).expect("a file");
        let now = time_of(0);
        race::one_insert_wins(open(), now).await;
        race::no_step_after_an_end(open(), now).await;
        race::no_session_outlives_end_user(open(), now).await;
        race::the_spared_session_is_never_touched(open(), now).await;
        race::one_theft_of_64(open(), now).await;
        race::one_rotation_of_64(open(), now, 50).await;
    });
    let said = other.kill();
    assert!(said.len() > 10, "it wrote {} times", said.len());
}

#[tokio::test]
async fn writing_child() {
    let Some(path) = file() else { return };
    let sessions = sessions(path);
    say("ready");
    loop {
        let started = sessions.start(&Login::new(9, "customer"), time_of(0)).await;
        let name = started.expect("start").session.session_id;
        say(&name);
        assert!(sessions.revoke(&name, time_of(0)).await.expect("revoke"));
    }
}
