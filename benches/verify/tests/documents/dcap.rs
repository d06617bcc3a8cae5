//! Quotes of Intel TDX and SGX, and their collateral.

use super::{testdata, turned, Document, Due};
use opg_bench_verify::{
    dcap::{Endorsed, Task},
    Task as Any,
};
use opg_development_vendor::{
    dcap::{
        body::{self, TdReport},
        QuoteFields, Vendor, ROOT,
    },
    hostile::NOW,
};
use opg_test_support::{read, vectors};
use opg_verifier_dcap::{TcbPolicy, TcbStatus, TrustedRoot};
use serde_json::Value;

/// The real quotes, each with a time at which all that it rests on is valid, and what is wrong with it.
const SAMPLES: [(&str, u64, Option<&str>); 4] = [
    ("sgx_quote", 1_750_330_571, None),
    ("tdx_quote", 1_750_329_147, None),
    ("tdx_quote_td15ex", 1_791_419_306, None),
    ("tdx_quote_outdated", 1_771_412_331, Some("NoTcbLevel")),
];

/// A quote, and what it is judged by.
#[derive(Clone)]
pub struct Evidence {
    pub quote: Vec<u8>,
    pub policy: TcbPolicy,
    pub endorsed: Endorsed,
}

impl Evidence {
    /// With every signature of the collateral.
    pub fn whole(&self) -> Any {
        let Self { quote, policy, endorsed } = self.clone();
        Any::Dcap(Task::Quote(quote, policy, endorsed))
    }

    /// With a collateral that was checked when it was stored.
    pub fn stored(&self) -> Any {
        let Self { quote, policy, endorsed } = self.clone();
        let signatures = endorsed.signatures().expect("the collateral is good");
        Any::Dcap(Task::Remembered(quote, policy, endorsed, signatures))
    }

    /// The collateral alone.
    pub fn collateral(&self) -> Any {
        Any::Dcap(Task::Collateral(self.endorsed.clone()))
    }
}

/// A real TDX quote.
pub fn tdx() -> Evidence {
    sample("tdx_quote", 1_750_329_147)
}

fn sample(name: &str, now: u64) -> Evidence {
    let intel = TrustedRoot::intel().expect("the root is compiled in");
    let json = testdata("dcap", &format!("{name}_collateral.json"));
    Evidence {
        quote: testdata("dcap", name),
        policy: any_status(),
        endorsed: Endorsed {
            root: intel.der().to_vec(),
            root_hash: intel.hash(),
            collateral: collateral(&serde_json::from_slice(&json).expect("JSON")),
            now,
        },
    }
}

/// As a chain stores it, from the JSON that Phala's service gives.
fn collateral(json: &Value) -> Vec<u8> {
    let text = |field: &str| json[field].as_str().expect("a text").to_owned();
    let bytes = |field: &str| hex::decode(text(field)).expect("digits");
    opg_development_vendor::dcap::Collateral {
        pck_crl_issuer_chain: text("pck_crl_issuer_chain"),
        root_ca_crl: bytes("root_ca_crl"),
        pck_crl: bytes("pck_crl"),
        tcb_info_issuer_chain: text("tcb_info_issuer_chain"),
        tcb_info: text("tcb_info"),
        tcb_info_signature: bytes("tcb_info_signature"),
        qe_identity_issuer_chain: text("qe_identity_issuer_chain"),
        qe_identity: text("qe_identity"),
        qe_identity_signature: bytes("qe_identity_signature"),
    }
    .encode()
}

/// Accepts every status, so that what refuses is something else.
fn any_status() -> TcbPolicy {
    TcbStatus::ALL.into_iter().fold(TcbPolicy::NONE, TcbPolicy::with)
}

fn development(vendor: &Vendor) -> Evidence {
    let issued = vendor.issue();
    Evidence {
        quote: issued.quote,
        policy: TcbPolicy::UP_TO_DATE,
        endorsed: Endorsed {
            root: issued.root,
            root_hash: ROOT,
            collateral: issued.collateral.encode(),
            now: NOW,
        },
    }
}

fn td(kind: TdReport) -> Vec<u8> {
    body::td(kind, [1; 48], [[2; 48], [3; 48], [4; 48], [0; 48]], [5; 64])
}

fn tdx4() -> Vendor {
    Vendor::tdx(QuoteFields::tdx4(td(TdReport::Tdx10)), NOW)
}

/// One vendor for each form of a quote.
fn vendors() -> [(&'static str, Vendor); 5] {
    let tdx5 = |kind| Vendor::tdx(QuoteFields::tdx5(kind, td(kind)), NOW);
    let enclave = body::enclave([6; 32], [7; 32], [5; 64]);
    [
        ("SGX, version 3", Vendor::sgx(QuoteFields::sgx3(enclave), NOW)),
        ("TDX 1.0, version 4", tdx4()),
        ("TDX 1.0, version 5", tdx5(TdReport::Tdx10)),
        ("TDX 1.5, version 5", tdx5(TdReport::Tdx15)),
        ("TDX 1.5ex, version 5", tdx5(TdReport::Tdx15Ex)),
    ]
}

/// What is wrong with a vendor's quote, how it gets so, and what it is refused for.
type Alteration = (&'static str, fn(&mut Vendor), &'static str);

const ALTERATIONS: [Alteration; 11] = [
    ("debug", |v| v.quote.body[body::TD_ATTRIBUTES][0] |= 1, "Debug"),
    ("pages may vanish", |v| v.quote.body[body::TD_ATTRIBUTES].fill(0), "SeptVeDisableOff"),
    ("an older processor", |v| v.platform.cpu_svn = [6; 16], "TcbNotAccepted(OutOfDate)"),
    ("another version", |v| v.quote.version = 6, "UnknownVersion(6)"),
    (
        "an attestation key that nobody vouches for",
        |v| v.quote.qe_report_data = Some([1; 64]),
        "AttestationKeyUnbound",
    ),
    ("a revoked PCK", |v| v.pck_crl.revoked.push(4), "Invalid(PckChain, Revoked)"),
    ("an old revocation list", |v| v.root_crl.next_update = NOW - 1, "Invalid(RootCrl, Expired)"),
    ("TCB info of SGX", |v| v.tcb_info["id"] = "SGX".into(), "OtherTee(TcbInfo)"),
    ("another kind of platform", |v| v.platform.fmspc[0] ^= 1, "OtherFmspc"),
    ("a platform below every level", |v| v.platform.cpu_svn = [3; 16], "NoTcbLevel"),
    ("a revoked level", |v| v.platform.cpu_svn[3] = 4, "TcbRevoked"),
];

pub fn all() -> Vec<Document> {
    let mut all = vec![];
    for (name, vendor) in vendors() {
        let good = development(&vendor);
        let name = format!("development, {name}");
        all.push(Document::new(format!("{name}, stored"), good.stored(), Due::Accepted));
        all.push(Document::new(format!("{name}, collateral"), good.collateral(), Due::Accepted));
        all.push(Document::new(name, good.whole(), Due::Accepted));
    }
    for (name, alter, error) in ALTERATIONS {
        let mut vendor = tdx4();
        alter(&mut vendor);
        let due = Due::Refused(error.into());
        all.push(Document::new(format!("hostile, {name}"), development(&vendor).whole(), due));
    }
    for (name, now, error) in SAMPLES {
        let due = || error.map_or(Due::Accepted, |error| Due::Refused(error.into()));
        let real = sample(name, now);
        all.push(Document::new(format!("{name}, stored"), real.stored(), due()));
        all.push(Document::new(format!("{name}, collateral"), real.collateral(), Due::Accepted));
        all.push(Document::new(name, real.whole(), due()));
    }
    let real = tdx();
    for (at, quote) in turned(&real.quote, 32) {
        let turned = Evidence { quote, ..real.clone() }.stored();
        all.push(Document::new(format!("tdx_quote, byte {at}"), turned, Due::Either));
    }
    for (at, collateral) in turned(&real.endorsed.collateral, 64) {
        let endorsed = Endorsed { collateral, ..real.endorsed.clone() };
        let turned = Any::Dcap(Task::Quote(real.quote.clone(), real.policy, endorsed));
        all.push(Document::new(format!("tdx_quote, collateral, byte {at}"), turned, Due::Either));
    }
    all.extend(others());
    all
}

/// Quotes of others, where this machine has them, each with a collateral that may be another's.
fn others() -> Vec<Document> {
    let Some(folder) = vectors("dcap") else { return vec![] };
    let mut all = vec![];
    for set in ["go-tdx-guest", "intel-qvl", "tdx-quote-crate"] {
        let entries = std::fs::read_dir(folder.join(set)).expect("a folder");
        let paths = entries.map(|entry| entry.expect("a file").path());
        for path in paths.filter(|path| path.extension() == Some("dat".as_ref())) {
            for (name, now, _) in SAMPLES {
                let other = Evidence { quote: read(&path), ..sample(name, now) };
                let name = format!("{}, under {name}", path.display());
                all.push(Document::new(name, other.whole(), Due::Either));
            }
        }
    }
    all
}
