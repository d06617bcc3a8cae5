//! Reports of AMD SEV-SNP and the chains of their keys.

use opg_development_vendor::{
    hostile::{sev_snp as hostile, NOW},
    sev_snp::{self as vendor, Product, SevSnpReport, Tcb},
    Chain, Key,
};
use opg_verifier_sev_snp::{self as verifier, verify_chain, verify_report, Endorsement};
use opg_verifier_x509::Certificate;
use std::sync::LazyLock;

/// Product lines whose reports differ in their layout.
const PRODUCTS: [Product; 2] = [Product::Milan, Product::Turin];

/// A key of a chip, and what its chain says of it.
struct Vcek {
    key: Key,
    endorsement: Endorsement,
}

static VCEKS: LazyLock<[Vcek; 2]> = LazyLock::new(|| {
    PRODUCTS.map(|product| {
        let chain = genuine(product).chain().sign();
        let endorsement = verify_chain(&borrowed(&chain), &[vendor::root(product)], NOW)
            .expect("the chain is genuine");
        Vcek { key: chain.leaf_key, endorsement }
    })
});

fn genuine(product: Product) -> SevSnpReport {
    SevSnpReport::new(product, [7; 48], [8; 64])
}

fn borrowed(chain: &Chain) -> verifier::Chain<'_> {
    let [ark, intermediate] = chain.cas.as_slice() else { panic!("a root and one CA") };
    verifier::Chain { ark, intermediate, leaf: &chain.leaf }
}

/// A report as it is, and its signed part signed anew, under a VCEK of each layout.
pub fn report(data: &[u8]) -> bool {
    let mut signed = data.to_vec();
    signed.resize(vendor::SIGNED_LEN, 0);
    let mut accepted = false;
    for Vcek { key, endorsement } in VCEKS.iter() {
        accepted |= judge(data, endorsement);
        accepted |= judge(&vendor::sign(signed.clone(), key), endorsement);
    }
    accepted
}

fn judge(report: &[u8], endorsement: &Endorsement) -> bool {
    let Ok(report) = verify_report(report, endorsement, NOW) else { return false };
    assert_eq!(report.vmpl, 0);
    assert!(!report.policy.debug_allowed());
    assert!(!report.has_migration_agent());
    assert_eq!(report.reported_tcb, endorsement.tcb);
    true
}

/// A chain: the root and the CA, each after its length in two bytes, and the leaf. Whatever root is
/// brought is trusted, so that what stands below it is read.
pub fn chain(data: &[u8]) -> bool {
    let Some([ark, intermediate, leaf]) = split(data) else { return false };
    let Ok(root) = Certificate::from_der(ark) else { return false };
    let chain = verifier::Chain { ark, intermediate, leaf };
    let Ok(endorsement) = verify_chain(&chain, &[root.fingerprint()], NOW) else { return false };
    assert!(endorsement.window.contains(NOW));
    let _ = verify_report(&genuine(Product::Milan).sign(), &endorsement, NOW);
    true
}

fn split(data: &[u8]) -> Option<[&[u8]; 3]> {
    let (ark, rest) = part(data)?;
    let (intermediate, leaf) = part(rest)?;
    Some([ark, intermediate, leaf])
}

fn part(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = data.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))
}

fn join(chain: &Chain) -> Vec<u8> {
    let mut bytes = vec![];
    for ca in &chain.cas {
        bytes.extend(u16::try_from(ca.len()).expect("certificates are short").to_le_bytes());
        bytes.extend(ca);
    }
    bytes.extend(&chain.leaf);
    bytes
}

/// Good ones of each layout, whole and their signed parts alone, and those that break one rule each.
pub fn reports() -> Vec<Vec<u8>> {
    let mut reports = vec![];
    for product in PRODUCTS {
        for version in 2..=5 {
            let report = SevSnpReport { version, ..genuine(product) };
            reports.extend([report.sign(), report.signed_bytes()]);
        }
    }
    reports.extend(hostile::all().into_iter().map(|hostile| hostile.report));
    reports
}

/// Good ones under a VCEK and a VLEK, and those that break one rule each.
pub fn chains() -> Vec<Vec<u8>> {
    let mut chains: Vec<_> =
        PRODUCTS.iter().map(|product| join(&genuine(*product).chain().sign())).collect();
    let milan = Product::Milan;
    chains.push(join(&vendor::vlek_chain(milan, "cloud", Tcb::current(milan)).sign()));
    chains.extend(hostile::all().iter().map(|hostile| join(&hostile.chain)));
    chains
}
