//! What the tests share: real quotes, made ones, and the two back ends.

// Each test takes what it needs.
#![allow(dead_code)]

pub mod issue;

use dcap_qvl::QuoteCollateralV3;
use issue::{Issued, NOW};
use opg_test_support::read;
use opg_verifier_dcap::{
    verify_with, Collateral, CryptoProvider, Error, Memoised, Report, Ring, RustCrypto,
    SignatureMemo, TcbPolicy, TcbStatus, TrustedRoot,
};
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};

/// A real quote, its collateral, and the stretch of time in which both hold.
pub struct Sample {
    pub name: &'static str,
    pub quote: Vec<u8>,
    pub collateral: Collateral,
    pub from: u64,
    pub until: u64,
}

/// One of the quotes in `testdata/`.
pub fn sample(name: &'static str) -> Sample {
    let (from, until) = match name {
        "sgx_quote" => (1_750_330_571, 1_752_919_278),
        "tdx_quote" => (1_750_329_147, 1_752_919_235),
        "tdx_quote_td15ex" => (1_791_419_306, 1_794_008_711),
        "tdx_quote_outdated" => (1_771_412_331, 1_774_003_275),
        other => panic!("no sample is called {other}"),
    };
    let read = |file: &str| read(&testdata().join(file));
    let json = read(&format!("{name}_collateral.json"));
    let collateral: QuoteCollateralV3 =
        serde_json::from_slice(&json).expect("dcap-qvl can read its own sample");
    Sample { name, quote: read(name), collateral: from_qvl(collateral), from, until }
}

/// This crate's own test data.
pub fn testdata() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

pub fn from_qvl(qvl: QuoteCollateralV3) -> Collateral {
    let signature = |bytes: Vec<u8>| bytes.try_into().expect("a signature has 64 bytes");
    Collateral {
        pck_crl_issuer_chain: qvl.pck_crl_issuer_chain,
        root_ca_crl: qvl.root_ca_crl,
        pck_crl: qvl.pck_crl,
        tcb_info_issuer_chain: qvl.tcb_info_issuer_chain,
        tcb_info: qvl.tcb_info,
        tcb_info_signature: signature(qvl.tcb_info_signature),
        qe_identity_issuer_chain: qvl.qe_identity_issuer_chain,
        qe_identity: qvl.qe_identity,
        qe_identity_signature: signature(qvl.qe_identity_signature),
    }
}

pub fn intel() -> TrustedRoot {
    TrustedRoot::intel().expect("the root that is compiled in has the pinned hash")
}

/// Accepts every status, so that what refuses is something else.
pub fn any_status() -> TcbPolicy {
    TcbStatus::ALL.into_iter().fold(TcbPolicy::NONE, TcbPolicy::with)
}

/// The verdict of both back ends, which have to agree.
pub fn verify_both(
    quote: &[u8],
    collateral: &Collateral,
    root: &TrustedRoot,
    policy: &TcbPolicy,
    now: u64,
) -> Result<Report, Error> {
    let verdict = verify_with::<RustCrypto>(quote, collateral, root, policy, now);
    assert_eq!(verify_with::<Ring>(quote, collateral, root, policy, now), verdict);
    verdict
}

impl Issued {
    /// The verdict at the vendor's time.
    pub fn verify(&self) -> Result<Report, Error> {
        self.verify_at(NOW)
    }

    pub fn verify_at(&self, now: u64) -> Result<Report, Error> {
        verify_both(&self.quote, &self.collateral, &self.root, &any_status(), now)
    }
}

static KNOWN: LazyLock<Mutex<HashSet<[u8; 32]>>> = LazyLock::new(Mutex::default);

/// Every good signature that this process has seen.
pub struct Known;

impl SignatureMemo for Known {
    fn is_known(digest: &[u8; 32]) -> bool {
        KNOWN.lock().expect("no test panics while it holds this").contains(digest)
    }

    fn found_good(digest: &[u8; 32]) {
        KNOWN.lock().expect("no test panics while it holds this").insert(*digest);
    }
}

/// A back end that checks each good signature once.
pub type Memo = Memoised<RustCrypto, Known>;

/// SHA-256, for those who do not want to name the trait.
pub fn sha256(data: &[u8]) -> [u8; 32] {
    RustCrypto::sha256(data)
}
