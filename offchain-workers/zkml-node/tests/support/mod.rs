//! A worker on a port of its own, with a model that does what a test wants.

#![allow(dead_code)]

#[path = "../../../worker-api/tests/common/mod.rs"]
pub mod common;
#[path = "../../../worker-api/tests/common/client.rs"]
mod protocol;
#[path = "../../../worker-api/tests/common/server.rs"]
mod server;

use opg_primitives::{
    evidence::{Evidence, ProofBytes},
    ids::ModelId,
    request::PublicBytes,
    CircuitInterface,
};
use opg_worker_api::{
    server::{router, Ledger},
    Job, JobKey, JobResult, JobStatus,
};
use opg_zkml_node::{
    admission::Terms,
    engine::{Catalogue, Engine, EngineError, Timing},
    key::Key,
    record::WorkerRecord,
    service::{Parts, Worker},
};
use reqwest::Client;
use std::{
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    thread::JoinHandle,
    time::Duration,
};

pub use protocol::*;
pub use server::Server;

/// A model that counts its runs.
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

impl Engine for Fake {
    fn interface(&self) -> &CircuitInterface {
        &self.interface
    }

    fn keys(&self) -> Vec<u32> {
        vec![0]
    }

    fn run(&self, input: &[u8]) -> Result<PublicBytes, EngineError> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        match self.fail {
            Some("panic") => panic!("the engine of a test panics on purpose"),
            Some(why) => return Err(EngineError(why.into())),
            None => {}
        }
        Ok(vec![input[0] % 3, 0, 0, 0].try_into().unwrap())
    }

    fn prove(
        &self,
        _: u32,
        input: &[u8],
        binding: &[u8; 32],
    ) -> Result<(PublicBytes, ProofBytes), EngineError> {
        if let Some(gate) = &self.gate {
            gate.wait();
        }
        Ok((self.run(input)?, binding.repeat(6).try_into().unwrap()))
    }
}

pub const MODEL: ModelId = ModelId([4; 32]);

pub fn terms() -> Terms {
    Terms {
        genesis: Some(common::job().genesis),
        min_price_plain: 0,
        min_price_zkml: 0,
        block_time: Duration::from_secs(3),
    }
}

/// What a test's worker is made of.
pub struct Setup {
    pub directory: PathBuf,
    pub catalogue: Catalogue,
    pub terms: Terms,
    pub timing: Timing,
    pub queue: u32,
    pub address: String,
}

impl Setup {
    /// A worker of one fake model, whose key and journal are in `directory`.
    pub fn new(directory: &Path, fake: Arc<Fake>) -> Self {
        Self {
            directory: directory.to_owned(),
            catalogue: Catalogue::from([(MODEL, fake as Arc<dyn Engine>)]),
            terms: terms(),
            timing: Timing::default(),
            queue: 8,
            address: "127.0.0.1:0".into(),
        }
    }

    pub fn key(&self) -> Key {
        let path = self.directory.join("worker.key");
        Key::load(&path).or_else(|_| Key::create(&path)).unwrap()
    }

    pub fn ledger(&self) -> Arc<Ledger<WorkerRecord>> {
        Ledger::open(&self.directory.join("journal"), 1000).unwrap()
    }

    pub async fn start(self) -> Running {
        let parts = Parts {
            key: self.key(),
            ledger: self.ledger(),
            terms: self.terms,
            catalogue: self.catalogue,
            timing: self.timing,
            queue: self.queue,
            provers: 1,
        };
        let (worker, threads) = Worker::start(parts).unwrap();
        let server = Server::at(self.address.parse().unwrap(), router(worker.clone())).await;
        Running { url: server.url(), worker, threads, server, client: client() }
    }
}

/// A worker that runs.
pub struct Running {
    pub url: String,
    pub worker: Arc<Worker>,
    threads: Vec<JoinHandle<()>>,
    server: Server,
    client: Client,
}

impl Running {
    /// Ends it as an interrupt would. Its journal is free when this returns.
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

    /// Puts a job that is to be taken, whatever becomes of it.
    pub async fn take(&self, job: &Job) -> JobStatus {
        let (_, answer) = self.put(job).await;
        answer.expect("not taken")
    }

    pub async fn get(&self, key: JobKey) -> Said {
        get(&self.client, &self.url, key).await
    }

    /// Asks until the job is over.
    pub async fn end(&self, key: JobKey) -> JobStatus {
        until_status(&self.client, &self.url, key, JobStatus::is_terminal).await
    }

    pub async fn metrics(&self) -> String {
        text(&self.client, &self.url, "/metrics").await.1
    }
}

/// Whether `result` is signed by its key as an answer to `job`.
pub fn is_signed(job: &Job, result: &JobResult) -> bool {
    let Some(signed) = result.evidence.signed() else { return false };
    ed25519_zebra::VerificationKey::try_from(signed.key.0)
        .unwrap()
        .verify(&signed.signature.0.into(), &job.answer(&result.output).signing_hash())
        .is_ok()
}

pub fn proof(result: &JobResult) -> ProofBytes {
    match &result.evidence {
        Evidence::ZkMl { proof, .. } => proof.clone(),
        other => panic!("no proof in {other:?}"),
    }
}
