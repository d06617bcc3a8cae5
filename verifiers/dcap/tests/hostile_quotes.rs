//! Quotes that nobody honest makes: each breaks one rule, is signed whole, and is refused by that rule's error.

mod common;

use common::issue::{
    ca, for_certificates, for_documents, issue, other_key, pck, sgx3, signed_ca, signed_pck, tdx4,
    tdx5, Issued, DAY, NOW,
};
use opg_development_vendor::certificate::{
    basic_constraints, extension, BASIC_CONSTRAINTS, KEY_USAGE,
};
use opg_development_vendor::dcap::body::{
    self, TdReport, ATTRIBUTES, CUR_SERVICE_TD_HASH, INIT_SERVICE_TD_HASH, ISV_PROD_ID, ISV_SVN,
    MISC_SELECT, MR_SERVICE_TD, MR_SIGNER, MR_SIGNER_SEAM, RTMR, SEAM_ATTRIBUTES, TD_ATTRIBUTES,
    TEE_TCB_SVN, TEE_TCB_SVN2,
};
use opg_development_vendor::dcap::{pem_chain, root_der, Vendor};
use opg_verifier_dcap::{
    Document, Error, Fault, Measurements, QeField, QuotePart, TcbStatus, Tee, MAX_QUOTE_BYTES,
};
use serde_json::json;

/// One test per rule: what the vendor changes before it signs, and the refusal.
macro_rules! refused {
    ($($name:ident: $vendor:expr, $change:expr => $error:expr;)*) => {$(
        #[test]
        fn $name() {
            let mut vendor: Vendor = $vendor;
            let change: fn(&mut Vendor) = $change;
            change(&mut vendor);
            assert_eq!(issue(&vendor).verify().map(|report| report.status), Err($error));
        }
    )*};
}

/// The same for what is changed after signing.
macro_rules! refused_altered {
    ($($name:ident: $vendor:expr, $change:expr => $error:expr;)*) => {$(
        #[test]
        fn $name() {
            let mut issued: Issued = issue(&$vendor);
            let change: fn(&mut Issued) = $change;
            change(&mut issued);
            assert_eq!(issued.verify().map(|report| report.status), Err($error));
        }
    )*};
}

const fn invalid(document: Document, fault: Fault) -> Error {
    Error::Invalid(document, fault)
}

fn set_bit(vendor: &mut Vendor, bit: u32) {
    let at = &mut vendor.quote.body[TD_ATTRIBUTES];
    let flags = u64::from_le_bytes((&*at).try_into().expect("8 bytes")) | 1 << bit;
    at.copy_from_slice(&flags.to_le_bytes());
}

fn set_svn(vendor: &mut Vendor, at: std::ops::Range<usize>, svn: [u8; 3]) {
    vendor.quote.body[at][..3].copy_from_slice(&svn);
}

#[test]
fn what_the_vendor_issues_unaltered_verifies() {
    for (vendor, tee, version) in [
        (sgx3(), Tee::Sgx, 3),
        (tdx4(), Tee::Tdx, 4),
        (tdx5(TdReport::Tdx10), Tee::Tdx, 5),
        (tdx5(TdReport::Tdx15), Tee::Tdx, 5),
        (tdx5(TdReport::Tdx15Ex), Tee::Tdx, 5),
    ] {
        let issued = issue(&vendor);
        let report = issued.verify().expect("nothing was altered");
        assert_eq!((report.tee, report.quote_version), (tee, version));
        assert_eq!(report.status, TcbStatus::UpToDate);
        assert_eq!(report.platform.ppid, [0x99; 16]);
        assert_eq!(report.platform.instance, Some([0x77; 16]));
        assert_eq!(report.root, issued.root.hash());
        assert_eq!((report.window.from, report.window.until), (NOW - DAY, NOW + 29 * DAY));
    }
}

// --- what the software is -------------------------------------------------------------------

refused! {
    a_trust_domain_for_debugging_is_refused:
        tdx4(), |v| set_bit(v, 0) => Error::Debug;
    a_trust_domain_that_the_host_can_profile_is_refused:
        tdx4(), |v| set_bit(v, 5) => Error::Profiling;
    a_reserved_attribute_of_a_trust_domain_is_refused:
        tdx4(), |v| set_bit(v, 40) => Error::ReservedAttributes;
    a_trust_domain_that_can_migrate_is_refused:
        tdx5(TdReport::Tdx15), |v| set_bit(v, 29) => Error::Migratable;
    a_trust_domain_open_to_service_tds_is_refused:
        tdx5(TdReport::Tdx15Ex), |v| set_bit(v, 17) => Error::ServiceTd;
    a_trust_domain_with_a_service_td_is_refused:
        tdx5(TdReport::Tdx15), |v| v.quote.body[MR_SERVICE_TD].fill(1) => Error::ServiceTd;
    a_service_td_bound_at_the_start_is_refused:
        tdx5(TdReport::Tdx15Ex), |v| v.quote.body[INIT_SERVICE_TD_HASH].fill(1) => Error::ServiceTd;
    a_service_td_bound_later_is_refused:
        tdx5(TdReport::Tdx15Ex), |v| v.quote.body[CUR_SERVICE_TD_HASH].fill(1) => Error::ServiceTd;
    pages_that_can_vanish_unnoticed_are_refused:
        tdx4(), |v| v.quote.body[TD_ATTRIBUTES].fill(0) => Error::SeptVeDisableOff;
    an_enclave_for_debugging_is_refused:
        sgx3(), |v| v.quote.body[ATTRIBUTES][0] |= 2 => Error::Debug;
    an_enclave_that_was_not_initialised_is_refused:
        sgx3(), |v| v.quote.body[ATTRIBUTES][0] &= !1 => Error::NotInitialised;
    a_reserved_attribute_of_an_enclave_is_refused:
        sgx3(), |v| v.quote.body[ATTRIBUTES][0] |= 8 => Error::ReservedAttributes;
}

// --- the header and the lengths ---------------------------------------------------------------

refused! {
    a_version_that_does_not_exist_is_refused:
        tdx4(), |v| v.quote.version = 6 => Error::UnknownVersion(6);
    a_tee_that_does_not_exist_is_refused:
        tdx4(), |v| v.quote.tee = 0x82 => Error::UnknownTee(0x82);
    sgx_in_the_version_of_tdx_is_refused:
        tdx4(), |v| v.quote.tee = 0
        => Error::VersionOfOtherTee { tee: Tee::Sgx, version: 4 };
    tdx_in_the_version_of_sgx_is_refused:
        sgx3(), |v| v.quote.tee = 0x81
        => Error::VersionOfOtherTee { tee: Tee::Tdx, version: 3 };
    an_attestation_key_on_another_curve_is_refused:
        tdx4(), |v| v.quote.key_type = 3 => Error::AttestationKeyType(3);
    a_quoting_enclave_of_another_vendor_is_refused:
        tdx4(), |v| v.quote.qe_vendor[0] ^= 1 => Error::QeVendor;
    an_enclave_body_in_a_quote_of_tdx_is_refused:
        tdx5(TdReport::Tdx15), |v| v.quote.body_type = Some((1, 384)) => Error::UnknownBody(1);
    a_body_of_another_size_than_its_type_is_refused:
        tdx5(TdReport::Tdx15), |v| v.quote.body_type = Some((3, 584)) => Error::BodySize(584);
    a_wrapper_of_another_type_is_refused:
        tdx4(), |v| v.quote.wrapper = Some(7) => Error::CertificationData(7);
    a_ppid_in_place_of_the_chain_is_refused:
        tdx4(), |v| v.quote.certification_type = 3 => Error::CertificationData(3);
    authentication_data_of_another_length_is_refused:
        tdx4(), |v| v.quote.qe_auth_data = vec![0; 31] => Error::QeAuthDataLength(31);
}

#[test]
fn a_quote_cut_at_any_byte_is_refused_as_truncated_in_that_part() {
    for (vendor, body_end, wrapper) in
        [(sgx3(), 48 + 384, 0), (tdx4(), 48 + 584, 6), (tdx5(TdReport::Tdx15Ex), 54 + 885, 6)]
    {
        let issued = issue(&vendor);
        let ends = [
            (0, QuotePart::Header),
            (48, QuotePart::Body),
            (body_end, QuotePart::SignatureLength),
            (body_end + 4, QuotePart::Signature),
        ];
        for cut in 0..issued.quote.len() {
            let quote = issued.quote[..cut].to_vec();
            let part = ends.iter().rev().find(|(from, _)| cut >= *from).expect("from 0").1;
            let found = Issued { quote, ..issued.clone() }.verify();
            assert_eq!(found.map(|_| ()), Err(Error::Truncated(part)), "cut at {cut}");
        }
        // The same where the stated lengths go along with the cut.
        let signature = body_end + 4;
        for (length, part) in [
            (100, QuotePart::Signature),
            (128 + wrapper + 447, QuotePart::QeReport),
            (128 + wrapper + 449, QuotePart::QeAuthData),
            (128 + wrapper + 450 + 31, QuotePart::QeAuthData),
            (128 + wrapper + 450 + 32 + 5, QuotePart::CertificationData),
            (128 + wrapper + 450 + 32 + 6 + 10, QuotePart::CertificationData),
        ] {
            let mut quote = issued.quote[..signature + length].to_vec();
            quote[body_end..signature].copy_from_slice(&(length as u32).to_le_bytes());
            if wrapper > 0 && length > 134 {
                let inner = (length - 134) as u32;
                quote[signature + 130..signature + 134].copy_from_slice(&inner.to_le_bytes());
            }
            let found = Issued { quote, ..issued.clone() }.verify();
            assert_eq!(
                found.map(|_| ()),
                Err(Error::Truncated(part)),
                "{length} bytes of signature"
            );
        }
    }
}

#[test]
fn bytes_after_the_end_of_any_part_are_refused() {
    for (vendor, body_end, wrapped) in [(sgx3(), 48 + 384, false), (tdx4(), 48 + 584, true)] {
        let issued = issue(&vendor);
        let signature = body_end + 4;
        let stated = |quote: &mut Vec<u8>, at: usize, more: i64| {
            let field: [u8; 4] = quote[at..at + 4].try_into().expect("4 bytes");
            let length = i64::from(u32::from_le_bytes(field)) + more;
            quote[at..at + 4].copy_from_slice(&(length as u32).to_le_bytes());
        };
        let refused = |quote: Vec<u8>| Issued { quote, ..issued.clone() }.verify().map(|_| ());

        let mut quote = issued.quote.clone();
        quote.push(1);
        assert_eq!(refused(quote.clone()), Err(Error::TrailingBytes(QuotePart::Padding)));

        stated(&mut quote, body_end, 1);
        let part = if wrapped { QuotePart::Signature } else { QuotePart::CertificationData };
        assert_eq!(refused(quote.clone()), Err(Error::TrailingBytes(part)));

        if wrapped {
            stated(&mut quote, signature + 130, 1);
            assert_eq!(refused(quote), Err(Error::TrailingBytes(QuotePart::CertificationData)));
        }
    }
}

refused_altered! {
    a_quote_of_too_many_bytes_is_refused:
        tdx4(), |i| i.quote.resize(MAX_QUOTE_BYTES + 1, 0) => Error::QuoteTooLarge;
    a_body_changed_after_it_was_signed_is_refused:
        tdx4(), |i| i.quote[48 + 136] ^= 1
        => invalid(Document::Quote, Fault::BadSignature);
}

// --- the quoting enclave ------------------------------------------------------------------------

refused! {
    an_attestation_key_that_the_quoting_enclave_does_not_vouch_for_is_refused:
        tdx4(), |v| v.quote.qe_report_data = Some([0; 64]) => Error::AttestationKeyUnbound;
    a_qe_report_signed_by_another_key_is_refused:
        tdx4(), |v| v.chain.leaf.key = other_key()
        => invalid(Document::QeReport, Fault::BadSignature);
    a_quoting_enclave_of_another_signer_is_refused:
        tdx4(), |v| v.quote.qe_report[MR_SIGNER].fill(1) => Error::Qe(QeField::Signer);
    a_quoting_enclave_of_another_product_is_refused:
        tdx4(), |v| v.quote.qe_report[ISV_PROD_ID].fill(7) => Error::Qe(QeField::Product);
    a_quoting_enclave_with_another_misc_select_is_refused:
        tdx4(), |v| v.quote.qe_report[MISC_SELECT].fill(1)
        => Error::Qe(QeField::MiscSelect);
    a_quoting_enclave_with_other_attributes_is_refused:
        tdx4(), |v| v.quote.qe_report[ATTRIBUTES][0] = 0x01
        => Error::Qe(QeField::Attributes);
    a_quoting_enclave_for_debugging_is_refused:
        tdx4(), |v| v.quote.qe_report[ATTRIBUTES][0] |= 2 => Error::Qe(QeField::Debug);
    a_quoting_enclave_below_every_level_is_refused:
        tdx4(), |v| v.quote.qe_report[ISV_SVN].copy_from_slice(&[3, 0])
        => Error::Qe(QeField::SecurityVersion);
    a_revoked_quoting_enclave_is_refused:
        tdx4(), |v| v.quote.qe_report[ISV_SVN].copy_from_slice(&[4, 0])
        => Error::TcbRevoked;
    the_quoting_enclave_of_sgx_is_refused_for_tdx:
        tdx4(), |v| v.quote.qe_report = body::quoting_enclave(1)
        => Error::Qe(QeField::Product);
}

// --- the platform -------------------------------------------------------------------------------

refused! {
    a_pck_certificate_that_was_revoked_is_refused:
        tdx4(), |v| v.pck_crl.revoked.push(v.chain.leaf.template.serial)
        => invalid(Document::PckChain, Fault::Revoked);
    a_pck_ca_that_was_revoked_is_refused:
        tdx4(), |v| v.root_crl.revoked.push(v.chain.intermediates[0].template.serial)
        => invalid(Document::PckCrlIssuer, Fault::Revoked);
    a_pck_certificate_that_ended_is_refused:
        tdx4(), |v| pck(v).not_after = NOW - 1 => invalid(Document::PckChain, Fault::Expired);
    a_pck_certificate_of_the_future_is_refused:
        tdx4(), |v| pck(v).not_before = NOW + 1
        => invalid(Document::PckChain, Fault::NotYetValid);
    a_ca_as_pck_certificate_is_refused:
        tdx4(), |v| pck(v).set(basic_constraints(true, None))
        => invalid(Document::PckChain, Fault::AuthorityAsLeaf);
    a_leaf_as_pck_ca_is_refused:
        tdx4(), |v| ca(v).set(basic_constraints(false, None))
        => invalid(Document::PckChain, Fault::LeafAsAuthority);
    a_pck_certificate_without_constraints_is_refused:
        tdx4(), |v| pck(v).remove(BASIC_CONSTRAINTS)
        => invalid(Document::PckChain, Fault::Malformed);
    a_pck_certificate_that_may_sign_certificates_is_refused:
        tdx4(), |v| pck(v).set(for_certificates())
        => invalid(Document::PckChain, Fault::KeyUsage);
    a_pck_certificate_without_key_usage_is_refused:
        tdx4(), |v| pck(v).remove(KEY_USAGE)
        => invalid(Document::PckChain, Fault::KeyUsage);
    a_pck_ca_that_may_not_sign_certificates_is_refused:
        tdx4(), |v| ca(v).set(for_documents())
        => invalid(Document::PckChain, Fault::KeyUsage);
    an_extension_that_occurs_twice_is_refused:
        tdx4(), |v| pck(v).extensions.push(extension("1.2.840.113741.1.13.1", false, vec![5, 0]))
        => invalid(Document::PckChain, Fault::DuplicateExtension);
    a_critical_extension_that_nobody_knows_is_refused:
        tdx4(), |v| pck(v).extensions.push(extension("1.2.3.4", true, vec![5, 0]))
        => invalid(Document::PckChain, Fault::Malformed);
    a_pck_certificate_of_another_issuers_key_is_refused:
        tdx4(), |v| ca(v).public_key = other_key().public_key()
        => invalid(Document::PckCrl, Fault::BadSignature);
    a_chain_that_is_no_chain_is_refused:
        tdx4(), |v| v.quote.certification = Some(b"-----BEGIN NOTHING".to_vec())
        => invalid(Document::PckChain, Fault::ChainLength);
    a_chain_with_a_certificate_that_is_none_is_refused:
        tdx4(), |v| {
            let pem = pem_chain(&[vec![0x30, 0], vec![0x30, 0]]);
            v.quote.certification = Some(pem.into_bytes());
        } => invalid(Document::PckChain, Fault::Malformed);
    a_chain_of_one_certificate_is_refused:
        tdx4(), |v| {
            let pem = pem_chain(&[signed_pck(v)]);
            v.quote.certification = Some(pem.into_bytes());
        } => invalid(Document::PckChain, Fault::ChainLength);
    a_chain_without_the_ca_is_refused:
        tdx4(), |v| {
            let pem = pem_chain(&[signed_pck(v), root_der()]);
            v.quote.certification = Some(pem.into_bytes());
        } => invalid(Document::PckChain, Fault::UnknownIssuer);
    a_pck_certificate_without_its_extension_is_refused:
        tdx4(), |v| {
            let pem = pem_chain(&[signed_pck(v), signed_ca(v)]);
            v.quote.certification = Some(pem.into_bytes());
        } => invalid(Document::PckChain, Fault::Malformed);
    a_fmspc_of_another_length_is_refused:
        tdx4(), |v| v.platform.fmspc.push(0)
        => invalid(Document::PckChain, Fault::Malformed);
    a_platform_of_another_kind_than_the_tcb_info_is_refused:
        tdx4(), |v| v.platform.fmspc[0] ^= 1 => Error::OtherFmspc;
    a_platform_without_an_id_is_refused:
        tdx4(), |v| v.platform.ppid = vec![0; 16] => Error::NoPlatformId;
    a_platform_id_of_another_length_is_refused:
        tdx4(), |v| v.platform.ppid = vec![9; 15] => Error::NoPlatformId;
    a_platform_below_every_level_is_refused:
        tdx4(), |v| v.platform.cpu_svn = [3; 16] => Error::NoTcbLevel;
    a_platform_with_one_component_below_every_level_is_refused:
        tdx4(), |v| v.platform.cpu_svn[15] = 3 => Error::NoTcbLevel;
    an_old_provisioning_enclave_is_refused:
        tdx4(), |v| v.platform.pce_svn = 12 => Error::NoTcbLevel;
    a_revoked_platform_is_refused:
        tdx4(), |v| v.platform.cpu_svn[3] = 4 => Error::TcbRevoked;
}

// --- the TDX module -----------------------------------------------------------------------------

refused! {
    a_tdx_module_of_another_signer_is_refused:
        tdx4(), |v| v.quote.body[MR_SIGNER_SEAM].fill(1) => Error::TdxModule;
    a_tdx_module_with_other_attributes_is_refused:
        tdx4(), |v| v.quote.body[SEAM_ATTRIBUTES].fill(1) => Error::TdxModule;
    a_tdx_module_of_an_unknown_version_is_refused:
        tdx4(), |v| set_svn(v, TEE_TCB_SVN, [3, 2, 2]) => Error::TdxModule;
    a_tdx_module_below_every_level_is_refused:
        tdx4(), |v| set_svn(v, TEE_TCB_SVN, [1, 1, 2]) => Error::TdxModule;
    a_tdx_module_that_became_unknown_after_the_start_is_refused:
        tdx5(TdReport::Tdx15), |v| set_svn(v, TEE_TCB_SVN2, [3, 2, 2]) => Error::NoTcbLevel;
}

#[test]
fn the_status_is_that_of_the_worst_part() {
    type Change = fn(&mut Vendor);
    let cases: [(Vendor, Change, TcbStatus, &[&str]); 5] = [
        (tdx4(), |v| v.platform.cpu_svn[0] = 5, TcbStatus::OutOfDate, &["DEV-SA-1"]),
        (
            sgx3(),
            |v| v.quote.qe_report[ISV_SVN].copy_from_slice(&[5, 0]),
            TcbStatus::OutOfDate,
            &["DEV-SA-2"],
        ),
        (tdx4(), |v| set_svn(v, TEE_TCB_SVN, [2, 1, 2]), TcbStatus::OutOfDate, &["DEV-SA-3"]),
        (
            tdx5(TdReport::Tdx15),
            |v| set_svn(v, TEE_TCB_SVN, [2, 1, 2]),
            TcbStatus::TdRelaunchAdvised,
            &["DEV-SA-3"],
        ),
        (
            tdx4(),
            |v| v.tcb_info["tcbLevels"][0]["tcbStatus"] = json!("SWHardeningNeeded"),
            TcbStatus::SwHardeningNeeded,
            &[],
        ),
    ];
    for (mut vendor, change, status, advisories) in cases {
        change(&mut vendor);
        let report = issue(&vendor).verify().expect("any status is accepted");
        assert_eq!(report.status, status);
        assert_eq!(report.advisories, advisories);
    }
}

#[test]
fn rtmr3_is_what_its_events_add_up_to() {
    use opg_verifier_dcap::{CryptoProvider, RustCrypto};
    let events = [[1; 48], [2; 48]];
    let after_one = RustCrypto::sha384(&[[0; 48], events[0]].concat());
    let register = RustCrypto::sha384(&[after_one, events[1]].concat());
    let mut vendor = tdx5(TdReport::Tdx15);
    let [_, _, _, rtmr3] = RTMR;
    vendor.quote.body[rtmr3].copy_from_slice(&register);
    let report = issue(&vendor).verify().expect("the register is reported, not judged");
    let Measurements::Td(td) = report.measurements else { panic!("a trust domain") };
    assert_eq!(td.check_rtmr3(&events), Ok(()));
    for wrong in [&[][..], &events[..1], &[events[1], events[0]], &[events[0]; 2]] {
        assert_eq!(td.check_rtmr3(wrong), Err(Error::UnexplainedRtmr3));
    }
}
