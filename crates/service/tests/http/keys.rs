//! The key file, while the service runs.

use std::path::Path;
use std::time::{Duration, Instant};

use jwt_pair::{Identity, Key, KeyRing, PairIssuer, PairPolicy, UnixTime};

use crate::client::{get, post};
use crate::running::{Running, log};

const OTHER: &str = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";
const NEW: &str = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd";

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("written");
}

/// Waits until the log has this text.
pub fn wait_for(text: &str) {
    let begin = Instant::now();
    while !String::from_utf8_lossy(&log()).contains(text) {
        assert!(begin.elapsed() < Duration::from_secs(120), "no {text}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn kid(token: &str) -> String {
    let header = token.split('.').next().expect("a header");
    let header = jwt_pair::base64url::decode(header).expect("base64url");
    let header: serde_json::Value = serde_json::from_slice(&header).expect("JSON");
    header["kid"].as_str().expect("a kid").into()
}

#[test]
fn secrets_are_replaced_and_nobody_is_logged_out() {
    let service = Running::start(&["--key-poll", "10ms"]);
    let path = service.path("keys");
    let ann = service.register("ann");
    let (access, refresh) = (ann.text("access_token"), ann.refresh_token().expect("a token"));
    let first = std::fs::read_to_string(&path).expect("keys");
    service.secret(NEW);

    // A bad file: the old keys stay in force, and the log says which line.
    write(&path, &format!("{first}access third {NEW} sign\n"));
    wait_for("2 keys sign access tokens");
    write(&path, &format!("{first}access third nonsense\n"));
    wait_for("line 7: ");
    service.send(&get("/me").bearer(&access)).is(200);
    service.send(&post("/auth/refresh").page().cookie(&refresh)).is(200);

    // The new key is everywhere; then it signs; then the old one goes.
    write(&path, &format!("{first}access second {NEW}\n"));
    let old_kid = kid(&access);
    wait_for(&format!("new keys are in force kids=\"{old_kid} and {old_kid}\""));
    let signs =
        first.replace("sign\nrefresh", "\nrefresh") + &format!("access second {NEW} sign\n");
    write(&path, &signs);
    wait_for(&format!("new keys are in force kids=\"second and {old_kid}\""));
    let renewed = service.send(&post("/auth/refresh").page().cookie(&refresh));
    let renewed = renewed.is(200).text("access_token");
    assert_eq!(kid(&renewed), "second");
    for token in [&access, &renewed] {
        service.send(&get("/me").bearer(token)).is(200);
    }
    let last: String = signs
        .lines()
        .filter(|line| !line.starts_with("access k"))
        .map(|line| format!("{line}\n"))
        .collect();
    let before = log().len();
    write(&path, &last);
    let begin = Instant::now();
    while service.send(&get("/me").bearer(&access)).status == 200 {
        assert!(begin.elapsed() < Duration::from_secs(120), "the old key is still there");
    }
    assert!(log().len() > before);
    service.send(&get("/me").bearer(&renewed)).is(200);
    service.send(&post("/auth/refresh").page().cookie(&refresh)).is(200);
}

/// A refresh token that this key has signed, and that has expired.
fn expired(kid: &str, secret: &str) -> String {
    let ring =
        |kid: &str, secret: &str| KeyRing::with_kid(kid, Key::from_hex(secret).expect("a key"));
    let access = ring("unused", &"e".repeat(64));
    let issuer = PairIssuer::with_refresh_keys(access, ring(kid, secret), PairPolicy::new());
    let old = UnixTime::from_secs(1_700_000_000);
    let pair = issuer.expect("keys").issue(&Identity::new(1, "user", "none"), old);
    pair.expect("a pair").refresh.token
}

#[test]
fn the_secret_of_refresh_tokens_is_replaced_and_nobody_is_logged_out() {
    let service = Running::start(&["--key-poll", "10ms", "--window", "0s"]);
    let path = service.path("keys");
    let mut cookies: Vec<String> = Vec::new();
    for name in ["ann", "bob"] {
        cookies.push(service.register(name).refresh_token().expect("a token"));
    }
    let refresh = |cookie: &str| service.send(&post("/auth/refresh").page().cookie(cookie));
    let first = std::fs::read_to_string(&path).expect("keys");
    let old = kid(&cookies[0]);
    service.secret(OTHER);

    // Only of an authentic token the answer says that it has expired.
    let wait_until = |is_known: bool, token: &str| {
        let begin = Instant::now();
        while refresh(token).json().get("reason").is_some() != is_known {
            assert!(begin.elapsed() < Duration::from_secs(120), "the file is not read");
        }
    };
    let words: Vec<&str> = first.split_whitespace().collect();
    let [.., "refresh", _, old_secret, "sign"] = words[..] else {
        panic!("no key: {}", words.len())
    };
    let (of_old, of_new) = (expired(&old, old_secret), expired("later", OTHER));
    assert_eq!(refresh(&of_old).json()["reason"], "expired");
    assert_eq!(refresh(&of_new).json().get("reason"), None);

    // Distribute: the new key is known, and the old one signs.
    write(&path, &format!("{first}refresh later {OTHER}\n"));
    wait_until(true, &of_new);
    for cookie in &mut cookies {
        *cookie = refresh(cookie).is(200).refresh_token().expect("a token");
        assert_eq!(kid(cookie), old);
    }

    // Sign: a token of either key is taken, and each new one is of the new key.
    let (before, after) = first.rsplit_once("sign").expect("two lines that sign");
    write(&path, &format!("{before}{after}refresh later {OTHER} sign\n"));
    wait_for(&format!("new keys are in force kids=\"{old} and later\""));
    for cookie in &mut cookies {
        assert_eq!(kid(cookie), old);
        *cookie = refresh(cookie).is(200).refresh_token().expect("a token");
        assert_eq!(kid(cookie), "later");
    }

    // Drop: what the old key has signed is nobody's, and all others go on.
    let access = first.lines().find(|line| line.starts_with("access ")).expect("a line");
    write(&path, &format!("{access}\nrefresh later {OTHER} sign\n"));
    wait_until(false, &of_old);
    for cookie in &mut cookies {
        *cookie = refresh(cookie).is(200).refresh_token().expect("a token");
        assert_eq!(kid(cookie), "later");
    }
}

#[cfg(unix)]
#[test]
fn the_file_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let service = Running::start(&["--sessions", "sqlite"]);
    let mode = |name: &str| {
        std::fs::metadata(service.path(name)).expect("a file").permissions().mode() & 0o777
    };
    assert_eq!(mode("keys"), 0o600);
    let others = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(service.path("keys"), others).expect("a mode");
    let directory = service.into_directory();
    let data = directory.path().to_str().expect("UTF-8");
    let args = ["jwt-pair-service", "--data", data, "--listen", "127.0.0.1:0"];
    let args = jwt_pair_service::config::read(args.map(Into::into)).expect("settings");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let error = runtime.block_on(jwt_pair_service::run::Service::open(args)).expect_err("refused");
    let expected = format!("{data}/keys: the key file has mode 640: others may read it; chmod 600");
    assert_eq!(error.to_string(), expected);
}

/// Two instances with keys of their own would refuse each other's tokens.
#[test]
fn none_is_made_for_sessions_that_instances_share() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().to_str().expect("UTF-8");
    for sessions in ["redis://127.0.0.1:1", "postgres://127.0.0.1:1/db"] {
        let args = ["jwt-pair-service", "--data", data, "--sessions", sessions];
        let args = jwt_pair_service::config::read(args.map(Into::into)).expect("settings");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let opened = runtime.block_on(jwt_pair_service::run::Service::open(args));
        assert_eq!(
            opened.expect_err("refused").to_string(),
            format!(
                "{data}/keys: there is no key file. On sessions that instances share it is not \
                 made: give each the same file"
            )
        );
        assert!(!directory.path().join("keys").exists());
    }
}
