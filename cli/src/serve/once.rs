//! The same request again is the same request on chain: clients try again by themselves, and are to be
//! answered, and to pay, once.
//!
//! The same are two requests of one path, `Authorization`, `Idempotency-Key` and body, to the byte, the
//! second while the first is answered or within a window after. A client that goes before its answer
//! came gets it when it comes back.

use sp_crypto_hashing::sha2_256;
use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// The most outcomes that are kept. Those that came first go first.
const MAX_KEPT: usize = 1024;

/// What makes a request the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of a request; a header that is not there is another than an empty one.
    pub fn new(path: &str, headers: [Option<&[u8]>; 2], body: &[u8]) -> Self {
        let mut parts = [sha2_256(path.as_bytes()), sha2_256(body)].concat();
        for header in headers {
            parts.push(u8::from(header.is_some()));
            parts.extend(sha2_256(header.unwrap_or_default()));
        }
        Self(sha2_256(&parts))
    }
}

#[derive(Debug)]
struct Entry<T> {
    /// When it came, and what; none before.
    outcome: watch::Sender<Option<(Instant, T)>>,
}

/// The outcomes that the same request gets.
#[derive(Debug)]
pub struct Once<T> {
    window: Duration,
    keep: fn(&T) -> bool,
    known: Mutex<BTreeMap<Key, Arc<Entry<T>>>>,
}

impl<T: Clone + Send + Sync + 'static> Once<T> {
    /// Keeps outcomes for `window` after they came, of those that `keep` says.
    pub fn new(window: Duration, keep: fn(&T) -> bool) -> Self {
        Self { window, keep, known: Mutex::default() }
    }

    /// The outcome of the request of `key`, which `begin` begins if nobody did; `lost` if what it began
    /// breaks off. It goes on if nobody waits for it.
    pub async fn get<F>(&self, key: Key, lost: T, begin: impl FnOnce() -> F) -> T
    where
        F: Future<Output = T> + Send + 'static,
    {
        let entry = self.entry(key, lost.clone(), begin);
        let mut outcome = entry.outcome.subscribe();
        // The sender is in the entry, so the wait has an end.
        let came = outcome.wait_for(Option::is_some).await;
        let came = came.ok().and_then(|came| came.as_ref().map(|(_, outcome)| outcome.clone()));
        came.unwrap_or(lost)
    }

    fn entry<F>(&self, key: Key, lost: T, begin: impl FnOnce() -> F) -> Arc<Entry<T>>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, entry| match &*entry.outcome.borrow() {
            None => true,
            Some((came, outcome)) => (self.keep)(outcome) && came.elapsed() < self.window,
        });
        if let Some(entry) = known.get(&key) {
            return entry.clone();
        }
        if known.len() >= MAX_KEPT {
            let came = |entry: &Entry<T>| entry.outcome.borrow().as_ref().map(|(came, _)| *came);
            let first = known.iter().filter_map(|(key, entry)| Some((came(entry)?, *key))).min();
            if let Some((_, first)) = first {
                known.remove(&first);
            }
        }
        let entry = Arc::new(Entry { outcome: watch::channel(None).0 });
        known.insert(key, entry.clone());
        let (made, future) = (entry.clone(), begin());
        tokio::spawn(async move {
            let outcome = tokio::spawn(future).await.unwrap_or(lost);
            made.outcome.send_replace(Some((Instant::now(), outcome)));
        });
        entry
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use tokio::sync::oneshot;

    fn key(body: &str) -> Key {
        Key::new("/v1/completions", [Some(b"me"), None], body.as_bytes())
    }

    /// Counts how often it was begun, and gives that.
    async fn counted(once: &Once<u32>, key: Key, count: &Arc<AtomicU32>) -> u32 {
        let count = count.clone();
        once.get(key, u32::MAX, || async move { count.fetch_add(1, Ordering::SeqCst) }).await
    }

    #[tokio::test]
    async fn the_same_request_is_made_once_and_another_is_another() {
        let once = Once::new(Duration::from_secs(60), |_| true);
        let count = Arc::default();
        assert_eq!(counted(&once, key("a"), &count).await, 0);
        assert_eq!(counted(&once, key("a"), &count).await, 0);
        assert_eq!(counted(&once, key("b"), &count).await, 1);
        for other in [
            Key::new("/v1/chat/completions", [Some(b"me"), None], b"a"),
            Key::new("/v1/completions", [Some(b"you"), None], b"a"),
            Key::new("/v1/completions", [None, None], b"a"),
            Key::new("/v1/completions", [Some(b""), None], b"a"),
            Key::new("/v1/completions", [Some(b"me"), Some(b"1")], b"a"),
        ] {
            assert_ne!(other, key("a"));
        }
    }

    async fn never() -> u32 {
        unreachable!("it is made already")
    }

    async fn broken() -> u32 {
        panic!("on purpose")
    }

    #[tokio::test]
    async fn those_who_come_while_it_is_made_wait_for_it() {
        let once = Arc::new(Once::new(Duration::from_secs(60), |_| true));
        let (begun, is_begun) = oneshot::channel();
        let (go, held) = oneshot::channel();
        let first = once.clone();
        let first = tokio::spawn(async move {
            let made = || async move {
                let _ = begun.send(());
                held.await.unwrap_or(0)
            };
            first.get(key("a"), 1, made).await
        });
        is_begun.await.unwrap();
        let second = once.get(key("a"), 1, never);
        go.send(7).unwrap();
        assert_eq!((first.await.unwrap(), second.await), (7, 7));
    }

    #[tokio::test]
    async fn what_is_not_to_be_kept_and_what_is_older_than_the_window_is_made_anew() {
        for once in [
            Once::new(Duration::from_secs(60), |_: &u32| false),
            Once::new(Duration::ZERO, |_| true),
        ] {
            let count = Arc::default();
            assert_eq!(counted(&once, key("a"), &count).await, 0);
            assert_eq!(counted(&once, key("a"), &count).await, 1);
        }
    }

    #[tokio::test]
    async fn what_breaks_off_is_lost_and_nobody_waits_for_ever() {
        let once = Once::new(Duration::from_secs(60), |_| true);
        assert_eq!(once.get(key("a"), 9, broken).await, 9);
    }
}
