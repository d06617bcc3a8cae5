//! Models and their keys.

use super::{
    raw::{Arguments, Call},
    At, Chain, Included,
};
use crate::{error::Result, keys::Signer};
use bounded_collections::{BoundedVec, ConstU32};
use codec::Encode;
use opg_primitives::{
    artefact::Artefact,
    evidence::ProofSystem,
    ids::ModelId,
    mode::ModeSet,
    model::{ExecutionProfile, ModelVersion, Setup, VerifyingKey},
    policy::ClassId,
};

/// What a new model is.
pub struct NewModel {
    /// What it is, takes and gives.
    pub artefact: Artefact,
    /// Its policy class.
    pub class: ClassId,
    /// The modes in which it can be asked.
    pub modes: ModeSet,
    /// The owner's part of each price, in parts per million.
    pub royalty: u32,
}

/// The bytes of a verifying key.
pub type KeyBytes = BoundedVec<u8, ConstU32<4096>>;

/// Who may ask, as `Models` takes it.
#[derive(Encode)]
enum Access {
    #[codec(index = 0)]
    Open,
}

impl Chain {
    /// What is registered under `model`.
    pub async fn model(&self, at: &At, model: ModelId) -> Result<Option<ModelVersion>> {
        self.view(at, "Models", "model", (model,)).await
    }

    /// The verifying keys of `model`, oldest first.
    pub async fn verifying_keys(&self, at: &At, model: ModelId) -> Result<Vec<VerifyingKey>> {
        self.view(at, "Models", "verifying_keys", (model,)).await
    }

    /// The verifying key of that version.
    pub async fn verifying_key(
        &self,
        at: &At,
        model: ModelId,
        version: u32,
    ) -> Result<Option<VerifyingKey>> {
        let keys = self.verifying_keys(at, model).await?;
        Ok(keys.into_iter().find(|key| key.version == version))
    }

    /// All registered models.
    pub async fn models(&self, at: &At) -> Result<Vec<(ModelId, ModelVersion)>> {
        let all = self.hash_map(at, "Models", "Versions").await?;
        Ok(all.into_iter().map(|(id, version)| (ModelId(id), version)).collect())
    }

    /// Registers a model that everybody may ask, with a verifying key and its setup where they are
    /// given; all of it or nothing.
    pub async fn register_model(
        &self,
        signer: &Signer,
        new: &NewModel,
        key: Option<(&KeyBytes, &Setup)>,
    ) -> Result<Included> {
        let profile = match &new.artefact {
            Artefact::Circuit { .. } => ExecutionProfile::IntExact,
            // As far as anybody knows of it.
            Artefact::Text(_) => ExecutionProfile::FloatTolerant,
        };
        let arguments = Arguments::new()
            .with("artefact", &new.artefact)
            .with("profile", &profile)
            .with("class", &new.class)
            .with("modes", &new.modes)
            .with("royalty", &new.royalty)
            .with("access", &Access::Open);
        let mut calls = vec![Call { pallet: "Models", name: "register", arguments }];
        calls.extend(key.map(|(bytes, setup)| key_call(new.artefact.model_id(), bytes, setup)));
        self.submit_together(signer, calls).await
    }

    /// Adds a verifying key to a model.
    pub async fn add_key(
        &self,
        signer: &Signer,
        model: ModelId,
        bytes: &KeyBytes,
        setup: &Setup,
    ) -> Result<Included> {
        self.submit_together(signer, vec![key_call(model, bytes, setup)]).await
    }
}

fn key_call(model: ModelId, bytes: &KeyBytes, setup: &Setup) -> Call {
    let arguments = Arguments::new()
        .with("model", &model)
        .with("system", &ProofSystem::Groth16Bls12381)
        .with("bytes", bytes)
        .with("setup", setup);
    Call { pallet: "Models", name: "add_key", arguments }
}
