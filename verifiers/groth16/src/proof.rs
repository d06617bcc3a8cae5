//! A proof whose points were checked.

use alloc::vec::Vec;

use crate::{
    curve::Curve,
    error::{Element, Error, Part},
    reader::Reader,
};

/// A Groth16 proof: three points, each on the curve, in the subgroup of prime order and not at infinity.
///
/// There is no way to one that skips these checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof<E: Curve> {
    pub(crate) a: E::G1Affine,
    pub(crate) b: E::G2Affine,
    pub(crate) c: E::G1Affine,
}

impl<E: Curve> Proof<E> {
    /// Bytes of a proof: 192 on BLS12-381, 128 on BN254.
    pub const LEN: usize = E::G1_LEN.saturating_mul(2).saturating_add(E::G2_LEN);

    /// Reads a proof: A, B, C, compressed, and nothing after.
    ///
    /// # Errors
    ///
    /// [`Error::WrongLength`], [`Error::TrailingBytes`]; and for the first of A, B, C that is faulty
    /// [`Error::NonCanonical`], [`Error::Infinity`], [`Error::OffCurve`] or [`Error::OutsideSubgroup`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::exact(bytes, Part::Proof, Self::LEN)?;
        Ok(Self {
            a: reader.g1::<E>(Element::A)?,
            b: reader.g2::<E>(Element::B)?,
            c: reader.g1::<E>(Element::C)?,
        })
    }

    /// Checks the length alone.
    pub(crate) fn check_len(bytes: &[u8]) -> Result<(), Error> {
        Reader::exact(bytes, Part::Proof, Self::LEN).map(|_| ())
    }

    /// The bytes that [`Self::from_bytes`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::LEN);
        E::write_g1(&self.a, &mut out);
        E::write_g2(&self.b, &mut out);
        E::write_g1(&self.c, &mut out);
        out
    }
}
