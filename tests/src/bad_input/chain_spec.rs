//! Specifications that the node is started with: the local chain's own with something changed, and
//! files that are none. No node comes up.

use super::{refusal, Got, Row, Sent};
use crate::binaries;
use anyhow::{ensure, Context};
use serde_json::{json, Value};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The name under which a row's file is written.
const FILE: &str = "chain.json";
const RUN: &[&str] = &["--chain", FILE, "--tmp"];
/// Builds the genesis state without starting a node.
const RAW: &[&str] = &["export-chain-spec", "--raw", "--chain", FILE];

const fn row(
    name: &'static str,
    arguments: &'static [&'static str],
    file: fn(&Value) -> Vec<u8>,
    says: &'static str,
) -> Row {
    Row { name, sent: Sent::Specification(arguments, file), code: 1, says }
}

pub(super) const ROWS: &[Row] = &[
    row(
        "The chain has neither a known name nor a file",
        &["--chain", "mainnet", "--tmp"],
        |_| Vec::new(),
        "there is no chain called mainnet and no file mainnet",
    ),
    row(
        "The specification is empty",
        RUN,
        |_| Vec::new(),
        "chain.json is not a chain specification",
    ),
    row(
        "The specification breaks off",
        RUN,
        |spec| half(spec.to_string().into()),
        "Error parsing spec file: EOF while parsing",
    ),
    row(
        "The specification has no genesis state",
        RUN,
        |spec| changed(spec, |spec| remove(spec, "genesis")),
        "missing field `genesis`",
    ),
    row(
        "A boot node has no name",
        RUN,
        |spec| changed(spec, |spec| spec["bootNodes"] = json!(["/ip4/127.0.0.1/tcp/30333"])),
        "Peer id is missing from the address",
    ),
    row(
        "A boot node is no address",
        RUN,
        |spec| changed(spec, |spec| spec["bootNodes"] = json!(["somewhere"])),
        "invalid multiaddress",
    ),
    row(
        "The type of chain does not exist",
        RUN,
        |spec| changed(spec, |spec| spec["chainType"] = json!("Mainnet")),
        "unknown variant `Mainnet`",
    ),
    row(
        "The protocol's id is a number",
        RUN,
        |spec| changed(spec, |spec| spec["protocolId"] = json!(7)),
        "expected a string",
    ),
    row(
        "The runtime is not hexadecimal",
        RAW,
        |spec| changed(spec, |spec| spec["genesis"]["runtimeGenesis"]["code"] = json!("0xzz")),
        "invalid hex character: z, at 2",
    ),
    row(
        "The runtime is no WebAssembly",
        RAW,
        |spec| changed(spec, |spec| spec["genesis"]["runtimeGenesis"]["code"] = json!("0x00")),
        "wasm call error",
    ),
    row(
        "The genesis state is only a hash",
        RUN,
        |spec| changed(spec, |spec| spec["genesis"] = json!({ "stateRootHash": "0x00" })),
        "Genesis storage in hash format not supported",
    ),
    row(
        "The genesis state is of an unknown form",
        RAW,
        |spec| changed(spec, |spec| spec["genesis"] = json!({ "cooked": {} })),
        "unknown variant `cooked`",
    ),
    row(
        "The genesis state has an unknown pallet",
        RAW,
        |spec| {
            changed(spec, |spec| spec["genesis"]["runtimeGenesis"]["patch"]["balance"] = json!({}))
        },
        "unknown field `balance`",
    ),
    row(
        "A live chain has keys that everybody knows",
        RUN,
        |spec| changed(spec, |spec| spec["chainType"] = json!("Live")),
        "a development key that everybody knows",
    ),
];

/// `spec` with something changed.
fn changed(spec: &Value, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut spec = spec.clone();
    change(&mut spec);
    spec.to_string().into()
}

fn remove(spec: &mut Value, field: &str) {
    spec.as_object_mut().expect("a specification is an object").remove(field);
}

fn half(mut content: Vec<u8>) -> Vec<u8> {
    content.truncate(content.len() / 2);
    content
}

/// The node's program, and a specification that it takes.
pub(super) struct Door {
    node: PathBuf,
    good: Value,
    folder: PathBuf,
}

impl Door {
    /// Asks the node for the specification of the local chain.
    pub async fn open(folder: &Path) -> anyhow::Result<Self> {
        let node = binaries::find("opg-node")?;
        let mut export = tokio::process::Command::new(&node);
        let output = export.args(["export-chain-spec", "--chain", "local"]).output().await?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let good = serde_json::from_slice(&output.stdout).context("no specification")?;
        Ok(Self { node, good, folder: folder.to_owned() })
    }

    /// The good specification.
    pub fn good(&self) -> &Value {
        &self.good
    }

    /// Runs the node with `arguments` on `file`.
    pub async fn send(&self, arguments: &[&str], file: &[u8]) -> anyhow::Result<Got> {
        std::fs::write(self.folder.join(FILE), file)?;
        let mut command = Command::new(&self.node);
        command.args(arguments).current_dir(&self.folder);
        refusal(command).await
    }
}
