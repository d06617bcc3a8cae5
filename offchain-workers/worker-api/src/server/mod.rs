//! What gateway and workers share: the protocol's face over HTTP, and a journal of jobs.
//!
//! [`router`] turns a [`JobService`] into an axum router, [`serve`] listens with a deadline and a
//! bound on every step, a [`Ledger`] keeps jobs across a restart. A [`JobQueue`] and its threads work on
//! them, and [`Refusals`] give the same job the same answer. [`run_program`] starts and ends a program,
//! [`metrics`] has the figures that all of them show, and [`openai`] is for those that have a face in
//! OpenAI's shape too. [`Written`] is for bodies that end with a fault.

mod exit;
mod face;
mod journal;
mod ledger;
mod listen;
pub mod metrics;
pub mod openai;
mod pool;
mod program;
mod refusals;
mod written;

pub use exit::{shutdown_signal, Exit, Failure};
pub use face::{is_json, router, JobService, Put};
pub use journal::{now, now_ms, Journal, JournalError, Opened};
pub use ledger::{Inserted, Ledger, Record, StoreError, MAX_KEPT};
pub use listen::{bind, serve, Limits};
pub use pool::{start_pool, JobQueue};
pub use program::{join_pool, parse_hash, run_program, runtime};
pub use refusals::{refuse, Refusal, Refusals};
pub use written::{written, Writer, Written};
