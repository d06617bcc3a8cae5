//! What holds whatever happens: `do_try_state` and what is on hold are looked at after every case.

use crate::{mock::*, Reason, Stored, Subject};
use opg_primitives::attestation::{TcbStatus, Vendor};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Register { key: u8, by: u8, instance: u8, age: u32 },
    Renew { key: u8, by: u8, instance: u8, answers: u64 },
    Retire { key: u8, by: u8 },
    Reap { key: u8, by: u8 },
    Bring { chip: u8, by: u8 },
    Drop { chip: u8, by: u8 },
    Revoke { kind: u8, key: u8, since: u32 },
    Lift { kind: u8, key: u8, from: u32 },
    Approve { blocks: u32 },
    Withdraw,
    Wait { blocks: u32, hours: u64 },
}

fn any_step() -> impl Strategy<Value = Step> {
    let who = || (5..9u8, 1..4u8);
    prop_oneof![
        4 => (who(), 0..3u8, 0..120u32).prop_map(|((key, by), instance, age)| Step::Register {
            key, by, instance, age
        }),
        4 => (who(), 0..2u8, 0..4u64).prop_map(|((key, by), instance, answers)| Step::Renew {
            key, by, instance, answers
        }),
        1 => who().prop_map(|(key, by)| Step::Retire { key, by }),
        1 => who().prop_map(|(key, by)| Step::Reap { key, by }),
        1 => (0..2u8, 1..4u8).prop_map(|(chip, by)| Step::Bring { chip, by }),
        1 => (0..2u8, 1..4u8).prop_map(|(chip, by)| Step::Drop { chip, by }),
        1 => (0..2u8, 5..9u8, 0..400u32).prop_map(|(kind, key, since)| Step::Revoke { kind, key, since }),
        2 => (0..2u8, 5..9u8, 0..400u32).prop_map(|(kind, key, from)| Step::Lift { kind, key, from }),
        1 => (0..60u32).prop_map(|blocks| Step::Approve { blocks }),
        1 => Just(Step::Withdraw),
        2 => (1..60u32, 0..20u64).prop_map(|(blocks, hours)| Step::Wait { blocks, hours }),
    ]
}

fn enclave(key: u8, by: u8, instance: u8) -> Registration {
    Registration { provider: by, instance, ..Registration::number(key) }
}

fn subject(kind: u8, key: u8) -> Subject {
    match kind {
        0 => Subject::Enclave(enclave(key, 1, 0).id()),
        _ => Subject::Tcb(Vendor::Development, TcbStatus::OutOfDate),
    }
}

fn take(step: Step) {
    // Most steps are refused at some time; what counts is what is left behind.
    match step {
        Step::Register { key, by, instance, age } => {
            let challenged = System::block_number() - 1 - age.min(200);
            let _ = Registration { challenged, ..enclave(key, by, instance) }.submit();
        }
        Step::Renew { key, by, instance, answers } => {
            let _ = enclave(key, by, instance).later(answers).renew();
        }
        Step::Retire { key, by } => {
            let _ = Attestation::retire(signed(by), enclave(key, by, 0).id());
        }
        Step::Reap { key, by } => {
            let _ = Attestation::reap(signed(2), Stored::Enclave(enclave(key, by, 0).id()));
        }
        Step::Bring { chip, by } => {
            let _ = bring(&chain_of(chip), by);
        }
        Step::Drop { chip, by } => {
            let stored = Stored::Endorsement(fingerprint(&chain_of(chip)));
            let _ = Attestation::reap(signed(by), stored);
        }
        Step::Revoke { kind, key, since } => {
            let root = RuntimeOrigin::root();
            let _ = Attestation::revoke(root, subject(kind, key), Reason::KeysLeaked, since);
        }
        Step::Lift { kind, key, from } => {
            let _ = Attestation::lift(RuntimeOrigin::root(), subject(kind, key), from);
        }
        Step::Approve { blocks } => {
            let _ = approve(approval(&enclave(5, 1, 0), blocks));
        }
        Step::Withdraw => {
            let measurement = enclave(5, 1, 0).measurement_id();
            let _ = Attestation::withdraw(RuntimeOrigin::root(), measurement);
        }
        Step::Wait { blocks, hours } => {
            go_to(System::block_number() + blocks);
            set_time(pallet_timestamp::Now::<Test>::get() / 1000 + hours * 3_600);
        }
    }
}

fn chain_of(chip: u8) -> opg_development_vendor::Chain {
    let mut report = enclave(5, 1, 0).report();
    report.chip_id[0] = chip;
    report.chain().sign()
}

proptest! {
    // Each case signs and verifies some dozen documents.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn deposits_are_for_what_is_stored_and_no_money_is_lost(
        steps in prop::collection::vec(any_step(), 1..20)
    ) {
        build_and_execute(|| {
            steps.into_iter().for_each(take);
            for n in 1..=3 {
                prop_assert_eq!(Balances::free_balance(account(n)) + held(n), ENDOWMENT);
            }
            Ok(())
        })?;
    }
}
