//! What is served on chain: networks that run inside, from the very files that were hashed; texts are
//! in [`crate::text`].

use opg_primitives::{
    enclave::{FinishReason, ModelRan, Usage},
    ids::{Digest, ModelId},
    request::{DeclineReason, PublicBytes},
};
use opg_worker_api::{server::Refusal, Job, Opened};
use opg_zkml_node::{
    admission::check_circuit,
    engine::Engine,
    models::{load_each, ModelError, ZkModel},
};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// What a run gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The output, in clear.
    pub output: PublicBytes,
    /// Which model ran, as an answer names it.
    pub ran: ModelRan,
    /// Why it ended.
    pub finish: FinishReason,
    /// What it used.
    pub usage: Usage,
}

/// A model that is served.
pub trait Model: Send + Sync + 'static {
    /// Whether `job` is what it says with this input, and fits.
    ///
    /// # Errors
    /// [`Refusal`].
    fn check(&self, job: &Job, opened: Opened<'_>) -> Result<(), Refusal>;
    /// The SHA-256 of what runs inside, as answers name it; none if an upstream outside is asked.
    fn inside(&self) -> Option<Digest>;
    /// Whether only its run tells that it takes a job, since what runs is not looked into.
    fn is_tried(&self) -> bool;
    /// Its answer to `job`, which was checked with this input. Blocks.
    ///
    /// # Errors
    /// Why there is none, and by which reason to decline the lease while that is possible.
    fn answer(&self, job: &Job, opened: Opened<'_>) -> Result<Answered, Refusal>;
}

/// What a circuit's run of `input` to `output` gave: elements are counted, of four bytes in an output.
pub fn of_circuit(ran: ModelRan, input: &[u8], output: PublicBytes) -> Answered {
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let usage = Usage { input: count(input.len()), output: count(output.len() / 4) };
    Answered { output, ran, finish: FinishReason::Stop, usage }
}

/// The same integers as in the other modes: the interpreter of the prover.
impl Model for ZkModel {
    fn check(&self, job: &Job, opened: Opened<'_>) -> Result<(), Refusal> {
        check_circuit(job, Engine::interface(self), opened)
    }

    fn inside(&self) -> Option<Digest> {
        Some(self.network())
    }

    fn is_tried(&self) -> bool {
        false
    }

    fn answer(&self, _: &Job, opened: Opened<'_>) -> Result<Answered, Refusal> {
        let output = Engine::run(self, opened.input)
            .map_err(|error| Refusal::new(DeclineReason::NotServed, error))?;
        Ok(of_circuit(ModelRan::Network(self.network()), opened.input, output))
    }
}

/// The models of a worker.
pub type Catalogue = BTreeMap<ModelId, Arc<dyn Model>>;

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
    Ok(models.into_iter().map(|model| (model.id(), Arc::new(model) as Arc<dyn Model>)).collect())
}
