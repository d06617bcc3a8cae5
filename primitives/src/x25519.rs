//! X25519 keys with which no secret is shared (RFC 7748, section 6.1).
//!
//! A key of low order makes the shared secret zero, whatever the other side's key: what is encrypted
//! to it can be read by everybody.

use crate::ed25519::ends;

/// The u-coordinates of low order on the curve and on its twist, little-endian, as they stay when the
/// highest bit is cleared, which X25519 ignores: 0, 1, two of order 8, p - 1, and the second
/// encodings p and p + 1.
const LOW_ORDER: [[u8; 32]; 7] = [
    [0x00; 32],
    ends(0x01, 0x00, 0x00),
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
        0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
        0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef,
        0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f,
        0x11, 0x57,
    ],
    ends(0xec, 0xff, 0x7f),
    ends(0xed, 0xff, 0x7f),
    ends(0xee, 0xff, 0x7f),
];

/// Whether `key` is of low order.
pub fn is_low_order(key: &[u8; 32]) -> bool {
    let mut u = *key;
    if let Some(last) = u.last_mut() {
        *last &= 0x7f;
    }
    LOW_ORDER.contains(&u)
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::{constants::EIGHT_TORSION, montgomery::MontgomeryPoint};

    /// With and without the bit that is ignored.
    fn encodings() -> impl Iterator<Item = [u8; 32]> {
        LOW_ORDER.into_iter().flat_map(|u| {
            let mut other = u;
            other[31] |= 0x80;
            [u, other]
        })
    }

    #[test]
    fn the_secret_that_is_shared_with_a_key_of_low_order_is_zero() {
        for key in encodings() {
            for secret in [[1; 32], [0xa5; 32]] {
                assert_eq!(MontgomeryPoint(key).mul_clamped(secret).0, [0; 32], "{key:?}");
            }
            assert!(is_low_order(&key));
        }
    }

    #[test]
    fn every_point_of_the_curve_whose_order_divides_eight_is_in_the_list() {
        for point in EIGHT_TORSION {
            assert!(is_low_order(&point.to_montgomery().0));
        }
    }

    #[test]
    fn an_ordinary_key_is_not_of_low_order() {
        for secret in 0..=255 {
            assert!(!is_low_order(&MontgomeryPoint::mul_base_clamped([secret; 32]).0));
        }
    }
}
