//! What several tests share.
#![allow(dead_code)] // each test uses its part

pub mod altered;
pub mod solver;

use std::path::PathBuf;

use ark_bls12_381::{Bls12_381, Fr};
use ark_groth16::{Groth16, Proof, VerifyingKey};
use ark_serialize::CanonicalDeserialize;
use opg_zkml::{
    network::{Answer, Dense, Layer, Network, Requantise},
    statement::{from_bytes, InputSpec},
    CompiledModel,
};

/// A file of the digits model.
pub fn digits_file(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models/digits").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Images and labels of a `.bin` file of the digits model.
pub fn digits_records(name: &str) -> Vec<(Vec<u8>, u32)> {
    digits_file(name)
        .chunks_exact(65)
        .map(|record| (record[..64].to_vec(), u32::from(record[64])))
        .collect()
}

/// The committed integer model.
pub fn digits() -> CompiledModel {
    CompiledModel::compile(&digits_file("digits.onnx")).unwrap()
}

/// Whether a proof verifies: by the verifier that the chain uses and by arkworks' own, which have to
/// agree. arkworks' does not count the inputs, so it is asked only where their number is right.
pub fn verifies(key: &[u8], inputs: &[[u8; 32]], proof: &[u8]) -> bool {
    let ours = opg_verifier_groth16::verify_bytes::<Bls12_381>(key, inputs, proof).is_ok();
    let key = VerifyingKey::<Bls12_381>::deserialize_compressed(key).unwrap();
    let proof = Proof::<Bls12_381>::deserialize_compressed(proof);
    let scalars: Option<Vec<Fr>> = inputs.iter().map(from_bytes).collect();
    if let (true, Ok(proof), Some(scalars)) =
        (key.gamma_abc_g1.len() == inputs.len() + 1, proof, scalars)
    {
        let prepared = ark_groth16::prepare_verifying_key(&key);
        let theirs = Groth16::<Bls12_381>::verify_proof(&prepared, &proof, &scalars).unwrap();
        assert_eq!(ours, theirs);
    }
    ours
}

/// A dense layer of weights given output by output.
pub fn dense(rows: &[&[i8]], bias: &[i32], requantise: Option<(u8, u8)>) -> Layer {
    Layer::Dense(Dense {
        inputs: rows[0].len(),
        outputs: rows.len(),
        weights: rows.concat(),
        bias: bias.to_vec(),
        requantise: requantise.map(|(shift, bits)| Requantise { shift, bits }),
    })
}

/// A network with a flat input.
pub fn network(width: u32, bits: u8, layers: Vec<Layer>, answer: Answer) -> Network {
    let input = InputSpec { shape: vec![width].try_into().unwrap(), bits };
    Network::new(input, layers, answer).unwrap()
}
