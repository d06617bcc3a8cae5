//! What is wrong, where, and what to do about it.

use std::{fmt, process::ExitCode};

/// How a command ends. The numbers are part of the interface and stand in `opg --help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It did what was asked.
    Ok,
    /// A check failed, or the chain refused.
    Failed,
    /// Nothing failed, but not everything could be checked or awaited.
    Incomplete,
    /// The arguments make no sense.
    Usage,
    /// The data given is not what it should be.
    BadData,
    /// No node, or it does not have what is needed.
    Unavailable,
}

impl Exit {
    /// The process's exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Failed => 1,
            Self::Incomplete => 2,
            Self::Usage => 64,
            Self::BadData => 65,
            Self::Unavailable => 69,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// Why a command did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What is wrong, in one sentence without a full stop.
    pub what: String,
    /// Where: the file, argument, identifier or address.
    pub at: Option<String>,
    /// What to do.
    pub help: Option<String>,
}

/// The result of anything that can go wrong.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure with `what` is wrong.
    pub fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { exit, what: what.into(), at: None, help: None }
    }

    /// A check failed, or the chain refused.
    pub fn failed(what: impl Into<String>) -> Self {
        Self::new(Exit::Failed, what)
    }

    /// The arguments make no sense.
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// The data given is not what it should be.
    pub fn data(what: impl Into<String>) -> Self {
        Self::new(Exit::BadData, what)
    }

    /// No node, or it does not have what is needed.
    pub fn unavailable(what: impl Into<String>) -> Self {
        Self::new(Exit::Unavailable, what)
    }

    /// Says where.
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.at = Some(place.to_string());
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if let Some(at) = &self.at {
            write!(f, "\n   at: {at}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
