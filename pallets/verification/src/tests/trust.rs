//! Switches and recognised contributors.

use crate::{mock::*, types::Format, Error, Event, GenesisConfig, WeightInfo};
use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use opg_primitives::{mode::Mode, traits::Appraiser};
use sp_runtime::{AccountId32, BuildStorage, DispatchError};

fn root() -> RuntimeOrigin {
    RawOrigin::Root.into()
}

fn account(byte: u8) -> AccountId32 {
    AccountId32::new([byte; 32])
}

#[test]
fn all_formats_are_on_until_they_are_switched_off() {
    run(|| {
        assert_eq!(
            Verification::formats(),
            [(Format::Plain, true), (Format::Groth16Bls12381, true), (Format::SessionKey, true)]
        );
        assert!(Mode::ALL.into_iter().all(Verification::enabled));
    });
}

#[test]
fn a_format_is_switched_off_and_on_again() {
    run(|| {
        assert_ok!(Verification::set_enabled(root(), Format::Groth16Bls12381, false));
        assert!(!Verification::enabled(Mode::ZkMl));
        assert!(Verification::enabled(Mode::Plain));
        System::assert_last_event(
            Event::FormatSwitched {
                format: Format::Groth16Bls12381,
                enabled: false,
                trust_version: 1,
            }
            .into(),
        );
        assert_ok!(Verification::set_enabled(root(), Format::Groth16Bls12381, true));
        assert!(Verification::enabled(Mode::ZkMl));
    });
}

#[test]
fn a_contributor_is_recognised_and_forgotten() {
    run(|| {
        assert_ok!(Verification::recognise(root(), account(1)));
        assert_eq!(Verification::recognised(), [account(1)]);
        System::assert_last_event(
            Event::ContributorRecognised { account: account(1), trust_version: 1 }.into(),
        );
        assert_ok!(Verification::forget(root(), account(1)));
        assert_eq!(Verification::recognised(), []);
        System::assert_last_event(
            Event::ContributorForgotten { account: account(1), trust_version: 2 }.into(),
        );
    });
}

#[test]
fn each_change_counts_the_trust_version_up_by_one() {
    run(|| {
        assert_eq!(Verification::trust_version(), 0);
        assert_ok!(Verification::set_enabled(root(), Format::Plain, false));
        assert_ok!(Verification::recognise(root(), account(1)));
        assert_ok!(Verification::set_enabled(root(), Format::Plain, true));
        assert_ok!(Verification::forget(root(), account(1)));
        assert_eq!(Verification::trust_version(), 4);
        assert_eq!(Verification::trust(), 4);
    });
}

#[test]
fn nobody_but_the_trust_origin_changes_anything() {
    run(|| {
        for origin in [RawOrigin::Signed(account(1)), RawOrigin::None] {
            let origin = || RuntimeOrigin::from(origin.clone());
            let bad = DispatchError::BadOrigin;
            assert_noop!(Verification::set_enabled(origin(), Format::Plain, false), bad);
            assert_noop!(Verification::recognise(origin(), account(1)), bad);
            assert_noop!(Verification::forget(origin(), account(1)), bad);
        }
    });
}

#[test]
fn switching_to_what_is_so_already_is_refused() {
    run(|| {
        let refused = Error::<Test>::AlreadySwitched;
        assert_noop!(Verification::set_enabled(root(), Format::Plain, true), refused);
        assert_ok!(Verification::set_enabled(root(), Format::Plain, false));
        let refused = Error::<Test>::AlreadySwitched;
        assert_noop!(Verification::set_enabled(root(), Format::Plain, false), refused);
    });
}

#[test]
fn recognising_twice_is_refused() {
    run(|| {
        assert_ok!(Verification::recognise(root(), account(1)));
        let refused = Error::<Test>::AlreadyRecognised;
        assert_noop!(Verification::recognise(root(), account(1)), refused);
    });
}

#[test]
fn forgetting_who_was_not_recognised_is_refused() {
    run(|| {
        let refused = Error::<Test>::NotRecognised;
        assert_noop!(Verification::forget(root(), account(1)), refused);
    });
}

#[test]
fn no_more_are_recognised_than_can_be() {
    run(|| {
        for byte in 1..=3 {
            assert_ok!(Verification::recognise(root(), account(byte)));
        }
        let refused = Error::<Test>::TooManyRecognised;
        assert_noop!(Verification::recognise(root(), account(4)), refused);
        assert_ok!(Verification::forget(root(), account(2)));
        assert_ok!(Verification::recognise(root(), account(4)));
    });
}

#[test]
fn genesis_recognises_whom_it_names() {
    let genesis = GenesisConfig::<Test> { recognised: vec![account(1), account(2)] };
    let mut chain = sp_io::TestExternalities::new(genesis.build_storage().unwrap());
    chain.execute_with(|| {
        let mut recognised = Verification::recognised();
        recognised.sort();
        assert_eq!(recognised, [account(1), account(2)]);
        Verification::do_try_state().unwrap();
    });
}

#[test]
#[should_panic(expected = "given twice")]
fn genesis_that_names_one_twice_is_refused() {
    let _ = GenesisConfig::<Test> { recognised: vec![account(1); 2] }.build_storage();
}

#[test]
#[should_panic(expected = "too many")]
fn genesis_that_names_too_many_is_refused() {
    let recognised = (1..=4).map(account).collect();
    let _ = GenesisConfig::<Test> { recognised }.build_storage();
}

#[test]
fn a_proof_weighs_more_than_a_signature_and_more_with_each_input() {
    let weight = Verification::appraisal_weight;
    assert_eq!(weight(Mode::Plain, 3), <() as WeightInfo>::appraise_plain());
    assert_eq!(weight(Mode::Tee, 3), <() as WeightInfo>::appraise_tee());
    assert!(weight(Mode::ZkMl, 3).all_gt(weight(Mode::Plain, 3)));
    assert!(weight(Mode::ZkMl, 4).ref_time() > weight(Mode::ZkMl, 3).ref_time());
}

#[test]
fn the_encodings_are_pinned() {
    assert_eq!(Format::ALL.map(|format| format.encode()), [vec![0], vec![1], vec![2]]);
}
