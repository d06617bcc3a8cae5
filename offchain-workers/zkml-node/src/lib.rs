//! A worker that runs quantised networks, proves that it did, and signs its answers.
//!
//! It speaks the job protocol of [`opg_worker_api`]. A job goes through these rooms:
//!
//! | module | what it does |
//! | --- | --- |
//! | [`admission`] | takes a job, or refuses it with the reason to decline by |
//! | [`record`] | what is kept of it, and the rule that an answer is stored before it is signed |
//! | [`engine`], [`models`] | a model that can be run; the models of a directory |
//! | [`key`] | the worker's key: signs what is stored, once for each lease |
//! | [`service`] | holds these together behind the protocol's face |
//! | [`metrics`] | figures |
//! | [`cli`] | the command line |

#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod admission;
pub mod cli;
pub mod engine;
pub mod key;
pub mod metrics;
pub mod models;
pub mod record;
pub mod service;
