//! Bad evidence: each thing altered alone, and the exact refusal.

use crate::{mock::*, simulated::Secret, types::Format};
use opg_primitives::{
    evidence::{Evidence, MAX_PROOF_BYTES},
    ids::{Account, BlockHash, Commitment, GenesisHash, ModelId, RequestId},
    mode::Mode,
    model::Setup,
    request::Refusal::{self, *},
    statement::{commit_input, NO_SALT},
};
use proptest::prelude::*;

fn zkml() -> Case {
    Case::new(Mode::ZkMl)
}

fn plain() -> Case {
    Case::new(Mode::Plain)
}

fn refused(case: &Case, output: &[u8], evidence: &Evidence) -> Refusal {
    case.appraise(output, evidence).unwrap_err()
}

fn switch_off(format: Format) {
    Verification::set_enabled(frame_system::RawOrigin::Root.into(), format, false).unwrap();
}

/// The case with one thing altered, by name.
fn altered(case: &Case) -> Vec<(&'static str, Case)> {
    let with = |alter: fn(&mut Case)| {
        let mut other = case.clone();
        alter(&mut other);
        other
    };
    vec![
        ("chain", with(|c| c.genesis = GenesisHash([99; 32]))),
        ("request", with(|c| c.request = RequestId([99; 32]))),
        ("attempt", with(|c| c.attempt = 1)),
        ("provider", with(|c| c.provider = Account([99; 32]))),
        ("lease block", with(|c| c.lease_block = BlockHash([99; 32]))),
        (
            "input",
            with(|c| {
                c.input = commit_input(c.interface(), NO_SALT, &[1, 2, 3, 14]).unwrap();
            }),
        ),
    ]
}

/// What a proof does not show, and the worker's signature alone does.
fn altered_beyond_the_proof(case: &Case) -> Vec<(&'static str, Case)> {
    let with = |alter: fn(&mut Case)| {
        let mut other = case.clone();
        alter(&mut other);
        other
    };
    vec![
        ("model", with(|c| c.model_id = ModelId([99; 32]))),
        ("policy version", with(|c| c.policy_version = 1)),
        ("parameters", with(|c| c.parameters = Commitment([99; 32]))),
    ]
}

#[test]
fn a_signature_for_anything_else_is_refused() {
    run(|| {
        for (base, evidence) in
            [(plain(), Case::plain as fn(&Case, &[u8]) -> Evidence), (zkml(), Case::zkml)]
        {
            for (name, other) in altered(&base).into_iter().chain(altered_beyond_the_proof(&base)) {
                let made_elsewhere = evidence(&other, OUTPUT);
                assert!(other.appraise(OUTPUT, &made_elsewhere).is_ok(), "{name} is no fault");
                assert_eq!(refused(&base, OUTPUT, &made_elsewhere), BadSignature, "{name}");
            }
        }
    });
}

#[test]
fn a_proof_of_anything_else_is_refused_even_with_a_good_signature() {
    run(|| {
        let base = zkml();
        for (name, other) in altered(&base) {
            let evidence = base.zkml_with(OUTPUT, other.prove(OUTPUT));
            assert_eq!(refused(&base, OUTPUT, &evidence), InvalidProof, "{name}");
        }
    });
}

#[test]
fn a_proof_of_another_output_is_refused_even_with_a_good_signature() {
    run(|| {
        let base = zkml();
        let evidence = base.zkml_with(OUTPUT, base.prove(&[6, 0, 0, 0]));
        assert_eq!(refused(&base, OUTPUT, &evidence), InvalidProof);
    });
}

#[test]
fn a_proof_of_another_model_is_refused_even_with_a_good_signature() {
    run(|| {
        let base = zkml();
        let mut other = base.clone();
        other.setup = 1;
        let evidence = base.zkml_with(OUTPUT, other.prove(OUTPUT));
        assert_eq!(refused(&base, OUTPUT, &evidence), InvalidProof);
        // It is good under the other model's key.
        other.key = Some(verifying_key(key_bytes(3, 1), Setup::Transparent));
        assert!(other.appraise(OUTPUT, &evidence).is_ok());
    });
}

#[test]
fn an_output_that_was_changed_after_signing_is_refused() {
    run(|| {
        for (case, evidence) in [(plain(), plain().plain(OUTPUT)), (zkml(), zkml().zkml(OUTPUT))] {
            assert_eq!(refused(&case, &[6, 0, 0, 0], &evidence), BadSignature);
        }
    });
}

#[test]
fn evidence_of_another_mode_is_refused() {
    run(|| {
        assert_eq!(refused(&zkml(), OUTPUT, &zkml().plain(OUTPUT)), WrongMode);
        assert_eq!(refused(&plain(), OUTPUT, &plain().zkml(OUTPUT)), WrongMode);
        let tee = Case::new(Mode::Tee);
        assert_eq!(refused(&tee, OUTPUT, &tee.plain(OUTPUT)), WrongMode);
        assert_eq!(refused(&tee, OUTPUT, &tee.zkml(OUTPUT)), WrongMode);
        for other in [plain(), zkml()] {
            assert_eq!(refused(&other, OUTPUT, &tee.tee(OUTPUT)), WrongMode);
        }
    });
}

#[test]
fn a_format_that_is_switched_off_is_refused_and_the_other_is_not() {
    run(|| {
        switch_off(Format::Groth16Bls12381);
        assert_eq!(refused(&zkml(), OUTPUT, &zkml().zkml(OUTPUT)), FormatDisabled);
        assert!(plain().appraise(OUTPUT, &plain().plain(OUTPUT)).is_ok());
    });
    run(|| {
        switch_off(Format::Plain);
        assert_eq!(refused(&plain(), OUTPUT, &plain().plain(OUTPUT)), FormatDisabled);
        assert!(zkml().appraise(OUTPUT, &zkml().zkml(OUTPUT)).is_ok());
    });
}

#[test]
fn an_unregistered_worker_key_is_refused() {
    run(|| {
        for mut case in [plain(), zkml()] {
            case.registered = false;
            let evidence = match case.mode {
                Mode::Plain => case.plain(OUTPUT),
                _ => case.zkml(OUTPUT),
            };
            assert_eq!(refused(&case, OUTPUT, &evidence), UnknownWorkerKey);
        }
    });
}

#[test]
fn an_output_of_another_form_is_refused() {
    run(|| {
        let case = plain();
        for output in [&[][..], &[7], &[7, 0, 0], &[7, 0, 0, 0, 0], &[10, 0, 0, 0], &[7, 0, 0, 1]] {
            assert_eq!(refused(&case, output, &case.plain(output)), MalformedOutput, "{output:?}");
        }
    });
}

#[test]
fn a_signature_of_another_key_is_refused() {
    run(|| {
        let case = plain();
        let mut other = case.clone();
        other.worker = 12;
        let mut signed = other.sign(OUTPUT);
        signed.key = case.sign(OUTPUT).key;
        assert_eq!(refused(&case, OUTPUT, &Evidence::Plain(signed)), BadSignature);
    });
}

#[test]
fn a_worker_key_that_is_no_point_is_refused() {
    run(|| {
        let case = plain();
        let mut signed = case.sign(OUTPUT);
        signed.key.0 = [2; 32]; // no point has this y
        assert_eq!(refused(&case, OUTPUT, &Evidence::Plain(signed)), BadSignature);
    });
}

#[test]
fn a_worker_key_under_which_anybody_can_sign_is_refused() {
    run(|| {
        let case = plain();
        let mut signed = case.sign(OUTPUT);
        signed.key.0 = [0; 32]; // of order four
        signed.signature.0 = [0; 64];
        signed.signature.0[0] = 1;
        let answer = sp_core::ed25519::Public::from_raw(signed.key.0);
        let signature = sp_core::ed25519::Signature::from_raw(signed.signature.0);
        assert!(sp_io::crypto::ed25519_verify(&signature, b"whatever", &answer));
        assert_eq!(refused(&case, OUTPUT, &Evidence::Plain(signed)), BadSignature);
    });
}

#[test]
fn a_model_without_a_key_has_no_proofs() {
    run(|| {
        let mut case = zkml();
        let evidence = case.zkml(OUTPUT);
        case.key = None;
        assert_eq!(refused(&case, OUTPUT, &evidence), NoVerifyingKey);
    });
}

#[test]
fn a_proof_that_names_another_version_of_the_key_is_refused() {
    run(|| {
        let mut case = zkml();
        let evidence = case.zkml(OUTPUT);
        case.key.as_mut().unwrap().version = 1;
        assert_eq!(refused(&case, OUTPUT, &evidence), NoVerifyingKey);
    });
}

#[test]
fn a_key_in_state_that_cannot_be_read_is_refused() {
    run(|| {
        let case = zkml();
        let evidence = case.zkml(OUTPUT);
        let good = key_bytes(3, 0);
        let cut = good[..good.len() - 1].to_vec();
        let longer = [&good[..], &[0]].concat();
        let mut spoiled = good.clone();
        spoiled[1] ^= 1;
        for bytes in [vec![], cut, longer, spoiled] {
            let mut case = case.clone();
            case.key = Some(verifying_key(bytes, Setup::Transparent));
            assert_eq!(refused(&case, OUTPUT, &evidence), NoVerifyingKey);
        }
    });
}

#[test]
fn a_key_for_more_or_fewer_inputs_is_refused() {
    run(|| {
        for inputs in [1, 2, 4, 5] {
            let mut case = zkml();
            case.key = Some(verifying_key(key_bytes(inputs, 0), Setup::Transparent));
            let evidence = case.zkml(OUTPUT);
            assert_eq!(refused(&case, OUTPUT, &evidence), WrongInputCount, "{inputs}");
        }
    });
}

#[test]
fn a_proof_for_one_input_more_does_not_pass_under_the_key_of_fewer() {
    run(|| {
        // ark-groth16 would take the first three of four inputs for the whole statement.
        let case = zkml();
        let mut longer = case.statement(OUTPUT);
        longer.push([0; 32]);
        let evidence = case.zkml_with(OUTPUT, prove(&longer, 0));
        assert_eq!(refused(&case, OUTPUT, &evidence), InvalidProof);
    });
}

#[test]
fn what_is_no_proof_at_all_is_refused() {
    run(|| {
        let case = zkml();
        let good = case.prove(OUTPUT);
        let infinity: Vec<u8> = [&[0xc0][..], &[0; 47]].concat();
        for (name, proof) in [
            ("nothing", vec![]),
            ("one byte less", good[..191].to_vec()),
            ("one byte more", [&good[..], &[0]].concat()),
            ("zeros", vec![0; 192]),
            ("ones", vec![0xff; 192]),
            ("as much as fits", vec![0xab; usize::try_from(MAX_PROOF_BYTES).unwrap()]),
            ("A at infinity", [&infinity[..], &good[48..]].concat()),
            ("C at infinity", [&good[..144], &infinity[..]].concat()),
        ] {
            assert_eq!(
                refused(&case, OUTPUT, &case.zkml_with(OUTPUT, proof)),
                MalformedProof,
                "{name}"
            );
        }
    });
}

#[test]
fn a_proof_with_its_points_exchanged_is_refused() {
    run(|| {
        let case = zkml();
        let good = case.prove(OUTPUT);
        let exchanged = [&good[144..], &good[48..144], &good[..48]].concat();
        assert_eq!(refused(&case, OUTPUT, &case.zkml_with(OUTPUT, exchanged)), InvalidProof);
    });
}

#[test]
fn an_input_commitment_that_no_circuit_can_have_made_has_no_proof() {
    run(|| {
        let mut case = zkml();
        let proof = case.prove(OUTPUT);
        case.input = Commitment([0xff; 32]);
        assert_eq!(refused(&case, OUTPUT, &case.zkml_with(OUTPUT, proof)), InvalidProof);
    });
}

#[test]
fn of_several_faults_the_cheapest_to_find_is_named() {
    run(|| {
        // Each fault is added to those before it, from the dearest to the cheapest.
        let mut case = zkml();
        let mut output = OUTPUT;
        let mut proof = case.prove(&[1, 0, 0, 0]);
        assert_eq!(refused(&case, output, &case.zkml_with(output, proof.clone())), InvalidProof);
        proof[0] ^= 0x80;
        assert_eq!(refused(&case, output, &case.zkml_with(output, proof.clone())), MalformedProof);
        case.key = Some(verifying_key(key_bytes(4, 0), Setup::Transparent));
        assert_eq!(refused(&case, output, &case.zkml_with(output, proof.clone())), WrongInputCount);
        case.key = None;
        let evidence = case.zkml_with(output, proof);
        assert_eq!(refused(&case, output, &evidence), NoVerifyingKey);
        case.request = RequestId([99; 32]);
        assert_eq!(refused(&case, output, &evidence), BadSignature);
        output = &[];
        assert_eq!(refused(&case, output, &evidence), MalformedOutput);
        case.registered = false;
        assert_eq!(refused(&case, output, &evidence), UnknownWorkerKey);
        switch_off(Format::Groth16Bls12381);
        assert_eq!(refused(&case, output, &evidence), FormatDisabled);
        case.mode = Mode::Plain;
        assert_eq!(refused(&case, output, &evidence), WrongMode);
    });
}

#[test]
fn whoever_kept_the_secret_of_the_setup_proves_what_is_not_so() {
    // No witness, no circuit: the reason for the setup rule.
    run(|| {
        let secret = Secret::new(3);
        let mut case = zkml();
        case.key = Some(verifying_key(secret.key(), Setup::Sole(STRANGER)));
        let forged = case.zkml_with(OUTPUT, secret.prove(&case.statement(OUTPUT)));
        let accepted = case.appraise(OUTPUT, &forged).unwrap();
        assert_eq!(accepted.appraised.forgeable_by, Some(STRANGER));
        assert_eq!(accepted.appraised.grade, opg_primitives::standing::Grade::C);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_flipped_bit_of_a_proof_is_accepted(bit in 0usize..192 * 8) {
        run(|| {
            let case = zkml();
            let mut proof = case.prove(OUTPUT);
            proof[bit / 8] ^= 1 << (bit % 8);
            let refusal = refused(&case, OUTPUT, &case.zkml_with(OUTPUT, proof));
            assert!(matches!(refusal, MalformedProof | InvalidProof), "{refusal:?}");
        });
    }

    #[test]
    fn no_flipped_bit_of_a_signature_or_key_is_accepted(bit in 0usize..96 * 8) {
        run(|| {
            let case = plain();
            let mut signed = case.sign(OUTPUT);
            match (bit / 8).checked_sub(64) {
                None => signed.signature.0[bit / 8] ^= 1 << (bit % 8),
                Some(byte) => signed.key.0[byte] ^= 1 << (bit % 8),
            }
            assert_eq!(refused(&case, OUTPUT, &Evidence::Plain(signed)), BadSignature);
        });
    }

    #[test]
    fn garbage_is_refused_and_nothing_panics(
        output in prop::collection::vec(any::<u8>(), 0..64),
        proof in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        run(|| {
            let case = zkml();
            assert!(case.appraise(&output, &case.zkml_with(&output, proof)).is_err());
        });
    }
}
