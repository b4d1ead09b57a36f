//! What is printed while somebody looks for a fault.

use jwt_pair_service::config;
use jwt_pair_service::run::Service;
use jwt_pair_sessions::{AnyStore, MemoryStore};

use crate::running::Running;

#[test]
fn no_debug_shows_the_password_of_the_store() {
    // The keys are there already: on a shared store none are made.
    let directory = Running::start(&[]).into_directory();
    let data = directory.path().to_str().expect("UTF-8");
    let file = directory.path().join("settings");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for scheme in ["redis", "postgres"] {
        let text = format!("sessions = {scheme}://user:hunter2@127.0.0.1:1\n");
        std::fs::write(&file, text).expect("written");
        let path = file.to_str().expect("UTF-8");
        let words =
            ["jwt-pair-service", "--config", path, "--data", data, "--listen", "127.0.0.1:0"];
        let args = config::read(words.map(Into::into)).expect("settings");
        let places = args.places().expect("places");
        assert!(places.sessions.is_shared());
        let store = Some(AnyStore::new(MemoryStore::new()));
        let service = runtime.block_on(Service::open_with(args.clone(), store)).expect("a service");
        let shown = [
            format!("{args:?}"),
            format!("{places:?}"),
            format!("{:?}", places.sessions),
            format!("{:?}", service.app()),
            format!("{service:?}"),
        ];
        for text in shown {
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
