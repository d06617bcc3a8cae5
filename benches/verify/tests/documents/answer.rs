//! Signatures of answers.

use super::{Document, Due};
use opg_bench_verify::{answer::Task, Task as Any};
use sp_core::{ed25519::Pair, Pair as _};

/// A signature as a session key makes it.
pub fn good() -> Task {
    let (pair, hash) = (Pair::from_seed(&[7; 32]), [9; 32]);
    Task { hash, signature: pair.sign(&hash).0, key: pair.public().0 }
}

pub fn all() -> Vec<Document> {
    let refused = || Due::Refused("WrongSignature".into());
    let good = good();
    let mut all = vec![Document::new("good", Any::Answer(good.clone()), Due::Accepted)];
    for bit in 0..512 {
        let mut turned = good.clone();
        turned.signature[bit / 8] ^= 1 << (bit % 8);
        all.push(Document::new(format!("bit {bit}"), Any::Answer(turned), refused()));
    }
    let other_hash = Task { hash: [8; 32], ..good.clone() };
    all.push(Document::new("another hash", Any::Answer(other_hash), refused()));
    let other_key = Task { key: Pair::from_seed(&[8; 32]).public().0, ..good };
    all.push(Document::new("another key", Any::Answer(other_key), refused()));
    // ZIP-215 takes a key of small order, under which one signature is of every message.
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    let anybodys = Task { hash: [3; 32], signature, key: identity };
    all.push(Document::new("a key that is nobody's", Any::Answer(anybodys), Due::Accepted));
    all
}
