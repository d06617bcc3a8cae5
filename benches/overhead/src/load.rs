//! Clients, each of which asks one request after the other over a connection of its own.

use crate::fixed::{self, Kind, DELAY};
use anyhow::{ensure, Context};
use reqwest::{header, StatusCode};
use std::{
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};
use tokio::{sync::Barrier, task::JoinSet, time::sleep};

/// How long an answer may take before the run is given up.
const DEADLINE: Duration = Duration::from_secs(30);
/// Room for an answer with its signed answer.
const ROOM: usize = fixed::BYTES + 8 * 1024;

/// How much is asked.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Clients at once.
    pub clients: u32,
    /// What each of them asks before anything counts.
    pub warm_up: u32,
    /// What each of them asks that counts.
    pub requests: u32,
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The request's number.
    pub number: u64,
    /// From asking to the first bytes of the body.
    pub first: Duration,
    /// From asking to its last byte.
    pub end: Duration,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// What came of a load.
#[derive(Clone, Debug, Default)]
pub struct Phase {
    /// All answers that count.
    pub answers: Vec<Answered>,
    /// Answers a second, over all clients.
    pub rate: f64,
}

/// Asks the service at `base`, such as `http://127.0.0.1:8000`. Requests take their numbers from
/// `numbers`, so that no two of a run are the same.
///
/// # Errors
/// If any answer fails.
pub async fn run(
    load: Load,
    base: &str,
    kind: Kind,
    numbers: &Arc<AtomicU64>,
) -> anyhow::Result<Phase> {
    let warm = Arc::new(Barrier::new(load.clients as usize));
    let mut clients = JoinSet::new();
    for position in 0..load.clients {
        let client = Client::new(base, kind, numbers.clone())?;
        // Evenly over the time that the upstream takes: people do not ask in step.
        let offset = DELAY * position / load.clients;
        clients.spawn(client.ask_all(load, warm.clone(), offset));
    }
    let mut phase = Phase::default();
    // At the first failure the set is dropped, and with it all other clients.
    while let Some(ended) = clients.join_next().await {
        let (answers, took) = ended??;
        phase.rate += f64::from(load.requests) / took.as_secs_f64();
        phase.answers.extend(answers);
    }
    Ok(phase)
}

struct Client {
    /// With a pool of its own, of one connection.
    http: reqwest::Client,
    url: String,
    kind: Kind,
    numbers: Arc<AtomicU64>,
}

impl Client {
    fn new(base: &str, kind: Kind, numbers: Arc<AtomicU64>) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(1)
            .tcp_nodelay(true)
            .timeout(DEADLINE)
            .build()?;
        Ok(Self { http, url: format!("{base}/v1/chat/completions"), kind, numbers })
    }

    /// Asks all that is to be asked. Gives the answers that count, and how long they took.
    async fn ask_all(
        self,
        load: Load,
        warm: Arc<Barrier>,
        offset: Duration,
    ) -> anyhow::Result<(Vec<Answered>, Duration)> {
        for _ in 0..load.warm_up {
            self.ask().await?;
        }
        let mut answers = Vec::with_capacity(load.requests as usize);
        warm.wait().await;
        sleep(offset).await;
        let began = Instant::now();
        for _ in 0..load.requests {
            answers.push(self.ask().await?);
        }
        Ok((answers, began.elapsed()))
    }

    async fn ask(&self) -> anyhow::Result<Answered> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        self.ask_for(number).await.with_context(|| format!("request {number} to {}", self.url))
    }

    async fn ask_for(&self, number: u64) -> anyhow::Result<Answered> {
        let request = self
            .http
            .post(&self.url)
            .header(header::CONTENT_TYPE, "application/json")
            // As every client of OpenAI's has one; the node keeps answers for those who ask again.
            .header(header::AUTHORIZATION, "Bearer overhead")
            .body(fixed::request(number, self.kind));
        let mut body = Vec::with_capacity(ROOM);
        let mut first = None;
        let asked = Instant::now();
        let mut response = request.send().await?;
        while let Some(chunk) = response.chunk().await? {
            first.get_or_insert_with(|| asked.elapsed());
            body.extend_from_slice(&chunk);
        }
        let end = asked.elapsed();
        let status = response.status();
        ensure!(status == StatusCode::OK, "status {status}: {}", String::from_utf8_lossy(&body));
        Ok(Answered { number, first: first.unwrap_or(end), end, body })
    }
}
