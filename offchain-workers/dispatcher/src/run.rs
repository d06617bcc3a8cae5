//! One run over all leases, within its time.

use crate::{
    machine::{Ask, Heard, OnChain, Record, Tell},
    LOG_TARGET,
};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use codec::{Decode, Encode};
use opg_primitives::{
    evidence::Evidence,
    ids::{DispatcherKey, RequestId, Signature},
    request::{DeclineReason, Output},
    statement, Attempt, BlockNumber,
};
use opg_worker_api::{from_json, to_json, Job, JobReport};

/// How long a run may take, in milliseconds.
pub const RUN_MS: u64 = 1_800;
/// How long an exchange with the gateway may take, its body included.
pub const EXCHANGE_MS: u64 = 600;
/// How many leases a node remembers.
pub const MAX_JOBS: usize = 256;
/// For how many blocks after its end a lease is remembered, should a fork bring it back.
pub const KEEP_BLOCKS: BlockNumber = 64;

/// An open lease of a provider that one of this node's keys belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The dispatcher key to sign with.
    pub key: DispatcherKey,
    /// What the worker is told.
    pub job: Job,
    /// The last block in which a result settles, once it was acknowledged.
    pub deliver_by: Option<BlockNumber>,
}

impl Lease {
    /// The request and attempt.
    pub fn id(&self) -> (RequestId, Attempt) {
        (self.job.request, self.job.attempt)
    }

    fn on_chain(&self) -> OnChain {
        OnChain { ack_by: self.job.ack_by, deliver_by: self.deliver_by }
    }
}

/// What is brought to the chain.
// One is read at a time: a pointer would save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// The lease is taken on.
    Acknowledge,
    /// The lease is given back.
    Decline(DeclineReason),
    /// The answer.
    Submit {
        /// The output.
        output: Output,
        /// What supports it.
        evidence: Evidence,
    },
}

/// A signed message to the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The request.
    pub request: RequestId,
    /// The attempt.
    pub attempt: Attempt,
    /// Who signed.
    pub key: DispatcherKey,
    /// The signature over the message's hash, see [`opg_primitives::statement`].
    pub signature: Signature,
    /// The message.
    pub payload: Payload,
}

/// A request to the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// `PUT` of a body.
    Put(String, Vec<u8>),
    /// `GET`.
    Get(String),
}

/// The gateway's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Milliseconds.
pub trait Clock {
    /// Since whenever.
    fn now_ms(&self) -> u64;
}

/// The way to the gateway.
pub trait Http {
    /// One exchange, over by `deadline_ms` of the clock whatever the other side does; none if it
    /// failed, was cut off, or was over a bound.
    fn exchange(&self, exchange: Exchange, deadline_ms: u64) -> Option<Reply>;
}

/// What a node remembers of its leases.
pub type Book = BTreeMap<(RequestId, Attempt), Record>;

/// What outlives a run.
pub trait Store {
    /// Changes the book if nobody else has in the meantime; tells whether it was changed.
    fn change(&self, change: &mut dyn FnMut(&mut Book)) -> Option<Book>;
}

/// The node's keys.
pub trait Signer {
    /// Signs `hash`, if the key is here.
    fn sign(&self, key: DispatcherKey, hash: [u8; 32]) -> Option<Signature>;
}

/// What a run acts through.
pub struct World<'a> {
    /// The time.
    pub clock: &'a dyn Clock,
    /// The gateway.
    pub http: &'a dyn Http,
    /// The book.
    pub store: &'a dyn Store,
    /// The keys.
    pub signer: &'a dyn Signer,
}

/// Encodes a book; kept apart so that the store need not know its form.
pub fn encode_book(book: &Book) -> Vec<u8> {
    book.encode()
}

/// Decodes a book; none if it is of another version, which begins anew: all of it can be learnt
/// again.
pub fn decode_book(bytes: &[u8]) -> Option<Book> {
    Book::decode(&mut &*bytes).ok()
}

/// One run at block `now`. Gives `submit` at most one message per lease.
pub fn run(
    world: &World<'_>,
    now: BlockNumber,
    leases: &[Lease],
    mut submit: impl FnMut(Outgoing) -> bool,
) {
    let end = world.clock.now_ms().saturating_add(RUN_MS);
    let Some(book) = world.store.change(&mut |book| take_in(book, now, leases)) else {
        return;
    };
    for lease in in_turn(&book, now, leases) {
        let begun = world.clock.now_ms();
        let deadline = begun.saturating_add(EXCHANGE_MS);
        if deadline > end {
            // Cut short, it would count against a gateway that is only slow.
            log::debug!(target: LOG_TARGET, "out of time in block {now}, the rest follows");
            return;
        }
        if serve(world, now, lease, deadline, &mut submit).is_none() {
            log::debug!(target: LOG_TARGET, "another run is at work in block {now}");
            return;
        }
    }
}

/// Takes in what the chain shows: new leases, their stages, and the end of old ones.
fn take_in(book: &mut Book, now: BlockNumber, leases: &[Lease]) {
    for lease in leases {
        let chain = lease.on_chain();
        let full = book.len() >= MAX_JOBS;
        match book.get_mut(&lease.id()) {
            Some(record) => record.see(now, &chain),
            None if !full => {
                book.insert(lease.id(), Record::new(now, &chain));
            }
            None => log::warn!(
                target: LOG_TARGET,
                "{MAX_JOBS} leases are remembered, {} has to wait", lease.job.key()
            ),
        }
    }
    book.retain(|id, record| {
        record.due.saturating_add(KEEP_BLOCKS) >= now
            || leases.iter().any(|lease| lease.id() == *id)
    });
}

/// The leases that are to be served now: those that waited longest first, then those due first.
fn in_turn<'a>(book: &Book, now: BlockNumber, leases: &'a [Lease]) -> Vec<&'a Lease> {
    let mut turn: Vec<_> = leases
        .iter()
        .filter_map(|lease| {
            let record = book.get(&lease.id())?;
            record.ask(now)?;
            Some((record.run, record.due, lease))
        })
        .collect();
    turn.sort_by_key(|(run, due, lease)| (*run, *due, lease.id()));
    turn.into_iter().map(|(_, _, lease)| lease).collect()
}

/// Serves one lease. None if another run changed the book meanwhile.
fn serve(
    world: &World<'_>,
    now: BlockNumber,
    lease: &Lease,
    deadline: u64,
    submit: &mut impl FnMut(Outgoing) -> bool,
) -> Option<()> {
    let (id, chain) = (lease.id(), lease.on_chain());
    // Claimed before anything is sent: a second run of this block finds nothing to ask.
    let mut ask = None;
    world.store.change(&mut |book| {
        ask = book.get_mut(&id).and_then(|record| {
            let ask = record.ask(now)?;
            record.claim(now);
            Some(ask)
        });
    })?;
    let Some(ask) = ask else { return Some(()) };

    let heard = listen(world, lease, ask, deadline);
    let mut tell = None;
    let book = world.store.change(&mut |book| {
        tell = book.get_mut(&id).and_then(|record| record.hear(now, &chain, heard.clone()));
    })?;
    let Some(tell) = tell else {
        if book.get(&id).is_some_and(|record| record.stage == crate::machine::Stage::GivenUp) {
            log::warn!(target: LOG_TARGET, "gave up on {}", lease.job.key());
        }
        return Some(());
    };

    let submits = matches!(tell, Tell::Submit(_));
    let Some(outgoing) = sign(world.signer, lease, tell) else {
        log::warn!(target: LOG_TARGET, "the keystore does not sign with {}", lease.key);
        return Some(());
    };
    if submit(outgoing) {
        if submits {
            world.store.change(&mut |book| {
                if let Some(record) = book.get_mut(&id) {
                    record.submitted();
                }
            })?;
        }
    } else {
        log::debug!(target: LOG_TARGET, "the pool did not take the message of {}", lease.job.key());
    }
    Some(())
}

/// Asks the gateway, and understands its answer only if it is of this job.
fn listen(world: &World<'_>, lease: &Lease, ask: Ask, deadline: u64) -> Heard {
    let key = lease.job.key();
    let exchange = match ask {
        Ask::Get => Exchange::Get(key.path()),
        Ask::Put => match to_json(&lease.job) {
            Ok(body) => Exchange::Put(key.path(), body),
            Err(_) => return Heard::Nothing,
        },
    };
    let Some(reply) = world.http.exchange(exchange, deadline) else {
        log::debug!(target: LOG_TARGET, "the gateway does not answer for {key}");
        return Heard::Nothing;
    };
    match reply.status {
        200 | 202 => match from_json::<JobReport>(&reply.body) {
            Ok(report) if report.key() == key => Heard::Status(report.status),
            Ok(report) => {
                log::warn!(target: LOG_TARGET, "asked for {key}, was told of {}", report.key());
                Heard::Nothing
            }
            Err(error) => {
                log::warn!(target: LOG_TARGET, "the gateway's report of {key}: {error}");
                Heard::Nothing
            }
        },
        404 => Heard::Unknown,
        status => {
            log::warn!(target: LOG_TARGET, "the gateway answers {status} for {key}");
            Heard::Nothing
        }
    }
}

/// Makes a message of what is to be told, signed.
fn sign(signer: &dyn Signer, lease: &Lease, tell: Tell) -> Option<Outgoing> {
    let (request, attempt) = lease.id();
    let genesis = lease.job.genesis;
    let (hash, payload) = match tell {
        Tell::Acknowledge => {
            (statement::acknowledge_hash(genesis, request, attempt), Payload::Acknowledge)
        }
        Tell::Decline(reason) => {
            (statement::decline_hash(genesis, request, attempt, reason), Payload::Decline(reason))
        }
        Tell::Submit(result) => {
            let digest = result.evidence.digest();
            (
                statement::submit_hash(genesis, request, attempt, &result.output, digest),
                Payload::Submit { output: result.output, evidence: result.evidence },
            )
        }
    };
    let signature = signer.sign(lease.key, hash)?;
    Some(Outgoing { request, attempt, key: lease.key, signature, payload })
}
