//! Field elements as bytes: 32, little-endian, canonical.

use ark_bls12_381::Fr;
use ark_ff::{BigInt, PrimeField};

/// The canonical bytes of a field element.
pub fn to_bytes(element: &Fr) -> [u8; 32] {
    let mut bytes = [0u8; 32];
    for (chunk, limb) in bytes.chunks_exact_mut(8).zip(element.into_bigint().0.iter()) {
        chunk.copy_from_slice(&limb.to_le_bytes());
    }
    bytes
}

/// The element of canonical bytes. None if they are not below the modulus: nothing is reduced.
pub fn from_bytes(bytes: &[u8; 32]) -> Option<Fr> {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = u64::from_le_bytes(chunk.try_into().ok()?);
    }
    Fr::from_bigint(BigInt(limbs))
}
