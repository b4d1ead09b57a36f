//! A step counts once a replica has it.

use core::num::NonZeroU32;
use std::time::Duration;

use jwt_pair_redis::{RedisOptions, RedisStoreError};
use jwt_pair_sessions::{Refreshed, SessionError};
use jwt_pair_store_tests::servers::{Proxy, RedisServer, Server as _, skip};

use crate::common::{NOW, after, connect, refresh, service, start, start_pair, wait_until};

const ONE: NonZeroU32 = NonZeroU32::MIN;

#[tokio::test(flavor = "multi_thread")]
async fn what_the_replica_lacks_does_not_count() {
    let Some((primary, replica)) = start_pair() else { return skip(RedisServer::PROGRAM) };
    let proxy = Proxy::to(primary.port());
    let options = RedisOptions::new().timeout(Duration::from_secs(10));
    let options = options.wait_for_replicas(ONE, Duration::from_secs(10));
    let sound = service(connect(proxy.port(), options.clone()).await);
    let [rotated, kept, barred] = [1, 2, 3].map(|user| start(&sound, user));
    let (rotated, kept, barred) = (rotated.await, kept.await, barred.await);
    let token = &rotated.pair.refresh.token;
    // All connections are made, and the script is known.
    for _ in 0..16 {
        let again = refresh(&sound, &kept.pair.refresh.token, NOW).await;
        assert!(matches!(again, Ok(Refreshed::Kept(_))), "{again:?}");
    }
    let writes = || {
        let info = primary.cli(&["INFO", "commandstats"]);
        let line = info.lines().find_map(|it| it.strip_prefix("cmdstat_hset:calls="));
        let calls = line.and_then(|rest| rest.split(',').next()?.parse::<u64>().ok());
        calls.expect("a number")
    };
    let (trips, written) = (proxy.round_trips(), writes());
    let again = refresh(&sound, &kept.pair.refresh.token, NOW).await;
    assert!(matches!(again, Ok(Refreshed::Kept(_))), "{again:?}");
    assert_eq!(proxy.round_trips() - trips, 1, "the wait is in the same trip");
    // By its documentation, `WAIT` is about what the connection has written.
    assert_eq!(writes() - written, 1, "the row is touched");

    replica.pause();
    let hasty = options.wait_for_replicas(ONE, Duration::from_millis(300));
    let hasty = service(connect(primary.port(), hasty).await);
    let lacking = SessionError::Unavailable(RedisStoreError::NotReplicated { wanted: ONE });
    // The first one rotates. Whoever is given the same token later must wait as well, and so must
    // whoever is told that it is current, or that the session is over.
    for _ in 0..10 {
        assert_eq!(refresh(&hasty, token, after(300)).await, Err(lacking.clone()));
        assert_eq!(refresh(&hasty, &kept.pair.refresh.token, NOW).await, Err(lacking.clone()));
        assert_eq!(hasty.revoke(&barred.session.session_id, NOW).await, Err(lacking.clone()));
        assert_eq!(hasty.revoke_user(&3.into(), NOW).await, Err(lacking.clone()));
        let ended = refresh(&hasty, &barred.pair.refresh.token, NOW).await;
        assert_eq!(ended, Err(lacking.clone()));
    }
    replica.resume();
    wait_until("the replica answers", || replica.cli(&["PING"]).contains("PONG"));
    let refreshed = refresh(&sound, token, after(300)).await;
    assert!(matches!(refreshed, Ok(Refreshed::Repeated(_))), "{refreshed:?}");
    let key = format!("jwt-pair:s:{}", rotated.session.session_id);
    assert_eq!(replica.cli(&["HGET", &key, "generation"]).trim(), "2", "the replica has it");
    assert_eq!(sound.revoke(&barred.session.session_id, NOW).await, Ok(false), "it was ended");
}

/// A replica that stays away for longer than the window: a rotation that the primary has taken
/// without it makes the old token pass for a stolen one. With `min-replicas-to-write` the primary
/// refuses instead, and the old token is good as before.
#[tokio::test(flavor = "multi_thread")]
async fn a_retry_after_the_window() {
    let Some((primary, replica)) = start_pair() else { return skip(RedisServer::PROGRAM) };
    let options = RedisOptions::new().timeout(Duration::from_secs(10));
    let patient = options.clone().wait_for_replicas(ONE, Duration::from_secs(10));
    let patient = service(connect(primary.port(), patient).await);
    let hasty = options.wait_for_replicas(ONE, Duration::from_millis(300));
    let hasty = service(connect(primary.port(), hasty).await);
    let (taken, refused) = (start(&patient, 1).await, start(&patient, 2).await);
    let set = |name, value| {
        assert_eq!(primary.cli(&["CONFIG", "SET", name, value]).trim(), "OK");
    };

    replica.pause();
    let lacking = SessionError::Unavailable(RedisStoreError::NotReplicated { wanted: ONE });
    assert_eq!(refresh(&hasty, &taken.pair.refresh.token, after(300)).await, Err(lacking));
    // The primary counts a replica that was silent for this long no more.
    set("min-replicas-max-lag", "1");
    set("min-replicas-to-write", "1");
    let has_good = |count| {
        primary.cli(&["INFO", "replication"]).contains(&format!("min_slaves_good_slaves:{count}"))
    };
    wait_until("the replica is missed", || has_good(0));
    let few = RedisStoreError::Server { code: "NOREPLICAS".into() };
    let answer = refresh(&hasty, &refused.pair.refresh.token, after(300)).await;
    assert_eq!(answer, Err(SessionError::Unavailable(few)));
    replica.resume();
    // A busy replica may be late again.
    set("min-replicas-max-lag", "60");
    wait_until("the replica is back", || has_good(1));

    let late = after(300 + 300);
    let rotated = refresh(&patient, &refused.pair.refresh.token, late).await;
    assert!(matches!(rotated, Ok(Refreshed::Rotated(_))), "{rotated:?}");
    let theft = refresh(&patient, &taken.pair.refresh.token, late).await;
    assert!(matches!(theft, Err(SessionError::Reuse(_))), "{theft:?}");
}
