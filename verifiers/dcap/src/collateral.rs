//! What Intel says of a kind of platform, as it is handed in and stored.

use crate::{Error, MAX_COLLATERAL_BYTES};
use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode};
use dcap_qvl::QuoteCollateralV3;
use scale_info::TypeInfo;

/// Everything beside the quote that its check needs, from Intel's provisioning certification service. Every part is
/// signed under the root, so it does not matter who brings it.
///
/// The texts are to be kept as they came: their bytes are signed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Collateral {
    /// The certificate of the CA that signs the PCK certificates and their revocation list, then the root: PEM, from the
    /// header `SGX-PCK-CRL-Issuer-Chain`.
    pub pck_crl_issuer_chain: String,
    /// The root's revocation list, DER.
    pub root_ca_crl: Vec<u8>,
    /// The revocation list of the PCK CA, DER.
    pub pck_crl: Vec<u8>,
    /// The certificate that signs the TCB info, then the root: PEM, from the header `TCB-Info-Issuer-Chain`.
    pub tcb_info_issuer_chain: String,
    /// The value of `tcbInfo`, JSON, byte for byte.
    pub tcb_info: String,
    /// The signature over it, r and s.
    pub tcb_info_signature: [u8; 64],
    /// The certificate that signs the QE identity, then the root: PEM.
    pub qe_identity_issuer_chain: String,
    /// The value of `enclaveIdentity`, JSON, byte for byte.
    pub qe_identity: String,
    /// The signature over it, r and s.
    pub qe_identity_signature: [u8; 64],
}

impl Collateral {
    /// Reads the SCALE encoding of one collateral, of [`MAX_COLLATERAL_BYTES`] at most, and of nothing after it.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_COLLATERAL_BYTES {
            return Err(Error::CollateralTooLarge);
        }
        Self::decode_all(&mut bytes).map_err(|_| Error::CollateralEncoding)
    }

    /// Refuses what would not fit into [`MAX_COLLATERAL_BYTES`].
    pub(crate) fn check_size(&self) -> Result<(), Error> {
        if self.encoded_size() > MAX_COLLATERAL_BYTES {
            return Err(Error::CollateralTooLarge);
        }
        Ok(())
    }

    /// The same for dcap-qvl. It gets no PCK chain here, so it takes the one in the quote.
    pub(crate) fn to_qvl(&self) -> QuoteCollateralV3 {
        QuoteCollateralV3 {
            pck_crl_issuer_chain: self.pck_crl_issuer_chain.clone(),
            root_ca_crl: self.root_ca_crl.clone(),
            pck_crl: self.pck_crl.clone(),
            tcb_info_issuer_chain: self.tcb_info_issuer_chain.clone(),
            tcb_info: self.tcb_info.clone(),
            tcb_info_signature: self.tcb_info_signature.to_vec(),
            qe_identity_issuer_chain: self.qe_identity_issuer_chain.clone(),
            qe_identity: self.qe_identity.clone(),
            qe_identity_signature: self.qe_identity_signature.to_vec(),
            pck_certificate_chain: None,
        }
    }
}
