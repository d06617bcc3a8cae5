//! A network as a circuit: constraints and, in the same pass, the assignment of its wires.
//!
//! Public inputs as [`opg_zkml_statement`] orders them: the input commitment, the output, the binding.
//! Weights are constants, so every linear layer is free; what costs is the range of the input, one
//! Poseidon sponge, the requantisation of each hidden neuron and, where the answer is a class, argmax.

use ark_ff::{AdditiveGroup, Field, PrimeField};
use opg_zkml_statement::{
    binding_element, commitment_start, pack_input, salt_elements, values_per_element, Fr,
    StatementError, LOGITS_PER_ELEMENT, LOGIT_OFFSET,
};

use crate::{
    bounds::LayerBounds,
    builder::{Builder, Section},
    gadgets::{allocate, argmax, requantise, sponge, Number},
    linear::Linear,
    network::{Answer, Dense, Layer, Network},
    r1cs::{one, R1cs},
};

/// Raised with every change by which the same network gives other constraints.
pub const COMPILER_VERSION: u32 = 1;

/// What an answer is computed from.
#[derive(Clone, Copy, Debug)]
pub struct Assignment<'a> {
    /// The quantised input, one byte an element.
    pub input: &'a [u8],
    /// The salt of its commitment.
    pub salt: &'a [u8; 32],
    /// The hash that ties the answer to its lease.
    pub binding: &'a [u8; 32],
}

/// A circuit with one assignment of its wires.
#[derive(Clone, Debug)]
pub struct Circuit {
    /// The constraints; the same for every assignment.
    pub r1cs: R1cs,
    /// The value of every wire: one, public inputs, private wires.
    pub values: Vec<Fr>,
    /// What each part costs.
    pub sections: Vec<Section>,
}

/// Builds the circuit of a network with its bounds, and assigns its wires.
///
/// # Errors
/// [`StatementError`], if the input is none of the network's.
pub fn synthesise(
    network: &Network,
    bounds: &[LayerBounds],
    assignment: Assignment<'_>,
) -> Result<Circuit, StatementError> {
    let interface = network.interface();
    // The public wires come first, so their number has to be known before the first gadget.
    let mut builder = Builder::new(opg_zkml_statement::public_input_count(interface)?);
    pack_input(&interface.input, assignment.input)?;

    let bits = usize::from(interface.input.bits);
    let input =
        builder.section("input range", |builder| input_numbers(builder, assignment.input, bits));
    builder.section("input commitment", |builder| {
        let start = commitment_start(&interface.input);
        let mut elements: Vec<Linear> =
            salt_elements(assignment.salt).into_iter().map(|half| builder.wire(half)).collect();
        elements.extend(pack(&input, values_per_element(interface.input.bits), bits, 0));
        let commitment = sponge(builder, start, &elements);
        expose(builder, 0, commitment);
    });

    let mut values = input;
    for (index, (Layer::Dense(dense), bounds)) in network.layers().iter().zip(bounds).enumerate() {
        let name = match dense.requantise {
            Some(_) => {
                format!("layer {index}: dense {}x{}, relu, requantise", dense.inputs, dense.outputs)
            }
            None => format!("layer {index}: dense {}x{}", dense.inputs, dense.outputs),
        };
        values = builder.section(name, |builder| dense_layer(builder, dense, bounds, &values));
    }

    let outputs = match network.answer() {
        Answer::Logits => builder.section("logits", |builder| {
            let packed = pack(&values, LOGITS_PER_ELEMENT, 32, LOGIT_OFFSET);
            let count = packed.len();
            for (index, element) in packed.into_iter().enumerate() {
                expose(builder, 1 + index, element);
            }
            count
        }),
        Answer::Argmax => builder.section("argmax", |builder| {
            let class = argmax(builder, &values);
            expose(builder, 1, class.linear);
            1
        }),
    };

    builder.section("binding", |builder| {
        let binding = builder.set_public(1 + outputs, binding_element(assignment.binding));
        // In a constraint of its own: a public input that no constraint holds is not bound.
        builder.product(&binding, &binding);
    });

    let (r1cs, values, sections) = builder.finish();
    Ok(Circuit { r1cs, values, sections })
}

/// Each element as `bits` wires; the element itself needs none.
fn input_numbers(builder: &mut Builder, input: &[u8], bits: usize) -> Vec<Number> {
    input
        .iter()
        .map(|value| {
            let value = i64::from(*value);
            let wires = allocate(builder, value, bits as u32);
            Number::from_bits(&wires, value)
        })
        .collect()
}

fn dense_layer(
    builder: &mut Builder,
    dense: &Dense,
    bounds: &LayerBounds,
    values: &[Number],
) -> Vec<Number> {
    dense
        .rows()
        .zip(&bounds.sums)
        .map(|((weights, bias), bounds)| {
            let sum = Number::dot(i64::from(bias), weights, values, *bounds);
            match dense.requantise {
                Some(rule) => requantise(builder, &sum, rule),
                None => sum,
            }
        })
        .collect()
}

/// `each` numbers, `bits` apart, in one element, `offset` added to each: the packing of the statement.
fn pack(numbers: &[Number], each: usize, bits: usize, offset: i64) -> Vec<Linear> {
    let step = Fr::from(2u64).pow([bits as u64]);
    numbers
        .chunks(each)
        .map(|chunk| {
            let mut factor = Fr::ONE;
            let mut constant = Fr::ZERO;
            let mut parts = Vec::with_capacity(chunk.len());
            for number in chunk {
                constant += factor * Fr::from(offset);
                parts.push((factor, &number.linear));
                factor *= step;
            }
            Linear::sum(parts).plus(constant)
        })
        .collect()
}

/// Demands that public input `index` is `linear`.
fn expose(builder: &mut Builder, index: usize, linear: Linear) {
    let value = builder.value(&linear);
    let public = builder.set_public(index, value);
    builder.enforce(linear, one(), public);
}

/// What a circuit costs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CircuitReport {
    /// Its parts, in order.
    pub sections: Vec<Section>,
    /// Constraints in all.
    pub constraints: usize,
    /// Private wires in all.
    pub wires: usize,
    /// Public inputs.
    pub public_inputs: usize,
    /// The domain of a proof's polynomials.
    pub domain: usize,
    /// Bits of the field.
    pub field_bits: u32,
}

impl CircuitReport {
    /// Of a circuit.
    pub fn new(r1cs: &R1cs, sections: Vec<Section>) -> Self {
        Self {
            sections,
            constraints: r1cs.constraints(),
            wires: r1cs.private_wires(),
            public_inputs: r1cs.public_inputs(),
            domain: r1cs.domain(),
            field_bits: Fr::MODULUS_BIT_SIZE,
        }
    }
}

impl core::fmt::Display for CircuitReport {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let width = self.sections.iter().map(|s| s.name.len()).max().unwrap_or(0);
        for section in &self.sections {
            writeln!(f, "{:width$}  {:>6} constraints", section.name, section.constraints)?;
        }
        write!(
            f,
            "{:width$}  {:>6} constraints, {} private wires, {} public inputs, domain {}",
            "all", self.constraints, self.wires, self.public_inputs, self.domain
        )
    }
}
