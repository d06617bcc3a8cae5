//! Whether a gateway or worker can take jobs, and which.

use crate::{message::Message, text::Text, MAX_HEALTH_BYTES, VERSION};
use alloc::vec::Vec;
use opg_primitives::{
    ids::{GenesisHash, ModelId, WorkerKey},
    mode::ModeSet,
};
use serde::{Deserialize, Serialize};

/// The most models that a health report names.
pub const MAX_SERVED: usize = 128;

/// A model that is served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Served {
    /// The model's version.
    pub model: ModelId,
    /// In which modes.
    pub modes: ModeSet,
    /// The version of the verifying key that proofs are for, if it proves.
    pub key_version: Option<u32>,
}

/// How full the queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Jobs that are accepted and not answered.
    pub length: u32,
    /// How many there may be.
    pub capacity: u32,
}

/// A health report. It holds nothing of any job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// The version of the protocol, [`VERSION`].
    pub version: u32,
    /// The name and release of the program.
    pub service: Text,
    /// Whether it takes jobs.
    pub ready: bool,
    /// Why it does not, or what the operator should know; empty if there is nothing.
    pub note: Text,
    /// The chain that it serves, if it was told.
    pub genesis: Option<GenesisHash>,
    /// The key that it signs answers with; none at a gateway, which signs nothing.
    pub worker: Option<WorkerKey>,
    /// What it serves.
    pub models: Vec<Served>,
    /// How full it is.
    pub queue: Queue,
}

impl Message for Health {
    const NAME: &'static str = "health report";
    const MAX_BYTES: usize = MAX_HEALTH_BYTES;

    fn validate(&self) -> Result<(), &'static str> {
        if self.version != VERSION {
            return Err("version: not that of this protocol");
        }
        if self.models.len() > MAX_SERVED {
            return Err("models: more than a health report names");
        }
        Ok(())
    }
}
