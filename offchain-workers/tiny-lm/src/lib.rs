//! A small language model that really generates, for demonstrations and tests: the upstream of a
//! machine that has no other.
//!
//! It reads the last 24 bytes and says which comes next, as it learned from this project's own
//! prose. What it writes looks like that prose and means nothing. It is called `tiny-lm-demo`
//! wherever it has a name.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`model`] | the network: 24 bytes in, the score of each next byte out |
//! | [`sampler`] | the parameters of an answer and their bounds; chooses a byte by its score |
//! | [`generation`] | one answer, byte by byte, until its end, a stop string or its length |
//! | [`template`] | a conversation as one text |
//! | [`openai`] | the same over HTTP, in OpenAI's shape |
//! | [`cli`] | the command line |
//!
//! ```
//! use opg_tiny_lm::{Sampler, TinyLm};
//!
//! let model = TinyLm::embedded()?;
//! let sampler = Sampler { seed: 7, max_tokens: 40, ..Sampler::default() };
//! let bytes: Result<Vec<u8>, _> = model.generate("A receipt ", sampler)?.collect();
//! assert!(bytes?.len() <= 40);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod cli;
pub mod generation;
pub mod model;
pub mod openai;
pub mod sampler;
pub mod template;

pub use generation::{FinishReason, Generation, Usage};
pub use model::{ModelError, TinyLm, ENGINE, MODEL_NAME};
pub use sampler::{ParameterError, Sampler};
