//! Requests in mode `Tee`: what settles, what is refused, and what each costs whom.

use super::money::refused_slash;
use crate::mock::*;
use opg_primitives::{
    attestation::Vendor,
    checks::{Check, CheckResult},
    claims::{Claim, Standing},
    enclave::{EnclaveAnswer, EnclaveFault, ModelRan},
    evidence::Evidence,
    ids::{Digest, EnclaveId, RequestId, Signature},
    mode::Mode,
    price,
    request::{Outcome, Refusal},
    Balance,
};

/// An acknowledged lease in mode `Tee`.
fn acknowledged_lease() -> RequestId {
    let id = Asking::tee().id();
    acknowledged(id);
    id
}

fn submit(id: RequestId, evidence: Evidence) {
    done(submit_call(id, 0, &OUTPUT, evidence, &PROVIDER));
}

/// Asserts that the request ended with `refusal`, that the bond lost `slash`, and that the requester
/// has back what was held.
fn refused(before: Money, refusal: Refusal, slash: Balance) {
    let receipt = last_receipt();
    assert_eq!(receipt.outcome, Outcome::EvidenceRefused(refusal));
    assert!(receipt.terminal);
    assert!(receipt.appraised.is_none());
    assert_eq!(receipt.payment.slashed, slash);
    let after = Money {
        requester: before.requester + MAX_PRICE,
        held: 0,
        bond: before.bond - slash,
        issuance: before.issuance - slash,
        ..before
    };
    assert_eq!(money(), after, "{refusal:?}");
}

#[test]
fn an_answer_of_an_enclave_settles_and_its_receipt_names_enclave_and_run() {
    run(|| {
        let id = acknowledged_lease();
        let said = said(id, &OUTPUT);
        let before = money();
        settled(id);
        let cut = price::split(PRICE, 100_000, RATES);
        assert_eq!(money().provider, before.provider + cut.provider);
        let receipt = last_receipt();
        assert_eq!(receipt.outcome, Outcome::Settled);
        assert_eq!(receipt.mode.achieved, Some(Mode::Tee));
        let appraised = receipt.appraised.unwrap();
        let attested = appraised.attested.unwrap();
        assert_eq!((attested.enclave.id, attested.enclave.vendor), (ENCLAVE, Vendor::Amd));
        assert_eq!(attested.run, said.run);
        let execution = appraised.standings.iter().find(|cell| cell.claim == Claim::Execution);
        assert_eq!(execution.unwrap().standing, Standing::Attested);
    });
}

#[test]
fn an_enclave_signs_what_the_provider_is_paid_and_not_what_the_requester_holds() {
    run(|| {
        let id = acknowledged_lease();
        assert_eq!(said(id, &OUTPUT).price, PRICE);
        let held = EnclaveAnswer { price: MAX_PRICE, ..said(id, &OUTPUT) };
        let before = money();
        submit(id, tee_evidence(&held));
        refused(before, Refusal::BadSessionSignature, refused_slash(Mode::Tee));
    });
}

#[test]
fn an_answer_that_its_provider_could_have_known_to_be_bad_costs_its_bond() {
    type Case = (fn(RequestId) -> Evidence, Refusal);
    let cases: [Case; 5] = [
        (
            |id| {
                let other = EnclaveId([9; 32]);
                tee_evidence(&EnclaveAnswer { enclave: other, ..said(id, &OUTPUT) })
            },
            Refusal::Enclave(EnclaveFault::Unknown),
        ),
        (
            |id| {
                let other = EnclaveId([9; 32]);
                add_enclave(other, SECOND);
                tee_evidence(&EnclaveAnswer { enclave: other, ..said(id, &OUTPUT) })
            },
            Refusal::Enclave(EnclaveFault::Unknown),
        ),
        (
            |id| {
                spoil_enclave(ENCLAVE, EnclaveFault::Expired, false);
                evidence(id, &OUTPUT)
            },
            Refusal::Enclave(EnclaveFault::Expired),
        ),
        (
            |id| {
                let mut said = said(id, &OUTPUT);
                said.run.model = ModelRan::Network(Digest([9; 32]));
                tee_evidence(&said)
            },
            Refusal::WrongModel,
        ),
        (
            |id| {
                let said = said(id, &OUTPUT);
                let signature = Signature([9; 64]);
                Evidence::Tee { enclave: said.enclave, run: said.run, signature }
            },
            Refusal::BadSessionSignature,
        ),
    ];
    for (make, refusal) in cases {
        run(|| {
            let id = acknowledged_lease();
            let evidence = make(id);
            let before = money();
            submit(id, evidence);
            refused(before, refusal, refused_slash(Mode::Tee));
        });
    }
}

#[test]
fn an_enclave_that_governance_gave_up_after_the_acknowledgement_costs_nothing() {
    for fault in [EnclaveFault::Revoked, EnclaveFault::NotApproved] {
        run(|| {
            let id = acknowledged_lease();
            let before = money();
            next_block();
            spoil_enclave(ENCLAVE, fault, true);
            submit(id, evidence(id, &OUTPUT));
            refused(before, Refusal::Enclave(fault), 0);
            assert_eq!(last_receipt().judged_by.trust_version, 1);
        });
    }
}

#[test]
fn an_enclave_that_governance_gave_up_in_the_block_of_the_acknowledgement_costs_nothing() {
    for fault in [EnclaveFault::Revoked, EnclaveFault::NotApproved] {
        run(|| {
            let id = Asking::tee().id();
            spoil_enclave(ENCLAVE, fault, true);
            acknowledged(id);
            let before = money();
            submit(id, evidence(id, &OUTPUT));
            refused(before, Refusal::Enclave(fault), 0);
        });
    }
}

#[test]
fn another_change_of_trust_after_the_acknowledgement_excuses_no_enclave_given_up_before_it() {
    for fault in [EnclaveFault::Revoked, EnclaveFault::NotApproved] {
        run(|| {
            let other = EnclaveId([9; 32]);
            add_enclave(other, PROVIDER);
            let id = Asking::tee().id();
            spoil_enclave(ENCLAVE, fault, true);
            next_block();
            acknowledged(id);
            next_block();
            spoil_enclave(other, EnclaveFault::Revoked, true);
            let before = money();
            submit(id, evidence(id, &OUTPUT));
            refused(before, Refusal::Enclave(fault), refused_slash(Mode::Tee));
        });
    }
}

#[test]
fn an_enclave_that_was_given_up_before_the_acknowledgement_costs_the_bond() {
    for fault in [EnclaveFault::Revoked, EnclaveFault::NotApproved] {
        run(|| {
            let id = Asking::tee().id();
            spoil_enclave(ENCLAVE, fault, true);
            next_block();
            acknowledged(id);
            let before = money();
            submit(id, evidence(id, &OUTPUT));
            refused(before, Refusal::Enclave(fault), refused_slash(Mode::Tee));
        });
    }
}

#[test]
fn an_approval_that_ran_out_as_it_said_it_would_costs_the_bond() {
    run(|| {
        let id = acknowledged_lease();
        let before = money();
        spoil_enclave(ENCLAVE, EnclaveFault::NotApproved, false);
        submit(id, evidence(id, &OUTPUT));
        refused(before, Refusal::Enclave(EnclaveFault::NotApproved), refused_slash(Mode::Tee));
    });
}

#[test]
fn what_governance_did_excuses_no_bad_signature() {
    run(|| {
        let id = acknowledged_lease();
        let before = money();
        add_enclave(EnclaveId([9; 32]), SECOND);
        spoil_enclave(EnclaveId([9; 32]), EnclaveFault::Revoked, true);
        let said = said(id, &OUTPUT);
        let signature = Signature([9; 64]);
        submit(id, Evidence::Tee { enclave: said.enclave, run: said.run, signature });
        refused(before, Refusal::BadSessionSignature, refused_slash(Mode::Tee));
    });
}

#[test]
fn the_receipt_of_a_refused_enclave_names_the_check_that_failed() {
    run(|| {
        let id = acknowledged_lease();
        spoil_enclave(ENCLAVE, EnclaveFault::Expired, false);
        submit(id, evidence(id, &OUTPUT));
        let checks = last_receipt().checks;
        assert_eq!(checks.len(), 1);
        assert_eq!((checks[0].check, checks[0].result), (Check::EnclaveValid, CheckResult::Fail));
    });
}

#[test]
fn an_enclaves_answer_to_another_request_is_refused() {
    run(|| {
        let (mine, other) = (acknowledged_lease(), acknowledged_lease());
        submit(mine, evidence(other, &OUTPUT));
        let outcome = last_receipt().outcome;
        assert_eq!(outcome, Outcome::EvidenceRefused(Refusal::BadSessionSignature));
        settled(other);
        assert_eq!(last_receipt().outcome, Outcome::Settled);
    });
}

#[test]
fn a_workers_word_where_an_enclaves_was_asked_is_refused() {
    run(|| {
        let id = acknowledged_lease();
        let before = money();
        submit(id, bad_evidence());
        refused(before, Refusal::WrongMode, refused_slash(Mode::Tee));
    });
}
