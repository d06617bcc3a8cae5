//! The session key and the chain of its answers: each is numbered, and hashed with the one before.
//!
//! Numbers are given under one lock, in the order in which answers are signed, to those of the chain
//! and to those that are not on it alike. So nobody leaves one out without a gap.

use crate::keys::Keys;
use opg_primitives::{
    attestation::{enclave_id, Counter},
    ids::{Account, Digest, EnclaveId, EncryptionKey, GenesisHash, SessionKey, Signature},
    sealed::{SealError, SealedFor, SealedInput},
};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What an enclave signs with.
#[derive(Debug)]
pub struct Signer {
    keys: Keys,
    genesis: GenesisHash,
    provider: Account,
    answered: Mutex<Counter>,
}

impl Signer {
    /// A signer with new keys, for a provider on a chain.
    pub fn new(genesis: GenesisHash, provider: Account) -> Self {
        Self { keys: Keys::generate(), genesis, provider, answered: Mutex::default() }
    }

    /// The chain.
    pub fn genesis(&self) -> GenesisHash {
        self.genesis
    }

    /// The provider.
    pub fn provider(&self) -> Account {
        self.provider
    }

    /// The enclave: these keys under this provider.
    pub fn enclave(&self) -> EnclaveId {
        enclave_id(self.genesis, self.provider, self.keys.session_key())
    }

    /// The key that answers are signed by.
    pub fn session_key(&self) -> SessionKey {
        self.keys.session_key()
    }

    /// The key that inputs are encrypted to.
    pub fn encryption_key(&self) -> EncryptionKey {
        self.keys.encryption_key()
    }

    /// Opens an input that was sealed to these keys.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(
        &self,
        sealed_for: &SealedFor,
        ciphertext: &[u8],
    ) -> Result<SealedInput, SealError> {
        self.keys.open(sealed_for, ciphertext)
    }

    fn lock(&self) -> MutexGuard<'_, Counter> {
        // It is replaced as a whole, so a panic of another thread leaves it right.
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many answers there are, and the head of their hash chain.
    pub fn answered(&self) -> Counter {
        *self.lock()
    }

    /// Signs the next answer. `make` is told its number and the head before it, keeps the answer,
    /// and gives the hash to sign; if it fails, nothing is signed and no number is used.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn sign<T, E>(
        &self,
        make: impl FnOnce(Counter) -> Result<(T, [u8; 32]), E>,
    ) -> Result<(T, Signature), E> {
        let mut answered = self.lock();
        let (kept, hash) = make(*answered)?;
        let signature = self.keys.sign(&hash);
        *answered = Counter { count: answered.count.saturating_add(1), head: Digest(hash) };
        Ok((kept, signature))
    }

    /// Signs what is no answer, and so has no number: the text of the convention that other nodes
    /// share, 129 characters, which is never a hash of 32 bytes.
    pub fn sign_text(&self, text: &str) -> Signature {
        self.keys.sign(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_numbered_and_chained_and_a_failure_uses_no_number() {
        let signer = Signer::new(GenesisHash([1; 32]), Account([2; 32]));
        let next = |hash: u8| signer.sign(|counter| Ok::<_, ()>((counter, [hash; 32]))).unwrap().0;
        assert_eq!(next(1), Counter::default());
        assert_eq!(signer.sign(|_| Err::<((), [u8; 32]), _>("full")), Err("full"));
        assert_eq!(next(2), Counter { count: 1, head: Digest([1; 32]) });
        assert_eq!(signer.answered(), Counter { count: 2, head: Digest([2; 32]) });
    }
}
