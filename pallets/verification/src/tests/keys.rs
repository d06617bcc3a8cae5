//! Keys, before they are registered.

use crate::{mock::*, simulated::Secret, KeyError};
use opg_primitives::{evidence::ProofSystem::Groth16Bls12381, mode::Mode, model::Setup};
use opg_verifier_groth16::MAX_INPUTS;
use opg_zkml_statement::{public_input_count, OutputSpec, LOGITS_PER_ELEMENT, MAX_LOGITS};

#[test]
fn a_key_for_exactly_the_interfaces_inputs_is_good() {
    run(|| {
        let case = Case::new(Mode::ZkMl);
        let inputs = u32::try_from(public_input_count(case.interface()).unwrap()).unwrap();
        assert_eq!(Verification::check_key(Groth16Bls12381, &key_bytes(3, 0), inputs), Ok(()));
    });
}

#[test]
fn a_key_for_another_number_of_inputs_is_refused() {
    run(|| {
        for found in [1u32, 2, 4] {
            let bytes = key_bytes(usize::try_from(found).unwrap(), 0);
            assert_eq!(
                Verification::check_key(Groth16Bls12381, &bytes, 3),
                Err(KeyError::WrongInputCount)
            );
        }
    });
}

#[test]
fn a_key_that_cannot_be_read_is_refused() {
    run(|| {
        let good = key_bytes(3, 0);
        let cut = good[..good.len() - 1].to_vec();
        let longer = [&good[..], &[0]].concat();
        let infinity = [&[0xc0][..], &[0; 47], &good[48..]].concat();
        let mut off_the_curve = good.clone();
        off_the_curve[1] ^= 1;
        let mut counted_wrong = good.clone();
        counted_wrong[48 + 3 * 96 + 7] = 0xff;
        for bytes in [vec![], cut, longer, infinity, off_the_curve, counted_wrong] {
            assert_eq!(
                Verification::check_key(Groth16Bls12381, &bytes, 3),
                Err(KeyError::Malformed)
            );
        }
    });
}

#[test]
fn the_greatest_key_fits_and_verifies() {
    run(|| {
        let most = u16::try_from((MAX_INPUTS - 2) * LOGITS_PER_ELEMENT).unwrap();
        let len = most.min(MAX_LOGITS);
        let mut case = Case::new(Mode::ZkMl);
        case.gives(OutputSpec::Logits { len });
        let inputs = u32::try_from(public_input_count(case.interface()).unwrap()).unwrap();
        let secret = Secret::new(inputs);
        assert_eq!(Verification::check_key(Groth16Bls12381, &secret.key(), inputs), Ok(()));

        case.key = Some(verifying_key(secret.key(), Setup::Transparent));
        let output = vec![0x7f; usize::from(len) * 4];
        let evidence = case.zkml_with(&output, secret.prove(&case.statement(&output)));
        assert!(case.appraise(&output, &evidence).is_ok());
    });
}
