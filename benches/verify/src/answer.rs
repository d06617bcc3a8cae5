//! The signature of an answer: Ed25519, which the host verifies.

#[cfg(not(feature = "std"))]
use crate::guest::ed25519_verify;
use crate::{say, Work};
use alloc::string::String;
use codec::{Decode, Encode};

/// A hash and a signature of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Task {
    /// What is signed.
    pub hash: [u8; 32],
    /// The signature.
    pub signature: [u8; 64],
    /// The key that is to have made it.
    pub key: [u8; 32],
}

impl Task {
    pub(crate) fn judge(&self, work: Work) -> String {
        let verdict = match ed25519_verify(&self.signature, &self.hash, &self.key) {
            true => Ok(()),
            false => Err(WrongSignature),
        };
        say(verdict, work)
    }
}

/// The signature is not of this hash by this key.
#[derive(Debug)]
struct WrongSignature;

/// What the host function does, called as one calls it natively.
#[cfg(feature = "std")]
fn ed25519_verify(signature: &[u8; 64], message: &[u8], key: &[u8; 32]) -> bool {
    use sp_core::ed25519::{Public, Signature};
    sp_io::crypto::ed25519_verify(
        &Signature::from_raw(*signature),
        message,
        &Public::from_raw(*key),
    )
}
