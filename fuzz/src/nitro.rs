//! Documents of AWS Nitro Enclaves.

use opg_development_vendor::{
    hostile::{
        nitro::{all, good},
        NOW,
    },
    nitro::{Envelope, NitroDocument, ROOT},
    Chain,
};
use opg_verifier_nitro::{issuers_of, verify, Trust, AWS_ROOT};
use std::sync::LazyLock;

static CHAIN: LazyLock<Chain> = LazyLock::new(|| good().chain().sign());

/// A document as it is.
pub fn document(data: &[u8]) -> bool {
    let roots = [ROOT, AWS_ROOT];
    let issuers = issuers_of(data);
    let Ok(report) = verify(data, &Trust { roots: &roots, known: &[] }, NOW) else {
        return false;
    };
    let issuers = issuers.expect("what is verified was read");
    assert_eq!(report.issuers.len() + 1, issuers.len());
    assert!(report.window.contains(NOW));
    let again = verify(data, &Trust { roots: &roots, known: &report.issuers }, NOW);
    assert_eq!(again.as_ref(), Ok(&report), "what is known changes no report");
    true
}

/// A payload, which the leaf of a good chain signs.
pub fn payload(data: &[u8]) -> bool {
    document(&Envelope::new(data.to_vec()).sign(&CHAIN.leaf_key))
}

/// Good ones, and those that break one rule each.
pub fn documents() -> Vec<Vec<u8>> {
    let indefinite = Envelope::new(good().payload(&CHAIN).encode_indefinite());
    let mut documents = vec![
        good().sign(),
        NitroDocument { intermediates: 3, ..good() }.sign(),
        indefinite.sign(&CHAIN.leaf_key),
    ];
    documents.extend(all().into_iter().map(|hostile| hostile.document));
    documents
}

/// The good one, in both of its forms.
pub fn payloads() -> Vec<Vec<u8>> {
    let payload = good().payload(&CHAIN);
    vec![payload.encode(), payload.encode_indefinite()]
}
