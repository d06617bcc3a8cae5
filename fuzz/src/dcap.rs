//! Quotes of Intel TDX and SGX, and their collateral.

use crate::file;
use codec::Encode;
use opg_development_vendor::{
    dcap::{
        body::{self as parts, TdReport},
        pem_chain, QuoteFields, Vendor, ROOT,
    },
    hostile::NOW,
    Key,
};
use opg_verifier_dcap::{
    collateral_facts, verify, Collateral, Error, Measurements, Regression, RustCrypto, TcbPolicy,
    TcbStatus, TrustedRoot, MAX_ADVISORIES,
};
use std::sync::LazyLock;

/// A platform of the development vendor, and all that is said of it.
struct Platform {
    vendor: Vendor,
    root: TrustedRoot,
    collateral: Collateral,
    quote: Vec<u8>,
    pck: Key,
    pck_chain: String,
}

static TDX: LazyLock<Platform> = LazyLock::new(|| {
    let vendor = Vendor::tdx(QuoteFields::tdx4(td(TdReport::Tdx10)), NOW);
    let issued = vendor.issue();
    let mut template = vendor.chain.clone();
    template.leaf.template.extensions.push(vendor.platform.extension());
    let chain = template.sign();
    Platform {
        root: TrustedRoot::pinned(&issued.root, &ROOT).expect("its hash is pinned"),
        collateral: Collateral::from_bytes(&issued.collateral.encode())
            .expect("it is in the verifier's form"),
        quote: issued.quote,
        pck_chain: pem_chain([&chain.leaf].into_iter().chain(chain.cas.iter().rev())),
        pck: chain.leaf_key,
        vendor,
    }
});

fn td(form: TdReport) -> Vec<u8> {
    parts::td(form, [1; 48], [[2; 48], [3; 48], [4; 48], [0; 48]], [5; 64])
}

const FORMS: [TdReport; 3] = [TdReport::Tdx10, TdReport::Tdx15, TdReport::Tdx15Ex];

fn judge(quote: &[u8], collateral: &Collateral) -> bool {
    let any_status = TcbStatus::ALL.into_iter().fold(TcbPolicy::NONE, TcbPolicy::with);
    let Ok(report) = verify(quote, collateral, &TDX.root, &any_status, NOW) else {
        return false;
    };
    assert!(report.window.contains(NOW));
    assert!(report.advisories.len() <= MAX_ADVISORIES);
    if let Measurements::Td(td) = &report.measurements {
        let _ = td.check_rtmr3(&[[1; 48]]);
    }
    true
}

/// A quote as it is.
pub fn quote(data: &[u8]) -> bool {
    judge(data, &TDX.collateral)
}

/// The report of a trust domain, in a quote that the platform signs.
pub fn body(data: &[u8]) -> bool {
    let form = FORMS.into_iter().find(|form| form.length() == data.len());
    let fields = match form {
        Some(form) => QuoteFields::tdx5(form, data.to_vec()),
        None => QuoteFields::tdx4(data.to_vec()),
    };
    quote(&fields.sign(&TDX.vendor.attestation_key, &TDX.pck, &TDX.pck_chain))
}

/// A collateral as it is stored: checked by itself, and with a good quote.
pub fn collateral(data: &[u8]) -> bool {
    let Ok(collateral) = Collateral::from_bytes(data) else { return false };
    assert_eq!(collateral.encode(), data, "a collateral has one encoding");
    judge(&TDX.quote, &collateral);
    let Ok(facts) = collateral_facts::<RustCrypto>(&collateral, &TDX.root, NOW) else {
        return false;
    };
    assert!(facts.window.contains(NOW));
    let again = facts.supersedes(&facts);
    assert_eq!(again, Err(Error::Backwards(Regression::NothingNewer)));
    true
}

/// A TCB info and a QE identity, a zero between them, in a collateral whose signer signs them.
pub fn documents(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let (tcb_info, qe_identity) = text.split_once('\0').unwrap_or((text, ""));
    let sign = |text: &str| -> [u8; 64] {
        let signature = TDX.vendor.signer.key.sign_fixed(text.as_bytes());
        signature.try_into().expect("r and s on P-256 have 64 bytes")
    };
    let signed = Collateral {
        tcb_info_signature: sign(tcb_info),
        tcb_info: tcb_info.into(),
        qe_identity_signature: sign(qe_identity),
        qe_identity: qe_identity.into(),
        ..TDX.collateral.clone()
    };
    collateral(&signed.encode())
}

/// Of the development vendor in each form, and real ones.
pub fn quotes() -> Vec<Vec<u8>> {
    let mut quotes = vec![TDX.quote.clone()];
    for form in FORMS {
        quotes.push(Vendor::tdx(QuoteFields::tdx5(form, td(form)), NOW).issue().quote);
    }
    let enclave = parts::enclave([6; 32], [7; 32], [5; 64]);
    quotes.push(Vendor::sgx(QuoteFields::sgx3(enclave), NOW).issue().quote);
    for name in ["sgx_quote", "tdx_quote", "tdx_quote_td15ex", "tdx_quote_outdated"] {
        quotes.push(file(&format!("verifiers/dcap/testdata/{name}")));
    }
    quotes
}

/// One of each form, and one that can be debugged.
pub fn bodies() -> Vec<Vec<u8>> {
    let mut bodies = FORMS.map(td).to_vec();
    let mut debug = td(TdReport::Tdx10);
    debug[parts::TD_ATTRIBUTES][0] |= 1;
    bodies.push(debug);
    bodies
}

/// That of the platform, and one for SGX.
pub fn collaterals() -> Vec<Vec<u8>> {
    let enclave = parts::enclave([6; 32], [7; 32], [5; 64]);
    let sgx = Vendor::sgx(QuoteFields::sgx3(enclave), NOW).issue();
    vec![TDX.collateral.encode(), sgx.collateral.encode()]
}

/// Those of the platform.
pub fn document_pairs() -> Vec<Vec<u8>> {
    let Collateral { tcb_info, qe_identity, .. } = &TDX.collateral;
    vec![[tcb_info.as_bytes(), &[0], qe_identity.as_bytes()].concat()]
}
