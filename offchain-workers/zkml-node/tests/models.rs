//! The models of a directory, and a real proof.

#[path = "support/network.rs"]
mod network;
mod support;

use opg_primitives::{ids::Account, mode::Mode, statement};
use opg_verifier_groth16::verify_bytes;
use opg_worker_api::{Commitments, Job};
use opg_zkml::{network::Answer, setup_alone, statement::public_inputs, CompiledModel};
use opg_zkml_node::{engine::Timing, models};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use support::{common, done, is_signed, proof, Setup};

fn onnx() -> Vec<u8> {
    network::onnx(Answer::Argmax)
}

/// Writes the model with its key of version 0 into `directory`; its place and its verifying key.
fn write_model(directory: &Path) -> (PathBuf, Vec<u8>) {
    let onnx = onnx();
    let model = CompiledModel::compile(&onnx).unwrap();
    let keys = setup_alone(&model, Account([1; 32]), 0, &mut rand::rngs::OsRng).unwrap();
    let place = directory.join(model.ingredients().model_id().to_string());
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join(models::NETWORK), onnx).unwrap();
    fs::write(place.join("proving-0.key"), keys.proving.to_bytes().unwrap()).unwrap();
    (place, keys.verifying)
}

#[tokio::test]
async fn a_job_is_proven_and_the_proof_verifies_for_it_alone() {
    let directory = tempfile::tempdir().unwrap();
    let (place, verifying) = write_model(&directory.path().join("models"));
    let timing = Timing::default();
    let catalogue = models::load(&directory.path().join("models"), &timing).unwrap();
    let (id, engine) = catalogue.iter().next().map(|(id, engine)| (*id, engine.clone())).unwrap();
    assert_eq!(place.file_name().unwrap().to_str().unwrap(), id.to_string());
    assert!(timing.expected(id) > Duration::ZERO, "a proof was tried when it was loaded");

    let mut job = Job { model: id, ..common::job() };
    let input = job.public().unwrap().input.to_vec();
    job.commitments = Commitments {
        input: statement::commit_input(engine.interface(), statement::NO_SALT, &input).unwrap(),
        ..job.commitments
    };
    let mut setup = Setup::new(directory.path(), Default::default());
    (setup.catalogue, setup.timing) = (catalogue, timing);
    let worker = setup.start().await;
    worker.take(&job).await;
    let result = done(worker.end(job.key()).await);

    let output = common::in_clear(&result.output);
    assert_eq!(output, engine.run(&input).unwrap().as_slice());
    assert!(is_signed(&job, &result));
    let verify = |binding: &[u8; 32], output: &[u8]| {
        let inputs =
            public_inputs(engine.interface(), &job.commitments.input.0, output, binding).unwrap();
        verify_bytes::<ark_bls12_381::Bls12_381>(&verifying, &inputs, &proof(&result))
    };
    assert_eq!(verify(&job.binding.0, output), Ok(()));
    assert!(verify(&[7; 32], output).is_err());
    let other = [(output[0] + 1) % 3, 0, 0, 0];
    assert!(verify(&job.binding.0, &other).is_err());

    let plain = Job { mode: Mode::Plain, attempt: 2, ..job.clone() };
    let plain = Job {
        binding: statement::binding(
            plain.genesis,
            plain.request,
            2,
            plain.provider,
            plain.lease_block.hash,
        ),
        ..plain
    };
    worker.take(&plain).await;
    assert_eq!(done(worker.end(plain.key()).await).output, result.output);
}

#[test]
fn each_wrong_directory_is_refused_with_a_message_that_names_the_file() {
    type Case = (&'static str, fn(&Path), &'static str);
    let cases: &[Case] = &[
        (
            "no network",
            |place| fs::remove_file(place.join("network.onnx")).unwrap(),
            "network.onnx",
        ),
        (
            "a network that is none",
            |place| fs::write(place.join("network.onnx"), "x").unwrap(),
            "network.onnx",
        ),
        (
            "a key that is none",
            |place| fs::write(place.join("proving-0.key"), "x").unwrap(),
            "proving-0.key: not a proving key",
        ),
        (
            "a key without a version",
            |place| fs::rename(place.join("proving-0.key"), place.join("my.key")).unwrap(),
            "my.key: a proving key is named",
        ),
        (
            "a key with a zero before it",
            |place| fs::rename(place.join("proving-0.key"), place.join("proving-00.key")).unwrap(),
            "a proving key is named",
        ),
        (
            "another name",
            |place| {
                let other = place.with_file_name(format!("0x{}", "00".repeat(32)));
                fs::rename(place, other).unwrap();
            },
            "rename it",
        ),
    ];
    for (name, alter, says) in cases {
        let directory = tempfile::tempdir().unwrap();
        let (place, _) = write_model(directory.path());
        alter(&place);
        let errors = models::load(directory.path(), &Timing::default()).err().unwrap();
        let text: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert!(text.join("\n").contains(says), "{name}: {text:?}");
    }
}

#[test]
fn a_damaged_key_and_one_of_another_circuit_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let (place, _) = write_model(directory.path());
    let path = place.join("proving-0.key");
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let errors = models::load(directory.path(), &Timing::default()).err().unwrap();
    assert!(errors[0].to_string().contains("damaged"), "{errors:?}");

    bytes[last] ^= 1;
    bytes[12] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let errors = models::load(directory.path(), &Timing::default()).err().unwrap();
    assert!(errors[0].to_string().contains("is of circuit"), "{errors:?}");
}

#[test]
fn every_wrong_model_is_named_not_only_the_first() {
    let directory = tempfile::tempdir().unwrap();
    for byte in ["aa", "bb"] {
        fs::create_dir(directory.path().join(format!("0x{}", byte.repeat(32)))).unwrap();
    }
    let errors = models::load(directory.path(), &Timing::default()).err().unwrap();
    assert_eq!(errors.len(), 2);
}

#[test]
fn a_model_without_a_key_is_served_but_not_proven() {
    let directory = tempfile::tempdir().unwrap();
    let (place, _) = write_model(directory.path());
    fs::remove_file(place.join("proving-0.key")).unwrap();
    let catalogue = models::load(directory.path(), &Timing::default()).unwrap();
    let engine = catalogue.values().next().unwrap();
    assert!(engine.keys().is_empty());
    assert!(engine.run(&[0, 1, 14, 15]).is_ok());
    assert!(engine.prove(0, &[0, 1, 14, 15], &[0; 32]).is_err());
}
