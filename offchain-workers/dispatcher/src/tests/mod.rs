//! A gateway, a chain and a clock made of paper.

mod effects;
mod leases;
mod random;
mod refusals;

use crate::{
    machine::{Record, Stage},
    run::*,
};
use opg_primitives::{
    evidence::{Evidence, SignedAnswer},
    ids::*,
    mode::Mode,
    request::{DeclineReason, Output},
    statement, BlockNumber,
};
use opg_worker_api::{
    from_json, to_json, BlockRef, Commitments, Delivered, Job, JobInput, JobKey, JobReport,
    JobResult, JobStatus, VERSION,
};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

pub const KEY: DispatcherKey = DispatcherKey([7; 32]);

/// A lease of request `n`, which may be acknowledged until block `ack_by`.
pub fn lease(n: u8, ack_by: BlockNumber) -> Lease {
    let (genesis, request, provider) = (GenesisHash([1; 32]), RequestId([n; 32]), Account([3; 32]));
    let lease_block = BlockRef { number: 1, hash: BlockHash([4; 32]) };
    let parameters = opg_primitives::request::Parameters::default();
    Lease {
        key: KEY,
        deliver_by: None,
        job: Job {
            version: VERSION,
            genesis,
            request,
            attempt: 0,
            provider,
            model: ModelId([5; 32]),
            mode: Mode::Plain,
            key_version: None,
            input: JobInput::Public(vec![1, 2, 3].try_into().unwrap()),
            commitments: Commitments {
                input: Commitment([6; 32]),
                parameters: statement::commit_parameters(&parameters),
            },
            parameters,
            request_block: BlockRef { number: 1, hash: BlockHash([9; 32]) },
            lease_block,
            binding: statement::binding(genesis, request, 0, provider, lease_block.hash),
            policy_version: 0,
            price: 10,
            ack_by,
            deliver_within: 20,
            deadline: 1_000,
        },
    }
}

/// The same, of a private request whose input was delivered.
pub fn sealed_lease(n: u8, ack_by: BlockNumber) -> Lease {
    let delivered = Delivered {
        enclave: EnclaveId([2; 32]),
        block: BlockRef { number: 3, hash: BlockHash([8; 32]) },
        ciphertext: vec![7; 100].try_into().unwrap(),
    };
    let mut lease = lease(n, ack_by);
    (lease.job.mode, lease.job.input) = (Mode::Tee, JobInput::Sealed(delivered));
    lease
}

/// An answer under a seal, with a commitment and a ciphertext of `output`.
pub fn sealed_answer(output: u8) -> JobResult {
    JobResult {
        output: Output::Sealed {
            commitment: Commitment([output; 32]),
            ciphertext: vec![output; 60].try_into().unwrap(),
        },
        ..answer(output)
    }
}

/// An answer with `output`.
pub fn answer(output: u8) -> JobResult {
    JobResult {
        output: Output::Public(vec![output].try_into().unwrap()),
        evidence: Evidence::Plain(SignedAnswer {
            key: WorkerKey([8; 32]),
            signature: Signature([output; 64]),
        }),
    }
}

/// All that a run acts through, and what it did.
#[derive(Default)]
pub struct Paper {
    pub time: Cell<u64>,
    /// How long an exchange takes.
    pub takes: Cell<u64>,
    /// The gateway's jobs; none if it is down.
    pub jobs: RefCell<Option<BTreeMap<JobKey, JobStatus>>>,
    /// What it says instead, if anything.
    pub instead: RefCell<Option<Reply>>,
    /// What a newly put job becomes.
    pub becomes: RefCell<Option<JobStatus>>,
    pub exchanges: RefCell<Vec<Exchange>>,
    pub book: RefCell<Book>,
    /// Whether somebody else changes the book all the time.
    pub contended: Cell<bool>,
    pub outgoing: RefCell<Vec<Outgoing>>,
    /// Whether the pool takes what it is given.
    pub pool_full: Cell<bool>,
    pub no_key: Cell<bool>,
}

impl Paper {
    /// With a gateway that is up and accepts what it is given.
    pub fn up() -> Self {
        let paper = Self::default();
        *paper.jobs.borrow_mut() = Some(BTreeMap::new());
        *paper.becomes.borrow_mut() = Some(JobStatus::Accepted);
        paper
    }

    /// Sets how the job of `lease` stands.
    pub fn stands(&self, lease: &Lease, status: JobStatus) {
        self.jobs.borrow_mut().get_or_insert_default().insert(lease.job.key(), status);
    }

    /// One run.
    pub fn run(&self, now: BlockNumber, leases: &[Lease]) {
        let world = World { clock: self, http: self, store: self, signer: self };
        run(&world, now, leases, |outgoing| {
            self.outgoing.borrow_mut().push(outgoing);
            !self.pool_full.get()
        });
    }

    /// What was sent to the chain since the last time.
    pub fn told(&self) -> Vec<Payload> {
        self.outgoing.borrow_mut().drain(..).map(|outgoing| outgoing.payload).collect()
    }

    /// How many exchanges there were since the last time.
    pub fn asked(&self) -> usize {
        self.exchanges.borrow_mut().drain(..).count()
    }

    pub fn record(&self, lease: &Lease) -> Record {
        self.book.borrow()[&lease.id()]
    }

    pub fn stage(&self, lease: &Lease) -> Stage {
        self.record(lease).stage
    }
}

pub fn submitted(result: &JobResult) -> Payload {
    Payload::Submit { output: result.output.clone(), evidence: result.evidence.clone() }
}

impl Clock for Paper {
    fn now_ms(&self) -> u64 {
        self.time.get()
    }
}

impl Signer for Paper {
    fn sign(&self, key: DispatcherKey, hash: [u8; 32]) -> Option<Signature> {
        assert_eq!(key, KEY);
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&hash);
        (!self.no_key.get()).then_some(Signature(signature))
    }
}

impl Store for Paper {
    fn change(&self, change: &mut dyn FnMut(&mut Book)) -> Option<Book> {
        let mut book = self.book.borrow().clone();
        change(&mut book);
        if self.contended.get() {
            return None;
        }
        // Through its encoding, as in a node.
        *self.book.borrow_mut() = decode_book(&encode_book(&book)).unwrap();
        Some(book)
    }
}

impl Http for Paper {
    fn exchange(&self, exchange: Exchange, deadline_ms: u64) -> Option<Reply> {
        self.exchanges.borrow_mut().push(exchange.clone());
        let end = self.time.get() + self.takes.get();
        self.time.set(end.min(deadline_ms));
        if end > deadline_ms {
            return None;
        }
        if let Some(reply) = self.instead.borrow().clone() {
            return Some(reply);
        }
        let mut jobs = self.jobs.borrow_mut();
        let jobs = jobs.as_mut()?;
        let (path, put) = match &exchange {
            Exchange::Put(path, body) => (path, Some(from_json::<Job>(body).unwrap())),
            Exchange::Get(path) => (path, None),
        };
        let mut parts = path.strip_prefix("/v1/jobs/").unwrap().split('/');
        let key = JobKey::parse(parts.next().unwrap(), parts.next().unwrap()).unwrap();
        let fresh = put.as_ref().is_some_and(|_| !jobs.contains_key(&key));
        if let Some(job) = put {
            assert_eq!(job.key(), key);
            job.check_lease().unwrap();
            let becomes = self.becomes.borrow().clone().unwrap();
            jobs.entry(key).or_insert(becomes);
        }
        Some(match jobs.get(&key) {
            Some(status) => Reply {
                status: if fresh { 202 } else { 200 },
                body: to_json(&JobReport::new(key, status.clone())).unwrap(),
            },
            None => Reply { status: 404, body: b"{}".to_vec() },
        })
    }
}

pub fn refused(reason: DeclineReason) -> JobStatus {
    JobStatus::refused(reason, "a reason")
}
