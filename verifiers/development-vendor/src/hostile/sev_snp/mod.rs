//! Hostile SEV-SNP reports, and good ones under hostile chains.

mod certificates;
mod report;

use crate::{
    sev_snp::{root, Product, SevSnpReport},
    Chain, ChainTemplate,
};
use alloc::{string::String, vec::Vec};
use sha2::{Digest as _, Sha256};

/// A report and a chain that have to be refused.
#[derive(Clone, Debug)]
pub struct Hostile {
    /// What it is called.
    pub name: String,
    /// The rule that it breaks.
    pub rule: &'static str,
    /// The report's bytes.
    pub report: Vec<u8>,
    /// The chain: ARK and ASK, then the leaf.
    pub chain: Chain,
    /// The roots that it is to be verified with: where the root itself is hostile, it is trusted.
    pub roots: Vec<[u8; 32]>,
    /// The error of `opg-verifier-sev-snp`, as `Debug` prints it.
    pub error: String,
}

/// All of them. They are to be verified at [`NOW`](super::NOW).
pub fn all() -> Vec<Hostile> {
    [report::all(), certificates::all()].concat()
}

/// The report that they all differ from in one respect, before it is signed. It is accepted under its own chain.
pub fn good() -> SevSnpReport {
    SevSnpReport::new(Product::Milan, [7; 48], [8; 64])
}

/// A report under the good chain.
fn refused(
    name: impl Into<String>,
    rule: &'static str,
    report: Vec<u8>,
    chain: &Chain,
    error: impl Into<String>,
) -> Hostile {
    Hostile {
        name: name.into(),
        rule,
        report,
        chain: chain.clone(),
        roots: Vec::from([root(Product::Milan)]),
        error: error.into(),
    }
}

/// The good report under an altered chain, whose root is trusted where `root_is_trusted`.
fn with_chain(
    name: impl Into<String>,
    rule: &'static str,
    mut template: ChainTemplate,
    error: impl Into<String>,
    root_is_trusted: bool,
    alter: impl FnOnce(&mut ChainTemplate),
) -> Hostile {
    alter(&mut template);
    let chain = template.sign();
    let mut hostile = refused(name, rule, good().sign_with(&chain.leaf_key), &chain, error);
    if root_is_trusted {
        hostile.roots = chain.cas.iter().take(1).map(|der| Sha256::digest(der).into()).collect();
    }
    hostile
}
