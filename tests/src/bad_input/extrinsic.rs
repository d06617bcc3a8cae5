//! Bytes handed to the node as transactions. All are refused before they are in a block, where their
//! senders would pay for them.

use super::{Got, Row, Sent};
use crate::{
    network::{Network, OWNER, PROVIDER, REQUESTER},
    rpc::Rpc,
    transaction::{digits, key, nonce, whole, Draft, Terms},
};
use anyhow::Context;
use codec::{Compact, Encode};
use serde_json::json;

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
        |chain| Draft { sender: key(PROVIDER).public_key().0, ..chain.draft() }.signed(),
        1010,
        "Transaction has a bad signature",
    ),
    row(
        "The signature is for another chain",
        |chain| {
            let terms = Terms { genesis: [7; 32], ..chain.terms };
            Draft { terms, ..chain.draft() }.signed()
        },
        1010,
        "Transaction has a bad signature",
    ),
    row(
        "The signature is for another runtime",
        |chain| {
            let terms = Terms { spec_version: chain.terms.spec_version + 1, ..chain.terms };
            Draft { terms, ..chain.draft() }.signed()
        },
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

/// The node, and what a transaction has to know of its chain.
pub(super) struct Chain {
    rpc: Rpc,
    terms: Terms,
    /// The next of the account that the drafts are of.
    nonce: u32,
}

impl Chain {
    /// Asks the node.
    pub async fn open(network: &Network) -> anyhow::Result<Self> {
        let rpc = network.node.rpc.clone();
        let (terms, nonce) = (Terms::read(&rpc).await?, nonce(&rpc, REQUESTER).await?);
        Ok(Self { rpc, terms, nonce })
    }

    /// A remark that the requester could pay for.
    fn draft(&self) -> Draft {
        self.draft_of(REQUESTER)
    }

    /// The same of another account.
    fn draft_of(&self, name: &str) -> Draft {
        Draft::new(name, self.nonce, self.terms, REMARK.to_vec())
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
