//! What the development vendor hands out, in the form that the pallet takes: for tests and benchmarks.

use crate::types::CollateralBytes;
use codec::Encode;
use opg_development_vendor::dcap::Issued;
use opg_verifier_dcap::Collateral;

/// The collateral of a quote; nothing where it is too long.
pub fn collateral_of(issued: &Issued) -> CollateralBytes {
    let parts = issued.collateral.clone();
    let signature = |bytes: alloc::vec::Vec<u8>| <[u8; 64]>::try_from(bytes).unwrap_or([0; 64]);
    let collateral = Collateral {
        pck_crl_issuer_chain: parts.pck_crl_issuer_chain,
        root_ca_crl: parts.root_ca_crl,
        pck_crl: parts.pck_crl,
        tcb_info_issuer_chain: parts.tcb_info_issuer_chain,
        tcb_info: parts.tcb_info,
        tcb_info_signature: signature(parts.tcb_info_signature),
        qe_identity_issuer_chain: parts.qe_identity_issuer_chain,
        qe_identity: parts.qe_identity,
        qe_identity_signature: signature(parts.qe_identity_signature),
    };
    collateral.encode().try_into().unwrap_or_default()
}
