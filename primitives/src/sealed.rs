//! Private inputs and outputs, as they stand on chain.
//!
//! A private request shows its input and its output to the requester and to one enclave. Both are
//! encrypted by HPKE (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, in mode
//! Base. What is encrypted for is authenticated with it ([`SealedFor`]), and the direction is HPKE's
//! `info`: the tag of [`Domain::SealedInput`] or of [`Domain::SealedOutput`].
//!
//! | | sealed to | what is sealed |
//! | --- | --- | --- |
//! | an input | the enclave's registered encryption key | the SCALE encoding of `SealedInput` |
//! | an output | the key in that input | the bytes of the output |
//!
//! The runtime knows the bytes alone. Sealing and opening come with the feature `sealing`. How long an
//! input or an output is can be told from its ciphertext.

use crate::{
    domain::Domain,
    ids::{Account, Commitment, Digest, EnclaveId, EncryptionKey, GenesisHash, ModelId, RequestId},
    request::MAX_PUBLIC_BYTES,
    Attempt,
};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, Encode};
use scale_info::TypeInfo;

#[cfg(feature = "sealing")]
mod hybrid;
#[cfg(feature = "sealing")]
pub use hybrid::{
    open_input, open_output, reply_key, seal_input, seal_output, SealError, SealedInput,
};

/// How many bytes a key has that a ciphertext begins with.
pub const KEY_BYTES: u32 = 32;
/// How many bytes a tag has that a ciphertext ends with.
pub const TAG_BYTES: u32 = 16;
/// The most bytes of an input's plaintext: the salt, the length of the input in two bytes, the input,
/// and the key to reply to.
pub const MAX_SEALED_INPUT_BYTES: u32 = 32 + 2 + MAX_PUBLIC_BYTES + 32;
/// The most bytes of a ciphertext. An output's has fewer.
pub const MAX_SEALED_BYTES: u32 = KEY_BYTES + MAX_SEALED_INPUT_BYTES + TAG_BYTES;

/// A ciphertext: the sender's key of this one message, and the AEAD's output.
pub type SealedBytes = BoundedVec<u8, ConstU32<MAX_SEALED_BYTES>>;

/// What a ciphertext is for; encoded it is the associated data of both directions.
///
/// An enclave that restarts has other keys and another id, and one that renews its document keeps
/// both. So the key itself stands for the epoch of the key. Model and parameters are in it because an
/// enclave is told of the request by its host, who could else have another model of it read the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct SealedFor {
    /// The chain.
    pub genesis: GenesisHash,
    /// The request.
    pub request: RequestId,
    /// The model that is asked.
    pub model: ModelId,
    /// The commitment to the parameters.
    pub parameters: Commitment,
    /// The attempt.
    pub attempt: Attempt,
    /// The provider that holds the lease.
    pub provider: Account,
    /// The enclave that answers.
    pub enclave: EnclaveId,
    /// Its registered encryption key, also where the output is sealed.
    pub key: EncryptionKey,
}

/// The digest of a ciphertext.
pub fn digest(ciphertext: &SealedBytes) -> Digest {
    Digest(Domain::Sealed.hash(ciphertext))
}

#[cfg(all(test, feature = "sealing"))]
mod tests;
