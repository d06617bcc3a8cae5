//! What can be run and proven, and how long it takes.

use opg_primitives::{evidence::ProofBytes, ids::ModelId, request::PublicBytes, CircuitInterface};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Why a model gave no answer; a line for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EngineError(pub String);

/// A model that can be run.
pub trait Engine: Send + Sync + 'static {
    /// What it takes and gives.
    fn interface(&self) -> &CircuitInterface;
    /// The versions of the keys that it can prove under, in ascending order.
    fn keys(&self) -> Vec<u32>;
    /// Its output for `input`, one byte an element. Blocks.
    ///
    /// # Errors
    /// [`EngineError`].
    fn run(&self, input: &[u8]) -> Result<PublicBytes, EngineError>;
    /// The same with a proof under key `key`, bound to `binding`. Blocks, for long.
    ///
    /// # Errors
    /// [`EngineError`], also if the proof does not verify.
    fn prove(
        &self,
        key: u32,
        input: &[u8],
        binding: &[u8; 32],
    ) -> Result<(PublicBytes, ProofBytes), EngineError>;
}

/// The models of a worker.
pub type Catalogue = BTreeMap<ModelId, Arc<dyn Engine>>;

/// How long proofs take, model by model: a moving average, which starts with the proof that is made
/// when the worker starts.
#[derive(Debug, Default)]
pub struct Timing(Mutex<BTreeMap<ModelId, Duration>>);

/// The weight of the newest measurement, one in this many.
const SMOOTHING: u32 = 4;

impl Timing {
    /// Notes that a proof of `model` took `took`.
    pub fn note(&self, model: ModelId, took: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(model)
            .and_modify(|mean| *mean = (*mean * (SMOOTHING - 1) + took) / SMOOTHING)
            .or_insert(took);
    }

    /// How long a proof of `model` takes; nothing as long as none was made.
    pub fn expected(&self, model: ModelId) -> Duration {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&model).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expected_time_follows_what_is_measured() {
        let (timing, model) = (Timing::default(), ModelId([1; 32]));
        assert_eq!(timing.expected(model), Duration::ZERO);
        timing.note(model, Duration::from_secs(4));
        assert_eq!(timing.expected(model), Duration::from_secs(4));
        timing.note(model, Duration::from_secs(8));
        assert_eq!(timing.expected(model), Duration::from_secs(5));
        assert_eq!(timing.expected(ModelId([2; 32])), Duration::ZERO);
    }
}
