//! Ends all sessions of everybody. Run it after a backup was restored, before the service starts.
//!
//! ```sh
//! cargo run --example sqlite_end_everybody -- sessions.db
//! ```

use std::error::Error;
use std::path::Path;

use jwt_pair::UnixTime;
use jwt_pair_sqlite::{SqliteOptions, SqliteStore};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: sqlite_end_everybody FILE")?;
    // A name that is written wrong must not make a new file, and report that all is done.
    if !Path::new(&path).is_file() {
        return Err("there is no such file".into());
    }
    let store = SqliteStore::open(path, &SqliteOptions::new())?;
    println!("ended: {}", store.end_everybody(UnixTime::now()?).await?);
    Ok(())
}
