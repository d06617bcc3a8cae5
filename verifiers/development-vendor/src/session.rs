//! From an enclave's session to a document that carries it, where the hardware would make one.

use crate::{
    dcap::{
        body::{self, TdReport},
        Issued, QuoteFields, Vendor,
    },
    nitro::NitroDocument,
    sev_snp::{Product, SevSnpReport},
    Chain,
};
use alloc::vec::Vec;
use opg_primitives::{attestation::Session, ids::Digest, reference::Register};

/// A Nitro document of `session`, made at `now` (Unix seconds) by code with these PCRs 0, 1, 2 and 8. Its user data are
/// the session's hash, its nonce the challenge, its public key the session key.
pub fn nitro(session: &Session, registers: [Register; 4], now: u64) -> Vec<u8> {
    nitro_document(session, registers, now).sign()
}

/// The same before it is signed.
pub fn nitro_document(session: &Session, registers: [Register; 4], now: u64) -> NitroDocument {
    let report_data = session.report_data();
    let (hash, _) = report_data.split_at(32);
    NitroDocument {
        user_data: Some(hash.to_vec()),
        nonce: Some(session.challenge.0.to_vec()),
        public_key: Some(session.session_key.0.to_vec()),
        ..NitroDocument::new(registers.map(|register| register.0), now)
    }
}

/// An SEV-SNP report of `session` by a guest with this launch digest, and the chain of the key that signed it.
pub fn sev_snp(session: &Session, launch: Register) -> (Vec<u8>, Chain) {
    let report = sev_snp_report(session, launch);
    (report.sign(), report.chain().sign())
}

/// The same before it is signed.
pub fn sev_snp_report(session: &Session, launch: Register) -> SevSnpReport {
    SevSnpReport::new(Product::Milan, launch.0, session.report_data())
}

/// A TDX quote (version 4) of `session` by a trust domain with these first contents and run-time registers, and its
/// collateral, made at `now` (Unix seconds).
pub fn tdx(session: &Session, mr_td: Register, rtmr: [Register; 4], now: u64) -> Issued {
    let rtmr = rtmr.map(|register| register.0);
    let body = body::td(TdReport::Tdx10, mr_td.0, rtmr, session.report_data());
    Vendor::tdx(QuoteFields::tdx4(body), now).issue()
}

/// An SGX quote of `session` by this enclave of this signer, and its collateral, made at `now` (Unix seconds).
pub fn sgx(session: &Session, mr_enclave: Digest, mr_signer: Digest, now: u64) -> Issued {
    let body = body::enclave(mr_enclave.0, mr_signer.0, session.report_data());
    Vendor::sgx(QuoteFields::sgx3(body), now).issue()
}
