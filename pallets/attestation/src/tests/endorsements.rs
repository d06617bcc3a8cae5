//! The chains of AMD's keys.

use crate::{
    mock::*, CertificateBytes, Document, Error, Event, Fault, SnpProduct, SnpSigner, Stored,
    StoredEndorsement,
};
use codec::MaxEncodedLen;
use frame_support::{assert_noop, assert_ok};
use opg_development_vendor::Chain;
use opg_primitives::ids::Digest;

fn chain() -> Chain {
    Registration::number(5).report().chain().sign()
}

#[test]
fn a_chain_is_kept_under_the_fingerprint_of_its_leaf() {
    build_and_execute(|| {
        let report = Registration::number(5).report();
        let endorsement = bring_chain_of(&report, 2);
        let stored = Attestation::endorsement(endorsement).unwrap();
        assert_eq!(stored.product, SnpProduct::Milan);
        assert_eq!(stored.signer, SnpSigner::Chip(report.chip_id));
        assert_eq!(stored.tcb.snp, report.reported_tcb.snp);
        assert_eq!(held(2), StoredEndorsement::max_encoded_len() as u128);
        System::assert_last_event(
            Event::EndorsementBrought {
                endorsement,
                by: account(2),
                product: SnpProduct::Milan,
                valid_until: stored.not_after,
            }
            .into(),
        );
    });
}

#[test]
fn a_chain_is_brought_once() {
    build_and_execute(|| {
        assert_ok!(bring(&chain(), 1));
        assert_noop!(bring(&chain(), 2), Error::<Test>::AlreadyStored);
    });
}

#[test]
fn a_chain_that_is_none_is_refused() {
    build_and_execute(|| {
        let refused = |fault| Error::<Test>::Refused(fault);
        let mut swapped = chain();
        swapped.cas.swap(0, 1);
        assert_noop!(bring(&swapped, 1), refused(Fault::UntrustedRoot));
        let mut ca_as_leaf = chain();
        ca_as_leaf.leaf = ca_as_leaf.cas[1].clone();
        assert_noop!(bring(&ca_as_leaf, 1), refused(Fault::Certificate));
        let mut forged = chain();
        let last = forged.leaf.len() - 1;
        forged.leaf[last] ^= 1;
        assert_noop!(bring(&forged, 1), refused(Fault::Signature));
        let empty = CertificateBytes::default;
        assert_noop!(
            Attestation::bring_endorsement(signed(1), empty(), empty(), empty()),
            refused(Fault::Malformed)
        );
    });
}

#[test]
fn a_report_without_the_chain_of_its_key_is_refused() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let document = sev_snp(&enclave.report(), Digest([1; 32]));
        assert_noop!(enclave.by(document), Error::<Test>::EndorsementMissing);
    });
}

#[test]
fn a_report_under_the_key_of_another_chip_is_refused() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let mut report = enclave.report();
        let endorsement = bring_chain_of(&report, 1);
        report.chip_id[0] ^= 1;
        let document = sev_snp(&report, endorsement);
        assert_noop!(enclave.by(document), Error::<Test>::Refused(Fault::OtherPlatform));
        let short = vec![0; 1183].try_into().unwrap();
        let document = Document::SevSnp { report: short, endorsement };
        assert_noop!(enclave.by(document), Error::<Test>::Refused(Fault::Malformed));
    });
}

#[test]
fn who_brought_a_chain_takes_it_back_and_nobody_else_before_its_time() {
    build_and_execute(|| {
        let endorsement = bring_chain_of(&Registration::number(5).report(), 2);
        let stored = Stored::Endorsement(endorsement);
        assert_noop!(Attestation::reap(signed(1), stored), Error::<Test>::NotReapable);
        assert_ok!(Attestation::reap(signed(2), stored));
        System::assert_last_event(Event::Reaped { stored }.into());
        assert_eq!((held(2), Attestation::endorsement(endorsement)), (0, None));
    });
}
