//! The models of a directory.
//!
//! ```text
//! models/0x<model id>/network.onnx      the quantised integer network
//! models/0x<model id>/proving-<v>.key   the proving key of version <v>; none: it only runs
//! ```
//!
//! A directory's name is checked against the id that the network gives, so that a file in the wrong
//! place is an error and not another model.

use crate::engine::{Catalogue, Engine, EngineError, Timing};
use ark_bls12_381::Bls12_381;
use opg_primitives::{
    evidence::ProofBytes,
    ids::{Digest, ModelId},
    request::PublicBytes,
    statement::NO_SALT,
    CircuitInterface,
};
use opg_verifier_groth16::verify_bytes;
use opg_zkml::{onnx, statement::public_inputs, CompiledModel, ProvingKey};
use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

/// The file of a model's network.
pub const NETWORK: &str = "network.onnx";
/// The most bytes of a proving key.
const MAX_KEY_BYTES: u64 = 1 << 30;

/// A model or key that cannot be served: the file, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {why}", path.display())]
pub struct ModelError {
    /// The file or directory.
    pub path: PathBuf,
    /// What is wrong.
    pub why: String,
}

fn wrong<T: fmt::Display>(path: &Path) -> impl Fn(T) -> ModelError + '_ {
    move |why| ModelError { path: path.to_owned(), why: why.to_string() }
}

struct Key {
    proving: ProvingKey,
    verifying: Vec<u8>,
}

/// A compiled network and its keys.
pub struct ZkModel {
    model: CompiledModel,
    keys: BTreeMap<u32, Key>,
}

impl ZkModel {
    /// The model of an integer ONNX file, without keys.
    ///
    /// # Errors
    /// What the compiler says of the file.
    pub fn new(onnx: &[u8]) -> Result<Self, EngineError> {
        let model = CompiledModel::compile(onnx).map_err(failed)?;
        Ok(Self { model, keys: BTreeMap::new() })
    }

    /// Its id.
    pub fn id(&self) -> ModelId {
        self.model.ingredients().model_id()
    }

    /// SHA-256 of the file that it was compiled of.
    pub fn network(&self) -> Digest {
        self.model.ingredients().network
    }

    /// Adds the proving key of version `version`.
    ///
    /// # Errors
    /// If the bytes are no key, or one of another circuit.
    pub fn add_key(&mut self, version: u32, bytes: &[u8]) -> Result<(), EngineError> {
        let proving = ProvingKey::from_bytes(bytes).map_err(failed)?;
        if proving.circuit() != self.model.circuit_digest() {
            return Err(EngineError(format!(
                "the proving key is of circuit {}, the model's is {}",
                proving.circuit(),
                self.model.circuit_digest()
            )));
        }
        let verifying = proving.verifying_key().map_err(failed)?;
        self.keys.insert(version, Key { proving, verifying });
        Ok(())
    }
}

fn failed(error: impl fmt::Display) -> EngineError {
    EngineError(error.to_string())
}

fn bounded(output: Vec<u8>) -> Result<PublicBytes, EngineError> {
    output.try_into().map_err(|_| EngineError("the output is over 4 KiB".into()))
}

impl Engine for ZkModel {
    fn interface(&self) -> &CircuitInterface {
        self.model.interface()
    }

    fn keys(&self) -> Vec<u32> {
        self.keys.keys().copied().collect()
    }

    fn run(&self, input: &[u8]) -> Result<PublicBytes, EngineError> {
        bounded(self.model.run(input).map_err(failed)?.to_bytes())
    }

    fn prove(
        &self,
        key: u32,
        input: &[u8],
        binding: &[u8; 32],
    ) -> Result<(PublicBytes, ProofBytes), EngineError> {
        let key = self
            .keys
            .get(&key)
            .ok_or_else(|| EngineError(format!("no proving key of version {key}")))?;
        let answer = self
            .model
            .prove(&key.proving, input, &NO_SALT, binding, &mut rand::rngs::OsRng)
            .map_err(failed)?;
        let output = bounded(answer.output.to_bytes())?;
        // What the chain will do; a proof that it refuses costs the provider's bond.
        let interface = self.model.interface();
        let commitment = opg_zkml::statement::input_commitment(&interface.input, &NO_SALT, input)
            .map_err(failed)?;
        let inputs = public_inputs(interface, &commitment, &output, binding).map_err(failed)?;
        verify_bytes::<Bls12_381>(&key.verifying, &inputs, &answer.proof)
            .map_err(|error| EngineError(format!("the proof does not verify: {error}")))?;
        let proof =
            answer.proof.try_into().map_err(|_| EngineError("the proof is too long".into()))?;
        Ok((output, proof))
    }
}

fn read(path: &Path, most: u64) -> Result<Vec<u8>, ModelError> {
    let length = fs::metadata(path).map_err(wrong(path))?.len();
    if length > most {
        return Err(wrong(path)(format!("{length} bytes; at most {most} are read")));
    }
    fs::read(path).map_err(wrong(path))
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>, ModelError> {
    let mut paths = fs::read_dir(directory)
        .map_err(wrong(directory))?
        .map(|entry| entry.map(|entry| entry.path()).map_err(wrong(directory)))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// The version that a key's file name says.
fn key_version(name: &str) -> Option<u32> {
    let digits = name.strip_prefix("proving-")?.strip_suffix(".key")?;
    let version: u32 = digits.parse().ok()?;
    (version.to_string() == digits).then_some(version)
}

/// Loads the model of one directory.
///
/// # Errors
/// [`ModelError`].
pub fn load_one(directory: &Path) -> Result<ZkModel, ModelError> {
    let path = directory.join(NETWORK);
    let onnx = read(&path, onnx::MAX_BYTES as u64)?;
    let mut model = ZkModel::new(&onnx).map_err(wrong(&path))?;
    if name(directory) != model.id().to_string() {
        return Err(wrong(directory)(format!("its network is model {}: rename it", model.id())));
    }
    for path in entries(directory)? {
        if path.extension().is_some_and(|extension| extension == "key") {
            let version = key_version(name(&path)).ok_or_else(|| {
                wrong(&path)("a proving key is named proving-VERSION.key, VERSION from 0")
            })?;
            model.add_key(version, &read(&path, MAX_KEY_BYTES)?).map_err(wrong(&path))?;
        }
    }
    Ok(model)
}

/// Loads all models of `directory`, each a directory whose name begins with `0x`, and proves once
/// with each key: that shows that it works, and how long it takes.
///
/// # Errors
/// All that is wrong, not only the first thing.
pub fn load(directory: &Path, timing: &Timing) -> Result<Catalogue, Vec<ModelError>> {
    let models = load_each(directory, |path, model| try_out(path, model, timing))?;
    Ok(models.into_iter().map(|model| (model.id(), Arc::new(model) as Arc<dyn Engine>)).collect())
}

/// Loads all models of `directory`, and lets each be tried out.
///
/// # Errors
/// All that is wrong, not only the first thing.
pub fn load_each(
    directory: &Path,
    try_out: impl Fn(&Path, &ZkModel) -> Result<(), ModelError>,
) -> Result<Vec<ZkModel>, Vec<ModelError>> {
    let (mut models, mut errors) = (Vec::new(), Vec::new());
    let paths = entries(directory).map_err(|error| vec![error])?;
    for path in paths.into_iter().filter(|path| path.is_dir() && name(path).starts_with("0x")) {
        match load_one(&path).and_then(|model| try_out(&path, &model).map(|()| model)) {
            Ok(model) => {
                tracing::info!(model = %model.id(), keys = ?model.keys(), "loaded");
                models.push(model);
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(models)
    } else {
        Err(errors)
    }
}

fn try_out(path: &Path, model: &ZkModel, timing: &Timing) -> Result<(), ModelError> {
    let elements = model.interface().input.elements().map_err(wrong(path))?;
    let zeros = vec![0; elements as usize];
    model.run(&zeros).map_err(wrong(path))?;
    for key in model.keys() {
        let start = Instant::now();
        model.prove(key, &zeros, &[0; 32]).map_err(wrong(path))?;
        timing.note(model.id(), start.elapsed());
    }
    Ok(())
}
