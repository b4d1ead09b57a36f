//! How a connection is made: a few at a time, and without a setting of its own.
//!
//! A pooler may hand the server's side of a connection to another application. A `SET` would go
//! with it, so there is none.

use core::future::Future;
use core::pin::Pin;

use deadpool_postgres::{ConfigConnectImpl, Connect};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, Error, Socket};

/// After a restart all callers connect at once. If that takes the server longer than any of them
/// waits, all give up together, and again the next time; a few at a time get through.
const AT_ONCE: usize = 4;

pub(crate) struct FewAtOnce<T: MakeTlsConnect<Socket> + Clone + Sync + Send + 'static>
where
    T::Stream: Sync + Send,
    T::TlsConnect: Sync + Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    inner: ConfigConnectImpl<T>,
    permits: Semaphore,
}

impl<T: MakeTlsConnect<Socket> + Clone + Sync + Send + 'static> FewAtOnce<T>
where
    T::Stream: Sync + Send,
    T::TlsConnect: Sync + Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    pub(crate) fn new(tls: T) -> Self {
        Self { inner: ConfigConnectImpl { tls }, permits: Semaphore::new(AT_ONCE) }
    }
}

impl<T: MakeTlsConnect<Socket> + Clone + Sync + Send + 'static> Connect for FewAtOnce<T>
where
    T::Stream: Sync + Send,
    T::TlsConnect: Sync + Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    fn connect(
        &self,
        config: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + '_>> {
        let config = config.clone();
        Box::pin(async move {
            // The semaphore is never closed.
            let _permit = self.permits.acquire().await.ok();
            self.inner.connect(&config).await
        })
    }
}
