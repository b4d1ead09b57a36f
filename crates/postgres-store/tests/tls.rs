//! `sslmode=require` and `verify-full`: spoken to a server whose certificate the system trusts, and
//! to no other.
#![cfg(feature = "tls")]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::process::Command;

use jwt_pair_postgres::{PostgresOptions, PostgresStore};
use jwt_pair_store_tests::{server_or_skip, servers::PostgresServer};

/// Which cryptography the process uses elsewhere is the application's choice.
#[test]
fn the_provider_of_the_process_is_left_open() {
    // A machine that trusts no certificates has no store, which changes nothing here.
    let _ = PostgresStore::connect("postgres://h/d?sslmode=require", &PostgresOptions::new());
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

#[test]
fn the_certificate_is_verified() {
    let server = server_or_skip!(PostgresServer);
    let require = format!("{}?sslmode=require", server.url());
    let url = require.replace("127.0.0.1", "localhost");
    let login = |url: &str, trusted: Option<&str>| {
        let mut command = Command::new(env!("CARGO"));
        command.args(["run", "--quiet", "--features", "tls", "--example", "postgres_login"]);
        command.env("DATABASE_URL", url).envs(trusted.map(|file| ("SSL_CERT_FILE", file)));
        let output = command.output().expect("cargo runs this test");
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    let plain = login(&url, None);
    assert!(plain.contains("Disconnected"), "the server does not speak TLS yet: {plain}");

    let certificate = server.enable_tls().display().to_string();
    for url in [&url, &url.replace("=require", "=verify-full")] {
        let said = login(url, Some(&certificate));
        assert!(said.contains("two tabs: rotated, repeated"), "{said}");
    }
    for said in [login(&url, None), login(&require, Some(&certificate))] {
        assert!(said.contains("Disconnected"), "{said}");
        assert!(!said.contains(PostgresServer::PASSWORD), "{said}");
    }
}
