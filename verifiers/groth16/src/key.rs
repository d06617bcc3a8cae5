//! A verifying key whose points were checked.

use alloc::vec::Vec;

use crate::{
    curve::Curve,
    error::{Element, Error, Part},
    reader::Reader,
    MAX_INPUTS,
};

/// Bytes of the number that precedes the points of `gamma_abc`.
const COUNT_LEN: usize = 8;

/// A Groth16 verifying key: points that are each on the curve, in the subgroup of prime order and not at infinity, for
/// at most [`MAX_INPUTS`] public inputs.
///
/// There is no prepared form: preparing would save the pairing of alpha and beta alone, which here is one of four in a
/// single loop, and would have to be stored and trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey<E: Curve> {
    pub(crate) alpha: E::G1Affine,
    pub(crate) beta: E::G2Affine,
    pub(crate) gamma: E::G2Affine,
    pub(crate) delta: E::G2Affine,
    /// One more than there are public inputs; the first belongs to the constant one.
    pub(crate) gamma_abc: Vec<E::G1Affine>,
}

impl<E: Curve> VerifyingKey<E> {
    /// Bytes before the count of `gamma_abc`.
    const FIXED_LEN: usize = E::G1_LEN.saturating_add(E::G2_LEN.saturating_mul(3));

    /// Bytes of the longest key that is accepted: 3,464 on BLS12-381, 2,312 on BN254.
    pub const MAX_LEN: usize = Self::encoded_len(MAX_INPUTS);

    /// Bytes of a key for this many public inputs.
    pub const fn encoded_len(inputs: usize) -> usize {
        Self::FIXED_LEN
            .saturating_add(COUNT_LEN)
            .saturating_add(E::G1_LEN.saturating_mul(inputs.saturating_add(1)))
    }

    /// Reads a key: alpha, beta, gamma, delta, the number of points in `gamma_abc` as a little-endian u64, these points;
    /// compressed, and nothing after.
    ///
    /// It costs a square root and a subgroup check for each point; the lengths are checked before any of them.
    ///
    /// # Errors
    ///
    /// [`Error::WrongLength`], [`Error::TrailingBytes`], [`Error::EmptyKey`], [`Error::TooManyInputs`]; and for the first
    /// point that is faulty [`Error::NonCanonical`], [`Error::Infinity`], [`Error::OffCurve`] or
    /// [`Error::OutsideSubgroup`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (inputs, mut reader) = Self::start(bytes)?;
        let alpha = reader.g1::<E>(Element::Alpha)?;
        let beta = reader.g2::<E>(Element::Beta)?;
        let gamma = reader.g2::<E>(Element::Gamma)?;
        let delta = reader.g2::<E>(Element::Delta)?;
        reader.skip(COUNT_LEN);
        let gamma_abc = (0..=inputs)
            .map(|i| reader.g1::<E>(Element::GammaAbc(i)))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { alpha, beta, gamma, delta, gamma_abc })
    }

    /// How many inputs the key in these bytes takes, from its count and length alone; no point is looked at.
    ///
    /// # Errors
    ///
    /// [`Error::WrongLength`], [`Error::TrailingBytes`], [`Error::EmptyKey`], [`Error::TooManyInputs`].
    pub fn inputs_of(bytes: &[u8]) -> Result<usize, Error> {
        Self::start(bytes).map(|(inputs, _)| inputs)
    }

    /// The number of inputs, and a reader at the first point of a key whose length fits that number.
    fn start(bytes: &[u8]) -> Result<(usize, Reader<'_>), Error> {
        let inputs = Self::read_count(bytes)?.checked_sub(1).ok_or(Error::EmptyKey)?;
        let reader = Reader::exact(bytes, Part::VerifyingKey, Self::encoded_len(inputs))?;
        Ok((inputs, reader))
    }

    /// The number of points in `gamma_abc` that a key's bytes state, if it is within bounds.
    fn read_count(bytes: &[u8]) -> Result<usize, Error> {
        let part = Part::VerifyingKey;
        let count: Option<&[u8; COUNT_LEN]> =
            bytes.get(Self::FIXED_LEN..).and_then(|rest| rest.first_chunk());
        let count = count.ok_or(Error::WrongLength {
            part,
            expected: Self::encoded_len(0),
            found: bytes.len(),
        })?;
        // A count beyond the address space is beyond the bound too: 32-bit and 64-bit builds say the same.
        usize::try_from(u64::from_le_bytes(*count))
            .ok()
            .filter(|count| *count <= MAX_INPUTS.saturating_add(1))
            .ok_or(Error::TooManyInputs { part })
    }

    /// The bytes that [`Self::from_bytes`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::encoded_len(self.input_count()));
        E::write_g1(&self.alpha, &mut out);
        E::write_g2(&self.beta, &mut out);
        E::write_g2(&self.gamma, &mut out);
        E::write_g2(&self.delta, &mut out);
        // At most MAX_INPUTS + 1 points: the conversion cannot fail, and a key that could not be read back is no worse
        // than no key.
        let count = u64::try_from(self.gamma_abc.len()).unwrap_or(u64::MAX);
        out.extend(count.to_le_bytes());
        for point in &self.gamma_abc {
            E::write_g1(point, &mut out);
        }
        out
    }

    /// How many public inputs the key takes.
    pub fn input_count(&self) -> usize {
        self.gamma_abc.len().saturating_sub(1)
    }
}
