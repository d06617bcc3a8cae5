//! Ed25519 keys under which anybody can sign.
//!
//! The host function verifies by the rule of ZIP-215, which takes keys of small order: under these
//! one signature holds for every message. An answer signed by such a key is nobody's word, so none
//! is taken, whoever registered it.

use opg_primitives::ids::WorkerKey;

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
const fn ends(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let m = middle;
    [
        first, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m,
        m, m, last,
    ]
}

/// Whether `key` is of small order.
pub(crate) fn is_small_order(key: &WorkerKey) -> bool {
    let mut y = key.0;
    if let Some(last) = y.last_mut() {
        *last &= 0x7f;
    }
    SMALL_ORDER.contains(&y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::{constants::EIGHT_TORSION, edwards::CompressedEdwardsY};
    use sp_core::{ed25519, Pair};

    /// Both signs of each.
    fn encodings() -> impl Iterator<Item = WorkerKey> {
        SMALL_ORDER.into_iter().flat_map(|y| {
            let mut other = y;
            other[31] |= 0x80;
            [WorkerKey(y), WorkerKey(other)]
        })
    }

    #[test]
    fn one_signature_holds_for_every_message_under_a_key_of_small_order() {
        let mut signature = [0; 64];
        signature[0] = 1; // R is the identity, s is zero
        for key in encodings() {
            for message in [&b"yes"[..], b"no"] {
                assert!(sp_io::crypto::ed25519_verify(
                    &ed25519::Signature::from_raw(signature),
                    message,
                    &ed25519::Public::from_raw(key.0),
                ));
            }
            assert!(is_small_order(&key));
        }
    }

    #[test]
    fn the_list_is_that_of_all_points_of_small_order() {
        for point in EIGHT_TORSION {
            assert!(is_small_order(&WorkerKey(point.compress().0)));
        }
        for key in encodings() {
            let point = CompressedEdwardsY(key.0).decompress().unwrap();
            assert!(point.is_small_order(), "{key}");
        }
    }

    #[test]
    fn an_ordinary_key_is_not_of_small_order() {
        for seed in 0..=255 {
            let key = ed25519::Pair::from_seed(&[seed; 32]).public();
            assert!(!is_small_order(&WorkerKey(key.0)));
        }
    }
}
