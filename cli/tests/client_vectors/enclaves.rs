//! The enclaves that answers are checked against, as the clients are given them.

use ed25519_zebra::SigningKey;
use opg_primitives::{
    attestation::{enclave_id, TcbStatus, Vendor},
    ids::{
        Account, BlockHash, ConfigurationId, Digest, EnclaveId, GenesisHash, MeasurementId,
        SessionKey,
    },
    BlockNumber,
};
use serde::Serialize;

/// When answers are checked, in seconds since 1970.
pub const NOW: u64 = 1_800_000_000;
pub const GENESIS: GenesisHash = GenesisHash([1; 32]);
pub const PROVIDER: Account = Account([2; 32]);
pub const CONFIGURATION: ConfigurationId = ConfigurationId([4; 32]);

/// An enclave in the clients' form.
#[derive(Clone, Serialize)]
pub struct Enclave {
    pub id: EnclaveId,
    pub genesis: GenesisHash,
    pub provider: Account,
    pub session_key: SessionKey,
    pub configuration: ConfigurationId,
    pub vendor: Vendor,
    pub measurement: MeasurementId,
    pub tcb: TcbStatus,
    pub advisories: Vec<String>,
    pub valid_until: u64,
    pub revoked: bool,
    pub approval: Option<Approval>,
    pub seen: Option<Block>,
}

/// What approves of its code.
#[derive(Clone, Serialize)]
pub struct Approval {
    pub binding: &'static str,
    pub network: Option<Digest>,
    pub approved_by: Option<Account>,
    pub until: BlockNumber,
}

/// The block in which the chain said so.
#[derive(Clone, Serialize)]
pub struct Block {
    pub number: BlockNumber,
    pub hash: BlockHash,
}

/// The key that answers are signed by.
pub fn key() -> SigningKey {
    SigningKey::from([7; 32])
}

/// The key of another enclave.
pub fn other_key() -> SigningKey {
    SigningKey::from([8; 32])
}

/// The public half of `key`.
pub fn public(key: &SigningKey) -> SessionKey {
    SessionKey(key.verification_key().into())
}

/// The enclave of the development vendor, for which no chain was asked, with the key `session_key`.
fn with(session_key: SessionKey) -> Enclave {
    Enclave {
        id: enclave_id(GENESIS, PROVIDER, session_key),
        genesis: GENESIS,
        provider: PROVIDER,
        session_key,
        configuration: CONFIGURATION,
        vendor: Vendor::Development,
        measurement: MeasurementId([5; 32]),
        tcb: TcbStatus::UpToDate,
        advisories: vec!["INTEL-SA-00615".into()],
        valid_until: NOW + 3600,
        revoked: false,
        approval: None,
        seen: None,
    }
}

/// The one that good answers are of.
pub fn ours() -> Enclave {
    with(public(&key()))
}

/// Another one of the same provider.
pub fn other() -> Enclave {
    with(public(&other_key()))
}

/// One whose key is the neutral point, under which one signature is over everything.
pub fn of_small_order() -> Enclave {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    with(SessionKey(neutral))
}

/// [`ours`], as a chain has it that asked `vendor` and approved of code with this binding.
pub fn on_chain(vendor: Vendor, binding: &'static str, network: Option<Digest>) -> Enclave {
    Enclave {
        vendor,
        approval: Some(Approval { binding, network, approved_by: None, until: 100 }),
        ..unapproved(vendor)
    }
}

/// The same without an approval.
pub fn unapproved(vendor: Vendor) -> Enclave {
    let seen = Some(Block { number: 9, hash: BlockHash([6; 32]) });
    Enclave { vendor, seen, ..ours() }
}
