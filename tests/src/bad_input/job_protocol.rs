//! Requests to the prover's port: paths, methods, bodies, and jobs that it does not serve. None is
//! accepted, so none is worked on.

use super::{Got, Row, Sent};
use crate::{digits, network::Network};
use anyhow::{ensure, Context};
use opg_primitives::{
    ids::{Binding, GenesisHash, ModelId},
    mode::Mode,
    request::{Parameters, PublicBytes},
    statement::{self, NO_SALT},
};
use opg_worker_api::{Commitments, Job, JobInput, CONTENT_TYPE, HEALTH_PATH, MAX_JOB_BYTES};
use opg_zkml::CompiledModel;
use reqwest::{Client, Method};
use serde_json::{json, Value};
use std::time::Duration;

/// A job, from which those of the rows are made.
#[path = "../../../offchain-workers/worker-api/tests/common/mod.rs"]
mod sample;

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(30);

const fn row(
    name: &'static str,
    requests: fn(&Jobs) -> Vec<Request>,
    code: i32,
    says: &'static str,
) -> Row {
    Row { name, sent: Sent::Requests(requests), code, says }
}

/// A job that is refused is remembered under its key, so each row has an attempt of its own.
pub(super) const ROWS: &[Row] = &[
    row(
        "The path is another version's",
        |_| vec![bare(Method::GET, "/v2/health".into())],
        404,
        "no such path: /v2/health",
    ),
    row(
        "The path has no such method",
        |jobs| vec![bare(Method::DELETE, jobs.job(0).key().path())],
        405,
        "has no DELETE",
    ),
    row(
        "The path's request is not hexadecimal",
        |_| vec![bare(Method::GET, format!("/v1/jobs/0x{}/0", "zz".repeat(32)))],
        400,
        "a request is 0x and 64 hexadecimal digits",
    ),
    row(
        "The path's attempt is wider than a byte",
        |jobs| vec![bare(Method::GET, format!("/v1/jobs/{}/256", jobs.good.request))],
        400,
        "an attempt is a number from 0 to 255",
    ),
    row(
        "The job was never handed in",
        |_| vec![bare(Method::GET, format!("/v1/jobs/0x{}/9", "ee".repeat(32)))],
        404,
        "no job 0xeeee",
    ),
    row(
        "The body is a form",
        |jobs| vec![Request { kind: "application/x-www-form-urlencoded", ..put(&jobs.job(0)) }],
        415,
        "the content type is application/json",
    ),
    row(
        "The body is empty",
        |jobs| vec![body(&jobs.job(0), "")],
        400,
        "not a job: EOF while parsing",
    ),
    row(
        "The body is not JSON",
        |jobs| vec![body(&jobs.job(0), "a job, please")],
        400,
        "not a job: expected value",
    ),
    row(
        "The body is larger than any job",
        |jobs| vec![body(&jobs.job(0), " ".repeat(MAX_JOB_BYTES + 1))],
        413,
        "a job has at most 16384 bytes",
    ),
    row(
        "The body is of another version",
        |jobs| vec![altered(&jobs.job(0), "version", json!(2))],
        400,
        "version 2 of the job protocol",
    ),
    row(
        "The body has a field too many",
        |jobs| vec![altered(&jobs.job(0), "tip", json!("1"))],
        400,
        "unknown field `tip`",
    ),
    row(
        "The job's price is below zero",
        |jobs| vec![altered(&jobs.job(0), "price", json!("-1"))],
        400,
        "an amount is decimal digits, below 2^128",
    ),
    row(
        "The job's input is longer than any",
        |jobs| vec![altered(&jobs.job(0), "input", json!(format!("0x{}", "00".repeat(4097))))],
        400,
        "at most 4096 bytes",
    ),
    row(
        "Path and body name different jobs",
        |jobs| vec![altered(&jobs.job(0), "attempt", json!(1))],
        400,
        "the path names",
    ),
    row(
        "The job is of another chain",
        |jobs| vec![put(&Job { genesis: GenesisHash([7; 32]), ..jobs.job(2) })],
        202,
        "wrong chain: the job is of",
    ),
    row(
        "The job's model is not served",
        |jobs| vec![put(&Job { model: ModelId([7; 32]), ..jobs.job(3) })],
        202,
        "is not served here",
    ),
    row(
        "The job's binding is of another lease",
        |jobs| vec![put(&Job { binding: Binding([7; 32]), ..jobs.job(4) })],
        202,
        "the binding is not that of this genesis",
    ),
    row(
        "The job's input is not what was committed to",
        |jobs| vec![put(&Job { input: bytes(digits::PIXELS), ..jobs.job(5) })],
        202,
        "the input does not match its commitment",
    ),
    row(
        "The job's input is too long for its model",
        |jobs| vec![put(&Job { input: bytes(digits::PIXELS + 1), ..jobs.job(6) })],
        202,
        "the input does not fit the model",
    ),
    row(
        "The job has parameters for a circuit",
        |jobs| vec![put(&jobs.with_parameters(7))],
        202,
        "the model takes no parameters",
    ),
    row(
        "The job asks for an enclave",
        |jobs| vec![put(&Job { mode: Mode::Tee, ..jobs.job(8) })],
        202,
        "this worker has no enclave",
    ),
    row(
        "The job's input is sealed to an enclave",
        |jobs| {
            let sealed = sample::sealed_job();
            vec![put(&Job { mode: sealed.mode, input: sealed.input, ..jobs.job(10) })]
        },
        202,
        "the input is sealed to an enclave",
    ),
    row(
        "Two jobs have one key",
        |jobs| {
            let first = Job { genesis: GenesisHash([7; 32]), ..jobs.job(9) };
            let second = Job { genesis: GenesisHash([8; 32]), ..jobs.job(9) };
            vec![put(&first), put(&second)]
        },
        409,
        "another job has the key",
    ),
];

/// A request of HTTP.
pub(super) struct Request {
    pub method: Method,
    pub path: String,
    pub kind: &'static str,
    pub body: Vec<u8>,
}

impl Request {
    /// Sends it to a port of loopback.
    pub async fn send(self, client: &Client, port: u16) -> anyhow::Result<Got> {
        let Self { method, path, kind, body } = self;
        let request = client.request(method, format!("http://127.0.0.1:{port}{path}"));
        let answer = request.header("content-type", kind).body(body).send().await?;
        let code = i32::from(answer.status().as_u16());
        Ok(Got { code, said: answer.text().await? })
    }
}

/// Hands `job` in.
pub(super) fn put(job: &Job) -> Request {
    let body = serde_json::to_vec(job).expect("a job is JSON");
    Request { method: Method::PUT, path: job.key().path(), kind: CONTENT_TYPE, body }
}

/// Hands something in where `job` belongs.
fn body(job: &Job, body: impl Into<Vec<u8>>) -> Request {
    Request { body: body.into(), ..put(job) }
}

/// Hands `job` in with another value in one field.
fn altered(job: &Job, field: &str, value: Value) -> Request {
    let mut json = serde_json::to_value(job).expect("a job is JSON");
    json[field] = value;
    body(job, json.to_string())
}

/// A request without a body.
fn bare(method: Method, path: String) -> Request {
    Request { method, path, kind: CONTENT_TYPE, body: Vec::new() }
}

/// A blank input of `length` elements.
fn bytes(length: usize) -> JobInput {
    JobInput::Public(PublicBytes::truncate_from(vec![0; length]))
}

/// The prover, and the jobs that it would take but for what a row changes.
pub(super) struct Jobs {
    client: Client,
    port: u16,
    good: Job,
}

impl Jobs {
    /// Finds out what the prover takes.
    pub async fn open(network: &Network) -> anyhow::Result<Self> {
        let model = CompiledModel::compile(&std::fs::read(digits::network())?)?;
        let images = digits::held_out()?;
        let image = images.first().context("no held-out image")?;
        let sample = sample::job();
        let good = Job {
            genesis: serde_json::from_value(json!(network.node.rpc.genesis().await?))?,
            model: serde_json::from_value(json!(network.model))?,
            mode: Mode::Plain,
            key_version: None,
            input: JobInput::Public(PublicBytes::truncate_from(image.pixels.to_vec())),
            commitments: Commitments {
                input: statement::commit_input(model.interface(), NO_SALT, &image.pixels)?,
                ..sample.commitments
            },
            ..sample
        };
        let client = Client::builder().no_proxy().timeout(ANSWER).build()?;
        Ok(Self { client, port: network.prover.port, good })
    }

    /// A job that the prover would take.
    pub fn good(&self) -> &Job {
        &self.good
    }

    /// The good job as attempt `attempt`.
    fn job(&self, attempt: u8) -> Job {
        let Job { genesis, request, provider, lease_block, .. } = self.good;
        let binding = statement::binding(genesis, request, attempt, provider, lease_block.hash);
        Job { attempt, binding, ..self.good.clone() }
    }

    /// The same with a parameter that was committed to.
    fn with_parameters(&self, attempt: u8) -> Job {
        let mut job = self.job(attempt);
        job.parameters = Parameters::truncate_from(vec![1]);
        job.commitments.parameters = statement::commit_parameters(&job.parameters);
        job
    }

    /// Sends `requests` one after the other, and gives what the last one got.
    pub async fn send(&self, requests: Vec<Request>) -> anyhow::Result<Got> {
        let mut last = None;
        for request in requests {
            last = Some(request.send(&self.client, self.port).await?);
        }
        last.context("nothing was sent")
    }

    /// Whether the prover is well.
    pub async fn health(&self) -> anyhow::Result<()> {
        let url = format!("http://127.0.0.1:{}{HEALTH_PATH}", self.port);
        let answer = self.client.get(url).send().await?;
        ensure!(answer.status().is_success(), "the prover's health is {}", answer.status());
        Ok(())
    }
}
