//! The program: settings in, a service or an operator's command.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use jwt_pair_service::config::{self, ConfigError};
use jwt_pair_service::run::Service;
use jwt_pair_service::store::Fault;
use jwt_pair_service::{logging, operator};

#[tokio::main]
async fn main() -> ExitCode {
    let args = match config::read(std::env::args_os()) {
        Ok(args) => args,
        Err(ConfigError::Usage(error)) => error.exit(),
        Err(ConfigError::Message(message)) => return refuse(&message),
    };
    logging::start(args.log);
    let done = match &args.command {
        Some(command) => operator::run(command, &args).await.map(|done| println!("{done}")),
        None => serve(args).await,
    };
    done.map_or_else(|error| refuse(&error.to_string()), |()| ExitCode::SUCCESS)
}

async fn serve(args: config::Args) -> Result<(), Fault> {
    let service = Service::open(args).await?;
    let stop = stop_signal()?;
    // From here on signals are handled, so whoever reads this line may send one.
    println!("http://{}/", service.address());
    service.serve(stop).await
}

/// SIGTERM, or Ctrl-C.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, Fault> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, Fault> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

fn refuse(message: &str) -> ExitCode {
    eprintln!("jwt-pair-service: {message}");
    ExitCode::FAILURE
}
