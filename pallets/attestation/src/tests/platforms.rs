//! How many enclaves there are of a machine and of a provider, and what a machine is.

use crate::{mock::*, Error};
use frame_support::{assert_noop, assert_ok};
use opg_development_vendor::sev_snp::{vlek_chain, Product, SigningKey, Tcb};
use opg_primitives::ids::PlatformId;

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

#[test]
fn the_machines_of_a_cloud_that_hides_its_chips_are_one() {
    build_and_execute(|| {
        let mut platforms = vec![];
        for (n, cloud) in [(5, "one-cloud"), (6, "one-cloud"), (7, "another-cloud")] {
            let enclave = Registration::number(n);
            let chain = vlek_chain(Product::Milan, cloud, Tcb::current(Product::Milan)).sign();
            // The second time it is there.
            let _ = bring(&chain, 2);
            let mut report = enclave.report().signed_by(SigningKey::Vlek);
            report.chip_id = [0; 64];
            let signed = report.sign_with(&chain.leaf_key).try_into().unwrap();
            let endorsement = fingerprint(&chain);
            assert_ok!(enclave.by(crate::Document::SevSnp { report: signed, endorsement }));
            platforms.push(platform(&enclave));
        }
        assert_eq!(platforms[0], platforms[1]);
        assert_ne!(platforms[0], platforms[2]);
    });
}
