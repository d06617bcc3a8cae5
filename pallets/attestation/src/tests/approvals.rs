//! Which code is approved, and how well platforms have to be patched.

use crate::{mock::*, Error, Event, SnpProduct, SnpTcb};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    attestation::{TcbStatus, TcbStatusSet, Vendor},
    ids::MeasurementId,
    reference::Measurement,
    traits::Attestation as _,
};
use sp_runtime::DispatchError::BadOrigin;

#[test]
fn an_approval_is_kept_under_its_measurement_and_counts_a_version_up() {
    build_and_execute(|| {
        let value = approval(&Registration::number(5), 10);
        assert_ok!(approve(value.clone()));
        let (measurement, from, until) = (value.id(), BLOCK, BLOCK + 10);
        System::assert_last_event(
            Event::Approved { measurement, from, until, trust_version: 1 }.into(),
        );
        assert_eq!(Attestation::reference_value(measurement), Some(value));
        assert_eq!(Attestation::trust_version(), 1);
    });
}

#[test]
fn a_later_approval_takes_the_place_of_an_earlier_one() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        assert_ok!(approve(approval(&enclave, 10)));
        let longer = approval(&enclave, 20);
        assert_ok!(approve(longer.clone()));
        assert_eq!(Attestation::reference_value(longer.id()), Some(longer));
    });
}

#[test]
fn nobody_but_governance_decides() {
    build_and_execute(|| {
        let value = Box::new(approval(&Registration::number(5), 10));
        let set = TcbStatusSet::default();
        assert_noop!(Attestation::approve(signed(1), value), BadOrigin);
        assert_noop!(Attestation::withdraw(signed(1), MeasurementId([1; 32])), BadOrigin);
        assert_noop!(Attestation::set_accepted_tcb(signed(1), Vendor::Aws, set), BadOrigin);
        let product = SnpProduct::Milan;
        assert_noop!(Attestation::set_snp_floor(signed(1), product, None), BadOrigin);
    });
}

#[test]
fn an_approval_names_nobody_as_its_approver() {
    build_and_execute(|| {
        let mut value = approval(&Registration::number(5), 10);
        value.approved_by = Some(provider(1));
        assert_noop!(approve(value), Error::<Test>::ApproverNamed);
    });
}

#[test]
fn a_vendor_without_such_registers_is_refused() {
    build_and_execute(|| {
        for vendor in [Vendor::Intel, Vendor::Amd] {
            let mut value = approval(&Registration::number(5), 10);
            value.vendor = vendor;
            assert_noop!(approve(value), Error::<Test>::VendorMismatch);
        }
        let mut value = approval(&Registration::number(5), 10);
        (value.vendor, value.measurement) = (
            Vendor::Amd,
            Measurement::SevSnp { launch: register(1), host_data: Default::default(), policy: 0 },
        );
        assert_ok!(approve(value));
    });
}

#[test]
fn an_approval_that_is_never_in_force_is_refused() {
    build_and_execute(|| {
        let value = approval(&Registration::number(5), 10);
        for (from, until) in [(BLOCK + 1, BLOCK), (BLOCK - 9, BLOCK - 1)] {
            let value = opg_primitives::reference::ReferenceValue { from, until, ..value.clone() };
            assert_noop!(approve(value), Error::<Test>::NeverInForce);
        }
    });
}

#[test]
fn what_is_withdrawn_is_approved_no_more() {
    build_and_execute(|| {
        let enclave = answering(5);
        let measurement = enclave.measurement_id();
        assert_ok!(Attestation::withdraw(RuntimeOrigin::root(), measurement));
        System::assert_last_event(Event::Withdrawn { measurement, trust_version: 2 }.into());
        assert!(Attestation::may_answer(enclave.id(), provider(1), model(1)).is_err());
        assert_noop!(
            Attestation::withdraw(RuntimeOrigin::root(), measurement),
            Error::<Test>::NotApproved
        );
    });
}

#[test]
fn what_is_accepted_at_first_is_up_to_date_or_for_the_software_to_harden() {
    build_and_execute(|| {
        for vendor in Vendor::ALL {
            let accepted = [TcbStatus::UpToDate, TcbStatus::SwHardeningNeeded];
            assert_eq!(Attestation::accepted_tcb(vendor), accepted);
        }
    });
}

#[test]
fn a_status_that_is_not_accepted_is_refused() {
    build_and_execute(|| {
        let (vendor, statuses) = (Vendor::Development, TcbStatusSet::of(&[TcbStatus::OutOfDate]));
        assert_ok!(Attestation::set_accepted_tcb(RuntimeOrigin::root(), vendor, statuses));
        System::assert_last_event(Event::TcbAccepted { vendor, statuses, trust_version: 1 }.into());
        assert_noop!(Registration::number(5).submit(), Error::<Test>::TcbNotAccepted);
    });
}

#[test]
fn a_platform_of_amd_below_the_floor_is_out_of_date() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let report = enclave.report();
        let chain = bring_chain_of(&report, 2);
        let at = report.reported_tcb;
        let tcb = |snp| SnpTcb {
            fmc: at.fmc,
            bootloader: at.bootloader,
            tee: at.tee,
            snp,
            microcode: at.microcode,
        };
        let set = |floor| {
            let root = RuntimeOrigin::root();
            Attestation::set_snp_floor(root, SnpProduct::Milan, Some(floor))
        };
        let document = sev_snp(&report, chain);
        assert_ok!(set(tcb(at.snp + 1)));
        let (product, floor) = (SnpProduct::Milan, Some(tcb(at.snp + 1)));
        System::assert_last_event(Event::SnpFloorSet { product, floor, trust_version: 1 }.into());
        assert_noop!(enclave.by(document.clone()), Error::<Test>::TcbNotAccepted);

        assert_ok!(set(tcb(at.snp)));
        assert_ok!(enclave.by(document));
        assert_eq!(Attestation::registered(enclave.id()).unwrap().tcb, TcbStatus::UpToDate);
    });
}
