//! The file of the endpoints says what the router does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

use crate::client::request;
use crate::running::Running;

static FILE: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../openapi.json")).expect("JSON"));

/// The path of the file that a request is for.
fn template(path: &str) -> Option<(&'static String, &'static Value)> {
    let path = path.split('?').next().unwrap_or_default();
    let fits = |template: &str| {
        let (mut parts, mut others) = (path.split('/'), template.split('/'));
        loop {
            match (parts.next(), others.next()) {
                (None, None) => return true,
                (Some(part), Some(other)) if other == part => {}
                (Some(part), Some(other)) if other.starts_with('{') && !part.is_empty() => {}
                _ => return false,
            }
        }
    };
    let paths = FILE["paths"].as_object().expect("paths");
    paths.get_key_value(path).or_else(|| paths.iter().find(|(template, _)| fits(template)))
}

/// The methods of a route.
pub fn methods(path: &str) -> Vec<String> {
    let methods = template(path).and_then(|(_, methods)| methods.as_object());
    methods.into_iter().flatten().map(|(method, _)| method.to_uppercase()).collect()
}

/// The file knows this status for this route.
#[track_caller]
pub fn check(method: &str, path: &str, status: u16) {
    let Some((template, methods)) = template(path) else {
        return assert!([404, 408, 413, 400].contains(&status), "{path}: {status}");
    };
    let operation = &methods[method.to_ascii_lowercase()];
    if operation.is_null() {
        let of_the_layers = [405, 400, 408, 413].contains(&status);
        let of_cors = method == "OPTIONS" && status == 200;
        let head = method == "HEAD" && !methods["get"].is_null();
        return assert!(of_the_layers || of_cors || head, "{method} {template}: {status}");
    }
    let known = !operation["responses"][status.to_string()].is_null();
    assert!(known, "{method} {template}: {status} is not in the file");
}

#[test]
fn each_route_of_the_file_has_its_methods_and_no_others() {
    let service = Running::start(&["--demo"]);
    for (path, methods) in FILE["paths"].as_object().expect("paths") {
        let known: BTreeSet<String> =
            methods.as_object().expect("methods").keys().map(|m| m.to_uppercase()).collect();
        let answer = service.send(&request("PATCH", &path.replace("{id}", "s")));
        answer.is(405);
        let allowed: BTreeSet<String> = answer
            .header("allow")
            .expect("Allow")
            .split(',')
            .map(|method| method.trim().to_owned())
            .filter(|method| method != "HEAD")
            .collect();
        assert_eq!(allowed, known, "{path}");
    }
}

/// A route that is in no file would not be found by the test above.
#[test]
fn each_route_of_the_sources_is_in_the_file() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src/routes");
    let axum = concat!(env!("CARGO_MANIFEST_DIR"), "/../axum/src/routes");
    let mut found = BTreeMap::new();
    for (folder, prefixes) in [(root, &[""][..]), (axum, &["/auth", "/token"])] {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("a file").path();
            let text = std::fs::read_to_string(&path).expect("a text");
            for rest in text.split(".route(").skip(1) {
                let route = rest.split('"').nth(1).expect("a text");
                for prefix in prefixes {
                    found.insert(format!("{prefix}{route}"), path.display().to_string());
                }
            }
        }
    }
    let found: BTreeSet<&String> = found.keys().collect();
    let known: BTreeSet<&String> = FILE["paths"].as_object().expect("paths").keys().collect();
    assert_eq!(found, known);
}
