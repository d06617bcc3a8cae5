//! Transactions made by hand: those that the command line does not send, and those that nobody should.

use crate::rpc::{bytes32, Rpc};
use anyhow::Context;
use codec::{Compact, Encode};
use serde_json::{json, Value};
use std::str::FromStr;
use subxt_signer::{sr25519::Keypair, SecretUri};

/// The first byte of a signed extrinsic: its format and version.
const SIGNED: u8 = 0x84;
/// `Sudo.sudo`, of development chains alone.
const SUDO: [u8; 2] = [255, 0];
/// Who has the sudo key of development chains.
const SUDOER: &str = "//Alice";

/// `parts` in digits.
pub fn digits(parts: &[&[u8]]) -> String {
    format!("0x{}", hex::encode(parts.concat()))
}

/// `parts` behind their length, as extrinsics travel.
pub fn whole(parts: &[&[u8]]) -> String {
    digits(&[&parts.concat().encode()])
}

/// The key of a development account.
///
/// # Panics
/// The name is none of a development account's.
pub fn key(name: &str) -> Keypair {
    let uri = SecretUri::from_str(name).expect("a development name is a URI");
    Keypair::from_uri(&uri).expect("a development name has a key")
}

/// What a transaction has to know of its chain.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The hash of the genesis block.
    pub genesis: [u8; 32],
    /// The version of the runtime.
    pub spec_version: u32,
    /// The version of its transactions.
    pub transaction_version: u32,
}

impl Terms {
    /// Asks a node.
    pub async fn read(rpc: &Rpc) -> anyhow::Result<Self> {
        let genesis = bytes32(&rpc.genesis().await?)?;
        let version = rpc.call("state_getRuntimeVersion", json!([])).await?;
        Ok(Self {
            genesis,
            spec_version: number(&version["specVersion"])?,
            transaction_version: number(&version["transactionVersion"])?,
        })
    }
}

/// How many transactions an account has sent, those in the node's pool included.
pub async fn nonce(rpc: &Rpc, name: &str) -> anyhow::Result<u32> {
    let address = key(name).public_key().to_account_id().to_string();
    number(&rpc.call("system_accountNextIndex", json!([address])).await?)
}

/// A transaction before it is signed.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Whose key signs it.
    pub signer: Keypair,
    /// Whose it says to be.
    pub sender: [u8; 32],
    /// For which blocks it is, encoded.
    pub era: Vec<u8>,
    /// Its number among those of its sender.
    pub nonce: u32,
    /// What is paid on top.
    pub tip: u128,
    /// What it is for.
    pub terms: Terms,
    /// What it does, encoded.
    pub call: Vec<u8>,
}

impl Draft {
    /// A transaction of the account `name`, for any block.
    pub fn new(name: &str, nonce: u32, terms: Terms, call: Vec<u8>) -> Self {
        let signer = key(name);
        let sender = signer.public_key().0;
        Self { signer, sender, era: vec![0], nonce, tip: 0, terms, call }
    }

    /// Signs it.
    pub fn signed(&self) -> String {
        // The last byte says that no hash of the metadata is claimed.
        let (nonce, tip) = (Compact(self.nonce).encode(), Compact(self.tip).encode());
        let explicit = [self.era.as_slice(), &nonce, &tip, &[0]].concat();
        let Terms { genesis, spec_version, transaction_version } = self.terms;
        // The era of an immortal transaction begins with the genesis block.
        let versions = (spec_version, transaction_version);
        let implicit = (versions, genesis, genesis, None::<[u8; 32]>).encode();
        let mut payload = [self.call.as_slice(), &explicit, &implicit].concat();
        if payload.len() > 256 {
            payload = sp_crypto_hashing::blake2_256(&payload).to_vec();
        }
        let signature = self.signer.sign(&payload).0;
        // Address and signature are enumerations: an account's id, and Sr25519.
        whole(&[&[SIGNED, 0], &self.sender, &[1], &signature, &explicit, &self.call])
    }
}

/// Has the sudo key of a development chain make `call` as its root, in one of the next blocks.
pub async fn sudo(rpc: &Rpc, call: &[u8]) -> anyhow::Result<()> {
    let (terms, nonce) = (Terms::read(rpc).await?, nonce(rpc, SUDOER).await?);
    let draft = Draft::new(SUDOER, nonce, terms, [&SUDO[..], call].concat());
    rpc.call("author_submitExtrinsic", json!([draft.signed()])).await.map(drop)
}

fn number(value: &Value) -> anyhow::Result<u32> {
    let number = value.as_u64().with_context(|| format!("{value} is no number"))?;
    Ok(u32::try_from(number)?)
}
