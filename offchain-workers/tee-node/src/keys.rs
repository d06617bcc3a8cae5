//! The enclave's keys: made inside, held in memory alone, and gone with it.
//!
//! Nothing writes, prints or hands out a secret of them. A restart is another enclave.

use ed25519_zebra::SigningKey;
use opg_primitives::{
    ids::{EncryptionKey, SessionKey, Signature},
    sealed::{self, SealError, SealedFor, SealedInput},
};
use rand::rngs::OsRng;
use std::fmt;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroize;

/// The keys of one run. They are overwritten when this is dropped.
pub struct Keys {
    session: SigningKey,
    encryption: StaticSecret,
}

impl Keys {
    /// Makes new ones, of the system's randomness.
    pub fn generate() -> Self {
        Self { session: SigningKey::new(OsRng), encryption: StaticSecret::random_from_rng(OsRng) }
    }

    /// The key that signs answers.
    pub fn session_key(&self) -> SessionKey {
        SessionKey(self.session.verification_key().into())
    }

    /// The key that inputs are encrypted to.
    pub fn encryption_key(&self) -> EncryptionKey {
        EncryptionKey(PublicKey::from(&self.encryption).to_bytes())
    }

    /// Opens what was sealed to these keys. Only [`crate::signer`] calls it.
    pub(crate) fn open(
        &self,
        sealed_for: &SealedFor,
        ciphertext: &[u8],
    ) -> Result<SealedInput, SealError> {
        sealed::open_input(sealed_for, self.encryption.as_bytes(), ciphertext)
    }

    /// Signs. Only [`crate::signer`] calls it.
    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.session.sign(message).to_bytes())
    }
}

/// Keeps the memory of this process, where keys and private inputs are, out of core files, and from other
/// programs of the same user.
///
/// # Errors
/// If the system does not do so.
#[cfg(target_os = "linux")]
pub fn hide_memory() -> std::io::Result<()> {
    Ok(nix::sys::prctl::set_dumpable(false)?)
}

impl Drop for Keys {
    fn drop(&mut self) {
        // The other key does so by itself.
        self.session.zeroize();
    }
}

impl fmt::Debug for Keys {
    /// The public halves.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("session", &self.session_key())
            .field("encryption", &self.encryption_key())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_have_no_key_in_common() {
        let (one, other) = (Keys::generate(), Keys::generate());
        assert_ne!(one.session_key(), other.session_key());
        assert_ne!(one.encryption_key(), other.encryption_key());
    }

    #[test]
    fn what_is_printed_of_keys_is_public() {
        let keys = Keys::generate();
        let printed = format!("{keys:?}");
        assert!(printed.contains(&keys.session_key().to_string()));
        assert!(!printed.contains(&hex::encode(keys.session.as_bytes())));
        assert!(!printed.contains(&hex::encode(keys.encryption.as_bytes())));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_memory_of_a_process_that_hides_it_is_in_no_core_file() {
        hide_memory().unwrap();
        assert_eq!(nix::sys::prctl::get_dumpable(), Ok(false));
    }

    #[test]
    fn a_signature_verifies_under_the_session_key() {
        let keys = Keys::generate();
        let signature = keys.sign(b"answer");
        let key = ed25519_zebra::VerificationKey::try_from(keys.session_key().0).unwrap();
        assert!(key.verify(&signature.0.into(), b"answer").is_ok());
        assert!(key.verify(&signature.0.into(), b"other").is_err());
    }
}
