//! Two circuits with their keys, the images that are asked, and proofs, each made once.

use ark_bls12_381::Bls12_381;
use ark_groth16::{Groth16, Proof, VerifyingKey};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use opg_primitives::{
    ids::{Account, Binding, ModelId},
    statement::NO_SALT,
};
use opg_zkml::{
    network::{Layer, Network},
    onnx::export,
    setup_alone, CompiledModel, Keys, ProvenAnswer,
};
use rand::{rngs::StdRng, SeedableRng};
use std::{cell::RefCell, collections::BTreeMap, path::PathBuf};

/// Bytes of an image and its label.
const RECORD: usize = 65;

/// A file of the digits model.
fn digits_file(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../zkml/models/digits").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The `index`th of the images that no training saw.
pub fn image(index: usize) -> Vec<u8> {
    let file = digits_file("held_out.bin");
    let mut record = file.chunks_exact(RECORD).nth(index).expect("there are 450").to_vec();
    record.truncate(RECORD - 1);
    record
}

/// The file of a network that differs from `network` by one in one bias.
fn almost(network: &Network) -> Vec<u8> {
    let mut layers = network.layers().to_vec();
    let Layer::Dense(last) = layers.last_mut().expect("a network has layers");
    last.bias[0] += 1;
    let input = network.interface().input.clone();
    export::write(&Network::new(input, layers, network.answer()).expect("its form is the same"))
}

/// A model that was compiled, with the keys of one setup or of several.
pub struct Circuit {
    pub model: CompiledModel,
    pub keys: Vec<Keys>,
}

impl Circuit {
    fn new(onnx: &[u8], owner: Account, setups: u8) -> Self {
        let model = CompiledModel::compile(onnx).expect("the file is an integer network");
        let setup = |seed| {
            let mut rng = StdRng::from_seed([seed; 32]);
            setup_alone(&model, owner, 1_795_350_000, &mut rng).expect("the circuit is sound")
        };
        let keys = (0..setups).map(setup).collect();
        Self { model, keys }
    }

    /// The id that it is registered under.
    pub fn id(&self) -> ModelId {
        self.model.ingredients().model_id()
    }
}

/// What a proof is of: model, setup, input and binding.
type Statement = (ModelId, usize, Vec<u8>, Binding);

/// Makes proofs, and keeps them.
pub struct Proofs {
    /// The digits model, set up twice.
    pub digits: Circuit,
    /// A model of the same form that gives other scores.
    pub other: Circuit,
    made: RefCell<BTreeMap<Statement, ProvenAnswer>>,
}

impl Proofs {
    /// Compiles and sets up both models. `owner` runs the setups.
    pub fn new(owner: Account) -> Self {
        let digits = Circuit::new(&digits_file("digits.onnx"), owner, 2);
        let other = Circuit::new(&almost(digits.model.network()), owner, 1);
        assert_ne!(digits.id(), other.id());
        Self { digits, other, made: RefCell::default() }
    }

    /// The answer of `circuit` to `image` with its proof, under the key of its setup number `setup`.
    pub fn of(
        &self,
        circuit: &Circuit,
        setup: usize,
        image: &[u8],
        binding: Binding,
    ) -> ProvenAnswer {
        let statement = (circuit.id(), setup, image.to_vec(), binding);
        let made = self.made.borrow().get(&statement).cloned();
        made.unwrap_or_else(|| {
            let key = &circuit.keys[setup].proving;
            let mut rng = StdRng::from_seed(binding.0);
            let proven = circuit
                .model
                .prove(key, image, &NO_SALT, &binding.0, &mut rng)
                .expect("the image is one of the model's");
            self.made.borrow_mut().insert(statement, proven.clone());
            proven
        })
    }
}

/// Another proof of what `proof` proves, made without knowing a witness: what anybody who sees a
/// proof can make of it.
pub fn rerandomised(verifying: &[u8], proof: &[u8]) -> Vec<u8> {
    let key = VerifyingKey::<Bls12_381>::deserialize_compressed(verifying).expect("it is a key");
    let proof = Proof::<Bls12_381>::deserialize_compressed(proof).expect("it is a proof");
    let mut rng = StdRng::from_seed([9; 32]);
    let other = Groth16::<Bls12_381>::rerandomize_proof(&key, &proof, &mut rng);
    let mut bytes = Vec::new();
    other.serialize_compressed(&mut bytes).expect("a vector takes every byte");
    bytes
}
