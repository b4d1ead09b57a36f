//! How much of the work is done at once, and how much may wait for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::PasswordError;

/// A permit lives as long as the work, also if the client has gone away meanwhile.
#[derive(Clone, Debug)]
pub(super) struct Permits {
    free: Arc<Semaphore>,
    count: usize,
    waiting: Arc<AtomicUsize>,
    queue: usize,
}

/// One place in the queue, until it is dropped.
struct Place<'a>(&'a AtomicUsize);

impl Permits {
    pub(super) fn new(count: usize, queue: usize) -> Self {
        let count = count.clamp(1, Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(count)), count, waiting: Arc::default(), queue }
    }

    /// A permit, as soon as there is one.
    pub(super) async fn permit(&self) -> Result<OwnedSemaphorePermit, PasswordError> {
        match Arc::clone(&self.free).try_acquire_owned() {
            Ok(permit) => Ok(permit),
            Err(_) => {
                let _place = self.place().ok_or(PasswordError::Busy)?;
                let permit = Arc::clone(&self.free).acquire_owned().await;
                permit.map_err(|_| PasswordError::Busy)
            }
        }
    }

    fn place(&self) -> Option<Place<'_>> {
        let place = Place(&self.waiting);
        (self.waiting.fetch_add(1, Ordering::Relaxed) < self.queue).then_some(place)
    }

    pub(super) fn busy(&self) -> usize {
        self.count.saturating_sub(self.free.available_permits())
    }
}

/// Does the work on a thread that may block.
pub(super) async fn work<T: Send + 'static>(
    permit: OwnedSemaphorePermit,
    work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
) -> Result<T, PasswordError> {
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    });
    done.await.map_err(|_| PasswordError::Failed)?
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test fails by panicking")]

    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn the_permit_outlives_the_caller_and_more_work_is_refused() {
        let permits = Permits::new(1, 0);
        let (finish, may_finish) = mpsc::channel::<()>();
        let (started, has_started) = tokio::sync::oneshot::channel();
        let inner = permits.clone();
        let caller = tokio::spawn(async move {
            let permit = inner.permit().await?;
            work(permit, move || {
                let _ = started.send(());
                let _ = may_finish.recv();
                Ok(())
            })
            .await
        });
        has_started.await.expect("the work has begun");
        caller.abort();
        assert!(caller.await.expect_err("aborted").is_cancelled());
        assert_eq!(permits.permit().await.err(), Some(PasswordError::Busy));
        assert_eq!(permits.busy(), 1);
        finish.send(()).expect("the work waits");
        // It comes back when the work is done, and not before.
        let permit = permits.free.acquire().await.expect("open");
        drop(permit);
        let permit = permits.permit().await.expect("free");
        assert_eq!(work(permit, || Ok(7)).await, Ok(7));
        assert_eq!(permits.waiting.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_place_in_the_queue_is_given_back() {
        let permits = Permits::new(1, 1);
        let held = Arc::clone(&permits.free).acquire_owned().await.expect("open");
        let inner = permits.clone();
        let waiting = tokio::spawn(async move { work(inner.permit().await?, || Ok(1)).await });
        while permits.waiting.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(permits.permit().await.err(), Some(PasswordError::Busy));
        drop(held);
        assert_eq!(waiting.await.expect("no panic"), Ok(1));
        assert_eq!(permits.waiting.load(Ordering::Relaxed), 0);
    }
}
