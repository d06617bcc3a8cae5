//! Bytes and texts that nobody honest would send: an error each time, never a panic, never an acceptance.

mod common;

use ark_bls12_381::Bls12_381;
use ark_bn254::Bn254;
use common::{real, Bytes};
use opg_verifier_groth16::{read_input, snarkjs, Curve, Proof, VerifyingKey};
use proptest::prelude::*;
use sp_crypto_ec_utils::bls12_381::Bls12_381 as HostBls12_381;
use std::sync::LazyLock;

static GOOD: LazyLock<Bytes> = LazyLock::new(|| real::<Bls12_381>(2, 41).bytes());

/// Plain and hooked BLS12-381 give one answer, and what is read is written back as it was.
fn read_all(bytes: &[u8]) {
    let proof = Proof::<Bls12_381>::from_bytes(bytes);
    let key = VerifyingKey::<Bls12_381>::from_bytes(bytes);
    assert_eq!(
        Proof::<HostBls12_381>::from_bytes(bytes).map(|proof| proof.to_bytes()),
        proof.map(|proof| proof.to_bytes())
    );
    assert_eq!(
        VerifyingKey::<HostBls12_381>::from_bytes(bytes).map(|key| key.to_bytes()),
        key.clone().map(|key| key.to_bytes())
    );
    fn canonical<E: Curve>(bytes: &[u8]) {
        if let Ok(proof) = Proof::<E>::from_bytes(bytes) {
            assert_eq!(proof.to_bytes(), bytes);
        }
        if let Ok(key) = VerifyingKey::<E>::from_bytes(bytes) {
            assert_eq!(key.to_bytes(), bytes);
        }
    }
    canonical::<Bls12_381>(bytes);
    canonical::<Bn254>(bytes);
}

/// A good key or proof with a few spots overwritten.
fn spoilt() -> impl Strategy<Value = Vec<u8>> {
    let spots = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    let cut = prop_oneof![Just(0usize), 0usize..600];
    (any::<bool>(), spots, cut).prop_map(|(key, spots, cut)| {
        let mut bytes = if key { GOOD.key.clone() } else { GOOD.proof.clone() };
        for (at, value) in spots {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes.truncate(bytes.len().saturating_sub(cut));
        bytes
    })
}

proptest! {
    #![proptest_config(opg_test_support::cases(512))]

    #[test]
    fn random_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        read_all(&bytes);
    }

    #[test]
    fn random_bytes_of_the_right_length_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 192)) {
        read_all(&bytes);
        read_all(&bytes[..128]);
    }

    #[test]
    fn spoilt_keys_and_proofs_are_read_canonically_or_refused(bytes in spoilt()) {
        read_all(&bytes);
    }

    #[test]
    fn a_random_input_is_read_as_that_number_or_refused(bytes: [u8; 32]) {
        if let Ok(x) = read_input::<Bls12_381>(0, &bytes) {
            prop_assert_eq!(common::compressed(&x), bytes.to_vec());
        }
        if let Ok(x) = read_input::<Bn254>(0, &bytes) {
            prop_assert_eq!(common::compressed(&x), bytes.to_vec());
        }
    }

    #[test]
    fn random_text_is_refused_as_a_snarkjs_file(text in ".{0,200}") {
        prop_assert!(snarkjs::verifying_key::<Bn254>(&text).is_err());
        prop_assert!(snarkjs::proof::<Bn254>(&text).is_err());
        let _may_be_an_empty_list = snarkjs::public_signals::<Bn254>(&text);
    }
}
