//! Bad input at every door of a running network: each row is sent for real, gets its exit code or
//! status and its message, and moves no money.
//!
//! | door | what is sent | who refuses |
//! | --- | --- | --- |
//! | `command_line` | arguments of `opg`, and the files that they name | `opg`, after asking the node where it must |
//! | `registration` | files that are no registration of the enclave | `opg enclave register` |
//! | `job_protocol` | HTTP requests to the prover's port | the prover |
//! | `enclave` | HTTP requests to the enclave's ports for jobs and for clients | the enclave's node |
//! | `extrinsic` | bytes, as transactions | the node's pool and the runtime |
//! | `onnx` | files that are no networks, or none that is read | `opg model` |
//! | `chain_spec` | specifications of chains | `opg-node` |
//!
//! What can be refused only in a block is not here: its sender pays for the block. A row never stops
//! the ones after it: what does not go as expected is gathered and told at the end.
//! `docs/bad-input.md` is the list for people; a test holds the two together.

mod chain_spec;
mod command_line;
mod enclave;
mod extrinsic;
mod job_protocol;
#[cfg(test)]
mod list;
mod money;
mod onnx;
mod registration;

use crate::{network::Network, process::until};
use anyhow::{ensure, Context};
use money::Money;
use opg_primitives::registration::Registration;
use serde_json::{json, Value};
use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

/// How long a program may take to refuse: some first compile a circuit or a runtime.
const REFUSAL: Duration = Duration::from_secs(120);
/// How long a further block may take.
const BLOCK: Duration = Duration::from_secs(60);
/// How much of an unexpected message is told.
const TOLD: usize = 600;

/// One bad input.
struct Row {
    /// A sentence, without its full stop.
    name: &'static str,
    /// What is sent, and so to which door.
    sent: Sent,
    /// The exit code, HTTP status or JSON-RPC error code that it gets.
    code: i32,
    /// Words of the message that it gets.
    says: &'static str,
}

/// What is sent, door by door.
enum Sent {
    /// Arguments of `opg`.
    Arguments(&'static [&'static str]),
    /// Arguments of `opg`, and the content of the file that they name as a registration.
    Registration(&'static [&'static str], fn(&Registration) -> Vec<u8>),
    /// A request to the enclave's node.
    Enclave(enclave::Asked),
    /// Requests to the prover, one after the other; the last one's answer counts.
    Requests(fn(&job_protocol::Jobs) -> Vec<job_protocol::Request>),
    /// An extrinsic in hexadecimal digits.
    Extrinsic(fn(&extrinsic::Chain) -> String),
    /// Arguments of `opg`, and the content of the file that they name as a network.
    Network(&'static [&'static str], fn(&onnx::Networks) -> Vec<u8>),
    /// Arguments of the node, and the content of the file that they name as a specification.
    Specification(&'static [&'static str], fn(&Value) -> Vec<u8>),
}

impl Sent {
    /// `code` as this door calls it.
    fn answer(&self, code: i32) -> String {
        match self {
            Self::Arguments(_)
            | Self::Registration(..)
            | Self::Network(..)
            | Self::Specification(..) => format!("exit code {code}"),
            Self::Requests(_) | Self::Enclave(_) => format!("HTTP {code}"),
            Self::Extrinsic(_) => format!("JSON-RPC {code}"),
        }
    }
}

/// What a bad input got.
struct Got {
    code: i32,
    said: String,
}

impl Row {
    /// How what it got is not what is expected.
    fn slip(&self, got: anyhow::Result<Got>) -> Option<String> {
        let got = match got {
            Ok(got) if got.code == self.code && got.said.contains(self.says) => return None,
            Ok(got) => {
                let said: String = got.said.trim().chars().take(TOLD).collect();
                format!("{}, {said:?}", self.sent.answer(got.code))
            }
            Err(error) => format!("no answer: {error:#}"),
        };
        let expected = self.sent.answer(self.code);
        Some(format!("{}: expected {expected}, {:?}, got {got}", self.name, self.says))
    }
}

/// All rows, door by door.
fn rows() -> impl Iterator<Item = &'static Row> {
    [
        command_line::ROWS,
        registration::ROWS,
        job_protocol::ROWS,
        enclave::ROWS,
        extrinsic::ROWS,
        onnx::ROWS,
        chain_spec::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// Sends every row to `network`, with files in `folder`, and says how many there were. Fails with all
/// rows that got something else than they should, and with whatever they left behind.
///
/// # Errors
/// Those, or a network that was not well before.
pub async fn run(network: &Network, folder: &Path) -> anyhow::Result<usize> {
    let folder = folder.join("bad-input");
    std::fs::create_dir_all(&folder)?;
    let opg = command_line::Door::open(network, &folder)?;
    let registrations = registration::Registrations::open(network, &folder)?;
    let jobs = job_protocol::Jobs::open(network).await?;
    let inside = enclave::Door::open(network, &jobs)?;
    let chain = extrinsic::Chain::open(network).await?;
    let networks = onnx::Networks::open(network, &folder)?;
    let specifications = chain_spec::Door::open(&folder).await?;
    let before = Money::read(&network.node.rpc).await?;
    let (mut tried, mut slips) = (0usize, Vec::new());
    for row in rows() {
        let got = match &row.sent {
            Sent::Arguments(arguments) => opg.send(arguments).await,
            Sent::Registration(arguments, file) => {
                registrations.send(arguments, &file(registrations.good())).await
            }
            Sent::Enclave(asked) => inside.send(asked).await,
            Sent::Requests(requests) => jobs.send(requests(&jobs)).await,
            Sent::Extrinsic(extrinsic) => chain.send(&extrinsic(&chain)).await,
            Sent::Network(arguments, file) => networks.send(arguments, &file(&networks)).await,
            Sent::Specification(arguments, file) => {
                specifications.send(arguments, &file(specifications.good())).await
            }
        };
        tried += 1;
        slips.extend(row.slip(got));
    }
    let alive = alive(network, &jobs, &inside).await;
    slips.extend(alive.err().map(|error| format!("{error:#}")));
    match Money::read(&network.node.rpc).await {
        Ok(after) => slips.extend(before.differences(&after)),
        Err(error) => slips.push(format!("the balances cannot be read: {error:#}")),
    }
    ensure!(slips.is_empty(), "{} slips in {tried} rows:\n{}", slips.len(), slips.join("\n"));
    Ok(tried)
}

/// Whether the node makes blocks and has kept none of the transactions, and the workers are well.
async fn alive(
    network: &Network,
    jobs: &job_protocol::Jobs,
    inside: &enclave::Door,
) -> anyhow::Result<()> {
    let rpc = &network.node.rpc;
    let best = rpc.best().await?;
    until("a further block", BLOCK, || async { Ok((rpc.best().await? > best).then_some(())) })
        .await?;
    let pool = rpc.call("author_pendingExtrinsics", json!([])).await?;
    ensure!(pool == json!([]), "the node has kept transactions: {pool}");
    jobs.health().await?;
    inside.health().await
}

/// Runs a program that is expected to refuse. One that does not end is killed.
async fn refusal(command: Command) -> anyhow::Result<Got> {
    let mut command = tokio::process::Command::from(command);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(REFUSAL, command.output())
        .await
        .context("the program did not end")?
        .context("the program cannot be run")?;
    let said = [output.stderr, output.stdout]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    ensure!(!said.contains("panicked"), "it panicked: {said}");
    Ok(Got { code: output.status.code().unwrap_or(-1), said })
}
