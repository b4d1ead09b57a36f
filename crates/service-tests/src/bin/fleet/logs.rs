//! The logs, searched for what they must not show.

use std::path::PathBuf;

use jwt_pair_service_tests::service::PASSWORD;
use jwt_pair_store_tests::servers::{PostgresServer, RedisServer};

use crate::keys::SECRETS;

/// What the logs must not show: the beginnings of a token's header and claims, passwords, secrets.
/// A session's id is random, and one of 10,000 holds the three characters `eyJ` by chance.
pub fn search(logs: &[PathBuf]) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = 0;
    for log in logs {
        let text = std::fs::read_to_string(log).expect("a log");
        lines += text.lines().count();
        let passwords = [
            PASSWORD,
            RedisServer::PASSWORD,
            PostgresServer::PASSWORD,
            "eyJhbGci",
            "eyJ1c2Vy",
            "panicked",
            "argon2id",
        ];
        for secret in passwords.iter().chain(&SECRETS) {
            let count = text.matches(secret).count();
            if count > 0 {
                found.push(format!("{count} × {secret} in the log"));
            }
        }
    }
    println!("{lines} lines of log were searched");
    if lines < 100 {
        found.push(format!("only {lines} lines of log"));
    }
    found
}
