//! What is in the server: the table, and rows that hands have touched.

use std::num::NonZeroUsize;
use std::time::Duration;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_postgres::PostgresStoreError;
use jwt_pair_sessions::{Decision, List, SessionStore as _, StoreError as _, StoreFault};
use jwt_pair_store_tests::servers::PostgresServer;
use jwt_pair_store_tests::{row, server_or_skip};

use super::{NOW, at, migrated, step};

/// A thousand rotations of one row leave the table and its indexes as large as they were.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_does_not_grow() {
    let server = server_or_skip!(PostgresServer);
    assert_eq!(server.psql("ALTER ROLE test SET synchronous_commit = off"), "");
    let store = migrated(server.port()).await;
    let user = UserId::Integer(1);
    for at in 0..50 {
        assert_eq!(store.insert(&row(&format!("s{at}"), &user, NOW), NOW).await, Ok(true));
    }
    let size = || {
        let size = server.psql("SELECT pg_total_relation_size('jwt_pair_sessions')");
        size.parse::<u64>().expect("bytes")
    };
    let before = size();
    let mut current = row("s7", &user, NOW);
    for _ in 0..1_000 {
        let mut step = step(&current, NOW);
        step.window = Default::default();
        let verdict = store.refresh(&step).await.expect("it is running");
        assert_eq!(verdict.decision, Decision::Rotate);
        current = verdict.row.expect("it rotated");
    }
    // Maps of free space and visibility come into being once, with three pages each at most.
    assert!(size() <= before + 6 * 8_192, "from {before} to {}", size());
}

/// Expired rows stay until they are purged, in tables of any number of pages; by either of the two
/// ends. A row that another transaction holds is left for the next time, and waited for by nobody.
#[tokio::test(flavor = "multi_thread")]
async fn purge_counts_what_it_removes() {
    let server = server_or_skip!(PostgresServer);
    let store = migrated(server.port()).await;
    assert_eq!(store.purge(NOW).await, Ok(0));
    let fill = "INSERT INTO jwt_pair_sessions (started_at, generation, rotated_at, session_id,
            user_id, label, expires_at, deadline)
        SELECT 0, 1, 0, ('s' || n)::bytea, 'i1', repeat('x', 1500)::bytea,
            CASE n % 4 WHEN 0 THEN 1000 WHEN 1 THEN 1001 ELSE 9000 END,
            CASE n % 4 WHEN 2 THEN 1000 WHEN 3 THEN 1001 ELSE 9000 END
        FROM generate_series(1, 12000) AS n";
    assert_eq!(server.psql(fill), "");
    let pages = server.psql("SELECT pg_relation_size('jwt_pair_sessions') / 8192");
    assert!(
        pages.parse::<u32>().expect("pages") > 2_048,
        "{pages} pages: more than two statements"
    );
    assert_eq!(store.purge(UnixTime::from_secs(999)).await, Ok(0));
    let (mut client, connection) =
        tokio_postgres::connect(&server.url(), tokio_postgres::NoTls).await.expect("running");
    tokio::spawn(connection);
    let holds = client.transaction().await.expect("it is running");
    let lock = "SELECT FROM jwt_pair_sessions WHERE session_id = 's4' FOR UPDATE";
    assert_eq!(holds.query(lock, &[]).await.expect("it is running").len(), 1);
    assert_eq!(store.purge(UnixTime::from_secs(1_000)).await, Ok(5_999));
    holds.rollback().await.expect("it is running");
    assert_eq!(store.purge(UnixTime::from_secs(1_000)).await, Ok(1));
    assert_eq!(store.purge(UnixTime::from_secs(1_000)).await, Ok(0));
    assert_eq!(store.purge(UnixTime::from_secs(1_001)).await, Ok(6_000));
}

/// A statement that is too much for the timeout is repeated with fewer pages, so that each call makes
/// progress. Here the server cancels what deletes more than twenty rows, as `statement_timeout` does.
#[tokio::test(flavor = "multi_thread")]
async fn a_purge_that_is_late_goes_on_with_fewer_pages() {
    let server = server_or_skip!(PostgresServer);
    let store = migrated(server.port()).await;
    // Some five rows a page.
    let fill = "INSERT INTO jwt_pair_sessions (started_at, generation, rotated_at, session_id,
            user_id, label, expires_at, deadline)
        SELECT 0, 1, 0, ('s' || n)::bytea, 'i1', repeat('x', 1500)::bytea, 1000, 9000
        FROM generate_series(1, 400) AS n";
    assert_eq!(server.psql(fill), "");
    let cancels_many = "CREATE FUNCTION cancel_many() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF (SELECT count(*) FROM gone) > 20 THEN RAISE SQLSTATE '57014'; END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER cancel_many AFTER DELETE ON jwt_pair_sessions
        REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION cancel_many()";
    assert_eq!(server.psql(cancels_many), "");
    assert_eq!(store.purge(UnixTime::from_secs(1_000)).await, Ok(400));
    // Fewer than one page there are not.
    let cancels_all = "CREATE OR REPLACE FUNCTION cancel_many() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE SQLSTATE '57014'; END $$";
    assert_eq!(server.psql(cancels_all), "");
    let late = PostgresStoreError::TimedOut { after: Duration::from_secs(30) };
    assert_eq!(store.purge(UnixTime::from_secs(1_000)).await, Err(late));
}

/// The table refuses what is damaged; a table without its constraints is met with suspicion.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_row_lets_nobody_in() {
    let server = server_or_skip!(PostgresServer);
    let store = migrated(server.port()).await;
    let row = row("s", &1.into(), NOW);
    assert_eq!(store.insert(&row, NOW).await, Ok(true));
    assert_eq!(server.psql("CREATE TABLE good AS SELECT * FROM jwt_pair_sessions"), "");
    let constraints = "SELECT string_agg('DROP CONSTRAINT ' || quote_ident(conname), ', ')
        FROM pg_constraint WHERE conrelid = 'jwt_pair_sessions'::regclass AND contype = 'c'";
    let constraints = server.psql(constraints);
    for column in ["started_at", "generation", "rotated_at", "expires_at", "deadline"] {
        for (value, refused) in [("-1", "check constraint"), ("NULL", "not-null constraint")] {
            let damage = server.psql(&format!("UPDATE jwt_pair_sessions SET {column} = {value}"));
            assert!(damage.contains(refused), "{damage}");
        }
        let text = server.psql(&format!("UPDATE jwt_pair_sessions SET {column} = 'one'"));
        assert!(text.contains("invalid input syntax"), "{text}");
        let free = format!("ALTER TABLE jwt_pair_sessions ALTER {column} DROP NOT NULL");
        assert_eq!(server.psql(&free), "");
    }
    for damage in [
        "previous_rotated_at = -1",
        "ended = 'all'",
        "ended_at = 1",
        "ended = 'x', ended_at = 1",
        "ended = 'all', ended_at = -1",
    ] {
        let damage = server.psql(&format!("UPDATE jwt_pair_sessions SET {damage}"));
        assert!(damage.contains("check constraint"), "{damage}");
    }
    let free = format!(
        "ALTER TABLE jwt_pair_sessions {constraints},
        ALTER user_id DROP NOT NULL, ALTER label DROP NOT NULL"
    );
    assert_eq!(server.psql(&free), "");
    let damages = [
        ("generation", "generation = -1"),
        ("generation", "generation = NULL"),
        ("rotated_at", "rotated_at = -1"),
        ("previous_rotated_at", "previous_rotated_at = -1"),
        ("started_at", "started_at = -1"),
        ("started_at", "started_at = NULL"),
        ("deadline", "deadline = -1"),
        ("expires_at", "expires_at = NULL"),
        ("ended", "ended = 'x', ended_at = 1"),
        ("ended_at", "ended = 'all'"),
        ("ended_at", "ended = 'all', ended_at = -1"),
        ("user_id", "user_id = NULL"),
        ("user_id", "user_id = '1'"),
        ("user_id", "user_id = 'i01'"),
        ("user_id", "user_id = '\\xff'"),
        ("label", "label = NULL"),
        ("label", "label = '\\xff'"),
    ];
    for (column, value) in damages {
        let damage = format!(
            "DELETE FROM jwt_pair_sessions; INSERT INTO jwt_pair_sessions SELECT * FROM good;
             UPDATE jwt_pair_sessions SET {value}"
        );
        assert_eq!(server.psql(&damage), "");
        let damaged = PostgresStoreError::Damaged { column };
        assert_eq!(damaged.fault(), StoreFault::Unavailable);
        assert_eq!(store.load("s").await, Err(damaged.clone()), "{value}");
        assert_eq!(store.refresh(&step(&row, at(1))).await, Err(damaged), "{value}");
    }
}

/// What a `bigint` or an index has no room for is the caller's fault.
#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused() {
    let server = server_or_skip!(PostgresServer);
    let store = migrated(server.port()).await;
    let mut session = row("s", &1.into(), NOW);
    session.generation = 1 << 63;
    assert_eq!(store.insert(&session, NOW).await, Err(PostgresStoreError::OutOfRange));
    session.generation -= 1;
    assert_eq!(store.insert(&session, NOW).await, Ok(true));
    let mut step = step(&session, at(300));
    assert_eq!(store.refresh(&step).await, Err(PostgresStoreError::OutOfRange));
    assert_eq!(PostgresStoreError::OutOfRange.fault(), StoreFault::Refused);
    assert_eq!(store.load("s").await, Ok(Some(session.clone())));
    // A number that no row has, though an `i64` of the same bits might be one.
    step.token.generation = u64::MAX;
    assert_eq!(store.refresh(&step).await.map(|it| it.decision), Ok(Decision::Ahead));

    let long = row(&"x".repeat(1_025), &1.into(), NOW);
    let too_long = PostgresStoreError::SessionIdTooLong { bytes: 1_025 };
    assert_eq!(store.insert(&long, NOW).await, Err(too_long.clone()));
    assert_eq!(too_long.fault(), StoreFault::Refused);
    assert_eq!(store.load(&long.session_id).await, Ok(None));
}

/// Each statement asks for both ends of a session's life, to the second; and a name that is used
/// again keeps nothing of the old row.
#[tokio::test(flavor = "multi_thread")]
async fn both_ends_count_in_each_statement() {
    let server = server_or_skip!(PostgresServer);
    let store = migrated(server.port()).await;
    let user = UserId::Integer(1);
    let list = async |seconds| {
        let (user_id, limit, now) = (&user, NonZeroUsize::MIN, at(seconds));
        store.list(&List { user_id, after: None, limit, now }).await.map(|page| page.sessions)
    };
    for (name, expires_in, ends_in) in [("expires", 10, 1_000), ("ends", 1_000, 10)] {
        let mut old = row(name, &user, NOW);
        (old.expires_at, old.deadline) = (at(expires_in), at(ends_in));
        old.label = "of the old one".into();
        assert_eq!(store.insert(&old, NOW).await, Ok(true));
        assert_eq!(list(9).await, Ok(vec![old.clone()]));
        assert_eq!(list(10).await, Ok(vec![]));
        let mut late = step(&old, at(9));
        late.window = Default::default();
        late.now = at(10);
        assert_eq!(store.refresh(&late).await.map(|it| it.decision), Ok(Decision::Revoked));
        assert_eq!(store.load(name).await, Ok(Some(old)));
        let mut new = row(name, &user, at(10));
        new.label = "of the new one".into();
        (new.expires_at, new.deadline) = (at(10 + expires_in), at(10 + ends_in));
        assert_eq!(store.insert(&new, at(9)).await, Ok(false));
        assert_eq!(store.insert(&new, at(10)).await, Ok(true));
        assert_eq!(store.load(name).await, Ok(Some(new)));
        assert_eq!(store.purge(at(19)).await, Ok(0));
        assert_eq!(store.purge(at(20)).await, Ok(1));
    }
}
