//! Takes elements off the front of a byte string whose length was checked.

use crate::{
    curve::Curve,
    error::{Element, Error, Fault, Part},
};

/// A cursor over the bytes of one part.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the front of `bytes`, which must be exactly `expected` long.
    pub(crate) fn exact(bytes: &'a [u8], part: Part, expected: usize) -> Result<Self, Error> {
        match bytes.len().checked_sub(expected) {
            Some(0) => Ok(Self { rest: bytes }),
            Some(extra) => Err(Error::TrailingBytes { part, extra }),
            None => Err(Error::WrongLength { part, expected, found: bytes.len() }),
        }
    }

    pub(crate) fn g1<E: Curve>(&mut self, element: Element) -> Result<E::G1Affine, Error> {
        E::read_g1(self.take(E::G1_LEN)).map_err(|fault| Error::element(element, fault))
    }

    pub(crate) fn g2<E: Curve>(&mut self, element: Element) -> Result<E::G2Affine, Error> {
        E::read_g2(self.take(E::G2_LEN)).map_err(|fault| Error::element(element, fault))
    }

    pub(crate) fn skip(&mut self, len: usize) {
        self.take(len);
    }

    /// The next `len` bytes; what is left if that is less, which a reading function then refuses.
    fn take(&mut self, len: usize) -> &'a [u8] {
        match self.rest.split_at_checked(len) {
            Some((taken, rest)) => {
                self.rest = rest;
                taken
            }
            None => core::mem::take(&mut self.rest),
        }
    }
}

/// The scalar that these little-endian bytes spell, if it is below the order of the group.
pub(crate) fn scalar<E: Curve>(bytes: &[u8; crate::INPUT_LEN]) -> Result<E::ScalarField, Fault> {
    crate::encoding::field_from_le(bytes)
}
