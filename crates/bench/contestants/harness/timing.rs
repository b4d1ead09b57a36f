use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// One operation on one input. Boxed around the loop, never within it.
pub struct Task {
    check: Box<dyn Fn() -> String>,
    time: Box<dyn Fn(u64, usize) -> u128>,
}

impl Task {
    /// `operation` is what is timed, and the drop of its result with it; `show` never is.
    ///
    /// The operation holds the token and is called by reference, so that a result that borrowed from
    /// the token would not compile: all contestants hand out owned values.
    pub fn new<R: 'static>(
        operation: impl Fn() -> R + Clone + Sync + 'static,
        show: impl Fn(R) -> serde_json::Value + 'static,
    ) -> Self {
        let once = operation.clone();
        Self {
            check: Box::new(move || show(once()).to_string()),
            time: Box::new(move |iterations, threads| time(&operation, iterations, threads)),
        }
    }

    pub fn check(&self) -> String {
        (self.check)()
    }

    /// From the first thread's start to the last one's end, in nanoseconds.
    pub fn time(&self, iterations: u64, threads: usize) -> u128 {
        (self.time)(iterations, threads)
    }
}

fn time<R>(operation: &(impl Fn() -> R + Sync), iterations: u64, threads: usize) -> u128 {
    let waiting = AtomicUsize::new(threads);
    let batch = || {
        // The process that ran before this one has filled the caches.
        for _ in 0..iterations / 8 + 1 {
            black_box(operation());
        }
        // No sleep, as who sleeps here starts late; but the other may need this core to get here.
        waiting.fetch_sub(1, Ordering::SeqCst);
        while waiting.load(Ordering::SeqCst) > 0 {
            std::thread::yield_now();
        }
        let start = Instant::now();
        for _ in 0..iterations {
            black_box(operation());
        }
        (start, Instant::now())
    };
    let spans: Vec<(Instant, Instant)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(batch)).collect();
        let own = batch();
        let others = others.into_iter().map(|thread| thread.join().expect("no task panics"));
        others.chain([own]).collect()
    });
    let start = spans.iter().map(|span| span.0).min().expect("there is one thread");
    let end = spans.iter().map(|span| span.1).max().expect("there is one thread");
    (end - start).as_nanos()
}
