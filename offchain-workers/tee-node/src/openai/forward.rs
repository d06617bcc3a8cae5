//! One request to the upstream and back: the bytes that came go on, and those that come are sent.
//!
//! Nothing is changed on the way; so a request's two digests are the same, and so are an answer's. Each
//! is taken over the bytes at its own place all the same.

use super::{
    answering::{Answering, End},
    observe::Seen,
    request::Asked,
    service::Service,
    store::Kept,
    upstream::read,
    ApiError,
};
use axum::{
    body::{Body, Bytes},
    http::{header::CONTENT_TYPE, Method, Response, StatusCode},
};
use codec::Encode;
use futures::StreamExt;
use opg_primitives::{
    ids::Digest,
    signed_answer::{
        carrier::{self, is_done, part_end},
        AnswerStatement, Face, Parts, SignedAnswer, Status,
    },
};
use opg_worker_api::server::now_ms;
use sp_crypto_hashing::sha2_256;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{timeout_at, Instant},
};

/// What is wanted of the upstream.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Which path was asked.
    pub face: Face,
    /// What the request asks.
    pub asked: Asked,
    /// The request's body.
    pub body: Bytes,
}

/// Ends an answer that was dropped in the making.
struct Lost<'a>(&'a Answering);

impl Drop for Lost<'_> {
    fn drop(&mut self) {
        self.0.end(End::Failed(ApiError::internal("the answer was lost; see the log")));
    }
}

/// Makes an answer, and ends it. It leaves its place to others before anybody knows of the end: who
/// asks right after an answer finds room.
pub async fn make(
    service: &Service,
    answering: &Arc<Answering>,
    wanted: Wanted,
    place: OwnedSemaphorePermit,
) {
    let lost = Lost(answering);
    let making = Making {
        service,
        answering,
        began: (now_ms(), Instant::now()),
        deadline: Instant::now() + service.bounds.deadline,
        received: Digest(sha2_256(&wanted.body)),
        wanted,
    };
    let end = making.make().await.unwrap_or_else(|end| end);
    if end.refusal().is_some() {
        service.metrics.upstream_failed();
    }
    drop(place);
    // The first end stands: that of `lost` changes nothing after this.
    answering.end(end);
    drop(lost);
}

struct Making<'a> {
    service: &'a Service,
    answering: &'a Arc<Answering>,
    began: (u64, Instant),
    deadline: Instant,
    received: Digest,
    wanted: Wanted,
}

fn failed(error: ApiError) -> End {
    End::Failed(error)
}

fn too_late(deadline: Duration) -> End {
    let status = StatusCode::GATEWAY_TIMEOUT;
    let text = format!("the upstream took over {} s", deadline.as_secs());
    failed(ApiError::new(status, "upstream_timeout", text))
}

impl Making<'_> {
    /// What the upstream gives, signed; an error is an end, too.
    async fn make(&self) -> Result<End, End> {
        let accept = match self.wanted.asked.stream {
            true => "text/event-stream",
            false => "application/json",
        };
        let path = self.wanted.face.path();
        let sent = self.service.upstream.send(Method::POST, path, self.wanted.body.clone(), accept);
        let response = self.in_time(sent).await?.map_err(failed)?;
        if response.status() != StatusCode::OK {
            return Err(self.in_time(refused(response, self.service.bounds.answer_bytes)).await?);
        }
        match self.wanted.asked.stream {
            true => self.stream(response).await,
            false => self.whole(response).await,
        }
    }

    async fn in_time<T>(&self, waits: impl std::future::Future<Output = T>) -> Result<T, End> {
        let late = |_| too_late(self.service.bounds.deadline);
        timeout_at(self.deadline, waits).await.map_err(late)
    }

    async fn whole(&self, response: Response<Body>) -> Result<End, End> {
        let body = read(response.into_body(), self.service.bounds.answer_bytes);
        let got = self.in_time(body).await?.map_err(failed)?;
        let mut seen = Seen::default();
        // Before it is signed: what cannot carry a signed answer is none.
        if !seen.note_body(&got) || carrier::seal_body(&got, b"{}").is_none() {
            return Err(failed(ApiError::upstream(
                "the upstream's answer is not of OpenAI's shape",
            )));
        }
        let sent = got.clone();
        let draft = self.draft(&seen, &got, &sent, None, Status::Complete);
        let signed = self.sign(draft);
        let json = json(&signed)?;
        let sealed = carrier::seal_body(&sent, &json)
            .ok_or_else(|| failed(ApiError::internal("the answer carries nothing")))?;
        let header = hex::encode(signed.encode());
        self.service.keep(Kept { signed, wire: Some(Digest(sha2_256(&sealed))) });
        Ok(End::Whole { body: sealed.into(), header })
    }

    async fn stream(&self, response: Response<Body>) -> Result<End, End> {
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("text/event-stream")) {
            return Err(failed(ApiError::upstream(
                "the upstream was asked for a stream, and gave none",
            )));
        }
        self.answering.open();
        let Drained { got, seen, done, left } = self.drain(response.into_body()).await;
        let status = if done.is_some() { Status::Complete } else { Status::Aborted };
        let parts = self.answering.parts(left);
        let sent = parts.iter().map(|part| &*part.bytes).collect::<Vec<_>>().concat();
        let chain = parts.last().map(|part| part.so_far).unwrap_or_default();
        let draft = self.draft(&seen, &got, &sent, Some(chain), status);
        let signed = self.sign(draft);
        let mut tail = carrier::chunk(&signed.statement, &json(&signed)?);
        tail.extend_from_slice(done.as_deref().unwrap_or_default());
        let wire = done.as_ref().map(|_| {
            let mut wire = sent;
            wire.extend_from_slice(&tail);
            Digest(sha2_256(&wire))
        });
        self.service.keep(Kept { signed, wire });
        Ok(End::Stream { tail: tail.into(), broken: done.is_none() })
    }

    /// Passes parts on as they come, until the end mark, a fault of the upstream, or until all who
    /// read have left.
    async fn drain(&self, body: Body) -> Drained {
        let mut stream = body.into_data_stream();
        let mut drained = Drained::default();
        let mut rest = Rest::default();
        let why = loop {
            let next = tokio::select! {
                next = timeout_at(self.deadline, stream.next()) => next,
                left = self.answering.left() => match left {
                    true => {
                        drained.left = true;
                        break "all who read have left";
                    }
                    false => continue,
                },
            };
            let chunk = match next {
                Err(_) => break "it took too long",
                Ok(None) => break "it ended without its end mark",
                Ok(Some(Err(_))) => break "it broke off",
                Ok(Some(Ok(chunk))) => chunk,
            };
            let before = drained.got.len().saturating_add(rest.bytes.len());
            if before.saturating_add(chunk.len()) > self.service.bounds.answer_bytes {
                break "it is too long";
            }
            let mut parts = Vec::new();
            for part in rest.add(&chunk) {
                if is_done(&part) {
                    drained.done = Some(part);
                    break;
                }
                drained.got.extend_from_slice(&part);
                drained.seen.note_part(&part);
                parts.push(part.into());
            }
            if !parts.is_empty() {
                self.answering.push(parts);
            }
            if drained.done.is_some() {
                return drained;
            }
        };
        tracing::info!(answer = self.answering.id, why, "a stream was broken off");
        // What came of a part that never ended was got, and not sent.
        drained.got.extend_from_slice(&rest.bytes);
        drained
    }

    /// A statement without its number.
    fn draft(
        &self,
        seen: &Seen,
        got: &[u8],
        sent: &[u8],
        stream: Option<Parts>,
        status: Status,
    ) -> AnswerStatement {
        let (service, wanted) = (self.service, &self.wanted);
        AnswerStatement {
            genesis: service.signer.genesis(),
            provider: service.signer.provider(),
            enclave: service.signer.enclave(),
            configuration: service.configuration,
            id: self.answering.id.clone(),
            upstream_id: seen.id.clone(),
            face: wanted.face,
            received: self.received,
            forwarded: Digest(sha2_256(&wanted.body)),
            got: Digest(sha2_256(got)),
            sent: Digest(sha2_256(sent)),
            stream,
            model_asked: wanted.asked.model.clone(),
            model_named: seen.model.clone(),
            network: service.upstream.network(),
            parameters: wanted.asked.parameters,
            finish: seen.finish(),
            usage: seen.usage,
            started: self.began.0,
            finished: now_ms(),
            sequence: 0,
            previous: Digest([0; 32]),
            status,
        }
    }

    fn sign(&self, draft: AnswerStatement) -> SignedAnswer {
        self.service.metrics.signed(draft.status, self.began.1.elapsed());
        self.service.sign(draft)
    }
}

/// What came of a stream.
#[derive(Debug, Default)]
struct Drained {
    /// All bytes before the end mark.
    got: Vec<u8>,
    /// What they say.
    seen: Seen,
    /// The end mark, as it came; none if the stream was broken off.
    done: Option<Vec<u8>>,
    /// Whether it was broken off since all who read had left.
    left: bool,
}

/// What came after the last whole part.
#[derive(Debug, Default)]
struct Rest {
    bytes: Vec<u8>,
}

impl Rest {
    /// Adds what came, and takes the parts out that are whole with it. Each byte is looked at once,
    /// and moved once, however many parts come at once and however many pieces a part comes in.
    fn add(&mut self, chunk: &[u8]) -> Vec<Vec<u8>> {
        // A blank line that this completes begins at most two bytes before it.
        let mut from = self.bytes.len().saturating_sub(2);
        self.bytes.extend_from_slice(chunk);
        let (mut parts, mut taken) = (Vec::new(), 0);
        while let Some(length) = self.bytes.get(from..).and_then(part_end) {
            let end = from.saturating_add(length);
            parts.extend(self.bytes.get(taken..end).map(<[u8]>::to_vec));
            (taken, from) = (end, end);
        }
        self.bytes.drain(..taken);
        parts
    }
}

fn json(signed: &SignedAnswer) -> Result<Vec<u8>, End> {
    serde_json::to_vec(signed).map_err(|error| failed(ApiError::internal(error)))
}

/// The end of an answer that the upstream refused: what is the client's to mend as it came, all else
/// as this node's own error.
async fn refused(response: Response<Body>, most: usize) -> End {
    let status = response.status();
    let is_clients = matches!(status.as_u16(), 400 | 404 | 409 | 413 | 415 | 422 | 429);
    if !is_clients {
        return failed(ApiError::upstream(format!("the upstream answers with status {status}")));
    }
    match read(response.into_body(), most).await {
        Ok(body) if serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok() => {
            End::Refused { status, body }
        }
        _ => failed(ApiError::upstream(format!("the upstream answers with status {status}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_the_same_in_whatever_pieces_they_come() {
        let whole =
            b"\ndata: 1\n\n: note\r\n\r\ndata: 2\n\r\n\n\ndata: \n3\r\r\n4\n\r\r\n\ndata: rest\n";
        let mut parts = Rest::default();
        let at_once = parts.add(whole);
        assert_eq!(at_once.len(), 5);
        assert_eq!([at_once.concat(), parts.bytes].concat(), whole);
        for size in 1..whole.len() {
            let mut rest = Rest::default();
            let in_pieces: Vec<_> = whole.chunks(size).flat_map(|chunk| rest.add(chunk)).collect();
            assert_eq!(in_pieces, at_once, "pieces of {size} bytes");
        }
    }
}
