//! Requests to the two ports of the enclave's node: jobs that it does not take, and questions of clients
//! that are none. Nothing of it is signed.

use super::{
    job_protocol::{put, Jobs, Request},
    Got, Row, Sent,
};
use crate::{
    network::{Network, PROVIDER},
    registration::public_key,
};
use anyhow::ensure;
use opg_primitives::{
    ids::{Account, ModelId},
    mode::Mode,
    statement,
};
use opg_worker_api::{BlockRef, Job, CONTENT_TYPE, HEALTH_PATH};
use reqwest::{Client, Method};
use std::time::Duration;

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(30);
const CHAT: &str = "/v1/chat/completions";

const fn job(name: &'static str, job: fn(&Job) -> Job, says: &'static str) -> Row {
    Row { name, sent: Sent::Enclave(Asked::Job(job)), code: 202, says }
}

const fn question(
    name: &'static str,
    question: fn() -> Request,
    code: i32,
    says: &'static str,
) -> Row {
    Row { name, sent: Sent::Enclave(Asked::Question(question)), code, says }
}

/// A job that is refused is remembered under its key, so each row has an attempt of its own.
pub(super) const ROWS: &[Row] = &[
    job(
        "The enclave's job is in a mode without one",
        |good| Job { mode: Mode::Plain, ..attempt(good, 10) },
        "an enclave does not answer in mode Plain",
    ),
    job(
        "The enclave's job is another provider's",
        |good| attempt(&Job { provider: Account([7; 32]), ..good.clone() }, 11),
        "these keys are",
    ),
    job(
        "The enclave's job is of a model that it has not",
        |good| Job { model: ModelId([7; 32]), ..attempt(good, 12) },
        "is not served here",
    ),
    job(
        "The enclave's job was leased before it had keys",
        |good| {
            let (request_block, lease_block) = (first(good.request_block), first(good.lease_block));
            Job { request_block, lease_block, ..attempt(good, 13) }
        },
        "KeyLost: the lease is of block 0",
    ),
    question(
        "The question is a form",
        || asked("application/x-www-form-urlencoded", "prompt=who"),
        415,
        "the content type is application/json",
    ),
    question(
        "The question is not JSON",
        || asked(CONTENT_TYPE, "who are you?"),
        400,
        "the body: it is not a JSON object",
    ),
    question(
        "The question names no model",
        || asked(CONTENT_TYPE, r#"{"messages":[]}"#),
        400,
        "model: a name of 1 to 256 bytes",
    ),
    question(
        "The question has a member twice",
        || asked(CONTENT_TYPE, r#"{"model":"a","seed":1,"seed":2}"#),
        400,
        "a member is there twice",
    ),
    question(
        "The path is no path for clients",
        || bare(Method::GET, "/v1/embeddings"),
        404,
        "no such path: /v1/embeddings",
    ),
    question("The path takes no question so", || bare(Method::GET, CHAT), 405, "has no GET"),
    question(
        "The signed answer was never given",
        || bare(Method::GET, "/v1/answers/nothing"),
        404,
        "no answer of that name",
    ),
    question(
        "The report's nonce is not hexadecimal",
        || bare(Method::GET, "/v1/attestation/report?nonce=now"),
        400,
        "a nonce is 1 to 64 bytes in hexadecimal",
    ),
];

/// What is asked of the enclave's node.
pub(super) enum Asked {
    /// A job, by its port for jobs.
    Job(fn(&Job) -> Job),
    /// A question, by its port for clients.
    Question(fn() -> Request),
}

/// `job` as attempt `attempt`.
fn attempt(job: &Job, attempt: u8) -> Job {
    let Job { genesis, request, provider, lease_block, .. } = *job;
    let binding = statement::binding(genesis, request, attempt, provider, lease_block.hash);
    Job { attempt, binding, ..job.clone() }
}

/// `block` as if it were the first.
fn first(block: BlockRef) -> BlockRef {
    BlockRef { number: 0, ..block }
}

fn asked(kind: &'static str, body: &str) -> Request {
    Request { method: Method::POST, path: CHAT.into(), kind, body: body.into() }
}

fn bare(method: Method, path: &str) -> Request {
    Request { method, path: path.into(), kind: CONTENT_TYPE, body: Vec::new() }
}

/// The enclave's node, and the job that it would take but for what a row changes.
pub(super) struct Door {
    client: Client,
    /// For jobs, and for clients.
    ports: (u16, u16),
    good: Job,
}

impl Door {
    /// Finds out what the enclave takes.
    pub fn open(network: &Network, jobs: &Jobs) -> anyhow::Result<Self> {
        let provider = serde_json::from_value(serde_json::json!(public_key(PROVIDER)?))?;
        let good = Job { mode: Mode::Tee, provider, ..jobs.good().clone() };
        let client = Client::builder().no_proxy().timeout(ANSWER).build()?;
        let ports = (network.enclave.port, network.enclave.client_port);
        Ok(Self { client, ports, good })
    }

    /// Sends what a row asks.
    pub async fn send(&self, row: &Asked) -> anyhow::Result<Got> {
        let (port, request) = match row {
            Asked::Job(job) => (self.ports.0, put(&job(&self.good))),
            Asked::Question(question) => (self.ports.1, question()),
        };
        request.send(&self.client, port).await
    }

    /// Whether the enclave's node is well.
    pub async fn health(&self) -> anyhow::Result<()> {
        let url = format!("http://127.0.0.1:{}{HEALTH_PATH}", self.ports.0);
        let answer = self.client.get(url).send().await?;
        ensure!(answer.status().is_success(), "the enclave's health is {}", answer.status());
        Ok(())
    }
}
