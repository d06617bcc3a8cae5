//! What the pallet keeps of a request, and what it tells of one.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::weights::Weight;
use opg_primitives::{
    disclosure::ReadableBy,
    ids::{Account, BlockHash, Commitment, Digest, EnclaveId, ModelId, RequestId},
    mode::Mode,
    policy::{ClassId, PolicyVersion, Rules},
    receipt::Selection,
    request::{Input, Parameters},
    Attempt, Balance, BlockNumber,
};
use scale_info::TypeInfo;

/// An open request: everything but the bytes of its input, which are kept apart because only a
/// dispatcher reads them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Request {
    /// Who asks and pays.
    pub requester: Account,
    /// The model's version.
    pub model: ModelId,
    /// The model's owner when the request was made.
    pub owner: Account,
    /// The owner's part of the price, in parts per million.
    pub royalty: u32,
    /// The class that the request is judged under.
    pub class: ClassId,
    /// The mode that was asked for; none if that was left to the policy.
    pub asked: Option<Mode>,
    /// The default of the class in the policy version of the request.
    pub default: Mode,
    /// The mode of every lease of this request.
    pub mode: Mode,
    /// The policy version in force when the request was made.
    pub policy_version: PolicyVersion,
    /// The commitment to the input, computed by the runtime where the input is public.
    pub input: Commitment,
    /// What became of the input if it is private; none if it is public.
    pub private: Option<PrivateInput>,
    /// The commitment to the parameters.
    pub parameters: Commitment,
    /// Whether there are no parameters.
    pub no_parameters: bool,
    /// What is held: the most that the requester pays.
    pub max_price: Balance,
    /// What the requester paid on top: the weight of all attempts, which went where fees go.
    pub prepaid: Balance,
    /// What the requester paid on top and was burned.
    pub burned: Balance,
    /// What the requester was compensated so far; never more than `prepaid` and `burned`.
    pub compensated: Balance,
    /// The block of the request.
    pub requested: BlockNumber,
    /// The last block in which an answer settles.
    pub deadline: BlockNumber,
    /// The provider that the requester named.
    pub named: Option<Account>,
    /// How many leases there may be; one if the requester named its provider.
    pub attempts: u8,
    /// The verification that is booked in the bucket of the deadline.
    pub booked: Capacity,
    /// The attempt that runs, or waits to be drawn.
    pub attempt: Attempt,
    /// How many leases there were, with the one that runs.
    pub leases: u8,
    /// What it waits for.
    pub stage: Stage,
}

/// Who was given a private input so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct PrivateInput {
    /// In how many leases it was delivered to an enclave.
    pub deliveries: u8,
    /// Who can read what was delivered, beside the requester; none if nothing was.
    pub readers: Option<ReadableBy>,
}

/// The delivery of a private input in one lease; the bytes are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Delivery {
    /// The enclave of the leased provider that it is sealed to.
    pub enclave: EnclaveId,
    /// The block of the delivery.
    pub at: BlockNumber,
    /// The digest of the ciphertext.
    pub digest: Digest,
}

/// What a request waits for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Stage {
    /// For a draw.
    #[codec(index = 0)]
    Waiting {
        /// The first block in which it may be drawn.
        not_before: BlockNumber,
        /// The last block in which whole windows fit before the deadline.
        lease_by: BlockNumber,
    },
    /// For its provider.
    #[codec(index = 1)]
    Leased(Lease),
}

/// A lease that runs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Lease {
    /// Who holds it.
    pub provider: Account,
    /// What it is paid, never more than what is held.
    pub price: Balance,
    /// What of its bond's capacity is reserved: the price and the cap of a compensation.
    pub reserved: Balance,
    /// How it came to it.
    pub selection: Selection,
    /// The block from whose state the lease was given, the parent of the block that gave it.
    pub lease_block: (BlockNumber, BlockHash),
    /// The block that gave the lease.
    pub given: BlockNumber,
    /// The last block in which it can be acknowledged; while a private input has not been delivered, the
    /// last block in which it can be.
    pub ack_by: BlockNumber,
    /// The delivery of its private input, once there was one; none of a public one.
    pub delivery: Option<Delivery>,
    /// The block in which it was acknowledged, and the last block in which a result settles.
    pub acknowledged: Option<(BlockNumber, BlockNumber)>,
}

impl Lease {
    /// The last block in which the provider can do what it has to do next.
    pub fn due(&self) -> BlockNumber {
        self.acknowledged.map_or(self.ack_by, |(_, deliver_by)| deliver_by)
    }
}

impl Request {
    /// The last block before the chain itself ends what the request waits for.
    pub fn due(&self) -> BlockNumber {
        match &self.stage {
            Stage::Waiting { lease_by, .. } => *lease_by,
            Stage::Leased(lease) => lease.due(),
        }
    }

    /// Whether it waits for its requester, who has to deliver the private input.
    pub fn awaits_payload(&self) -> bool {
        match &self.stage {
            Stage::Waiting { .. } => false,
            Stage::Leased(lease) => self.private.is_some() && lease.delivery.is_none(),
        }
    }

    /// What the requester paid on top and nothing gives back.
    pub fn unrefundable(&self) -> Balance {
        self.prepaid.saturating_add(self.burned)
    }
}

/// For how many blocks from its acknowledgement a lease runs.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct DeliverWindows {
    /// In mode `Plain`.
    pub plain: BlockNumber,
    /// In mode `Tee`.
    pub tee: BlockNumber,
    /// In mode `ZkMl`.
    pub zkml: BlockNumber,
}

impl DeliverWindows {
    /// That of `mode`.
    pub fn of(&self, mode: Mode) -> BlockNumber {
        match mode {
            Mode::Plain => self.plain,
            Mode::Tee => self.tee,
            Mode::ZkMl => self.zkml,
        }
    }
}

/// What a provider's bond answers with, in units of 10^-18 OPG; never more than a lease reserves,
/// which is its price and the cap of a compensation.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct SlashAmounts {
    /// For an acknowledged lease that was not delivered.
    pub not_delivered: Balance,
    /// For evidence that was refused; the weight of its submission comes on top.
    pub refused: Balance,
}

/// How much verification may fall due in each block, so that every answer finds room: the reference
/// time of its checks, and in `proof_size` the bytes of its transaction.
pub type Capacity = Weight;

/// An open lease, with all that its provider is told; see the pallet's view functions.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct OpenLease {
    /// The request.
    pub request: RequestId,
    /// The attempt.
    pub attempt: Attempt,
    /// The lease.
    pub lease: Lease,
}

/// An open request with its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct OpenRequest {
    /// The request.
    pub request: Request,
    /// Its input; of a private one the commitment.
    pub input: Input,
    /// Its parameters.
    pub parameters: Parameters,
}

/// Whether a provider can take a lease now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Eligibility {
    /// It can, at this price.
    #[codec(index = 0)]
    Eligible {
        /// In units of 10^-18 OPG.
        price: Balance,
    },
    /// It is not registered, or leaves.
    #[codec(index = 1)]
    NotRegistered,
    /// It bonded in this epoch, or is chilled.
    #[codec(index = 2)]
    NotYet,
    /// It does not serve the model in this mode.
    #[codec(index = 3)]
    NotServing,
    /// Its bond, less what is reserved, does not cover the lease, or it has too many open ones.
    #[codec(index = 4)]
    NoCapacity,
    /// Its price is above what would be held.
    #[codec(index = 5)]
    TooExpensive,
}

/// What a request would meet if it were made now.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Preview {
    /// The mode that it would have.
    pub mode: Mode,
    /// The class of the model.
    pub class: ClassId,
    /// The policy version in force.
    pub policy_version: PolicyVersion,
    /// The digest of the rules of the class in that version.
    pub policy: Digest,
    /// Those rules.
    pub rules: Rules,
    /// Whether the class accepts the mode and what this table says, lets the provider be named, the
    /// model is active and offers the mode, and its verifier is switched on. In mode `Tee` which
    /// enclave answers decides whether the floor is met: there the mode alone is looked at.
    pub accepted: bool,
    /// What is paid at once and never comes back: the weight of all attempts.
    pub prepaid: Balance,
    /// What is burned at once.
    pub burned: Balance,
    /// The least that `max_price` may be.
    pub min_price: Balance,
    /// The first block that `deadline` may be.
    pub earliest_deadline: BlockNumber,
    /// The same of a private request, whose input has to be delivered first.
    pub earliest_private_deadline: BlockNumber,
    /// The last block that `deadline` may be.
    pub latest_deadline: BlockNumber,
    /// How the named provider stands, if one was named.
    pub provider: Option<Eligibility>,
    /// The newest verifying key of the model.
    pub key_version: Option<u32>,
    /// Who ran the setup of that key.
    pub setup: Option<opg_primitives::model::Setup>,
    /// The table that a good answer gets at the least: all checks of the mode passed, and nothing
    /// counted in favour of what only the appraisal knows, the setup's contributors and in mode
    /// `Tee` the enclave.
    pub table: opg_primitives::claims::Table,
    /// The letter that goes with that table.
    pub grade: opg_primitives::standing::Grade,
}
