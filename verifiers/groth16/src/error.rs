//! Why a key, a proof or an input was refused, and which element is to blame.

use core::fmt;

/// A part of the evidence, as handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The verifying key.
    VerifyingKey,
    /// The proof.
    Proof,
    /// The list of public inputs.
    Inputs,
}

/// One group element or scalar of a key, a proof or an input list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// `A` of the proof, in G1.
    A,
    /// `B` of the proof, in G2.
    B,
    /// `C` of the proof, in G1.
    C,
    /// `alpha` of the key, in G1.
    Alpha,
    /// `beta` of the key, in G2.
    Beta,
    /// `gamma` of the key, in G2.
    Gamma,
    /// `delta` of the key, in G2.
    Delta,
    /// `gamma_abc[i]` of the key, in G1: 0 is the constant, i belongs to input i - 1. snarkjs calls it `IC[i]`.
    GammaAbc(usize),
    /// Public input i, counted from 0.
    Input(usize),
}

/// What is wrong with a single element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Not the one encoding of a value: a coordinate or scalar not below its modulus, or flags that no encoder writes.
    NonCanonical,
    /// The point at infinity.
    Infinity,
    /// No point of the curve has these coordinates.
    OffCurve,
    /// On the curve, but not in the subgroup of prime order.
    OutsideSubgroup,
}

/// Why a verification ended without success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Error {
    /// Too few bytes.
    WrongLength {
        /// What is too short.
        part: Part,
        /// Bytes that it must have; for a key too short to tell, the least that any key has.
        expected: usize,
        /// Bytes that it has.
        found: usize,
    },
    /// Bytes after the end of a complete key or proof.
    TrailingBytes {
        /// What is too long.
        part: Part,
        /// How many bytes are left over.
        extra: usize,
    },
    /// More public inputs, or more points for them in the key, than [`crate::MAX_INPUTS`].
    TooManyInputs {
        /// The key or the list of inputs.
        part: Part,
    },
    /// The key has no `gamma_abc[0]`; no set-up makes such a key.
    EmptyKey,
    /// The number of inputs is not the one that the key is made for.
    WrongInputCount {
        /// Inputs that the key takes.
        expected: usize,
        /// Inputs that were given.
        found: usize,
    },
    /// An element is not encoded in its one canonical form; for an input: it is not below the order of the group.
    NonCanonical(Element),
    /// An element is the point at infinity, which no honest key or proof contains.
    Infinity(Element),
    /// An element is not a point of the curve.
    OffCurve(Element),
    /// An element is a point of the curve outside the subgroup of prime order.
    OutsideSubgroup(Element),
    /// Everything is well-formed, and the proof does not prove these inputs under this key.
    ProofInvalid,
}

impl Error {
    /// The error that says that `element` has `fault`.
    pub(crate) fn element(element: Element, fault: Fault) -> Self {
        match fault {
            Fault::NonCanonical => Self::NonCanonical(element),
            Fault::Infinity => Self::Infinity(element),
            Fault::OffCurve => Self::OffCurve(element),
            Fault::OutsideSubgroup => Self::OutsideSubgroup(element),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::VerifyingKey => "verifying key",
            Self::Proof => "proof",
            Self::Inputs => "list of public inputs",
        })
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A => f.write_str("A of the proof"),
            Self::B => f.write_str("B of the proof"),
            Self::C => f.write_str("C of the proof"),
            Self::Alpha => f.write_str("alpha of the key"),
            Self::Beta => f.write_str("beta of the key"),
            Self::Gamma => f.write_str("gamma of the key"),
            Self::Delta => f.write_str("delta of the key"),
            Self::GammaAbc(i) => write!(f, "gamma_abc[{i}] of the key"),
            Self::Input(i) => write!(f, "public input {i}"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongLength { part, expected, found } => {
                write!(f, "{part}: {found} bytes, expected {expected}")
            }
            Self::TrailingBytes { part, extra } => write!(f, "{part}: {extra} bytes after its end"),
            Self::TooManyInputs { part } => {
                write!(f, "{part}: more than {} public inputs", crate::MAX_INPUTS)
            }
            Self::EmptyKey => f.write_str("verifying key: no gamma_abc[0]"),
            Self::WrongInputCount { expected, found } => {
                write!(f, "{found} public inputs, the key takes {expected}")
            }
            Self::NonCanonical(e) => write!(f, "{e}: not in its canonical encoding"),
            Self::Infinity(e) => write!(f, "{e}: the point at infinity"),
            Self::OffCurve(e) => write!(f, "{e}: not on the curve"),
            Self::OutsideSubgroup(e) => write!(f, "{e}: not in the subgroup of prime order"),
            Self::ProofInvalid => {
                f.write_str("the proof does not prove these inputs under this key")
            }
        }
    }
}

impl core::error::Error for Error {}
