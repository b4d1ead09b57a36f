//! Writes the seeds anew: `cargo run --manifest-path fuzz/Cargo.toml --example seeds`.
//!
//! The name of a seed says what it is. Those of the vectors come from `tests/vectors`.

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::Value;

#[path = "seeds/bytes.rs"]
mod bytes;
#[path = "seeds/steps.rs"]
mod steps;

fn main() -> io::Result<()> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    let vectors = Vectors::read(&fuzz.join("../tests/vectors"))?;
    let seeds = Seeds { folder: fuzz.join("seeds"), written: RefCell::default() };
    bytes::write(&seeds, &vectors)?;
    steps::write(&seeds)
}

struct Seeds {
    folder: PathBuf,
    written: RefCell<HashSet<(String, Vec<u8>)>>,
}

impl Seeds {
    /// The same bytes under a second name are left out.
    fn write(&self, target: &str, name: &str, data: impl AsRef<[u8]>) -> io::Result<()> {
        let data = data.as_ref().to_vec();
        if !self.written.borrow_mut().insert((target.to_owned(), data.clone())) {
            return Ok(());
        }
        let folder = self.folder.join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), data)
    }
}

/// The tokens of the vectors, by a name that is short and made of letters, digits and dashes.
struct Vectors {
    tokens: Vec<(String, String)>,
}

impl Vectors {
    fn read(folder: &Path) -> io::Result<Self> {
        let mut tokens = Vec::new();
        for (file, member, id) in [("jwt.json", "token", "id"), ("jws.json", "jws", "id")] {
            let text = fs::read_to_string(folder.join(file))?;
            let cases: Vec<Value> = serde_json::from_str(&text)?;
            for case in &cases {
                let (Some(id), Some(token)) = (case[id].as_str(), case[member].as_str()) else {
                    continue;
                };
                // The bombs are covered by a limit, and would make each run slower.
                if token.len() <= 1024 {
                    tokens.push((id.replace(['/', '_'], "-"), token.to_owned()));
                }
            }
        }
        Ok(Self { tokens })
    }
}
