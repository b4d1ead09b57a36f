//! What is done to every request and every answer.

use std::net::SocketAddr;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::http::header::{
    CONNECTION, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::app::App;
use crate::refusal::Refusal;

/// The other end of the connection: the client, or the last proxy.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Reads the whole body before any route sees the request, within a size and a time.
pub async fn read_body(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let read = Limited::new(body, app.args.max_body).collect();
    let (status, detail) = match tokio::time::timeout(app.args.body_time, read).await {
        Ok(Ok(body)) => {
            return next.run(Request::from_parts(parts, Body::from(body.to_bytes()))).await;
        }
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            (StatusCode::PAYLOAD_TOO_LARGE, "The body is too long")
        }
        Ok(Err(_)) => (StatusCode::BAD_REQUEST, "The body cannot be read"),
        Err(_) => (StatusCode::REQUEST_TIMEOUT, "The body took too long"),
    };
    let mut response = Refusal::new(status, detail).into_response();
    // The rest of the body would be read as the next request.
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// No inline script, no frame, no other origin.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; form-action 'none'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Headers for browsers, on every answer.
pub async fn security_headers(State(app): State<App>, mut response: Response) -> Response {
    let mut set = |name: HeaderName, value: &'static str| {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(REFERRER_POLICY, "no-referrer");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if app.args.hsts {
        set(STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    response
}

/// One line for each answer: no header, no body, and the route instead of the path.
pub async fn log(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let peer = request.extensions().get::<Peer>().copied();
    let client = peer.map(|peer| app.client(request.headers(), peer.0).to_string());
    let response = next.run(request).await;
    let status = response.status();
    let counters = &app.counters;
    match status.as_u16() {
        500.. => counters.answers_failed.count(),
        400.. => counters.answers_refused.count(),
        _ => counters.answers_good.count(),
    }
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, route, status = status.as_u16(), ms, client, "answered");
    response
}
