//! Compressed points of BN254 as arkworks writes them: x little-endian, for G2 c0 before c1, and two flags in the last
//! byte's top bits: infinity, "y is the larger of the two". Source: `ark_ec::short_weierstrass::SWFlags`.
//!
//! gnark and Ethereum's precompiles write these points otherwise; their bytes are refused or mean another point.

use alloc::vec::Vec;
use ark_bn254::{g1, g2, Fq, Fq2};
use ark_ec::{short_weierstrass::Affine, AffineRepr};
use ark_ff::{BigInteger, PrimeField};

use super::{field_from_le, is_larger, lift};
use crate::error::Fault;

const FIELD_LEN: usize = 32;
pub(crate) const G1_LEN: usize = 32;
pub(crate) const G2_LEN: usize = 64;

const LARGER: u8 = 0b1000_0000;
const INFINITY: u8 = 0b0100_0000;
const FLAGS: u8 = LARGER | INFINITY;

pub(crate) fn read_g1(bytes: &[u8]) -> Result<Affine<g1::Config>, Fault> {
    let x: [u8; G1_LEN] = bytes.try_into().map_err(|_| Fault::NonCanonical)?;
    let (x, larger) = take_flags(x)?;
    lift(field_from_le(&x)?, larger)
}

pub(crate) fn read_g2(bytes: &[u8]) -> Result<Affine<g2::Config>, Fault> {
    let x: [u8; G2_LEN] = bytes.try_into().map_err(|_| Fault::NonCanonical)?;
    let (x, larger) = take_flags(x)?;
    let (c0, c1) = x.split_at(FIELD_LEN);
    lift(Fq2::new(field_from_le(c0)?, field_from_le(c1)?), larger)
}

pub(crate) fn write_g1(point: &Affine<g1::Config>, out: &mut Vec<u8>) {
    let flags = flags(point.is_zero(), is_larger(point.y));
    write_with_flags(&[point.x], flags, out);
}

pub(crate) fn write_g2(point: &Affine<g2::Config>, out: &mut Vec<u8>) {
    let flags = flags(point.is_zero(), is_larger(point.y));
    write_with_flags(&[point.x.c0, point.x.c1], flags, out);
}

/// Separates the flags from x: x with the flag bits cleared, and whether y is the larger.
fn take_flags<const N: usize>(mut bytes: [u8; N]) -> Result<([u8; N], bool), Fault> {
    let last = bytes.last_mut().ok_or(Fault::NonCanonical)?;
    let flags = *last & FLAGS;
    *last &= !FLAGS;
    match flags {
        0 => Ok((bytes, false)),
        LARGER => Ok((bytes, true)),
        INFINITY if bytes.iter().all(|b| *b == 0) => Err(Fault::Infinity),
        _ => Err(Fault::NonCanonical),
    }
}

fn flags(infinity: bool, larger: bool) -> u8 {
    match (infinity, larger) {
        (true, _) => INFINITY,
        (false, true) => LARGER,
        (false, false) => 0,
    }
}

fn write_with_flags(x: &[Fq], flags: u8, out: &mut Vec<u8>) {
    out.extend(x.iter().flat_map(|c| c.into_bigint().to_bytes_le()));
    if let Some(last) = out.last_mut() {
        *last |= flags;
    }
}
