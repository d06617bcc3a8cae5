//! Benchmarks, at the worst case of every length.

// Set-up of benchmarks, which no block ever runs.
#![allow(clippy::arithmetic_side_effects, clippy::expect_used, clippy::indexing_slicing)]

use super::*;
use alloc::{format, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
    pallet_prelude::Get,
    traits::{Consideration, EnsureOrigin, Footprint},
};
use frame_system::RawOrigin;
use opg_primitives::{
    claims::{Claim, Standing},
    ids::Digest,
    policy::{ClassId, Floor, Rules},
};

fn class(n: u32) -> ClassId {
    // As long as a name may be.
    ClassId(format!("benchmark-class-{n:08}").into_bytes().try_into().unwrap_or_default())
}

/// Rules whose floor names every claim; `named` tells two of them apart.
fn rules<T: Config>(named: bool) -> Rules {
    let modes = T::KnownModes::get();
    let least = Claim::ALL.map(|claim| (claim, Standing::Absent)).to_vec();
    Rules {
        default: modes.iter().next().expect("a runtime has a mode"),
        floor: Floor { modes, least: least.try_into().unwrap_or_default() },
        provider_may_be_named: named,
    }
}

/// A draft of `classes` classes that exist and were changed as often as leaves room for one change,
/// so that each look-up is the longest.
fn draft<T: Config>(classes: u32) -> DraftRules {
    let version = MAX_CHANGES_PER_CLASS - 1;
    Current::<T>::put(version);
    let changes: Vec<_> = (0..classes)
        .map(|n| {
            let log: Vec<_> = (0..version).collect();
            Changes::<T>::insert(class(n), ChangeLog::truncate_from(log));
            RulesAt::<T>::insert(class(n), version - 1, rules::<T>(false));
            (class(n), rules::<T>(true))
        })
        .collect();
    DraftRules::truncate_from(changes)
}

fn stored<T: Config>(classes: u32) -> Result<(T::AccountId, Digest), BenchmarkError> {
    let payer: T::AccountId = whitelisted_caller();
    let rules = draft::<T>(classes);
    let id = Pallet::<T>::draft_id(&rules);
    funded::<T>(&payer, &rules);
    Pallet::<T>::store_draft(RawOrigin::Signed(payer.clone()).into(), rules)?;
    Ok((payer, id))
}

fn funded<T: Config>(payer: &T::AccountId, rules: &DraftRules) {
    T::Consideration::ensure_successful(
        payer,
        Footprint::from_parts(1, codec::Encode::encoded_size(rules)),
    );
}

fn governance<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    T::PolicyOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

/// Fills the queue but for one place, before `at`.
fn crowd<T: Config>(at: u32) {
    let crowd = (0..MAX_PENDING - 1).map(|n| Enactment { at: at - 1 - n, draft: Digest([0; 32]) });
    let mut crowd: Vec<_> = crowd.collect();
    crowd.reverse();
    Pending::<T>::put(PendingQueue::truncate_from(crowd));
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// A draft of `c` classes.
    #[benchmark]
    fn store_draft(c: Linear<1, MAX_CLASSES_PER_DRAFT>) {
        let payer: T::AccountId = whitelisted_caller();
        let rules = draft::<T>(c);
        funded::<T>(&payer, &rules);
        let id = Pallet::<T>::draft_id(&rules);

        #[extrinsic_call]
        _(RawOrigin::Signed(payer), rules);

        assert!(Drafts::<T>::contains_key(id));
    }

    /// The largest draft is taken back.
    #[benchmark]
    fn discard_draft() -> Result<(), BenchmarkError> {
        let (payer, id) = stored::<T>(MAX_CLASSES_PER_DRAFT)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(payer), id);

        assert!(!Drafts::<T>::contains_key(id));
        Ok(())
    }

    /// A draft of `c` classes is queued behind as many as there may be.
    #[benchmark]
    fn enact(c: Linear<1, MAX_CLASSES_PER_DRAFT>) -> Result<(), BenchmarkError> {
        let (_, id) = stored::<T>(c)?;
        crowd::<T>(1_000);
        let origin = governance::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, id, 1_000);

        assert_eq!(Pending::<T>::get().len() as u32, MAX_PENDING);
        Ok(())
    }

    /// The largest draft leaves the full queue.
    #[benchmark]
    fn cancel() -> Result<(), BenchmarkError> {
        let (_, id) = stored::<T>(MAX_CLASSES_PER_DRAFT)?;
        crowd::<T>(1_000);
        Pallet::<T>::enact(governance::<T>()?, id, 1_000)?;
        let origin = governance::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, id);

        assert_eq!(Pending::<T>::get().len() as u32, MAX_PENDING - 1);
        Ok(())
    }

    /// A block in which none of a full queue is due.
    #[benchmark]
    fn on_initialize_idle() {
        crowd::<T>(1_000);

        #[block]
        {
            Pallet::<T>::enact_due(1);
        }

        assert_eq!(Pending::<T>::get().len() as u32, MAX_PENDING - 1);
    }

    /// A draft of `c` classes becomes the rules in force.
    #[benchmark]
    fn take_effect(c: Linear<1, MAX_CLASSES_PER_DRAFT>) -> Result<(), BenchmarkError> {
        let (_, id) = stored::<T>(c)?;
        Pallet::<T>::enact(governance::<T>()?, id, 1_000)?;
        let version = Current::<T>::get();

        #[block]
        {
            Pallet::<T>::enact_due(1_000);
        }

        assert_eq!(Current::<T>::get(), version + 1);
        Ok(())
    }

    impl_benchmark_test_suite!(
        Pallet,
        crate::mock::new_test_ext(alloc::vec::Vec::new()),
        crate::mock::Test
    );
}
