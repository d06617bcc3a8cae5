//! Reports of AMD SEV-SNP and their chains.

use super::{testdata, turned, Document, Due};
use opg_bench_verify::{
    sev_snp::{Chain, Registered, Task},
    Task as Any,
};
use opg_development_vendor::{
    hostile::{sev_snp as hostile, NOW},
    sev_snp as vendor,
};
use opg_test_support::{certificates, read, unhex, vectors};
use opg_verifier_sev_snp::{verify_chain, ARK_GENOA, ARK_MILAN, ARK_TURIN};

const ROOTS: [[u8; 32]; 3] = [ARK_MILAN, ARK_GENOA, ARK_TURIN];
/// 1 June 2025: inside the windows of all real certificates here.
const JUNE: u64 = 1_748_736_000;

/// A report, its chain, the roots that are trusted, and the time.
#[derive(Clone)]
pub struct Evidence {
    pub report: Vec<u8>,
    pub chain: Chain,
    pub roots: Vec<[u8; 32]>,
    pub now: u64,
}

impl Evidence {
    /// Report and chain.
    pub fn whole(&self) -> Any {
        let Self { report, chain, roots, now } = self.clone();
        Any::SevSnp(Task::Whole(report, chain, roots, now))
    }

    /// The chain alone.
    pub fn chain(&self) -> Any {
        Any::SevSnp(Task::Chain(self.chain.clone(), self.roots.clone(), self.now))
    }

    /// The report alone, its key registered; none where its chain is refused.
    pub fn registered(&self) -> Option<Any> {
        let endorsement = verify_chain(&self.chain.borrowed(), &self.roots, self.now).ok()?;
        let registered = Box::new(Registered::from(endorsement));
        Some(Any::SevSnp(Task::Report(self.report.clone(), registered, self.now)))
    }
}

/// A report of a Milan processor and the chain of its VCEK.
pub fn milan() -> Evidence {
    Evidence {
        report: unhex(testdata("sev-snp", "report_milan.hex")),
        chain: chain(&testdata("sev-snp", "milan.pem"), testdata("sev-snp", "vcek_milan.der")),
        roots: ROOTS.to_vec(),
        now: JUNE,
    }
}

/// The chain of the VCEK of a Turin processor.
fn turin() -> Task {
    let chain = chain(&testdata("sev-snp", "turin.pem"), testdata("sev-snp", "vcek_turin.der"));
    Task::Chain(chain, ROOTS.to_vec(), JUNE)
}

/// A report of a guest that its host may debug, where this machine has it.
fn debugged() -> Option<Evidence> {
    let folder = vectors("sev-snp")?.join("go-sev-guest");
    Some(Evidence {
        report: read(&folder.join("attestation.bin")),
        chain: chain(&read(&folder.join("milan.testcer")), read(&folder.join("vcek.testcer"))),
        roots: ROOTS.to_vec(),
        now: JUNE,
    })
}

/// From a file as AMD serves it, intermediate, then root, and a leaf.
fn chain(pem: &[u8], leaf: Vec<u8>) -> Chain {
    let [intermediate, ark] = certificates(pem).try_into().expect("two certificates");
    Chain { ark, intermediate, leaf }
}

fn evidence(document: &hostile::Hostile) -> Evidence {
    let [ark, intermediate] = document.chain.cas.as_slice() else { panic!("a root and one CA") };
    Evidence {
        report: document.report.clone(),
        chain: Chain {
            ark: ark.clone(),
            intermediate: intermediate.clone(),
            leaf: document.chain.leaf.clone(),
        },
        roots: document.roots.clone(),
        now: NOW,
    }
}

/// The report that hostile ones differ from, for a product and a version of the format.
fn development(product: vendor::Product, version: u32) -> Evidence {
    let report =
        vendor::SevSnpReport { version, ..vendor::SevSnpReport::new(product, [7; 48], [8; 64]) };
    let chain = report.chain().sign();
    let [ark, intermediate] = chain.cas.try_into().expect("a root and one CA");
    Evidence {
        report: report.sign(),
        chain: Chain { ark, intermediate, leaf: chain.leaf },
        roots: vec![vendor::root(product)],
        now: NOW,
    }
}

pub fn all() -> Vec<Document> {
    let mut all = vec![];
    for product in [vendor::Product::Milan, vendor::Product::Genoa, vendor::Product::Turin] {
        for version in 2..=5 {
            let name = format!("development, {product:?}, version {version}");
            let good = development(product, version);
            let registered = good.registered().expect("the chain is genuine");
            all.push(Document::new(format!("{name}, registered"), registered, Due::Accepted));
            all.push(Document::new(name, good.whole(), Due::Accepted));
        }
    }
    for document in hostile::all() {
        let evidence = evidence(&document);
        let due = || Due::Refused(document.error.clone());
        // Where the chain is good, the report is to blame, whether its key is registered or not.
        if let Some(registered) = evidence.registered() {
            let name = format!("{}, registered", document.name);
            all.push(Document::new(name, registered, due()));
        }
        all.push(Document::new(document.name.clone(), evidence.whole(), due()));
    }
    let milan = milan();
    all.push(Document::new("Milan", milan.whole(), Due::Accepted));
    all.push(Document::new("Milan, chain", milan.chain(), Due::Accepted));
    for (at, report) in turned(&milan.report, 16) {
        let turned = Evidence { report, ..milan.clone() }.registered().expect("a good chain");
        all.push(Document::new(format!("Milan, byte {at}"), turned, Due::Either));
    }
    for (at, leaf) in turned(&milan.chain.leaf, 16) {
        let chain = Chain { leaf, ..milan.chain.clone() };
        let turned = Evidence { chain, ..milan.clone() };
        all.push(Document::new(format!("Milan, leaf, byte {at}"), turned.chain(), Due::Either));
    }
    all.push(Document::new("Turin, chain", Any::SevSnp(turin()), Due::Accepted));
    if let Some(debugged) = debugged() {
        let due = || Due::Refused("DebugAllowed".into());
        all.push(Document::new("debugged", debugged.whole(), due()));
        let registered = debugged.registered().expect("the chain is genuine");
        all.push(Document::new("debugged, registered", registered, due()));
    }
    all
}
