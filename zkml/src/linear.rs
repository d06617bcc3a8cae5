//! Linear combinations of wires.

use ark_ff::{AdditiveGroup, Field};
use opg_zkml_statement::Fr;

/// The wire that is always one.
pub const ONE: usize = 0;

/// A sum of wires times constants. Sorted by wire, no wire twice, no constant zero: so two equal sums
/// are written the same, and the circuit's digest does not depend on how one was built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linear(Vec<(usize, Fr)>);

impl Linear {
    /// Nothing.
    pub fn zero() -> Self {
        Self::default()
    }

    /// A constant.
    pub fn constant(value: Fr) -> Self {
        Self::from_terms(vec![(ONE, value)])
    }

    /// One wire.
    pub fn wire(wire: usize) -> Self {
        Self(vec![(wire, Fr::ONE)])
    }

    /// Sums up terms in any order. Sorting once is what keeps wide layers from quadratic cost.
    pub fn from_terms(mut terms: Vec<(usize, Fr)>) -> Self {
        terms.sort_unstable_by_key(|(wire, _)| *wire);
        let mut merged: Vec<(usize, Fr)> = Vec::with_capacity(terms.len());
        for (wire, factor) in terms {
            match merged.last_mut() {
                Some((last, sum)) if *last == wire => *sum += factor,
                _ => merged.push((wire, factor)),
            }
        }
        merged.retain(|(_, factor)| *factor != Fr::ZERO);
        Self(merged)
    }

    /// A weighted sum of combinations.
    pub fn sum<'a>(parts: impl IntoIterator<Item = (Fr, &'a Self)>) -> Self {
        let mut terms = Vec::new();
        for (factor, part) in parts {
            terms.extend(part.0.iter().map(|(wire, f)| (*wire, *f * factor)));
        }
        Self::from_terms(terms)
    }

    /// This plus a constant.
    pub fn plus(&self, value: Fr) -> Self {
        Self::sum([(Fr::ONE, self), (Fr::ONE, &Self::constant(value))])
    }

    /// This minus another.
    pub fn minus(&self, other: &Self) -> Self {
        Self::sum([(Fr::ONE, self), (-Fr::ONE, other)])
    }

    /// The terms.
    pub fn terms(&self) -> &[(usize, Fr)] {
        &self.0
    }

    /// Its value, if no wire but the constant one is in it.
    pub fn as_constant(&self) -> Option<Fr> {
        match self.0.as_slice() {
            [] => Some(Fr::ZERO),
            [(ONE, value)] => Some(*value),
            _ => None,
        }
    }

    /// Its value under an assignment of all wires.
    pub fn evaluate(&self, assignment: &[Fr]) -> Fr {
        self.0.iter().map(|(wire, factor)| assignment[*wire] * factor).sum()
    }
}
