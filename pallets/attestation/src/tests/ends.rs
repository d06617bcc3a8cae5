//! How what is stored goes, and its deposit back.

use crate::{mock::*, CollateralBytes, Collaterals, Enclaves, Error, Event, Stored};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{enclave::EnclaveFault, ids::Digest};

#[test]
fn a_provider_retires_its_enclave_and_has_its_deposit_back() {
    build_and_execute(|| {
        let enclave = answering(5);
        assert_ok!(Attestation::retire(signed(1), enclave.id()));
        System::assert_last_event(Event::Retired { enclave: enclave.id() }.into());
        assert_eq!(held(1), 0);
        let asked = Attestation::may_answer(enclave.id(), provider(1), model(1));
        assert_eq!(asked, Err(EnclaveFault::Unknown));
        assert_eq!(Attestation::enclaves_of(provider(1)), []);
    });
}

#[test]
fn nobody_retires_the_enclave_of_another() {
    build_and_execute(|| {
        let enclave = answering(5);
        assert_noop!(Attestation::retire(signed(2), enclave.id()), Error::<Test>::NotProvider);
        let unknown = Registration::number(6).id();
        assert_noop!(Attestation::retire(signed(1), unknown), Error::<Test>::NotStored);
    });
}

#[test]
fn anybody_reaps_an_enclave_once_its_retention_is_over() {
    build_and_execute(|| {
        let enclave = answering(5);
        let stored = Stored::Enclave(enclave.id());
        let end = NOW + MAX_VALIDITY + ENCLAVE_RETENTION;
        set_time(end);
        assert_noop!(Attestation::reap(signed(2), stored), Error::<Test>::NotReapable);
        set_time(end + 1);
        assert_ok!(Attestation::reap(signed(2), stored));
        System::assert_last_event(Event::Reaped { stored }.into());
        assert!(!Enclaves::<Test>::contains_key(enclave.id()));
        assert_eq!(held(1), 0);
    });
}

#[test]
fn anybody_reaps_a_collateral_once_nothing_older_is_valid() {
    build_and_execute(|| {
        set_time(1_751_000_000);
        let bytes = include_bytes!("../../testdata/tdx_quote_collateral.scale").to_vec();
        let bytes = CollateralBytes::try_from(bytes).unwrap();
        assert_ok!(Attestation::bring_collateral(signed(1), bytes));
        let (id, collateral) = Collaterals::<Test>::iter().next().unwrap();
        let (stored, until) = (Stored::Collateral(id), collateral.facts.window.until);
        set_time(until + COLLATERAL_RETENTION);
        assert_noop!(Attestation::reap(signed(1), stored), Error::<Test>::NotReapable);
        set_time(until + COLLATERAL_RETENTION + 1);
        assert_ok!(Attestation::reap(signed(2), stored));
        assert_eq!((held(1), Collaterals::<Test>::iter().count()), (0, 0));
    });
}

#[test]
fn what_is_not_stored_is_not_reaped() {
    build_and_execute(|| {
        let nothing =
            [Stored::Enclave(Registration::number(5).id()), Stored::Endorsement(Digest([1; 32]))];
        for stored in nothing {
            assert_noop!(Attestation::reap(signed(1), stored), Error::<Test>::NotStored);
        }
    });
}
