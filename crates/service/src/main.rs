//! The program: settings in, a service or an operator's command.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use jwt_pair_service::config::{self, ConfigError};
use jwt_pair_service::run::Service;
use jwt_pair_service::store::Fault;
use jwt_pair_service::{logging, operator};
use tokio::signal;

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
    println!("http://{}/", service.address());
    service.serve(stop_signal()).await
}

/// SIGTERM, or Ctrl-C.
async fn stop_signal() {
    let interrupt = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

fn refuse(message: &str) -> ExitCode {
    eprintln!("jwt-pair-service: {message}");
    ExitCode::FAILURE
}
