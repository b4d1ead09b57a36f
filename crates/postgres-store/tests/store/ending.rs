//! Ending many sessions, beside others, and in a transaction of the application's.

use std::num::NonZeroUsize;
use std::sync::Arc;

use jwt_pair::UserId;
use jwt_pair_postgres::PostgresStore;
use jwt_pair_postgres::deadpool_postgres::{Manager, Pool};
use jwt_pair_sessions::{Decision, EndReason, EndUser, Ended, List, SessionStore as _};
use jwt_pair_store_tests::servers::PostgresServer;
use jwt_pair_store_tests::{row, server_or_skip};
use tokio::task::JoinSet;
use tokio_postgres::NoTls;

use super::{NOW, at, migrated, options, step, store};

fn fill(server: &PostgresServer, count: usize) {
    let fill = format!(
        "INSERT INTO jwt_pair_sessions (started_at, generation, rotated_at, previous_rotated_at,
             expires_at, deadline, session_id, user_id, label)
         SELECT 1800000000 + n * 7919 % 1000, 1, 1800000000, 1800000000, 1800009000, 1800009000,
             md5(n::text)::bytea, 'i1', 'Firefox'
         FROM generate_series(1, {count}) AS n"
    );
    assert_eq!(server.psql(&fill), "");
    // As autovacuum does within a minute.
    assert_eq!(server.psql("ANALYZE jwt_pair_sessions"), "");
}

/// 110,000 sessions of one user: listed and ended, in steps that are short whatever there is.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_many_sessions() {
    let server = server_or_skip!(PostgresServer);
    migrated(server.port()).await;
    fill(&server, 110_000);
    let store = store(server.port(), &options());
    let user = UserId::Integer(1);
    let (mut after, mut found) = (None, Vec::new());
    loop {
        let limit = NonZeroUsize::MAX;
        let list = List { user_id: &user, after: after.as_ref(), limit, now: at(1) };
        let page = store.list(&list).await.expect("it is running");
        assert!(page.sessions.len() <= 1_000, "a page is not without end");
        found.extend(page.sessions.into_iter().map(|row| (row.started_at, row.session_id)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found.len(), 110_000);
    assert!(found.is_sorted_by(|a, b| a < b), "in order of login, and each once");

    let spared = found[77_777].1.clone();
    let (except, why) = (Some(spared.as_str()), EndReason::Others);
    let end = EndUser { user_id: &user, except, why, at: at(1) };
    assert_eq!(store.end_user(&end).await, Ok(109_999));
    assert_eq!(store.end_user(&end).await, Ok(0));
    let left = "SELECT count(*) FROM jwt_pair_sessions WHERE ended IS NULL";
    assert_eq!(server.psql(left), "1");

    assert_eq!(store.end_everybody(EndReason::All, at(2)).await, Ok(1));
    let ended = Ended { why: EndReason::All, at: at(2) };
    let row = store.load(&spared).await.expect("it is running").expect("it is there");
    assert_eq!(row.ended, Some(ended));
}

/// A hundred thousand logins and logouts of one user make neither the end of all sessions nor a list
/// any longer. Within a transaction the server counts the rows that it has visited by an index.
#[tokio::test(flavor = "multi_thread")]
async fn ended_sessions_are_not_visited() {
    let server = server_or_skip!(PostgresServer);
    migrated(server.port()).await;
    fill(&server, 100_000);
    let end = "UPDATE jwt_pair_sessions SET ended = 'logout', ended_at = 1800000000";
    assert_eq!(server.psql(end), "");
    assert_eq!(server.psql("VACUUM ANALYZE jwt_pair_sessions"), "");
    let config = server.url().parse().expect("a good address");
    let pool = Pool::builder(Manager::new(config, NoTls)).max_size(1).build().expect("a pool");
    let store = PostgresStore::with_pool(pool.clone(), &options()).expect("good names");
    for name in ["a", "b", "c"] {
        assert_eq!(store.insert(&row(name, &1.into(), NOW), NOW).await, Ok(true));
    }
    let run = async |statement: &str| {
        let client = pool.get().await.expect("it is running");
        client.batch_execute(statement).await.expect("it is running");
    };
    let visited = async || {
        let client = pool.get().await.expect("it is running");
        let visited = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables
            WHERE relname = 'jwt_pair_sessions'";
        client.query_one(visited, &[]).await.expect("it is running").get::<_, i64>(0)
    };
    let (user_id, why) = (&UserId::Integer(1), EndReason::All);
    let end = EndUser { user_id, except: None, why, at: at(1) };

    let updates = async || {
        let client = pool.get().await.expect("it is running");
        let updates = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables
            WHERE relname = 'jwt_pair_sessions'";
        let row = client.query_one(updates, &[]).await.expect("it is running");
        (row.get::<_, i64>(0), row.get::<_, i64>(1))
    };

    run("BEGIN").await;
    // A rotation changes no index. What came before the transaction may be counted too.
    let rotation = row("a", user_id, NOW);
    let (all, hot) = updates().await;
    let rotated = store.refresh(&step(&rotation, at(300))).await;
    assert_eq!(rotated.map(|it| it.decision), Ok(Decision::Rotate));
    assert_eq!(updates().await, (all + 1, hot + 1));
    run("ROLLBACK; BEGIN").await;
    let list = List { user_id, after: None, limit: NonZeroUsize::MAX, now: at(1) };
    assert_eq!(store.list(&list).await.map(|page| page.sessions.len()), Ok(3));
    assert!(visited().await <= 100, "the list visits {}", visited().await);
    run("ROLLBACK; BEGIN").await;
    assert_eq!(store.end_user(&end).await, Ok(3));
    assert!(visited().await <= 100, "the end of a user's visits {}", visited().await);
    run("ROLLBACK; BEGIN").await;
    assert_eq!(store.end_everybody(why, at(1)).await, Ok(3));
    assert!(visited().await <= 100, "the end of everybody's visits {}", visited().await);
}

/// Each session is ended once, and no two callers wait for each other.
#[tokio::test(flavor = "multi_thread")]
async fn callers_at_once_do_not_deadlock() {
    let server = server_or_skip!(PostgresServer);
    migrated(server.port()).await;
    fill(&server, 5_000);
    let store = Arc::new(store(server.port(), &options()));
    for number in 0..50 {
        let row = row(&format!("s{number}"), &1.into(), NOW);
        assert_eq!(store.insert(&row, NOW).await, Ok(true));
    }
    let mut tasks = JoinSet::new();
    for _ in 0..4 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let (user_id, why) = (&UserId::Integer(1), EndReason::All);
            let end = EndUser { user_id, except: None, why, at: NOW };
            store.end_user(&end).await.expect("it is running")
        });
        let store = store_of_two(&server);
        tasks.spawn(async move {
            for number in (0..50).rev() {
                let row = row(&format!("s{number}"), &1.into(), NOW);
                let verdict = store.refresh(&step(&row, at(300))).await.expect("it is running");
                let decisions =
                    [Decision::Rotate, Decision::Repeat, Decision::Ended(EndReason::All)];
                assert!(decisions.contains(&verdict.decision), "{verdict:?}");
            }
            0
        });
    }
    assert_eq!(tasks.join_all().await.into_iter().sum::<u64>(), 5_050);
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'";
    assert_eq!(server.psql(deadlocks), "0");
}

fn store_of_two(server: &PostgresServer) -> PostgresStore {
    store(server.port(), &options().max_connections(2))
}

/// A new password and the end of all sessions come together, or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn ending_in_a_transaction_of_the_caller() {
    let server = server_or_skip!(PostgresServer);
    let store = migrated(server.port()).await;
    fill(&server, 2_500);
    assert_eq!(server.psql("CREATE TABLE accounts AS SELECT 'old' AS password"), "");
    let (mut client, connection) =
        tokio_postgres::connect(&server.url(), NoTls).await.expect("it is running");
    tokio::spawn(connection);
    let end = EndUser { user_id: &1.into(), except: None, why: EndReason::All, at: NOW };
    let state = "SELECT password, count(*) FROM accounts, jwt_pair_sessions
        WHERE ended IS NULL GROUP BY password";
    for commits in [false, true] {
        let transaction = client.transaction().await.expect("it is running");
        let change = "UPDATE accounts SET password = 'new'";
        assert_eq!(transaction.execute(change, &[]).await.expect("it is running"), 1);
        assert_eq!(store.end_user_in(&transaction, &end).await, Ok(2_500));
        assert_eq!(server.psql(state), "old|2500", "nobody sees it yet");
        if commits {
            transaction.commit().await.expect("it is running");
        } else {
            transaction.rollback().await.expect("it is running");
            assert_eq!(server.psql(state), "old|2500");
        }
    }
    assert_eq!(server.psql(state), "");
    assert_eq!(server.psql("SELECT password FROM accounts"), "new");
}
