//! What requesters, providers and dispatchers do, and how to look at what came of it.

use super::*;
use codec::Encode;
use frame_support::traits::fungible::{Inspect, InspectHold};
use opg_primitives::{
    enclave::{EnclaveAnswer, FinishReason, ModelRan, Run, Usage},
    evidence::{Evidence, ProofSystem, SignedAnswer},
    ids::*,
    mode::Mode,
    receipt::Receipt,
    request::{Input, Output},
    sealed::SealedBytes,
    statement, Attempt, Balance, BlockNumber,
};
use sp_core::Pair;
use sp_runtime::{
    traits::{Applyable, Checkable},
    transaction_validity::{TransactionSource, TransactionValidityError, ValidTransaction},
    DispatchResult,
};

pub fn origin(who: &Account) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(who))
}

/// A request; the tests change what they are about.
#[derive(Clone)]
pub struct Asking {
    pub who: Account,
    pub model: ModelId,
    pub input: Input,
    pub parameters: Vec<u8>,
    pub mode: Option<Mode>,
    pub max_price: Balance,
    pub deadline: BlockNumber,
    pub named: Option<Account>,
}

impl Default for Asking {
    fn default() -> Self {
        Self {
            who: REQUESTER,
            model: MODEL,
            input: Input::Public(vec![1, 2, 3, 4].try_into().unwrap()),
            parameters: vec![],
            mode: None,
            max_price: MAX_PRICE,
            deadline: 1_000,
            named: None,
        }
    }
}

impl Asking {
    pub fn named() -> Self {
        Self { named: Some(PROVIDER), ..Self::default() }
    }

    pub fn zkml() -> Self {
        Self { mode: Some(Mode::ZkMl), ..Self::named() }
    }

    pub fn tee() -> Self {
        Self { mode: Some(Mode::Tee), ..Self::named() }
    }

    /// A private request to the named provider.
    pub fn private() -> Self {
        Self { input: Input::Committed(Commitment([0x77; 32])), ..Self::tee() }
    }

    /// A text, asked of the named provider.
    pub fn text(input: &str) -> Self {
        let input = Input::Public(input.as_bytes().to_vec().try_into().unwrap());
        Self { model: TEXT, input, ..Self::tee() }
    }

    pub fn ask(self) -> DispatchResult {
        Inference::request(
            origin(&self.who),
            self.model,
            self.input,
            self.parameters.try_into().unwrap(),
            self.mode,
            self.max_price,
            self.deadline,
            self.named,
        )
    }

    /// Asks, and tells the request's id.
    pub fn id(self) -> RequestId {
        self.ask().unwrap();
        System::events()
            .into_iter()
            .rev()
            .find_map(|record| match record.event {
                RuntimeEvent::Inference(crate::Event::Requested { request, .. }) => Some(request),
                _ => None,
            })
            .unwrap()
    }
}

pub fn stored(id: RequestId) -> Request {
    crate::Requests::<Test>::get(id).unwrap()
}

pub fn lease_of(id: RequestId) -> Lease {
    match stored(id).stage {
        Stage::Leased(lease) => lease,
        Stage::Waiting { .. } => panic!("no lease"),
    }
}

pub fn is_leased(id: RequestId) -> bool {
    crate::Requests::<Test>::get(id)
        .is_some_and(|request| matches!(request.stage, Stage::Leased(_)))
}

/// Goes on until the request is leased.
pub fn leased(id: RequestId) {
    for _ in 0..10 {
        if is_leased(id) {
            return;
        }
        next_block();
    }
    panic!("nobody was drawn");
}

pub fn sign(provider: &Account, hash: [u8; 32]) -> (DispatcherKey, Signature) {
    let pair = dispatcher(provider);
    (DispatcherKey(pair.public().0), Signature(pair.sign(&hash).0))
}

pub fn acknowledge_call(id: RequestId, attempt: Attempt, by: &Account) -> RuntimeCall {
    let (key, signature) = sign(by, Inference::acknowledge_hash(id, attempt));
    crate::Call::acknowledge { request: id, attempt, key, signature }.into()
}

pub fn decline_call(
    id: RequestId,
    attempt: Attempt,
    reason: opg_primitives::request::DeclineReason,
    by: &Account,
) -> RuntimeCall {
    let (key, signature) = sign(by, Inference::decline_hash(id, attempt, reason));
    crate::Call::decline { request: id, attempt, reason, key, signature }.into()
}

pub fn submit_call(
    id: RequestId,
    attempt: Attempt,
    output: &[u8],
    evidence: Evidence,
    by: &Account,
) -> RuntimeCall {
    submit_output_call(id, attempt, clear(output), evidence, by)
}

/// An output in clear.
pub fn clear(output: &[u8]) -> Output {
    Output::Public(output.to_vec().try_into().unwrap())
}

pub fn submit_output_call(
    id: RequestId,
    attempt: Attempt,
    output: Output,
    evidence: Evidence,
    by: &Account,
) -> RuntimeCall {
    let (key, signature) = sign(by, Inference::submit_hash(id, attempt, &output, &evidence));
    crate::Call::submit_result { request: id, attempt, output, evidence, key, signature }.into()
}

pub fn expire_call(id: RequestId, attempt: Attempt) -> RuntimeCall {
    crate::Call::expire { request: id, attempt }.into()
}

/// Ciphertexts of an input and of an output; nothing here opens any.
pub fn sealed_input() -> SealedBytes {
    vec![0x5e; 113].try_into().unwrap()
}

pub fn sealed_output() -> Output {
    let ciphertext = vec![0x5f; 52].try_into().unwrap();
    Output::Sealed { commitment: Commitment([0x66; 32]), ciphertext }
}

/// Delivers the input of the running attempt to [`ENCLAVE`].
pub fn deliver(id: RequestId) -> DispatchResult {
    let (attempt, enclave) = (stored(id).attempt, ENCLAVE);
    Inference::deliver(origin(&REQUESTER), id, attempt, enclave, sealed_input())
}

/// Submits a good sealed answer of [`ENCLAVE`].
pub fn settled_sealed(id: RequestId) {
    let (attempt, provider) = (stored(id).attempt, lease_of(id).provider);
    let evidence = tee_evidence(&said_of(id, &sealed_output()));
    done(submit_output_call(id, attempt, sealed_output(), evidence, &provider));
}

pub const OUTPUT: [u8; 4] = [7, 0, 0, 0];

/// What is said of `output` under the lease of `id`.
fn answer(id: RequestId, output: &Output) -> statement::Answer {
    let request = stored(id);
    let lease = lease_of(id);
    answer_of(
        (Inference::genesis(), id, request.attempt, lease.provider, lease.lease_block.1),
        (request.model, request.policy_version),
        (request.input, request.parameters, output.commitment(id)),
    )
}

/// A signature, here: the hash itself.
fn signature(hash: [u8; 32]) -> Signature {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&hash);
    Signature(signature)
}

/// What [`ENCLAVE`] says of `output` under the lease of `id`.
pub fn said(id: RequestId, output: &[u8]) -> EnclaveAnswer {
    said_of(id, &clear(output))
}

/// The same of an output that may be sealed.
pub fn said_of(id: RequestId, output: &Output) -> EnclaveAnswer {
    EnclaveAnswer {
        enclave: ENCLAVE,
        answer: answer(id, output),
        price: lease_of(id).price,
        run: Run {
            model: ModelRan::Network(NETWORK),
            finish: FinishReason::Stop,
            usage: Usage { input: 4, output: 1 },
            started: 1,
            finished: 2,
            sequence: 3,
            previous: Digest([4; 32]),
        },
        sealed: output.sealed_digest(),
    }
}

/// The evidence of an enclave that says `said`.
pub fn tee_evidence(said: &EnclaveAnswer) -> Evidence {
    Evidence::Tee {
        enclave: said.enclave,
        run: said.run.clone(),
        signature: signature(said.signing_hash()),
    }
}

/// Good evidence for `output` in the mode of the request.
pub fn evidence(id: RequestId, output: &[u8]) -> Evidence {
    let answer = answer(id, &clear(output));
    let signed = SignedAnswer { key: WORKER, signature: signature(answer.signing_hash()) };
    match stored(id).mode {
        Mode::Tee => tee_evidence(&said(id, output)),
        Mode::Plain => Evidence::Plain(signed),
        Mode::ZkMl => Evidence::ZkMl {
            signed,
            system: ProofSystem::Groth16Bls12381,
            key_version: 0,
            proof: answer.binding.0.to_vec().try_into().unwrap(),
        },
    }
}

/// Evidence whose signature is of something else.
pub fn bad_evidence() -> Evidence {
    Evidence::Plain(SignedAnswer { key: WORKER, signature: Signature([9; 64]) })
}

/// Evidence by a key that nobody registered.
pub fn unknown_evidence() -> Evidence {
    Evidence::Plain(SignedAnswer { key: WorkerKey([0; 32]), signature: Signature([9; 64]) })
}

fn transaction(call: RuntimeCall) -> (Extrinsic, frame_support::dispatch::DispatchInfo, usize) {
    use frame_support::dispatch::GetDispatchInfo;
    let transaction = Extrinsic::new_transaction(call, (frame_system::AuthorizeCall::new(),));
    let info = transaction.get_dispatch_info();
    let bytes = transaction.encoded_size();
    (transaction, info, bytes)
}

/// What the pool says of a general transaction.
#[allow(deprecated)]
pub fn validate(call: RuntimeCall) -> Result<ValidTransaction, TransactionValidityError> {
    let (transaction, info, bytes) = transaction(call);
    let checked = Checkable::check(transaction, &frame_system::ChainContext::<Test>::default())?;
    checked.validate::<Test>(TransactionSource::External, &info, bytes)
}

/// A general transaction, in a block: refused, or what its call returned.
#[allow(deprecated)]
pub fn apply(call: RuntimeCall) -> Result<DispatchResult, TransactionValidityError> {
    let (transaction, info, bytes) = transaction(call);
    let checked = Checkable::check(transaction, &frame_system::ChainContext::<Test>::default())?;
    let applied = frame_support::storage::with_transaction(|| {
        // As a block builder does: what is refused leaves no trace.
        match checked.apply::<Test>(&info, bytes) {
            Ok(done) => frame_support::storage::TransactionOutcome::Commit(Ok(Ok(done))),
            Err(refused) => frame_support::storage::TransactionOutcome::Rollback(Ok::<
                _,
                sp_runtime::DispatchError,
            >(
                Err(refused)
            )),
        }
    })
    .unwrap();
    applied.map(|done| done.map(|_| ()).map_err(|refused| refused.error))
}

/// Applies what has to succeed.
pub fn done(call: RuntimeCall) {
    apply(call).unwrap().unwrap();
}

/// Acknowledges by whoever holds the lease.
pub fn acknowledged(id: RequestId) {
    done(acknowledge_call(id, stored(id).attempt, &lease_of(id).provider));
}

/// Submits a good answer by whoever holds the lease.
pub fn settled(id: RequestId) {
    let (attempt, provider) = (stored(id).attempt, lease_of(id).provider);
    done(submit_call(id, attempt, &OUTPUT, evidence(id, &OUTPUT), &provider));
}

/// The last receipt.
pub fn last_receipt() -> Receipt {
    world().receipts.last().unwrap().clone()
}

/// What may change hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    pub requester: Balance,
    pub held: Balance,
    pub provider: Balance,
    pub owner: Balance,
    pub treasury: Balance,
    pub fees: Balance,
    pub bond: Balance,
    pub issuance: Balance,
}

pub fn money() -> Money {
    let free = |who: &Account| Balances::balance(&account(who));
    Money {
        requester: free(&REQUESTER),
        held: Balances::total_balance_on_hold(&account(&REQUESTER)),
        provider: free(&PROVIDER),
        owner: free(&OWNER),
        treasury: free(&TREASURY),
        fees: free(&FEES),
        bond: world().providers[&PROVIDER].bond,
        issuance: Balances::total_issuance(),
    }
}
