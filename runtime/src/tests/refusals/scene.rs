//! A copy of the chain that one case is tried on, and what cases do on it.

use super::{
    answers::{account, acknowledge, dispatcher, general, InferenceCall, Job},
    world::{World, MAX_PRICE, PROVIDER, REQUESTER, ROOT},
};
use crate::{
    tests::chain::{signed, Chain},
    Balance, BlockNumber, Runtime, RuntimeCall, RuntimeEvent, System, UncheckedExtrinsic,
};
use opg_primitives::{
    ids::{ModelId, RequestId},
    mode::Mode,
    receipt::Receipt,
    request::{Input, Parameters},
};
use pallet_verification::types::Format;
use sp_keyring::Sr25519Keyring;

/// A request; a case changes what it is about.
#[derive(Clone, Debug)]
pub struct Ask {
    pub model: ModelId,
    pub input: Input,
    pub mode: Option<Mode>,
    pub max_price: Balance,
    pub provider: Option<Sr25519Keyring>,
}

impl Ask {
    /// A request that names its provider and asks for a proof.
    pub fn of(model: ModelId, image: &[u8]) -> Self {
        Self {
            model,
            input: Input::Public(image.to_vec().try_into().expect("an image is short")),
            mode: Some(Mode::ZkMl),
            max_price: MAX_PRICE,
            provider: Some(PROVIDER),
        }
    }

    /// The call, for block `at`. Its deadline leaves room for every attempt.
    pub fn call(self, at: BlockNumber) -> RuntimeCall {
        InferenceCall::request {
            model: self.model,
            input: self.input,
            parameters: Parameters::default(),
            mode: self.mode,
            max_price: self.max_price,
            deadline: at + 1_000,
            provider: self.provider.map(account),
        }
        .into()
    }
}

/// The requests that were made in the last block, in their order.
pub fn requested(chain: &mut Chain) -> Vec<RequestId> {
    chain
        .events()
        .into_iter()
        .filter_map(|event| match event {
            RuntimeEvent::Inference(pallet_inference::Event::Requested { request, .. }) => {
                Some(request)
            }
            _ => None,
        })
        .collect()
}

/// `call` by root, for who has the sudo key to sign.
pub fn sudo(call: impl Into<RuntimeCall>) -> RuntimeCall {
    pallet_sudo::Call::<Runtime>::sudo { call: Box::new(call.into()) }.into()
}

/// Adds a block in which root makes `call`, which succeeds.
pub fn by_root(chain: &mut Chain, call: impl Into<RuntimeCall>) {
    chain.done(ROOT, vec![sudo(call)]);
    let done = RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result: Ok(()) });
    assert!(chain.events().contains(&done), "root is refused");
}

/// The act whose consequences are measured: what the next block holds.
pub enum Act {
    /// Nothing: what happens is the chain's own doing.
    Wait,
    /// One transaction.
    Send(Box<UncheckedExtrinsic>),
    /// Bytes that are no transaction.
    Bytes(Vec<u8>),
}

impl Act {
    /// One transaction.
    pub fn send(transaction: UncheckedExtrinsic) -> Self {
        Self::Send(Box::new(transaction))
    }

    /// A feeless call as a transaction of its own.
    pub fn bring(call: InferenceCall) -> Self {
        Self::send(general(call))
    }
}

/// A copy of the world's chain.
pub struct Scene<'w> {
    pub world: &'w World,
    pub chain: Chain,
    /// Whose money is that of the provider.
    pub provider: Sr25519Keyring,
    /// A feeless call that is still good after all, and has to succeed as a transaction of its own.
    pub still_good: Option<RuntimeCall>,
}

impl<'w> Scene<'w> {
    /// What happens on `chain`.
    pub fn new(world: &'w World, chain: Chain) -> Self {
        Self { world, chain, provider: PROVIDER, still_good: None }
    }

    /// `call`, signed by `who` for the next block.
    pub fn signed(
        &mut self,
        who: Sr25519Keyring,
        call: impl Into<RuntimeCall>,
    ) -> UncheckedExtrinsic {
        self.chain.execute(|| signed(who, System::account_nonce(who.to_account_id()), call))
    }

    /// A request of the requester's, for the next block.
    pub fn request(&mut self, ask: Ask) -> UncheckedExtrinsic {
        let at = self.chain.number() + 1;
        self.signed(REQUESTER, ask.call(at))
    }

    /// Adds a block with a feeless call, which succeeds.
    pub fn brought(&mut self, call: InferenceCall) {
        assert_eq!(self.chain.block(vec![general(call)]), [Ok(Ok(()))]);
    }

    /// Adds a block with a request that is leased at once, and tells of the lease.
    pub fn leased(&mut self, ask: Ask) -> Job {
        let at = self.chain.number() + 1;
        self.chain.done(REQUESTER, vec![ask.call(at)]);
        let id = requested(&mut self.chain)[0];
        self.chain.execute(|| Job::of(id))
    }

    /// Adds a block in which root makes `call`, which succeeds.
    pub fn by_root(&mut self, call: impl Into<RuntimeCall>) {
        by_root(&mut self.chain, call);
    }

    /// Switches the verifier of `format` off.
    pub fn switch_off(&mut self, format: Format) {
        let switch = pallet_verification::Call::<Runtime>::set_enabled { format, enabled: false };
        self.by_root(switch);
    }

    /// Switches the verifier of proofs off.
    pub fn switch_proofs_off(&mut self) {
        self.switch_off(Format::Groth16Bls12381);
    }

    /// The receipt that the last block wrote.
    pub fn receipt(&mut self) -> Receipt {
        let written = self.chain.events().into_iter().find_map(|event| match event {
            RuntimeEvent::Receipts(pallet_receipts::Event::ReceiptWritten { id, .. }) => Some(id),
            _ => None,
        });
        let id = written.expect("the block wrote a receipt");
        self.chain.execute(|| pallet_receipts::Log::<Runtime>::get(id)).expect("it is not pruned")
    }

    /// Brings bad evidence for the drawn request, waits for its second lease, and takes that on.
    /// Tells of that lease, and what was brought.
    pub fn second_attempt(&mut self) -> (Job, InferenceCall) {
        let (world, key) = (self.world, dispatcher(PROVIDER));
        let refused = world.spoiled(&world.drawn).submitted(&key);
        self.brought(refused.clone());
        self.chain.blocks(2);
        let job = self.chain.execute(|| Job::of(world.drawn.request));
        assert_eq!((job.attempt, job.provider), (1, world.drawn.provider));
        self.brought(acknowledge(&job, &key));
        (job, refused)
    }
}
