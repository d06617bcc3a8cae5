//! Benchmarks, at the worst case of every length.

// Set-up of benchmarks, which no block ever runs.
#![allow(clippy::arithmetic_side_effects, clippy::expect_used, clippy::indexing_slicing)]

use super::*;
use alloc::collections::BTreeSet;
use frame_benchmarking::v2::*;
use frame_support::traits::{Consideration, Contains, Footprint, Get};
use frame_system::RawOrigin;
use opg_primitives::{
    artefact::Artefact,
    ids::{Account, Digest, ModelId},
    mode::{Mode, ModeSet},
    model::{ExecutionProfile, Ingredients, ModelStatus, Setup, VerifyingKey},
    policy::ClassId,
    price::MILLION,
};

fn ingredients() -> Ingredients {
    Ingredients { network: Digest([7; 32]), quantiser: 1, compiler: 1, circuit: Digest([8; 32]) }
}

/// The circuit with the greatest interface: a key is for a circuit alone.
fn artefact<T: Config>() -> Artefact {
    Artefact::Circuit { ingredients: ingredients(), interface: T::KeyCheck::longest().0 }
}

/// A class that this runtime has: `general`, by its presets, or any where it takes all.
fn class<T: Config>() -> Result<ClassId, BenchmarkError> {
    let general = ClassId(b"general".to_vec().try_into().unwrap_or_default());
    match T::Classes::contains(&general) {
        true => Ok(general),
        false => Err(BenchmarkError::Stop("the runtime needs a class `general` for benchmarks")),
    }
}

fn list(accounts: u32) -> Access {
    let set: BTreeSet<_> = (0..accounts)
        .map(|n| {
            let mut bytes = [1; 32];
            bytes[..4].copy_from_slice(&n.to_le_bytes());
            Account(bytes)
        })
        .collect();
    Access::AllowList(set.try_into().unwrap_or_default())
}

/// Somebody who can pay for the largest model.
fn owner<T: Config>() -> T::AccountId {
    let owner: T::AccountId = whitelisted_caller();
    T::Consideration::ensure_successful(&owner, Footprint { count: 1, size: 1 << 20 });
    owner
}

fn registered<T: Config>(owner: &T::AccountId, access: Access) -> Result<ModelId, BenchmarkError> {
    Pallet::<T>::register(
        RawOrigin::Signed(owner.clone()).into(),
        artefact::<T>(),
        ExecutionProfile::IntExact,
        class::<T>()?,
        ModeSet::of(&[Mode::Plain, Mode::ZkMl]),
        MILLION,
        access,
    )?;
    Ok(ingredients().model_id())
}

/// The longest ceremony; `last` is its last contributor.
fn ceremony<T: Config>(last: &T::AccountId) -> Setup {
    let others = (1..MAX_CONTRIBUTORS).map(|n| Account([n as u8; 32]));
    let last = Account(last.clone().into());
    let contributors: alloc::vec::Vec<_> = others.chain([last]).collect();
    Setup::Ceremony {
        contributors: contributors.try_into().unwrap_or_default(),
        transcript: Digest([9; 32]),
    }
}

fn with_key<T: Config>(owner: &T::AccountId, setup: Setup) -> Result<ModelId, BenchmarkError> {
    let model = registered::<T>(owner, list(MAX_ALLOWED))?;
    let (_, system, bytes) = T::KeyCheck::longest();
    Pallet::<T>::add_key(RawOrigin::Signed(owner.clone()).into(), model, system, bytes, setup)?;
    Ok(model)
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// The greatest interface, with an allow-list of `a`.
    #[benchmark]
    fn register(a: Linear<0, MAX_ALLOWED>) -> Result<(), BenchmarkError> {
        let owner = owner::<T>();
        let class = class::<T>()?;
        let artefact = artefact::<T>();

        #[extrinsic_call]
        _(
            RawOrigin::Signed(owner),
            artefact,
            ExecutionProfile::IntExact,
            class,
            ModeSet::of(&[Mode::Plain, Mode::ZkMl]),
            MILLION,
            list(a),
        );

        assert!(Versions::<T>::contains_key(ingredients().model_id()));
        Ok(())
    }

    /// Not by length: a key's check costs by its points, and what is longer than its points is
    /// refused sooner.
    #[benchmark]
    fn add_key() -> Result<(), BenchmarkError> {
        let owner = owner::<T>();
        let model = registered::<T>(&owner, list(MAX_ALLOWED))?;
        let (_, system, bytes) = T::KeyCheck::longest();
        let setup = ceremony::<T>(&owner);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), model, system, bytes, setup);

        assert_eq!(KeyRanges::<T>::get(model).latest(), Some(0));
        Ok(())
    }

    /// The last of the most contributors says so.
    #[benchmark]
    fn confirm_contribution() -> Result<(), BenchmarkError> {
        let contributor: T::AccountId = account("contributor", 0, 0);
        let setup = ceremony::<T>(&contributor);
        let model = with_key::<T>(&owner::<T>(), setup.clone())?;
        // All others have confirmed.
        let mut others = Pallet::<T>::contributors(&setup).to_vec();
        others.pop();
        Confirmations::<T>::insert(model, 0, Confirmed::truncate_from(others));

        #[extrinsic_call]
        _(RawOrigin::Signed(contributor), model, 0);

        assert_eq!(Confirmations::<T>::get(model, 0).len() as u32, MAX_CONTRIBUTORS);
        Ok(())
    }

    /// The longest allow-list gives way to one of `a`.
    #[benchmark]
    fn set_access(a: Linear<0, MAX_ALLOWED>) -> Result<(), BenchmarkError> {
        let owner = owner::<T>();
        let model = registered::<T>(&owner, list(MAX_ALLOWED))?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), model, list(a));

        assert_eq!(AccessOf::<T>::get(model).named() as u32, a);
        Ok(())
    }

    /// By the owner, who is not governance.
    #[benchmark]
    fn retire() -> Result<(), BenchmarkError> {
        let owner = owner::<T>();
        let model = registered::<T>(&owner, list(MAX_ALLOWED))?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), model);

        assert!(Versions::<T>::get(model).is_some_and(|v| v.status == ModelStatus::Retired));
        Ok(())
    }

    /// With `k` keys of the greatest size, all of whose contributors confirmed.
    #[benchmark]
    fn remove(k: Linear<0, MAX_KEYS>) -> Result<(), BenchmarkError> {
        let owner = owner::<T>();
        let model = registered::<T>(&owner, list(MAX_ALLOWED))?;
        let (_, system, bytes) = T::KeyCheck::longest();
        let setup = ceremony::<T>(&owner);
        let confirmed = Confirmed::truncate_from(Pallet::<T>::contributors(&setup).to_vec());
        // Written as `add_key` does, which would check each of them.
        for version in 0..k {
            let (bytes, setup) = (bytes.clone(), setup.clone());
            let key = VerifyingKey { version, system, bytes, setup };
            Pallet::<T>::grow_deposit(&model, Pallet::<T>::bytes_of_key(&key))?;
            Keys::<T>::insert(model, version, key);
            Confirmations::<T>::insert(model, version, confirmed.clone());
        }
        KeyRanges::<T>::insert(model, KeyRange { first: 0, next: k });
        RetiredAt::<T>::insert(model, 0);
        frame_system::Pallet::<T>::set_block_number(T::RemovalDelay::get().into());

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), model);

        assert!(!Versions::<T>::contains_key(model));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
