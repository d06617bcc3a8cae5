//! Real keys and proofs for the tests, and ways to spoil their bytes.
#![allow(dead_code)] // each test file uses its own part

pub mod corpus;

use ark_ec::{pairing::Pairing, short_weierstrass::Affine, short_weierstrass::SWCurveConfig};
use ark_ff::{BitIteratorBE, Field, PrimeField, UniformRand};
use ark_groth16::Groth16;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};
use ark_snark::{CircuitSpecificSetupSNARK, SNARK};
use opg_verifier_groth16::{Curve, Error, Proof, VerifyingKey};
use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};
use std::path::PathBuf;

/// Knows w and a[i] with `a[i] * w = x[i]` for the public x, and `w * w = s`.
#[derive(Clone)]
pub struct Products<F> {
    pub w: F,
    pub a: Vec<F>,
}

impl<F: PrimeField> ConstraintSynthesizer<F> for Products<F> {
    fn generate_constraints(self, cs: ConstraintSystemRef<F>) -> Result<(), SynthesisError> {
        let one = |v: Variable| move || LinearCombination::<F>::from(v);
        let w = cs.new_witness_variable(|| Ok(self.w))?;
        let s = cs.new_witness_variable(|| Ok(self.w * self.w))?;
        cs.enforce_r1cs_constraint(one(w), one(w), one(s))?;
        for a in self.a {
            let x = cs.new_input_variable(|| Ok(a * self.w))?;
            let a = cs.new_witness_variable(|| Ok(a))?;
            cs.enforce_r1cs_constraint(one(a), one(w), one(x))?;
        }
        Ok(())
    }
}

/// A key, and a proof of these inputs under it, as ark-groth16 made them.
#[derive(Clone)]
pub struct Real<E: Pairing> {
    pub key: ark_groth16::VerifyingKey<E>,
    pub inputs: Vec<E::ScalarField>,
    pub proof: ark_groth16::Proof<E>,
}

/// The randomness of tests: fixed, so that a failure comes again.
pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// Sets up and proves for this many public inputs.
pub fn real<E: Pairing>(inputs: usize, seed: u64) -> Real<E> {
    let mut rng = rng(seed);
    let circuit = Products {
        w: E::ScalarField::rand(&mut rng),
        a: (0..inputs).map(|_| E::ScalarField::rand(&mut rng)).collect(),
    };
    let (proving, key) = Groth16::<E>::setup(circuit.clone(), &mut rng).unwrap();
    let proof = Groth16::<E>::prove(&proving, circuit.clone(), &mut rng).unwrap();
    let inputs = circuit.a.iter().map(|a| *a * circuit.w).collect();
    Real { key, inputs, proof }
}

/// The same as bytes, which is how they reach this crate.
#[derive(Clone)]
pub struct Bytes {
    pub key: Vec<u8>,
    pub inputs: Vec<[u8; 32]>,
    pub proof: Vec<u8>,
}

impl Bytes {
    pub fn verify<E: Curve>(&self) -> Result<(), Error> {
        opg_verifier_groth16::verify_bytes::<E>(&self.key, &self.inputs, &self.proof)
    }
}

impl<E: Pairing> Real<E> {
    pub fn bytes(&self) -> Bytes {
        Bytes {
            key: compressed(&self.key),
            inputs: self.inputs.iter().map(|x| compressed(x).try_into().unwrap()).collect(),
            proof: compressed(&self.proof),
        }
    }

    pub fn checked_key<C: Curve>(&self) -> VerifyingKey<C> {
        VerifyingKey::from_bytes(&compressed(&self.key)).unwrap()
    }

    pub fn checked_proof<C: Curve>(&self) -> Proof<C> {
        Proof::from_bytes(&compressed(&self.proof)).unwrap()
    }
}

pub fn compressed<T: ark_serialize::CanonicalSerialize>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    value.serialize_compressed(&mut out).unwrap();
    out
}

/// A point of the curve with a random x; outside the subgroup but for a chance of one in the cofactor.
pub fn on_curve<P: SWCurveConfig>(rng: &mut ChaCha20Rng) -> Affine<P> {
    loop {
        let x = P::BaseField::rand(rng);
        if let Some(point) = Affine::get_point_from_x_unchecked(x, bool::rand(rng)) {
            return point;
        }
    }
}

/// An x that belongs to no point of the curve.
pub fn off_curve_x<P: SWCurveConfig>(rng: &mut ChaCha20Rng) -> P::BaseField {
    loop {
        let x = P::BaseField::rand(rng);
        if P::add_b(x.square() * x).sqrt().is_none() {
            return x;
        }
    }
}

/// `point` times an integer, by doubling and adding alone: right for points of any order, where arkworks' fast
/// multiplication holds in the subgroup only.
pub fn times<P: SWCurveConfig>(point: Affine<P>, scalar: &[u64]) -> Affine<P> {
    use ark_ec::PrimeGroup;
    let point: ark_ec::short_weierstrass::Projective<P> = point.into();
    point.mul_bits_be(BitIteratorBE::without_leading_zeros(scalar)).into()
}

/// This crate's own test data.
pub fn testdata() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata")
}
