//! A worker in an enclave: it answers leased jobs and, in OpenAI's shape, anybody, and signs what it
//! answers with a key that was made inside.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`keys`] | the keys of one run, in memory alone |
//! | [`signer`] | numbers answers, chains them, signs them |
//! | [`platform`] | where a document comes from: Nitro, TDX, SEV-SNP, or the development vendor |
//! | [`session`], [`renewal`], [`report`] | what a document attests; a fresh one now and then; over HTTP |
//! | [`standing`] | whether the chain would take an answer now |
//! | [`models`], [`text`] | what is served on chain: networks that run inside, texts of the upstream |
//! | [`admission`], [`jobs`], [`service`] | leased jobs: refusals, answers, the face |
//! | [`private`] | private jobs: what was sealed opened, what is answered sealed |
//! | [`openai`] | the service in OpenAI's shape, in front of an upstream |
//! | [`metrics`], [`cli`] | figures; the command line |

#![deny(missing_docs)]
// One system call of the Nitro device needs it: `platform::nitro`.
#![deny(unsafe_code)]

pub mod admission;
pub mod cli;
pub mod jobs;
pub mod keys;
pub mod metrics;
pub mod models;
pub mod openai;
pub mod platform;
pub mod private;
pub mod renewal;
pub mod report;
pub mod service;
pub mod session;
pub mod signer;
pub mod standing;
pub mod text;
