//! Quotes and collateral of others, where this machine has them. Each says how far it gets.

mod common;

use common::{any_status, intel, sample, sha256, verify_both};
use opg_test_support::vectors;
use opg_verifier_dcap::{
    collateral_facts, Collateral, Document, Error, Fault, QuotePart, RustCrypto, TcbStatus,
    TrustedRoot,
};
use std::path::Path;

fn read(folder: &Path, file: &str) -> Vec<u8> {
    opg_test_support::read(&folder.join(file))
}

fn read_text(folder: &Path, file: &str) -> String {
    String::from_utf8(read(folder, file)).expect("text")
}

/// The signed JSON of an answer of Intel's service, and its signature: `{"field":…,"signature":"…"}`.
fn signed_json(answer: &str, field: &str) -> (String, [u8; 64]) {
    let (json, signature) = answer
        .trim()
        .strip_prefix(&format!("{{\"{field}\":"))
        .and_then(|rest| rest.strip_suffix("\"}"))
        .and_then(|rest| rest.rsplit_once(",\"signature\":\""))
        .expect("an answer of Intel's service");
    let signature = hex::decode(signature).expect("hex");
    (json.into(), signature.try_into().expect("64 bytes"))
}

fn tried(name: &str, count: usize) {
    println!("{name}: tried {count}");
}

/// Its TCB info is there; the rest of the collateral, for the same days, is that of a sample for the same FMSPC.
#[test]
fn the_version_5_quote_of_go_tdx_guest_verifies_with_its_tcb_info() {
    let Some(folder) = vectors("dcap").map(|folder| folder.join("go-tdx-guest")) else {
        return tried("go-tdx-guest, version 5", 0);
    };
    let quote = read(&folder, "quote_v5_sample.dat");
    let other = sample("tdx_quote_outdated");
    let answer = read_text(&folder, "sample_tcbinfo_response_v5");
    let (tcb_info, tcb_info_signature) = signed_json(&answer, "tcbInfo");
    let collateral = Collateral { tcb_info, tcb_info_signature, ..other.collateral };
    let now = other.from;
    let facts = collateral_facts::<RustCrypto>(&collateral, &intel(), now).expect("good");
    assert_eq!(facts.fmspc, [0x90, 0xc0, 0x6f, 0, 0, 0]);
    let report = verify_both(&quote, &collateral, &intel(), &any_status(), now);
    let report = report.expect("a good quote");
    assert_eq!((report.quote_version, report.status), (5, TcbStatus::UpToDate));
    // An hour after the TCB info ends.
    let late = verify_both(&quote, &collateral, &intel(), &any_status(), facts.window.until + 3600);
    assert!(late.is_err());
    tried("go-tdx-guest, version 5", 1);
}

/// These have the FMSPC of a sample. Everything in them is good but their TCB, which is below every level of its days.
#[test]
fn quotes_of_the_tdx_quote_crate_are_good_but_for_their_tcb() {
    let Some(folder) = vectors("dcap").map(|folder| folder.join("tdx-quote-crate")) else {
        return tried("tdx-quote", 0);
    };
    let cases = [
        ("known_pck_quote_1.dat", "tdx_quote"),
        ("known_pck_quote_2.dat", "tdx_quote"),
        ("v4_quote.dat", "tdx_quote_outdated"),
    ];
    for (file, name) in cases {
        let quote = read(&folder, file);
        let sample = sample(name);
        let verdict = verify_both(&quote, &sample.collateral, &intel(), &any_status(), sample.from);
        assert_eq!(verdict.map(|_| ()), Err(Error::NoTcbLevel), "{file}");
    }
    tried("tdx-quote", cases.len());
}

/// Without the certificates of their days these cannot be judged; what they are is read, and what is wrong is found.
#[test]
fn version_4_quotes_of_go_tdx_guest_are_read_and_refused_for_a_reason() {
    let Some(folder) = vectors("dcap").map(|folder| folder.join("go-tdx-guest")) else {
        return tried("go-tdx-guest, version 4", 0);
    };
    let sample = sample("tdx_quote");
    let verify = |quote: &[u8]| {
        verify_both(quote, &sample.collateral, &intel(), &any_status(), sample.from).map(|_| ())
    };
    // 3,065 zeros after its end; another FMSPC than any TCB info here.
    let quote = read(&folder, "cos-113-tdx-quote.dat");
    assert_eq!(verify(&quote), Err(Error::OtherFmspc));
    // A text after its end; without it: SEPT_VE_DISABLE is off.
    let quote = read(&folder, "tdx_prod_quote_SPR_E4.dat");
    assert_eq!(verify(&quote), Err(Error::TrailingBytes(QuotePart::Padding)));
    assert_eq!(verify(&quote[..48 + 584 + 4 + 4299]), Err(Error::SeptVeDisableOff));
    tried("go-tdx-guest, version 4", 2);
}

/// Intel's own samples are under roots of their own, and made of random fields: the quotes have no authentication data,
/// the TCB info of TDX has security versions above 255, that of SGX is of a format that came before. Each is refused for
/// that, and under Intel's root for nothing less.
#[test]
fn the_random_samples_of_intels_library_are_refused_for_what_is_random_in_them() {
    let Some(folder) = vectors("dcap").map(|folder| folder.join("intel-qvl")) else {
        return tried("intel-qvl", 0);
    };
    for prefix in ["", "tdx_"] {
        let named = |file: &str| format!("{prefix}{file}");
        let root = read(&folder, &named("trustedRootCaCert.pem"));
        let root = pem::parse(root).expect("PEM").into_contents();
        let root = TrustedRoot::pinned(&root, &sha256(&root)).expect("a root");
        let (tcb_info, tcb_info_signature) =
            signed_json(&read_text(&folder, &named("tcbInfo.json")), "tcbInfo");
        let (qe_identity, qe_identity_signature) =
            signed_json(&read_text(&folder, &named("qeIdentity.json")), "enclaveIdentity");
        let collateral = Collateral {
            pck_crl_issuer_chain: read_text(&folder, &named("pckSignChain.pem")),
            root_ca_crl: read(&folder, &named("rootCaCrl.der")),
            pck_crl: read(&folder, &named("intermediateCaCrl.der")),
            tcb_info_issuer_chain: read_text(&folder, &named("tcbSignChain.pem")),
            tcb_info,
            tcb_info_signature,
            qe_identity_issuer_chain: read_text(&folder, &named("tcbSignChain.pem")),
            qe_identity,
            qe_identity_signature,
        };
        let quote = read(&folder, &named("quote.dat"));
        // 2022-01-01, within all their dates.
        let now = 1_640_995_200;
        for root in [root, intel()] {
            assert_eq!(
                collateral_facts::<RustCrypto>(&collateral, &root, now).map(|_| ()),
                Err(Error::Invalid(Document::TcbInfo, Fault::Malformed)),
                "{prefix}"
            );
            assert_eq!(
                verify_both(&quote, &collateral, &root, &any_status(), now).map(|_| ()),
                Err(Error::QeAuthDataLength(0)),
                "{prefix}"
            );
        }
    }
    tried("intel-qvl", 4);
}
