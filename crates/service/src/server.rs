//! The listener: HTTP/1.1 with limits of time and size, and a stop that lets open requests end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

use crate::layers::Peer;

/// The limits of connections. Those of bodies are a layer of the router.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// For the header of a request, for a connection that is idle, and for a client that does not
    /// read its answer.
    pub header_time: Duration,
    /// Connections at once.
    pub connections: usize,
    /// For open requests, after the stop.
    pub stop_time: Duration,
}

impl From<&crate::config::Args> for Limits {
    fn from(args: &crate::config::Args) -> Self {
        Self {
            header_time: args.header_time,
            connections: args.connections,
            stop_time: args.stop_time,
        }
    }
}

/// For the header of a request: enough for an access token and a refresh token of 8 KiB each.
const HEADER_BYTES: usize = 64 * 1024;
/// After an error such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop`. Then no connection is taken any more, and open requests have some time.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_buf_size(HEADER_BYTES);
    let open = GracefulShutdown::new();
    let free = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = async {
            let permit = Arc::clone(&free).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                let service = service_fn(service_of(&router, peer));
                // The time for the header does not run while an answer cannot be written.
                let mut stream = TimeoutStream::new(stream);
                stream.set_write_timeout(Some(limits.header_time));
                let stream = TokioIo::new(Box::pin(stream));
                let connection = open.watch(http.serve_connection(stream, service));
                tokio::spawn(async move {
                    let _permit = permit;
                    // How a client ends its connection is its own affair.
                    let _ = connection.await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "no connection was taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(limits.stop_time, open.shutdown()).await.is_err() {
        tracing::warn!("requests were still open when the time for the stop was over");
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// One connection's requests, each to the whole router.
fn service_of(router: &Router, peer: SocketAddr) -> impl Fn(Request<Incoming>) -> Answer + use<> {
    let router = router.clone();
    move |request| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        Box::pin(router.clone().oneshot(request))
    }
}
