//! The network: a context of bytes in, the scores of the next byte out.

use crate::{
    generation::Generation,
    sampler::{ParameterError, Sampler},
};
use rten::{op_registry, ModelOptions, RunOptions, ThreadPool, Value};
use std::sync::Arc;

/// What the model is called wherever it has a name.
pub const MODEL_NAME: &str = "tiny-lm-demo";

/// What runs the model, and the version of how: another one wherever the same weights, request and seed
/// would give another text.
pub const ENGINE: &str = "tiny-lm/1";

/// When the text was written that the model learned: seconds since 1970.
pub const MODEL_CREATED: u64 = 1_795_577_400;

/// How many bytes the model reads.
pub const CONTEXT: usize = 24;

/// How many bytes the model knows: ASCII.
pub const VOCABULARY: usize = 128;

/// The byte that ends a text, and that fills the context before its beginning.
pub const END: u8 = 0;

/// The most bytes of a model file.
pub const MAX_MODEL_BYTES: usize = 16 * 1024 * 1024;

/// What the model reads in the place of a byte that it does not know.
const UNKNOWN: u8 = b'?';

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file is too long.
    #[error("a model file has at most {} bytes", MAX_MODEL_BYTES)]
    TooLarge,
    /// The file is not ONNX, or has other operators than Gather, Reshape, Gemm and Relu.
    #[error("the model cannot be loaded: {0}")]
    Load(String),
    /// The engine refuses to run it.
    #[error("the model cannot be run: {0}")]
    Run(String),
    /// It runs, but is not a network of this kind.
    #[error("the model does not give {} finite scores for {} bytes", VOCABULARY, CONTEXT)]
    Scores,
}

/// A model that is loaded. Clones share it.
#[derive(Clone)]
pub struct TinyLm(Arc<Network>);

struct Network {
    model: rten::Model,
    // One thread: a network as small as this one only gets slower on more.
    options: RunOptions,
    digest: [u8; 32],
}

impl std::fmt::Debug for TinyLm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TinyLm({})", hex::encode(self.0.digest))
    }
}

impl TinyLm {
    /// The model that is part of this program; see `model/README.md`.
    ///
    /// # Errors
    /// None, unless the program was built with another file in its place.
    pub fn embedded() -> Result<Self, ModelError> {
        Self::load(include_bytes!("../model/tiny-lm-demo.onnx").to_vec())
    }

    /// Loads a model from the bytes of its ONNX file, and runs it once.
    ///
    /// # Errors
    /// [`ModelError`].
    pub fn load(bytes: Vec<u8>) -> Result<Self, ModelError> {
        if bytes.len() > MAX_MODEL_BYTES {
            return Err(ModelError::TooLarge);
        }
        let digest = sp_crypto_hashing::sha2_256(&bytes);
        let model = ModelOptions::with_ops(op_registry!(Gather, Reshape, Gemm, Relu))
            .load(bytes)
            .map_err(|error| ModelError::Load(error.to_string()))?;
        let pool = Arc::new(ThreadPool::with_num_threads(1));
        let options = RunOptions::default().with_thread_pool(Some(pool));
        let loaded = Self(Arc::new(Network { model, options, digest }));
        // The last byte of the vocabulary: a shorter table of embeddings has no row for it.
        loaded.scores(&[(VOCABULARY - 1) as u8; CONTEXT])?;
        Ok(loaded)
    }

    /// The SHA-256 of the model's file.
    pub fn digest(&self) -> [u8; 32] {
        self.0.digest
    }

    /// The score of each of the [`VOCABULARY`] bytes to be the next after `context`, all finite.
    ///
    /// # Errors
    /// [`ModelError::Run`] and [`ModelError::Scores`].
    pub fn scores(&self, context: &[u8; CONTEXT]) -> Result<Vec<f32>, ModelError> {
        let run = |error: &dyn std::fmt::Display| ModelError::Run(error.to_string());
        let bytes: Vec<i32> = context.iter().map(|byte| i32::from(*byte)).collect();
        let input = Value::from_shape([1, CONTEXT], bytes).map_err(|error| run(&error))?;
        let output = self
            .0
            .model
            .run_one(input.into(), Some(self.0.options.clone()))
            .map_err(|error| run(&error))?;
        match output.into_shape_vec::<f32, 2>() {
            Ok(([1, VOCABULARY], scores)) if scores.iter().all(|score| score.is_finite()) => {
                Ok(scores)
            }
            _ => Err(ModelError::Scores),
        }
    }

    /// Begins to continue `prompt`. Nothing is computed until the first byte is asked for.
    ///
    /// # Errors
    /// [`ParameterError`], if a parameter is out of its bounds.
    pub fn generate(&self, prompt: &str, sampler: Sampler) -> Result<Generation, ParameterError> {
        sampler.check()?;
        Ok(Generation::new(self.clone(), prompt, sampler))
    }
}

/// What the model reads of a text: its last [`CONTEXT`] bytes, those that are not ASCII as `?`.
pub fn context(text: &str) -> [u8; CONTEXT] {
    let mut context = [END; CONTEXT];
    let last = text.bytes().rev().map(|byte| match byte {
        1..=127 => byte,
        _ => UNKNOWN,
    });
    context.iter_mut().rev().zip(last).for_each(|(place, byte)| *place = byte);
    context
}
