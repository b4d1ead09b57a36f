//! A server that is full, and evicts nothing.

use std::time::Duration;

use jwt_pair_redis::{RedisOptions, RedisStoreError};
use jwt_pair_sessions::{
    EndReason, Ended, Login, Refreshed, SessionError, SessionPolicy, SessionStore as _, Sessions,
};
use jwt_pair_store_tests::server_or_skip;
use jwt_pair_store_tests::servers::RedisServer;

use crate::common::{NOW, after, connect, refresh, service, start};

/// No session begins. Those that stand are refreshed, a thief is noticed, and every end passes.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_on_a_full_server() {
    let server = server_or_skip!(RedisServer);
    let options = RedisOptions::new().timeout(Duration::from_secs(10));
    let service = service(connect(server.port(), options.clone()).await);
    let stolen = start(&service, 1).await;
    let refreshed = start(&service, 2).await;
    let one = start(&service, 3).await;
    for _ in 0..5 {
        start(&service, 4).await;
    }
    let _ = refresh(&service, &stolen.pair.refresh.token, after(300)).await.expect("it is running");

    assert_eq!(server.cli(&["CONFIG", "SET", "maxmemory", "1"]).trim(), "OK");
    let oom = SessionError::Unavailable(RedisStoreError::Server { code: "OOM".into() });
    let login = Login::new(5, "customer").session_id("new");
    assert_eq!(service.start(&login, NOW).await, Err(oom));
    let rotated = refresh(&service, &refreshed.pair.refresh.token, after(300)).await;
    assert!(matches!(rotated, Ok(Refreshed::Rotated(_))), "{rotated:?}");
    let reuse = refresh(&service, &stolen.pair.refresh.token, after(600)).await;
    let Err(SessionError::Reuse(row)) = reuse else { panic!("{reuse:?}") };
    assert_eq!(row.ended, Some(Ended { why: EndReason::Reuse, at: after(600) }));
    assert_eq!(service.revoke(&one.session.session_id, NOW).await, Ok(true));
    assert_eq!(service.revoke_user(&4.into(), NOW).await, Ok(5));
    // A logout of a token that has not been adopted yet takes a row.
    let store = connect(server.port(), options).await;
    let issuer = service.issuer().clone();
    let adopts = Sessions::new(issuer, store, SessionPolicy::new().adopt_tokens_without_jti())
        .expect("5 min");
    assert_eq!(adopts.revoke("not yet", NOW).await, Ok(true));
    assert!(adopts.store().load("not yet").await.expect("load").is_some());
    assert_eq!(service.store().end_everybody(NOW).await, Ok(1));
}
