//! Keys, proofs and public signals from the JSON files of snarkjs, for tests and tools.
//!
//! | file | function |
//! | --- | --- |
//! | `verification_key.json` | [`verifying_key`] |
//! | `proof.json` | [`proof`] |
//! | `public.json` | [`public_signals`] |
//!
//! snarkjs writes each number as a decimal string, a point of G1 as `[x, y, "1"]`, and a point of G2 as
//! `[[x.c0, x.c1], [y.c0, y.c1], ["1", "0"]]` (Solidity's calldata has c0 and c1 the other way round; this is not that).
//!
//! Strict: a field that is missing, unknown or there twice, a number that is not below its modulus or not written in its
//! one form, a point that is not affine, off the curve or outside the subgroup are refused, each by name. A key with
//! commitments (gnark's extension) has a field that is unknown here, so it is refused too: it is not plain Groth16.
//! `vk_alphabeta_12` is derived from the key's points; it may be there and is not used.

use alloc::vec::Vec;

use crate::{
    curve::Curve, error::Element, key::VerifyingKey, proof::Proof, Error as VerifierError,
    MAX_INPUTS,
};

mod error;
mod fields;
mod numbers;

pub use error::Error;
use fields::Object;
use numbers::{field, list, G1, G2};

/// The longest text that is parsed, in bytes: a key for [`MAX_INPUTS`] inputs takes 25 kB as snarkjs writes it.
pub const MAX_JSON_LEN: usize = 256 * 1024;

/// Reads `verification_key.json`.
///
/// # Errors
///
/// [`Error`], naming the field that is wrong.
pub fn verifying_key<E: Curve>(json: &str) -> Result<VerifyingKey<E>, Error> {
    let mut object = Object::parse(json)?;
    expect_groth16::<E>(&mut object)?;
    let declared = object.take("nPublic")?;
    let declared = declared.as_u64().ok_or_else(|| Error::WrongType("nPublic".into()))?;
    let points = object.take("IC")?;
    let points = list(&points, "IC")?;
    // The bound comes before any arithmetic on points, as it does for bytes.
    if points.len() > MAX_INPUTS.saturating_add(1) {
        let part = crate::Part::VerifyingKey;
        return Err(VerifierError::TooManyInputs { part }.into());
    }
    let found = points.len();
    if u64::try_from(found).ok() != declared.checked_add(1) {
        return Err(Error::WrongPublicCount { declared, found });
    }
    let alpha: G1<E> = G1::take(&mut object, "vk_alpha_1")?;
    let beta: G2<E> = G2::take(&mut object, "vk_beta_2")?;
    let gamma: G2<E> = G2::take(&mut object, "vk_gamma_2")?;
    let delta: G2<E> = G2::take(&mut object, "vk_delta_2")?;
    let gamma_abc = points
        .iter()
        .enumerate()
        .map(|(i, point)| G1::parse(point, &alloc::format!("IC[{i}]")))
        .collect::<Result<Vec<G1<E>>, _>>()?;
    object.discard("vk_alphabeta_12");
    object.finish()?;
    Ok(VerifyingKey {
        alpha: alpha.checked(Element::Alpha)?,
        beta: beta.checked(Element::Beta)?,
        gamma: gamma.checked(Element::Gamma)?,
        delta: delta.checked(Element::Delta)?,
        gamma_abc: gamma_abc
            .into_iter()
            .enumerate()
            .map(|(i, point)| point.checked(Element::GammaAbc(i)))
            .collect::<Result<Vec<_>, _>>()?,
    })
}

/// Reads `proof.json`.
///
/// # Errors
///
/// [`Error`], naming the field that is wrong.
pub fn proof<E: Curve>(json: &str) -> Result<Proof<E>, Error> {
    let mut object = Object::parse(json)?;
    expect_groth16::<E>(&mut object)?;
    let a: G1<E> = G1::take(&mut object, "pi_a")?;
    let b: G2<E> = G2::take(&mut object, "pi_b")?;
    let c: G1<E> = G1::take(&mut object, "pi_c")?;
    object.finish()?;
    Ok(Proof { a: a.checked(Element::A)?, b: b.checked(Element::B)?, c: c.checked(Element::C)? })
}

/// Reads `public.json`: a list of decimal strings, each below the order of the group.
///
/// # Errors
///
/// [`Error`], naming the entry that is wrong.
pub fn public_signals<E: Curve>(json: &str) -> Result<Vec<E::ScalarField>, Error> {
    let value = fields::parse(json)?;
    let signals = list(&value, "public signals")?;
    if signals.len() > MAX_INPUTS {
        let part = crate::Part::Inputs;
        return Err(VerifierError::TooManyInputs { part }.into());
    }
    signals
        .iter()
        .enumerate()
        .map(|(i, signal)| field(signal, &alloc::format!("public signals[{i}]")))
        .collect()
}

/// Takes `protocol` and `curve` and checks that they are Groth16 and the curve of `E`.
fn expect_groth16<E: Curve>(object: &mut Object) -> Result<(), Error> {
    let protocol = object.take_string("protocol")?;
    if protocol != "groth16" {
        return Err(Error::UnknownProtocol(protocol));
    }
    let found = object.take_string("curve")?;
    // Files in the wild call BN254 by either name.
    let name = if found == "bn254" { "bn128" } else { &found };
    if name != E::SNARKJS_NAME {
        let expected = E::SNARKJS_NAME;
        return Err(Error::WrongCurve { expected, found });
    }
    Ok(())
}
