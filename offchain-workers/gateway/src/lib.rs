//! Takes jobs from a dispatcher, holds each until its request is final, and brings it to a worker.
//!
//! It speaks the job protocol of [`opg_worker_api`] to both sides. A job goes through these rooms:
//!
//! | module | what it does |
//! | --- | --- |
//! | [`service`] | takes a job behind the protocol's face, and says how it stands |
//! | [`record`] | what is kept of it across a restart |
//! | [`chain`] | asks the operator's own node what is final |
//! | [`workers`], [`client`] | who serves what, and the calls to them |
//! | [`drive`] | the life of one job: hold, assign, follow |
//! | [`verify`] | what of an answer is checked before it is passed on |
//! | [`backoff`], [`metrics`] | waiting times; figures |
//! | [`config`], [`cli`] | what the operator says |
//!
//! It signs nothing and holds no key: at its worst it costs time.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod backoff;
pub mod chain;
pub mod cli;
pub mod client;
pub mod config;
pub mod drive;
pub mod metrics;
pub mod record;
pub mod service;
pub mod verify;
pub mod workers;
