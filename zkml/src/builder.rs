//! Builds a constraint system and an assignment of its wires in one pass.
//!
//! The same code runs for setup and for proving, so the two cannot differ; that the constraints never
//! depend on the values is a test (`tests/circuit.rs`).

use ark_ff::{AdditiveGroup, Field};
use opg_zkml_statement::Fr;

use crate::{linear::Linear, r1cs::R1cs};

/// Constraints and wires of one part of a circuit.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Section {
    /// What the part does.
    pub name: String,
    /// How many constraints it has.
    pub constraints: usize,
    /// How many private wires it added.
    pub wires: usize,
}

/// A circuit in the making.
#[derive(Debug)]
pub struct Builder {
    public: usize,
    rows: Vec<[Linear; 3]>,
    assignment: Vec<Fr>,
    sections: Vec<Section>,
}

impl Builder {
    /// With `public` public inputs: wires 1 to `public`, zero until [`Builder::set_public`].
    pub fn new(public: usize) -> Self {
        let mut assignment = vec![Fr::ZERO; public + 1];
        assignment[0] = Fr::ONE;
        Self { public, rows: Vec::new(), assignment, sections: Vec::new() }
    }

    /// Gives public input `index`, from zero, its value, and returns it as a combination.
    pub fn set_public(&mut self, index: usize, value: Fr) -> Linear {
        self.assignment[index + 1] = value;
        Linear::wire(index + 1)
    }

    /// A new private wire.
    pub fn wire(&mut self, value: Fr) -> Linear {
        self.assignment.push(value);
        Linear::wire(self.assignment.len() - 1)
    }

    /// Demands `a * b = c`.
    pub fn enforce(&mut self, a: Linear, b: Linear, c: Linear) {
        self.rows.push([a, b, c]);
    }

    /// A new private wire that is the product of two combinations.
    pub fn product(&mut self, a: &Linear, b: &Linear) -> Linear {
        let value = a.evaluate(&self.assignment) * b.evaluate(&self.assignment);
        let product = self.wire(value);
        self.enforce(a.clone(), b.clone(), product.clone());
        product
    }

    /// The value of a combination.
    pub fn value(&self, linear: &Linear) -> Fr {
        linear.evaluate(&self.assignment)
    }

    /// Counts what `build` adds under `name`.
    pub fn section<T>(&mut self, name: impl Into<String>, build: impl FnOnce(&mut Self) -> T) -> T {
        let (rows, wires) = (self.rows.len(), self.assignment.len());
        let result = build(self);
        self.sections.push(Section {
            name: name.into(),
            constraints: self.rows.len() - rows,
            wires: self.assignment.len() - wires,
        });
        result
    }

    /// The system, the assignment of all its wires, and the parts in order.
    pub fn finish(self) -> (R1cs, Vec<Fr>, Vec<Section>) {
        let r1cs = R1cs::new(self.public, self.assignment.len(), self.rows);
        (r1cs, self.assignment, self.sections)
    }
}
