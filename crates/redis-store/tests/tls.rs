//! `rediss://`: spoken to a server whose certificate the system trusts, and to no other.
#![cfg(feature = "tls")]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::process::Command;

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
        command.args(["run", "--quiet", "--features", "tls", "--example", "login"]);
        command.env("REDIS_URL", url).envs(trusted.map(|file| ("SSL_CERT_FILE", file)));
        let output = command.output().expect("cargo runs this test");
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    let said = login(&url, Some(&trusted));
    assert!(said.contains("two tabs: rotated, replayed"), "{said}");
    for said in [login(&url, None), login(&by_address, Some(&trusted))] {
        assert!(said.contains("Disconnected"), "{said}");
        assert!(!said.contains(RedisServer::PASSWORD), "{said}");
    }
    std::fs::remove_dir_all(folder).expect("a folder of the test's own");
}
