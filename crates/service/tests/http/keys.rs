//! The key file, while the service runs.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::client::{get, post};
use crate::running::{Running, log};

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
    let args = ["jwt-pair-service", "--data", data, "--sessions", "redis://127.0.0.1:1"];
    let args = jwt_pair_service::config::read(args.map(Into::into)).expect("settings");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let error = runtime.block_on(jwt_pair_service::run::Service::open(args)).expect_err("refused");
    assert_eq!(
        error.to_string(),
        format!(
            "{data}/keys: there is no key file. On sessions that instances share it is not made: \
             give each the same file"
        )
    );
    assert!(!directory.path().join("keys").exists());
}
