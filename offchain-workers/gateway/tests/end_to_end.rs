//! A real model, proven through gateway and worker.

mod support;

use opg_primitives::{
    evidence::Evidence,
    ids::{Account, GenesisHash},
    statement,
};
use opg_verifier_groth16::verify_bytes;
use opg_worker_api::{
    server::{router, Ledger},
    Commitments, Job, JobStatus,
};
use opg_zkml::{
    network::{Answer, Dense, Layer, Network, Requantise},
    onnx::export,
    setup_alone,
    statement::{public_inputs, InputSpec, Output},
    CompiledModel,
};
use opg_zkml_node::{
    admission::Terms,
    engine::Timing,
    key::Key,
    models,
    service::{Parts, Worker},
};
use std::{fs, path::Path, sync::Arc, time::Duration};
use support::{chain_of, common, named, node, Server, Setup};

fn onnx() -> Vec<u8> {
    let dense = |weights: [i8; 12], bias: [i32; 3]| Dense {
        inputs: 4,
        outputs: 3,
        weights: weights.to_vec(),
        bias: bias.to_vec(),
        requantise: Some(Requantise { shift: 1, bits: 4 }),
    };
    let last = Dense {
        inputs: 3,
        outputs: 2,
        weights: vec![1, 0, -1, 2, -1, 0],
        bias: vec![0, 1],
        requantise: None,
    };
    let input = InputSpec { shape: vec![4].try_into().unwrap(), bits: 4 };
    let hidden = dense([1, -2, 3, 0, -1, 2, 0, 1, 2, 2, -3, 1], [1, 0, -1]);
    let layers = vec![Layer::Dense(hidden), Layer::Dense(last)];
    export::write(&Network::new(input, layers, Answer::Logits).unwrap())
}

/// A worker as its own program would make it, from a directory.
fn worker(directory: &Path, genesis: GenesisHash) -> Arc<Worker> {
    let key = directory.join("worker.key");
    let timing = Timing::default();
    let parts = Parts {
        key: Key::load(&key).or_else(|_| Key::create(&key)).unwrap(),
        ledger: Ledger::open(&directory.join("journal"), 100).unwrap(),
        terms: Terms {
            genesis: Some(genesis),
            min_price_plain: 0,
            min_price_zkml: 1,
            block_time: Duration::from_secs(3),
        },
        catalogue: models::load(&directory.join("models"), &timing).unwrap(),
        timing,
        queue: 4,
        provers: 1,
    };
    Worker::start(parts).unwrap().0
}

#[tokio::test]
async fn an_answer_is_held_for_proven_signed_and_verifies() {
    let directory = tempfile::tempdir().unwrap();
    let onnx = onnx();
    let model = CompiledModel::compile(&onnx).unwrap();
    let keys = setup_alone(&model, Account([1; 32]), 0, &mut rand::rngs::OsRng).unwrap();
    let id = model.ingredients().model_id();
    let place = directory.path().join("models").join(id.to_string());
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("network.onnx"), onnx).unwrap();
    fs::write(place.join("proving-0.key"), keys.proving.to_bytes().unwrap()).unwrap();

    let job = common::job();
    let interface = model.interface();
    let pixels = job.public().unwrap().input.to_vec();
    let input = statement::commit_input(interface, statement::NO_SALT, &pixels).unwrap();
    let job = Job { model: id, commitments: Commitments { input, ..job.commitments }, ..job };

    let worker = Server::new(router(worker(directory.path(), job.genesis))).await;
    let chain = chain_of(&job, 11, 13);
    let node = node(&chain).await;
    let mut setup =
        Setup::holding(&directory.path().join("gateway"), vec![named("prover", &worker)], &node);
    setup.call = Duration::from_secs(5);
    let gateway = setup.start().await;
    assert_eq!(gateway.put(&job).await.0, 202);
    gateway.until(job.key(), |status| *status == JobStatus::Held).await;
    chain.lock().unwrap().finalized = 12;
    let JobStatus::Done(result) = gateway.end(job.key()).await else { panic!("not done") };

    // The output is the interpreter's.
    let output = common::in_clear(&result.output);
    assert_eq!(output, model.run(&pixels).unwrap().to_bytes());
    assert!(matches!(
        Output::from_bytes(&interface.output, output),
        Ok(Output::Logits(logits)) if logits.len() == 2
    ));
    // The signature is the worker's, over this answer.
    let Evidence::ZkMl { signed, key_version, proof, .. } = &result.evidence else { panic!() };
    let key = Key::load(&directory.path().join("worker.key")).unwrap().public();
    assert_eq!((signed.key, *key_version), (key, 0));
    let hash = job.answer(&result.output).signing_hash();
    ed25519_zebra::VerificationKey::try_from(key.0)
        .unwrap()
        .verify(&signed.signature.0.into(), &hash)
        .unwrap();
    // The proof verifies, as the runtime will verify it, and for nothing else.
    let verify = |output: &[u8], binding: &[u8; 32]| {
        let inputs = public_inputs(interface, &job.commitments.input.0, output, binding).unwrap();
        verify_bytes::<ark_bls12_381::Bls12_381>(&keys.verifying, &inputs, proof)
    };
    assert_eq!(verify(output, &job.binding.0), Ok(()));
    let mut other = output.to_vec();
    other[0] ^= 1;
    assert!(verify(&other, &job.binding.0).is_err());
    assert!(verify(output, &[9; 32]).is_err());
}
