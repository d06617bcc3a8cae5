//! The same request again is the same job: clients try again by themselves, and are to be answered,
//! and charged, once.
//!
//! The same are two requests with one key (`Authorization`), one path and one body, to the byte, the
//! second while the first is answered or within a window after. Without a key nobody is the same as
//! anybody.

use super::{answering::Answering, ApiError};
use opg_primitives::signed_answer::Face;
use sp_crypto_hashing::sha2_256;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The most answers that are kept for the same request, and the most bytes of them. Those that ended
/// first go first.
const MAX_KEPT: (usize, usize) = (1024, 64 << 20);

/// What makes a request the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RetryKey([u8; 32]);

impl RetryKey {
    /// The key of a request. The client's key goes no further than this hash.
    pub fn new(face: Face, authorization: &[u8], body: &[u8]) -> Self {
        let parts = [&[face as u8][..], &sha2_256(authorization), &sha2_256(body)].concat();
        Self(sha2_256(&parts))
    }
}

/// The answers that a request may join.
#[derive(Debug)]
pub struct Retries {
    window: Duration,
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    answers: BTreeMap<RetryKey, Arc<Answering>>,
    /// Those of them that ended, in the order in which they did: so that no request looks at them all.
    ended: VecDeque<Ended>,
    /// How many bytes those hold.
    bytes: usize,
}

#[derive(Debug)]
struct Ended {
    key: RetryKey,
    answering: Arc<Answering>,
    size: usize,
}

impl Shelf {
    /// Whether `answering` is the answer to the request of `key`, and not one before it.
    fn holds(&self, key: &RetryKey, answering: &Arc<Answering>) -> bool {
        self.answers.get(key).is_some_and(|held| Arc::ptr_eq(held, answering))
    }

    /// Forgets what ended over a window ago, and what is too much.
    fn tidy(&mut self, window: Duration) {
        let (most, most_bytes) = MAX_KEPT;
        while let Some(oldest) = self.ended.front() {
            let too_much = self.ended.len() > most || self.bytes > most_bytes;
            if !too_much && is_within(&oldest.answering, window) {
                return;
            }
            let Some(Ended { key, answering, size }) = self.ended.pop_front() else { return };
            self.bytes = self.bytes.saturating_sub(size);
            if self.holds(&key, &answering) {
                self.answers.remove(&key);
            }
        }
    }
}

/// Whether `answering` is being made, or ended less than a window ago.
fn is_within(answering: &Answering, window: Duration) -> bool {
    answering.ended().is_none_or(|at| at.elapsed() < window)
}

impl Retries {
    /// Keeps an answer for `window` after its end.
    pub fn new(window: Duration) -> Self {
        Self { window, shelf: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to the request of `key`, which `begin` begins if nobody did; and whether somebody
    /// did. Whoever makes it says when it ended: [`Self::note_end`].
    ///
    /// # Errors
    /// Those of `begin`.
    pub fn join(
        &self,
        key: Option<RetryKey>,
        begin: impl FnOnce() -> Result<Arc<Answering>, ApiError>,
    ) -> Result<(Arc<Answering>, bool), ApiError> {
        let Some(key) = key else { return Ok((begin()?, false)) };
        let mut shelf = self.lock();
        shelf.tidy(self.window);
        if let Some(answering) = shelf.answers.get(&key) {
            if answering.is_joinable() && is_within(answering, self.window) {
                return Ok((answering.clone(), true));
            }
        }
        let answering = begin()?;
        shelf.answers.insert(key, answering.clone());
        Ok((answering, false))
    }

    /// Notes that the answer to the request of `key` ended: it is kept if others may have it, while
    /// there is room.
    pub fn note_end(&self, key: RetryKey, answering: &Arc<Answering>) {
        let mut shelf = self.lock();
        if !shelf.holds(&key, answering) {
            return;
        }
        if answering.is_joinable() {
            let size = answering.size();
            shelf.bytes = shelf.bytes.saturating_add(size);
            shelf.ended.push_back(Ended { key, answering: answering.clone(), size });
        } else {
            shelf.answers.remove(&key);
        }
        shelf.tidy(self.window);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openai::answering::End;

    fn key(authorization: &str, body: &str) -> Option<RetryKey> {
        Some(RetryKey::new(Face::Completions, authorization.as_bytes(), body.as_bytes()))
    }

    fn begun(retries: &Retries, key: Option<RetryKey>) -> (Arc<Answering>, bool) {
        retries.join(key, || Ok(Answering::new("a".into()))).unwrap()
    }

    fn whole() -> End {
        End::Whole { body: "{}".into(), header: String::new() }
    }

    #[test]
    fn the_same_key_and_body_join_and_no_others() {
        let retries = Retries::new(Duration::from_secs(60));
        assert!(!begun(&retries, key("me", "{}")).1);
        assert!(begun(&retries, key("me", "{}")).1);
        assert!(!begun(&retries, key("you", "{}")).1);
        assert!(!begun(&retries, key("me", "{ }")).1);
        assert!(!begun(&retries, None).1 && !begun(&retries, None).1);
        assert_ne!(key("me", "{}"), Some(RetryKey::new(Face::ChatCompletions, b"me", b"{}")));
    }

    #[test]
    fn an_answer_is_kept_for_the_window_and_a_failure_is_not() {
        let retries = Retries::new(Duration::from_secs(60));
        begun(&retries, key("me", "{}")).0.end(whole());
        assert!(begun(&retries, key("me", "{}")).1);
        begun(&retries, key("me", "[]")).0.end(End::Failed(ApiError::internal("x")));
        assert!(!begun(&retries, key("me", "[]")).1);
        let none = Retries::new(Duration::ZERO);
        begun(&none, key("me", "{}")).0.end(whole());
        assert!(!begun(&none, key("me", "{}")).1);
    }

    /// Begins the answer to the request of `body` and ends it with `bytes` of body.
    fn kept(retries: &Retries, body: &str, bytes: usize) -> Arc<Answering> {
        let answering = begun(retries, key("me", body)).0;
        answering.end(End::Whole { body: vec![0; bytes].into(), header: String::new() });
        retries.note_end(key("me", body).unwrap(), &answering);
        answering
    }

    #[test]
    fn what_ended_first_goes_first_when_there_are_too_many_or_too_many_bytes() {
        let (most, most_bytes) = MAX_KEPT;
        let retries = Retries::new(Duration::from_secs(60));
        for number in 0..=most {
            kept(&retries, &number.to_string(), 1);
        }
        assert_eq!(retries.lock().answers.len(), most);
        assert!(begun(&retries, key("me", "1")).1);
        assert!(!begun(&retries, key("me", "0")).1);

        let retries = Retries::new(Duration::from_secs(60));
        kept(&retries, "first", most_bytes / 2);
        kept(&retries, "second", most_bytes / 2);
        assert!(begun(&retries, key("me", "first")).1);
        kept(&retries, "third", 1);
        assert!(begun(&retries, key("me", "second")).1 && begun(&retries, key("me", "third")).1);
        assert!(!begun(&retries, key("me", "first")).1);
    }

    #[test]
    fn nothing_is_left_of_a_failure_or_after_the_window() {
        let retries = Retries::new(Duration::from_secs(60));
        let failed = begun(&retries, key("me", "{}")).0;
        failed.end(End::Failed(ApiError::internal("x")));
        retries.note_end(key("me", "{}").unwrap(), &failed);
        assert!(retries.lock().answers.is_empty());
        let none = Retries::new(Duration::ZERO);
        kept(&none, "{}", 1);
        let shelf = none.lock();
        assert!(shelf.answers.is_empty() && shelf.ended.is_empty() && shelf.bytes == 0);
    }

    #[test]
    fn an_answer_that_was_replaced_is_not_kept_when_it_ends() {
        let retries = Retries::new(Duration::from_secs(60));
        let key = key("me", "{}");
        let first = begun(&retries, key).0;
        first.end(End::Failed(ApiError::internal("x")));
        let second = begun(&retries, key).0;
        retries.note_end(key.unwrap(), &first);
        assert!(Arc::ptr_eq(&begun(&retries, key).0, &second));
    }
}
