//! A real network, from its file to a signed answer.

#[path = "../../zkml-node/tests/support/network.rs"]
mod network;
mod support;

use opg_primitives::{enclave::ModelRan, ids::Digest, statement};
use opg_tee_node::models;
use opg_worker_api::{Commitments, Job};
use opg_zkml::{network::Answer, CompiledModel};
use std::{fs, path::Path, sync::Arc};
use support::{common, job, signed, verifies, Setup};

fn onnx() -> Vec<u8> {
    network::onnx(Answer::Logits)
}

/// Writes the network into its directory under `directory`.
fn write(directory: &Path) -> CompiledModel {
    let model = CompiledModel::compile(&onnx()).unwrap();
    let place = directory.join(model.ingredients().model_id().to_string());
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join(opg_zkml_node::models::NETWORK), onnx()).unwrap();
    model
}

#[tokio::test]
async fn the_answer_is_that_of_the_other_modes_and_names_the_bytes_that_ran() {
    let directory = tempfile::tempdir().unwrap();
    let model = write(directory.path());
    let catalogue = models::load(directory.path()).unwrap();
    let id = model.ingredients().model_id();
    let mut job = Job { model: id, ..job() };
    let input = job.public().unwrap().input.to_vec();
    job.commitments = Commitments {
        input: statement::commit_input(model.interface(), statement::NO_SALT, &input).unwrap(),
        ..common::job().commitments
    };
    let node = Setup { catalogue, ..Setup::new(Arc::default()) }.start().await;
    let result = node.answer(&job).await;
    assert_eq!(common::in_clear(&result.output), model.run(&input).unwrap().to_bytes());
    let (answer, signature) = signed(&job, &result);
    assert!(verifies(node.attester.signer().session_key(), &answer.signing_hash(), &signature));
    let digest = Digest(sp_crypto_hashing::sha2_256(&onnx()));
    assert_eq!(answer.run.model, ModelRan::Network(digest));
    assert_eq!((answer.run.usage.input, answer.run.usage.output), (4, 3));
}

#[test]
fn a_network_in_the_place_of_another_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let model = write(directory.path());
    let place = directory.path().join(model.ingredients().model_id().to_string());
    fs::rename(&place, directory.path().join(format!("0x{}", "11".repeat(32)))).unwrap();
    let errors = models::load(directory.path()).err().unwrap();
    assert!(errors[0].to_string().contains("rename it"), "{errors:?}");
}
