//! Sealing and opening, by HPKE.

use super::{SealedBytes, SealedFor};
use crate::{domain::Domain, ids::ReplyKey, request::PublicBytes, x25519::is_low_order};
use alloc::vec::Vec;
use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use core::fmt;
use hpke::{
    aead::ChaCha20Poly1305,
    kdf::HkdfSha256,
    kem::X25519HkdfSha256,
    rand_core::{CryptoRng, RngCore},
    Deserializable, Kem, OpModeR, OpModeS, Serializable,
};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::{Zeroize, Zeroizing};

/// What a private input is sealed with. Overwritten when it is dropped; what is printed of it is the
/// key alone.
#[derive(Clone, PartialEq, Eq, Encode, Decode, MaxEncodedLen)]
pub struct SealedInput {
    /// The salt of the input's commitment: 32 random bytes, never used for another request. The salt of
    /// the output follows from it, see [`crate::statement::output_salt`].
    pub salt: [u8; 32],
    /// The input.
    pub input: PublicBytes,
    /// What the output is sealed to.
    pub reply_to: ReplyKey,
}

impl Drop for SealedInput {
    fn drop(&mut self) {
        self.salt.zeroize();
        let input: &mut [u8] = self.input.as_mut();
        input.zeroize();
    }
}

impl fmt::Debug for SealedInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedInput").field("reply_to", &self.reply_to).finish_non_exhaustive()
    }
}

/// Why something was not sealed, or did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// The key shares no secret with anybody: what is sealed to it everybody can read.
    LowOrderKey,
    /// It has fewer bytes than a key and a tag, or more than a ciphertext may have.
    Length,
    /// It was sealed to another key, for another purpose, or was altered.
    DoesNotOpen,
    /// It opens, and holds something else than such a plaintext.
    Malformed,
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LowOrderKey => "the key is of low order, so everybody could read it",
            Self::Length => "a ciphertext is not of such a length",
            Self::DoesNotOpen => "it was sealed to another key or for another purpose, or altered",
            Self::Malformed => "what was sealed is not what is sealed here",
        })
    }
}

impl core::error::Error for SealError {}

/// The public key of the secret with which a requester opens its output.
pub fn reply_key(secret: &[u8; 32]) -> ReplyKey {
    ReplyKey(PublicKey::from(&StaticSecret::from(*secret)).to_bytes())
}

/// Seals `input` to the key of the enclave.
///
/// `ephemeral` is 32 bytes of randomness, never used again: the message's own key is derived from it
/// (`ikmE` of RFC 9180). Who keeps it can show what a ciphertext holds, by sealing again.
///
/// # Errors
/// [`SealError::LowOrderKey`].
pub fn seal_input(
    to: &SealedFor,
    input: &SealedInput,
    ephemeral: &[u8; 32],
) -> Result<SealedBytes, SealError> {
    let plaintext = Zeroizing::new(input.encode());
    seal(Domain::SealedInput, &to.key.0, to, &plaintext, ephemeral)
}

/// Opens what was sealed to the enclave that holds `secret`.
///
/// # Errors
/// [`SealError`]; also where the key to reply to is of low order.
pub fn open_input(
    to: &SealedFor,
    secret: &[u8; 32],
    ciphertext: &[u8],
) -> Result<SealedInput, SealError> {
    let plaintext = open(Domain::SealedInput, secret, to, ciphertext)?;
    let input =
        SealedInput::decode_all(&mut plaintext.as_slice()).map_err(|_| SealError::Malformed)?;
    match is_low_order(&input.reply_to.0) {
        true => Err(SealError::LowOrderKey),
        false => Ok(input),
    }
}

/// Seals `output` to the key that came with the input that was sealed for `from`. `ephemeral` as of
/// [`seal_input`].
///
/// # Errors
/// [`SealError::LowOrderKey`].
pub fn seal_output(
    from: &SealedFor,
    reply_to: &ReplyKey,
    output: &PublicBytes,
    ephemeral: &[u8; 32],
) -> Result<SealedBytes, SealError> {
    seal(Domain::SealedOutput, &reply_to.0, from, output, ephemeral)
}

/// Opens the output with the secret of the key that came with the input that was sealed for `from`.
///
/// # Errors
/// [`SealError`].
pub fn open_output(
    from: &SealedFor,
    secret: &[u8; 32],
    ciphertext: &[u8],
) -> Result<PublicBytes, SealError> {
    let mut plaintext = open(Domain::SealedOutput, secret, from, ciphertext)?;
    PublicBytes::try_from(core::mem::take(&mut *plaintext)).map_err(|_| SealError::Malformed)
}

fn seal(
    direction: Domain,
    key: &[u8; 32],
    to: &SealedFor,
    plaintext: &[u8],
    ephemeral: &[u8; 32],
) -> Result<SealedBytes, SealError> {
    let info = direction.tag().as_bytes();
    seal_with(key, info, &to.encode(), plaintext, ephemeral)
        .and_then(|sealed| SealedBytes::try_from(sealed).map_err(|_| SealError::Length))
}

fn open(
    direction: Domain,
    secret: &[u8; 32],
    to: &SealedFor,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    if ciphertext.len() > SealedBytes::bound() {
        return Err(SealError::Length);
    }
    open_with(secret, direction.tag().as_bytes(), &to.encode(), ciphertext)
}

/// What HPKE's single-shot sealing gives, the encapsulated key first.
pub(super) fn seal_with(
    key: &[u8; 32],
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    ephemeral: &[u8; 32],
) -> Result<Vec<u8>, SealError> {
    if is_low_order(key) {
        return Err(SealError::LowOrderKey);
    }
    let key = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(key)
        .map_err(|_| SealError::LowOrderKey)?;
    let (encapsulated, sealed) =
        hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256, _>(
            &OpModeS::Base,
            &key,
            info,
            plaintext,
            aad,
            &mut Ephemeral(*ephemeral),
        )
        .map_err(|_| SealError::LowOrderKey)?;
    let mut bytes = encapsulated.to_bytes().to_vec();
    bytes.extend_from_slice(&sealed);
    Ok(bytes)
}

/// Opens what [`seal_with`] gives.
pub(super) fn open_with(
    secret: &[u8; 32],
    info: &[u8],
    aad: &[u8],
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (encapsulated, sealed) = ciphertext.split_first_chunk::<32>().ok_or(SealError::Length)?;
    if sealed.len() < super::TAG_BYTES as usize {
        return Err(SealError::Length);
    }
    if is_low_order(encapsulated) {
        return Err(SealError::LowOrderKey);
    }
    let key = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(secret)
        .map_err(|_| SealError::DoesNotOpen)?;
    let encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated)
        .map_err(|_| SealError::DoesNotOpen)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &key,
        &encapsulated,
        info,
        sealed,
        aad,
    )
    .map(Zeroizing::new)
    .map_err(|_| SealError::DoesNotOpen)
}

/// Randomness that was drawn already: HPKE asks once, for the 32 bytes of `ikmE`.
struct Ephemeral([u8; 32]);

impl RngCore for Ephemeral {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, to: &mut [u8]) {
        for (to, from) in to.iter_mut().zip(self.0.iter().cycle()) {
            *to = *from;
        }
    }
}

impl CryptoRng for Ephemeral {}

impl Drop for Ephemeral {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
