//! The scripts: each is one atomic step, sent by its digest.
//!
//! Each begins with `#!lua`, so that the server asks first whether it may write at all: a replica
//! answers `READONLY`, even where the step would only read. Steps that make no row longer, and steps
//! that end sessions, also run on a server that is full (`allow-oom`).

use redis::{Arg, Cmd, Script};

/// A script and its digest.
#[derive(Debug)]
pub(crate) struct Step {
    code: &'static str,
    digest: String,
}

macro_rules! step {
    ($flags:literal, $name:literal) => {
        Step::new(concat!(
            "#!lua",
            $flags,
            "\n",
            include_str!("scripts/common.lua"),
            include_str!(concat!("scripts/", $name))
        ))
    };
}

/// All steps.
#[derive(Debug)]
pub(crate) struct Steps {
    pub(crate) refresh: Step,
    pub(crate) insert: Step,
    /// Inserts a row that is ended: it bars a token, which a full server must not prevent.
    pub(crate) insert_ended: Step,
    pub(crate) load: Step,
    pub(crate) end: Step,
    pub(crate) names: Step,
    #[cfg(feature = "cluster")]
    pub(crate) remember: Step,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self {
            refresh: step!(" flags=allow-oom", "refresh.lua"),
            insert: step!("", "insert.lua"),
            insert_ended: step!(" flags=allow-oom", "insert.lua"),
            load: step!(" flags=allow-oom", "load.lua"),
            end: step!(" flags=allow-oom", "end.lua"),
            names: step!(" flags=allow-oom", "names.lua"),
            #[cfg(feature = "cluster")]
            remember: step!(" flags=allow-oom", "remember.lua"),
        }
    }
}

impl Step {
    fn new(code: &'static str) -> Self {
        Self { code, digest: Script::new(code).get_hash().to_owned() }
    }

    /// The step on these keys, for a server that knows the script. The caller adds the arguments.
    pub(crate) fn on(&self, keys: &[&str]) -> Cmd {
        let mut command = redis::cmd("EVALSHA");
        command.arg(&self.digest).arg(keys.len()).arg(keys);
        command
    }

    /// The same step for a server that does not know the script. It runs it, and then knows it.
    pub(crate) fn with_code(&self, by_digest: &Cmd) -> Cmd {
        let mut command = redis::cmd("EVAL");
        command.arg(self.code);
        // After the command's name and the digest.
        for arg in by_digest.args_iter().skip(2) {
            if let Arg::Simple(arg) = arg {
                command.arg(arg);
            }
        }
        command
    }
}
