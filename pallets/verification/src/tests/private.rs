//! Answers to private requests: sealed, and by the enclave that the input was delivered to.

use crate::mock::*;
use opg_primitives::{
    attestation::Vendor,
    checks::{Check, CheckResult},
    claims::{Claim, Redo, Standing},
    enclave::EnclaveFault,
    evidence::Evidence,
    ids::{Commitment, Digest, EnclaveId},
    mode::Mode,
    reference::ModelBinding,
    request::{Output, PublicBytes, Refusal, Refusal::*},
    sealed::{SealedBytes, MAX_SEALED_BYTES},
    standing::{Grade, InputChannel},
    traits::{Appraisal, Appraiser},
};

fn sealed() -> Output {
    let ciphertext = SealedBytes::truncate_from(vec![0x5e; 64]);
    Output::Sealed { commitment: Commitment([9; 32]), ciphertext }
}

fn public() -> Output {
    Output::Public(PublicBytes::truncate_from(OUTPUT.to_vec()))
}

fn appraise(case: &Case, output: &Output, evidence: &Evidence) -> Result<Appraisal, Refusal> {
    Verification::appraise(&case.context(), output, evidence)
}

/// What the enclave of `case` says of `output`, appraised with it.
fn said(case: &Case, output: &Output) -> Result<Appraisal, Refusal> {
    appraise(case, output, &case.tee_of(&case.said_of(output)))
}

#[test]
fn a_sealed_answer_is_committed_to_as_the_enclave_says() {
    run(|| {
        let good = said(&Case::private(), &sealed()).unwrap();
        assert_eq!(good.output, Commitment([9; 32]));
        let result = |check| good.checks.iter().find(|ran| ran.check == check).unwrap().result;
        for check in [Check::InputRecomputed, Check::OutputRecomputed] {
            assert_eq!(result(check), CheckResult::CouldNotCheck);
        }
        assert_eq!(result(Check::SessionSignature), CheckResult::Pass);
        assert_eq!(good.appraised.facts.input, InputChannel::EndsInEnclave);
    });
}

#[test]
fn what_a_private_receipt_says_follows_from_vendor_and_binding() {
    run(|| {
        use Standing::{Absent, Attested, Enforced, Signed};
        let rows = [
            (Vendor::Amd, ModelBinding::Loaded, Attested, Attested, Grade::B),
            (Vendor::Amd, ModelBinding::Upstream, Attested, Absent, Grade::C),
            (Vendor::Development, ModelBinding::Loaded, Signed, Signed, Grade::E),
        ];
        for (vendor, binding, readers, used, letter) in rows {
            let mut case = Case::private();
            case.enclave_mut().record.vendor = vendor;
            case.enclave_mut().record.binding = binding;
            let mut says = case.said_of(&sealed());
            if binding == ModelBinding::Upstream {
                let name = opg_primitives::names::ModelName::try_from("digits").unwrap();
                says.run.model = opg_primitives::enclave::ModelRan::Named(name);
            }
            let good = appraise(&case, &sealed(), &case.tee_of(&says)).unwrap();
            let cell =
                |claim| good.appraised.standings.iter().find(|cell| cell.claim == claim).unwrap();
            assert_eq!(cell(Claim::InputReaders).standing, readers, "{vendor:?} {binding:?}");
            assert_eq!(cell(Claim::InputUsed).standing, used, "{vendor:?} {binding:?}");
            assert_eq!(cell(Claim::InputBytes).standing, Absent);
            assert_eq!(cell(Claim::InputBytes).redo, Redo::HolderOfOpening);
            assert_eq!(cell(Claim::Delivered).standing, Enforced);
            assert_eq!(good.appraised.grade, letter);
        }
    });
}

#[test]
fn another_ciphertext_than_the_one_that_was_signed_is_refused() {
    run(|| {
        let case = Case::private();
        let evidence = case.tee_of(&case.said_of(&sealed()));
        let length = 64;
        for at in 0..length {
            let mut bytes = vec![0x5e; length];
            bytes[at] ^= 1;
            let ciphertext = SealedBytes::truncate_from(bytes);
            let other = Output::Sealed { commitment: Commitment([9; 32]), ciphertext };
            assert_eq!(appraise(&case, &other, &evidence), Err(BadSessionSignature), "{at}");
        }
        let cut = SealedBytes::truncate_from(vec![0x5e; 63]);
        let other = Output::Sealed { commitment: Commitment([9; 32]), ciphertext: cut };
        assert_eq!(appraise(&case, &other, &evidence), Err(BadSessionSignature));
    });
}

#[test]
fn another_commitment_than_the_one_that_was_signed_is_refused() {
    run(|| {
        let case = Case::private();
        let evidence = case.tee_of(&case.said_of(&sealed()));
        let Output::Sealed { ciphertext, .. } = sealed() else { unreachable!() };
        let other = Output::Sealed { commitment: Commitment([8; 32]), ciphertext };
        assert_eq!(appraise(&case, &other, &evidence), Err(BadSessionSignature));
    });
}

#[test]
fn a_ciphertext_that_nobody_signed_is_refused() {
    run(|| {
        let case = Case::private();
        let mut says = case.said_of(&sealed());
        for digest in [None, Some(Digest([0; 32]))] {
            says.sealed = digest;
            let refused = appraise(&case, &sealed(), &case.tee_of(&says));
            assert_eq!(refused, Err(BadSessionSignature));
        }
    });
}

#[test]
fn a_private_request_takes_no_answer_in_clear_and_a_public_one_no_sealed_one() {
    run(|| {
        assert_eq!(said(&Case::private(), &public()), Err(MalformedOutput));
        for mode in Mode::ALL {
            let case = Case::new(mode);
            let evidence = match mode {
                Mode::Plain => case.plain(OUTPUT),
                Mode::Tee => case.tee_of(&case.said_of(&sealed())),
                Mode::ZkMl => case.zkml(OUTPUT),
            };
            assert_eq!(appraise(&case, &sealed(), &evidence), Err(MalformedOutput), "{mode:?}");
        }
    });
}

#[test]
fn only_the_enclave_that_was_delivered_to_may_answer() {
    run(|| {
        for delivered_to in [None, Some(EnclaveId([99; 32]))] {
            let case = Case { delivered_to, ..Case::private() };
            let refused = said(&case, &sealed());
            assert_eq!(refused, Err(Enclave(EnclaveFault::NotTheDelivered)));
        }
        // Of a public request any enclave of the provider may.
        let case = Case { delivered_to: Some(EnclaveId([99; 32])), ..Case::new(Mode::Tee) };
        assert!(said(&case, &public()).is_ok());
    });
}

#[test]
fn the_longest_ciphertext_is_taken() {
    run(|| {
        let ciphertext = SealedBytes::truncate_from(vec![1; MAX_SEALED_BYTES as usize]);
        let longest = Output::Sealed { commitment: Commitment([9; 32]), ciphertext };
        assert!(said(&Case::private(), &longest).is_ok());
    });
}
