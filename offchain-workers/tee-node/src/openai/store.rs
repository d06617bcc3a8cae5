//! The signed answers of this run, for clients that lost theirs.

use opg_primitives::{ids::Digest, signed_answer::SignedAnswer};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

/// Answers that are kept, the newest of them.
const MAX_ANSWERS: usize = 10_000;

/// What is kept of an answer: nothing that anybody said.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The signed answer.
    pub signed: SignedAnswer,
    /// SHA-256 of the body as it was sent, the signed answer in it; none of one that was broken off.
    pub wire: Option<Digest>,
}

#[derive(Debug, Default)]
struct Shelf {
    by_id: BTreeMap<String, Arc<Kept>>,
    /// From the upstream's name to this node's; the newest of that name.
    ids: BTreeMap<String, String>,
    order: VecDeque<String>,
}

/// The signed answers of this run.
#[derive(Debug, Default)]
pub struct Store(Mutex<Shelf>);

impl Store {
    /// Keeps an answer.
    pub fn keep(&self, kept: Kept) {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.order.len() >= MAX_ANSWERS {
            if let Some(oldest) = shelf.order.pop_front() {
                let gone = shelf.by_id.remove(&oldest);
                let name = gone.and_then(|kept| kept.signed.statement.upstream_id.clone());
                // A newer one may have taken the name over.
                if let Some(name) = name.filter(|name| shelf.ids.get(name) == Some(&oldest)) {
                    shelf.ids.remove(&name);
                }
            }
        }
        let statement = &kept.signed.statement;
        let id = statement.id.clone();
        if let Some(upstream_id) = statement.upstream_id.clone() {
            shelf.ids.insert(upstream_id, id.clone());
        }
        shelf.order.push_back(id.clone());
        shelf.by_id.insert(id, Arc::new(kept));
    }

    /// The answer of that name: this node's for it, or the upstream's.
    pub fn get(&self, name: &str) -> Option<Arc<Kept>> {
        let shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = shelf.ids.get(name).map_or(name, String::as_str);
        shelf.by_id.get(name).or_else(|| shelf.by_id.get(id)).cloned()
    }
}
