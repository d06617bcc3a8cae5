//! Collateral by itself: what is found in it, what is refused, and what may replace it.

mod common;

use codec::Encode;
use common::issue::{
    for_certificates, for_documents, issue, other_key, root, signed_ca, signed_pck, signer, tdx4,
    Issued, DAY, NOW,
};
use common::{intel, sample, verify_both};
use opg_development_vendor::certificate::{basic_constraints, extension, name};
use opg_development_vendor::dcap::{date, pem_chain, Vendor};
use opg_development_vendor::CertificateTemplate;
use opg_verifier_dcap::{
    collateral_facts, Collateral, CollateralFacts, Document, Error, Fault, Regression, Ring,
    RustCrypto, TcbPolicy, Tee, MAX_COLLATERAL_BYTES,
};
use serde_json::{json, Value};

/// What both back ends find.
fn facts_at(issued: &Issued, now: u64) -> Result<CollateralFacts, Error> {
    let facts = collateral_facts::<RustCrypto>(&issued.collateral, &issued.root, now);
    assert_eq!(collateral_facts::<Ring>(&issued.collateral, &issued.root, now), facts);
    facts
}

const fn invalid(document: Document, fault: Fault) -> Error {
    Error::Invalid(document, fault)
}

/// One test per rule: what the vendor changes before it signs. A quote with this collateral is refused as well, by the
/// same error unless another is given.
macro_rules! refused {
    ($($name:ident: $change:expr => $error:expr $(, of a quote $of_quote:expr)?;)*) => {$(
        #[test]
        fn $name() {
            let mut vendor = tdx4();
            let change: fn(&mut Vendor) = $change;
            change(&mut vendor);
            let issued = issue(&vendor);
            assert_eq!(facts_at(&issued, NOW).map(|_| ()), Err($error));
            #[allow(unused_variables)]
            let of_quote = $error;
            $(let of_quote = $of_quote;)?
            assert_eq!(issued.verify().map(|_| ()), Err(of_quote));
        }
    )*};
}

/// The same for what is changed after signing.
macro_rules! refused_altered {
    ($($name:ident: $change:expr => $error:expr;)*) => {$(
        #[test]
        fn $name() {
            let mut issued = issue(&tdx4());
            let change: fn(&mut Collateral) = $change;
            change(&mut issued.collateral);
            assert_eq!(facts_at(&issued, NOW).map(|_| ()), Err($error));
            assert_eq!(issued.verify().map(|_| ()), Err($error));
        }
    )*};
}

#[test]
fn what_is_found_in_a_real_collateral_is_what_it_says() {
    let sample = sample("tdx_quote");
    let facts = collateral_facts::<RustCrypto>(&sample.collateral, &intel(), sample.from)
        .expect("a good collateral");
    assert_eq!(facts.tee, Tee::Tdx);
    assert_eq!(facts.fmspc, [0xb0, 0xc0, 0x6f, 0, 0, 0]);
    assert_eq!(facts.pce_id, [0, 0]);
    assert_eq!((facts.tcb_evaluation_number, facts.qe_evaluation_number), (17, 17));
    assert_eq!((facts.root_crl.number, facts.pck_crl.number), (1, 1));
    assert_eq!((facts.window.from, facts.window.until), (sample.from, sample.until));
    assert_eq!(
        (facts.pck_crl.window.from, facts.pck_crl.window.until),
        (1_750_327_235, sample.until)
    );
    assert_eq!(facts.qe_identity.from, sample.from);
}

#[test]
fn every_real_collateral_holds_through_its_window() {
    for name in ["sgx_quote", "tdx_quote", "tdx_quote_td15ex", "tdx_quote_outdated"] {
        let sample = sample(name);
        for now in [sample.from, sample.until - 1] {
            assert!(collateral_facts::<Ring>(&sample.collateral, &intel(), now).is_ok(), "{name}");
        }
        for now in [sample.from - 1, sample.until] {
            assert!(collateral_facts::<Ring>(&sample.collateral, &intel(), now).is_err(), "{name}");
        }
    }
}

#[test]
fn a_collateral_survives_its_encoding_and_nothing_follows_it() {
    let collateral = sample("sgx_quote").collateral;
    let mut bytes = collateral.encode();
    assert_eq!(Collateral::from_bytes(&bytes), Ok(collateral));
    bytes.push(0);
    assert_eq!(Collateral::from_bytes(&bytes), Err(Error::CollateralEncoding));
    assert_eq!(Collateral::from_bytes(&bytes[..100]), Err(Error::CollateralEncoding));
    bytes.resize(MAX_COLLATERAL_BYTES + 1, 0);
    assert_eq!(Collateral::from_bytes(&bytes), Err(Error::CollateralTooLarge));
}

// --- revocation lists -----------------------------------------------------------------------------

refused! {
    a_root_crl_out_of_date_is_refused:
        |v| v.root_crl.next_update = NOW => invalid(Document::RootCrl, Fault::Expired);
    a_pck_crl_out_of_date_is_refused:
        |v| v.pck_crl.next_update = NOW => invalid(Document::PckCrl, Fault::Expired);
    a_root_crl_of_the_future_is_refused:
        |v| v.root_crl.this_update = NOW + 1
        => invalid(Document::RootCrl, Fault::NotYetValid), of a quote Error::OutsideWindow;
    a_pck_crl_of_the_future_is_refused:
        |v| v.pck_crl.this_update = NOW + 1
        => invalid(Document::PckCrl, Fault::NotYetValid), of a quote Error::OutsideWindow;
    a_revoked_root_is_refused:
        |v| v.root_crl.revoked.push(v.chain.root.template.serial)
        => invalid(Document::Root, Fault::Revoked);
    a_revoked_signer_is_refused:
        |v| v.root_crl.revoked.push(v.signer.template.serial)
        => invalid(Document::TcbInfoIssuer, Fault::Revoked);
    a_pck_crl_of_another_ca_is_refused:
        |v| v.pck_crl.issuer = name("DCAP Processor CA of the development vendor")
        => invalid(Document::PckCrl, Fault::UnknownIssuer);
    a_root_that_ended_is_refused:
        |v| root(v).not_after = NOW => invalid(Document::Root, Fault::Expired),
        of a quote Error::OutsideWindow;
}

refused_altered! {
    a_root_crl_in_place_of_the_pck_crl_is_refused:
        |c| c.pck_crl = c.root_ca_crl.clone() => invalid(Document::PckCrl, Fault::BadSignature);
    a_pck_crl_in_place_of_the_root_crl_is_refused:
        |c| c.root_ca_crl = c.pck_crl.clone() => invalid(Document::RootCrl, Fault::BadSignature);
    a_crl_that_is_none_is_refused:
        |c| c.pck_crl = vec![0x30, 0] => invalid(Document::PckCrl, Fault::Malformed);
    a_crl_with_bytes_after_it_is_refused:
        |c| c.root_ca_crl.push(0) => invalid(Document::RootCrl, Fault::Malformed);
}

// --- TCB info and QE identity -----------------------------------------------------------------------

fn remove(value: &mut Value, field: &str) {
    value.as_object_mut().expect("an object").remove(field);
}

refused! {
    a_tcb_info_that_ended_is_refused:
        |v| v.tcb_info["nextUpdate"] = json!(date(NOW - 1))
        => invalid(Document::TcbInfo, Fault::Expired);
    a_qe_identity_that_ended_is_refused:
        |v| v.qe_identity["nextUpdate"] = json!(date(NOW - 1))
        => invalid(Document::QeIdentity, Fault::Expired);
    a_tcb_info_of_the_future_is_refused:
        |v| v.tcb_info["issueDate"] = json!(date(NOW + 1))
        => invalid(Document::TcbInfo, Fault::NotYetValid);
    a_qe_identity_of_the_future_is_refused:
        |v| v.qe_identity["issueDate"] = json!(date(NOW + 1))
        => invalid(Document::QeIdentity, Fault::NotYetValid);
    a_date_that_is_none_is_refused:
        |v| v.tcb_info["nextUpdate"] = json!("tomorrow")
        => invalid(Document::TcbInfo, Fault::Malformed);
    a_tcb_info_without_an_evaluation_number_is_refused:
        |v| remove(&mut v.tcb_info, "tcbEvaluationDataNumber")
        => invalid(Document::TcbInfo, Fault::Malformed);
    a_qe_identity_without_a_mask_is_refused:
        |v| remove(&mut v.qe_identity, "attributesMask")
        => invalid(Document::QeIdentity, Fault::Malformed);
    a_qe_identity_with_a_short_signer_is_refused:
        |v| v.qe_identity["mrsigner"] = json!("DCDC")
        => invalid(Document::QeIdentity, Fault::Malformed);
    a_tcb_status_that_does_not_exist_is_refused:
        |v| v.tcb_info["tcbLevels"][0]["tcbStatus"] = json!("Fine")
        => invalid(Document::TcbInfo, Fault::Malformed);
    a_tcb_info_of_an_unknown_tee_is_refused:
        |v| v.tcb_info["id"] = json!("TDY")
        => invalid(Document::TcbInfo, Fault::Malformed),
        of a quote Error::OtherTee(Document::TcbInfo);
    a_tcb_info_of_sgx_with_a_qe_identity_of_tdx_is_refused:
        |v| v.tcb_info["id"] = json!("SGX")
        => Error::OtherTee(Document::QeIdentity), of a quote Error::OtherTee(Document::TcbInfo);
    a_qe_identity_of_sgx_with_a_tcb_info_of_tdx_is_refused:
        |v| v.qe_identity["id"] = json!("QE") => Error::OtherTee(Document::QeIdentity);
    a_short_fmspc_is_refused:
        |v| v.tcb_info["fmspc"] = json!("50A06F")
        => invalid(Document::TcbInfo, Fault::Malformed), of a quote Error::OtherFmspc;
}

/// What a collateral may say by itself, and no quote can be judged by.
macro_rules! useless {
    ($($name:ident: $change:expr => $error:expr;)*) => {$(
        #[test]
        fn $name() {
            let mut vendor = tdx4();
            let change: fn(&mut Vendor) = $change;
            change(&mut vendor);
            assert_eq!(issue(&vendor).verify().map(|_| ()), Err($error));
        }
    )*};
}

useless! {
    a_short_list_of_sgx_components_is_refused:
        |v| v.tcb_info["tcbLevels"][0]["tcb"]["sgxtcbcomponents"] = json!([{ "svn": 9 }])
        => invalid(Document::TcbInfo, Fault::Malformed);
    a_short_list_of_tdx_components_is_refused:
        |v| v.tcb_info["tcbLevels"][0]["tcb"]["tdxtcbcomponents"] = json!([{ "svn": 0 }])
        => invalid(Document::TcbInfo, Fault::Malformed);
    an_empty_list_of_levels_is_refused:
        |v| v.tcb_info["tcbLevels"] = json!([]) => Error::NoTcbLevel;
    an_empty_list_of_qe_levels_is_refused:
        |v| v.qe_identity["tcbLevels"] = json!([])
        => invalid(Document::QeIdentity, Fault::Malformed);
    a_tcb_info_without_a_tdx_module_is_refused:
        |v| remove(&mut v.tcb_info, "tdxModule") => Error::TdxModule;
    a_status_of_a_kind_that_qe_identities_do_not_have_is_refused:
        |v| v.qe_identity["tcbLevels"][0]["tcbStatus"] = json!("SWHardeningNeeded")
        => Error::UnknownTcbStatus;
    an_advisory_that_is_too_long_is_refused:
        |v| v.tcb_info["tcbLevels"][0]["advisoryIDs"] = json!(["X".repeat(33)])
        => Error::Advisories;
    too_many_advisories_are_refused:
        |v| {
            let many: Vec<_> = (0..65).map(|at| format!("DEV-SA-{at}")).collect();
            v.tcb_info["tcbLevels"][0]["advisoryIDs"] = json!(many);
        } => Error::Advisories;
}

refused_altered! {
    a_tcb_info_with_another_signature_is_refused:
        |c| c.tcb_info_signature = c.qe_identity_signature
        => invalid(Document::TcbInfo, Fault::BadSignature);
    a_qe_identity_with_another_signature_is_refused:
        |c| c.qe_identity_signature = [0; 64]
        => invalid(Document::QeIdentity, Fault::BadSignature);
    a_tcb_info_that_was_written_anew_is_refused:
        |c| c.tcb_info = c.tcb_info.replacen(':', ": ", 1)
        => invalid(Document::TcbInfo, Fault::BadSignature);
    a_tcb_info_with_something_after_it_is_refused:
        |c| c.tcb_info.push_str("{}") => invalid(Document::TcbInfo, Fault::Malformed);
    a_field_that_occurs_twice_is_refused:
        |c| c.qe_identity = c.qe_identity.replacen('{', "{\"version\":2,", 1)
        => invalid(Document::QeIdentity, Fault::Malformed);
}

// --- signers ------------------------------------------------------------------------------------------

refused! {
    a_signer_that_ended_is_refused:
        |v| signer(v).not_after = NOW - 1 => invalid(Document::TcbInfoIssuer, Fault::Expired);
    a_signer_of_the_future_is_refused:
        |v| signer(v).not_before = NOW + 1 => invalid(Document::TcbInfoIssuer, Fault::NotYetValid);
    a_ca_as_signer_is_refused:
        |v| signer(v).set(basic_constraints(true, None))
        => invalid(Document::TcbInfoIssuer, Fault::AuthorityAsLeaf);
    a_signer_that_may_not_sign_documents_is_refused:
        |v| signer(v).set(for_certificates())
        => invalid(Document::TcbInfoIssuer, Fault::KeyUsage);
    a_signer_with_an_extension_twice_is_refused:
        |v| signer(v).extensions.extend([1, 2].map(|_| extension("1.2.3.4", false, vec![5, 0])))
        => invalid(Document::TcbInfoIssuer, Fault::DuplicateExtension);
    a_signer_of_another_issuer_is_refused:
        |v| signer(v).issuer = name("Somebody")
        => invalid(Document::TcbInfoIssuer, Fault::UnknownIssuer);
    a_signer_with_another_key_is_refused:
        |v| signer(v).public_key = other_key().public_key()
        => invalid(Document::TcbInfo, Fault::BadSignature);
}

#[test]
fn a_pck_certificate_as_signer_is_refused() {
    // A platform's owner holds this key, and Intel vouches for it: for quotes, not for TCB infos.
    let vendor = tdx4();
    let mut issued = issue(&vendor);
    issued.collateral.tcb_info_issuer_chain = pem_chain(&[signed_pck(&vendor), signed_ca(&vendor)]);
    let signature = vendor.chain.leaf.key.sign_fixed(issued.collateral.tcb_info.as_bytes());
    issued.collateral.tcb_info_signature = signature.try_into().expect("r and s have 32 bytes");
    let error = invalid(Document::TcbInfoIssuer, Fault::UnknownIssuer);
    assert_eq!(facts_at(&issued, NOW).map(|_| ()), Err(error));
    assert_eq!(issued.verify().map(|_| ()), Err(error));
}

#[test]
fn the_ca_of_the_pck_crl_is_issued_by_the_root() {
    let vendor = tdx4();
    let check = |ca: Vec<u8>| {
        let mut issued = issue(&vendor);
        issued.collateral.pck_crl_issuer_chain = pem_chain(&[ca]);
        facts_at(&issued, NOW).map(|_| ())
    };
    let invalid = |fault| Err(Error::Invalid(Document::PckCrlIssuer, fault));
    let root_key = &vendor.chain.root.key;
    let ca = &vendor.chain.intermediates[0].template;
    assert_eq!(check(ca.sign(root_key)), Ok(()));
    assert_eq!(check(ca.sign(&other_key())), invalid(Fault::BadSignature));
    assert_eq!(check(vec![0x30, 0]), invalid(Fault::Malformed));
    let changed = |change: fn(&mut CertificateTemplate)| {
        let mut ca = ca.clone();
        change(&mut ca);
        check(ca.sign(root_key))
    };
    assert_eq!(changed(|ca| ca.not_after = NOW), invalid(Fault::Expired));
    assert_eq!(changed(|ca| ca.issuer = name("Somebody")), invalid(Fault::UnknownIssuer));
    assert_eq!(changed(|ca| ca.set(for_documents())), invalid(Fault::KeyUsage));
    assert_eq!(check(vendor.signer.template.sign(root_key)), invalid(Fault::LeafAsAuthority));
}

// --- one collateral with another's quote -----------------------------------------------------------------

#[test]
fn the_collateral_of_one_platform_is_refused_with_a_quote_of_another() {
    let (sgx, tdx) = (sample("sgx_quote"), sample("tdx_quote"));
    let at = sgx.from.max(tdx.from);
    let verify = |quote: &[u8], collateral: &Collateral| {
        verify_both(quote, collateral, &intel(), &TcbPolicy::UP_TO_DATE, at).map(|_| ())
    };
    assert_eq!(verify(&sgx.quote, &tdx.collateral), Err(Error::OtherTee(Document::QeIdentity)));
    assert_eq!(verify(&tdx.quote, &sgx.collateral), Err(Error::OtherTee(Document::QeIdentity)));
    let mut swapped = tdx.collateral.clone();
    swapped.pck_crl = sgx.collateral.pck_crl.clone();
    swapped.pck_crl_issuer_chain = sgx.collateral.pck_crl_issuer_chain.clone();
    assert_eq!(
        verify(&tdx.quote, &swapped),
        Err(Error::Invalid(Document::PckChain, Fault::RevocationUnknown))
    );
}

// --- forward only ------------------------------------------------------------------------------------------

#[test]
fn a_stored_collateral_moves_forward_only() {
    type Change = fn(&mut Vendor);
    let facts = |change: Change| {
        let mut vendor = tdx4();
        change(&mut vendor);
        facts_at(&issue(&vendor), NOW).expect("good")
    };
    let stored = facts(|_| ());
    let back = |change: Change| facts(change).supersedes(&stored);
    let refused = |regression| Err(Error::Backwards(regression));

    assert_eq!(back(|_| ()), refused(Regression::NothingNewer));
    assert_eq!(back(|v| v.tcb_info["fmspc"] = json!("50A06F000002")), refused(Regression::Subject));
    assert_eq!(back(|v| v.tcb_info["pceId"] = json!("0001")), refused(Regression::Subject));
    assert_eq!(
        back(|v| {
            let ca = &mut v.chain.intermediates[0];
            ca.key = other_key();
            ca.template.public_key = other_key().public_key();
        }),
        refused(Regression::Subject)
    );
    assert_eq!(
        back(|v| v.tcb_info["tcbEvaluationDataNumber"] = json!(19)),
        refused(Regression::EvaluationNumber)
    );
    assert_eq!(
        back(|v| v.qe_identity["tcbEvaluationDataNumber"] = json!(19)),
        refused(Regression::EvaluationNumber)
    );
    assert_eq!(
        back(|v| v.tcb_info["issueDate"] = json!(date(NOW - 2 * DAY))),
        refused(Regression::TcbInfo)
    );
    assert_eq!(
        back(|v| v.qe_identity["issueDate"] = json!(date(NOW - 2 * DAY))),
        refused(Regression::QeIdentity)
    );
    assert_eq!(back(|v| v.root_crl.this_update = NOW - 2 * DAY), refused(Regression::RootCrl));
    assert_eq!(back(|v| v.pck_crl.this_update = NOW - 2 * DAY), refused(Regression::PckCrl));
    assert_eq!(back(|v| v.pck_crl.number = 0), refused(Regression::PckCrl));

    assert_eq!(back(|v| v.pck_crl.this_update = NOW), Ok(()));
    assert_eq!(back(|v| v.tcb_info["issueDate"] = json!(date(NOW))), Ok(()));
    assert_eq!(back(|v| v.tcb_info["tcbEvaluationDataNumber"] = json!(21)), Ok(()));
}

#[test]
fn what_is_newer_in_one_part_does_not_carry_an_older_part_along() {
    let stored = facts_at(&issue(&tdx4()), NOW).expect("good");
    let mut vendor = tdx4();
    vendor.tcb_info["issueDate"] = json!(date(NOW));
    vendor.pck_crl.this_update = NOW - 2 * DAY;
    let newer = facts_at(&issue(&vendor), NOW).expect("good");
    assert_eq!(newer.supersedes(&stored), Err(Error::Backwards(Regression::PckCrl)));
}
