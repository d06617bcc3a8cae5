//! What is revoked, and which receipts rest on it.

use crate::{mock::*, Error, Event, Reason, Revocation, RevocationActs, Subject, Taint};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    attestation::{TcbStatus, Vendor},
    enclave::{EnclaveFault, EnclaveRecord},
    ids::{EnclaveId, MeasurementId, PlatformId},
    names::Advisory,
};
use sp_runtime::{DispatchError::BadOrigin, DispatchResult};

fn revoke_for(reason: Reason, subject: Subject, since: u32) -> DispatchResult {
    Attestation::revoke(RuntimeOrigin::root(), subject, reason, since)
}

fn revoke(subject: Subject, since: u32) -> DispatchResult {
    revoke_for(Reason::KeysLeaked, subject, since)
}

fn lift(subject: Subject, from: u32) -> DispatchResult {
    Attestation::lift(RuntimeOrigin::root(), subject, from)
}

/// What a receipt of this enclave would say of it now.
fn record(of: &Registration) -> EnclaveRecord {
    Attestation::may_answer(of.id(), provider(1), model(1)).unwrap()
}

/// All that a receipt rests on.
fn subjects(record: &EnclaveRecord) -> [Subject; 4] {
    [
        Subject::Tcb(record.vendor, record.tcb),
        Subject::Measurement(record.measurement),
        Subject::Platform(record.platform),
        Subject::Enclave(record.id),
    ]
}

fn tainted(record: &EnclaveRecord, closed: u32) -> Vec<Subject> {
    let taints = Attestation::taints(record.clone(), closed);
    taints.into_iter().map(|taint| taint.subject).collect()
}

#[test]
fn a_revocation_of_each_kind_taints_what_rests_on_it() {
    build_and_execute(|| {
        let record = record(&answering(5));
        for subject in subjects(&record) {
            assert_ok!(revoke(subject, BLOCK));
            assert_eq!(tainted(&record, BLOCK), [subject]);
            assert_ok!(lift(subject, BLOCK));
            assert_eq!(tainted(&record, BLOCK), []);
        }
    });
}

#[test]
fn a_revocation_taints_nothing_that_does_not_rest_on_it() {
    build_and_execute(|| {
        let record = record(&answering(5));
        let others = [
            Subject::Tcb(Vendor::Aws, record.tcb),
            Subject::Tcb(record.vendor, TcbStatus::OutOfDate),
            Subject::Measurement(MeasurementId([1; 32])),
            Subject::Platform(PlatformId([1; 32])),
            Subject::Enclave(EnclaveId([1; 32])),
        ];
        for subject in others {
            assert_ok!(revoke(subject, 0));
        }
        assert_eq!(tainted(&record, BLOCK), []);
        assert!(Attestation::may_answer(record.id, provider(1), model(1)).is_ok());
    });
}

#[test]
fn of_two_receipts_only_the_one_that_rests_on_it_is_tainted() {
    build_and_execute(|| {
        let one = answering(5);
        let mut two = Registration::number(6);
        two.instance = 1;
        assert_ok!(two.submit());
        let (one, two) = (record(&one), record(&two));
        for subject in [Subject::Platform(one.platform), Subject::Enclave(one.id)] {
            assert_ok!(revoke(subject, BLOCK));
        }
        assert_eq!((tainted(&one, BLOCK).len(), tainted(&two, BLOCK).len()), (2, 0));
        // Both are of the same code.
        assert_ok!(revoke(Subject::Measurement(one.measurement), BLOCK));
        assert_eq!((tainted(&one, BLOCK).len(), tainted(&two, BLOCK).len()), (3, 1));
    });
}

#[test]
fn a_receipt_of_before_stays_untainted_unless_the_revocation_is_retroactive() {
    build_and_execute(|| {
        let record = record(&answering(5));
        let subject = Subject::Platform(record.platform);
        go_to(BLOCK + 10);
        assert_ok!(revoke(subject, BLOCK + 10));
        assert_eq!(tainted(&record, BLOCK + 9), []);
        assert_eq!(tainted(&record, BLOCK + 10), [subject]);

        assert_ok!(revoke(subject, BLOCK + 5));
        assert_eq!(tainted(&record, BLOCK + 4), []);
        assert_eq!(tainted(&record, BLOCK + 5), [subject]);
    });
}

#[test]
fn what_was_lifted_taints_what_was_closed_in_between() {
    build_and_execute(|| {
        let record = record(&answering(5));
        let subject = Subject::Enclave(record.id);
        assert_ok!(revoke(subject, BLOCK));
        go_to(BLOCK + 10);
        assert_ok!(lift(subject, BLOCK + 10));
        System::assert_last_event(
            Event::Lifted { subject, from: BLOCK + 10, trust_version: 3 }.into(),
        );
        assert_eq!(tainted(&record, BLOCK + 9), [subject]);
        assert_eq!(tainted(&record, BLOCK + 10), []);
        assert!(Attestation::may_answer(record.id, provider(1), model(1)).is_ok());
    });
}

#[test]
fn a_reader_is_told_why_and_for_which_blocks() {
    build_and_execute(|| {
        let record = record(&answering(5));
        let subject = Subject::Tcb(record.vendor, record.tcb);
        let reason = Reason::Advisory(Advisory::try_from("INTEL-SA-00615").unwrap());
        let root = RuntimeOrigin::root();
        assert_ok!(Attestation::revoke(root, subject, reason.clone(), BLOCK - 5));
        System::assert_last_event(
            Event::Revoked { subject, reason: reason.clone(), since: BLOCK - 5, trust_version: 2 }
                .into(),
        );
        let revocation = Revocation { reason, at: BLOCK, since: BLOCK - 5, until: None };
        let expected = Taint { subject, revocation: revocation.clone() };
        assert_eq!(Attestation::taints(record, BLOCK), [expected]);
        assert_eq!(Attestation::revocations(subject), [revocation]);
    });
}

#[test]
fn what_rests_on_something_revoked_does_not_answer_nor_register_nor_renew() {
    for kind in 0..4 {
        build_and_execute(|| {
            let enclave = answering(5);
            let record = record(&enclave);
            let subject = subjects(&record)[kind];
            go_to(BLOCK + 2);
            assert_ok!(revoke(subject, BLOCK + 1));
            let asked = Attestation::may_answer(record.id, provider(1), model(1));
            assert_eq!(asked, Err(EnclaveFault::Revoked));
            assert_noop!(enclave.later(1).renew(), Error::<Test>::Revoked);
            assert_ok!(Attestation::retire(signed(1), record.id));
            assert_noop!(enclave.later(1).submit(), Error::<Test>::Revoked);
        });
    }
}

#[test]
fn nobody_but_governance_revokes_or_lifts() {
    build_and_execute(|| {
        let subject = Subject::Enclave(EnclaveId([1; 32]));
        let reason = Reason::FaultyCode;
        assert_noop!(Attestation::revoke(signed(1), subject, reason, BLOCK), BadOrigin);
        assert_noop!(Attestation::lift(signed(1), subject, BLOCK), BadOrigin);
    });
}

#[test]
fn nothing_is_revoked_or_lifted_in_the_future() {
    build_and_execute(|| {
        let subject = Subject::Enclave(EnclaveId([1; 32]));
        assert_noop!(revoke(subject, BLOCK + 1), Error::<Test>::NotYet);
        assert_ok!(revoke(subject, BLOCK));
        assert_noop!(lift(subject, BLOCK + 1), Error::<Test>::NotYet);
    });
}

#[test]
fn what_is_revoked_is_not_revoked_again_for_the_same_blocks() {
    build_and_execute(|| {
        let subject = Subject::Enclave(EnclaveId([1; 32]));
        assert_ok!(revoke(subject, BLOCK - 1));
        for since in [BLOCK - 1, BLOCK] {
            assert_noop!(revoke(subject, since), Error::<Test>::AlreadyRevoked);
        }
    });
}

#[test]
fn what_is_not_revoked_is_not_lifted() {
    build_and_execute(|| {
        let subject = Subject::Enclave(EnclaveId([1; 32]));
        assert_noop!(lift(subject, BLOCK), Error::<Test>::NotRevoked);
        assert_ok!(revoke(subject, BLOCK));
        assert_ok!(lift(subject, 0));
        assert_eq!(Attestation::revocations(subject), []);
        assert_noop!(lift(subject, BLOCK), Error::<Test>::NotRevoked);
    });
}

#[test]
fn a_subject_is_revoked_and_lifted_as_often_as_it_takes_and_no_block_is_forgotten() {
    build_and_execute(|| {
        let record = record(&answering(5));
        let subject = Subject::Enclave(record.id);
        const TIMES: u32 = 40;
        for n in 0..TIMES {
            let block = BLOCK + 10 * n;
            go_to(block + 5);
            assert_ok!(revoke(subject, block));
            assert_ok!(lift(subject, block + 5));
        }
        assert_eq!(Attestation::revocations(subject).len(), TIMES as usize);
        for n in 0..TIMES {
            let block = BLOCK + 10 * n;
            assert_eq!(tainted(&record, block + 4), [subject], "{n}");
            assert_eq!(tainted(&record, block + 5), [], "{n}");
        }
        assert_ok!(revoke(subject, 0));
        let asked = Attestation::may_answer(record.id, provider(1), model(1));
        assert_eq!(asked, Err(EnclaveFault::Revoked));
    });
}

#[test]
fn what_an_earlier_block_is_tainted_for_is_said_beside_the_first_reason_and_not_over_it() {
    build_and_execute(|| {
        let record = record(&answering(5));
        let subject = Subject::Measurement(record.measurement);
        assert_ok!(revoke_for(Reason::OnRequest, subject, BLOCK));
        go_to(BLOCK + 10);
        assert_ok!(revoke_for(Reason::FaultyCode, subject, BLOCK - 20));
        go_to(BLOCK + 20);
        assert_ok!(revoke_for(Reason::KeysLeaked, subject, BLOCK - 30));
        let under = |block: u32| {
            let taints = Attestation::taints(record.clone(), block);
            taints
                .into_iter()
                .map(|it| (it.revocation.reason, it.revocation.at))
                .collect::<Vec<_>>()
        };
        assert_eq!(under(BLOCK - 31), []);
        for block in [BLOCK - 30, BLOCK - 21] {
            assert_eq!(under(block), [(Reason::KeysLeaked, BLOCK + 20)], "{block}");
        }
        for block in [BLOCK - 20, BLOCK - 1] {
            assert_eq!(under(block), [(Reason::FaultyCode, BLOCK + 10)], "{block}");
        }
        for block in [BLOCK, BLOCK + 9, BLOCK + 20] {
            assert_eq!(under(block), [(Reason::OnRequest, BLOCK)], "{block}");
        }
    });
}

#[test]
fn lifting_ends_what_was_extended_too_and_takes_back_what_then_never_held() {
    for (from, left) in [
        (BLOCK + 3, vec![(BLOCK, BLOCK + 2), (BLOCK - 20, BLOCK - 1)]),
        (BLOCK, vec![(BLOCK - 20, BLOCK - 1)]),
        (BLOCK - 5, vec![(BLOCK - 20, BLOCK - 6)]),
        (BLOCK - 20, vec![]),
        (0, vec![]),
    ] {
        build_and_execute(|| {
            let subject = Subject::Enclave(EnclaveId([1; 32]));
            assert_ok!(revoke(subject, BLOCK));
            assert_ok!(revoke(subject, BLOCK - 20));
            go_to(BLOCK + 5);
            assert_ok!(lift(subject, from));
            let all = Attestation::revocations(subject).into_iter();
            let held: Vec<_> = all.map(|it| (it.since, it.until.unwrap())).collect();
            assert_eq!(held, left, "{from}");
        });
    }
}

#[test]
fn a_revocation_anew_leaves_what_was_lifted_before_as_it_was() {
    build_and_execute(|| {
        let record = record(&answering(5));
        let subject = Subject::Enclave(record.id);
        assert_ok!(revoke_for(Reason::OnRequest, subject, BLOCK));
        go_to(BLOCK + 10);
        assert_ok!(lift(subject, BLOCK + 5));
        // Over the same blocks, and taken back for them: the first still holds in its own.
        assert_ok!(revoke_for(Reason::FaultyCode, subject, BLOCK));
        let reasons = |block: u32| {
            let taints = Attestation::taints(record.clone(), block);
            taints.into_iter().map(|taint| taint.revocation.reason).collect::<Vec<_>>()
        };
        assert_eq!(reasons(BLOCK + 4), [Reason::OnRequest, Reason::FaultyCode]);
        assert_eq!(reasons(BLOCK + 5), [Reason::FaultyCode]);
        assert_ok!(lift(subject, BLOCK));
        assert_eq!(reasons(BLOCK + 4), [Reason::OnRequest]);
        assert_eq!(reasons(BLOCK + 5), []);
    });
}

#[test]
fn each_decision_adds_one_entry_and_changes_none() {
    build_and_execute(|| {
        let subject = Subject::Enclave(EnclaveId([1; 32]));
        let kept = || {
            let mut acts: Vec<_> = RevocationActs::<Test>::iter_prefix(subject).collect();
            acts.sort_by_key(|(number, _)| *number);
            acts
        };
        let steps: [&dyn Fn() -> DispatchResult; 4] = [
            &|| revoke(subject, BLOCK),
            &|| revoke(subject, BLOCK - 1),
            &|| lift(subject, BLOCK),
            &|| revoke(subject, BLOCK),
        ];
        for (step, count) in steps.into_iter().zip(1..) {
            let before = kept();
            assert_ok!(step());
            let after = kept();
            assert_eq!(after.len(), count);
            assert_eq!(after[..count - 1], before);
        }
    });
}
