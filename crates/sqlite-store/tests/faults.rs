//! A file that is locked, damaged or another's, and what callers see meanwhile.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::Duration;

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime, UserId};
use jwt_pair_sessions::{
    Decision, End, EndReason, EndUser, List, Login, Refresh, Renewal, Session, SessionError,
    SessionPolicy, SessionStore as _, Sessions, ShownToken, StoreError as _, StoreFault,
};
use jwt_pair_sqlite::{SqliteOptions, SqliteStore, SqliteStoreError};
use jwt_pair_store_tests::row;
use rusqlite::Connection;
use tempfile::TempDir;

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

fn at(seconds: u64) -> UnixTime {
    UnixTime::from_secs(NOW.as_secs() + seconds)
}

fn file() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("sessions.db");
    (directory, path)
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, &SqliteOptions::new()).expect("a file")
}

/// A row of user 1 in its third generation.
fn session(name: &str) -> Session {
    let mut session = row(name, &UserId::Integer(1), NOW);
    session.generation = 3;
    session
}

fn show(session: &Session, generation: u64, now: UnixTime) -> Refresh<'_> {
    let token = ShownToken { user_id: &session.user_id, generation, iat: session.rotated_at };
    let window = Duration::from_secs(300);
    Refresh {
        session_id: &session.session_id,
        token,
        now,
        window,
        expires_at: at(900),
        label: None,
    }
}

fn list_of(user_id: &UserId) -> List<'_> {
    List { user_id, after: None, limit: std::num::NonZeroUsize::MIN, now: NOW }
}

/// An executor of ten lines: the store needs nothing of any runtime.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(std::thread::current())).into();
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}

fn poll_once<T>(future: &mut Pin<Box<dyn Future<Output = T> + '_>>) -> Poll<T> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// A transaction of another process, which holds the lock for writing until it is dropped.
fn lock(path: &Path) -> Connection {
    let other = Connection::open(path).expect("a file");
    other.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
    other
}

/// Refusals, repeats and kept tokens take no lock: they are answered while another holds it. What
/// writes is Unavailable after the time that the options say.
#[test]
fn a_locked_file_is_read_and_not_written() {
    let (_directory, path) = file();
    let options = SqliteOptions::new().busy_timeout(Duration::from_millis(50));
    let store = SqliteStore::open(&path, &options).expect("a file");
    let (open, mut over) = (session("open"), session("over"));
    assert!(over.end(EndReason::Logout, NOW));
    for row in [&open, &over] {
        assert_eq!(block_on(store.insert(row, NOW)), Ok(true));
    }
    let other = lock(&path);
    for (row, generation, now, decision) in [
        (&open, 3, at(299), Decision::Keep),
        (&open, 2, at(299), Decision::Repeat),
        (&open, 3, at(9_000), Decision::Revoked),
        (&over, 3, at(300), Decision::Ended(EndReason::Logout)),
        (&session("absent"), 3, at(300), Decision::Revoked),
    ] {
        let verdict = block_on(store.refresh(&show(row, generation, now)));
        assert_eq!(verdict.map(|verdict| verdict.decision), Ok(decision));
    }
    assert_eq!(block_on(store.load("open")), Ok(Some(open.clone())));
    assert_eq!(block_on(store.list(&list_of(&1.into()))).map(|page| page.sessions.len()), Ok(1));

    for generation in [1, 3, 4] {
        let refused = block_on(store.refresh(&show(&open, generation, at(300))));
        assert_eq!(refused, Err(SqliteStoreError::Locked));
    }
    assert_eq!(block_on(store.insert(&session("new"), NOW)), Err(SqliteStoreError::Locked));
    assert_eq!(SqliteStoreError::Locked.fault(), StoreFault::Unavailable);
    drop(other);
    let verdict = block_on(store.refresh(&show(&open, 3, at(300)))).expect("it is free");
    assert_eq!(verdict.decision, Decision::Rotate);
}

/// A step that waits for the lock leaves the one thread of its executor to others, and is answered
/// when the lock is released.
#[tokio::test(flavor = "current_thread")]
async fn a_step_that_waits_blocks_no_executor() {
    let (_directory, path) = file();
    let store = Arc::new(open(&path));
    let other = lock(&path);
    let waits = Arc::clone(&store);
    let login = tokio::spawn(async move { waits.insert(&session("login"), NOW).await });
    for _ in 0..100 {
        assert_eq!(store.load("login").await, Ok(None));
        tokio::task::yield_now().await;
    }
    assert!(!login.is_finished(), "the lock is held");
    drop(other);
    assert_eq!(login.await.expect("no panic"), Ok(true));
}

/// A bounded number of steps waits; the next is refused at once, and those that wait are all taken.
#[test]
fn a_flood_is_refused_before_it_fills_the_memory() {
    let (_directory, path) = file();
    let store = open(&path);
    let other = lock(&path);
    let rows: Vec<_> = (0..10_000).map(|at| session(&format!("{at}"))).collect();
    let mut waiting: Vec<Pin<Box<dyn Future<Output = _>>>> = Vec::new();
    let mut refused = 0;
    for row in &rows {
        let mut insert: Pin<Box<dyn Future<Output = _>>> = Box::pin(store.insert(row, NOW));
        match poll_once(&mut insert) {
            Poll::Pending => waiting.push(insert),
            Poll::Ready(outcome) => {
                assert_eq!(outcome, Err(SqliteStoreError::Overloaded));
                refused += 1;
            }
        }
    }
    // What the thread has taken up waits with it.
    assert!((4_096..=4_096 + 256).contains(&waiting.len()), "{} wait", waiting.len());
    assert_eq!(refused, rows.len() - waiting.len());
    assert_eq!(block_on(store.load("0")), Ok(None), "reads are another queue's");
    drop(other);
    for insert in waiting {
        assert_eq!(block_on(insert), Ok(true));
    }
}

/// Neither a future that is dropped nor a store that is dropped takes back what was asked.
#[test]
fn a_step_goes_on_without_its_caller() {
    let (_directory, path) = file();
    let store = open(&path);
    let other = lock(&path);
    let row = session("left");
    {
        let mut insert: Pin<Box<dyn Future<Output = _>>> = Box::pin(store.insert(&row, NOW));
        assert!(poll_once(&mut insert).is_pending());
    }
    drop(store);
    drop(other);
    let store = open(&path);
    let start = std::time::Instant::now();
    while block_on(store.load("left")) != Ok(Some(row.clone())) {
        assert!(start.elapsed() < Duration::from_secs(20), "it was lost");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A row that this store did not write is an error in every step that reads it: nobody is let in.
#[test]
fn a_damaged_row_lets_nobody_in() {
    let (_directory, path) = file();
    let store = open(&path);
    let key = Key::new(&[7; 32]).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let sessions = Sessions::new(issuer, store, SessionPolicy::new()).expect("5 minutes");
    let hand = Connection::open(&path).expect("a file");
    hand.execute_batch("PRAGMA ignore_check_constraints = ON").expect("a pragma");
    let text = "CAST(x'ff' AS TEXT)";
    for (place, (column, damage)) in [
        ("user_id", "x'31'"),
        ("user_id", "1.5"),
        ("user_id", text),
        ("label", text),
        ("started_at", "-1"),
        ("generation", "-1"),
        ("rotated_at", "-1"),
        ("previous_rotated_at", "-9223372036854775808"),
        ("expires_at", "-1"),
        ("deadline", "-1"),
        ("ended_why", "'unheard of'"),
        ("ended_why", "''"),
        ("ended_why", "'logout'"),
        ("ended_at", "1"),
    ]
    .into_iter()
    .enumerate()
    {
        // A row with half an end lacks the other half.
        let damaged = match (column, damage) {
            ("ended_why", "'logout'") => "ended_at",
            ("ended_at", _) => "ended_why",
            (column, _) => column,
        };
        let damaged = SqliteStoreError::Damaged { column: damaged };
        let user: UserId = format!("user {place}").into();
        let login = Login::new(user.clone(), "customer");
        let started = block_on(sessions.start(&login, NOW)).expect("start");
        let name = started.session.session_id.as_str();
        let change = format!("UPDATE sessions SET {column} = {damage} WHERE session_id = ?1");
        assert_eq!(hand.execute(&change, [name]), Ok(1), "{change}");

        let refused = block_on(sessions.store().load(name));
        assert_eq!(refused, Err(damaged.clone()), "{change}");
        let token = &started.pair.refresh.token;
        let claims = sessions.issuer().verify_refresh(token, NOW).expect("new");
        let refused = block_on(sessions.refresh(&claims, &Renewal::new("customer"), at(300)));
        assert_eq!(refused, Err(SessionError::Unavailable(damaged.clone())), "{change}");
        let listed = block_on(sessions.store().list(&list_of(&user)));
        match column {
            // It is in no list of this user, or of those that are alive.
            "user_id" | "ended_why" | "expires_at" | "deadline" => {
                assert_eq!(listed.map(|page| page.sessions), Ok(vec![]), "{change}");
            }
            _ => assert_eq!(listed, Err(damaged), "{change}"),
        }
    }
}

/// The file says by its own rules what a row is, to whoever writes by hand.
#[test]
fn the_table_refuses_most_damage() {
    let (_directory, path) = file();
    let store = open(&path);
    assert_eq!(block_on(store.insert(&session("s"), NOW)), Ok(true));
    let hand = Connection::open(&path).expect("a file");
    for damage in [
        "user_id = x'31'",
        "user_id = 1.5",
        "label = NULL",
        "generation = -1",
        "generation = 'three'",
        "rotated_at = 1.5",
        "expires_at = -1",
        "ended_why = 'logout'",
        "ended_at = 1",
    ] {
        let change = hand.execute(&format!("UPDATE sessions SET {damage}"), []);
        let code = change.expect_err("it is damage").sqlite_error_code();
        assert_eq!(code, Some(rusqlite::ErrorCode::ConstraintViolation), "{damage}");
    }
}

/// Damaged pages are an error, and no session is found absent for them.
#[test]
fn a_damaged_file_is_unavailable() {
    let (_directory, path) = file();
    let store = open(&path);
    for at in 0..200 {
        assert_eq!(block_on(store.insert(&session(&format!("{at:03}")), NOW)), Ok(true));
    }
    drop(store);
    // The last connection to close copies the log into the file.
    let hand = Connection::open(&path).expect("a file");
    hand.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("a checkpoint");
    drop(hand);
    let mut bytes = std::fs::read(&path).expect("a file");
    bytes[4_096..].fill(0xa5);
    std::fs::write(&path, bytes).expect("a file");
    let store = open(&path);
    let damaged = Err(SqliteStoreError::Sqlite { code: 11 });
    for at in 0..200 {
        assert_eq!(block_on(store.load(&format!("{at:03}"))), damaged);
    }
    let end = EndUser { user_id: &1.into(), except: None, why: EndReason::All, at: NOW };
    assert_eq!(block_on(store.end_user(&end)), Err(SqliteStoreError::Sqlite { code: 11 }));
}

/// Files that are no store of this version stay as they are.
#[test]
fn a_file_of_another_is_left_alone() {
    let refused = |path: &Path| SqliteStore::open(path, &SqliteOptions::new()).map(|_| ());
    for (of_another, error) in [
        ("CREATE TABLE sessions (a)", SqliteStoreError::NotSessions),
        ("PRAGMA user_version = 1", SqliteStoreError::NotSessions),
        ("PRAGMA application_id = 7", SqliteStoreError::NotSessions),
        (
            "PRAGMA application_id = 0x6a777470; PRAGMA user_version = 3",
            SqliteStoreError::Newer { version: 3 },
        ),
        (
            "PRAGMA application_id = 0x6a777470; PRAGMA user_version = -1",
            SqliteStoreError::Newer { version: -1 },
        ),
    ] {
        let (_directory, path) = file();
        Connection::open(&path).expect("a file").execute_batch(of_another).expect("good SQL");
        let before = std::fs::read(&path).expect("a file");
        assert_eq!(refused(&path), Err(error), "{of_another}");
        assert_eq!(std::fs::read(&path).expect("a file"), before, "{of_another}");
    }
    let (directory, path) = file();
    std::fs::write(&path, "not a database, and longer than its header".repeat(100))
        .expect("a file");
    assert_eq!(refused(&path), Err(SqliteStoreError::Sqlite { code: 26 }));
    assert_eq!(refused(directory.path()), Err(SqliteStoreError::Sqlite { code: 14 }));
    let nowhere = directory.path().join("nowhere").join("sessions.db");
    assert_eq!(refused(&nowhere), Err(SqliteStoreError::Sqlite { code: 14 }));
    for no_file in [":memory:", ""] {
        assert_eq!(refused(Path::new(no_file)), Err(SqliteStoreError::NoWal));
    }
}

/// A number that has no room is the caller's error, and leaves the steps beside it alone.
#[test]
fn a_refused_step_takes_no_other_with_it() {
    let (_directory, path) = file();
    let store = open(&path);
    let other = lock(&path);
    let (good, mut bad) = (session("good"), session("bad"));
    bad.expires_at = UnixTime::from_secs(1 << 63);
    let mut first: Pin<Box<dyn Future<Output = _>>> = Box::pin(store.insert(&good, NOW));
    assert!(poll_once(&mut first).is_pending());
    let mut steps: Vec<Pin<Box<dyn Future<Output = _>>>> = Vec::new();
    for row in [&bad, &good, &bad] {
        let mut step: Pin<Box<dyn Future<Output = _>>> = Box::pin(store.insert(row, NOW));
        assert!(poll_once(&mut step).is_pending());
        steps.push(step);
    }
    drop(other);
    assert_eq!(block_on(first), Ok(true));
    let outcomes: Vec<_> = steps.into_iter().map(block_on).collect();
    let refused = Err(SqliteStoreError::OutOfRange);
    assert_eq!(outcomes, [refused.clone(), Ok(false), refused]);
    assert_eq!(SqliteStoreError::OutOfRange.fault(), StoreFault::Refused);
    assert_eq!(block_on(store.load("bad")), Ok(None));
    assert_eq!(block_on(store.load("good")), Ok(Some(good)));
    let (user_id, why) = (None, EndReason::Logout);
    let end = End { session_id: "good", user_id, why, at: UnixTime::from_secs(1 << 63) };
    assert_eq!(block_on(store.end(&end)), Err(SqliteStoreError::OutOfRange));
}
