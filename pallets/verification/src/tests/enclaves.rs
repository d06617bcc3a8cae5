//! Answers of enclaves: good ones, and each thing altered alone.

use crate::{mock::*, types::Format};
use opg_primitives::{
    alterations,
    attestation::Vendor,
    checks::{Check, CheckResult},
    claims::{Claim, Standing},
    enclave::{EnclaveAnswer, EnclaveFault, FinishReason, ModelRan, Run, Usage},
    evidence::Evidence,
    ids::{
        Account, Binding, BlockHash, Commitment, Digest, EnclaveId, GenesisHash, ModelId,
        RequestId, SessionKey,
    },
    mode::Mode,
    names::ModelName,
    policy::PolicyVersion,
    reference::{ClaimSet, ModelBinding},
    request::Refusal::{self, *},
    standing::{grade, table, Column, Grade},
    statement::Answer,
    traits::{Appraisal, Appraiser},
    Attempt, Balance,
};

fn tee() -> Case {
    Case::new(Mode::Tee)
}

fn bound(binding: ModelBinding) -> Case {
    let mut case = tee();
    case.enclave_mut().record.binding = binding;
    case
}

fn good(case: &Case) -> Appraisal {
    case.appraise(OUTPUT, &case.tee(OUTPUT)).unwrap()
}

fn refused(case: &Case, evidence: &Evidence) -> Refusal {
    case.appraise(OUTPUT, evidence).unwrap_err()
}

fn standing(appraisal: &Appraisal, claim: Claim) -> Standing {
    let mut cells = appraisal.appraised.standings.iter();
    cells.find(|cell| cell.claim == claim).unwrap().standing
}

#[test]
fn an_enclave_that_ran_the_model_itself_attests_execution() {
    run(|| {
        let good = good(&tee());
        assert_eq!(good.appraised.facts.column, Column::TeeOpen);
        assert_eq!(standing(&good, Claim::Execution), Standing::Attested);
        assert_eq!(standing(&good, Claim::ModelRan), Standing::Attested);
        assert_eq!(standing(&good, Claim::ClockTimes), Standing::Signed);
        assert_eq!(good.appraised.grade, Grade::B);
        assert_eq!((good.appraised.key_version, good.appraised.forgeable_by), (None, None));
    });
}

#[test]
fn an_enclave_in_front_of_an_upstream_attests_the_output_alone() {
    run(|| {
        let case = bound(ModelBinding::Upstream);
        let mut said = case.said(OUTPUT);
        said.run.model = ModelRan::Named(ModelName::try_from("gpt").unwrap());
        let good = case.appraise(OUTPUT, &case.tee_of(&said)).unwrap();
        assert_eq!(good.appraised.facts.column, Column::TeeProxy);
        assert_eq!(standing(&good, Claim::Output), Standing::Attested);
        assert_eq!(standing(&good, Claim::ModelRan), Standing::Signed);
        assert_eq!(standing(&good, Claim::Execution), Standing::Absent);
        assert_eq!(good.appraised.grade, Grade::C);
    });
}

#[test]
fn the_development_vendor_attests_nothing() {
    run(|| {
        let mut case = tee();
        case.enclave_mut().record.vendor = Vendor::Development;
        let good = good(&case);
        assert_eq!(good.appraised.facts.column, Column::Development);
        let attested = |standing| standing == Standing::Attested;
        assert!(!good.appraised.standings.iter().any(|cell| attested(cell.standing)));
        assert_eq!(good.appraised.grade, Grade::E);
    });
}

#[test]
fn what_the_code_does_not_vouch_for_is_signed() {
    run(|| {
        let mut case = tee();
        case.enclave_mut().vouches = ClaimSet::of(&[Claim::Output]);
        let good = good(&case);
        assert_eq!(standing(&good, Claim::Output), Standing::Attested);
        assert_eq!(standing(&good, Claim::Execution), Standing::Signed);
        assert_eq!(good.appraised.grade, Grade::C);
    });
}

#[test]
fn the_enclave_and_its_run_stand_in_what_is_written() {
    run(|| {
        let case = tee();
        let good = good(&case);
        let attested = good.appraised.attested.clone().unwrap();
        assert_eq!(attested.enclave, enclave(ModelBinding::Loaded).record);
        assert_eq!(attested.run, case.said(OUTPUT).run);
        let facts = good.appraised.facts(&good.checks);
        assert_eq!(good.appraised.standings, table(&facts));
        assert_eq!(good.appraised.grade, grade(&facts));
    });
}

#[test]
fn the_checks_of_an_enclave_are_logged_and_no_worker_key_is_claimed() {
    run(|| {
        let case = tee();
        let good = good(&case);
        let of = |check| *good.checks.iter().find(|entry| entry.check == check).unwrap();
        for check in [Check::SessionSignature, Check::EnclaveValid, Check::Vouched] {
            assert_eq!(of(check).result, CheckResult::Pass, "{check:?}");
        }
        assert_eq!(of(Check::WorkerSignature).result, CheckResult::NotClaimed);
        assert_eq!(of(Check::Proof).result, CheckResult::NotClaimed);
        // Its document was verified at its registration, its signature now.
        assert_eq!((of(Check::EnclaveValid).at, of(Check::SessionSignature).at), (20, case.now));
    });
}

#[test]
fn an_enclave_that_may_not_answer_is_refused_by_its_fault() {
    run(|| {
        let evidence = tee().tee(OUTPUT);
        for fault in [
            EnclaveFault::Unknown,
            EnclaveFault::Expired,
            EnclaveFault::Revoked,
            EnclaveFault::NotApproved,
        ] {
            let mut case = tee();
            case.enclave = Some(Err(fault));
            assert_eq!(refused(&case, &evidence), Enclave(fault));
        }
    });
}

#[test]
fn an_enclave_that_nobody_looked_up_is_unknown() {
    run(|| {
        let mut case = tee();
        case.enclave = None;
        assert_eq!(refused(&case, &case.tee(OUTPUT)), Enclave(EnclaveFault::Unknown));
    });
}

#[test]
fn evidence_that_names_another_enclave_than_was_looked_up_is_refused() {
    run(|| {
        let case = tee();
        let mut said = case.said(OUTPUT);
        said.enclave = EnclaveId([99; 32]);
        assert_eq!(refused(&case, &case.tee_of(&said)), Enclave(EnclaveFault::Unknown));
    });
}

#[test]
fn every_field_of_what_an_enclave_says_is_held_against_chain_state() {
    run(|| {
        let cases = alterations!(EnclaveAnswer {
            enclave: |it: &mut EnclaveId| it.0[0] ^= 1,
            answer: |it: &mut Answer| it.attempt ^= 1,
            price: |it: &mut Balance| *it += 1,
            run: |it: &mut Run| it.sequence += 1,
            sealed: |it: &mut Option<Digest>| *it = Some(Digest([0; 32])),
        });
        let case = tee();
        for (field, alter) in cases {
            let mut said = case.said(OUTPUT);
            alter(&mut said);
            let Evidence::Tee { signature, .. } = case.tee_of(&said) else { unreachable!() };
            // Of another enclave, the answer, the price: all of it is the chain's own.
            let evidence =
                Evidence::Tee { enclave: ENCLAVE, run: case.said(OUTPUT).run, signature };
            assert_eq!(refused(&case, &evidence), BadSessionSignature, "{field}");
        }
    });
}

#[test]
fn every_field_of_an_answer_that_an_enclave_says_is_held_against_chain_state() {
    run(|| {
        let cases = alterations!(Answer {
            genesis: |it: &mut GenesisHash| it.0[0] ^= 1,
            request: |it: &mut RequestId| it.0[0] ^= 1,
            attempt: |it: &mut Attempt| *it ^= 1,
            provider: |it: &mut Account| it.0[0] ^= 1,
            binding: |it: &mut Binding| it.0[0] ^= 1,
            model: |it: &mut ModelId| it.0[0] ^= 1,
            policy_version: |it: &mut PolicyVersion| *it += 1,
            input: |it: &mut Commitment| it.0[0] ^= 1,
            parameters: |it: &mut Commitment| it.0[0] ^= 1,
            output: |it: &mut Commitment| it.0[0] ^= 1,
        });
        let case = tee();
        for (field, alter) in cases {
            let mut said = case.said(OUTPUT);
            alter(&mut said.answer);
            assert_eq!(refused(&case, &case.tee_of(&said)), BadSessionSignature, "{field}");
        }
    });
}

#[test]
fn every_field_of_a_run_is_under_the_signature() {
    run(|| {
        let cases = alterations!(Run {
            model: |it: &mut ModelRan| *it = ModelRan::Network(Digest([99; 32])),
            finish: |it: &mut FinishReason| *it = FinishReason::Length,
            usage: |it: &mut Usage| it.output += 1,
            started: |it: &mut u64| *it += 1,
            finished: |it: &mut u64| *it += 1,
            sequence: |it: &mut u64| *it += 1,
            previous: |it: &mut Digest| it.0[0] ^= 1,
        });
        let case = tee();
        for (field, alter) in cases {
            let Evidence::Tee { enclave, mut run, signature } = case.tee(OUTPUT) else {
                unreachable!()
            };
            alter(&mut run);
            // A model that was not asked is found before any signature is looked at.
            let refusal = if field == "model" { WrongModel } else { BadSessionSignature };
            assert_eq!(
                refused(&case, &Evidence::Tee { enclave, run, signature }),
                refusal,
                "{field}"
            );
        }
    });
}

#[test]
fn an_answer_for_anything_else_is_refused() {
    run(|| {
        type Alteration = (&'static str, fn(&mut Case));
        let altered: [Alteration; 8] = [
            ("chain", |c| c.genesis = GenesisHash([99; 32])),
            ("request", |c| c.request = RequestId([99; 32])),
            ("attempt", |c| c.attempt = 1),
            ("provider", |c| c.provider = Account([99; 32])),
            ("lease block", |c| c.lease_block = BlockHash([99; 32])),
            ("model", |c| c.model_id = ModelId([99; 32])),
            ("policy version", |c| c.policy_version = 1),
            ("price", |c| c.price += 1),
        ];
        let base = tee();
        for (name, alter) in altered {
            let mut other = base.clone();
            alter(&mut other);
            let made_elsewhere = other.tee(OUTPUT);
            assert!(other.appraise(OUTPUT, &made_elsewhere).is_ok(), "{name} is no fault");
            assert_eq!(refused(&base, &made_elsewhere), BadSessionSignature, "{name}");
        }
    });
}

#[test]
fn an_output_that_was_changed_after_an_enclave_signed_it_is_refused() {
    run(|| {
        let case = tee();
        let refusal = case.appraise(&[6, 0, 0, 0], &case.tee(OUTPUT)).unwrap_err();
        assert_eq!(refusal, BadSessionSignature);
    });
}

#[test]
fn a_model_that_was_not_asked_or_is_not_named_as_the_code_binds_it_is_refused() {
    run(|| {
        let asked = tee().model.artefact.digest().unwrap();
        let other = Digest([99; 32]);
        let named = |name| ModelRan::Named(ModelName::try_from(name).unwrap());
        for (binding, ran) in [
            (ModelBinding::Loaded, ModelRan::Network(other)),
            (ModelBinding::Loaded, named("digits")),
            (ModelBinding::InImage(asked), ModelRan::Network(other)),
            (ModelBinding::InImage(other), ModelRan::Network(other)),
            (ModelBinding::InImage(other), ModelRan::Network(asked)),
            (ModelBinding::Upstream, named("")),
            (ModelBinding::Upstream, ModelRan::Network(asked)),
        ] {
            let case = bound(binding);
            let mut said = case.said(OUTPUT);
            said.run.model = ran.clone();
            assert_eq!(refused(&case, &case.tee_of(&said)), WrongModel, "{binding:?} {ran:?}");
        }
        assert!(bound(ModelBinding::InImage(asked)).appraise(OUTPUT, &tee().tee(OUTPUT)).is_ok());
    });
}

#[test]
fn a_signature_of_another_session_key_is_refused() {
    run(|| {
        let mut other = tee();
        other.session = 13;
        assert_eq!(refused(&tee(), &other.tee(OUTPUT)), BadSessionSignature);
    });
}

#[test]
fn a_session_key_under_which_anybody_can_sign_is_nobodys_word() {
    run(|| {
        let mut case = tee();
        let Evidence::Tee { enclave, run, mut signature } = case.tee(OUTPUT) else {
            unreachable!()
        };
        case.enclave_mut().session_key = SessionKey([0; 32]); // of order four
        signature.0 = [0; 64];
        signature.0[0] = 1;
        let evidence = Evidence::Tee { enclave, run, signature };
        assert_eq!(refused(&case, &evidence), BadSessionSignature);
    });
}

#[test]
fn a_clock_that_runs_backwards_is_the_hosts_and_refuses_nothing() {
    run(|| {
        let case = tee();
        let mut said = case.said(OUTPUT);
        (said.run.started, said.run.finished) = (200, 100);
        let good = case.appraise(OUTPUT, &case.tee_of(&said)).unwrap();
        assert_eq!(standing(&good, Claim::ClockTimes), Standing::Signed);
    });
}

#[test]
fn session_keys_are_switched_off_alone() {
    run(|| {
        let root = frame_system::RawOrigin::Root;
        Verification::set_enabled(root.into(), Format::SessionKey, false).unwrap();
        assert_eq!(refused(&tee(), &tee().tee(OUTPUT)), FormatDisabled);
        assert!(!Verification::enabled(Mode::Tee));
        assert!(Verification::enabled(Mode::Plain) && Verification::enabled(Mode::ZkMl));
    });
}

#[test]
fn of_several_faults_of_an_enclaves_answer_the_cheapest_to_find_is_named() {
    run(|| {
        // Each fault is added to those before it, from the dearest to the cheapest.
        let mut case = tee();
        let mut said = case.said(OUTPUT);
        said.price += 1;
        assert_eq!(refused(&case, &case.tee_of(&said)), BadSessionSignature);
        said.run.model = ModelRan::Network(Digest([99; 32]));
        assert_eq!(refused(&case, &case.tee_of(&said)), WrongModel);
        let evidence = case.tee_of(&said);
        let output: &[u8] = &[];
        assert_eq!(case.appraise(output, &evidence), Err(MalformedOutput));
        case.enclave = Some(Err(EnclaveFault::Expired));
        assert_eq!(case.appraise(output, &evidence), Err(Enclave(EnclaveFault::Expired)));
        let root = frame_system::RawOrigin::Root;
        Verification::set_enabled(root.into(), Format::SessionKey, false).unwrap();
        assert_eq!(case.appraise(output, &evidence), Err(FormatDisabled));
        case.mode = Mode::Plain;
        assert_eq!(case.appraise(output, &evidence), Err(WrongMode));
    });
}
