//! The `jwt-pair` command. What it does is in the library beside it, so that tests can ask it.

use std::env;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use jwt_pair_cli::{Exit, Machine, run};

fn main() -> ExitCode {
    let answer = run(env::args_os(), &mut Machine);
    // Colours are taken off where nobody sees them: in a pipe, in a file, and with NO_COLOR.
    let shown = show(&mut anstream::stdout(), &answer.out);
    // There is nobody left to tell when standard error cannot be written.
    let _ = show(&mut anstream::stderr(), &answer.err);
    match shown {
        Ok(()) => ExitCode::from(answer.exit.code()),
        // Whoever reads has seen enough. The verdict is the same.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::from(answer.exit.code()),
        Err(error) => {
            let _ = show(&mut anstream::stderr(), &format!("error: standard output: {error}\n"));
            ExitCode::from(Exit::Usage.code())
        }
    }
}

fn show(stream: &mut impl Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}
