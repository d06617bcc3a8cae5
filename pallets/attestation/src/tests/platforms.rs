//! How many enclaves there are of a machine and of a provider, and what a machine is.

use crate::{mock::*, Document, Error, Reason, Subject};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResultWithPostInfo};
use opg_development_vendor::sev_snp::{vlek_chain, Product, SigningKey, Tcb};
use opg_primitives::{
    ids::{Digest, PlatformId},
    reference::{Measurement, Register},
};

fn platform(of: &Registration) -> PlatformId {
    Attestation::registered(of.id()).unwrap().platform
}

#[test]
fn a_machine_has_so_many_enclaves_and_not_one_more() {
    build_and_execute(|| {
        for n in 0..PER_PLATFORM as u8 {
            let provider = 1 + n % 2;
            assert_ok!(Registration { provider, ..Registration::number(5 + n) }.submit());
        }
        let mut more = Registration::number(50);
        assert_noop!(more.submit(), Error::<Test>::TooManyOnPlatform);
        more.instance = 1;
        assert_ok!(more.submit());
    });
}

#[test]
fn a_provider_has_so_many_enclaves_and_not_one_more() {
    build_and_execute(|| {
        for n in 0..PER_PROVIDER as u8 {
            assert_ok!(Registration { instance: n, ..Registration::number(5 + n) }.submit());
        }
        let more = Registration { instance: 9, ..Registration::number(50) };
        assert_noop!(more.submit(), Error::<Test>::TooManyOfProvider);
        assert_ok!(Attestation::retire(signed(1), Registration::number(5).id()));
        assert_ok!(more.submit());
    });
}

#[test]
fn the_enclaves_of_an_instance_are_of_one_machine() {
    build_and_execute(|| {
        let (one, two, other) = (
            Registration::number(5),
            Registration::number(6),
            Registration { instance: 1, ..Registration::number(7) },
        );
        for enclave in [&one, &two, &other] {
            assert_ok!(enclave.submit());
        }
        assert_eq!(platform(&one), platform(&two));
        assert_ne!(platform(&one), platform(&other));
        let listed = Attestation::enclaves_on(platform(&one));
        assert_eq!(listed, [one.id(), two.id()]);
    });
}

#[test]
fn a_chip_is_one_machine_whatever_the_guest() {
    build_and_execute(|| {
        let (one, two) = (Registration::number(5), Registration::number(6));
        let chain = bring_chain_of(&one.report(), 2);
        assert_ok!(one.by(sev_snp(&one.report(), chain)));
        let mut report = two.report();
        report.report_id = [2; 32];
        assert_ok!(two.by(sev_snp(&report, chain)));
        assert_eq!(platform(&one), platform(&two));

        let other = Registration::number(7);
        let mut report = other.report();
        report.chip_id[0] ^= 1;
        let chain = bring_chain_of(&report, 2);
        assert_ok!(other.by(sev_snp(&report, chain)));
        assert_ne!(platform(&one), platform(&other));
    });
}

#[test]
fn a_platform_of_intel_is_one_machine_whatever_runs_on_it() {
    build_and_execute(|| {
        let (one, two) = (Registration::number(5), Registration::number(6));
        let collateral = bring_collateral_of(&one.tdx(), 1);
        assert_ok!(one.by(dcap(&one.tdx(), collateral)));
        assert_ok!(two.by(dcap(&two.tdx(), collateral)));
        assert_eq!(platform(&one), platform(&two));
    });
}

/// Registers `enclave` on a machine of a cloud that hides its chips.
fn on_hidden(enclave: &Registration, cloud: &str) -> DispatchResultWithPostInfo {
    let chain = vlek_chain(Product::Milan, cloud, Tcb::current(Product::Milan)).sign();
    // The second time it is there.
    let _ = bring(&chain, 2);
    let mut report = enclave.report().signed_by(SigningKey::Vlek);
    report.chip_id = [0; 64];
    let report = report.sign_with(&chain.leaf_key).try_into().unwrap();
    enclave.by(Document::SevSnp { report, endorsement: fingerprint(&chain) })
}

#[test]
fn the_machines_of_a_cloud_that_hides_its_chips_are_not_told_apart_and_those_of_clouds_are() {
    build_and_execute(|| {
        let mut platforms = vec![];
        for (n, cloud) in [(5, "one-cloud"), (6, "one-cloud"), (7, "another-cloud")] {
            let enclave = Registration::number(n);
            assert_ok!(on_hidden(&enclave, cloud));
            platforms.push(platform(&enclave));
        }
        assert_eq!(platforms[0], platforms[1]);
        assert_ne!(platforms[0], platforms[2]);
    });
}

#[test]
fn no_provider_of_a_cloud_that_hides_its_chips_takes_the_place_of_another() {
    build_and_execute(|| {
        // More than one machine may have, by providers that have as many as each may.
        const { assert!(PER_PROVIDER > PER_PLATFORM) };
        for by in 1..=2 {
            for n in 0..PER_PROVIDER as u8 {
                let enclave = Registration { provider: by, ..Registration::number(10 * by + n) };
                assert_ok!(on_hidden(&enclave, "one-cloud"));
            }
        }
        let more = Registration::number(50);
        assert_noop!(on_hidden(&more, "one-cloud"), Error::<Test>::TooManyOfProvider);
        assert_ok!(Attestation::retire(signed(1), Registration::number(10).id()));
        assert_ok!(on_hidden(&more, "one-cloud"));
        assert_eq!(Attestation::enclaves_on(platform(&more)), []);
    });
}

#[test]
fn a_receipt_says_whether_the_machine_is_known() {
    build_and_execute(|| {
        let (hidden, known) = (Registration::number(5), Registration::number(6));
        assert_ok!(on_hidden(&hidden, "one-cloud"));
        let chain = bring_chain_of(&known.report(), 2);
        assert_ok!(known.by(sev_snp(&known.report(), chain)));
        for (enclave, expected) in [(hidden, false), (known, true)] {
            let stored = Attestation::registered(enclave.id()).unwrap();
            assert_eq!(stored.platform_known, expected);
            let mut value = approval(&enclave, 10);
            let report = enclave.report();
            value.measurement = Measurement::SevSnp {
                launch: Register(report.measurement),
                host_data: Digest(report.host_data),
                policy: report.policy,
            };
            assert_eq!(value.id(), stored.measurement);
            assert_ok!(approve(value));
            let record = Attestation::may_answer(enclave.id(), provider(1), model(1)).unwrap();
            assert_eq!(record.platform_known, expected);
        }
    });
}

#[test]
fn all_machines_that_a_cloud_hides_are_revoked_at_once_and_no_other() {
    build_and_execute(|| {
        let (one, other) = (Registration::number(5), Registration::number(6));
        assert_ok!(on_hidden(&one, "one-cloud"));
        assert_ok!(on_hidden(&other, "another-cloud"));
        let (subject, reason) = (Subject::Platform(platform(&one)), Reason::PlatformAttacked);
        assert_ok!(Attestation::revoke(RuntimeOrigin::root(), subject, reason, BLOCK));
        let more = Registration::number(7);
        assert_noop!(on_hidden(&more, "one-cloud"), Error::<Test>::Revoked);
        assert_ok!(on_hidden(&more, "another-cloud"));
    });
}
