//! That each answer is what the upstream said, and that what came through the node is signed.
//!
//! Nothing here is timed: it is done once a load has ended.

use crate::{
    fixed::{self, Kind},
    load::Answered,
};
use anyhow::{ensure, Context};
use ed25519_zebra::VerificationKey;
use opg_primitives::{
    ids::{SessionKey, Signature},
    signed_answer::{carrier, Fault, SignedAnswer},
};
use std::collections::BTreeSet;

/// Checks answers that came from the upstream itself.
///
/// # Errors
/// If one is another than it gave.
pub fn direct(answers: &[Answered], kind: Kind) -> anyhow::Result<()> {
    for Answered { number, body, .. } in answers {
        let same = *body == fixed::answer_to_its_end(*number, kind);
        ensure!(same, "request {number}: the answer is not the upstream's");
    }
    Ok(())
}

/// Checks answers that came through a node.
#[derive(Debug)]
pub struct Checker {
    key: SessionKey,
    /// The numbers that the node gave its answers: one that comes twice was signed once.
    sequences: BTreeSet<u64>,
}

impl Checker {
    /// For the node whose session key that is.
    pub fn new(key: SessionKey) -> Self {
        Self { key, sequences: BTreeSet::new() }
    }

    /// Checks that each answer is signed by the node, for its request, over the very bytes that the
    /// upstream gave, and that each was signed for itself.
    ///
    /// # Errors
    /// What is wrong with the first that is not.
    pub fn signed(&mut self, answers: &[Answered], kind: Kind) -> anyhow::Result<()> {
        for answered in answers {
            self.one(answered, kind).with_context(|| format!("request {}", answered.number))?;
        }
        Ok(())
    }

    fn one(&mut self, answered: &Answered, kind: Kind) -> anyhow::Result<()> {
        let Answered { number, body, .. } = answered;
        let json = match kind {
            Kind::Whole => carrier::open_body(body).ok_or(Fault::Missing)?.1,
            Kind::Streamed => carrier::open_stream(body).ok_or(Fault::Missing)?.answer,
        };
        let signed: SignedAnswer = serde_json::from_slice(json)?;
        signed.check_signature(self.key, verifies)?;
        signed.check_request(fixed::request(*number, kind).as_bytes())?;
        let said = match kind {
            Kind::Whole => signed.check_body(body)?,
            Kind::Streamed => signed.check_stream(body)?.to_vec(),
        };
        ensure!(said == fixed::answer(*number, kind), "the answer is not the upstream's");
        let sequence = signed.statement.sequence;
        ensure!(self.sequences.insert(sequence), "answer {sequence} of the node came before");
        Ok(())
    }
}

/// Whether `signature` is that of `key` over `hash`, by the rule of the chain (ZIP-215).
fn verifies(key: &SessionKey, hash: &[u8; 32], signature: &Signature) -> bool {
    VerificationKey::try_from(key.0).is_ok_and(|key| key.verify(&signature.0.into(), hash).is_ok())
}
