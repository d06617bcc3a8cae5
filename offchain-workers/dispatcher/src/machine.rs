//! What to do next for one lease: pure, so that every path can be tried.

use codec::{Decode, Encode};
use opg_primitives::{ids::Digest, request::DeclineReason, BlockNumber};
use opg_worker_api::{JobResult, JobStatus};

/// How many blocks before the last one in which it can, a lease that nobody has time for is declined,
/// so that the next provider does not wait for its expiry.
pub const DECLINE_BLOCKS: BlockNumber = 4;

/// How a lease stands on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnChain {
    /// The last block in which it can be acknowledged.
    pub ack_by: BlockNumber,
    /// The last block in which a result settles, once it was acknowledged.
    pub deliver_by: Option<BlockNumber>,
}

impl OnChain {
    /// The last block in which anything can be done.
    pub fn due(&self) -> BlockNumber {
        self.deliver_by.unwrap_or(self.ack_by)
    }
}

/// How far a lease has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Stage {
    /// The chain shows it.
    #[codec(index = 0)]
    Seen,
    /// The gateway has it.
    #[codec(index = 1)]
    Sent,
    /// The chain shows that it was acknowledged.
    #[codec(index = 2)]
    Acknowledged,
    /// There is an answer.
    #[codec(index = 3)]
    Have,
    /// That answer was submitted.
    #[codec(index = 4)]
    Submitted,
    /// Nothing more can be done.
    #[codec(index = 5)]
    GivenUp,
}

/// What this node remembers of a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Record {
    /// How far it has come.
    pub stage: Stage,
    /// The block whose run last did something for it; a run of the same block does no more.
    pub run: Option<BlockNumber>,
    /// How often in a row something failed, or was sent to the chain without effect.
    pub tries: u8,
    /// The first block in which to try again.
    pub next: BlockNumber,
    /// The last block in which anything can be done.
    pub due: BlockNumber,
    /// The digest of the answer that was signed for. It outlives forks and a gateway's memory: two
    /// answers within one request and attempt are an offence, whatever the reason.
    pub answer: Option<Digest>,
}

/// What to ask the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Hand it the job.
    Put,
    /// How the job stands.
    Get,
}

/// What the gateway said.
// One is read at a time: a pointer would save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// How the job stands.
    Status(JobStatus),
    /// It does not know the job.
    Unknown,
    /// Nothing, or nothing that could be understood.
    Nothing,
}

/// What to tell the chain.
// One is read at a time: a pointer would save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tell {
    /// That the lease is taken on.
    Acknowledge,
    /// That it is not.
    Decline(DeclineReason),
    /// The answer.
    Submit(JobResult),
}

/// How many blocks to wait after the `tries`-th try: 1, 2, 4, 8, and no more.
pub fn back_off(tries: u8) -> BlockNumber {
    match tries {
        0 | 1 => 1,
        2 => 2,
        3 => 4,
        _ => 8,
    }
}

impl Record {
    /// Of a lease that was not known before.
    pub fn new(now: BlockNumber, chain: &OnChain) -> Self {
        Self { stage: Stage::Seen, run: None, tries: 0, next: now, due: chain.due(), answer: None }
    }

    /// Takes in how the lease stands on chain.
    pub fn see(&mut self, now: BlockNumber, chain: &OnChain) {
        self.due = chain.due();
        let acknowledged = chain.deliver_by.is_some();
        match self.stage {
            Stage::Sent if acknowledged => {
                self.stage = Stage::Acknowledged;
                (self.tries, self.next) = (0, now);
            }
            // A fork without the acknowledgement became best.
            Stage::Acknowledged | Stage::Have | Stage::Submitted if !acknowledged => {
                self.stage = Stage::Sent;
                (self.tries, self.next) = (0, now);
            }
            _ => {}
        }
    }

    /// What to ask the gateway in the run of block `now`, if anything.
    pub fn ask(&self, now: BlockNumber) -> Option<Ask> {
        if now > self.due || now < self.next || self.run == Some(now) {
            return None;
        }
        match self.stage {
            Stage::GivenUp => None,
            Stage::Seen => Some(Ask::Put),
            _ => Some(Ask::Get),
        }
    }

    /// Claims the lease for the run of block `now`: to be stored before anything is sent.
    pub fn claim(&mut self, now: BlockNumber) {
        self.run = Some(now);
    }

    /// Notes a try without effect.
    fn tried(&mut self, now: BlockNumber) {
        self.tries = self.tries.saturating_add(1);
        self.next = now.saturating_add(back_off(self.tries));
    }

    /// Takes in what the gateway said; what to tell the chain follows, after this record is stored.
    pub fn hear(&mut self, now: BlockNumber, chain: &OnChain, heard: Heard) -> Option<Tell> {
        let status = match heard {
            Heard::Nothing => {
                self.tried(now);
                return None;
            }
            Heard::Unknown => {
                self.stage = Stage::Seen;
                self.tried(now);
                return None;
            }
            Heard::Status(status) => status,
        };
        let acknowledged = chain.deliver_by.is_some();
        if self.stage == Stage::Seen {
            self.stage = if acknowledged { Stage::Acknowledged } else { Stage::Sent };
        }
        match status {
            // It holds for now, and the gateway has not kept the job: there is time to ask again.
            JobStatus::Refused { reason: DeclineReason::Busy, .. }
                if acknowledged || now.saturating_add(DECLINE_BLOCKS) < chain.ack_by =>
            {
                self.stage = Stage::Seen;
                self.tried(now);
                None
            }
            JobStatus::Refused { reason, .. } if !acknowledged => {
                self.tried(now);
                Some(Tell::Decline(reason))
            }
            JobStatus::Refused { .. } | JobStatus::Failed { .. } => {
                // What was acknowledged cannot be declined, and will not be delivered.
                if acknowledged {
                    self.stage = Stage::GivenUp;
                }
                self.tried(now);
                None
            }
            status if !acknowledged => {
                if status.may_acknowledge() {
                    self.tried(now);
                    Some(Tell::Acknowledge)
                } else {
                    self.next = now.saturating_add(1);
                    None
                }
            }
            JobStatus::Done(result) => self.answer(now, result),
            _ => {
                self.tries = 0;
                self.next = now.saturating_add(1);
                None
            }
        }
    }

    fn answer(&mut self, now: BlockNumber, result: JobResult) -> Option<Tell> {
        let digest = digest(&result);
        if self.answer.is_some_and(|known| known != digest) {
            self.stage = Stage::GivenUp;
            return None;
        }
        self.answer = Some(digest);
        self.stage = Stage::Have;
        self.tried(now);
        Some(Tell::Submit(result))
    }

    /// Notes that the pool took the answer.
    pub fn submitted(&mut self) {
        if self.stage == Stage::Have {
            self.stage = Stage::Submitted;
        }
    }
}

/// The digest of an answer and its evidence.
pub fn digest(result: &JobResult) -> Digest {
    Digest((&result.output, &result.evidence).using_encoded(sp_crypto_hashing::blake2_256))
}
