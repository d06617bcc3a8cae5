//! The networks that run inside, from the very files that were hashed.

use opg_primitives::{
    enclave::{ModelRan, Usage},
    ids::ModelId,
    request::PublicBytes,
    CircuitInterface,
};
use opg_zkml_node::{
    engine::{Engine, EngineError},
    models::{load_each, ModelError, ZkModel},
};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// A network that can be run, and what it is to be called.
pub trait Network: Send + Sync + 'static {
    /// What it takes and gives.
    fn interface(&self) -> &CircuitInterface;
    /// The network as an answer names it: by the SHA-256 of the bytes that run.
    fn ran(&self) -> ModelRan;
    /// Its output for `input`, one byte an element. Blocks.
    ///
    /// # Errors
    /// [`EngineError`].
    fn run(&self, input: &[u8]) -> Result<PublicBytes, EngineError>;
}

/// The same integers as in the other modes: the interpreter of the prover.
impl Network for ZkModel {
    fn interface(&self) -> &CircuitInterface {
        Engine::interface(self)
    }

    fn ran(&self) -> ModelRan {
        ModelRan::Network(self.network())
    }

    fn run(&self, input: &[u8]) -> Result<PublicBytes, EngineError> {
        Engine::run(self, input)
    }
}

/// The networks of a worker.
pub type Catalogue = BTreeMap<ModelId, Arc<dyn Network>>;

/// What a run of `input` to `output` used: elements of four bytes in an output.
pub fn usage(input: &[u8], output: &[u8]) -> Usage {
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    Usage { input: count(input.len()), output: count(output.len() / 4) }
}

/// Loads all networks of `directory`, laid out as the zkML node has it, and runs each once.
///
/// # Errors
/// All that is wrong, not only the first thing.
pub fn load(directory: &Path) -> Result<Catalogue, Vec<ModelError>> {
    let models = load_each(directory, |path, model| {
        let wrong = |why: String| ModelError { path: path.to_owned(), why };
        let elements =
            Engine::interface(model).input.elements().map_err(|error| wrong(error.to_string()))?;
        Engine::run(model, &vec![0; elements as usize])
            .map(drop)
            .map_err(|error| wrong(error.to_string()))
    })?;
    Ok(models.into_iter().map(|model| (model.id(), Arc::new(model) as Arc<dyn Network>)).collect())
}
