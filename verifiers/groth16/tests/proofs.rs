//! Good proofs pass, on every curve and for every number of inputs; bytes go round.

mod common;

use ark_bls12_381::Bls12_381;
use ark_bn254::Bn254;
use ark_ec::pairing::Pairing;
use common::real;
use opg_verifier_groth16::{verify, Curve, Error, Proof, VerifyingKey, MAX_INPUTS};
use sp_crypto_ec_utils::bls12_381::Bls12_381 as HostBls12_381;

fn passes<E: Pairing + Curve>(inputs: usize) {
    assert_eq!(real::<E>(inputs, 1).bytes().verify::<E>(), Ok(()), "{inputs} inputs");
}

#[test]
fn a_bls12_381_proof_passes_for_each_number_of_inputs_up_to_the_bound() {
    [0, 1, 2, 3, 16, MAX_INPUTS].into_iter().for_each(passes::<Bls12_381>);
}

#[test]
fn a_bn254_proof_passes_for_each_number_of_inputs_up_to_the_bound() {
    [0, 1, 2, 3, 16, MAX_INPUTS].into_iter().for_each(passes::<Bn254>);
}

#[test]
fn the_host_functions_curve_accepts_the_same_proofs() {
    for inputs in [0, 1, 2, 3, 16, MAX_INPUTS] {
        let bytes = real::<Bls12_381>(inputs, 1).bytes();
        assert_eq!(bytes.verify::<HostBls12_381>(), Ok(()), "{inputs} inputs");
    }
}

fn bytes_go_round<E: Pairing + Curve>() {
    let bytes = real::<E>(3, 2).bytes();
    let key = VerifyingKey::<E>::from_bytes(&bytes.key).unwrap();
    let proof = Proof::<E>::from_bytes(&bytes.proof).unwrap();
    assert_eq!(key.to_bytes(), bytes.key);
    assert_eq!(proof.to_bytes(), bytes.proof);
    assert_eq!(key.input_count(), 3);
    assert_eq!(VerifyingKey::<E>::inputs_of(&bytes.key), Ok(3));
    assert_eq!(bytes.key.len(), VerifyingKey::<E>::encoded_len(3));
}

#[test]
fn keys_and_proofs_are_written_as_arkworks_writes_them() {
    bytes_go_round::<Bls12_381>();
    bytes_go_round::<Bn254>();
    let bytes = real::<Bls12_381>(3, 2).bytes();
    let key = VerifyingKey::<HostBls12_381>::from_bytes(&bytes.key).unwrap();
    let proof = Proof::<HostBls12_381>::from_bytes(&bytes.proof).unwrap();
    assert_eq!(key.to_bytes(), bytes.key);
    assert_eq!(proof.to_bytes(), bytes.proof);
}

#[test]
fn lengths_are_those_of_the_documentation() {
    assert_eq!((Proof::<Bls12_381>::LEN, Proof::<Bn254>::LEN), (192, 128));
    for n in [0, 2, MAX_INPUTS] {
        assert_eq!(VerifyingKey::<Bls12_381>::encoded_len(n), 344 + 48 * (n + 1));
        assert_eq!(VerifyingKey::<Bn254>::encoded_len(n), 232 + 32 * (n + 1));
    }
    assert_eq!(VerifyingKey::<Bls12_381>::MAX_LEN, 3_464);
    assert_eq!(VerifyingKey::<Bn254>::MAX_LEN, 2_312);
}

#[test]
fn a_proof_under_the_key_of_another_set_up_is_invalid() {
    let (one, other) = (real::<Bls12_381>(2, 3), real::<Bls12_381>(2, 4));
    assert_eq!(
        verify::<Bls12_381>(&other.checked_key(), &one.inputs, &one.checked_proof()),
        Err(Error::ProofInvalid)
    );
}

#[test]
fn swapped_inputs_are_invalid() {
    let mut bytes = real::<Bls12_381>(2, 3).bytes();
    bytes.inputs.reverse();
    assert_eq!(bytes.verify::<Bls12_381>(), Err(Error::ProofInvalid));
}

#[test]
fn a_rerandomised_proof_still_passes_so_its_hash_is_no_identity() {
    let mut real = real::<Bls12_381>(2, 5);
    let before = real.bytes().proof;
    real.proof = ark_groth16::Groth16::<Bls12_381>::rerandomize_proof(
        &real.key,
        &real.proof,
        &mut common::rng(6),
    );
    assert_ne!(real.bytes().proof, before);
    assert_eq!(real.bytes().verify::<Bls12_381>(), Ok(()));
}

#[test]
fn a_sum_over_the_inputs_at_infinity_is_judged_as_ark_groth16_judges_it() {
    use ark_ff::One;
    use ark_snark::SNARK;
    // With gamma_abc[1] = -gamma_abc[0], the input one makes L infinity.
    let mut real = real::<Bls12_381>(1, 7);
    real.key.gamma_abc_g1[1] = -real.key.gamma_abc_g1[0];
    real.inputs = vec![One::one()];
    let theirs =
        ark_groth16::Groth16::<Bls12_381>::verify(&real.key, &real.inputs, &real.proof).unwrap();
    assert!(!theirs);
    assert_eq!(real.bytes().verify::<Bls12_381>(), Err(Error::ProofInvalid));
    assert_eq!(real.bytes().verify::<HostBls12_381>(), Err(Error::ProofInvalid));
}
