//! The constraint system as matrices: what a key is made for, what a prover satisfies, and what the
//! circuit's digest is over.

use ark_ff::Field;
use ark_relations::{
    gr1cs::{
        ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
    },
    utils::matrix::Matrix,
};
use codec::{Compact, Encode};
use opg_zkml_statement::{to_bytes, Fr};

use crate::linear::Linear;

/// Under which a circuit's digest is computed.
const TAG: &str = "opg/r1cs/v1";

/// Rank-one constraints: row by row, the product of the sums in `a` and `b` is the sum in `c`. Wire 0
/// is one, then come the public inputs, then the private wires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct R1cs {
    public: usize,
    wires: usize,
    matrices: [Matrix<Fr>; 3],
}

impl R1cs {
    /// Of rows as they were enforced. `public` counts the public inputs, `wires` all wires, the
    /// constant one included.
    pub(crate) fn new(public: usize, wires: usize, rows: Vec<[Linear; 3]>) -> Self {
        let mut matrices = [(); 3].map(|()| Vec::with_capacity(rows.len()));
        for row in rows {
            for (matrix, linear) in matrices.iter_mut().zip(row) {
                matrix.push(linear.terms().iter().map(|(w, f)| (*f, *w)).collect());
            }
        }
        Self { public, wires, matrices }
    }

    /// How many constraints there are.
    pub fn constraints(&self) -> usize {
        self.matrices[0].len()
    }

    /// How many public inputs there are, the constant one not counted.
    pub fn public_inputs(&self) -> usize {
        self.public
    }

    /// How many private wires there are.
    pub fn private_wires(&self) -> usize {
        self.wires - self.public - 1
    }

    /// All wires: the constant one, public inputs, private ones, in this order.
    pub fn wires(&self) -> usize {
        self.wires
    }

    /// The three matrices.
    pub fn matrices(&self) -> &[Matrix<Fr>; 3] {
        &self.matrices
    }

    /// The size of the domain over which a proof is computed: a power of two.
    pub fn domain(&self) -> usize {
        (self.constraints() + self.public + 1).next_power_of_two()
    }

    /// Whether row `row` holds under an assignment of all wires.
    pub fn holds(&self, row: usize, assignment: &[Fr]) -> bool {
        let [a, b, c] = &self.matrices;
        let side = |matrix: &Matrix<Fr>| -> Fr {
            matrix[row].iter().map(|(factor, wire)| assignment[*wire] * factor).sum()
        };
        side(a) * side(b) == side(c)
    }

    /// The first row that does not hold.
    pub fn first_unsatisfied(&self, assignment: &[Fr]) -> Option<usize> {
        (0..self.constraints()).find(|row| !self.holds(*row, assignment))
    }

    /// The digest: blake2-256 over tag, counts and every row of every matrix. It depends on nothing
    /// but the constraints and the order of wires and rows.
    pub fn digest(&self) -> [u8; 32] {
        let mut bytes = TAG.encode();
        for count in [self.public, self.wires, self.constraints()] {
            Compact(count as u64).encode_to(&mut bytes);
        }
        for row in self.matrices.iter().flatten() {
            Compact(row.len() as u64).encode_to(&mut bytes);
            for (factor, wire) in row {
                Compact(*wire as u64).encode_to(&mut bytes);
                bytes.extend(to_bytes(factor));
            }
        }
        sp_crypto_hashing::blake2_256(&bytes)
    }

    fn variable(&self, wire: usize) -> Variable {
        match wire.checked_sub(self.public + 1) {
            Some(private) => Variable::witness(private),
            None if wire == 0 => Variable::One,
            None => Variable::instance(wire),
        }
    }
}

/// For the setup alone: arkworks is told the same wires and rows, and never an assignment.
impl ConstraintSynthesizer<Fr> for &R1cs {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let missing = || Err::<Fr, _>(SynthesisError::AssignmentMissing);
        for _ in 0..self.public {
            // Wires are told apart by their order, which is ours.
            let _ = cs.new_input_variable(missing)?;
        }
        for _ in 0..self.private_wires() {
            let _ = cs.new_witness_variable(missing)?;
        }
        let side = |matrix: &Matrix<Fr>, row: usize| {
            LinearCombination(
                matrix[row].iter().map(|(factor, wire)| (*factor, self.variable(*wire))).collect(),
            )
        };
        let [a, b, c] = &self.matrices;
        for row in 0..self.constraints() {
            cs.enforce_r1cs_constraint(|| side(a, row), || side(b, row), || side(c, row))?;
        }
        Ok(())
    }
}

/// One, for a side of a constraint that multiplies by nothing.
pub(crate) fn one() -> Linear {
    Linear::constant(Fr::ONE)
}
