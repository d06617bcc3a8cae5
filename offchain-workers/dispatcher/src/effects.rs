//! The same, by the node's off-chain functions.

use crate::{
    gateway::{Gateway, STORAGE_KEY},
    key,
    run::{
        decode_book, encode_book, run, Book, Clock, Exchange, Http, Lease, Outgoing, Reply, Signer,
        Store, World,
    },
    LOG_TARGET,
};
use alloc::{vec, vec::Vec};
use opg_primitives::{
    ids::{DispatcherKey, Signature},
    BlockNumber,
};
use opg_worker_api::{CONTENT_TYPE, MAX_RESULT_BYTES};
use sp_core::offchain::{Duration, StorageKind, Timestamp};
use sp_runtime::offchain::{
    http,
    storage_lock::{StorageLock, Time},
};

/// The most bytes of a body that are read.
pub const MAX_BODY_BYTES: usize = MAX_RESULT_BYTES;
/// The most bytes of all headers of an answer.
pub const MAX_HEADER_BYTES: usize = 8 * 1024;
/// Where the book is kept.
pub const BOOK_KEY: &[u8] = b"opg::dispatcher::book";
/// Where the lock is kept.
pub const LOCK_KEY: &[u8] = b"opg::dispatcher::lock";
/// Where it is kept that this node said that it has no key.
pub const SAID_KEY: &[u8] = b"opg::dispatcher::said";
/// Longer than a run, shorter than two blocks: what a run that died leaves locked.
const LOCK_MS: u64 = 5_000;

/// See [`crate::dispatch`].
pub(crate) fn dispatch(
    now: BlockNumber,
    leases: impl FnOnce(&[DispatcherKey]) -> Vec<Lease>,
    submit: impl FnMut(Outgoing) -> bool,
) {
    let keys = key::local();
    if keys.is_empty() {
        if get(SAID_KEY).is_none() {
            log::info!(
                target: LOG_TARGET,
                "no key of type {:?} in the keystore: this node dispatches nothing",
                core::str::from_utf8(&key::KEY_TYPE.0).unwrap_or_default()
            );
            set(SAID_KEY, &[1]);
        }
        return;
    }
    sp_io::offchain::local_storage_clear(StorageKind::PERSISTENT, SAID_KEY);
    let gateway = match get(STORAGE_KEY).map(|stored| Gateway::parse(&stored)) {
        None => Gateway::default(),
        Some(Ok(gateway)) => gateway,
        Some(Err(error)) => {
            log::error!(target: LOG_TARGET, "{error}: nothing is dispatched");
            return;
        }
    };
    let mut lock = StorageLock::<'_, Time>::with_deadline(LOCK_KEY, Duration::from_millis(LOCK_MS));
    let Ok(_guard) = lock.try_lock() else {
        log::debug!(target: LOG_TARGET, "another run is at work in block {now}");
        return;
    };
    let leases = leases(&keys);
    let world =
        World { clock: &NodeClock, http: &gateway, store: &NodeStore, signer: &NodeKeystore };
    run(&world, now, &leases, submit);
}

fn get(key: &[u8]) -> Option<Vec<u8>> {
    sp_io::offchain::local_storage_get(StorageKind::PERSISTENT, key)
}

fn set(key: &[u8], value: &[u8]) {
    sp_io::offchain::local_storage_set(StorageKind::PERSISTENT, key, value);
}

struct NodeClock;

impl Clock for NodeClock {
    fn now_ms(&self) -> u64 {
        sp_io::offchain::timestamp().unix_millis()
    }
}

struct NodeKeystore;

impl Signer for NodeKeystore {
    fn sign(&self, key: DispatcherKey, hash: [u8; 32]) -> Option<Signature> {
        crate::key::sign(key, hash)
    }
}

struct NodeStore;

impl Store for NodeStore {
    fn change(&self, change: &mut dyn FnMut(&mut Book)) -> Option<Book> {
        let old = get(BOOK_KEY);
        let mut book = old.as_deref().and_then(decode_book).unwrap_or_default();
        change(&mut book);
        sp_io::offchain::local_storage_compare_and_set(
            StorageKind::PERSISTENT,
            BOOK_KEY,
            old,
            &encode_book(&book),
        )
        .then_some(book)
    }
}

impl Http for Gateway {
    fn exchange(&self, exchange: Exchange, deadline_ms: u64) -> Option<Reply> {
        let deadline = Timestamp::from_unix_millis(deadline_ms);
        let (method, path, body) = match &exchange {
            Exchange::Put(path, body) => (http::Method::Put, path, vec![body.as_slice()]),
            Exchange::Get(path) => (http::Method::Get, path, Vec::new()),
        };
        let url = self.url(path);
        let mut request = http::Request::<Vec<&[u8]>>::new(&url)
            .method(method)
            .body(body)
            .deadline(deadline)
            .add_header("accept", CONTENT_TYPE);
        if matches!(exchange, Exchange::Put(..)) {
            request = request.add_header("content-type", CONTENT_TYPE);
        }
        // The client of the node follows no redirect: a 3xx is an answer like any other, and one
        // that means nothing here.
        let pending = request.send().ok()?;
        let response = pending.try_wait(deadline).ok()?.ok()?;
        let headers = sp_io::offchain::http_response_headers(response.id);
        let header_bytes = headers.iter().fold(0usize, |sum, (name, value)| {
            sum.saturating_add(name.len()).saturating_add(value.len())
        });
        if header_bytes > MAX_HEADER_BYTES {
            return None;
        }
        let mut reading = response.body();
        reading.deadline(deadline);
        let mut body = Vec::new();
        for byte in reading.by_ref() {
            if body.len() >= MAX_BODY_BYTES {
                return None;
            }
            body.push(byte);
        }
        // Cut off by the deadline, or by the other side.
        reading.error().is_none().then_some(Reply { status: response.code, body })
    }
}
