//! A model, ready to run and to prove.

use opg_primitives::{ids::Digest, model::Ingredients};
use opg_zkml_statement::{CircuitInterface, Output, StatementError, NO_SALT};
use thiserror::Error;

use crate::{
    bounds::{analyse, BoundsError, LayerBounds},
    circuit::{synthesise, Assignment, Circuit, CircuitReport, COMPILER_VERSION},
    interpreter,
    network::Network,
    onnx::{chain, integer, OnnxError},
    quantise::QUANTISER_VERSION,
    r1cs::R1cs,
};

/// Why a file does not become a model.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum CompileError {
    /// The file is none that is read.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
    /// A sum could leave int32.
    #[error(transparent)]
    Bounds(#[from] BoundsError),
    /// No statement carries what it takes or gives.
    #[error(transparent)]
    Statement(#[from] StatementError),
}

/// A compiled integer network.
#[derive(Clone)]
pub struct CompiledModel {
    network: Network,
    bounds: Vec<LayerBounds>,
    r1cs: R1cs,
    report: CircuitReport,
    ingredients: Ingredients,
}

impl CompiledModel {
    /// Compiles an integer ONNX file: the form that this crate exports, or one like it.
    ///
    /// # Errors
    /// [`CompileError`], naming what is wrong with the file.
    pub fn compile(onnx: &[u8]) -> Result<Self, CompileError> {
        let network = integer::network(&chain::read(onnx)?)?;
        let bounds = analyse(&network)?;
        let zeros = vec![0; network.interface().input.elements()? as usize];
        let blank = Assignment { input: &zeros, salt: &NO_SALT, binding: &[0; 32] };
        let Circuit { r1cs, sections, .. } = synthesise(&network, &bounds, blank)?;
        let ingredients = Ingredients {
            network: Digest(sp_crypto_hashing::sha2_256(onnx)),
            quantiser: QUANTISER_VERSION,
            compiler: COMPILER_VERSION,
            circuit: Digest(r1cs.digest()),
        };
        Ok(Self { report: CircuitReport::new(&r1cs, sections), network, bounds, r1cs, ingredients })
    }

    /// What it takes and gives.
    pub fn interface(&self) -> &CircuitInterface {
        self.network.interface()
    }

    /// What its id is made of.
    pub fn ingredients(&self) -> &Ingredients {
        &self.ingredients
    }

    /// The digest of its constraints.
    pub fn circuit_digest(&self) -> Digest {
        self.ingredients.circuit
    }

    /// What its circuit costs, part by part.
    pub fn report(&self) -> &CircuitReport {
        &self.report
    }

    /// Its constraints.
    pub fn r1cs(&self) -> &R1cs {
        &self.r1cs
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Runs it on an input of one byte an element.
    ///
    /// # Errors
    /// [`StatementError`], if the input is none of the model's.
    pub fn run(&self, input: &[u8]) -> Result<Output, StatementError> {
        interpreter::run(&self.network, input)
    }

    /// Its circuit with all wires assigned.
    ///
    /// # Errors
    /// [`StatementError`], if the input is none of the model's.
    pub fn assign(&self, assignment: Assignment<'_>) -> Result<Circuit, StatementError> {
        synthesise(&self.network, &self.bounds, assignment)
    }
}

impl core::fmt::Debug for CompiledModel {
    /// Without weights and constraints, which would fill pages.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CompiledModel")
            .field("interface", self.interface())
            .field("ingredients", &self.ingredients)
            .field("constraints", &self.report.constraints)
            .finish_non_exhaustive()
    }
}
