//! A gateway on a port of its own, workers that do what a test wants, and a node that says what a
//! test wants.

#![allow(dead_code)]

#[path = "../../../worker-api/tests/common/mod.rs"]
pub mod common;

use axum::{extract::State, routing::post, Json, Router};
use opg_gateway::{
    chain::{watch_chain, Node},
    client::http,
    config::WorkerConfig,
    record::GatewayRecord,
    service::{Gateway, HoldFor, Settings},
    workers::Workers,
};
use opg_primitives::{
    attestation::enclave_id,
    enclave::{FinishReason, ModelRan, Run, Usage},
    evidence::{Evidence, ProofSystem, SignedAnswer},
    ids::{BlockHash, Digest, SessionKey, Signature, WorkerKey},
    mode::{Mode, ModeSet},
};
use opg_worker_api::{
    from_json,
    server::{bind, router, serve, JobService, Ledger, Limits, Put},
    ErrorBody, Health, Job, JobKey, JobReport, JobResult, JobStatus, Queue, Served, Text, VERSION,
};
use reqwest::Client;
use serde_json::{json, Value};
use std::{
    collections::{BTreeMap, VecDeque},
    future::Future,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, Mutex,
    },
    time::{Duration, Instant},
};
use tokio::{
    net::TcpListener,
    sync::{oneshot, watch},
    task::JoinHandle,
};

/// What a scripted worker says to the next call; the last one stands.
pub struct Script {
    pub says: Mutex<VecDeque<JobStatus>>,
    pub puts: AtomicUsize,
    pub key: ed25519_zebra::SigningKey,
    pub modes: ModeSet,
    pub length: u32,
}

impl Script {
    pub fn new(says: impl IntoIterator<Item = JobStatus>) -> Arc<Self> {
        Arc::new(Self {
            says: Mutex::new(says.into_iter().collect()),
            puts: AtomicUsize::new(0),
            key: ed25519_zebra::SigningKey::from([7; 32]),
            modes: ModeSet::of(&[Mode::Plain, Mode::ZkMl]),
            length: 0,
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
            worker: None,
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
    let output = common::result().output;
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
            let said = job.enclave_answer(enclave, &output, run());
            let signature = Signature(key.sign(&said.signing_hash()).to_bytes());
            Evidence::Tee { enclave, run: said.run, signature }
        }
        Mode::Plain => Evidence::Plain(signed),
    };
    JobResult { output, evidence }
}

fn run() -> Run {
    Run {
        model: ModelRan::Network(Digest([1; 32])),
        finish: FinishReason::Stop,
        usage: Usage { input: 64, output: 1 },
        started: 1,
        finished: 2,
        sequence: 0,
        previous: Digest::default(),
    }
}

pub fn worker_key(seed: u8) -> WorkerKey {
    WorkerKey(ed25519_zebra::SigningKey::from([seed; 32]).verification_key().into())
}

/// A server that can be taken away.
pub struct Server {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    pub async fn new(router: Router) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), router).await
    }

    pub async fn at(address: SocketAddr, router: Router) -> Self {
        let listener = bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let end = async {
            let _ = stopped.await;
        };
        let limits = Limits { grace: Duration::from_millis(100), ..Limits::default() };
        let task = tokio::spawn(serve(listener, router, limits, end));
        Self { address, stop: Some(stop), task }
    }

    pub async fn script(script: &Arc<Script>) -> Self {
        Self::new(router(script.clone())).await
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes it away; its port is free when this returns.
    pub async fn stop(mut self) -> SocketAddr {
        let _ = self.stop.take().unwrap().send(());
        self.task.await.unwrap();
        self.address
    }
}

/// A node whose chain a test makes.
#[derive(Default)]
pub struct FakeChain {
    pub best: u32,
    pub finalized: u32,
    pub hashes: BTreeMap<u32, BlockHash>,
    pub broken: bool,
    /// How often the hash of each block was asked for.
    pub asked: BTreeMap<u64, u32>,
}

pub type Chain = Arc<Mutex<FakeChain>>;

/// A chain that has the blocks of `job`, and whose genesis is its.
pub fn chain_of(job: &Job, finalized: u32, best: u32) -> Chain {
    let hashes = BTreeMap::from([
        (0, BlockHash(job.genesis.0)),
        (job.request_block.number, job.request_block.hash),
        (job.lease_block.number, job.lease_block.hash),
    ]);
    Arc::new(Mutex::new(FakeChain { best, finalized, hashes, ..FakeChain::default() }))
}

async fn rpc(State(chain): State<Chain>, Json(call): Json<Value>) -> Json<Value> {
    let mut chain = chain.lock().unwrap();
    if chain.broken {
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
        other => panic!("{other}"),
    };
    Json(json!({"jsonrpc": "2.0", "id": 1, "result": result}))
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

pub fn client() -> Client {
    Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap()
}

/// Asks until what is answered is as wanted; half a minute at most.
pub async fn until<T: std::fmt::Debug, F: Future<Output = T>>(
    ask: impl Fn() -> F,
    wanted: impl Fn(&T) -> bool,
) -> T {
    let start = Instant::now();
    loop {
        let answer = ask().await;
        if wanted(&answer) {
            return answer;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "still {answer:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
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
    pub async fn put(&self, job: &Job) -> (u16, Result<JobStatus, ErrorBody>) {
        let request = self.client.put(format!("{}{}", self.url, job.key().path())).json(job);
        answer(request.send().await.unwrap(), job.key()).await
    }

    /// Puts a job that is to be taken, whatever becomes of it.
    pub async fn take(&self, job: &Job) -> JobStatus {
        let (_, answer) = self.put(job).await;
        answer.expect("not taken")
    }

    pub async fn get(&self, key: JobKey) -> (u16, Result<JobStatus, ErrorBody>) {
        let request = self.client.get(format!("{}{}", self.url, key.path()));
        answer(request.send().await.unwrap(), key).await
    }

    /// Asks for a job until its status is as wanted.
    pub async fn until(&self, key: JobKey, wanted: impl Fn(&JobStatus) -> bool) -> JobStatus {
        let (_, status) =
            until(|| self.get(key), |(_, status)| status.as_ref().is_ok_and(&wanted)).await;
        status.unwrap()
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
        let response = self.client.get(format!("{}{path}", self.url)).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }
}

async fn answer(response: reqwest::Response, key: JobKey) -> (u16, Result<JobStatus, ErrorBody>) {
    let status = response.status().as_u16();
    let bytes = response.bytes().await.unwrap();
    if status < 300 {
        let report: JobReport = from_json(&bytes).unwrap();
        assert_eq!(report.key(), key);
        (status, Ok(report.status))
    } else {
        (status, Err(from_json(&bytes).unwrap()))
    }
}

/// Copies a journal as it is at this moment: what a crash would leave.
pub fn snapshot(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// An address that nobody listens on.
pub async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}
