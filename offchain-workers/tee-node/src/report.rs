//! The attestation over HTTP: `GET /v1/attestation/report`.
//!
//! Without a nonce it is the newest registration, as it goes to the chain. With `?nonce=`, up to 64
//! bytes in hexadecimal, the document is made for whoever asks; see [`Attester::report`].

use crate::{openai::ApiError, session::Attester};
use axum::{
    extract::State,
    http::{header, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::get,
    Router,
};
use opg_primitives::{
    attestation::{AttestationFormat, DocumentBytes},
    ids::SessionKey,
    registration::Registration,
};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// The path.
pub const REPORT_PATH: &str = "/v1/attestation/report";
/// The most bytes of a nonce.
const MAX_NONCE_BYTES: usize = 64;
/// Documents that are made at once: the hardware makes few.
const AT_ONCE: usize = 2;
/// How long one may take, the wait for others included.
const DEADLINE: Duration = Duration::from_secs(30);

/// What the path takes. Both are hexadecimal digits, which need no escape in a query.
#[derive(Debug, Default)]
struct Wanted {
    nonce: Option<String>,
    signing_address: Option<String>,
}

impl Wanted {
    fn of(uri: &Uri) -> Self {
        let mut wanted = Self::default();
        let pairs = uri.query().unwrap_or_default().split('&');
        for (name, value) in pairs.filter_map(|pair| pair.split_once('=')) {
            match name {
                "nonce" => wanted.nonce = Some(value.to_owned()),
                "signing_address" => wanted.signing_address = Some(value.to_owned()),
                _ => {}
            }
        }
        wanted
    }
}

/// What the path gives.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The session key, as the convention of other nodes names it: in hexadecimal, without `0x`.
    pub signing_address: String,
    /// `ed25519`.
    pub signing_algo: String,
    /// The format of the document.
    pub format: AttestationFormat,
    /// The nonce that was asked for; none in a registration.
    pub nonce: Option<String>,
    /// The document.
    #[serde(with = "opg_primitives::text::hex_bytes")]
    pub document: DocumentBytes,
    /// The newest registration: session, configuration, block, and its own document.
    pub registration: Registration,
}

/// How a session key is named by the convention of other nodes.
pub fn signing_address(key: SessionKey) -> String {
    hex::encode(key.0)
}

struct Desk {
    attester: Arc<Attester>,
    room: Arc<Semaphore>,
}

/// The path, for `attester`.
pub fn router(attester: Arc<Attester>) -> Router {
    let desk = Arc::new(Desk { attester, room: Arc::new(Semaphore::new(AT_ONCE)) });
    Router::new().route(REPORT_PATH, get(report)).with_state(desk)
}

async fn report(State(desk): State<Arc<Desk>>, uri: Uri) -> Response {
    match made(desk, Wanted::of(&uri)).await {
        Ok(json) => {
            (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], json).into_response()
        }
        Err(error) => error.into_response(),
    }
}

async fn made(desk: Arc<Desk>, wanted: Wanted) -> Result<String, ApiError> {
    let newest = desk
        .attester
        .newest()
        .ok_or_else(|| ApiError::unavailable("there is no attestation yet"))?;
    let address = signing_address(newest.session.session_key);
    if wanted.signing_address.is_some_and(|asked| asked != address) {
        return Err(ApiError::unknown("this node signs with another key"));
    }
    let document = match &wanted.nonce {
        None => newest.document.clone(),
        Some(nonce) => fresh(&desk, nonce).await?,
    };
    let report = Report {
        signing_address: address,
        signing_algo: "ed25519".into(),
        format: newest.format,
        nonce: wanted.nonce,
        document,
        registration: (*newest).clone(),
    };
    serde_json::to_string(&report).map_err(ApiError::internal)
}

async fn fresh(desk: &Arc<Desk>, nonce: &str) -> Result<DocumentBytes, ApiError> {
    let bytes = hex::decode(nonce.strip_prefix("0x").unwrap_or(nonce))
        .ok()
        .filter(|bytes| (1..=MAX_NONCE_BYTES).contains(&bytes.len()))
        .ok_or_else(|| ApiError::invalid("a nonce is 1 to 64 bytes in hexadecimal"))?;
    let made = async {
        let permit = desk.room.clone().acquire_owned().await;
        let attester = desk.attester.clone();
        let made = tokio::task::spawn_blocking(move || {
            let document = attester.report(&bytes);
            drop(permit);
            document
        });
        made.await
    };
    match tokio::time::timeout(DEADLINE, made).await {
        Ok(Ok(Ok(document))) => Ok(document),
        Ok(Ok(Err(error))) => {
            tracing::warn!(%error, "no document for a client");
            Err(ApiError::unavailable("the platform gives no document now"))
        }
        Ok(Err(_)) => Err(ApiError::internal("making the document broke off")),
        Err(_) => Err(ApiError::unavailable("the platform gives no document in time")),
    }
}
