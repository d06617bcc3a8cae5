//! The check itself.

use alloc::vec::Vec;
use ark_ec::VariableBaseMSM;
use ark_ff::One;

use crate::{
    curve::Curve,
    error::{Element, Error, Part},
    key::VerifyingKey,
    proof::Proof,
    reader::scalar,
    INPUT_LEN, MAX_INPUTS,
};

/// Verifies `proof` for `inputs` under `key`.
///
/// Checks `e(A, B) = e(alpha, beta) e(L, gamma) e(C, delta)` with `L = gamma_abc[0] + sum of input[i] gamma_abc[i + 1]`
/// (Groth, "On the Size of Pairing-based Non-interactive Arguments", 2016, section 3.2), as one product of four pairings
/// with A negated, so that there is one final exponentiation. The time depends on the number of inputs alone, not on
/// whether the proof is good.
///
/// # Errors
///
/// [`Error::TooManyInputs`] and [`Error::WrongInputCount`], before anything is computed; [`Error::ProofInvalid`].
///
/// ```
/// # use ark_bls12_381::Bls12_381;
/// # use opg_verifier_groth16::{verify, snarkjs, Error};
/// # let file = include_str!("../testdata/snarkjs_bls12381_2.json");
/// # let file: serde_json::Value = serde_json::from_str(file).unwrap();
/// # let (key, proof, public) = (file["vk"].to_string(), file["proof"].to_string(), file["publicSignals"].to_string());
/// let key = snarkjs::verifying_key::<Bls12_381>(&key)?;
/// let proof = snarkjs::proof::<Bls12_381>(&proof)?;
/// let mut inputs = snarkjs::public_signals::<Bls12_381>(&public)?;
/// assert_eq!(verify(&key, &inputs, &proof), Ok(()));
///
/// inputs.reverse();
/// assert_eq!(verify(&key, &inputs, &proof), Err(Error::ProofInvalid));
/// # Ok::<(), snarkjs::Error>(())
/// ```
pub fn verify<E: Curve>(
    key: &VerifyingKey<E>,
    inputs: &[E::ScalarField],
    proof: &Proof<E>,
) -> Result<(), Error> {
    // 1. One input for each point of the key, neither more nor fewer.
    check_count(inputs.len(), key.input_count())?;

    // 2. L, the constant's point included, as one sum.
    let mut scalars = Vec::with_capacity(key.gamma_abc.len());
    scalars.push(E::ScalarField::one());
    scalars.extend_from_slice(inputs);
    let l = E::G1::msm(&key.gamma_abc, &scalars)
        .map_err(|_| Error::WrongInputCount { expected: key.input_count(), found: inputs.len() })?;

    // 3. The product of the four pairings.
    #[allow(clippy::arithmetic_side_effects, reason = "negation in a group is total")]
    let minus_a = -proof.a;
    let product = E::multi_miller_loop(
        [minus_a, key.alpha, l.into(), proof.c],
        [proof.b, key.beta, key.gamma, key.delta],
    );
    match E::final_exponentiation(product) {
        Some(product) if product.0.is_one() => Ok(()),
        _ => Err(Error::ProofInvalid),
    }
}

/// Reads and verifies: the same as [`VerifyingKey::from_bytes`], [`read_input`] for each input, [`Proof::from_bytes`] and
/// [`verify`], with the cheap checks first: lengths and counts, then the inputs, then the proof, then the key.
///
/// # Errors
///
/// Those of the functions named above.
pub fn verify_bytes<E: Curve>(
    key: &[u8],
    inputs: &[[u8; INPUT_LEN]],
    proof: &[u8],
) -> Result<(), Error> {
    let takes = VerifyingKey::<E>::inputs_of(key)?;
    check_count(inputs.len(), takes)?;
    Proof::<E>::check_len(proof)?;
    let inputs = inputs
        .iter()
        .enumerate()
        .map(|(i, bytes)| read_input::<E>(i, bytes))
        .collect::<Result<Vec<_>, _>>()?;
    let proof = Proof::<E>::from_bytes(proof)?;
    let key = VerifyingKey::<E>::from_bytes(key)?;
    verify(&key, &inputs, &proof)
}

/// Reads public input `index`: a little-endian integer below the order of the group.
///
/// # Errors
///
/// [`Error::NonCanonical`] with [`Element::Input`] of `index` if it is not below the order. It is never reduced: two
/// encodings of one input would be two statements with one proof.
pub fn read_input<E: Curve>(
    index: usize,
    bytes: &[u8; INPUT_LEN],
) -> Result<E::ScalarField, Error> {
    scalar::<E>(bytes).map_err(|fault| Error::element(Element::Input(index), fault))
}

fn check_count(found: usize, expected: usize) -> Result<(), Error> {
    if found > MAX_INPUTS {
        return Err(Error::TooManyInputs { part: Part::Inputs });
    }
    if found != expected {
        return Err(Error::WrongInputCount { expected, found });
    }
    Ok(())
}
