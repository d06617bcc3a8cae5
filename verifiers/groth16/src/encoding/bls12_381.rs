//! Compressed points of BLS12-381: x big-endian, for G2 c1 before c0, and three flags in the first byte's top bits:
//! compressed, infinity, "y is the larger of the two". Source: section 4 of the Zcash protocol's serialisation notes
//! (`pairing` crate, `bls12_381/README.md`), which arkworks follows for this curve.

use alloc::vec::Vec;
use ark_bls12_381::{g1, g2, Fq, Fq2};
use ark_ec::{short_weierstrass::Affine, AffineRepr};
use ark_ff::{BigInteger, PrimeField};

use super::{field_from_le, is_larger, lift};
use crate::error::Fault;

const FIELD_LEN: usize = 48;
pub(crate) const G1_LEN: usize = 48;
pub(crate) const G2_LEN: usize = 96;

const COMPRESSED: u8 = 0b1000_0000;
const INFINITY: u8 = 0b0100_0000;
const LARGER: u8 = 0b0010_0000;
const FLAGS: u8 = COMPRESSED | INFINITY | LARGER;

pub(crate) fn read_g1(bytes: &[u8]) -> Result<Affine<g1::Config>, Fault> {
    let x: [u8; G1_LEN] = bytes.try_into().map_err(|_| Fault::NonCanonical)?;
    let (x, larger) = take_flags(x)?;
    lift(field_from_be(&x)?, larger)
}

pub(crate) fn read_g2(bytes: &[u8]) -> Result<Affine<g2::Config>, Fault> {
    let x: [u8; G2_LEN] = bytes.try_into().map_err(|_| Fault::NonCanonical)?;
    let (x, larger) = take_flags(x)?;
    let (c1, c0) = x.split_at(FIELD_LEN);
    let (c1, c0) = (field_from_be(c1)?, field_from_be(c0)?);
    lift(Fq2::new(c0, c1), larger)
}

pub(crate) fn write_g1(point: &Affine<g1::Config>, out: &mut Vec<u8>) {
    let flags = flags(point.is_zero(), is_larger(point.y));
    write_with_flags(&[point.x], flags, out);
}

pub(crate) fn write_g2(point: &Affine<g2::Config>, out: &mut Vec<u8>) {
    let flags = flags(point.is_zero(), is_larger(point.y));
    write_with_flags(&[point.x.c1, point.x.c0], flags, out);
}

/// Separates the flags from x: x with the flag bits cleared, and whether y is the larger.
fn take_flags<const N: usize>(mut bytes: [u8; N]) -> Result<([u8; N], bool), Fault> {
    let first = bytes.first_mut().ok_or(Fault::NonCanonical)?;
    let flags = *first & FLAGS;
    *first &= !FLAGS;
    const SMALLER_Y: u8 = COMPRESSED;
    const LARGER_Y: u8 = COMPRESSED | LARGER;
    const AT_INFINITY: u8 = COMPRESSED | INFINITY;
    match flags {
        SMALLER_Y => Ok((bytes, false)),
        LARGER_Y => Ok((bytes, true)),
        AT_INFINITY if bytes.iter().all(|b| *b == 0) => Err(Fault::Infinity),
        _ => Err(Fault::NonCanonical),
    }
}

fn flags(infinity: bool, larger: bool) -> u8 {
    match (infinity, larger) {
        (true, _) => COMPRESSED | INFINITY,
        (false, true) => COMPRESSED | LARGER,
        (false, false) => COMPRESSED,
    }
}

fn write_with_flags(x: &[Fq], flags: u8, out: &mut Vec<u8>) {
    let bytes = x.iter().flat_map(|c| c.into_bigint().to_bytes_be());
    let first_gets_flags = bytes.enumerate().map(|(i, b)| if i == 0 { b | flags } else { b });
    out.extend(first_gets_flags);
}

fn field_from_be(bytes: &[u8]) -> Result<Fq, Fault> {
    let mut le: [u8; FIELD_LEN] = bytes.try_into().map_err(|_| Fault::NonCanonical)?;
    le.reverse();
    field_from_le(&le)
}
