//! Bytes handed to the node as transactions. All are refused before they are in a block, where their
//! senders would pay for them.

use super::{Got, Row, Sent};
use crate::{
    network::{Network, OWNER, PROVIDER, REQUESTER},
    rpc::Rpc,
};
use anyhow::Context;
use codec::{Compact, Encode};
use serde_json::{json, Value};
use std::str::FromStr;
use subxt_signer::{sr25519::Keypair, SecretUri};

/// An account that nobody has ever sent anything to.
const NOBODY: &str = "//Nobody";
/// `System.remark` of nothing: a call that everybody may make.
const REMARK: [u8; 3] = [0, 0, 0];
/// `Timestamp.set` to 0, which only a block's author may make.
const TIMESTAMP: [u8; 3] = [2, 0, 0];
/// The pallet `Utility` and its `batch` of one call.
const BATCH: [u8; 3] = [20, 0, 4];
/// The pallet `Inference`, and three of its calls that are no senders'.
const ACKNOWLEDGE: [u8; 2] = [44, 2];
const SUBMIT_RESULT: [u8; 2] = [44, 4];
const EXPIRE: [u8; 2] = [44, 5];
/// The request and the attempt of a lease that there is not.
const LEASE: [u8; 33] = [7; 33];
/// The first byte of an extrinsic: its format and version.
const BARE: u8 = 0x05;
const GENERAL: u8 = 0x45;
const SIGNED: u8 = 0x84;
/// More bytes than the ordinary part of a block has room for.
const OVERSIZED: usize = 4_000_000;
/// What the node says of bytes that the runtime cannot decode: the SDK's runtime gives up over them,
/// in its sandbox.
const UNDECODABLE: &str = "Verification Error: Runtime error: Execution failed";

const fn row(
    name: &'static str,
    extrinsic: fn(&Chain) -> String,
    code: i32,
    says: &'static str,
) -> Row {
    Row { name, sent: Sent::Extrinsic(extrinsic), code, says }
}

pub(super) const ROWS: &[Row] = &[
    row(
        "The bytes are not hexadecimal",
        |_| "0xzz".into(),
        -32602,
        "invalid hex character: z, at 2",
    ),
    row(
        "There are no bytes",
        |_| digits(&[]),
        1040,
        "Client error: Could not decode `OpaqueExtrinsic",
    ),
    row(
        "The length is more than what follows",
        |_| digits(&[&Compact(1000u32).encode(), &[0; 3]]),
        1040,
        "Not enough data to decode vector",
    ),
    row(
        "The length is wider than 32 bits",
        |_| digits(&[&[0xff; 40]]),
        1040,
        "out of range decoding Compact<u32>",
    ),
    row("The content is noise", |_| whole(&[&[0xff; 40]]), 1002, UNDECODABLE),
    row("The format is one of the past", |_| whole(&[&[3], &REMARK]), 1002, UNDECODABLE),
    row("The pallet does not exist", |_| whole(&[&[BARE, 99, 0, 0]]), 1002, UNDECODABLE),
    row("There are bytes after the call", |_| whole(&[&[BARE], &REMARK, &[0]]), 1002, UNDECODABLE),
    row(
        "The version of the extensions does not exist",
        |_| whole(&[&[GENERAL, 7, 0, 0, 0, 0], &REMARK]),
        1002,
        UNDECODABLE,
    ),
    row(
        "The evidence is of an unknown kind",
        |_| general(&[&SUBMIT_RESULT, &LEASE, &[0, 99]]),
        1002,
        UNDECODABLE,
    ),
    row(
        "The calls are nested too deep",
        |_| whole(&[&[BARE], &BATCH.repeat(300), &REMARK]),
        1010,
        "Transaction call is not expected",
    ),
    row("Nobody signed", |_| whole(&[&[BARE], &REMARK]), 1010, "Transaction call is not expected"),
    row(
        "Nobody authorises it",
        |_| general(&[&REMARK]),
        1010,
        "The transaction extension did not authorize any origin",
    ),
    row(
        "An inherent comes from outside",
        |_| whole(&[&[BARE], &TIMESTAMP]),
        1010,
        "Transaction dispatch is mandatory",
    ),
    row(
        "Another account's key signed",
        |chain| Draft { sender: account(PROVIDER), ..chain.draft() }.signed(),
        1010,
        "Transaction has a bad signature",
    ),
    row(
        "The signature is for another chain",
        |chain| Draft { genesis: [7; 32], ..chain.draft() }.signed(),
        1010,
        "Transaction has a bad signature",
    ),
    row(
        "The signature is for another runtime",
        |chain| Draft { spec_version: chain.spec_version + 1, ..chain.draft() }.signed(),
        1010,
        "Transaction has a bad signature",
    ),
    row(
        "The nonce was used",
        |chain| Draft { nonce: 0, ..chain.draft_of(OWNER) }.signed(),
        1010,
        "Transaction is outdated",
    ),
    row(
        "The sender has no account",
        |chain| Draft { nonce: 0, ..chain.draft_of(NOBODY) }.signed(),
        1010,
        "Inability to pay some fees",
    ),
    row(
        "The tip is more than the account has",
        |chain| Draft { tip: u128::MAX / 2, ..chain.draft() }.signed(),
        1010,
        "Inability to pay some fees",
    ),
    row(
        "The era begins in a block to come",
        |chain| Draft { era: vec![0xff, 0xff], ..chain.draft() }.signed(),
        1010,
        "Transaction has an ancient birth block",
    ),
    row(
        "The call is larger than a block takes",
        |chain| Draft { call: oversized(), ..chain.draft() }.signed(),
        1010,
        "Transaction would exhaust the block limits",
    ),
    row(
        "The acknowledged lease does not exist",
        |_| general(&[&ACKNOWLEDGE, &LEASE, &[7; 96]]),
        1010,
        "Transaction is outdated",
    ),
    row(
        "The expired lease does not exist",
        |_| general(&[&EXPIRE, &LEASE]),
        1010,
        "Transaction is outdated",
    ),
];

/// `parts` in digits.
fn digits(parts: &[&[u8]]) -> String {
    format!("0x{}", hex::encode(parts.concat()))
}

/// `parts` behind their length, as extrinsics travel.
fn whole(parts: &[&[u8]]) -> String {
    digits(&[&parts.concat().encode()])
}

/// A general transaction: no signature, and extensions of which each says the least.
fn general(call: &[&[u8]]) -> String {
    whole(&[&[GENERAL, 0, 0, 0, 0, 0], &call.concat()])
}

/// A remark that no block has room for.
fn oversized() -> Vec<u8> {
    let mut call = REMARK[..2].to_vec();
    vec![0u8; OVERSIZED].encode_to(&mut call);
    call
}

fn key(name: &str) -> Keypair {
    let uri = SecretUri::from_str(name).expect("a development name is a URI");
    Keypair::from_uri(&uri).expect("a development name has a key")
}

fn account(name: &str) -> [u8; 32] {
    key(name).public_key().0
}

/// A transaction before it is signed.
struct Draft {
    signer: Keypair,
    sender: [u8; 32],
    era: Vec<u8>,
    nonce: u32,
    tip: u128,
    spec_version: u32,
    transaction_version: u32,
    genesis: [u8; 32],
    call: Vec<u8>,
}

impl Draft {
    /// Signs it.
    fn signed(&self) -> String {
        // The last byte says that no hash of the metadata is claimed.
        let (nonce, tip) = (Compact(self.nonce).encode(), Compact(self.tip).encode());
        let explicit = [self.era.as_slice(), &nonce, &tip, &[0]].concat();
        // The era of an immortal transaction begins with the genesis block.
        let versions = (self.spec_version, self.transaction_version);
        let implicit = (versions, self.genesis, self.genesis, None::<[u8; 32]>).encode();
        let mut payload = [self.call.as_slice(), &explicit, &implicit].concat();
        if payload.len() > 256 {
            payload = sp_crypto_hashing::blake2_256(&payload).to_vec();
        }
        let signature = self.signer.sign(&payload).0;
        // Address and signature are enumerations: an account's id, and Sr25519.
        whole(&[&[SIGNED, 0], &self.sender, &[1], &signature, &explicit, &self.call])
    }
}

/// The node, and what a transaction has to know of its chain.
pub(super) struct Chain {
    rpc: Rpc,
    genesis: [u8; 32],
    spec_version: u32,
    transaction_version: u32,
    /// The next of the account that the drafts are of.
    nonce: u32,
}

impl Chain {
    /// Asks the node.
    pub async fn open(network: &Network) -> anyhow::Result<Self> {
        let rpc = network.node.rpc.clone();
        let mut genesis = [0; 32];
        let hash = network.node.rpc.genesis().await?;
        hex::decode_to_slice(hash.trim_start_matches("0x"), &mut genesis)?;
        let version = rpc.call("state_getRuntimeVersion", json!([])).await?;
        let address = key(REQUESTER).public_key().to_account_id().to_string();
        let nonce = rpc.call("system_accountNextIndex", json!([address])).await?;
        Ok(Self {
            rpc,
            genesis,
            spec_version: number(&version["specVersion"])?,
            transaction_version: number(&version["transactionVersion"])?,
            nonce: number(&nonce)?,
        })
    }

    /// A remark that the requester could pay for.
    fn draft(&self) -> Draft {
        self.draft_of(REQUESTER)
    }

    /// The same of another account.
    fn draft_of(&self, name: &str) -> Draft {
        Draft {
            signer: key(name),
            sender: account(name),
            era: vec![0],
            nonce: self.nonce,
            tip: 0,
            spec_version: self.spec_version,
            transaction_version: self.transaction_version,
            genesis: self.genesis,
            call: REMARK.to_vec(),
        }
    }

    /// Hands an extrinsic in.
    pub async fn send(&self, extrinsic: &str) -> anyhow::Result<Got> {
        Ok(match self.rpc.ask("author_submitExtrinsic", json!([extrinsic])).await? {
            Ok(hash) => Got { code: 0, said: format!("taken as {hash}") },
            Err(error) => {
                let code = error["code"].as_i64().context("an error without a code")?;
                let said = ["message", "data"].map(|part| error[part].as_str().unwrap_or_default());
                Got { code: i32::try_from(code)?, said: said.join(" ") }
            }
        })
    }
}

fn number(value: &Value) -> anyhow::Result<u32> {
    let number = value.as_u64().with_context(|| format!("{value} is no number"))?;
    Ok(u32::try_from(number)?)
}
