//! Pairs of servers, a name that moves, and sessions on them.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_redis::{RedisOptions, RedisStore, RedisStoreError};
use jwt_pair_sessions::{
    Login, Refreshed, Renewal, SessionError, SessionPolicy, Sessions, Started,
};
use jwt_pair_store_tests::servers::RedisServer;
use tokio::net::{TcpListener, TcpStream};

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

pub(crate) type Service = Sessions<RedisStore>;

pub(crate) fn after(seconds: u64) -> UnixTime {
    NOW.saturating_add(Duration::from_secs(seconds))
}

pub(crate) fn service(store: RedisStore) -> Service {
    let key = Key::new(&[7; 32]).expect("32 bytes");
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    Sessions::new(issuer, store, SessionPolicy::new()).expect("5 minutes")
}

pub(crate) async fn connect(port: u16, options: RedisOptions) -> RedisStore {
    RedisStore::connect(&RedisServer::url_at(port), options).await.expect("it is running")
}

pub(crate) async fn start(service: &Service, user: i64) -> Started {
    service.start(&Login::new(user, "customer"), NOW).await.expect("it is running")
}

pub(crate) async fn refresh(
    service: &Service,
    token: &str,
    now: UnixTime,
) -> Result<Refreshed, SessionError<RedisStoreError>> {
    let claims = service.issuer().verify_refresh(token, now).expect("it is new");
    service.refresh(&claims, &Renewal::new("customer"), now).await
}

/// A primary and its replica, which has all that the primary has.
pub(crate) fn start_pair() -> Option<(RedisServer, RedisServer)> {
    let password = RedisServer::PASSWORD;
    let settings =
        ["--appendonly", "yes", "--masterauth", password, "--repl-diskless-sync-delay", "0"];
    let primary = RedisServer::start_with(&settings)?;
    let port = primary.port().to_string();
    let replica = [&settings[..], &["--replicaof", "127.0.0.1", &port]].concat();
    let replica = RedisServer::start_with(&replica)?;
    wait_until("the replica is in step", || {
        primary.cli(&["INFO", "replication"]).contains("state=online")
    });
    Some((primary, replica))
}

pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(120), "waited two minutes: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A name that leads to one server, and later to another one. Connections stay where they are.
pub(crate) struct Name {
    pub(crate) port: u16,
    target: Arc<AtomicU16>,
}

impl Name {
    pub(crate) async fn of(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let target = Arc::new(AtomicU16::new(server));
        let leads_to = Arc::clone(&target);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let port = leads_to.load(Ordering::SeqCst);
                tokio::spawn(async move {
                    if let Ok(mut server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await {
                        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                    }
                });
            }
        });
        Self { port, target }
    }

    pub(crate) fn move_to(&self, server: u16) {
        self.target.store(server, Ordering::SeqCst);
    }
}
