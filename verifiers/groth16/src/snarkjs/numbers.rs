//! Numbers and points as snarkjs writes them.

use alloc::format;
use ark_ff::PrimeField;
use core::str::FromStr;
use serde_json::Value;

use super::{fields::Object, Error};
use crate::{
    curve::Curve,
    error::{Element, Error as VerifierError, Fault},
};

/// More digits than any modulus here has; it bounds the work on a hostile number.
const MAX_DIGITS: usize = 120;

pub(super) fn list<'a>(value: &'a Value, path: &str) -> Result<&'a [Value], Error> {
    match value {
        Value::Array(items) => Ok(items),
        _ => Err(Error::WrongType(path.into())),
    }
}

/// A list of exactly N values.
fn exactly<'a, const N: usize>(value: &'a Value, path: &str) -> Result<&'a [Value; N], Error> {
    list(value, path)?.try_into().map_err(|_| Error::WrongType(path.into()))
}

/// A decimal string below the modulus of F.
pub(super) fn field<F: PrimeField>(value: &Value, path: &str) -> Result<F, Error> {
    let Value::String(text) = value else {
        return Err(Error::WrongType(path.into()));
    };
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !plain || (text.len() > 1 && text.starts_with('0')) {
        return Err(Error::NotDecimal(path.into()));
    }
    if text.len() > MAX_DIGITS {
        return Err(Error::NotInField(path.into()));
    }
    F::BigInt::from_str(text)
        .ok()
        .and_then(F::from_bigint)
        .ok_or_else(|| Error::NotInField(path.into()))
}

/// c0 and c1 of an element of the quadratic extension.
fn pair<F: PrimeField>(value: &Value, path: &str) -> Result<[F; 2], Error> {
    let [c0, c1] = exactly(value, path)?;
    Ok([field(c0, &format!("{path}[0]"))?, field(c1, &format!("{path}[1]"))?])
}

/// Coordinates of a point that is not checked yet; `None` is the point at infinity.
struct Coordinates<T>(Option<(T, T)>);

impl<T> Coordinates<T> {
    fn checked<P>(
        self,
        element: Element,
        check: impl FnOnce(T, T) -> Result<P, Fault>,
    ) -> Result<P, Error> {
        let point = match self.0 {
            Some((x, y)) => check(x, y),
            None => Err(Fault::Infinity),
        };
        point.map_err(|fault| VerifierError::element(element, fault).into())
    }
}

/// A point of G1 as read, not yet checked.
pub(super) struct G1<E: Curve>(Coordinates<E::BaseField>);

impl<E: Curve> G1<E> {
    pub(super) fn take(object: &mut Object, name: &'static str) -> Result<Self, Error> {
        Self::parse(&object.take(name)?, name)
    }

    pub(super) fn parse(value: &Value, path: &str) -> Result<Self, Error> {
        let [x, y, z] = exactly(value, path)?;
        let x: E::BaseField = field(x, &format!("{path}[0]"))?;
        let y: E::BaseField = field(y, &format!("{path}[1]"))?;
        let z: E::BaseField = field(z, &format!("{path}[2]"))?;
        affine(x, y, [z], path).map(Self)
    }

    pub(super) fn checked(self, element: Element) -> Result<E::G1Affine, Error> {
        self.0.checked(element, E::g1_from_xy)
    }
}

/// A point of G2 as read, not yet checked.
pub(super) struct G2<E: Curve>(Coordinates<[E::BaseField; 2]>);

impl<E: Curve> G2<E> {
    pub(super) fn take(object: &mut Object, name: &'static str) -> Result<Self, Error> {
        let value = object.take(name)?;
        let [x, y, z] = exactly(&value, name)?;
        let x: [E::BaseField; 2] = pair(x, &format!("{name}[0]"))?;
        let y: [E::BaseField; 2] = pair(y, &format!("{name}[1]"))?;
        let z: [E::BaseField; 2] = pair(z, &format!("{name}[2]"))?;
        affine(x, y, z, name).map(Self)
    }

    pub(super) fn checked(self, element: Element) -> Result<E::G2Affine, Error> {
        self.0.checked(element, E::g2_from_xy)
    }
}

/// Drops a third coordinate of one; of zero means infinity; any other is refused, as snarkjs never writes it.
fn affine<T, F: PrimeField, const N: usize>(
    x: T,
    y: T,
    z: [F; N],
    path: &str,
) -> Result<Coordinates<T>, Error> {
    let mut one = [F::zero(); N];
    if let Some(first) = one.first_mut() {
        *first = F::one();
    }
    if z == one {
        Ok(Coordinates(Some((x, y))))
    } else if z == [F::zero(); N] {
        Ok(Coordinates(None))
    } else {
        Err(Error::NotAffine(path.into()))
    }
}
