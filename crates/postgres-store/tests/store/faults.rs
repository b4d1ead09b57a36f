//! A PostgreSQL server that dies, hangs or loses answers.

use std::time::Duration;

use jwt_pair_postgres::{PostgresOptions, PostgresStore, PostgresStoreError};
use jwt_pair_sessions::SessionStore as _;
use jwt_pair_store_tests::servers::{PostgresServer, Proxy, Server as _};
use jwt_pair_store_tests::{faults, server_or_skip};

use super::{migrated, options, store};

/// A busy machine is late, and must not fail a test.
const TIMEOUT: Duration = Duration::from_secs(5);
const BOUND: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_in_ten_kills() {
    let mut server = server_or_skip!(PostgresServer);
    migrated(server.port()).await;
    // Few connections: to prove a password takes a while in a build that is not optimized.
    let store = store(server.port(), &options().timeout(TIMEOUT).max_connections(4));
    faults::kill_under_load(&mut server, store, BOUND, 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_is_unavailable() {
    let server = server_or_skip!(PostgresServer);
    migrated(server.port()).await;
    let store = store(server.port(), &options().timeout(TIMEOUT));
    faults::pause(&server, store, BOUND).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_given_again() {
    let server = server_or_skip!(PostgresServer);
    let proxy = Proxy::to(server.port());
    migrated(server.port()).await;
    let store = store(proxy.port(), &options().timeout(TIMEOUT));
    faults::lost_answer(&proxy, store, BOUND).await;
}

/// The errors say what is wrong, and hold no secret.
#[tokio::test(flavor = "multi_thread")]
async fn errors_say_what_is_wrong() {
    let mut server = server_or_skip!(PostgresServer);
    let patient = store(server.port(), &options());
    let error = patient.load("s").await.expect_err("there is no table");
    assert_eq!(error, PostgresStoreError::Server { code: "42P01".into() });
    assert!(error.to_string().contains("are the migrations missing?"), "{error}");
    patient.migrate().await.expect("it is running");
    assert_eq!(patient.load("s").await, Ok(None));

    server.pause();
    let impatient = store(server.port(), &options().timeout(Duration::from_millis(300)));
    let error = impatient.load("s").await.expect_err("it answers nothing");
    assert_eq!(error, PostgresStoreError::TimedOut { after: Duration::from_millis(300) });
    assert_eq!(error.to_string(), "PostgreSQL did not answer within 300ms");
    server.resume();

    server.kill();
    let refused = PostgresStoreError::Disconnected { cause: "connection refused".into() };
    assert_eq!(store(server.port(), &options()).load("s").await, Err(refused.clone()));
    server.restart();

    let wrong = server.url().replace(PostgresServer::PASSWORD, "wrong-secret");
    let wrong = PostgresStore::connect(&wrong, &options()).expect("a good address");
    let error = wrong.load("s").await.expect_err("a wrong password");
    assert_eq!(error, PostgresStoreError::Server { code: "28P01".into() });
    for text in [format!("{error:?} {error}"), format!("{wrong:?}"), format!("{refused:?}")] {
        assert!(!text.contains("secret") && !text.contains(PostgresServer::PASSWORD), "{text}");
        assert!(!text.contains("127.0.0.1"), "{text}");
    }
}

/// What cannot be an address, with what to write instead.
#[test]
fn an_address_that_cannot_be_used() {
    let hint = |address: &str| match PostgresStore::connect(address, &options()) {
        Err(PostgresStoreError::Address { hint }) => hint,
        other => panic!("{other:?}"),
    };
    let form = "write postgres://user:password@host/database";
    for address in ["http://u:wrong-secret@h/", "postgres://h/?sslmode=x", "host=h sslmode=x"] {
        assert_eq!(hint(address), form, "{address}");
    }
    for mode in ["sslmode=verify-ca", "sslrootcert=ca.pem"] {
        for address in [format!("postgres://h/d?a=b&{mode}"), format!("host=h {mode}")] {
            assert!(
                [
                    "write sslmode=verify-full",
                    "name the certificates in SSL_CERT_FILE, or use `with_config`"
                ]
                .contains(&hint(&address)),
                "{address}"
            );
        }
    }
    if cfg!(not(feature = "tls")) {
        for mode in ["require", "verify-full"] {
            assert_eq!(hint(&format!("host=h sslmode={mode}")), "switch on the feature `tls`");
            let url = format!("postgres://h/d?sslmode={mode}&connect_timeout=3");
            assert_eq!(hint(&url), "switch on the feature `tls`");
        }
    }
    let names = [("", "t"), ("s", ""), ("s\0", "t"), ("s", "t\0")];
    let long = "t".repeat(49);
    for (schema, table) in names.into_iter().chain([("s", long.as_str())]) {
        let options = PostgresOptions::new().schema(schema).table(table);
        let made = PostgresStore::connect("host=h", &options);
        assert_eq!(made.expect_err("no name"), PostgresStoreError::Name);
    }
}
