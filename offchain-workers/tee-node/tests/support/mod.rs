//! A node on ports of its own, with a network and an upstream that do what a test wants.

#![allow(dead_code)]

#[path = "../../../worker-api/tests/common/mod.rs"]
pub mod common;
#[path = "../../../worker-api/tests/common/client.rs"]
mod protocol;
#[path = "../../../worker-api/tests/common/server.rs"]
mod server;

pub mod clients;

use opg_primitives::{
    attestation::{Configuration, SCHEMA},
    enclave::{EnclaveAnswer, ModelRan},
    evidence::Evidence,
    ids::{Account, BlockHash, Digest, GenesisHash, ModelId, SessionKey, Signature},
    mode::Mode,
    names::Address,
    request::DeclineReason,
    statement, CircuitInterface,
};
use opg_tee_node::{
    admission::Terms,
    metrics::Metrics,
    models::{of_circuit, Answered, Catalogue, Model},
    platform::DevelopmentPlatform,
    service::{Parts, Worker},
    session::{Attester, Setting},
    signer::Signer,
};
use opg_worker_api::{
    server::{router, Refusal},
    BlockRef, Job, JobKey, JobResult, JobStatus, Opened,
};
use opg_zkml_node::admission::check_circuit;
use reqwest::Client;
use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    thread::JoinHandle,
    time::Duration,
};

pub use protocol::*;
pub use server::Server;

/// A network that counts its runs.
pub struct Fake {
    pub interface: CircuitInterface,
    pub runs: AtomicUsize,
    pub gate: Option<Arc<Gate>>,
    pub fail: Option<&'static str>,
}

impl Default for Fake {
    fn default() -> Self {
        Self { interface: common::interface(), runs: AtomicUsize::new(0), gate: None, fail: None }
    }
}

pub const NETWORK: Digest = Digest([0x11; 32]);

impl Model for Fake {
    fn check(&self, job: &Job, opened: Opened<'_>) -> Result<(), Refusal> {
        check_circuit(job, &self.interface, opened)
    }

    fn inside(&self) -> Option<Digest> {
        Some(NETWORK)
    }

    fn is_tried(&self) -> bool {
        false
    }

    fn answer(&self, _: &Job, opened: Opened<'_>) -> Result<Answered, Refusal> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        if let Some(gate) = &self.gate {
            gate.wait();
        }
        match self.fail {
            Some("panic") => panic!("the network of a test panics on purpose"),
            Some(why) => Err(Refusal::new(DeclineReason::NotServed, why)),
            None => {
                let output = vec![opened.input[0] % 3, 0, 0, 0].try_into().unwrap();
                Ok(of_circuit(ModelRan::Network(NETWORK), opened.input, output))
            }
        }
    }
}

pub const MODEL: ModelId = ModelId([4; 32]);

/// A job for an enclave.
pub fn job() -> Job {
    attempt(1)
}

/// The same in another attempt.
pub fn attempt(attempt: u8) -> Job {
    let mut job = Job { mode: Mode::Tee, key_version: None, attempt, ..common::job() };
    job.binding =
        statement::binding(job.genesis, job.request, attempt, job.provider, job.lease_block.hash);
    job
}

/// The final block that the session of a test is fresh by: before the lease of [`job`].
pub fn block() -> BlockRef {
    BlockRef { number: 11, hash: BlockHash([7; 32]) }
}

/// A development attester of new keys for the chain and provider of [`job`], with a session.
pub fn attester() -> Arc<Attester> {
    let attester = unattested();
    attester.renew(block()).unwrap();
    attester
}

/// The same without a session yet.
pub fn unattested() -> Arc<Attester> {
    let (GenesisHash(genesis), Account(provider)) = (job().genesis, job().provider);
    let signer = Arc::new(Signer::new(GenesisHash(genesis), Account(provider)));
    let configuration = Configuration {
        schema: SCHEMA,
        models: vec![MODEL].try_into().unwrap(),
        upstream: None,
        payee: Account(provider),
        rewriting: None,
    };
    let setting = Setting { endpoint: Address::default(), tls_key: None, configuration };
    Arc::new(Attester::new(Box::new(DevelopmentPlatform), signer, setting))
}

/// What a test's worker is made of.
pub struct Setup {
    pub catalogue: Catalogue,
    pub terms: Terms,
    pub attester: Arc<Attester>,
    pub queue: u32,
    /// For how long a text may be refused; for ever, unless a test says otherwise.
    pub patience: Duration,
}

impl Setup {
    pub fn new(fake: Arc<Fake>) -> Self {
        Self {
            catalogue: Catalogue::from([(MODEL, fake as Arc<dyn Model>)]),
            terms: Terms { genesis: job().genesis, provider: job().provider, min_price: 0 },
            attester: attester(),
            queue: 8,
            patience: Duration::MAX,
        }
    }

    pub async fn start(self) -> Running {
        let attester = self.attester.clone();
        let parts = Parts {
            metrics: Metrics::new(self.queue),
            terms: self.terms,
            catalogue: self.catalogue,
            attester: self.attester,
            queue: self.queue,
            threads: 1,
            texts: 1,
            patience: self.patience,
        };
        let (worker, threads) = Worker::start(parts).unwrap();
        let server = Server::new(router(worker.clone())).await;
        Running { url: server.url(), worker, attester, threads, server, client: client() }
    }
}

/// A worker that runs.
pub struct Running {
    pub url: String,
    pub worker: Arc<Worker>,
    pub attester: Arc<Attester>,
    threads: Vec<JoinHandle<()>>,
    server: Server,
    client: Client,
}

impl Running {
    /// Ends it as an interrupt would.
    pub async fn stop(self) {
        let Self { worker, threads, server, .. } = self;
        worker.close();
        drop(worker);
        server.stop().await;
        tokio::task::spawn_blocking(|| threads.into_iter().for_each(|it| it.join().unwrap()))
            .await
            .unwrap();
    }

    pub async fn put(&self, job: &Job) -> Said {
        put(&self.client, &self.url, job).await
    }

    pub async fn get(&self, key: JobKey) -> Said {
        get(&self.client, &self.url, key).await
    }

    /// Asks until the job is over.
    pub async fn end(&self, key: JobKey) -> JobStatus {
        until_status(&self.client, &self.url, key, JobStatus::is_terminal).await
    }

    /// Hands in a job that is to be taken, and waits for its answer.
    pub async fn answer(&self, job: &Job) -> JobResult {
        assert_eq!(self.put(job).await, (202, Ok(JobStatus::Accepted)));
        done(self.end(job.key()).await)
    }

    pub async fn text(&self, path: &str) -> (u16, String) {
        text(&self.client, &self.url, path).await
    }
}

/// What an enclave signed to answer `job`, and its signature.
pub fn signed(job: &Job, result: &JobResult) -> (EnclaveAnswer, Signature) {
    match &result.evidence {
        Evidence::Tee { enclave, run, signature } => {
            (job.enclave_answer(*enclave, &result.output, run.clone()), *signature)
        }
        other => panic!("not an enclave's: {other:?}"),
    }
}

/// Whether `signature` is that of `key` over `hash`.
pub fn verifies(key: SessionKey, hash: &[u8; 32], signature: &Signature) -> bool {
    ed25519_zebra::VerificationKey::try_from(key.0)
        .is_ok_and(|key| key.verify(&signature.0.into(), hash).is_ok())
}
