//! The end of all sessions of everybody, as after an old backup was restored.

use jwt_pair::UnixTime;
use jwt_pair_sessions::EndReason;
use redis::Cmd;

use crate::answer::read_end;
use crate::error::RedisStoreError;
use crate::keys::read_session_key;
use crate::row::damaged;
use crate::store::RedisStore;
use crate::visit::{AT_ONCE, read_bytes};

impl RedisStore {
    /// Ends all sessions of everybody, with the reason [`EndReason::All`]; how many. For a store that
    /// was restored from a backup, where sessions that were ended since have come back to life.
    ///
    /// Each session that is there when it begins is ended when it returns. It takes one round trip
    /// for each 256 keys, reads all keys of the server, and blocks it for no longer than one step. In
    /// a cluster, call it once for each primary, on a store that is connected to that one.
    ///
    /// # Errors
    /// [`RedisStoreError::Options`] on a store on a cluster. Otherwise, some sessions may be ended.
    /// Call it again. Damaged rows are ended too, and are an error in the end.
    pub async fn end_everybody(&self, at: UnixTime) -> Result<u64, RedisStoreError> {
        if !self.is_one_server() {
            return Err(RedisStoreError::Options);
        }
        let pattern = format!("{}:s:*", escaped(&self.options.prefix));
        let mut ended = Ok(0_u64);
        let mut cursor = b"0".to_vec();
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(&cursor).arg("MATCH").arg(&pattern).arg("COUNT").arg(AT_ONCE);
            let answer = self.link.ask(&scan, self.options.timeout).await?;
            let (next, keys) = redis::from_redis_value::<(Vec<u8>, redis::Value)>(answer)
                .map_err(|_| damaged("names"))?;
            let names: Vec<String> = read_bytes(keys)?
                .iter()
                .filter_map(|key| read_session_key(&self.options.prefix, key))
                .collect();
            let command = |name: &String| self.end_command(name, (EndReason::All, at), None);
            let commands: Vec<Cmd> = names.iter().map(command).collect();
            if !commands.is_empty() {
                let answers = self.take_all(&self.steps.end, commands).await?;
                for (name, answer) in names.iter().zip(answers) {
                    match answer.and_then(|answer| read_end(name, answer)) {
                        Ok(ends) => ended = ended.map(|count| count.saturating_add(ends.into())),
                        Err(error) => ended = Err(error),
                    }
                }
            }
            if next == b"0" {
                return ended;
            }
            cursor = next;
        }
    }
}

/// A prefix in a pattern means itself.
fn escaped(prefix: &str) -> String {
    let mut pattern = String::with_capacity(prefix.len());
    for letter in prefix.chars() {
        if matches!(letter, '*' | '?' | '[' | ']' | '^' | '-' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}
