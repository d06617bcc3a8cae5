//! Reports of AMD SEV-SNP and the chains of their keys.

use crate::{say, Work};
use alloc::{boxed::Box, string::String, vec::Vec};
use codec::{Decode, Encode};
use opg_verifier_sev_snp as verifier;
use verifier::{verify, verify_chain, verify_report, Endorsement, EndorsementKey, Product, Tcb};

/// The certificates of a chain, each as DER.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Chain {
    /// The root.
    pub ark: Vec<u8>,
    /// ASK or ASVK.
    pub intermediate: Vec<u8>,
    /// VCEK or VLEK.
    pub leaf: Vec<u8>,
}

impl Chain {
    /// The same for the verifier.
    pub fn borrowed(&self) -> verifier::Chain<'_> {
        verifier::Chain { ark: &self.ark, intermediate: &self.intermediate, leaf: &self.leaf }
    }
}

/// What is verified, and when, in Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Task {
    /// A report and its chain, up to one of these roots.
    Whole(Vec<u8>, Chain, Vec<[u8; 32]>, u64),
    /// A chain alone, up to one of these roots.
    Chain(Chain, Vec<[u8; 32]>, u64),
    /// A report whose key was registered.
    Report(Vec<u8>, Box<Registered>, u64),
}

impl Task {
    pub(crate) fn judge(&self, work: Work) -> String {
        match self {
            Self::Whole(report, chain, roots, now) => {
                say(verify(report, &chain.borrowed(), roots, *now), work)
            }
            Self::Chain(chain, roots, now) => {
                say(verify_chain(&chain.borrowed(), roots, *now), work)
            }
            Self::Report(report, registered, now) => {
                say(verify_report(report, &registered.endorsement(), *now), work)
            }
        }
    }
}

/// An [`Endorsement`] that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Registered {
    root: [u8; 32],
    product: Line,
    is_vlek: bool,
    intermediate: [u8; 32],
    fingerprint: [u8; 32],
    chip_id: Option<[u8; 64]>,
    csp_id: Option<String>,
    /// FMC, boot loader, operating system, SNP firmware, microcode.
    tcb: (Option<u8>, u8, u8, u8, u8),
    window: (u64, u64),
    key: [u8; 97],
}

/// A [`Product`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
enum Line {
    Milan,
    Genoa,
    Turin,
}

impl From<Endorsement> for Registered {
    fn from(kept: Endorsement) -> Self {
        let Tcb { fmc, bootloader, tee, snp, microcode } = kept.tcb;
        Self {
            root: kept.root,
            product: match kept.product {
                Product::Milan => Line::Milan,
                Product::Genoa => Line::Genoa,
                Product::Turin => Line::Turin,
            },
            is_vlek: kept.kind == EndorsementKey::Vlek,
            intermediate: kept.intermediate,
            fingerprint: kept.fingerprint,
            chip_id: kept.chip_id,
            csp_id: kept.csp_id,
            tcb: (fmc, bootloader, tee, snp, microcode),
            window: (kept.window.not_before, kept.window.not_after),
            key: kept.key,
        }
    }
}

impl Registered {
    fn endorsement(&self) -> Endorsement {
        let (fmc, bootloader, tee, snp, microcode) = self.tcb;
        let (not_before, not_after) = self.window;
        Endorsement {
            root: self.root,
            product: match self.product {
                Line::Milan => Product::Milan,
                Line::Genoa => Product::Genoa,
                Line::Turin => Product::Turin,
            },
            kind: if self.is_vlek { EndorsementKey::Vlek } else { EndorsementKey::Vcek },
            intermediate: self.intermediate,
            fingerprint: self.fingerprint,
            chip_id: self.chip_id,
            csp_id: self.csp_id.clone(),
            tcb: Tcb { fmc, bootloader, tee, snp, microcode },
            window: verifier::Window { not_before, not_after },
            key: self.key,
        }
    }
}
