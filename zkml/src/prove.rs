//! Proofs.

use ark_bls12_381::Bls12_381;
use ark_ff::UniformRand;
use ark_groth16::{r1cs_to_qap::LibsnarkReduction, Groth16};
use ark_serialize::CanonicalSerialize;
use opg_zkml_statement::{Fr, Output, StatementError, NO_SALT};
use rand::{CryptoRng, RngCore};
use thiserror::Error;

use crate::{
    circuit::Assignment,
    compile::CompiledModel,
    setup::{KeyError, ProvingKey},
};

/// Why there is no proof.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProveError {
    /// A salted input: the path that carries private bytes to a prover does not exist yet.
    #[error(
        "a committed input is not supported: the input is salted, and only public ones are proven"
    )]
    CommittedInput,
    /// The input is none of the model's.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The key is none of the model's.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The circuit and the interpreter disagree, which no input should bring about.
    #[error("constraint {0} does not hold for an honest assignment")]
    Unsatisfied(usize),
    /// The proof system failed.
    #[error("proving failed: {0}")]
    Prover(String),
}

/// An answer with its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenAnswer {
    /// The answer.
    pub output: Output,
    /// The proof, in arkworks' compressed form: 192 bytes.
    pub proof: Vec<u8>,
}

impl CompiledModel {
    /// Runs the model and proves that the answer follows.
    ///
    /// `salt` is that of the input's commitment, [`NO_SALT`] for a public input; `binding` the hash
    /// that ties the answer to its lease. `rng` makes each proof of one statement look different.
    ///
    /// # Errors
    /// [`ProveError`]. Nothing is proven with a key of another circuit, or of an assignment that does
    /// not satisfy every constraint.
    pub fn prove(
        &self,
        key: &ProvingKey,
        input: &[u8],
        salt: &[u8; 32],
        binding: &[u8; 32],
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<ProvenAnswer, ProveError> {
        if *salt != NO_SALT {
            return Err(ProveError::CommittedInput);
        }
        if key.circuit() != self.circuit_digest() {
            return Err(ProveError::Key(KeyError::OtherCircuit {
                found: key.circuit(),
                expected: self.circuit_digest(),
            }));
        }
        let output = self.run(input)?;
        let circuit = self.assign(Assignment { input, salt, binding })?;
        if let Some(row) = circuit.r1cs.first_unsatisfied(&circuit.values) {
            return Err(ProveError::Unsatisfied(row));
        }
        let (r, s) = (Fr::rand(rng), Fr::rand(rng));
        let failed = |error: &dyn core::fmt::Display| ProveError::Prover(error.to_string());
        let proof =
            Groth16::<Bls12_381, LibsnarkReduction>::create_proof_with_reduction_and_matrices(
                &key.key,
                r,
                s,
                circuit.r1cs.matrices(),
                circuit.r1cs.public_inputs() + 1,
                circuit.r1cs.constraints(),
                &circuit.values,
            )
            .map_err(|error| failed(&error))?;
        let mut bytes = Vec::with_capacity(192);
        proof.serialize_compressed(&mut bytes).map_err(|error| failed(&error))?;
        Ok(ProvenAnswer { output, proof: bytes })
    }
}
