//! `rediss://`: spoken to a server whose certificate the system trusts, and to no other.
#![cfg(feature = "tls")]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::process::Command;
use std::time::Duration;

use jwt_pair_redis::{RedisOptions, RedisStore, RedisStoreError};

use jwt_pair_store_tests::servers::{RedisServer, free_port, make_certificate, skip};

#[test]
fn the_certificate_is_verified() {
    let folder = std::env::temp_dir().join(format!("jwt-pair-redis-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder of the test's own");
    let certificate = make_certificate(&folder);
    let (trusted, key) = (certificate.display().to_string(), folder.join("key.pem"));
    let port = free_port().to_string();
    let key = key.display().to_string();
    let settings = [
        "--tls-port",
        &port,
        "--tls-cert-file",
        &trusted,
        "--tls-key-file",
        &key,
        "--tls-auth-clients",
        "no",
    ];
    let Some(_server) = RedisServer::start_with(&settings) else {
        return skip(RedisServer::PROGRAM);
    };
    let url = format!("rediss://:{}@localhost:{port}/", RedisServer::PASSWORD);
    let by_address = url.replace("localhost", "127.0.0.1");

    let login = |url: &str, trusted: Option<&str>| {
        let mut command = Command::new(env!("CARGO"));
        command.args(["run", "--quiet", "--all-features", "--example", "redis_login"]);
        command.env("REDIS_URL", url).envs(trusted.map(|file| ("SSL_CERT_FILE", file)));
        let output = command.output().expect("cargo runs this test");
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    let said = login(&url, Some(&trusted));
    assert!(said.contains("two tabs: rotated, repeated"), "{said}");
    for said in [login(&url, None), login(&by_address, Some(&trusted))] {
        assert!(said.contains("Disconnected"), "{said}");
        assert!(!said.contains(RedisServer::PASSWORD), "{said}");
    }
    std::fs::remove_dir_all(folder).expect("a folder of the test's own");
}

/// The choice of cryptography for the whole process is the application's: the store leaves it alone,
/// with TLS and without.
#[tokio::test(flavor = "multi_thread")]
async fn the_process_is_left_alone() {
    let Some(server) = RedisServer::start() else { return skip(RedisServer::PROGRAM) };
    let options = RedisOptions::new().timeout(Duration::from_secs(20));
    RedisStore::connect(&server.url(), options.clone()).await.expect("it is running");
    // Nobody listens there.
    let url = RedisServer::url_at(free_port()).replace("redis://", "rediss://");
    let error = RedisStore::connect(&url, options.clone()).await.expect_err("it is down");
    assert_eq!(error, RedisStoreError::Disconnected { cause: "connection refused".into() });
    let insecure = RedisStore::connect(&format!("{url}#insecure"), options).await;
    assert_eq!(insecure.expect_err("it is refused"), RedisStoreError::Address);
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
    rustls::crypto::ring::default_provider().install_default().expect("nobody chose before");
}
