//! The chain that every case starts from: two models, two providers, an enclave of the named one, whose
//! code is approved, and four open requests.
//!
//! | request | of | mode | stage |
//! | --- | --- | --- | --- |
//! | `proven` | the named provider | `ZkMl` | acknowledged |
//! | `plain` | the named provider | `Plain` | acknowledged |
//! | `drawn` | whoever is drawn | `ZkMl` | acknowledged, the first of three attempts |
//! | `fresh` | the named provider | `ZkMl` | leased |

use super::{
    answers::{account, acknowledge, dispatcher, general, worker, Answered, Job},
    proofs::{image, Circuit, Proofs},
    scene::{by_root, requested, Ask, Scene},
};
use crate::{
    constants::{currency::OPG, time::EPOCH_DURATION_IN_SLOTS},
    genesis_config_presets::DEVELOPMENT,
    tests::{
        chain::Chain,
        enclave::{approve, Newcomer},
    },
    Balance, BlockNumber, Runtime, RuntimeCall, System,
};
use frame_support::BoundedVec;
use opg_primitives::{
    artefact::Artefact,
    evidence::ProofSystem,
    ids::{DispatcherKey, GenesisHash, ModelId, Signature, WorkerKey},
    mode::{Mode, ModeSet},
    model::{ExecutionProfile, Setup},
    policy::ClassId,
    statement,
};
use sp_core::Pair;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie};

/// Asks and pays.
pub const REQUESTER: Sr25519Keyring = Ferdie;
/// Holds the leases.
pub const PROVIDER: Sr25519Keyring = Bob;
/// Another provider, whose bond carries one lease.
pub const RIVAL: Sr25519Keyring = Dave;
/// Registered both models.
pub const OWNER: Sr25519Keyring = Charlie;
/// Has nothing to do with any of it.
pub const OUTSIDER: Sr25519Keyring = Eve;
/// Has the sudo key.
pub const ROOT: Sr25519Keyring = Alice;

/// What the provider's answers cost.
const PRICE: Balance = 2 * OPG;
/// What the requester lets be held for one.
pub const MAX_PRICE: Balance = 3 * OPG;
/// What the rival's answers cost.
pub const RIVAL_PRICE: Balance = 60 * OPG;
/// The provider's bond.
const BOND: Balance = 1_000 * OPG;
/// The rival's bond, the least there is: it covers one lease at its price and not two.
const RIVAL_BOND: Balance = 100 * OPG;
/// The owner's part of a price, in parts per million.
const ROYALTY: u32 = 100_000;

/// The class of the digits model: signed, attested or proven, providers may be named.
pub fn general_class() -> ClassId {
    ClassId(BoundedVec::truncate_from(b"general".to_vec()))
}

/// The class of the other model: proven, by a provider that is drawn.
fn credit_class() -> ClassId {
    ClassId(BoundedVec::truncate_from(b"credit".to_vec()))
}

/// The chain, and what is needed to act on it.
pub struct World {
    pub proofs: Proofs,
    /// The named provider's enclave.
    pub enclave: Newcomer,
    /// What all four requests ask.
    pub image: Vec<u8>,
    pub proven: Job,
    pub plain: Job,
    pub drawn: Job,
    pub fresh: Job,
    chain: Chain,
}

impl World {
    /// Makes it, block by block, as users would.
    pub fn new() -> Self {
        let proofs = Proofs::new(account(OWNER));
        let image = image(0);
        let mut chain = Chain::new(DEVELOPMENT);
        chain.blocks(1);
        register_models(&mut chain, &proofs);
        register_providers(&mut chain, &proofs);
        let enclave = register_enclave(&mut chain, proofs.digits.id());
        wait_for_seats(&mut chain, proofs.digits.id());

        let digits = proofs.digits.id();
        let ask = |mode, provider| Ask { mode: Some(mode), provider, ..Ask::of(digits, &image) };
        let named = |mode| ask(mode, Some(PROVIDER));
        let next = |chain: &Chain| chain.number() + 1;

        let at = next(&chain);
        chain.done(REQUESTER, vec![ask(Mode::ZkMl, None).call(at)]);
        let drawn = requested(&mut chain)[0];
        chain.blocks(1);
        // Drawn at the beginning of this block, two after the request.
        let at = next(&chain);
        let asked = [named(Mode::ZkMl), named(Mode::Plain), named(Mode::ZkMl)];
        chain.done(REQUESTER, asked.map(|ask| ask.call(at)).to_vec());
        let ids = requested(&mut chain);
        let [proven, plain, fresh, drawn] =
            [ids[0], ids[1], ids[2], drawn].map(|id| chain.execute(|| Job::of(id)));
        assert_eq!(drawn.provider, account(PROVIDER));
        let taken =
            [&proven, &plain, &drawn].map(|job| general(acknowledge(job, &dispatcher(PROVIDER))));
        assert_eq!(chain.block(taken.to_vec()), [Ok(Ok(())), Ok(Ok(())), Ok(Ok(()))]);
        Self { proofs, enclave, image, proven, plain, drawn, fresh, chain }
    }

    /// A copy to try something on.
    pub fn scene(&self) -> Scene<'_> {
        Scene::new(self, self.chain.fork())
    }

    /// A request of the digits model to the named provider, as `proven` is.
    pub fn ask(&self) -> Ask {
        Ask::of(self.proofs.digits.id(), &self.image)
    }

    /// The answer of `circuit` to `image`, proven for the statement of `stated` under the key of
    /// `setup`, and brought for `job`.
    pub fn answered(
        &self,
        job: &Job,
        (circuit, setup): (&Circuit, usize),
        image: &[u8],
        stated: &Job,
    ) -> Answered {
        let proven = self.proofs.of(circuit, setup, image, stated.binding());
        Answered {
            job: job.clone(),
            mode: Mode::ZkMl,
            output: proven.output.to_bytes(),
            proof: proven.proof,
            key_version: 0,
            worker: worker(PROVIDER),
        }
    }

    /// The good answer for `job`, a lease of the digits model.
    pub fn good(&self, job: &Job) -> Answered {
        let digits = &self.proofs.digits;
        match job.mode {
            Mode::ZkMl => self.answered(job, (digits, 0), &self.image, job),
            Mode::Plain | Mode::Tee => Answered {
                job: job.clone(),
                mode: Mode::Plain,
                output: digits.model.run(&self.image).expect("it is an image").to_bytes(),
                proof: Vec::new(),
                key_version: 0,
                worker: worker(PROVIDER),
            },
        }
    }

    /// The same with one bit of the proof flipped.
    pub fn spoiled(&self, job: &Job) -> Answered {
        let mut answered = self.good(job);
        answered.proof[20] ^= 1;
        answered
    }
}

/// Registers the digits model with the keys of both setups, and the other with three keys, so that
/// it has a version that the digits model has not.
fn register_models(chain: &mut Chain, proofs: &Proofs) {
    let register = |circuit: &Circuit, class| -> RuntimeCall {
        pallet_models::Call::<Runtime>::register {
            artefact: Artefact::Circuit {
                ingredients: *circuit.model.ingredients(),
                interface: circuit.model.interface().clone(),
            },
            profile: ExecutionProfile::IntExact,
            class,
            modes: ModeSet::of(&Mode::ALL),
            royalty: ROYALTY,
            access: pallet_models::Access::Open,
        }
        .into()
    };
    let add_key = |circuit: &Circuit, setup: usize| -> RuntimeCall {
        let keys = &circuit.keys[setup];
        pallet_models::Call::<Runtime>::add_key {
            model: circuit.id(),
            system: ProofSystem::Groth16Bls12381,
            bytes: keys.verifying.clone().try_into().expect("a key is short"),
            setup: Setup::Sole(account(OWNER)),
        }
        .into()
    };
    let Proofs { digits, other, .. } = proofs;
    chain.done(OWNER, vec![register(digits, general_class()), register(other, credit_class())]);
    chain.done(OWNER, vec![add_key(digits, 0), add_key(digits, 1)]);
    chain.done(OWNER, vec![add_key(other, 0), add_key(other, 0), add_key(other, 0)]);
}

/// Registers both providers. Of the digits model the named one alone gives proofs, of the other
/// model the rival alone, so that a draw can hit nobody else.
fn register_providers(chain: &mut Chain, proofs: &Proofs) {
    let (digits, other) = (proofs.digits.id(), proofs.other.id());
    let offers = [
        (PROVIDER, BOND, Mode::ALL.map(|mode| (digits, mode, PRICE)).to_vec()),
        (
            RIVAL,
            RIVAL_BOND,
            vec![(other, Mode::ZkMl, RIVAL_PRICE), (digits, Mode::Plain, RIVAL_PRICE)],
        ),
    ];
    for (who, bond, offers) in offers {
        let genesis = chain.execute(|| GenesisHash(System::block_hash(0u32).0));
        let pair = worker(who);
        let key = WorkerKey(pair.public().0);
        let said = statement::register_key_hash(genesis, account(who), key);
        let signature = Signature(pair.sign(&said).0);
        let dispatcher = DispatcherKey(dispatcher(who).public().0);
        let mut calls: Vec<RuntimeCall> = vec![
            pallet_providers::Call::<Runtime>::register { bond }.into(),
            pallet_providers::Call::<Runtime>::add_dispatcher_key { key: dispatcher }.into(),
            pallet_providers::Call::<Runtime>::add_worker_key { key, signature }.into(),
        ];
        calls.extend(offers.into_iter().map(|(model, mode, price)| {
            RuntimeCall::from(pallet_providers::Call::<Runtime>::serve { model, mode, price })
        }));
        chain.done(who, calls);
    }
}

/// Registers an enclave of the named provider for `model`, and lets root approve its code for ever.
fn register_enclave(chain: &mut Chain, model: ModelId) -> Newcomer {
    let enclave = Newcomer::new(chain, PROVIDER, 1, &[model]);
    enclave.register(chain);
    let approval = enclave.approval(chain.number(), BlockNumber::MAX);
    by_root(chain, approve(approval));
    enclave
}

/// Goes on until both providers can be drawn, which is in the next epoch.
fn wait_for_seats(chain: &mut Chain, model: ModelId) {
    for _ in 0..2 * EPOCH_DURATION_IN_SLOTS {
        let seats = || pallet_providers::SeatCount::<Runtime>::get((model, Mode::Plain));
        if chain.execute(seats) == 2 {
            return;
        }
        chain.blocks(1);
    }
    panic!("an epoch went by, and the providers have no seats");
}
