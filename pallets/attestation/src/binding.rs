//! Whether a document is about a session: the one comparison without which a genuine document of
//! anybody's enclave would do.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::PalletError;
use opg_primitives::attestation::Session;
use scale_info::TypeInfo;

/// What the code inside had the hardware put into its document.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
pub enum Carried {
    /// Of TDX, SGX and SEV-SNP: the report data.
    ReportData([u8; 64]),
    /// Of Nitro: three fields, each of which may be left out.
    Fields {
        /// The user data.
        user_data: Option<Vec<u8>>,
        /// The nonce.
        nonce: Option<Vec<u8>>,
        /// The public key.
        public_key: Option<Vec<u8>>,
    },
}

/// What of a document is not of the session.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, PalletError,
)]
pub enum Mismatch {
    /// The 64 bytes of report data are not the session's hash and 32 zeros.
    ReportData,
    /// The user data is not the session's hash, or is left out.
    UserData,
    /// The nonce is there and is not the challenge.
    Nonce,
    /// The public key is there and is not the session key.
    PublicKey,
}

/// What decides whether a document is of a session.
pub trait SessionBinding {
    /// Compares what the document carries with the session.
    ///
    /// # Errors
    /// What differs.
    fn check(session: &Session, carried: &Carried) -> Result<(), Mismatch>;
}

/// Compares all there is. There is no other in this crate but in its tests.
pub struct Exact;

impl SessionBinding for Exact {
    fn check(session: &Session, carried: &Carried) -> Result<(), Mismatch> {
        check(session, carried)
    }
}

/// Whether what a document carries is this session's.
///
/// # Errors
/// What differs.
pub fn check(session: &Session, carried: &Carried) -> Result<(), Mismatch> {
    let report_data = session.report_data();
    match carried {
        Carried::ReportData(data) => match *data == report_data {
            true => Ok(()),
            false => Err(Mismatch::ReportData),
        },
        Carried::Fields { user_data, nonce, public_key } => {
            let (hash, _) = report_data.split_at(32);
            let absent_or = |field: &Option<Vec<u8>>, expected: &[u8]| {
                field.as_ref().is_none_or(|bytes| bytes == expected)
            };
            if user_data.as_deref() != Some(hash) {
                Err(Mismatch::UserData)
            } else if !absent_or(nonce, &session.challenge.0) {
                Err(Mismatch::Nonce)
            } else if !absent_or(public_key, &session.session_key.0) {
                Err(Mismatch::PublicKey)
            } else {
                Ok(())
            }
        }
    }
}
