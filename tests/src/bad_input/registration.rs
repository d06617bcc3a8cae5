//! Files that `opg enclave register` is given: the one that the enclave's node wrote with something
//! changed, and files that are none. What the chain alone can refuse, such as a document that has ended,
//! its sender pays for: those are among the refusals of the runtime.

use super::{refusal, Got, Row, Sent};
use crate::{network::Network, opg::Opg};
use opg_primitives::{
    attestation::challenge,
    ids::GenesisHash,
    registration::{Registration, VERSION},
};
use serde_json::{json, Value};
use std::path::{Path, PathBuf};

/// The name under which a row's file is written.
const FILE: &str = "registration.json";
const BY_ITS_PROVIDER: &[&str] = &["enclave", "register", FILE, "--account", "//Bob"];
const BY_ANOTHER: &[&str] = &["enclave", "register", FILE, "--account", "//Dave"];
const WITH_AN_ENDORSEMENT: &[&str] = &[
    "enclave",
    "register",
    FILE,
    "--endorsement",
    "0x1111111111111111111111111111111111111111111111111111111111111111",
    "--account",
    "//Bob",
];

const fn row(
    name: &'static str,
    arguments: &'static [&'static str],
    file: fn(&Registration) -> Vec<u8>,
    code: i32,
    says: &'static str,
) -> Row {
    Row { name, sent: Sent::Registration(arguments, file), code, says }
}

pub(super) const ROWS: &[Row] = &[
    row(
        "The registration is not JSON",
        BY_ITS_PROVIDER,
        |_| b"a registration, please".to_vec(),
        65,
        "the registration cannot be read: expected value",
    ),
    row(
        "The registration breaks off",
        BY_ITS_PROVIDER,
        |good| {
            let whole = written(good);
            whole[..whole.len() / 2].to_vec()
        },
        65,
        "the registration cannot be read: EOF while parsing",
    ),
    row(
        "The registration has a field too many",
        BY_ITS_PROVIDER,
        |good| member(good, "tip", json!("1")),
        65,
        "unknown field `tip`",
    ),
    row(
        "The registration's document is longer than any",
        BY_ITS_PROVIDER,
        |good| member(good, "document", json!(format!("0x{}", "00".repeat(16_385)))),
        65,
        "at most 16384 bytes",
    ),
    row(
        "The registration is of another version",
        BY_ITS_PROVIDER,
        |good| changed(good, |it| it.version = VERSION + 1),
        65,
        "it is of another version",
    ),
    row(
        "The registration's block has another hash",
        BY_ITS_PROVIDER,
        |good| changed(good, |it| it.block_hash.0[0] ^= 1),
        65,
        "the challenge is not that of this chain, provider and block",
    ),
    row(
        "The registration's configuration is another",
        BY_ITS_PROVIDER,
        |good| changed(good, |it| it.configuration.schema += 1),
        65,
        "the configuration is not the one that the session names",
    ),
    row(
        "The registration's enclave is another",
        BY_ITS_PROVIDER,
        |good| changed(good, |it| it.enclave.0[0] ^= 1),
        65,
        "the enclave is not that of the session's keys",
    ),
    row(
        "The registration is of another chain",
        BY_ITS_PROVIDER,
        |good| changed(good, of_another_chain),
        65,
        "the enclave is for another chain than the node's",
    ),
    row(
        "The registration is another provider's",
        BY_ANOTHER,
        written,
        64,
        "the enclave works for another provider than --account",
    ),
    row(
        "An endorsement is named for a Nitro document",
        WITH_AN_ENDORSEMENT,
        written,
        64,
        "--endorsement is for SEV-SNP alone",
    ),
];

fn written(registration: &Registration) -> Vec<u8> {
    serde_json::to_vec(registration).expect("a registration is JSON")
}

/// The registration with something changed.
fn changed(good: &Registration, change: impl FnOnce(&mut Registration)) -> Vec<u8> {
    let mut registration = good.clone();
    change(&mut registration);
    written(&registration)
}

/// The registration with a member of that value.
fn member(good: &Registration, name: &str, value: Value) -> Vec<u8> {
    let mut json = serde_json::to_value(good).expect("a registration is JSON");
    json[name] = value;
    json.to_string().into_bytes()
}

/// All of it, as the same keys would have it on another chain.
fn of_another_chain(it: &mut Registration) {
    let session = &mut it.session;
    session.genesis = GenesisHash([7; 32]);
    session.challenge =
        challenge(session.genesis, session.provider, it.block_number, it.block_hash);
    it.enclave = session.enclave();
}

/// The registration of the network's enclave, and where a row's file is written.
pub(super) struct Registrations {
    good: Registration,
    opg: Opg,
    folder: PathBuf,
}

impl Registrations {
    /// Reads what the enclave's node wrote.
    pub fn open(network: &Network, folder: &Path) -> anyhow::Result<Self> {
        let good = serde_json::from_slice(&std::fs::read(network.enclave.registration())?)?;
        Ok(Self { good, opg: network.opg.clone(), folder: folder.to_owned() })
    }

    /// That registration.
    pub fn good(&self) -> &Registration {
        &self.good
    }

    /// Runs `opg` with `arguments` on `file`.
    pub async fn send(&self, arguments: &[&str], file: &[u8]) -> anyhow::Result<Got> {
        std::fs::write(self.folder.join(FILE), file)?;
        let mut command = self.opg.command(arguments)?;
        command.current_dir(&self.folder);
        refusal(command).await
    }
}
