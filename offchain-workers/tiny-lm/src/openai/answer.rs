//! Answers that are being made.
//!
//! Bytes are made when they are asked for, a few at a time, on a thread that may block. So nothing
//! is made for a client that does not read, or went away; and no thread waits for a client.

use super::{
    error::{broke_off, ApiError},
    reply::Reply,
};
use crate::{
    generation::{FinishReason, Generation, Usage},
    model::{ModelError, TinyLm},
};
use axum::response::sse::Event;
use futures::stream::{self, Stream};
use serde_json::Value;
use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc,
    },
};
use tokio::sync::Semaphore;

/// How many bytes are made at a time, and are in one chunk of a stream.
const STEP: usize = 8;

/// What all requests share.
pub(super) struct Service {
    pub(super) model: TinyLm,
    /// The network runs on one thread, so answers take turns: by this in order, a step each.
    turn: Arc<Semaphore>,
    open: AtomicU64,
    generated: AtomicU64,
}

impl Service {
    pub(super) fn new(model: TinyLm) -> Arc<Self> {
        Arc::new(Self {
            model,
            turn: Arc::new(Semaphore::new(1)),
            open: AtomicU64::new(0),
            generated: AtomicU64::new(0),
        })
    }

    /// How many answers are being made.
    pub(super) fn open_answers(&self) -> u64 {
        self.open.load(Ordering::Relaxed)
    }

    /// How many bytes were made since the start.
    pub(super) fn generated_bytes(&self) -> u64 {
        self.generated.load(Ordering::Relaxed)
    }
}

/// An answer that is being made.
pub(super) struct Answer {
    service: Arc<Service>,
    generation: Generation,
}

impl Answer {
    pub(super) fn new(service: Arc<Service>, generation: Generation) -> Self {
        service.open.fetch_add(1, Ordering::Relaxed);
        Self { service, generation }
    }

    /// Makes the next [`STEP`] bytes; fewer, and the reason, are the end.
    async fn step(mut self) -> Result<(Self, String, Option<FinishReason>), ApiError> {
        let turn = self.service.turn.clone().acquire_owned().await.map_err(broke_off)?;
        let step = tokio::task::spawn_blocking(move || {
            // The turn ends with the work, even if by then nobody waits for it.
            let _turn = turn;
            let bytes = self.generation.by_ref().take(STEP);
            let text: Result<String, ModelError> = bytes.map(|byte| byte.map(char::from)).collect();
            text.map(|text| (self, text))
        });
        let (answer, text) = step.await.map_err(broke_off)?.map_err(broke_off)?;
        answer.service.generated.fetch_add(text.len() as u64, Ordering::Relaxed);
        let finish = if text.len() < STEP { answer.generation.finish_reason() } else { None };
        Ok((answer, text, finish))
    }

    /// All of it.
    pub(super) async fn whole(self) -> Result<(String, FinishReason, Usage), ApiError> {
        let (mut answer, mut whole) = (self, String::new());
        loop {
            let (next, text, finish) = answer.step().await?;
            answer = next;
            whole.push_str(&text);
            if let Some(finish) = finish {
                return Ok((whole, finish, answer.generation.usage()));
            }
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.service.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A stream that is being sent.
struct Frames {
    reply: Reply,
    include_usage: bool,
    /// What is to be sent before more is made.
    ready: VecDeque<Event>,
    /// None after the end.
    answer: Option<Answer>,
}

impl Frames {
    /// Where usage is asked for, each chunk has the field, null in all but the last.
    fn push(&mut self, mut chunk: Value) {
        if self.include_usage && chunk.get("usage").is_none() {
            chunk["usage"] = Value::Null;
        }
        self.ready.push_back(Event::default().data(chunk.to_string()));
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            match self.answer.take()?.step().await {
                Ok((answer, text, finish)) => {
                    if !text.is_empty() {
                        self.push(self.reply.piece(&text));
                    }
                    match finish {
                        Some(finish) => self.end(finish, answer.generation.usage()),
                        None => self.answer = Some(answer),
                    }
                }
                // The status is sent already: the error is the last frame, in place of `[DONE]`.
                Err(error) => {
                    self.ready.push_back(Event::default().data(error.body()));
                }
            }
        }
    }

    fn end(&mut self, finish: FinishReason, usage: Usage) {
        self.push(self.reply.last(finish));
        if self.include_usage {
            self.push(self.reply.usage(usage));
        }
        self.ready.push_back(Event::default().data("[DONE]"));
    }
}

/// The frames of `answer` as a stream of server-sent events.
pub(super) fn frames(
    answer: Answer,
    reply: Reply,
    include_usage: bool,
) -> impl Stream<Item = Result<Event, Infallible>> + Send {
    let mut frames = Frames { reply, include_usage, ready: VecDeque::new(), answer: Some(answer) };
    if let Some(first) = frames.reply.first() {
        frames.push(first);
    }
    stream::unfold(frames, |mut frames| async move {
        let event = frames.next().await?;
        Some((Ok(event), frames))
    })
}
