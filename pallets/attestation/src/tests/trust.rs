//! Whose documents a chain takes: the development vendor's only where genesis says so.

use crate::{mock::*, DevelopmentVendor, Error, Fault, ReferenceValues};
use frame_support::{assert_noop, assert_ok, traits::BuildGenesisConfig};
use opg_primitives::reference::ReferenceValue;

#[test]
fn a_chain_that_does_not_trust_the_development_vendor_refuses_its_documents() {
    execute(chain(false), || {
        let enclave = Registration::number(5);
        assert_noop!(enclave.submit(), Error::<Test>::Refused(Fault::UntrustedRoot));
        let collateral = collateral_of(&enclave.tdx());
        assert_noop!(
            Attestation::bring_collateral(signed(1), collateral),
            Error::<Test>::Refused(Fault::UntrustedRoot)
        );
        let chain = enclave.report().chain().sign();
        assert_noop!(bring(&chain, 1), Error::<Test>::Refused(Fault::UntrustedRoot));
    });
}

#[test]
fn what_was_stored_under_a_root_that_is_not_trusted_any_more_carries_no_document() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let (collateral, chain) =
            (bring_collateral_of(&enclave.tdx(), 1), bring_chain_of(&enclave.report(), 1));
        DevelopmentVendor::<Test>::kill();
        let refused = || Error::<Test>::Refused(Fault::UntrustedRoot);
        assert_noop!(enclave.by(dcap(&enclave.tdx(), collateral)), refused());
        assert_noop!(enclave.by(sev_snp(&enclave.report(), chain)), refused());
        assert_noop!(enclave.submit(), refused());
        DevelopmentVendor::<Test>::put(true);
    });
}

#[test]
fn a_chain_whose_genesis_trusts_it_takes_them() {
    execute(chain(true), || {
        assert!(DevelopmentVendor::<Test>::get());
        assert_ok!(Registration::number(5).submit());
    });
}

#[test]
fn a_genesis_that_says_nothing_trusts_no_development_vendor() {
    assert!(!crate::GenesisConfig::<Test>::default().development_vendor);
    execute(chain(false), || assert!(!DevelopmentVendor::<Test>::exists()));
}

/// A measurement that is approved from the first block on.
fn from_genesis() -> ReferenceValue {
    chain(true)
        .execute_with(|| ReferenceValue { from: 0, ..approval(&Registration::number(5), 1_000) })
}

/// Builds a genesis that approves `value`, and gives what is approved then.
fn approved_by_genesis(value: ReferenceValue) -> Option<ReferenceValue> {
    let id = value.id();
    let config =
        crate::GenesisConfig::<Test> { reference_values: vec![value], ..Default::default() };
    chain(true).execute_with(|| {
        config.build();
        ReferenceValues::<Test>::get(id)
    })
}

#[test]
fn genesis_approves_measurements() {
    let value = from_genesis();
    assert_eq!(approved_by_genesis(value.clone()), Some(value));
}

#[test]
#[should_panic(expected = "genesis approves what it cannot")]
fn genesis_cannot_approve_what_is_never_in_force() {
    approved_by_genesis(ReferenceValue { from: 2, until: 1, ..from_genesis() });
}
