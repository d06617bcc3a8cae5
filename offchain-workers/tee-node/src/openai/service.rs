//! What is behind OpenAI's paths: an upstream, a signer, and the bounds of both.

use super::{
    answering::Answering,
    forward::{self, Wanted},
    request::Asked,
    retries::{Retries, RetryKey},
    store::{Kept, Store},
    upstream::Upstream,
    ApiError,
};
use crate::{metrics::Metrics, signer::Signer};
use axum::{body::Bytes, http::StatusCode};
use opg_primitives::{
    ids::ConfigurationId,
    signed_answer::{AnswerStatement, Face, SignedAnswer, Ungraded},
};
use rand::{rngs::OsRng, RngCore};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// The bounds of the service.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The most bytes of a request.
    pub request_bytes: usize,
    /// The most bytes of an answer.
    pub answer_bytes: usize,
    /// The most answers that are made at once.
    pub at_once: usize,
    /// How long the upstream may take, from the request to the last byte.
    pub deadline: Duration,
    /// How long an answer is kept for the same request.
    pub retry_window: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            request_bytes: 4 << 20,
            answer_bytes: 8 << 20,
            at_once: 64,
            deadline: Duration::from_secs(600),
            retry_window: Duration::from_secs(60),
        }
    }
}

/// The service.
pub struct Service {
    /// The keys that sign.
    pub signer: Arc<Signer>,
    /// What the enclave was set up with.
    pub configuration: ConfigurationId,
    /// Where it forwards to.
    pub upstream: Arc<Upstream>,
    /// Its bounds.
    pub bounds: Bounds,
    /// The figures.
    pub metrics: Arc<Metrics>,
    retries: Retries,
    store: Store,
    room: Arc<Semaphore>,
}

impl Service {
    /// A service in front of `upstream`.
    pub fn new(
        signer: Arc<Signer>,
        configuration: ConfigurationId,
        upstream: impl Into<Arc<Upstream>>,
        bounds: Bounds,
        metrics: Arc<Metrics>,
    ) -> Arc<Self> {
        Arc::new(Self {
            retries: Retries::new(bounds.retry_window),
            store: Store::default(),
            room: Arc::new(Semaphore::new(bounds.at_once)),
            signer,
            configuration,
            upstream: upstream.into(),
            bounds,
            metrics,
        })
    }

    /// The answer to a request: the one that is being made or was, if it is the same, or a new one.
    ///
    /// # Errors
    /// 503 if there is no room for a new one.
    pub fn answer(
        self: &Arc<Self>,
        face: Face,
        authorization: Option<&[u8]>,
        asked: &Asked,
        body: &Bytes,
    ) -> Result<Arc<Answering>, ApiError> {
        let key = authorization.map(|authorization| RetryKey::new(face, authorization, body));
        let (answering, joined) = self.retries.join(key, || {
            let place = self.room.clone().try_acquire_owned().map_err(|_| {
                let status = StatusCode::SERVICE_UNAVAILABLE;
                ApiError::new(status, "overloaded", "as many answers are made as may be")
            })?;
            let answering = Answering::new(format!("opg-{}", hex::encode(random()?)));
            let wanted = Wanted { face, asked: asked.clone(), body: body.clone() };
            let (service, made) = (self.clone(), answering.clone());
            // Not of the client's request: it may go and come back for the same answer.
            tokio::spawn(async move {
                // However it ends: even a panic is an end.
                let _noted = Noted { retries: &service.retries, key, answering: &made };
                forward::make(&service, &made, wanted, place).await;
            });
            Ok(answering)
        })?;
        if joined {
            self.metrics.joined();
        }
        Ok(answering)
    }

    /// Numbers and signs `draft`, whose number and head are replaced.
    pub fn sign(&self, draft: AnswerStatement) -> SignedAnswer {
        let signed = self.signer.sign(|before| {
            let (sequence, previous) = (before.count, before.head);
            let statement = AnswerStatement { sequence, previous, ..draft };
            let hash = statement.signing_hash();
            Ok::<_, Infallible>((statement, hash))
        });
        let (statement, signature) = match signed {
            Ok(signed) => signed,
            Err(never) => match never {},
        };
        let session_key = self.signer.session_key();
        SignedAnswer { standing: Ungraded, statement, session_key, signature }
    }

    /// Keeps a signed answer, before anybody gets it.
    pub fn keep(&self, kept: Kept) {
        self.store.keep(kept);
    }

    /// The signed answer of that name.
    pub fn kept(&self, name: &str) -> Option<Arc<Kept>> {
        self.store.get(name)
    }
}

/// Notes the end of an answer when it is dropped.
struct Noted<'a> {
    retries: &'a Retries,
    key: Option<RetryKey>,
    answering: &'a Arc<Answering>,
}

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.retries.note_end(key, self.answering);
        }
    }
}

/// Bytes that nobody foresees.
fn random() -> Result<[u8; 16], ApiError> {
    let mut bytes = [0; 16];
    OsRng.try_fill_bytes(&mut bytes).map_err(ApiError::internal)?;
    Ok(bytes)
}
