//! What a verifier refuses is refused by the call, by the rule that is broken.

use crate::{mock::*, CertificateBytes, Document, Error, Fault};
use opg_development_vendor::{
    dcap::{
        body::{self, TdReport, TD_ATTRIBUTES},
        QuoteFields, Vendor,
    },
    hostile,
    sev_snp::{root, Product, SevSnpReport},
};
use opg_primitives::attestation::DocumentBytes;
use sp_runtime::{DispatchError, DispatchResult};

fn refused(fault: Fault) -> DispatchResult {
    Err(DispatchError::from(Error::<Test>::Refused(fault)))
}

fn by(document: Document) -> DispatchResult {
    Registration::number(5).by(document).map(drop).map_err(|refused| refused.error)
}

/// What comes of a TDX quote of the enclave's session on a platform of which this is altered.
fn quoted(alter: impl FnOnce(&mut Vendor)) -> DispatchResult {
    let enclave = Registration::number(5);
    let [mr_td, rtmr0, rtmr1, rtmr2] = enclave.registers.map(|register| register.0);
    let data = enclave.session().report_data();
    let body = body::td(TdReport::Tdx10, mr_td, [rtmr0, rtmr1, rtmr2, [0; 48]], data);
    let mut vendor = Vendor::tdx(QuoteFields::tdx4(body), time());
    alter(&mut vendor);
    let issued = vendor.issue();
    let collateral = bring_collateral_of(&issued, 1);
    by(dcap(&issued, collateral))
}

/// What comes of an SEV-SNP report of the enclave's session of which this is altered.
fn reported(alter: impl FnOnce(&mut SevSnpReport)) -> DispatchResult {
    let mut report = Registration::number(5).report();
    let endorsement = bring_chain_of(&report, 1);
    let key = report.chain().sign().leaf_key;
    alter(&mut report);
    let report = report.sign_with(&key).try_into().unwrap();
    by(Document::SevSnp { report, endorsement })
}

#[test]
fn a_report_of_a_version_that_is_not_known_is_refused() {
    build_and_execute(|| {
        assert_eq!(reported(|report| report.version = 1), refused(Fault::Unknown));
    });
}

#[test]
fn a_quote_of_a_platform_whose_certificate_is_revoked_is_refused() {
    build_and_execute(|| {
        let result = quoted(|vendor| {
            let serial = vendor.chain.leaf.template.serial;
            vendor.pck_crl.revoked.push(serial);
        });
        assert_eq!(result, refused(Fault::CertificateRevoked));
    });
}

#[test]
fn a_trust_domain_that_goes_on_without_its_pages_is_refused() {
    build_and_execute(|| {
        let result = quoted(|vendor| vendor.quote.body[TD_ATTRIBUTES].fill(0));
        assert_eq!(result, refused(Fault::Attributes));
    });
}

#[test]
fn a_report_that_a_lower_privilege_level_asked_for_is_refused() {
    build_and_execute(|| {
        assert_eq!(reported(|report| report.vmpl = 1), refused(Fault::Attributes));
    });
}

#[test]
fn a_report_that_does_not_name_its_chip_is_refused() {
    build_and_execute(|| {
        assert_eq!(reported(|report| report.chip_id = [0; 64]), refused(Fault::NoPlatform));
    });
}

#[test]
fn a_quote_by_a_quoting_enclave_of_somebody_else_is_refused() {
    build_and_execute(|| {
        let result = quoted(|vendor| vendor.quote.qe_vendor[0] ^= 1);
        assert_eq!(result, refused(Fault::QuotingEnclave));
    });
}

#[test]
fn a_quote_of_a_platform_at_or_below_a_revoked_level_is_refused() {
    build_and_execute(|| {
        let result = quoted(|vendor| vendor.platform.cpu_svn[3] = 4);
        assert_eq!(result, refused(Fault::TcbRevoked));
    });
    build_and_execute(|| {
        let result = quoted(|vendor| vendor.platform.cpu_svn = [3; 16]);
        assert_eq!(result, refused(Fault::TcbRevoked));
    });
}

#[test]
fn every_hostile_nitro_document_is_refused_by_the_rule_that_its_verifier_names() {
    let roots = hostile::nitro::roots();
    let trust = opg_verifier_nitro::Trust { roots: &roots, known: &[] };
    build_and_execute(|| {
        let mut tried = 0;
        for hostile in hostile::nitro::all() {
            let error = opg_verifier_nitro::verify(&hostile.document, &trust, NOW).unwrap_err();
            // What is longer is no argument of the call.
            let Ok(bytes) = DocumentBytes::try_from(hostile.document) else { continue };
            assert_eq!(by(Document::Nitro(bytes)), refused(error.into()), "{}", hostile.name);
            tried += 1;
        }
        println!("tried {tried}");
        assert!(tried >= 25);
    });
}

#[test]
fn every_hostile_sev_snp_report_is_refused_by_the_rule_that_its_verifier_names() {
    let trusted = [root(Product::Milan)];
    let mut tried = 0;
    // Where a root is hostile, this chain does not trust it.
    for hostile in hostile::sev_snp::all().into_iter().filter(|it| it.roots == trusted) {
        let [ark, intermediate] = &hostile.chain.cas[..] else { panic!("a root and one CA") };
        let leaf = &hostile.chain.leaf;
        let chain = opg_verifier_sev_snp::Chain { ark, intermediate, leaf };
        // One of another product is under a root of its own, which this chain trusts as well.
        let roots = crate::roots::sev_snp(true);
        let verified = opg_verifier_sev_snp::verify(&hostile.report, &chain, &roots, NOW);
        let Err(error) = verified else { continue };
        let short = [ark, intermediate, leaf]
            .into_iter()
            .all(|der| CertificateBytes::try_from(der.clone()).is_ok());
        let Ok(report) = DocumentBytes::try_from(hostile.report) else { continue };
        if !short {
            continue;
        }
        // A chain each: one whose leaf is stored already is not looked at again.
        build_and_execute(|| {
            let result = match bring(&hostile.chain, 1) {
                Err(wrong) => Err(wrong),
                Ok(_) => by(Document::SevSnp { report, endorsement: fingerprint(&hostile.chain) }),
            };
            assert_eq!(result, refused(error.into()), "{}", hostile.name);
        });
        tried += 1;
    }
    println!("tried {tried}");
    assert!(tried >= 20);
}
