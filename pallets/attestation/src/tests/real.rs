//! Documents of real hardware go through the call: each is refused exactly because it is not of the
//! session, and registers where that one comparison is left out.

use crate::{
    mock::*, types::Events, CollateralBytes, Collaterals, Document, Error, Fault, Mismatch,
};
use frame_support::{assert_noop, assert_ok};
use opg_development_vendor::Chain;
use opg_primitives::attestation::{
    AttestationFormat, DocumentBytes, TcbStatus, TcbStatusSet, Vendor,
};
use opg_test_support::{aws_documents, certificates, read, unhex, vectors};

const IN_2025: u64 = 1_751_000_000;
const IN_2026: u64 = 1_792_000_000;

fn bytes(from: &[u8]) -> DocumentBytes {
    from.to_vec().try_into().unwrap()
}

/// Tries one document at its time.
fn is_refused_at_the_binding_alone(n: u8, document: Document, mismatch: Mismatch) {
    let enclave = Registration { instance: n, ..Registration::number(n) };
    assert_noop!(enclave.by(document.clone()), Error::<Test>::NotBound(mismatch));
    WithoutBinding::set(true);
    assert_ok!(enclave.by(document.clone()));
    WithoutBinding::set(false);
    let stored = Attestation::registered(enclave.id()).unwrap();
    assert_ne!(stored.vendor, Vendor::Development);
    let another = Registration { instance: n, ..Registration::number(n + 100) };
    WithoutBinding::set(true);
    assert_noop!(another.by(document), Error::<Test>::DocumentUsed);
    WithoutBinding::set(false);
}

fn bring_collateral(collateral: &[u8]) {
    let collateral = CollateralBytes::try_from(collateral.to_vec()).unwrap();
    assert_ok!(Attestation::bring_collateral(signed(1), collateral));
}

fn quote(of: &[u8], events: Events) -> Document {
    let collateral = Collaterals::<Test>::iter_keys().next().unwrap();
    Document::Dcap { quote: bytes(of), collateral, events }
}

#[test]
fn a_quote_of_tdx() {
    build_and_execute(|| {
        set_time(IN_2025);
        bring_collateral(include_bytes!("../../testdata/tdx_quote_collateral.scale"));
        let document = quote(
            include_bytes!("../../../../verifiers/dcap/testdata/tdx_quote"),
            Events::default(),
        );
        is_refused_at_the_binding_alone(5, document, Mismatch::ReportData);
        let stored = Attestation::registered(Registration::number(5).id()).unwrap();
        assert_eq!(
            (stored.format, stored.vendor, stored.tcb),
            (AttestationFormat::Tdx, Vendor::Intel, TcbStatus::UpToDate)
        );
    });
}

#[test]
fn a_quote_of_sgx_on_a_platform_that_governance_accepts() {
    build_and_execute(|| {
        set_time(IN_2025);
        bring_collateral(include_bytes!("../../testdata/sgx_quote_collateral.scale"));
        let document = quote(
            include_bytes!("../../../../verifiers/dcap/testdata/sgx_quote"),
            Events::default(),
        );
        WithoutBinding::set(true);
        let enclave = Registration::number(5);
        assert_noop!(enclave.by(document.clone()), Error::<Test>::TcbNotAccepted);
        WithoutBinding::set(false);
        let accepted = TcbStatusSet::of(&[TcbStatus::ConfigurationAndSwHardeningNeeded]);
        let root = RuntimeOrigin::root();
        assert_ok!(Attestation::set_accepted_tcb(root, Vendor::Intel, accepted));
        is_refused_at_the_binding_alone(5, document, Mismatch::ReportData);
        let stored = Attestation::registered(enclave.id()).unwrap();
        assert_eq!(stored.format, AttestationFormat::Sgx);
        assert!(!stored.advisories.is_empty());
    });
}

#[test]
fn a_quote_whose_rtmr3_no_events_explain_is_refused() {
    build_and_execute(|| {
        set_time(IN_2026);
        bring_collateral(include_bytes!("../../testdata/tdx_quote_td15ex_collateral.scale"));
        let of = include_bytes!("../../../../verifiers/dcap/testdata/tdx_quote_td15ex");
        WithoutBinding::set(true);
        for events in [vec![], vec![[1; 48]]] {
            let document = quote(of, events.try_into().unwrap());
            let refused = Error::<Test>::Refused(Fault::UnexplainedRegister);
            assert_noop!(Registration::number(5).by(document), refused);
        }
    });
}

#[test]
fn a_quote_without_its_collateral_or_with_that_of_another_platform_is_refused() {
    build_and_execute(|| {
        set_time(IN_2025);
        bring_collateral(include_bytes!("../../testdata/sgx_quote_collateral.scale"));
        let of = include_bytes!("../../../../verifiers/dcap/testdata/tdx_quote");
        let Document::Dcap { quote, collateral, events } = quote(of, Events::default()) else {
            panic!("it is a quote")
        };
        let missing = crate::CollateralId { fmspc: [0; 6], ..collateral };
        let document =
            Document::Dcap { quote: quote.clone(), collateral: missing, events: events.clone() };
        let enclave = Registration::number(5);
        assert_noop!(enclave.by(document), Error::<Test>::CollateralMissing);
        let document = Document::Dcap { quote, collateral, events };
        assert!(enclave.by(document).is_err());
    });
}

#[test]
fn a_collateral_past_its_window_carries_no_quote() {
    build_and_execute(|| {
        set_time(IN_2025);
        bring_collateral(include_bytes!("../../testdata/tdx_quote_collateral.scale"));
        let of = include_bytes!("../../../../verifiers/dcap/testdata/tdx_quote");
        let document = quote(of, Events::default());
        let until = Collaterals::<Test>::iter_values().next().unwrap().facts.window.until;
        set_time(until + 3_600);
        WithoutBinding::set(true);
        let refused = Error::<Test>::Refused(Fault::Expired);
        assert_noop!(Registration::number(5).by(document), refused);
    });
}

#[test]
fn the_signatures_of_collateral_are_not_verified_again() {
    use crate::{documents::SIGNATURES_OF_QUOTE, weights::WeightInfo, GoodSignatures};
    build_and_execute(|| {
        set_time(IN_2025);
        bring_collateral(include_bytes!("../../testdata/tdx_quote_collateral.scale"));
        let of = include_bytes!("../../../../verifiers/dcap/testdata/tdx_quote");
        WithoutBinding::set(true);
        let enclave = Registration::number(5);
        let weight = enclave.by(quote(of, Events::default())).unwrap().actual_weight.unwrap();
        let spared = <() as WeightInfo>::register() + <() as WeightInfo>::verify_dcap_spared();
        assert_eq!(weight, spared, "more than {SIGNATURES_OF_QUOTE} were verified");

        // Without what is remembered, all are.
        let remembered: Vec<_> = GoodSignatures::<Test>::iter().collect();
        let _ = GoodSignatures::<Test>::clear(u32::MAX, None);
        assert_ok!(Attestation::retire(signed(1), enclave.id()));
        let _ = crate::Used::<Test>::clear(u32::MAX, None);
        let _ = crate::UsedQueue::<Test>::clear(u32::MAX, None);
        crate::UsedEnds::<Test>::kill();
        let all = enclave.by(quote(of, Events::default())).unwrap().actual_weight.unwrap();
        assert_eq!(all, <() as WeightInfo>::register() + <() as WeightInfo>::verify_dcap());
        for (signature, count) in remembered {
            GoodSignatures::<Test>::insert(signature, count);
        }
    });
}

#[test]
fn documents_of_nitro() {
    let mut tried = 0u8;
    build_and_execute(|| {
        for real in aws_documents() {
            set_time(real.time);
            let document = Document::Nitro(bytes(&real.bytes));
            match real.is_debug() {
                true => {
                    let refused = Error::<Test>::Refused(Fault::Debug);
                    assert_noop!(Registration::number(99).by(document), refused);
                }
                false => is_refused_at_the_binding_alone(5 + tried, document, Mismatch::UserData),
            }
            tried += 1;
        }
    });
    println!("tried {tried}");
}

#[test]
fn reports_of_sev_snp() {
    let mut tried = 0u8;
    build_and_execute(|| {
        let Some(folder) = vectors("sev-snp") else { return };
        for (report, cas, leaf, fault) in [
            (
                "sev-crate/report_milan.hex",
                "sev-crate/cert_chain_milan",
                "sev-crate/vcek_milan.der",
                None,
            ),
            // Its guest could be debugged.
            (
                "go-sev-guest/attestation.bin",
                "go-sev-guest/milan.testcer",
                "go-sev-guest/vcek.testcer",
                Some(Fault::Debug),
            ),
        ] {
            let bytes_of_report = read(&folder.join(report));
            let report = match report.ends_with(".hex") {
                true => unhex(bytes_of_report),
                false => bytes_of_report,
            };
            let key = opg_development_vendor::Key::derive("none", &[]);
            // From the root down: AMD's files have the intermediate first.
            let mut cas = certificates(read(&folder.join(cas)));
            cas.reverse();
            let chain = Chain { cas, leaf: read(&folder.join(leaf)), leaf_key: key };
            set_time(IN_2025);
            assert_ok!(bring(&chain, 1));
            let endorsement = fingerprint(&chain);
            let document = Document::SevSnp { report: bytes(&report), endorsement };
            match fault {
                None => is_refused_at_the_binding_alone(5 + tried, document, Mismatch::ReportData),
                Some(fault) => {
                    let enclave = Registration::number(5 + tried);
                    assert_noop!(enclave.by(document), Error::<Test>::Refused(fault));
                }
            }
            tried += 1;
        }
    });
    println!("tried {tried}");
}
