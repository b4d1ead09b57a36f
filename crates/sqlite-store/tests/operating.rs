//! Backup, restore, upgrade, a full disk and a read-only one.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime, UserId};
use jwt_pair_sessions::{
    EndReason, EndUser, Ended, List, Login, Refreshed, Renewal, Session, SessionError,
    SessionPolicy, SessionStore as _, Sessions,
};
use jwt_pair_sqlite::{SqliteOptions, SqliteStore, SqliteStoreError};
use jwt_pair_store_tests::{row, unique};
use rusqlite::Connection;

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

fn at(seconds: u64) -> UnixTime {
    UnixTime::from_secs(NOW.as_secs() + seconds)
}

fn open(path: &Path) -> Result<SqliteStore, SqliteStoreError> {
    SqliteStore::open(path, &SqliteOptions::new())
}

fn sessions(path: &Path) -> Sessions<SqliteStore> {
    let key = Key::new(&[7; 32]).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let store = open(path).expect("a file");
    Sessions::new(issuer, store, SessionPolicy::new()).expect("5 minutes")
}

async fn refresh(
    sessions: &Sessions<SqliteStore>,
    token: &str,
    now: UnixTime,
) -> Result<Refreshed, SessionError<SqliteStoreError>> {
    let claims = sessions.issuer().verify_refresh(token, now).expect("new");
    sessions.refresh(&claims, &Renewal::new("customer"), now).await
}

/// A backup of a service that goes on has all that was acknowledged, and a restore ends it all.
#[tokio::test]
async fn a_restored_backup_lets_nobody_in_once_all_were_ended() {
    let directory = tempfile::tempdir().expect("a directory");
    let (path, backup) = (directory.path().join("a.db"), directory.path().join("b.db"));
    let service = sessions(&path);
    let mut tokens = Vec::new();
    for _ in 0..10 {
        let started = service.start(&Login::new(1, "customer"), NOW).await.expect("start");
        tokens.push(started.pair.refresh.token);
    }
    let early = service.start(&Login::new(2, "customer"), NOW).await.expect("start").session;
    assert_eq!(service.revoke(&early.session_id, at(1)).await, Ok(true));
    service.store().backup(&backup).await.expect("a new file");
    let there = service.store().backup(&backup).await;
    assert_eq!(there, Err(SqliteStoreError::Sqlite { code: 1 }), "a backup is not written over");

    // After the backup, the sessions go on or end.
    for token in &tokens[..5] {
        let rotated = refresh(&service, token, at(300)).await;
        assert!(matches!(rotated, Ok(Refreshed::Rotated(_))), "{rotated:?}");
    }
    assert_eq!(service.revoke_user(&1.into(), at(301)).await, Ok(10));

    let restored = sessions(&backup);
    let alive = restored.store().load(&early.session_id).await.expect("load").expect("in it");
    assert_eq!(alive.ended, Some(Ended { why: EndReason::Logout, at: at(1) }));
    assert_eq!(restored.store().end_everybody(at(400)).await, Ok(10));
    assert_eq!(restored.store().end_everybody(at(401)).await, Ok(0));
    for token in &tokens {
        let ended = Some(Ended { why: EndReason::All, at: at(400) });
        let refused = refresh(&restored, token, at(402)).await;
        assert_eq!(refused, Err(SessionError::Revoked(ended)));
    }
}

const DIRECTORY: &str = "JWT_PAIR_SQLITE_DIRECTORY";

/// In a process of its own, because the directory is the whole process's.
#[test]
fn a_store_stays_where_it_was_opened() {
    let directory = tempfile::tempdir().expect("a directory");
    let status = Command::new(std::env::current_exe().expect("a path"))
        .args(["--exact", "child_changes_its_directory", "--nocapture"])
        .current_dir(directory.path())
        .env(DIRECTORY, directory.path())
        .status();
    assert!(status.expect("this program runs").success());
}

/// A backup under a relative path has the rows, and the reserve is beside the file. A path that reads
/// as a URI is the path of a file.
#[tokio::test]
async fn child_changes_its_directory() {
    let Some(directory) = std::env::var_os(DIRECTORY).map(PathBuf::from) else { return };
    let uri = "file:of-a-uri.db?mode=memory";
    drop(open(Path::new(uri)).expect("a file"));
    assert!(directory.join(uri).exists());

    let store = open(Path::new("sessions.db")).expect("a file");
    let row = row("s", &1.into(), NOW);
    assert_eq!(store.insert(&row, NOW).await, Ok(true));
    let elsewhere = directory.join("elsewhere");
    std::fs::create_dir(&elsewhere).expect("a directory");
    std::env::set_current_dir(&elsewhere).expect("it is there");
    std::fs::remove_file(directory.join("sessions.db-reserve")).expect("it is there");
    store.backup("copy.db").await.expect("a new file");
    assert_eq!(store.purge(NOW).await, Ok(0));
    assert!(directory.join("sessions.db-reserve").exists());
    let names = std::fs::read_dir(&elsewhere).expect("it is there");
    let names: Vec<_> = names.map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(names, ["copy.db"]);
    let copy = open(Path::new("copy.db")).expect("a file");
    assert_eq!(copy.load("s").await, Ok(Some(row)));
}

/// There is nothing to copy where the file was, and an empty copy would be worse than none.
#[tokio::test]
async fn a_file_that_was_moved_has_no_backup() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("sessions.db");
    let store = open(&path).expect("a file");
    assert_eq!(store.insert(&row("s", &1.into(), NOW), NOW).await, Ok(true));
    std::fs::rename(&path, directory.path().join("moved.db")).expect("a move");
    let copy = directory.path().join("copy.db");
    assert_eq!(store.backup(&copy).await, Err(SqliteStoreError::Sqlite { code: 14 }));
    assert!(!copy.exists() && !path.exists());
}

/// A process that was killed while it wrote the reserve leaves less than the room for logouts.
#[test]
fn a_short_reserve_is_made_whole() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("sessions.db");
    let reserve = directory.path().join("sessions.db-reserve");
    std::fs::write(&reserve, "short").expect("there is room");
    drop(open(&path).expect("a file"));
    assert_eq!(std::fs::metadata(&reserve).expect("it is there").len(), 4 << 20);
}

/// `end_everybody`, `end_user` and `purge` take several transactions, and leave out no row.
#[tokio::test]
async fn thousands_of_rows_are_taken_in_batches() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("sessions.db");
    let store = open(&path).expect("a file");
    let insert = |count: u64, user: UserId| {
        let hand = Connection::open(&path).expect("a file");
        let UserId::Integer(user) = user else { panic!("a number") };
        let insert = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?1) \
            INSERT INTO sessions SELECT hex(randomblob(16)), ?2, '', ?3, 1, ?3, ?3, ?3 + 10, \
            ?3 + 10, NULL, NULL FROM n";
        let now = i64::try_from(NOW.as_secs()).expect("small");
        hand.execute(insert, (i64::try_from(count).expect("small"), user, now)).expect("good SQL");
    };
    for count in [999, 1_000, 1_001, 2_500] {
        insert(count, 5.into());
        let one = row("", &5.into(), NOW);
        assert_eq!(store.insert(&one, NOW).await, Ok(true));
        let end = EndUser { user_id: &5.into(), except: Some(""), why: EndReason::Others, at: NOW };
        assert_eq!(store.end_user(&end).await, Ok(count));
        insert(count, 6.into());
        assert_eq!(store.end_everybody(NOW).await, Ok(count + 1));
        assert_eq!(store.purge(at(9)).await, Ok(0));
        assert_eq!(store.purge(at(10)).await, Ok(2 * count));
        assert_eq!(store.purge(at(10_000)).await, Ok(1), "the empty name is a name");
    }
}

/// From the first schema on, with its rows, by eight stores at once.
#[tokio::test]
async fn a_file_of_version_1_is_brought_forward() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("sessions.db");
    let rows = of_version_1(&path, 50);
    let open_all = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| open(&path))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
    });
    assert_eq!(version(&path), 2);
    for store in open_all {
        let store = store.expect("one migrates, and the others wait");
        for row in &rows {
            assert_eq!(store.load(&row.session_id).await.as_ref(), Ok(&Some(row.clone())));
        }
        let limit = std::num::NonZeroUsize::MAX;
        let list = List { user_id: &1.into(), after: None, limit, now: NOW };
        assert_eq!(store.list(&list).await.expect("list").sessions.len(), 25);
    }
}

/// A migration that fails leaves the file as it was.
#[test]
fn a_migration_is_done_as_a_whole() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("sessions.db");
    of_version_1(&path, 2);
    let hand = Connection::open(&path).expect("a file");
    hand.execute_batch("CREATE TABLE sessions_of_user (a)").expect("good SQL");
    assert_eq!(open(&path).map(|_| ()), Err(SqliteStoreError::Sqlite { code: 1 }));
    assert_eq!(version(&path), 1);
    hand.execute_batch("DROP TABLE sessions_of_user").expect("good SQL");
    assert_eq!(open(&path).map(|_| ()), Ok(()));
    assert_eq!(version(&path), 2);
}

fn version(path: &Path) -> i64 {
    let hand = Connection::open(path).expect("a file");
    hand.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a number")
}

/// A file as the first version left it; every second row is ended.
fn of_version_1(path: &Path, count: u64) -> Vec<Session> {
    let hand = Connection::open(path).expect("a file");
    hand.execute_batch(include_str!("../migrations/0001_sessions.sql")).expect("good SQL");
    hand.execute_batch("PRAGMA application_id = 0x6a777470; PRAGMA user_version = 1")
        .expect("pragmas");
    let mut rows = Vec::new();
    for number in 0..count {
        let mut row = row(&unique("old"), &UserId::Integer(1), NOW);
        row.label = format!("device {number}");
        row.generation = number + 1;
        if number % 2 == 1 {
            assert!(row.end(EndReason::Logout, at(7)));
        }
        let time = |time: UnixTime| i64::try_from(time.as_secs()).expect("small");
        hand.execute(
            "INSERT INTO sessions VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            rusqlite::params![
                row.session_id,
                row.label,
                time(row.started_at),
                i64::try_from(row.generation).expect("small"),
                time(row.rotated_at),
                time(row.previous_rotated_at),
                time(row.expires_at),
                time(row.deadline),
                row.ended.map(|ended| ended.why.as_str()),
                row.ended.map(|ended| time(ended.at)),
            ],
        )
        .expect("good SQL");
        rows.push(row);
    }
    rows
}

const DISK: &str = "JWT_PAIR_SQLITE_DISK";

#[test]
fn a_full_or_read_only_disk_is_unavailable() {
    on_a_disk(
        "\"$2\" --exact child_fills_the_disk --nocapture || exit 1; \
        mount -o remount,ro \"$1\" || exit 77; \
        \"$2\" --exact child_finds_a_read_only_disk --nocapture",
    );
}

/// Statements of a thousand rows ask for more room than those of one, for temporary files too.
#[test]
fn all_sessions_are_ended_on_a_full_disk() {
    on_a_disk(
        "for who in user everybody; do \
            JWT_PAIR_SQLITE_WHO=$who SQLITE_TMPDIR=\"$1\" \
            \"$2\" --exact child_ends_all_on_a_full_disk --nocapture || exit 1; \
            rm \"$1\"/*; \
        done",
    );
}

/// Runs a script on a real disk of 16 MiB, mounted in a namespace of its own.
fn on_a_disk(script: &str) {
    let directory = tempfile::tempdir().expect("a directory");
    let script = format!("mount -t tmpfs -o size=16m none \"$1\" || exit 77; {script}");
    let status = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", &script, "sh"])
        .arg(directory.path())
        .arg(std::env::current_exe().expect("a path"))
        .env(DISK, directory.path())
        .status();
    match status.map(|status| status.code()) {
        Ok(Some(0)) => {}
        Err(_) | Ok(Some(77)) if std::env::var_os("CI").is_none() => {
            eprintln!("SKIPPED: this user may not mount a disk");
        }
        failed => panic!("{failed:?}"),
    }
}

fn disk() -> Option<PathBuf> {
    std::env::var_os(DISK).map(PathBuf::from)
}

/// Logins are refused as Unavailable. Sessions are refused, kept and ended all the same, and the
/// store goes on by itself when there is room.
#[tokio::test(flavor = "multi_thread")]
async fn child_fills_the_disk() {
    let Some(disk) = disk() else { return };
    let service = sessions(&disk.join("sessions.db"));
    let filler = disk.join("filler");
    // More than the reserve, so that there is room for it again once the filler is gone.
    std::fs::write(&filler, vec![7; 6 << 20]).expect("there is room");
    let label = "a label of a kilobyte ".repeat(50);
    let login = Login::new(1, "customer").label(&label);
    let mut started = Vec::new();
    let full = loop {
        match service.start(&login, NOW).await {
            Ok(login) => started.push(login),
            Err(error) => break error,
        }
        assert!(started.len() < 100_000, "it does not fill");
    };
    assert_eq!(full, SessionError::Unavailable(SqliteStoreError::Full));
    eprintln!("full after {} logins", started.len());
    for login in &started {
        let kept = refresh(&service, &login.pair.refresh.token, at(299)).await;
        assert!(matches!(kept, Ok(Refreshed::Kept(_))), "{kept:?}");
    }
    let reserve = disk.join("sessions.db-reserve");
    assert!(reserve.exists(), "logins leave it alone");
    for login in &started {
        let name = &login.session.session_id;
        assert_eq!(service.revoke(name, at(299)).await, Ok(true), "a logout finds room");
    }
    assert!(!reserve.exists(), "it was needed");
    std::fs::remove_file(filler).expect("it is there");
    service.start(&Login::new(2, "customer"), NOW).await.expect("there is room");
    let rows = started.iter().map(|login| &login.session.session_id);
    for name in rows {
        let row = service.store().load(name).await.expect("load").expect("it was acknowledged");
        assert_eq!(row.ended, Some(Ended { why: EndReason::Logout, at: at(299) }));
    }
    let deadline = started[0].session.deadline;
    assert_eq!(service.purge(deadline).await, Ok(started.len() as u64 + 1));
    assert!(reserve.exists(), "a purge takes it again");
}

#[tokio::test]
async fn child_ends_all_on_a_full_disk() {
    let (Some(disk), Ok(who)) = (disk(), std::env::var("JWT_PAIR_SQLITE_WHO")) else { return };
    let path = disk.join("sessions.db");
    drop(open(&path).expect("a file"));
    let hand = Connection::open(&path).expect("a file");
    let insert = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1100) \
        INSERT INTO sessions SELECT hex(randomblob(16)), 1, hex(zeroblob(550)), ?1, 1, ?1, ?1, \
        ?1 + 10, ?1 + 10, NULL, NULL FROM n";
    let now = i64::try_from(NOW.as_secs()).expect("small");
    hand.execute(insert, [now]).expect("good SQL");
    let store = open(&path).expect("a file");
    // A log that is long already would be room enough.
    let busy = hand.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    assert_eq!(busy, Ok(0_i64));
    drop(hand);
    let mut filler = std::fs::File::create(disk.join("filler")).expect("there is room");
    while filler.write_all(&[7; 512]).is_ok() {}
    let ended = if who == "user" {
        let user_id = &1.into();
        let end = EndUser { user_id, except: None, why: EndReason::All, at: NOW };
        store.end_user(&end).await
    } else {
        store.end_everybody(NOW).await
    };
    assert_eq!(ended, Ok(1_100), "of {who}");
    assert!(!disk.join("sessions.db-reserve").exists(), "it was needed");
    let hand = Connection::open(&path).expect("a file");
    let alive = "SELECT count(*) FROM sessions WHERE ended_why IS NULL";
    assert_eq!(hand.query_row(alive, [], |row| row.get(0)), Ok(0_i64));
}

#[tokio::test]
async fn child_finds_a_read_only_disk() {
    let Some(disk) = disk() else { return };
    let refused = open(&disk.join("sessions.db")).map(|_| ());
    assert_eq!(refused, Err(SqliteStoreError::ReadOnly));
    let refused = open(&disk.join("new.db")).map(|_| ());
    assert_eq!(refused, Err(SqliteStoreError::Sqlite { code: 14 }));
}
