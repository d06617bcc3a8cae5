//! A node for clients on a port of its own, in front of an upstream that says what a test wants.

#![allow(dead_code)]

use super::{attester, client, verifies};
use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{header::AUTHORIZATION, HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
    Router,
};
use futures::channel::mpsc::UnboundedReceiver;
use opg_primitives::{
    ids::Digest,
    signed_answer::{carrier, SignedAnswer},
};
use opg_tee_node::{
    metrics::Metrics,
    openai::{self, Bounds, Service, Upstream},
    report,
    session::Attester,
};
use opg_worker_api::server::{bind, serve, Limits};
use reqwest::Client;
use std::{
    collections::VecDeque,
    future::pending,
    io,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// What the upstream says to the next request.
pub enum Says {
    /// A whole answer.
    Whole(u16, String),
    /// The same, once a test lets it go.
    Held(oneshot::Receiver<()>, String),
    /// A stream, as a test feeds it.
    Stream(UnboundedReceiver<io::Result<Bytes>>),
}

/// An upstream that was asked these things, with these keys.
#[derive(Clone, Default)]
pub struct Script {
    says: Arc<Mutex<VecDeque<Says>>>,
    pub bodies: Arc<Mutex<Vec<Bytes>>>,
    pub keys: Arc<Mutex<Vec<Option<String>>>>,
}

impl Script {
    pub fn new(says: impl IntoIterator<Item = Says>) -> Self {
        Self { says: Arc::new(Mutex::new(says.into_iter().collect())), ..Self::default() }
    }

    pub fn calls(&self) -> usize {
        self.bodies.lock().unwrap().len()
    }

    /// Waits until it was asked `calls` times.
    pub async fn asked(&self, calls: usize) {
        until("the upstream is asked", || async { (self.calls() >= calls).then_some(()) }).await
    }

    pub async fn start(&self) -> String {
        let router = Router::new()
            .route("/v1/chat/completions", post(said))
            .route("/v1/completions", post(said))
            .route("/v1/models", get(|| async { r#"{"object":"list","data":[]}"# }))
            .with_state(self.clone());
        listen(router).await
    }
}

async fn said(State(script): State<Script>, headers: HeaderMap, body: Bytes) -> Response {
    let key = headers.get(AUTHORIZATION).map(|key| key.to_str().unwrap().to_owned());
    script.keys.lock().unwrap().push(key);
    script.bodies.lock().unwrap().push(body);
    let next = script.says.lock().unwrap().pop_front();
    let json = [("content-type", "application/json")];
    match next.expect("the upstream was asked once too often") {
        Says::Whole(status, body) => {
            (StatusCode::from_u16(status).unwrap(), json, body).into_response()
        }
        Says::Held(go, body) => {
            let _ = go.await;
            (json, body).into_response()
        }
        Says::Stream(parts) => {
            ([("content-type", "text/event-stream")], Body::from_stream(parts)).into_response()
        }
    }
}

/// Serves `router` to the end of the test; its address.
pub async fn listen(router: Router) -> String {
    let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, router, Limits::default(), pending()));
    url
}

/// A node that runs.
pub struct Node {
    pub url: String,
    pub attester: Arc<Attester>,
    pub http: Client,
}

impl Node {
    /// A node in front of `script`.
    pub async fn start(script: &Script, bounds: Bounds) -> Self {
        let base = format!("{}/v1", script.start().await);
        Self::before(&base, None, bounds).await
    }

    /// A node in front of the upstream at `base`.
    pub async fn before(base: &str, network: Option<Digest>, bounds: Bounds) -> Self {
        let attester = attester();
        let upstream = Upstream::new(base, None, Some("operator"), network).unwrap();
        let service = Service::new(
            attester.signer().clone(),
            attester.setting().configuration.id(),
            upstream,
            bounds,
            Metrics::new(1),
        );
        let router = report::router(attester.clone()).merge(openai::router(service));
        let url = listen(openai::fallbacks(router)).await;
        Self { url, attester, http: client() }
    }

    pub fn request(&self, path: &str, key: &str, body: &str) -> reqwest::RequestBuilder {
        self.http
            .post(format!("{}{path}", self.url))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {key}"))
            .body(body.to_owned())
    }

    /// Asks for a chat completion with the key `me`.
    pub async fn chat(&self, body: &str) -> reqwest::Response {
        self.request("/v1/chat/completions", "me", body).send().await.unwrap()
    }

    pub async fn get(&self, path: &str) -> (u16, String) {
        let response = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// The signed answer of that name, once it is there.
    pub async fn answer(&self, id: &str) -> SignedAnswer {
        until("the answer is signed", || async {
            let (status, json) = self.get(&format!("/v1/answers/{id}")).await;
            (status == 200).then(|| serde_json::from_str(&json).unwrap())
        })
        .await
    }

    /// Checks `answer`'s signature by the key of this node.
    pub fn is_signed(&self, answer: &SignedAnswer) -> bool {
        let key = self.attester.signer().session_key();
        answer.check_signature(key, |key, hash, signature| verifies(*key, hash, signature)).is_ok()
    }
}

/// Asks until there is something; a minute at most.
pub async fn until<T, F: std::future::Future<Output = Option<T>>>(
    what: &str,
    ask: impl Fn() -> F,
) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The signed answer in a whole body.
pub fn in_body(body: &[u8]) -> SignedAnswer {
    serde_json::from_slice(carrier::open_body(body).unwrap().1).unwrap()
}

/// The signed answer in a stream.
pub fn in_stream(stream: &[u8]) -> SignedAnswer {
    serde_json::from_slice(carrier::open_stream(stream).unwrap().answer).unwrap()
}

/// All that comes of a stream, and whether it came to a good end.
pub async fn drain(mut response: reqwest::Response) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return (bytes, true),
            Err(_) => return (bytes, false),
        }
    }
}
