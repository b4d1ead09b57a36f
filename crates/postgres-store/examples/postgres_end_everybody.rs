//! Ends all sessions of everybody: for the time after a backup was restored.
//!
//! ```sh
//! DATABASE_URL=postgres://user:password@127.0.0.1/database cargo run --example postgres_end_everybody
//! ```
//!
//! Stop the service before, and start it after. Everybody logs in again.

use std::error::Error;

use jwt_pair::UnixTime;
use jwt_pair_postgres::{PostgresOptions, PostgresStore};
use jwt_pair_sessions::EndReason;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::var("DATABASE_URL").map_err(|_| "DATABASE_URL is not set")?;
    let store = PostgresStore::connect(&url, &PostgresOptions::new())?;
    let ended = store.end_everybody(EndReason::All, UnixTime::now()?).await?;
    println!("{ended} sessions have ended");
    Ok(())
}
