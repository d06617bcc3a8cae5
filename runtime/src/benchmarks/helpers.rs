//! What this project's pallets need of each other when they are measured, every record of it as long
//! as can be.
//!
//! Calls make what has money behind it; the rest, which would take blocks or other people, is
//! written as the calls would have written it.

use crate::{
    constants::currency::OPG, AccountId, Balance, Balances, BlockNumber, Models, Providers,
    Receipts, Runtime, RuntimeOrigin, System,
};
use alloc::{collections::BTreeSet, vec, vec::Vec};
use codec::Encode;
use frame_benchmarking::account;
use frame_support::{
    traits::{fungible::Mutate, Hooks},
    BoundedVec,
};
use opg_primitives::{
    artefact::Artefact,
    claims::{Claim, Standing},
    evidence::ProofSystem,
    ids::{Account, Digest, DispatcherKey, EnclaveId, ModelId, WorkerKey},
    mode::{Mode, ModeSet},
    model::{ExecutionProfile, Ingredients, Setup, VerifyingKey},
    policy::{ClassId, Floor, Rules},
    request::PublicBytes,
    traits::LeaseNeeds,
    CircuitInterface,
};
use pallet_inference::BenchmarkSetup;
use pallet_models::{Access, KeyBytes, KeyRange, MAX_ALLOWED, MAX_CONTRIBUTORS};
use pallet_policies::{ChangeLog, MAX_CHANGES_PER_CLASS};
use pallet_providers::{
    DispatcherKeyList, Offer, OfferList, Unbonding, UnbondingQueue, WorkerKeyList,
    MAX_DISPATCHER_KEYS, MAX_OFFERS, MAX_UNBONDING, MAX_WORKER_KEYS,
};
use pallet_verification::types::Format;
use sp_consensus_babe::{
    digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest},
    Slot,
};
use sp_runtime::DigestItem;

/// The price of an answer.
const PRICE: Balance = OPG;
/// The bond of a provider.
const BOND: Balance = 1_000_000 * OPG;
/// The model owner's part of a price, in parts per million.
const ROYALTY: u32 = 100_000;

/// Sets up what a benchmark needs.
pub struct Helper;

impl pallet_providers::BenchmarkHelper for Helper {
    fn servable() -> (ModelId, Mode) {
        (model(64, Account([0; 32])), Mode::Plain)
    }
}

impl pallet_inference::BenchmarkHelper for Helper {
    fn setup(
        elements: u32,
        requester: Account,
        dispatcher: DispatcherKey,
        worker: WorkerKey,
    ) -> BenchmarkSetup {
        begin_block();
        let model = model(elements, requester);
        let provider = provider(model, dispatcher, worker);
        let output = vec![0x5a; output_bytes()];
        BenchmarkSetup { model, provider, output: PublicBytes::truncate_from(output) }
    }

    fn enclave(provider: Account, model: ModelId) -> EnclaveId {
        super::enclave::enclave(provider, model)
    }

    fn crowd(needs: &LeaseNeeds, seeds: &[[u8; 32]]) -> Vec<Account> {
        let tree = (needs.model, needs.mode);
        let (last, others) = seeds.split_last().expect("a draw has a seed");
        pallet_providers::crowd::<Runtime>(tree, *last, false);
        let hit = |seed: &[u8; 32]| pallet_providers::crowd::<Runtime>(tree, *seed, true);
        others.iter().map(hit).map(|who| Account(who.into())).collect()
    }

    fn abort(mode: Mode) {
        for format in Format::ALL.into_iter().filter(|format| format.mode() == mode) {
            pallet_verification::SwitchedOff::<Runtime>::insert(format, ());
        }
    }
}

/// The interface with the most public inputs, and a good key for it.
pub fn longest_key() -> (CircuitInterface, ProofSystem, KeyBytes) {
    let (system, bytes) = pallet_verification::greatest_key();
    let bytes = bytes.try_into().expect("the longest key has room in a model");
    (pallet_verification::greatest_interface(), system, bytes)
}

/// Bytes of the longest output.
fn output_bytes() -> usize {
    let bytes = pallet_verification::greatest_interface().output.bytes();
    bytes.expect("the greatest interface is one") as usize
}

/// What the beginning of a block brings: an author, who gets a part of fees, randomness of the
/// parent, and the hash of the code that judges.
fn begin_block() {
    let digest =
        PreDigest::SecondaryPlain(SecondaryPlainPreDigest { authority_index: 0, slot: 1.into() });
    System::deposit_log(<DigestItem as CompatibleDigestItem>::babe_pre_digest(digest));
    pallet_babe::AuthorVrfRandomness::<Runtime>::put(Some([7u8; 32]));
    <Receipts as Hooks<BlockNumber>>::on_initialize(System::block_number());
}

/// An account with more than any benchmark needs.
fn rich(name: &'static str) -> AccountId {
    let who: AccountId = account(name, 0, 0);
    Balances::mint_into(&who, 10 * BOND).expect("there is room in the issuance");
    who
}

fn others(count: u32) -> Vec<Account> {
    (0..count).map(|n| Account(account::<AccountId>("other", n, 0).into())).collect()
}

/// The class with the longest name, the most changes and the longest floor, which asks for nothing.
fn class() -> ClassId {
    let class = ClassId(BoundedVec::truncate_from(vec![b'c'; 24]));
    let last = MAX_CHANGES_PER_CLASS - 1;
    let modes = ModeSet::of(&Mode::ALL);
    let least = Claim::ALL.map(|claim| (claim, Standing::Absent)).to_vec();
    let rules = Rules {
        default: Mode::Plain,
        floor: Floor { modes, least: BoundedVec::truncate_from(least) },
        provider_may_be_named: true,
    };
    let log = ChangeLog::truncate_from((0..=last).collect());
    pallet_policies::Current::<Runtime>::put(last);
    pallet_policies::Changes::<Runtime>::insert(&class, log);
    pallet_policies::RulesAt::<Runtime>::insert(&class, last, rules);
    class
}

/// A model with an input of so many bytes, the longest list of who may ask it, `requester` among
/// them, and the longest key.
fn model(elements: u32, requester: Account) -> ModelId {
    let owner = rich("owner");
    let (mut interface, system, bytes) = longest_key();
    interface.input.shape = BoundedVec::truncate_from(vec![elements]);
    let ingredients = Ingredients {
        network: Digest([1; 32]),
        quantiser: 1,
        compiler: 1,
        circuit: Digest([2; 32]),
    };
    let model = ingredients.model_id();
    let allowed: BTreeSet<_> = others(MAX_ALLOWED - 1).into_iter().chain([requester]).collect();
    Models::register(
        RuntimeOrigin::signed(owner),
        Artefact::Circuit { ingredients, interface },
        ExecutionProfile::IntExact,
        class(),
        ModeSet::of(&Mode::ALL),
        ROYALTY,
        Access::AllowList(allowed.try_into().expect("a list holds so many")),
    )
    .expect("the model is in order");

    let contributors = others(MAX_CONTRIBUTORS);
    let setup = Setup::Ceremony {
        contributors: BoundedVec::truncate_from(contributors.clone()),
        transcript: Digest([3; 32]),
    };
    let key = VerifyingKey { version: 0, system, bytes, setup };
    pallet_models::Keys::<Runtime>::insert(model, 0, key);
    pallet_models::KeyRanges::<Runtime>::insert(model, KeyRange { first: 0, next: 1 });
    let confirmed = pallet_models::Confirmed::truncate_from(contributors);
    pallet_models::Confirmations::<Runtime>::insert(model, 0, confirmed);
    model
}

/// A provider of `model` that can be leased now, with the longest records, in which what is looked
/// for stands last.
fn provider(model: ModelId, dispatcher: DispatcherKey, worker: WorkerKey) -> Account {
    let who = rich("provider");
    Providers::register(RuntimeOrigin::signed(who.clone()), BOND).expect("the bond is there");
    pallet_providers::Providers::<Runtime>::mutate_extant(&who, |provider| {
        let part = Unbonding { amount: OPG, at: BlockNumber::MAX };
        let parts = vec![part; MAX_UNBONDING as usize];
        provider.bond -= OPG * Balance::from(MAX_UNBONDING);
        provider.unbonding = UnbondingQueue::truncate_from(parts);
        provider.eligible_from = 0;
    });

    let offer = |model, mode| Offer { model, mode, price: PRICE };
    let mut offers: Vec<_> =
        (3..MAX_OFFERS).map(|n| offer(ModelId(hashed(n)), Mode::Plain)).collect();
    offers.extend([Mode::Tee, Mode::ZkMl, Mode::Plain].map(|mode| offer(model, mode)));
    pallet_providers::Offers::<Runtime>::insert(&who, OfferList::truncate_from(offers));

    let mut keys: Vec<_> = (1..MAX_DISPATCHER_KEYS).map(|n| DispatcherKey(hashed(n))).collect();
    keys.push(dispatcher);
    let keys = DispatcherKeyList::truncate_from(keys);
    pallet_providers::DispatcherKeys::<Runtime>::insert(&who, keys);

    let mut keys: Vec<_> = (1..MAX_WORKER_KEYS).map(|n| WorkerKey(hashed(n))).collect();
    keys.push(worker);
    for key in &keys {
        pallet_providers::WorkerKeyOwner::<Runtime>::insert(key, &who);
    }
    pallet_providers::WorkerKeys::<Runtime>::insert(&who, WorkerKeyList::truncate_from(keys));
    Account(who.into())
}

fn hashed(n: u32) -> [u8; 32] {
    n.using_encoded(sp_io::hashing::blake2_256)
}
