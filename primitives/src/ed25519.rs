//! The one rule of this project for Ed25519 signatures: ZIP-215, and never a key under which anybody can
//! sign.
//!
//! ZIP-215 takes keys of small order: under these one signature holds for every message. What is signed by
//! such a key is nobody's word, so none is taken, whoever registered it. The runtime has the rest of the
//! rule as a host function; programs have it here, with the feature `signatures`.

#[cfg(feature = "signatures")]
use crate::ids::Signature;

/// The y-coordinates of the points whose order divides eight, little-endian, without the sign of x:
/// of orders 4, 1, 8, 8, 2; and the two that have a second encoding, y + p, of orders 4 and 1.
const SMALL_ORDER: [[u8; 32]; 7] = [
    [0x00; 32],
    ends(0x01, 0x00, 0x00),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
    ends(0xec, 0xff, 0x7f),
    ends(0xed, 0xff, 0x7f),
    ends(0xee, 0xff, 0x7f),
];

/// `first`, thirty times `middle`, `last`.
pub(crate) const fn ends(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let m = middle;
    [
        first, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m,
        m, m, last,
    ]
}

/// Whether `key`, as a public key is encoded, is of small order.
pub fn is_small_order(key: &[u8; 32]) -> bool {
    let mut y = *key;
    if let Some(last) = y.last_mut() {
        *last &= 0x7f;
    }
    SMALL_ORDER.contains(&y)
}

/// Whether `signature` is over `message`, by the rule of this module.
#[cfg(feature = "signatures")]
pub fn verifies(key: &[u8; 32], message: &[u8], signature: &Signature) -> bool {
    !is_small_order(key)
        && ed25519_zebra::VerificationKey::try_from(*key)
            .and_then(|key| key.verify(&signature.0.into(), message))
            .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::{
        constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION},
        edwards::CompressedEdwardsY,
        scalar::Scalar,
    };
    use ed25519_zebra::{Signature, VerificationKey};

    /// Both signs of each.
    fn encodings() -> impl Iterator<Item = [u8; 32]> {
        SMALL_ORDER.into_iter().flat_map(|y| {
            let mut other = y;
            other[31] |= 0x80;
            [y, other]
        })
    }

    #[test]
    fn one_signature_holds_for_every_message_under_a_key_of_small_order() {
        let mut signature = [0; 64];
        signature[0] = 1; // R is the identity, s is zero
        for key in encodings() {
            let verifier = VerificationKey::try_from(key).unwrap();
            for message in [&b"yes"[..], b"no"] {
                assert!(verifier.verify(&Signature::from(signature), message).is_ok());
            }
            assert!(is_small_order(&key));
        }
    }

    #[test]
    fn the_list_is_that_of_all_points_of_small_order() {
        for point in EIGHT_TORSION {
            assert!(is_small_order(&point.compress().0));
        }
        for key in encodings() {
            let point = CompressedEdwardsY(key).decompress().unwrap();
            assert!(point.is_small_order(), "{key:?}");
        }
    }

    #[test]
    fn an_ordinary_key_is_not_of_small_order() {
        for secret in 1..=255u64 {
            let key = ED25519_BASEPOINT_POINT * Scalar::from(secret);
            assert!(!is_small_order(&key.compress().0));
        }
    }
}
