//! Compressed points, read so that each fault has its own name.
//!
//! arkworks' own deserialisation tells most faults as one `InvalidData`, and the hooked curve's is laxer about flags than
//! the plain one's. Here the flags and the integer are taken apart by hand; square root, curve equation and subgroup
//! check are arkworks'.

use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::{Field, PrimeField};
use ark_serialize::CanonicalDeserialize;

use crate::error::Fault;

pub(crate) mod bls12_381;
pub(crate) mod bn254;

/// The field element that these little-endian bytes spell, if it is below the modulus.
pub(crate) fn field_from_le<F: PrimeField + CanonicalDeserialize>(
    bytes: &[u8],
) -> Result<F, Fault> {
    F::deserialize_compressed(bytes).map_err(|_| Fault::NonCanonical)
}

/// The point of the subgroup with this x and, of the two, the larger y or the smaller.
fn lift<P: SWCurveConfig>(x: P::BaseField, larger: bool) -> Result<Affine<P>, Fault> {
    let point = Affine::get_point_from_x_unchecked(x, larger).ok_or(Fault::OffCurve)?;
    in_subgroup(point)
}

/// The point of the subgroup with these coordinates.
pub(crate) fn checked<P: SWCurveConfig>(
    x: P::BaseField,
    y: P::BaseField,
) -> Result<Affine<P>, Fault> {
    let point = Affine::new_unchecked(x, y);
    // arkworks takes (0, 0) for infinity; as coordinates it is a point off the curve.
    if point == Affine::identity() || !point.is_on_curve() {
        return Err(Fault::OffCurve);
    }
    in_subgroup(point)
}

fn in_subgroup<P: SWCurveConfig>(point: Affine<P>) -> Result<Affine<P>, Fault> {
    if point.is_in_correct_subgroup_assuming_on_curve() {
        Ok(point)
    } else {
        Err(Fault::OutsideSubgroup)
    }
}

/// Whether y is the larger of y and -y, which tells the two points with one x apart.
#[allow(clippy::arithmetic_side_effects, reason = "negation in a field is total")]
fn is_larger<F: Field>(y: F) -> bool {
    y > -y
}
