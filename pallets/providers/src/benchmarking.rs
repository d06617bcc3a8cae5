//! Benchmarks, at the worst case of every length.

// Set-up of benchmarks, which no block ever runs.
#![allow(clippy::arithmetic_side_effects, clippy::expect_used, clippy::indexing_slicing)]

use super::{
    sum_tree::{Node, ARITY, LEAVES, LEVELS},
    *,
};
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
    pallet_prelude::Get,
    traits::fungible::{Inspect, Mutate},
};
use frame_system::RawOrigin;
use opg_primitives::{
    ids::{Account, DispatcherKey, GenesisHash, ModelId, OffenceId, Signature, WorkerKey},
    mode::Mode,
    statement,
    traits::{LeaseNeeds, Providers as _},
    Balance,
};
use sp_core::ed25519;
use sp_io::crypto::{ed25519_generate, ed25519_sign};

/// Where benchmarks keep worker keys.
const KEYS: sp_core::crypto::KeyTypeId = sp_core::crypto::KeyTypeId(*b"bmrk");

fn bond<T: Config>() -> Balance {
    T::MinBond::get().saturating_mul(1_000)
}

fn model(n: u32) -> ModelId {
    let mut id = [7; 32];
    id[..4].copy_from_slice(&n.to_le_bytes());
    ModelId(id)
}

/// Endows and registers `who`.
fn registered<T: Config>(who: T::AccountId) -> Result<T::AccountId, BenchmarkError>
where
    T::Currency: Mutate<T::AccountId>,
{
    let endowment = bond::<T>().saturating_mul(10).saturating_add(T::Currency::minimum_balance());
    T::Currency::set_balance(&who, endowment);
    Pallet::<T>::register(RawOrigin::Signed(who.clone()).into(), bond::<T>())?;
    Ok(who)
}

/// A provider with as many parts unbonding as can be, all of which are free in block 1.
fn unbonding<T: Config>(parts: u32) -> Result<T::AccountId, BenchmarkError>
where
    T::Currency: Mutate<T::AccountId>,
{
    let who = registered::<T>(whitelisted_caller())?;
    Providers::<T>::mutate_extant(&who, |provider| {
        let part = Unbonding { amount: 1, at: 1 };
        let queue: Vec<_> = (0..parts).map(|_| part).collect();
        provider.unbonding = UnbondingQueue::truncate_from(queue);
        provider.bond = provider.bond.saturating_sub(parts.into());
    });
    frame_system::Pallet::<T>::set_block_number(2u32.into());
    Ok(who)
}

/// Lets `who` serve so many models, without asking whether they exist.
fn serving<T: Config>(who: &T::AccountId, offers: u32) {
    let offer = |n| Offer { model: model(n), mode: Mode::Plain, price: 1 };
    Offers::<T>::insert(who, OfferList::truncate_from((0..offers).map(offer).collect()));
}

/// What each seat of a full tree weighs.
const SEAT_WEIGHT: Balance = 1_000_000;

/// Puts nodes of full size on the way to `seat` of a tree whose seats are all taken.
fn full_way<T: Config>(key: TreeKey, seat: u32) {
    let (mut index, mut weight) = (seat, SEAT_WEIGHT);
    for level in 0..LEVELS {
        index /= ARITY;
        let node = Node::truncate_from(alloc::vec![weight; ARITY as usize]);
        TreeNodes::<T>::insert(key, (level, index), node);
        weight *= Balance::from(ARITY);
    }
}

/// Makes the draw of `seed` in the tree of `key` as long as one can be: the tree is full, and each
/// seat that is hit, until no repetition is left, is that of another provider, with the longest
/// records, who has no capacity left. Whoever is hit at last has some if `last_has_room`. For the
/// benchmarks of this pallet and of the one that draws.
pub fn crowd<T: Config>(key: TreeKey, seed: [u8; 32], last_has_room: bool) -> T::AccountId {
    let total = SEAT_WEIGHT * Balance::from(LEAVES);
    let hit = |redraw| {
        let ticket = draw::ticket(seed, redraw, total).expect("the tree is not empty");
        let seat = u32::try_from(ticket / SEAT_WEIGHT).expect("a seat's number has 32 bits");
        let who: T::AccountId = account("drawn", seat, 0);
        full_way::<T>(key, seat);
        SeatAt::<T>::insert(key, seat, &who);

        let part = Unbonding { amount: 1, at: u32::MAX };
        let mut provider = Provider {
            bond: bond::<T>(),
            unbonding: UnbondingQueue::truncate_from(alloc::vec![part; MAX_UNBONDING as usize]),
            ..Default::default()
        };
        if redraw < MAX_REDRAWS || !last_has_room {
            provider.reserved = provider.capacity(T::CapacityFactor::get());
        }
        Providers::<T>::insert(&who, provider);

        let other = |n| Offer { model: model(n), mode: key.1, price: 1 };
        let mut offers: Vec<_> = (1..MAX_OFFERS).map(other).collect();
        offers.push(Offer { model: key.0, mode: key.1, price: 1 });
        Offers::<T>::insert(&who, OfferList::truncate_from(offers));
        who
    };
    let mut last = hit(0);
    for redraw in 1..=MAX_REDRAWS {
        last = hit(redraw);
    }
    last
}

fn worker_key<T: Config>(who: &T::AccountId) -> Result<(WorkerKey, Signature), BenchmarkError> {
    let public = ed25519_generate(KEYS, None);
    let key = WorkerKey(public.0);
    let genesis = GenesisHash(
        frame_system::Pallet::<T>::block_hash(
            frame_system::pallet_prelude::BlockNumberFor::<T>::from(0u32),
        )
        .into(),
    );
    let said = statement::register_key_hash(genesis, Account(who.clone().into()), key);
    let signature: ed25519::Signature = ed25519_sign(KEYS, &public, &said)
        .ok_or(BenchmarkError::Stop("the keystore of benchmarks signs"))?;
    Ok((key, Signature(signature.0)))
}

fn fill_worker_keys<T: Config>(who: &T::AccountId, keys: u32) {
    let keys: Vec<_> = (0..keys).map(|n| WorkerKey([n as u8; 32])).collect();
    for key in &keys {
        WorkerKeyOwner::<T>::insert(key, who);
    }
    WorkerKeys::<T>::insert(who, WorkerKeyList::truncate_from(keys));
}

fn fill_dispatcher_keys<T: Config>(who: &T::AccountId, keys: u32) {
    let keys: Vec<_> = (0..keys).map(|n| DispatcherKey([n as u8; 32])).collect();
    DispatcherKeys::<T>::insert(who, DispatcherKeyList::truncate_from(keys));
}

#[benchmarks(where T::Currency: Mutate<T::AccountId>)]
mod benchmarks {
    use super::*;

    /// A bond is held.
    #[benchmark]
    fn register() {
        let who: T::AccountId = whitelisted_caller();
        T::Currency::set_balance(&who, bond::<T>().saturating_mul(10));

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), bond::<T>());

        assert!(Providers::<T>::contains_key(&who));
    }

    /// Beside as many unbonding parts as there may be.
    #[benchmark]
    fn bond_more() -> Result<(), BenchmarkError> {
        let who = unbonding::<T>(MAX_UNBONDING)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), 1);

        assert!(Touched::<T>::contains_key(&who));
        Ok(())
    }

    /// The last part that has room.
    #[benchmark]
    fn unbond() -> Result<(), BenchmarkError> {
        let who = unbonding::<T>(MAX_UNBONDING - 1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), 1);

        assert!(Touched::<T>::contains_key(&who));
        Ok(())
    }

    /// The last withdrawal of who left, which forgets it.
    #[benchmark]
    fn withdraw() -> Result<(), BenchmarkError> {
        let who = unbonding::<T>(MAX_UNBONDING)?;
        Providers::<T>::mutate_extant(&who, |provider| {
            provider.leaving = true;
            let rest = provider.bond;
            provider.bond = 0;
            if let Some(part) = provider.unbonding.last_mut() {
                part.amount = part.amount.saturating_add(rest);
            }
        });

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));

        assert!(!Providers::<T>::contains_key(&who));
        Ok(())
    }

    /// With as many keys, offers and unbonding parts as there may be.
    #[benchmark]
    fn leave() -> Result<(), BenchmarkError> {
        let who = unbonding::<T>(MAX_UNBONDING - 1)?;
        serving::<T>(&who, MAX_OFFERS);
        fill_worker_keys::<T>(&who, MAX_WORKER_KEYS);
        fill_dispatcher_keys::<T>(&who, MAX_DISPATCHER_KEYS);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));

        assert!(Providers::<T>::get(&who).is_some_and(|provider| provider.leaving));
        Ok(())
    }

    /// The last that has room.
    #[benchmark]
    fn add_dispatcher_key() -> Result<(), BenchmarkError> {
        let who = unbonding::<T>(MAX_UNBONDING)?;
        fill_dispatcher_keys::<T>(&who, MAX_DISPATCHER_KEYS - 1);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), DispatcherKey([255; 32]));

        assert!(DispatcherKeys::<T>::get(&who).is_full());
        Ok(())
    }

    /// One of the most.
    #[benchmark]
    fn remove_dispatcher_key() -> Result<(), BenchmarkError> {
        let who = registered::<T>(whitelisted_caller())?;
        fill_dispatcher_keys::<T>(&who, MAX_DISPATCHER_KEYS);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), DispatcherKey([0; 32]));

        assert!(!DispatcherKeys::<T>::get(&who).is_full());
        Ok(())
    }

    /// The last that has room, with both checks of its signature.
    #[benchmark]
    fn add_worker_key() -> Result<(), BenchmarkError> {
        let who = unbonding::<T>(MAX_UNBONDING)?;
        fill_worker_keys::<T>(&who, MAX_WORKER_KEYS - 1);
        let (key, signature) = worker_key::<T>(&who)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(who), key, signature);

        assert!(WorkerKeyOwner::<T>::contains_key(key));
        Ok(())
    }

    /// One of the most.
    #[benchmark]
    fn remove_worker_key() -> Result<(), BenchmarkError> {
        let who = registered::<T>(whitelisted_caller())?;
        fill_worker_keys::<T>(&who, MAX_WORKER_KEYS);

        #[extrinsic_call]
        _(RawOrigin::Signed(who), WorkerKey([0; 32]));

        assert!(!WorkerKeyOwner::<T>::contains_key(WorkerKey([0; 32])));
        Ok(())
    }

    /// The last offer that has room.
    #[benchmark]
    fn serve() -> Result<(), BenchmarkError> {
        let who = unbonding::<T>(MAX_UNBONDING)?;
        serving::<T>(&who, MAX_OFFERS - 1);
        let (model, mode) = T::BenchmarkHelper::servable();

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), model, mode, 1);

        assert!(Offers::<T>::get(&who).is_full());
        Ok(())
    }

    /// One of the most.
    #[benchmark]
    fn stop_serving() -> Result<(), BenchmarkError> {
        let who = registered::<T>(whitelisted_caller())?;
        serving::<T>(&who, MAX_OFFERS);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), model(0), Mode::Plain);

        assert!(!Offers::<T>::get(&who).is_full());
        Ok(())
    }

    /// Beside as many unbonding parts as there may be.
    #[benchmark]
    fn chill() -> Result<(), BenchmarkError> {
        let who = unbonding::<T>(MAX_UNBONDING)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));

        assert!(Providers::<T>::get(&who).is_some_and(|provider| provider.chilled));
        Ok(())
    }

    /// Beside as many unbonding parts as there may be.
    #[benchmark]
    fn unchill() -> Result<(), BenchmarkError> {
        let who = unbonding::<T>(MAX_UNBONDING)?;
        Pallet::<T>::chill(RawOrigin::Signed(who.clone()).into())?;

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));

        assert!(Providers::<T>::get(&who).is_some_and(|provider| !provider.chilled));
        Ok(())
    }

    /// The first of the queue, in `t` full trees: half of them it leaves, with the last seat's
    /// holder, at the other end of the tree, moved onto its seat, which costs the most; half it
    /// enters, on the last seat.
    #[benchmark]
    fn sync(t: Linear<0, { 2 * MAX_OFFERS }>) -> Result<(), BenchmarkError> {
        let who = unbonding::<T>(MAX_UNBONDING)?;
        let other: T::AccountId = account("other", 0, 0);
        let (left, entered) = (t / 2, t - t / 2);
        let leaves: Vec<TreeKey> = (0..left).map(|n| (model(n), Mode::Plain)).collect();
        let enters: Vec<TreeKey> = (0..entered).map(|n| (model(1_000 + n), Mode::Plain)).collect();
        for key in &leaves {
            for (seat, holder) in [(0, &who), (LEAVES - 1, &other)] {
                full_way::<T>(*key, seat);
                SeatOf::<T>::insert(key, holder, seat);
                SeatAt::<T>::insert(key, seat, holder);
            }
            SeatCount::<T>::insert(key, LEAVES);
        }
        for key in &enters {
            full_way::<T>(*key, LEAVES - 1);
            SeatCount::<T>::insert(key, LEAVES - 1);
        }
        let offer = |key: &TreeKey| Offer { model: key.0, mode: key.1, price: 1 };
        Offers::<T>::insert(&who, OfferList::truncate_from(enters.iter().map(offer).collect()));
        Seats::<T>::insert(&who, SeatList::truncate_from(leaves));
        Touched::<T>::insert(&who, 0);
        SyncQueue::<T>::insert(0, (0, who));
        SyncEnds::<T>::put(Ends { first: 0, next: 1 });
        let trees;

        #[block]
        {
            trees = Pallet::<T>::sync_first(1);
        }

        assert_eq!(trees, Some(t));
        Ok(())
    }

    /// A draw that is repeated as often as it may be, see [`crowd`].
    #[benchmark]
    fn draw() {
        let needs = LeaseNeeds {
            model: model(0),
            mode: Mode::Plain,
            max_price: Balance::MAX,
            compensation_cap: 0,
        };
        let seed = [7; 32];
        crowd::<T>((needs.model, needs.mode), seed, true);
        let drawn;

        #[block]
        {
            drawn = Pallet::<T>::draw(&needs, seed);
        }

        assert_eq!(drawn.map(|drawn| drawn.redraws), Some(MAX_REDRAWS));
    }

    /// With one more that is too young, whose look costs too.
    #[benchmark]
    fn prune_offences(o: Linear<0, PRUNED_PER_BLOCK>) {
        for n in 0..o {
            let offence = OffenceId(model(n).0);
            Offences::<T>::insert(offence, 0);
            OffenceQueue::<T>::insert(u64::from(n), (0, offence));
        }
        OffenceQueue::<T>::insert(u64::from(o), (u32::MAX, OffenceId([0; 32])));
        OffenceEnds::<T>::put(Ends { first: 0, next: u64::from(o) + 1 });

        #[block]
        {
            Pallet::<T>::prune_offences(u32::MAX);
        }

        assert_eq!(Offences::<T>::iter().count() as u32, 0);
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::with_keystore(), crate::mock::Test);
}
