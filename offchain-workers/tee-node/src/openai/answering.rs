//! One answer of the upstream, and everybody who waits for it.

use super::ApiError;
use axum::{
    body::Bytes,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use opg_primitives::signed_answer::Parts;
use opg_worker_api::server::Written;
use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Instant,
};
use tokio::sync::{watch, Notify};

/// A part of a stream, and the chain up to and with it.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its bytes.
    pub bytes: Bytes,
    /// How many parts there are with it, and their head.
    pub so_far: Parts,
}

/// How an answer ended.
#[derive(Clone, Debug)]
pub enum End {
    /// With a whole body.
    Whole {
        /// The body as it is sent, the signed answer in it.
        body: Bytes,
        /// The signed answer, for the header.
        header: String,
    },
    /// As a stream, of which this is the last.
    Stream {
        /// The chunk of the signed answer, and the end mark if the upstream sent one.
        tail: Bytes,
        /// Whether it was broken off.
        broken: bool,
    },
    /// With an error of this node's.
    Failed(ApiError),
    /// With an error of the upstream's, as it came.
    Refused {
        /// Its status.
        status: StatusCode,
        /// Its body.
        body: Bytes,
    },
}

impl End {
    /// The response of an answer that is none.
    pub fn refusal(&self) -> Option<Response> {
        match self {
            Self::Failed(error) => Some(error.clone().into_response()),
            Self::Refused { status, body } => {
                let json = [("content-type", "application/json")];
                Some((*status, json, body.clone()).into_response())
            }
            Self::Whole { .. } | Self::Stream { .. } => None,
        }
    }
}

/// How far an answer is.
#[derive(Debug, Default)]
pub struct State {
    /// The parts of a stream so far.
    pub parts: Vec<Part>,
    /// Whether a stream has begun.
    pub open: bool,
    /// How it ended.
    pub end: Option<End>,
}

/// Who reads.
#[derive(Debug, Default)]
struct Readers {
    now: usize,
    /// The most parts that any of them was given.
    furthest: usize,
    /// Nobody joins any more: all had left, and the upstream was let go.
    left: bool,
}

/// An answer that is being made, or was.
#[derive(Debug)]
pub struct Answering {
    /// Its name.
    pub id: String,
    state: watch::Sender<State>,
    readers: Mutex<Readers>,
    nobody: Notify,
    ended: OnceLock<Instant>,
}

impl Answering {
    /// An answer of that name, of which nothing is there yet.
    pub fn new(id: String) -> Arc<Self> {
        Arc::new(Self {
            id,
            state: watch::channel(State::default()).0,
            readers: Mutex::default(),
            nobody: Notify::new(),
            ended: OnceLock::new(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Readers> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a stream begins.
    pub fn open(&self) {
        self.state.send_modify(|state| state.open = true);
    }

    /// Adds parts to a stream.
    pub fn push(&self, parts: Vec<Bytes>) {
        self.state.send_modify(|state| {
            for bytes in parts {
                let before = state.parts.last().map(|part| part.so_far).unwrap_or_default();
                state.parts.push(Part { so_far: before.with(&bytes), bytes });
            }
        });
    }

    /// Ends it, once: a second end changes nothing.
    pub fn end(&self, end: End) {
        let _ = self.ended.set(Instant::now());
        self.state.send_modify(|state| {
            state.end.get_or_insert(end);
        });
    }

    /// When it ended.
    pub fn ended(&self) -> Option<Instant> {
        self.ended.get().copied()
    }

    /// Whether another request gets this answer too: it is being made, or is whole.
    pub fn is_joinable(&self) -> bool {
        if self.lock().left {
            return false;
        }
        match &self.state.borrow().end {
            None | Some(End::Whole { .. }) => true,
            Some(End::Stream { broken, .. }) => !broken,
            Some(End::Failed(_) | End::Refused { .. }) => false,
        }
    }

    /// How many bytes it holds.
    pub fn size(&self) -> usize {
        let state = self.state.borrow();
        let parts: usize = state.parts.iter().map(|part| part.bytes.len()).sum();
        match &state.end {
            Some(End::Whole { body, .. } | End::Stream { tail: body, .. }) => parts + body.len(),
            _ => parts,
        }
    }

    /// The parts so far: all of them, or those that anybody was given.
    pub fn parts(&self, given: bool) -> Vec<Part> {
        let most = if given { self.lock().furthest } else { usize::MAX };
        self.state.borrow().parts.iter().take(most).cloned().collect()
    }

    /// Waits until a stream has begun or the answer has ended; the end, if it has.
    pub async fn begun(&self) -> Option<End> {
        let mut state = self.state.subscribe();
        // The sender is in this very value, so the wait has an end.
        let state = state.wait_for(|state| state.open || state.end.is_some()).await.ok()?;
        state.end.clone()
    }

    /// Waits for the end.
    pub async fn whole(&self) -> End {
        let mut state = self.state.subscribe();
        let ended = state.wait_for(|state| state.end.is_some()).await;
        let end = ended.ok().and_then(|state| state.end.clone());
        end.unwrap_or_else(|| End::Failed(ApiError::internal("the answer was lost")))
    }

    /// Waits until all who read have left. Whether they have: one may have come since.
    pub async fn left(&self) -> bool {
        self.nobody.notified().await;
        let mut readers = self.lock();
        readers.left = readers.now == 0;
        readers.left
    }

    /// Reads from the beginning; none if all had left before and the upstream was let go.
    pub fn read(self: &Arc<Self>) -> Option<Reader> {
        let mut readers = self.lock();
        if readers.left {
            return None;
        }
        readers.now += 1;
        drop(readers);
        let state = self.state.subscribe();
        Some(Reader { answering: self.clone(), state, next: 0, at: At::Parts, written: None })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Parts,
    Broken,
    End,
}

/// Somebody who reads a stream. When it is dropped, it has left.
#[derive(Debug)]
pub struct Reader {
    answering: Arc<Answering>,
    state: watch::Receiver<State>,
    next: usize,
    at: At,
    written: Option<Written>,
}

impl Reader {
    /// The same, over a connection that says when it has written what it was given.
    pub fn over(mut self, written: Option<Written>) -> Self {
        self.written = written;
        self
    }

    /// The next bytes. A stream that was broken off ends with an error, once its signed answer is
    /// written, so that the connection is cut behind it and nobody takes it for whole.
    pub async fn next(&mut self) -> Option<io::Result<Bytes>> {
        match self.at {
            At::End => return None,
            At::Broken => {
                // The server drops what it has not written when a body fails.
                if let Some(written) = &mut self.written {
                    written.wait().await;
                }
                self.at = At::End;
                return Some(Err(io::Error::other("the answer was broken off")));
            }
            At::Parts => {}
        }
        let (seen, end) = {
            let next = self.next;
            let wanted = |state: &State| state.parts.len() > next || state.end.is_some();
            let state = self.state.wait_for(wanted).await.ok()?;
            (state.parts.get(next).cloned(), state.end.clone())
        };
        if let Some(part) = seen {
            self.next += 1;
            let mut readers = self.answering.lock();
            readers.furthest = readers.furthest.max(self.next);
            return Some(Ok(part.bytes));
        }
        match end {
            Some(End::Stream { tail, broken }) => {
                self.at = if broken { At::Broken } else { At::End };
                if let Some(written) = &mut self.written {
                    written.mark();
                }
                Some(Ok(tail))
            }
            _ => {
                self.at = At::End;
                Some(Err(io::Error::other("the answer was lost")))
            }
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut readers = self.answering.lock();
        readers.now = readers.now.saturating_sub(1);
        if readers.now == 0 {
            self.answering.nobody.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use opg_worker_api::server::written;

    fn part(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    #[tokio::test]
    async fn two_readers_get_the_same_parts_from_the_beginning() {
        let answering = Answering::new("a".into());
        answering.open();
        answering.push(vec![part("1\n\n")]);
        let (mut one, mut other) = (answering.read().unwrap(), answering.read().unwrap());
        assert_eq!(one.next().await.unwrap().unwrap(), "1\n\n");
        answering.push(vec![part("2\n\n")]);
        answering.end(End::Stream { tail: part("end"), broken: false });
        for text in ["2\n\n", "end"] {
            assert_eq!(one.next().await.unwrap().unwrap(), text);
        }
        assert!(one.next().await.is_none());
        for text in ["1\n\n", "2\n\n", "end"] {
            assert_eq!(other.next().await.unwrap().unwrap(), text);
        }
    }

    #[tokio::test]
    async fn when_the_last_reader_leaves_what_was_given_counts_and_nobody_joins() {
        let answering = Answering::new("a".into());
        answering.open();
        answering.push(vec![part("1\n\n"), part("2\n\n")]);
        let mut one = answering.read().unwrap();
        let other = answering.read().unwrap();
        one.next().await.unwrap().unwrap();
        drop(one);
        assert!(answering.is_joinable());
        drop(other);
        assert!(answering.left().await);
        assert_eq!(answering.parts(true).len(), 1);
        assert_eq!(answering.parts(false).len(), 2);
        assert!(!answering.is_joinable() && answering.read().is_none());
    }

    #[tokio::test]
    async fn a_reader_that_came_since_keeps_the_upstream() {
        let answering = Answering::new("a".into());
        drop(answering.read().unwrap());
        let _since = answering.read().unwrap();
        assert!(!answering.left().await);
        assert!(answering.is_joinable());
    }

    #[tokio::test]
    async fn a_broken_stream_ends_with_an_error_after_its_signed_answer() {
        let answering = Answering::new("a".into());
        answering.open();
        answering.end(End::Stream { tail: part("signed"), broken: true });
        let mut reader = answering.read().unwrap();
        assert_eq!(reader.next().await.unwrap().unwrap(), "signed");
        assert!(reader.next().await.unwrap().is_err());
        assert!(reader.next().await.is_none());
    }

    #[tokio::test]
    async fn a_broken_stream_is_not_cut_before_its_signed_answer_is_written() {
        let (writer, written) = written();
        let answering = Answering::new("a".into());
        answering.open();
        answering.push(vec![part("1\n\n")]);
        answering.end(End::Stream { tail: part("signed"), broken: true });
        let mut reader = answering.read().unwrap().over(Some(written));
        assert_eq!(reader.next().await.unwrap().unwrap(), "1\n\n");
        // What was written before says nothing of what comes after.
        writer.note();
        assert_eq!(reader.next().await.unwrap().unwrap(), "signed");
        assert!(reader.next().now_or_never().is_none());
        writer.note();
        assert!(reader.next().await.unwrap().is_err());
        assert!(reader.next().await.is_none());
    }
}
