//! A wire to a server that counts round trips and that can lose answers.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Forwards a port to another one on 127.0.0.1, as long as the process runs.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    round_trips: AtomicU64,
    /// Whether the client was the last to send.
    client_spoke: AtomicBool,
    /// For each connection, whether its answers are lost.
    silent: Mutex<Vec<Arc<AtomicBool>>>,
}

impl Proxy {
    /// A proxy before a server.
    ///
    /// # Panics
    /// If there is no port left.
    #[must_use]
    pub fn to(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let shared = Arc::<Shared>::default();
        let of_thread = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A server that is down hangs up.
                if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) {
                    of_thread.forward(client, server);
                }
            }
        });
        Self { port, shared }
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// How often a client has begun to send since it last received: on one connection that does
    /// one thing at a time, the round trips.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        self.shared.round_trips.load(Ordering::SeqCst)
    }

    /// From now on no answer comes through the connections that there are, nor do they end: what
    /// is sent reaches the server. Later connections are sound.
    pub fn lose_answers(&self) {
        for silent in self.shared.lock().iter() {
            silent.store(true, Ordering::SeqCst);
        }
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<AtomicBool>>> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forward(self: &Arc<Self>, client: TcpStream, server: TcpStream) {
        let silent = Arc::<AtomicBool>::default();
        self.lock().push(Arc::clone(&silent));
        for stream in [&client, &server] {
            stream.set_nodelay(true).expect("a connection of this process");
        }
        let to_server = (client.try_clone(), server.try_clone());
        let (Ok(from_client), Ok(to_server)) = to_server else { return };
        let requests = Arc::clone(self);
        thread::spawn(move || {
            copy(from_client, to_server, |_| {
                if !requests.client_spoke.swap(true, Ordering::SeqCst) {
                    requests.round_trips.fetch_add(1, Ordering::SeqCst);
                }
                true
            });
        });
        let answers = Arc::clone(self);
        thread::spawn(move || {
            copy(server, client, |_| {
                answers.client_spoke.store(false, Ordering::SeqCst);
                !silent.load(Ordering::SeqCst)
            });
        });
    }
}

/// Copies until one side ends; what `passes` says no to is lost.
fn copy(mut from: TcpStream, mut to: TcpStream, passes: impl Fn(&[u8]) -> bool) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if passes(&buffer[..length]) && to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
