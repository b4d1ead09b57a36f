//! The answer of a worker thread, as a future of any executor.
//!
//! In: one value, sent by a thread. Out: a future that gives it. The thread wakes the task itself, so
//! no timer and no runtime is needed.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The end that answers, once. Dropping it says that no answer will come.
#[derive(Debug)]
pub(crate) struct Answerer<T>(Arc<Mutex<State<T>>>);

/// The end that waits: `None` if no answer will come. Dropping it cancels nothing.
#[derive(Debug)]
pub(crate) struct Answer<T>(Arc<Mutex<State<T>>>);

#[derive(Debug)]
struct State<T> {
    value: Option<T>,
    waker: Option<Waker>,
    is_over: bool,
}

pub(crate) fn answer<T>() -> (Answerer<T>, Answer<T>) {
    let state = Arc::new(Mutex::new(State { value: None, waker: None, is_over: false }));
    (Answerer(Arc::clone(&state)), Answer(state))
}

impl<T> Answerer<T> {
    pub(crate) fn send(self, value: T) {
        lock(&self.0).value = Some(value);
        // Dropping it wakes the task.
    }
}

impl<T> Drop for Answerer<T> {
    fn drop(&mut self) {
        let mut state = lock(&self.0);
        state.is_over = true;
        let waker = state.waker.take();
        // A waker may run the task at once, and the task locks the state.
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Answer<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = lock(&self.0);
        if state.is_over {
            return Poll::Ready(state.value.take());
        }
        // The task may have moved to another executor since.
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

/// Ignoring poison is safe: no operation can panic halfway through a change.
fn lock<T>(state: &Mutex<State<T>>) -> MutexGuard<'_, State<T>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
