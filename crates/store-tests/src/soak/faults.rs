//! A server that is killed, stopped and started again, and wires that lose answers, during a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jwt_pair::UnixTime;

use super::random::Random;
use super::{Soak, run};
use crate::TestStore;
use crate::servers::{Proxy, Server};

/// What hurts a server during a run.
#[derive(Debug)]
pub struct Faults<V> {
    /// It is killed, stopped, and in the end dropped.
    pub server: V,
    /// Wires to it, whose answers are lost.
    pub wires: Vec<Proxy>,
}

/// Runs it while the server is killed and started again, stopped and resumed, and while wires lose
/// answers: one of these all two to six seconds. The counts, those of the faults too.
///
/// # Panics
/// If a promise is broken.
pub async fn run_with_faults<S: TestStore, V: Server + 'static>(
    stores: [S; 3],
    faults: Faults<V>,
    now: UnixTime,
    config: Soak,
) -> String {
    let stop = Arc::new(AtomicBool::new(false));
    let until = Arc::clone(&stop);
    let hurting = thread::spawn(move || hurt(faults, &until, config));
    let counts = tokio::spawn(run(stores, now, config)).await;
    // Also after a promise is broken, so that no server outlives the run.
    stop.store(true, Ordering::SeqCst);
    let hurt = hurting.join();
    let counts = counts.unwrap_or_else(|failed| std::panic::resume_unwind(failed.into_panic()));
    let hurt = hurt.unwrap_or_else(|failed| std::panic::resume_unwind(failed));
    format!("{hurt}; {counts}")
}

/// Hurts the server for as long as browsers go on, and keeps it until it is no longer needed.
fn hurt<V: Server>(mut faults: Faults<V>, stop: &AtomicBool, config: Soak) -> String {
    let (begun, mut random) = (Instant::now(), Random(config.seed));
    let (mut kills, mut stops, mut silences) = (0, 0, 0);
    while !stop.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(20));
        if begun.elapsed() >= config.duration {
            continue;
        }
        thread::sleep(Duration::from_millis(2_000 + random.below(4_000)));
        match random.below(if faults.wires.is_empty() { 2 } else { 3 }) {
            0 => {
                faults.server.kill();
                thread::sleep(Duration::from_millis(random.below(300)));
                faults.server.restart();
                kills += 1;
            }
            1 => {
                faults.server.pause();
                thread::sleep(Duration::from_millis(200 + random.below(800)));
                faults.server.resume();
                stops += 1;
            }
            _ => {
                let wires = u64::try_from(faults.wires.len()).unwrap_or(1);
                let at = usize::try_from(random.below(wires)).unwrap_or(0);
                faults.wires[at].lose_answers();
                silences += 1;
            }
        }
    }
    format!("{kills} kills, {stops} stops, {silences} silent wires")
}
