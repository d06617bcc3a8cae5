//! What gateway and workers share: the protocol's face over HTTP, and a journal of jobs.
//!
//! [`router`] turns a [`JobService`] into an axum router, [`serve`] listens with a deadline and a
//! bound on every step, a [`Ledger`] keeps jobs across a restart. A [`JobQueue`] and its threads work on
//! them, and [`Refusals`] give the same job the same answer. [`openai`] is for those that have a face in
//! OpenAI's shape too.

mod exit;
mod face;
mod journal;
mod ledger;
mod listen;
pub mod openai;
mod pool;
mod refusals;

pub use exit::{shutdown_signal, Exit, Failure};
pub use face::{router, JobService, Put};
pub use journal::{now, Journal, JournalError, Opened};
pub use ledger::{Inserted, Ledger, Record, StoreError, MAX_KEPT};
pub use listen::{bind, serve, Limits};
pub use pool::{start_pool, JobQueue};
pub use refusals::{Refusal, Refusals};
