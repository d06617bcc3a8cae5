//! How the pallets speak to each other. Calls go downward only: models, providers,
//! attestation, policies; verification; receipts; inference. Amounts are in units of 10^-18 OPG.

use crate::{
    checks::CheckLog,
    enclave::{EnclaveContext, EnclaveFault},
    evidence::Evidence,
    ids::{
        Account, BlockHash, Commitment, DispatcherKey, EnclaveId, GenesisHash, ModelId, OffenceId,
        ReceiptId, RequestId, WorkerKey,
    },
    mode::Mode,
    model::{ModelVersion, VerifyingKey},
    policy::{ClassId, PolicyVersion, Rules},
    receipt::{Appraised, Receipt},
    request::{Output, Refusal},
    Attempt, Balance, BlockNumber,
};

/// What `models` tells the pallets above it.
pub trait Models {
    /// The model's version, if it is registered.
    fn version(model: &ModelId) -> Option<ModelVersion>;
    /// Its verifying key of version `key`, if there is one.
    fn verifying_key(model: &ModelId, key: u32) -> Option<VerifyingKey>;
    /// The version of its newest verifying key.
    fn latest_key(model: &ModelId) -> Option<u32>;
    /// Whether its access rule lets `requester` ask it.
    fn may_ask(model: &ModelId, requester: &Account) -> bool;
}

/// Why a provider cannot take a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ineligible {
    /// It is not registered, or leaves.
    NotRegistered,
    /// It bonded in this epoch, or is chilled.
    NotYet,
    /// It does not serve the model in this mode.
    NotServing,
    /// Its bond, less what is reserved, does not cover the lease.
    NoCapacity,
    /// Its price is above what is held.
    TooExpensive,
}

/// A provider that was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The provider.
    pub provider: Account,
    /// Its price for this model and mode.
    pub price: Balance,
    /// How often the draw was repeated.
    pub redraws: u8,
}

/// What a lease asks of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseNeeds {
    /// The model.
    pub model: ModelId,
    /// The mode.
    pub mode: Mode,
    /// The most that its price may be.
    pub max_price: Balance,
    /// The cap of a compensation, which is reserved of its bond together with the price.
    pub compensation_cap: Balance,
}

/// Who gets what of a slash; the excess burns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlashSplit {
    /// The harmed requester.
    pub harmed: Account,
    /// The most that it gets.
    pub to_harmed: Balance,
    /// The part for the treasury, the rest burns.
    pub to_treasury: Balance,
}

/// What a slash did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slashed {
    /// What was taken from the bond.
    pub taken: Balance,
    /// Of that, to the harmed requester.
    pub to_harmed: Balance,
    /// Of that, to the treasury.
    pub to_treasury: Balance,
    /// Of that, burned.
    pub burned: Balance,
}

/// What `providers` does for the pallets above it.
pub trait Providers {
    /// Draws a provider for a lease, by stake, with `seed`; reserves nothing.
    fn draw(needs: &LeaseNeeds, seed: [u8; 32]) -> Option<Drawn>;
    /// Whether `provider` can take such a lease, and its price.
    fn quote(provider: &Account, needs: &LeaseNeeds) -> Result<Balance, Ineligible>;
    /// Reserves `amount` of the bond's capacity for a lease.
    fn reserve(provider: &Account, amount: Balance) -> Result<(), Ineligible>;
    /// Gives back what was reserved; never fails, never gives back more than is reserved.
    fn release(provider: &Account, amount: Balance);
    /// Slashes the bond, at most by what there is, once per offence.
    fn slash(provider: &Account, offence: OffenceId, amount: Balance, split: SlashSplit)
        -> Slashed;
    /// Notes that a lease was not acknowledged; repeated silence chills.
    fn note_silence(provider: &Account);
    /// Notes that a lease was acknowledged, which ends a run of silence.
    fn note_acknowledged(provider: &Account);
    /// Whether `key` is a dispatcher key of `provider`.
    fn is_dispatcher(provider: &Account, key: &DispatcherKey) -> bool;
    /// Whether `key` is a worker key of `provider`.
    fn is_worker(provider: &Account, key: &WorkerKey) -> bool;
}

/// What `attestation` tells the pallets above it.
pub trait Attestation {
    /// The enclave, if it may answer for `provider`, of `model`, in this block: its document is in
    /// its window, nothing of it is revoked, its measurement is approved for the model.
    ///
    /// # Errors
    /// Why it may not.
    fn enclave(
        id: &EnclaveId,
        provider: &Account,
        model: &ModelId,
    ) -> Result<EnclaveContext, EnclaveFault>;
    /// The block since which decisions of governance keep the enclave from answering for `provider`, of
    /// `model`: the first of all that do now. None if nothing keeps it, and if something does that nobody
    /// had to decide: it is not registered, its document ran out, its code never was approved. That an
    /// approval runs out was decided with it, or before.
    fn refused_since(id: &EnclaveId, provider: &Account, model: &ModelId) -> Option<BlockNumber>;
    /// The version of roots, reference values and revocations; each change counts it up.
    fn trust_version() -> u32;
}

/// What `policies` tells the pallets above it.
pub trait Policies {
    /// The version in force in this block.
    fn current() -> PolicyVersion;
    /// The rules of `class` in `version`, for ever; none if there is no such class or version.
    fn rules(class: &ClassId, version: PolicyVersion) -> Option<Rules>;
}

/// What an evidence is appraised against. All of it comes from chain state.
#[derive(Clone, Debug)]
pub struct AppraisalContext<'a> {
    /// The chain.
    pub genesis: GenesisHash,
    /// The request and attempt.
    pub lease: (RequestId, Attempt),
    /// The provider that holds the lease.
    pub provider: Account,
    /// The hash of the lease's block.
    pub lease_block: BlockHash,
    /// Who asks.
    pub requester: Account,
    /// The mode of the request.
    pub mode: Mode,
    /// The policy version of the request.
    pub policy_version: PolicyVersion,
    /// The model, its version, and its verifying key of the version that the evidence names. The
    /// version's royalty is what this request pays: it says whether the owner is paid.
    pub model: (ModelId, &'a ModelVersion, Option<&'a VerifyingKey>),
    /// The commitment to the input, computed by the runtime in `request` where the input is public.
    pub input: Commitment,
    /// Whether the input is public, and so the output.
    pub input_is_public: bool,
    /// The enclave that the private input of this lease was delivered to; none of a public one.
    pub delivered_to: Option<EnclaveId>,
    /// The commitment to the parameters.
    pub parameters: Commitment,
    /// Whether the evidence's worker key is registered to the provider; false in a mode without one.
    pub worker_key_registered: bool,
    /// The enclave that the evidence names, or why it may not answer; none in a mode without one.
    pub enclave: Option<Result<&'a EnclaveContext, EnclaveFault>>,
    /// What the provider is paid.
    pub price: Balance,
    /// This block.
    pub now: BlockNumber,
}

/// A good appraisal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appraisal {
    /// The commitment to the output.
    pub output: Commitment,
    /// Each check that ran.
    pub checks: CheckLog,
    /// The table, its grade and what they rest on.
    pub appraised: Appraised,
}

/// Appraises evidence (RATS: the verifier).
pub trait Appraiser {
    /// Checks `evidence` for `output` in `context`, cheap checks first. Every check that the mode
    /// has must pass; else the reason of the first that did not.
    fn appraise(
        context: &AppraisalContext<'_>,
        output: &Output,
        evidence: &Evidence,
    ) -> Result<Appraisal, Refusal>;
    /// Whether the verifier of `mode` is switched on.
    fn enabled(mode: Mode) -> bool;
    /// The version of trust roots and switches; each change counts it up.
    fn trust_version() -> u32;
}

/// What `receipts` does for the pallets above it.
pub trait Receipts {
    /// The number that the next receipt of `provider` carries.
    fn next_sequence(provider: &Account) -> u64;
    /// Writes a receipt: into the log, the block's root, the sequence and the counters.
    fn append(receipt: Receipt) -> ReceiptId;
}
