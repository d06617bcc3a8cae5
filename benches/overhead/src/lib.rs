//! What the enclave's node adds to an upstream that always takes the same time.
//!
//! Clients ask the upstream directly and through a `tee-node`, in turns; every program is a process
//! of its own on this machine.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`fixed`], [`upstream`] | what the upstream is asked and answers; the upstream |
//! | [`processes`] | the upstream and the node, started and ended |
//! | [`load`] | clients that ask, and the time of each answer |
//! | [`check`] | that each answer is what the upstream said, and signed |
//! | [`latencies`], [`report`] | quantiles; the table |
//! | [`cli`] | the command line, and the order of it all |

#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod check;
pub mod cli;
pub mod fixed;
pub mod latencies;
pub mod load;
pub mod processes;
pub mod report;
pub mod upstream;
