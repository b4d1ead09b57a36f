//! What a refresh costs.

use std::time::Duration;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{
    Decision, End, EndReason, Ended, Refresh, Session, SessionStore as _, ShownToken,
};
use jwt_pair_store_tests::servers::{PostgresServer, Proxy};
use jwt_pair_store_tests::{row, server_or_skip};
use tokio_postgres::NoTls;

use super::{NOW, at, migrated, options, step, store};

/// Each decision but those of an end, which come last, on a row of generation 2.
fn steps(row: &Session) -> Vec<(Refresh<'_>, Decision)> {
    let (user_id, iat) = (&row.user_id, row.previous_rotated_at);
    let before = Refresh {
        token: ShownToken { user_id, generation: row.generation - 1, iat },
        ..step(row, at(10))
    };
    let other = ShownToken { user_id: &UserId::Integer(7), ..before.token };
    vec![
        (step(row, at(10)), Decision::Keep),
        (before, Decision::Repeat),
        (Refresh { token: other, ..before }, Decision::Revoked),
        (step(row, at(1_000)), Decision::Revoked),
        (Refresh { session_id: "absent", ..before }, Decision::Revoked),
    ]
}

fn row_of(name: &str) -> Session {
    let mut row = row(name, &1.into(), NOW);
    row.generation = 2;
    row.previous_rotated_at = UnixTime::from_secs(NOW.as_secs() - 500);
    row
}

/// Whatever is decided, prepared or not: one trip.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_is_one_round_trip() {
    let server = server_or_skip!(PostgresServer);
    let proxy = Proxy::to(server.port());
    migrated(server.port()).await;
    for prepares in [true, false] {
        let options = options().max_connections(1).prepared_statements(prepares);
        let store = store(proxy.port(), &options);
        let row = row_of(&format!("s{prepares}"));
        assert_eq!(store.insert(&row, NOW).await, Ok(true));
        // The first of all prepares the statement.
        assert_eq!(store.refresh(&step(&row, NOW)).await.map(|it| it.decision), Ok(Decision::Keep));
        let old = Refresh {
            token: ShownToken { generation: 0, ..step(&row, NOW).token },
            ..step(&row, at(700))
        };
        let mut steps = steps(&row);
        steps.extend([
            (step(&row, at(300)), Decision::Rotate),
            (old, Decision::Reuse),
            (old, Decision::Ended(EndReason::Reuse)),
        ]);
        for (step, decision) in steps {
            let trips = proxy.round_trips();
            assert_eq!(store.refresh(&step).await.map(|it| it.decision), Ok(decision));
            assert_eq!(proxy.round_trips() - trips, 1, "{decision:?}");
        }
    }
}

/// A refusal or a repeat waits for no lock and begins no transaction that writes.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_costs_what_a_read_costs() {
    let server = server_or_skip!(PostgresServer);
    assert_eq!(server.psql("ALTER SYSTEM SET autovacuum = off"), "");
    assert_eq!(server.psql("SELECT pg_reload_conf()"), "t");
    let store = migrated(server.port()).await;
    let (alive, mut ended) = (row_of("alive"), row_of("ended"));
    ended.ended = Some(Ended { why: EndReason::Reuse, at: NOW });
    for row in [&alive, &ended] {
        assert_eq!(store.insert(row, NOW).await, Ok(true));
    }
    let mut steps = steps(&alive);
    steps.push((step(&ended, at(400)), Decision::Ended(EndReason::Reuse)));
    let versions = || {
        server.psql("SELECT pg_snapshot_xmax(pg_current_snapshot()), array_agg((ctid, xmin, xmax)) FROM jwt_pair_sessions")
    };

    let before = versions();
    for (step, decision) in &steps {
        assert_eq!(store.refresh(step).await.map(|it| it.decision), Ok(*decision));
    }
    assert_eq!(versions(), before, "the number of transactions, and of each row's");

    let (mut client, connection) =
        tokio_postgres::connect(&server.url(), NoTls).await.expect("it is running");
    tokio::spawn(connection);
    let transaction = client.transaction().await.expect("it is running");
    let lock = "SELECT FROM jwt_pair_sessions FOR UPDATE";
    assert_eq!(transaction.query(lock, &[]).await.expect("it is running").len(), 2);
    for (step, decision) in &steps {
        assert_eq!(store.refresh(step).await.map(|it| it.decision), Ok(*decision));
    }
    // The lock is one that a rotation waits for.
    let rotation = step(&alive, at(300));
    let late = tokio::time::timeout(Duration::from_millis(500), store.refresh(&rotation));
    assert!(late.await.is_err(), "a rotation waits");
    transaction.rollback().await.expect("it is running");
}

/// The loser of a race decides anew on the row as the winner has left it: a step that waits for the
/// row sees what came between.
#[tokio::test(flavor = "multi_thread")]
async fn the_loser_of_a_race_decides_again() {
    let server = server_or_skip!(PostgresServer);
    let (store, other) = (migrated(server.port()).await, migrated(server.port()).await);
    let changes = [
        (
            "generation = 3, previous_rotated_at = rotated_at, rotated_at = 1800000300",
            Decision::Repeat,
        ),
        ("ended = 'all', ended_at = 1", Decision::Ended(EndReason::All)),
        ("expires_at = 1800000300", Decision::Revoked),
        ("deadline = 1800000300", Decision::Revoked),
        ("generation = 1", Decision::Ahead),
        ("generation = 4", Decision::Reuse),
        ("label = 'changed'", Decision::Rotate),
    ];
    for (number, (change, decision)) in changes.into_iter().enumerate() {
        let row = row_of(&format!("s{number}"));
        assert_eq!(store.insert(&row, NOW).await, Ok(true));
        let (mut client, connection) =
            tokio_postgres::connect(&server.url(), NoTls).await.expect("it is running");
        tokio::spawn(connection);
        let transaction = client.transaction().await.expect("it is running");
        let change =
            format!("UPDATE jwt_pair_sessions SET {change} WHERE session_id = 's{number}'");
        assert_eq!(transaction.execute(&change, &[]).await.expect("it is running"), 1);
        let step = step(&row, at(300));
        let (verdict, committed) = tokio::join!(store.refresh(&step), async {
            let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
            while server.psql(waits) != "1" {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            transaction.commit().await
        });
        committed.expect("it is running");
        let verdict = verdict.expect("it is running");
        assert_eq!(verdict.decision, decision, "{change}");
        assert_eq!(other.load(&row.session_id).await, Ok(verdict.row), "{change}");
    }
    let end = End { session_id: "s0", user_id: None, why: EndReason::Logout, at: NOW };
    assert_eq!(store.end(&end).await, Ok(true));
}
