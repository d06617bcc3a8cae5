//! `opg`: ask models, read receipts, audit them.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`args`] | what may be typed |
//! | [`commands`] | one file a command: reads arguments, fetches, prints |
//! | [`chain`] | every access to a node, one function for each thing; nothing else knows subxt |
//! | [`audit`] | what a bundle shows, without any network |
//! | [`serve`] | a local endpoint in OpenAI's shape, as far as it knows no node |
//! | [`opening`] | what only the requester of a private request has |
//! | [`print`] | words, tables, colours |
//! | [`ed25519`] | the rule for signatures, as the runtime has it |
//! | [`keys`] | accounts and worker keys from names or files, never from arguments |
//! | [`error`] | what is wrong, where, and what to do; the exit codes |
//!
//! Data goes to standard output, progress and errors to standard error.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod args;
pub mod audit;
pub mod chain;
pub mod commands;
pub mod ed25519;
pub mod error;
pub mod input;
pub mod keys;
pub mod opening;
pub mod print;
pub mod progress;
pub mod serve;

use clap::Parser;
use error::Exit;
use std::{ffi::OsString, process::ExitCode};

/// Runs the command line `arguments`, the program's name first. Never panics on bad input: each
/// ends in a message and one of [`Exit`]'s codes.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let parsed = match args::Args::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) => {
            let wanted = !error.use_stderr();
            // A closed pipe is no reason to fail: who reads has stopped.
            let _ = error.print();
            return if wanted { Exit::Ok } else { Exit::Usage }.into();
        }
    };
    let out = print::Out::new(&parsed.global);
    match commands::run(parsed, &out) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            out.failure(&failure);
            failure.exit.into()
        }
    }
}
