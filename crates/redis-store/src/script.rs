//! The scripts: each is one atomic step on one key, sent by its digest.

use redis::{Cmd, Script};

/// A script and its digest.
#[derive(Debug)]
pub(crate) struct Step {
    code: &'static str,
    digest: String,
}

macro_rules! step {
    ($name:literal) => {
        Step::new(concat!(
            include_str!("scripts/common.lua"),
            include_str!(concat!("scripts/", $name))
        ))
    };
}

/// All steps.
#[derive(Debug)]
pub(crate) struct Steps {
    pub(crate) advance: Step,
    pub(crate) forget: Step,
    pub(crate) insert: Step,
    pub(crate) remember: Step,
    pub(crate) revoke: Step,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self {
            advance: step!("advance.lua"),
            forget: step!("forget.lua"),
            insert: step!("insert.lua"),
            remember: step!("remember.lua"),
            revoke: step!("revoke.lua"),
        }
    }
}

impl Step {
    fn new(code: &'static str) -> Self {
        Self { code, digest: Script::new(code).get_hash().to_owned() }
    }

    /// The step on one key, for a server that knows the script.
    pub(crate) fn by_digest(&self, key: &str, args: impl FnOnce(&mut Cmd)) -> Cmd {
        command("EVALSHA", &self.digest, key, args)
    }

    /// The same for one that does not: it runs the script, and then knows it.
    pub(crate) fn by_code(&self, key: &str, args: impl FnOnce(&mut Cmd)) -> Cmd {
        command("EVAL", self.code, key, args)
    }
}

fn command(name: &'static str, script: &str, key: &str, args: impl FnOnce(&mut Cmd)) -> Cmd {
    let mut command = redis::cmd(name);
    command.arg(script).arg(1).arg(key);
    args(&mut command);
    command
}
