//! The curves that proofs come on, and how their points get in and out.

use alloc::vec::Vec;
use ark_bls12_381_ext::CurveHooks;
use ark_ec::{
    pairing::Pairing,
    short_weierstrass::{Affine, SWCurveConfig},
    AffineRepr,
};
use ark_ff::Field;

use crate::{
    encoding::{bls12_381, bn254, checked},
    error::Fault,
};

mod sealed {
    pub trait Sealed {}
    impl Sealed for ark_bls12_381::Bls12_381 {}
    impl Sealed for ark_bn254::Bn254 {}
    impl<H: ark_bls12_381_ext::CurveHooks> Sealed for ark_bls12_381_ext::Bls12_381<H> {}
}

/// A pairing-friendly curve whose points this crate can read, check and write.
///
/// Sealed: an implementation that skipped a check would break what [`crate::Proof`] and [`crate::VerifyingKey`] promise.
///
/// Every reading function returns a point on the curve, in the subgroup of prime order and not at infinity, or the
/// [`Fault`] that it found first, in the order non-canonical, infinity, off the curve, outside the subgroup. None calls a
/// hook of the curve.
pub trait Curve: Pairing + sealed::Sealed {
    /// The curve's name as snarkjs writes it.
    const SNARKJS_NAME: &'static str;

    /// Bytes of a compressed point of G1.
    const G1_LEN: usize;

    /// Bytes of a compressed point of G2.
    const G2_LEN: usize;

    /// Reads a compressed point of G1. `bytes` of another length than [`Self::G1_LEN`] are non-canonical.
    fn read_g1(bytes: &[u8]) -> Result<Self::G1Affine, Fault>;

    /// Reads a compressed point of G2. `bytes` of another length than [`Self::G2_LEN`] are non-canonical.
    fn read_g2(bytes: &[u8]) -> Result<Self::G2Affine, Fault>;

    /// Appends the compressed encoding of `point` to `out`.
    fn write_g1(point: &Self::G1Affine, out: &mut Vec<u8>);

    /// Appends the compressed encoding of `point` to `out`.
    fn write_g2(point: &Self::G2Affine, out: &mut Vec<u8>);

    /// The point of G1 with these affine coordinates, if there is one.
    fn g1_from_xy(x: Self::BaseField, y: Self::BaseField) -> Result<Self::G1Affine, Fault>;

    /// The point of G2 with these affine coordinates, each `c0 + c1 u`, if there is one.
    fn g2_from_xy(
        x: [Self::BaseField; 2],
        y: [Self::BaseField; 2],
    ) -> Result<Self::G2Affine, Fault>;
}

/// The same coordinates on the same curve, under another configuration of it.
///
/// `point` must have been checked: what is true of it stays true, since only the way of computing differs.
fn transfer<P, Q, F>(point: Affine<P>) -> Affine<Q>
where
    F: Field,
    P: SWCurveConfig<BaseField = F>,
    Q: SWCurveConfig<BaseField = F>,
{
    match point.xy() {
        Some((x, y)) => Affine::new_unchecked(x, y),
        None => Affine::identity(),
    }
}

impl Curve for ark_bls12_381::Bls12_381 {
    const SNARKJS_NAME: &'static str = "bls12381";
    const G1_LEN: usize = bls12_381::G1_LEN;
    const G2_LEN: usize = bls12_381::G2_LEN;

    fn read_g1(bytes: &[u8]) -> Result<Self::G1Affine, Fault> {
        bls12_381::read_g1(bytes)
    }

    fn read_g2(bytes: &[u8]) -> Result<Self::G2Affine, Fault> {
        bls12_381::read_g2(bytes)
    }

    fn write_g1(point: &Self::G1Affine, out: &mut Vec<u8>) {
        bls12_381::write_g1(point, out);
    }

    fn write_g2(point: &Self::G2Affine, out: &mut Vec<u8>) {
        bls12_381::write_g2(point, out);
    }

    fn g1_from_xy(x: Self::BaseField, y: Self::BaseField) -> Result<Self::G1Affine, Fault> {
        checked(x, y)
    }

    fn g2_from_xy(
        [x0, x1]: [Self::BaseField; 2],
        [y0, y1]: [Self::BaseField; 2],
    ) -> Result<Self::G2Affine, Fault> {
        checked(ark_bls12_381::Fq2::new(x0, x1), ark_bls12_381::Fq2::new(y0, y1))
    }
}

/// The hooked BLS12-381 reads and writes through the plain one, so that no hook runs and both take the same bytes.
impl<H: CurveHooks> Curve for ark_bls12_381_ext::Bls12_381<H> {
    const SNARKJS_NAME: &'static str = <ark_bls12_381::Bls12_381 as Curve>::SNARKJS_NAME;
    const G1_LEN: usize = bls12_381::G1_LEN;
    const G2_LEN: usize = bls12_381::G2_LEN;

    fn read_g1(bytes: &[u8]) -> Result<Self::G1Affine, Fault> {
        bls12_381::read_g1(bytes).map(transfer)
    }

    fn read_g2(bytes: &[u8]) -> Result<Self::G2Affine, Fault> {
        bls12_381::read_g2(bytes).map(transfer)
    }

    fn write_g1(point: &Self::G1Affine, out: &mut Vec<u8>) {
        bls12_381::write_g1(&transfer(*point), out);
    }

    fn write_g2(point: &Self::G2Affine, out: &mut Vec<u8>) {
        bls12_381::write_g2(&transfer(*point), out);
    }

    fn g1_from_xy(x: Self::BaseField, y: Self::BaseField) -> Result<Self::G1Affine, Fault> {
        <ark_bls12_381::Bls12_381 as Curve>::g1_from_xy(x, y).map(transfer)
    }

    fn g2_from_xy(
        x: [Self::BaseField; 2],
        y: [Self::BaseField; 2],
    ) -> Result<Self::G2Affine, Fault> {
        <ark_bls12_381::Bls12_381 as Curve>::g2_from_xy(x, y).map(transfer)
    }
}

impl Curve for ark_bn254::Bn254 {
    const SNARKJS_NAME: &'static str = "bn128";
    const G1_LEN: usize = bn254::G1_LEN;
    const G2_LEN: usize = bn254::G2_LEN;

    fn read_g1(bytes: &[u8]) -> Result<Self::G1Affine, Fault> {
        bn254::read_g1(bytes)
    }

    fn read_g2(bytes: &[u8]) -> Result<Self::G2Affine, Fault> {
        bn254::read_g2(bytes)
    }

    fn write_g1(point: &Self::G1Affine, out: &mut Vec<u8>) {
        bn254::write_g1(point, out);
    }

    fn write_g2(point: &Self::G2Affine, out: &mut Vec<u8>) {
        bn254::write_g2(point, out);
    }

    fn g1_from_xy(x: Self::BaseField, y: Self::BaseField) -> Result<Self::G1Affine, Fault> {
        checked(x, y)
    }

    fn g2_from_xy(
        [x0, x1]: [Self::BaseField; 2],
        [y0, y1]: [Self::BaseField; 2],
    ) -> Result<Self::G2Affine, Fault> {
        checked(ark_bn254::Fq2::new(x0, x1), ark_bn254::Fq2::new(y0, y1))
    }
}
