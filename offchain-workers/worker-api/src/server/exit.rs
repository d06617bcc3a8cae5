//! How gateway and workers end.

use std::fmt;

/// Why a program ends; its exit code is stable. 0 is a good end, 2 a wrong command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 1: something that should not happen.
    Other = 1,
    /// 3: a file of configuration, a key or a model is missing or wrong.
    Config = 3,
    /// 4: the address cannot be listened on.
    Address = 4,
    /// 5: the journal cannot be read or written, or another process has it.
    Journal = 5,
}

/// A failure that ends the program.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What happened, to what, and what to do.
    pub message: String,
}

impl Failure {
    /// A failure.
    pub fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self { exit, message: message.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<super::JournalError> for Failure {
    fn from(error: super::JournalError) -> Self {
        Self::new(Exit::Journal, error)
    }
}

/// Returns when the operator (interrupt) or the system (terminate) asks for an end, and says so in the log.
pub async fn shutdown_signal() {
    let interrupt = async {
        // Without a handler there is nothing to wait for: the default action ends the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
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
    tracing::info!("shutting down");
}
