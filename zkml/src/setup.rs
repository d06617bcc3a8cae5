//! The trusted setup: both keys of a circuit, and who could have kept its secret.

use ark_bls12_381::Bls12_381;
use ark_groth16::Groth16;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use opg_primitives::{
    ids::{Account, Digest},
    model::Setup,
};
use rand::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::compile::CompiledModel;

/// What a proving key's file starts with: kind and version.
const MAGIC: &[u8; 12] = b"opg-zkml-pk1";
/// Magic, the circuit's digest, the checksum of the rest.
const HEADER: usize = 12 + 32 + 32;

/// Why keys could not be made or read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The proof system refused the circuit.
    #[error("the setup failed: {0}")]
    Setup(String),
    /// Not a proving key's file.
    #[error("not a proving key of this version")]
    NotAKey,
    /// A proving key's file that was cut or changed.
    #[error("the proving key is damaged: its checksum does not match")]
    Damaged,
    /// Bytes that are no key.
    #[error("the {key} key is malformed: {reason}")]
    Malformed {
        /// Proving or verifying.
        key: &'static str,
        /// What the decoder said.
        reason: String,
    },
    /// A key of another circuit.
    #[error("the proving key is of circuit {found}, the model's is {expected}")]
    OtherCircuit {
        /// The key's circuit.
        found: Digest,
        /// The model's.
        expected: Digest,
    },
}

/// Who made a key, when, and for which circuit. Kept beside the key and in the model's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Who took part.
    pub setup: Setup,
    /// When, in seconds since 1970; by the clock of who ran it.
    pub unix_time: u64,
    /// The digest of the circuit's constraints.
    pub circuit: Digest,
    /// The version of the compiler that made them.
    pub compiler: u32,
    /// SHA-256 of the verifying key.
    pub verifying_key: Digest,
}

impl Provenance {
    /// What a reader has to know about proofs under this key. None where there is no secret.
    pub fn warning(&self) -> Option<String> {
        match &self.setup {
            Setup::Transparent => None,
            Setup::Sole(account) => Some(format!(
                "{account} ran this setup alone and could forge any proof under this key: \
                 answers are \"Proven unless {account} forged it\""
            )),
            Setup::Ceremony { contributors, .. } => Some(format!(
                "the {} contributors of this setup could forge proofs if all of them kept their \
                 secrets and worked together",
                contributors.len()
            )),
        }
    }
}

/// A proving key and the circuit that it is for.
#[derive(Clone, Debug)]
pub struct ProvingKey {
    circuit: Digest,
    pub(crate) key: ark_groth16::ProvingKey<Bls12_381>,
}

impl ProvingKey {
    /// The digest of the constraints that it is for.
    pub fn circuit(&self) -> Digest {
        self.circuit
    }

    /// The key as a file: a header with the circuit's digest and a checksum, then the key's points,
    /// uncompressed.
    ///
    /// # Errors
    /// [`KeyError::Malformed`], if a point cannot be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, KeyError> {
        let mut points = Vec::with_capacity(self.key.uncompressed_size());
        self.key
            .serialize_uncompressed(&mut points)
            .map_err(|error| malformed("proving", &error))?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.circuit.0);
        bytes.extend(sp_crypto_hashing::blake2_256(&points));
        bytes.extend(points);
        Ok(bytes)
    }

    /// Reads a key's file. Every point is checked; the checksum comes first, so that nothing is
    /// allocated for a file that was cut.
    ///
    /// # Errors
    /// [`KeyError::NotAKey`], [`KeyError::Damaged`], [`KeyError::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let (header, points) = bytes.split_at_checked(HEADER).ok_or(KeyError::NotAKey)?;
        let (magic, digests) = header.split_at(MAGIC.len());
        if magic != MAGIC {
            return Err(KeyError::NotAKey);
        }
        let (circuit, checksum) = digests.split_at(32);
        if sp_crypto_hashing::blake2_256(points) != checksum {
            return Err(KeyError::Damaged);
        }
        let mut rest = points;
        let key = ark_groth16::ProvingKey::deserialize_uncompressed(&mut rest)
            .map_err(|error| malformed("proving", &error))?;
        if !rest.is_empty() {
            return Err(KeyError::Malformed {
                key: "proving",
                reason: format!("{} bytes too many", rest.len()),
            });
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(circuit);
        Ok(Self { circuit: Digest(digest), key })
    }

    /// The verifying key that belongs to it, in arkworks' compressed form.
    ///
    /// # Errors
    /// [`KeyError::Malformed`], if a point cannot be written.
    pub fn verifying_key(&self) -> Result<Vec<u8>, KeyError> {
        let mut bytes = Vec::new();
        self.key
            .vk
            .serialize_compressed(&mut bytes)
            .map_err(|error| malformed("verifying", &error))?;
        Ok(bytes)
    }
}

fn malformed(key: &'static str, error: &ark_serialize::SerializationError) -> KeyError {
    KeyError::Malformed { key, reason: error.to_string() }
}

/// What a setup gives.
#[derive(Clone, Debug)]
pub struct Keys {
    /// For those who prove.
    pub proving: ProvingKey,
    /// For the chain, in arkworks' compressed form.
    pub verifying: Vec<u8>,
    /// Who made them.
    pub provenance: Provenance,
}

/// Makes both keys of a model by one account alone. The secret is drawn from `rng` and dropped here;
/// that it was is the account's word, which is what [`Setup::Sole`] says.
///
/// # Errors
/// [`KeyError::Setup`].
pub fn setup_alone(
    model: &CompiledModel,
    account: Account,
    unix_time: u64,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<Keys, KeyError> {
    let key = Groth16::<Bls12_381>::generate_random_parameters_with_reduction(model.r1cs(), rng)
        .map_err(|error| KeyError::Setup(error.to_string()))?;
    let circuit = model.circuit_digest();
    let proving = ProvingKey { circuit, key };
    let verifying = proving.verifying_key()?;
    let provenance = Provenance {
        setup: Setup::Sole(account),
        unix_time,
        circuit,
        compiler: model.ingredients().compiler,
        verifying_key: Digest(sp_crypto_hashing::sha2_256(&verifying)),
    };
    Ok(Keys { proving, verifying, provenance })
}
