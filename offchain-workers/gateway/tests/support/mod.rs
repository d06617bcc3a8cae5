//! A gateway on a port of its own, workers that do what a test wants, and a node that says what a
//! test wants.

#![allow(dead_code)]

#[path = "../../../worker-api/tests/common/mod.rs"]
pub mod common;
#[path = "../../../worker-api/tests/common/client.rs"]
mod protocol;
#[path = "../../../worker-api/tests/common/server.rs"]
mod server;

use axum::{extract::State, routing::post, Json, Router};
use codec::Encode;
use opg_gateway::{
    chain::{watch_chain, Node},
    client::http,
    config::WorkerConfig,
    record::GatewayRecord,
    service::{Gateway, HoldFor, Settings},
    workers::Workers,
};
use opg_primitives::{
    attestation::{enclave_id, Counter, Session},
    enclave::state,
    evidence::{Evidence, ProofSystem, SignedAnswer},
    ids::{BlockHash, Challenge, ConfigurationId, EncryptionKey, SessionKey, Signature, WorkerKey},
    mode::{Mode, ModeSet},
    names::Address,
};
use opg_worker_api::{
    server::{router, JobService, Ledger, Put},
    ErrorBody, Health, Job, JobInput, JobKey, JobResult, JobStatus, Queue, Served, Text, VERSION,
};
use reqwest::Client;
use serde_json::{json, Value};
use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, Mutex,
    },
    time::Duration,
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

pub use protocol::*;
pub use server::Server;

/// What a scripted worker says to the next call; the last one stands.
pub struct Script {
    pub says: Mutex<VecDeque<JobStatus>>,
    pub puts: AtomicUsize,
    pub key: ed25519_zebra::SigningKey,
    pub modes: ModeSet,
    pub length: u32,
    /// What it says that it signs by.
    pub worker: Option<WorkerKey>,
}

impl Script {
    pub fn new(says: impl IntoIterator<Item = JobStatus>) -> Arc<Self> {
        Arc::new(Self {
            says: Mutex::new(says.into_iter().collect()),
            puts: AtomicUsize::new(0),
            key: ed25519_zebra::SigningKey::from([7; 32]),
            modes: ModeSet::of(&[Mode::Plain, Mode::ZkMl]),
            length: 0,
            worker: None,
        })
    }

    fn next(&self) -> JobStatus {
        let mut says = self.says.lock().unwrap();
        match says.len() {
            0 => JobStatus::Queued,
            1 => says[0].clone(),
            _ => says.pop_front().unwrap(),
        }
    }

    pub fn then(&self, says: impl IntoIterator<Item = JobStatus>) {
        *self.says.lock().unwrap() = says.into_iter().collect();
    }

    pub fn puts(&self) -> usize {
        self.puts.load(Ordering::SeqCst)
    }
}

impl JobService for Script {
    async fn put(self: Arc<Self>, _: Job) -> Result<Put, ErrorBody> {
        self.puts.fetch_add(1, Ordering::SeqCst);
        Ok(Put::New(self.next()))
    }
    async fn get(self: Arc<Self>, _: JobKey) -> Option<JobStatus> {
        Some(self.next())
    }
    fn health(&self) -> Health {
        let models =
            vec![Served { model: common::job().model, modes: self.modes, key_version: Some(0) }];
        Health {
            version: VERSION,
            service: Text::new("script"),
            ready: true,
            note: Text::default(),
            genesis: None,
            worker: self.worker,
            models,
            queue: Queue { length: self.length, capacity: 10 },
        }
    }
    fn metrics(&self) -> String {
        String::new()
    }
}

/// A result for `job` that is signed by the key of `seed`.
pub fn signed(job: &Job, seed: u8) -> JobResult {
    let key = ed25519_zebra::SigningKey::from([seed; 32]);
    let output = match &job.input {
        JobInput::Public(_) => common::result().output,
        JobInput::Sealed(_) => common::sealed_result().output,
    };
    let signature = Signature(key.sign(&job.answer(&output).signing_hash()).to_bytes());
    let signed = SignedAnswer { key: worker_key(seed), signature };
    let evidence = match job.mode {
        Mode::ZkMl => Evidence::ZkMl {
            signed,
            system: ProofSystem::Groth16Bls12381,
            key_version: job.key_version.unwrap(),
            proof: vec![1; 192].try_into().unwrap(),
        },
        Mode::Tee => {
            let enclave = enclave_id(job.genesis, job.provider, SessionKey(signed.key.0));
            let said = job.enclave_answer(enclave, &output, common::run());
            let signature = Signature(key.sign(&said.signing_hash()).to_bytes());
            Evidence::Tee { enclave, run: said.run, signature }
        }
        Mode::Plain => Evidence::Plain(signed),
    };
    JobResult { output, evidence }
}

/// A job whose input is sealed to the enclave whose session key is that of `seed`.
pub fn sealed_to(seed: u8) -> Job {
    let mut job = common::sealed_job();
    if let JobInput::Sealed(delivered) = &mut job.input {
        let key = SessionKey(worker_key(seed).0);
        delivered.enclave = enclave_id(job.genesis, job.provider, key);
    }
    job
}

pub fn worker_key(seed: u8) -> WorkerKey {
    WorkerKey(ed25519_zebra::SigningKey::from([seed; 32]).verification_key().into())
}

impl Server {
    pub async fn script(script: &Arc<Script>) -> Self {
        Self::new(router(script.clone())).await
    }
}

/// A node whose chain a test makes.
#[derive(Default)]
pub struct FakeChain {
    pub best: u32,
    pub finalized: u32,
    pub hashes: BTreeMap<u32, BlockHash>,
    pub broken: bool,
    /// What the state holds, by hexadecimal keys.
    pub state: BTreeMap<String, String>,
    /// Whether its state is not told.
    pub silent: bool,
    /// How often the state was asked for.
    pub reads: usize,
    /// How often the hash of each block was asked for.
    pub asked: BTreeMap<u64, u32>,
}

pub type Chain = Arc<Mutex<FakeChain>>;

/// A chain that has the blocks of `job`, and whose genesis is its.
pub fn chain_of(job: &Job, finalized: u32, best: u32) -> Chain {
    let delivery = match &job.input {
        JobInput::Public(_) => job.lease_block,
        JobInput::Sealed(delivered) => delivered.block,
    };
    let hashes = BTreeMap::from([
        (0, BlockHash(job.genesis.0)),
        (job.request_block.number, job.request_block.hash),
        (job.lease_block.number, job.lease_block.hash),
        (delivery.number, delivery.hash),
    ]);
    Arc::new(Mutex::new(FakeChain { best, finalized, hashes, ..FakeChain::default() }))
}

async fn rpc(State(chain): State<Chain>, Json(call): Json<Value>) -> Json<Value> {
    let mut chain = chain.lock().unwrap();
    let of_state = call["method"] == "state_getStorage";
    chain.reads += usize::from(of_state);
    if chain.broken || (chain.silent && of_state) {
        return Json(
            json!({"jsonrpc": "2.0", "id": 1, "error": {"code": -1, "message": "broken"}}),
        );
    }
    if let ("chain_getBlockHash", Some(number)) =
        (call["method"].as_str().unwrap(), call["params"][0].as_u64())
    {
        *chain.asked.entry(number).or_default() += 1;
    }
    let hash = |number: u32| {
        let made = BlockHash([number as u8 ^ 0xaa; 32]);
        let known = (number <= chain.best).then(|| *chain.hashes.get(&number).unwrap_or(&made));
        json!(known)
    };
    let result = match call["method"].as_str().unwrap() {
        "chain_getBlockHash" => hash(call["params"][0].as_u64().unwrap() as u32),
        "chain_getFinalizedHead" => hash(chain.finalized),
        "chain_getHeader" => {
            let number = if call["params"][0].is_null() { chain.best } else { chain.finalized };
            json!({"number": format!("{number:#x}"), "parentHash": BlockHash::default()})
        }
        "state_getStorage" => {
            // Of the last final block, and of no other.
            assert_eq!(call["params"][1], hash(chain.finalized));
            json!(chain.state.get(call["params"][0].as_str().unwrap()))
        }
        other => panic!("{other}"),
    };
    Json(json!({"jsonrpc": "2.0", "id": 1, "result": result}))
}

/// Puts the enclave whose session key is that of `seed` on `chain`, for the provider of `job`.
pub fn register(chain: &Chain, job: &Job, seed: u8) {
    let session = Session {
        genesis: job.genesis,
        provider: job.provider,
        challenge: Challenge([1; 32]),
        session_key: SessionKey(worker_key(seed).0),
        encryption_key: EncryptionKey([2; 32]),
        tls_key: None,
        endpoint: Address::default(),
        configuration: ConfigurationId([3; 32]),
        answered: Counter::default(),
    };
    let digits = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
    let key = digits(&state::key(session.enclave()));
    // The runtime keeps more of an enclave after its session.
    let held = digits(&[session.encode(), vec![7; 100]].concat());
    chain.lock().unwrap().state.insert(key, held);
}

pub async fn node(chain: &Chain) -> Server {
    Server::new(Router::new().route("/", post(rpc)).with_state(chain.clone())).await
}

/// What a test's gateway is made of.
pub struct Setup {
    pub directory: PathBuf,
    pub workers: Vec<WorkerConfig>,
    pub node: Option<String>,
    pub settings: Settings,
    /// How long a call may take.
    pub call: Duration,
}

pub fn named(name: &str, server: &Server) -> WorkerConfig {
    WorkerConfig { name: name.into(), ..WorkerConfig::from_url(&server.url()).unwrap() }
}

impl Setup {
    /// A gateway that holds for nothing.
    pub fn new(directory: &Path, workers: Vec<WorkerConfig>) -> Self {
        Self {
            directory: directory.to_owned(),
            workers,
            node: None,
            settings: Settings {
                hold_for: HoldFor::Nothing,
                block_time: Duration::from_secs(3),
                max_jobs: 8,
                failover: Duration::from_millis(500),
                poll: Duration::from_millis(50),
            },
            call: Duration::from_millis(500),
        }
    }

    /// The same, holding for the lease by the word of `node`.
    pub fn holding(directory: &Path, workers: Vec<WorkerConfig>, node: &Server) -> Self {
        let mut setup = Self::new(directory, workers);
        setup.settings.hold_for = HoldFor::Lease;
        setup.node = Some(node.url());
        setup
    }

    pub async fn start(self) -> Running {
        let http = http(self.call).unwrap();
        let workers = Arc::new(Workers::new(self.workers, &http));
        let node = self.node.map(|url| Node::new(http, url.parse().unwrap()));
        let (send, views) = watch::channel(None);
        let mut background = Vec::new();
        if let Some(node) = node.clone() {
            background.push(tokio::spawn(watch_chain(node, Duration::from_millis(50), send)));
        }
        for worker in workers.all() {
            let _ = worker.refresh().await;
        }
        background.push(tokio::spawn(workers.clone().watch(Duration::from_millis(100))));
        let ledger = Ledger::<GatewayRecord>::open(&self.directory, 100).unwrap();
        let gateway = Gateway::start(self.settings, ledger, workers, node, views);
        let server = Server::new(router(gateway.clone())).await;
        Running { url: server.url(), gateway, server, background, client: client() }
    }
}

/// A gateway that runs.
pub struct Running {
    pub url: String,
    pub gateway: Arc<Gateway>,
    server: Server,
    background: Vec<JoinHandle<()>>,
    client: Client,
}

impl Running {
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

    /// Asks for a job until its status is as wanted.
    pub async fn until(&self, key: JobKey, wanted: impl Fn(&JobStatus) -> bool) -> JobStatus {
        until_status(&self.client, &self.url, key, wanted).await
    }

    pub async fn end(&self, key: JobKey) -> JobStatus {
        self.until(key, JobStatus::is_terminal).await
    }

    /// Asks for the figures until the one of that name and labels is at least `least`.
    pub async fn figure(&self, name: &str, least: u64) {
        let figure = |text: &str| -> u64 {
            let mut rest = text.lines().filter_map(|line| line.strip_prefix(name));
            rest.next().and_then(|rest| rest.trim().parse().ok()).unwrap_or_default()
        };
        until(|| self.text("/metrics"), |(_, text)| figure(text) >= least).await;
    }

    pub async fn text(&self, path: &str) -> (u16, String) {
        text(&self.client, &self.url, path).await
    }
}

/// An address that nobody listens on.
pub async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}
