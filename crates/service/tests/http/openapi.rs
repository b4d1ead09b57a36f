//! The file of the endpoints says what the router does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::client::{Answer, post, request};
use crate::running::{PASSWORD, Running};

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

/// The paths of the file.
pub fn paths() -> Vec<&'static str> {
    FILE["paths"].as_object().expect("paths").keys().map(String::as_str).collect()
}

/// Follows a `$ref`.
fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(place) => FILE.pointer(place.trim_start_matches('#')).expect("a place in the file"),
        None => value,
    }
}

/// The file knows this answer for this route: its status, its type and its members.
#[track_caller]
pub fn check(method: &str, path: &str, answer: &Answer) {
    let status = answer.status;
    let of_the_layers = [400, 404, 405, 408, 413].contains(&status);
    let Some((template, methods)) = template(path) else {
        assert!(of_the_layers, "{path}: {status}");
        return is_problem(answer, method);
    };
    let operation = &methods[method.to_ascii_lowercase()];
    let response = resolved(&operation["responses"][status.to_string()]);
    if response.is_null() {
        let of_cors = method == "OPTIONS" && status == 200;
        let head = method == "HEAD" && !methods["get"]["responses"][status.to_string()].is_null();
        let of_the_layers = operation.is_null() && of_the_layers;
        let known = of_cors || head || of_the_layers;
        assert!(known, "{method} {template}: {status} is not in the file");
        return if of_cors { assert_eq!(answer.body, "") } else { is_problem(answer, method) };
    }
    let place = format!("{method} {template}: {status}");
    let found = answer.header("content-type").and_then(|text| text.split(';').next());
    let Some(content) = response["content"].as_object() else {
        return assert_eq!((found, &*answer.body), (None, ""), "{place}");
    };
    let (known, content) = content.iter().next().expect("a type");
    assert_eq!(found, Some(known.as_str()), "{place}");
    if !content["schema"].is_null() {
        let faults = faults(&content["schema"], &answer.json());
        assert_eq!(faults, Vec::<String>::new(), "{place}: {}", answer.body);
    }
}

/// A refusal has one form, also where no route is.
#[track_caller]
fn is_problem(answer: &Answer, method: &str) {
    if answer.status < 400 {
        return;
    }
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{answer:?}");
    if method != "HEAD" {
        let faults = faults(&FILE["components"]["schemas"]["Problem"], &answer.json());
        assert_eq!(faults, Vec::<String>::new(), "{answer:?}");
    }
}

/// Where a value is not as its schema says. Knows the words that the file uses, and no others.
fn faults(schema: &'static Value, value: &Value) -> Vec<String> {
    let schema = resolved(schema);
    let mut found = Vec::new();
    for (word, rule) in schema.as_object().expect("a schema") {
        let fits = match word.as_str() {
            "type" => match rule {
                Value::Array(kinds) => kinds.iter().any(|kind| is_of(kind, value)),
                kind => is_of(kind, value),
            },
            "const" => value == rule,
            "enum" => rule.as_array().expect("a list").contains(value),
            "required" => {
                let mut names = rule.as_array().expect("a list").iter();
                names.all(|name| value.get(name.as_str().expect("a name")).is_some())
            }
            "additionalProperties" => {
                assert_eq!(rule, false);
                let known = schema["properties"].as_object().expect("properties");
                value.as_object().is_none_or(|all| all.keys().all(|name| known.contains_key(name)))
            }
            "properties" => {
                for (name, schema) in rule.as_object().expect("properties") {
                    if let Some(member) = value.get(name) {
                        let inner = faults(schema, member);
                        found.extend(inner.into_iter().map(|fault| format!("{name}.{fault}")));
                    }
                }
                true
            }
            "items" => {
                let all = value.as_array().into_iter().flatten();
                found.extend(all.flat_map(|item| faults(rule, item)));
                true
            }
            "oneOf" => {
                let kinds = rule.as_array().expect("a list");
                kinds.iter().filter(|kind| faults(kind, value).is_empty()).count() == 1
            }
            "description" | "pattern" => true,
            other => panic!("the file uses {other}, which this test does not know"),
        };
        if !fits {
            found.push(word.clone());
        }
    }
    found
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str().expect("a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the file uses the type {other}"),
    }
}

/// One operation of the file, and what its requests are made of.
struct Operation {
    method: String,
    path: &'static str,
    operation: &'static Value,
}

impl Operation {
    fn all() -> Vec<Self> {
        let of = |path| {
            let (_, methods) = template(path).expect("a path of the file");
            let methods = methods.as_object().expect("methods").iter();
            methods.map(move |(method, operation)| {
                let method = method.to_uppercase();
                Self { method, path, operation }
            })
        };
        paths().into_iter().flat_map(of).collect()
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn schema(&self) -> Option<&'static Value> {
        let schema = &self.operation["requestBody"]["content"]["application/json"]["schema"];
        (!schema.is_null()).then(|| resolved(schema))
    }

    /// The members of its body that the file requires, or all.
    fn members(&self, all: bool) -> BTreeSet<&'static str> {
        let Some(schema) = self.schema() else { return BTreeSet::new() };
        if all {
            let members = schema["properties"].as_object().expect("properties").keys();
            return members.map(String::as_str).collect();
        }
        let members = schema["required"].as_array().expect("a list").iter();
        members.map(|name| name.as_str().expect("a name")).collect()
    }

    fn headers(&self) -> BTreeSet<&'static str> {
        let parameters = self.operation["parameters"].as_array().into_iter().flatten();
        let required = parameters.filter(|it| it["in"] == "header" && it["required"] == true);
        required.map(|it| it["name"].as_str().expect("a name")).collect()
    }

    fn credentials(&self) -> BTreeSet<&'static str> {
        let kinds = self.operation["security"].as_array().into_iter().flatten();
        kinds.flat_map(|kind| kind.as_object().expect("kinds").keys()).map(String::as_str).collect()
    }
}

/// What a request has, and who sends it: each operation on accounts of its own.
struct Parts {
    headers: BTreeSet<&'static str>,
    credentials: BTreeSet<&'static str>,
    members: BTreeSet<&'static str>,
}

impl Parts {
    fn of(operation: &Operation, all: bool) -> Self {
        let (headers, credentials) = (operation.headers(), operation.credentials());
        Self { headers, credentials, members: operation.members(all) }
    }

    /// The answer to an operation with these parts, by a user who has just come.
    fn send(&self, service: &Running, operation: &Operation, user: &str) -> Answer {
        let page = service.register(user);
        let login = json!({ "name": user, "password": PASSWORD });
        let app = service.send(&post("/token/login").json(&login));
        let cookie = page.refresh_token().expect("a token");
        if operation.path == "/demo/thief" {
            // So that there is an old token.
            service.send(&post("/auth/refresh").page().cookie(&cookie)).is(200);
        }
        let session = page.text("session_id");
        let path = operation.path.replace("{id}", &session);
        let mut request = request(&operation.method, &path);
        if !operation.path.starts_with("/token") {
            request = request.header("Sec-Fetch-Site", "same-origin");
        }
        for name in &self.headers {
            assert_eq!(*name, "X-Requested-With", "a header that this test does not know");
            request = request.header(name, "jwt-pair");
        }
        for kind in &self.credentials {
            request = match *kind {
                "access" => request.bearer(&page.text("access_token")),
                "cookie" => request.cookie(&cookie),
                other => panic!("credentials that this test does not know: {other}"),
            };
        }
        let name =
            if operation.path == "/auth/register" { format!("{user}.new") } else { user.into() };
        let member = |member: &&'static str| {
            let value = match *member {
                "name" => name.clone(),
                "password" | "current" => PASSWORD.into(),
                "new" => service.secret("another good password"),
                "session_id" => session.clone(),
                "refresh_token" => app.text("refresh_token"),
                "unknown" => "x".into(),
                other => panic!("a member that this test does not know: {other}"),
            };
            ((*member).to_owned(), Value::from(value))
        };
        if operation.schema().is_some() {
            request = request.json(&Value::Object(self.members.iter().map(member).collect()));
        }
        service.send(&request)
    }
}

fn demo() -> Running {
    Running::start(&["--demo", "--window", "0s", "--access-lifetime", "1h"])
}

/// With what the file requires, and with all that it names, a request is answered with success.
#[test]
fn requests_as_the_file_describes_them_are_answered() {
    let service = demo();
    let mut seen = BTreeSet::new();
    for (n, operation) in Operation::all().iter().enumerate() {
        for all in [false, true] {
            let user = format!("user{n}{all}");
            let answer = Parts::of(operation, all).send(&service, operation, &user);
            assert!(answer.status < 300, "{}: {answer:?}", operation.name());
            if let Ok(Value::Object(body)) = serde_json::from_str(&answer.body) {
                seen.extend(body.keys().map(|name| (operation.name(), name.clone())));
            }
        }
    }
    // What the file promises is there: each member of each schema of a success was in an answer.
    for operation in Operation::all() {
        let responses = operation.operation["responses"].as_object().expect("responses");
        for (_, response) in responses.iter().filter(|(status, _)| status.starts_with('2')) {
            let schema = resolved(&response["content"]["application/json"]["schema"]);
            for name in schema["properties"].as_object().into_iter().flatten().map(|it| it.0) {
                let member = (operation.name(), name.clone());
                assert!(seen.contains(&member), "{member:?} was in no answer");
            }
        }
    }
}

/// Each part that the file requires is necessary, and what the file does not name is refused.
#[test]
fn requests_without_what_the_file_requires_are_refused() {
    let service = demo();
    for (n, operation) in Operation::all().iter().enumerate() {
        let mut cases: Vec<(String, u16, Parts)> = Vec::new();
        for header in operation.headers() {
            let mut parts = Parts::of(operation, false);
            parts.headers.remove(header);
            cases.push((format!("without {header}"), 403, parts));
        }
        // A logout without the cookie is done already.
        for kind in operation.credentials().iter().filter(|_| operation.path != "/auth/logout") {
            let mut parts = Parts::of(operation, false);
            parts.credentials.remove(kind);
            cases.push((format!("without {kind}"), 401, parts));
        }
        for member in operation.members(false) {
            let mut parts = Parts::of(operation, false);
            parts.members.remove(member);
            // A refresh token that is not there is a credential that is not there.
            let status = if member == "refresh_token" { 401 } else { 400 };
            cases.push((format!("without {member}"), status, parts));
        }
        for (case, (what, status, parts)) in cases.iter().enumerate() {
            let answer = parts.send(&service, operation, &format!("user{n}.{case}"));
            assert_eq!(answer.status, *status, "{} {what}: {answer:?}", operation.name());
        }
        if let Some(schema) = operation.schema() {
            let mut parts = Parts::of(operation, false);
            parts.members.insert("unknown");
            let answer = parts.send(&service, operation, &format!("user{n}.more"));
            let is_refused = answer.status == 400;
            let must_be = schema["additionalProperties"] == false;
            assert_eq!(is_refused, must_be, "{}: {answer:?}", operation.name());
        }
    }
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
