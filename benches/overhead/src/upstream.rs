//! The upstream: a service of OpenAI's shape that always takes [`DELAY`] and always answers 64 KiB.

use crate::fixed::{self, Kind, DELAY, DONE, MODEL, PART_BYTES};
use axum::{
    body::{Body, Bytes},
    http::{header::CONTENT_TYPE, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
    Router,
};
use futures::stream;
use serde::Deserialize;
use std::{convert::Infallible, thread, time::Instant};

/// A request, as far as it is of interest.
#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    stream: bool,
    messages: Vec<Message>,
}

#[derive(Debug, Deserialize)]
struct Message {
    content: String,
}

/// The paths of the upstream.
pub fn router() -> Router {
    Router::new().route("/v1/chat/completions", post(chat)).route("/v1/models", get(models))
}

async fn models() -> Response {
    let list = format!(
        r#"{{"object":"list","data":[{{"id":"{MODEL}","object":"model","created":1764028800,"owned_by":"opg"}}]}}"#
    );
    ([(CONTENT_TYPE, "application/json")], list).into_response()
}

async fn chat(body: Bytes) -> Response {
    let until = Instant::now() + DELAY;
    let Some((number, kind)) = read(&body) else {
        let error = r#"{"error":{"message":"the first message is a number, and nothing else","type":"invalid_request_error","param":"messages","code":null}}"#;
        return (StatusCode::BAD_REQUEST, [(CONTENT_TYPE, "application/json")], error)
            .into_response();
    };
    let answer = Bytes::from(fixed::answer(number, kind));
    // On a thread: the timers of tokio count whole milliseconds, and a client that asks again at
    // once would fall into step with them. Whatever came between would vanish in the rounding.
    let wait = move || thread::sleep(until.saturating_duration_since(Instant::now()));
    if tokio::task::spawn_blocking(wait).await.is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    match kind {
        Kind::Whole => ([(CONTENT_TYPE, "application/json")], answer).into_response(),
        Kind::Streamed => {
            let parts = (0..answer.len())
                .step_by(PART_BYTES)
                .map(move |start| answer.slice(start..answer.len().min(start + PART_BYTES)))
                .chain([Bytes::from_static(DONE.as_bytes())])
                .map(Ok::<_, Infallible>);
            let body = Body::from_stream(stream::iter(parts));
            ([(CONTENT_TYPE, "text/event-stream")], body).into_response()
        }
    }
}

/// The number that is asked, and how its answer is wanted.
fn read(body: &[u8]) -> Option<(u64, Kind)> {
    let asked: Asked = serde_json::from_slice(body).ok()?;
    let number = asked.messages.first()?.content.parse().ok()?;
    let kind = if asked.stream { Kind::Streamed } else { Kind::Whole };
    Some((number, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_made() {
        for kind in Kind::ALL {
            assert_eq!(read(fixed::request(17, kind).as_bytes()), Some((17, kind)));
        }
        assert_eq!(read(br#"{"messages":[{"content":"a question"}]}"#), None);
        assert_eq!(read(br#"{"messages":[]}"#), None);
    }
}
