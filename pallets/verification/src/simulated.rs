//! A Groth16 setup whose secret is known, for keys of any size and proofs of any statement.
//!
//! Whoever keeps the secret of a setup needs no witness to prove: given a and b, the equation of the
//! verifier leaves one c. Benchmarks make keys and proofs of each size in this way, within the
//! runtime and without a circuit; a test shows with it what the setup rule is there for.
#![allow(clippy::arithmetic_side_effects)] // of field and group elements, which cannot overflow

use alloc::vec::Vec;
use ark_bls12_381::{Bls12_381, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::Field;
use opg_verifier_groth16::Curve;
use opg_zkml_statement::{binding_element, from_bytes, Fr};

/// What was to be thrown away after the setup.
pub(crate) struct Secret {
    alpha: Fr,
    beta: Fr,
    gamma: Fr,
    delta: Fr,
    abc: Vec<Fr>,
}

impl Secret {
    /// The secret of a setup for `inputs` public inputs.
    pub(crate) fn new(inputs: u32) -> Self {
        Self {
            alpha: element(b"alpha", 0),
            beta: element(b"beta", 0),
            gamma: element(b"gamma", 0),
            delta: element(b"delta", 0),
            // Small, so that a long key is made fast; how long it takes to check and to use does not
            // depend on them.
            abc: (1..=u64::from(inputs).saturating_add(1)).map(Fr::from).collect(),
        }
    }

    /// The verifying key.
    pub(crate) fn key(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        Bls12_381::write_g1(&g1(self.alpha), &mut bytes);
        for element in [self.beta, self.gamma, self.delta] {
            Bls12_381::write_g2(&g2(element), &mut bytes);
        }
        let count = u64::try_from(self.abc.len()).unwrap_or_default();
        bytes.extend(count.to_le_bytes());
        for element in &self.abc {
            Bls12_381::write_g1(&g1(*element), &mut bytes);
        }
        bytes
    }

    /// A proof of `inputs`, whatever they say.
    pub(crate) fn prove(&self, inputs: &[[u8; 32]]) -> Vec<u8> {
        let inputs = inputs.iter().filter_map(from_bytes);
        let scalars = core::iter::once(Fr::ONE).chain(inputs);
        let sum: Fr = self.abc.iter().zip(scalars).map(|(point, scalar)| *point * scalar).sum();
        let (a, b) = (element(b"a", 0), element(b"b", 0));
        let rest = a * b - self.alpha * self.beta - sum * self.gamma;
        let c = rest * self.delta.inverse().unwrap_or_default();
        let mut bytes = Vec::new();
        Bls12_381::write_g1(&g1(a), &mut bytes);
        Bls12_381::write_g2(&g2(b), &mut bytes);
        Bls12_381::write_g1(&g1(c), &mut bytes);
        bytes
    }
}

fn element(name: &[u8], index: u32) -> Fr {
    binding_element(&sp_io::hashing::blake2_256(&[name, &index.to_le_bytes()].concat()))
}

fn g1(scalar: Fr) -> G1Affine {
    (G1Projective::generator() * scalar).into_affine()
}

fn g2(scalar: Fr) -> G2Affine {
    (G2Projective::generator() * scalar).into_affine()
}
