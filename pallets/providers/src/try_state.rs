//! What must hold of the state at any time.

use crate::{
    pallet::*,
    seats::Stored,
    sum_tree::{self, Nodes, LEVELS},
    types::Ends,
};
use alloc::collections::BTreeSet;
use frame_support::{ensure, pallet_prelude::Get, traits::fungible::InspectHold};
use opg_primitives::Balance;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// Checks the pallet's state.
    ///
    /// # Errors
    /// What does not hold.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_state_bonds()?;
        Self::try_state_keys()?;
        Self::try_state_queues()?;
        Self::try_state_seats()?;
        Self::try_state_trees()
    }

    fn try_state_bonds() -> Result<(), TryRuntimeError> {
        let factor = T::CapacityFactor::get();
        for (who, provider) in Providers::<T>::iter() {
            ensure!(
                T::Currency::balance_on_hold(&HoldReason::Bond.into(), &who) == provider.on_hold(),
                "what is on hold is not the bond"
            );
            // Only a slash can leave less bond than open leases reserve.
            let before = provider.bond.saturating_add(provider.slashed);
            ensure!(
                provider.reserved <= before.saturating_mul(factor.into()),
                "leases reserve more than the bond carries"
            );
            ensure!(
                !provider.leaving || provider.bond == 0 && provider.reserved == 0,
                "a provider left with a bond or a lease"
            );
            ensure!(
                provider.unbonding.iter().all(|part| part.amount > 0),
                "an empty part is unbonding"
            );
        }
        Ok(())
    }

    fn try_state_keys() -> Result<(), TryRuntimeError> {
        let present = |who: &T::AccountId| Providers::<T>::get(who).is_some_and(|p| !p.leaving);
        let mut keys = 0usize;
        for (who, list) in WorkerKeys::<T>::iter() {
            ensure!(present(&who), "a worker key of nobody");
            for key in &list {
                let owner = WorkerKeyOwner::<T>::get(key);
                ensure!(owner.as_ref() == Some(&who), "a worker key is another's");
            }
            keys = keys.saturating_add(list.len());
        }
        ensure!(WorkerKeyOwner::<T>::iter_keys().count() == keys, "an owner without its key");
        for (who, list) in DispatcherKeys::<T>::iter() {
            ensure!(present(&who), "a dispatcher key of nobody");
            let distinct: BTreeSet<_> = list.iter().collect();
            ensure!(distinct.len() == list.len(), "a dispatcher key twice");
        }
        for (who, list) in Offers::<T>::iter() {
            ensure!(present(&who), "an offer of nobody");
            let distinct: BTreeSet<_> = list.iter().map(|offer| offer.tree()).collect();
            ensure!(distinct.len() == list.len(), "an offer twice");
        }
        Ok(())
    }

    fn try_state_queues() -> Result<(), TryRuntimeError> {
        let Ends { first, next } = SyncEnds::<T>::get();
        let mut queued = BTreeSet::new();
        let mut last = 0;
        for number in first..next {
            let (epoch, who) = SyncQueue::<T>::get(number).ok_or("a gap in the queue")?;
            ensure!(last <= epoch, "the queue is not in order");
            ensure!(Touched::<T>::get(&who) >= Some(epoch), "nobody touched who waits");
            ensure!(queued.insert(codec::Encode::encode(&who)), "somebody waits twice");
            last = epoch;
        }
        ensure!(SyncQueue::<T>::iter_keys().count() == queued.len(), "a queue beside the queue");
        ensure!(Touched::<T>::iter_keys().count() == queued.len(), "touched, but does not wait");

        let Ends { first, next } = OffenceEnds::<T>::get();
        let mut offences = 0usize;
        for number in first..next {
            let (at, offence) = OffenceQueue::<T>::get(number).ok_or("a gap in the queue")?;
            ensure!(Offences::<T>::get(offence) == Some(at), "an offence of another block");
            offences = offences.saturating_add(1);
        }
        ensure!(Offences::<T>::iter_keys().count() == offences, "an offence kept for ever");
        Ok(())
    }

    /// Everybody that does not wait in the queue weighs in each tree what it should.
    fn try_state_seats() -> Result<(), TryRuntimeError> {
        let mut seats = 0usize;
        for (who, list) in Seats::<T>::iter() {
            seats = seats.saturating_add(list.len());
            for key in &list {
                let seat = SeatOf::<T>::get(key, &who).ok_or("a seat without a number")?;
                ensure!(SeatAt::<T>::get(key, seat).as_ref() == Some(&who), "a seat is another's");
            }
        }
        ensure!(SeatOf::<T>::iter_keys().count() == seats, "a number without a seat");
        ensure!(SeatAt::<T>::iter_keys().count() == seats, "a seat of nobody");
        for who in Providers::<T>::iter_keys().filter(|who| !Touched::<T>::contains_key(who)) {
            let weight = Self::draw_weight(&who);
            let seats = Seats::<T>::get(&who);
            for key in &seats {
                let seat = SeatOf::<T>::get(key, &who).unwrap_or_default();
                ensure!(
                    sum_tree::weight(&Stored::<T>::of(*key), seat) == weight,
                    "a weight is out of date"
                );
            }
            let seats: BTreeSet<_> = seats.into_iter().collect();
            let offers: BTreeSet<_> =
                Offers::<T>::get(&who).iter().map(|offer| offer.tree()).collect();
            match weight {
                0 => ensure!(seats.is_empty(), "a seat without weight"),
                _ => ensure!(seats == offers, "seats are not what is served"),
            }
        }
        Ok(())
    }

    /// Every sum of every tree is the sum of what is below it.
    fn try_state_trees() -> Result<(), TryRuntimeError> {
        for (key, (level, index), node) in TreeNodes::<T>::iter() {
            let tree = Stored::<T>::of(key);
            ensure!(!node.is_empty() && node.last() != Some(&0), "a node is not trimmed");
            let sum = node.iter().fold(0, |sum: Balance, part| sum.saturating_add(*part));
            if level.saturating_add(1) < LEVELS {
                let place = index.checked_rem(sum_tree::ARITY).unwrap_or_default();
                let above = index.checked_div(sum_tree::ARITY).unwrap_or_default();
                let parent = tree.get(level.saturating_add(1), above);
                let told = usize::try_from(place).ok().and_then(|place| parent.get(place).copied());
                ensure!(told == Some(sum), "a sum is wrong");
            }
        }
        for (key, count) in SeatCount::<T>::iter() {
            let tree = Stored::<T>::of(key);
            let sum = (0..count)
                .fold(0, |sum: Balance, seat| sum.saturating_add(sum_tree::weight(&tree, seat)));
            ensure!(count > 0 && sum_tree::total(&tree) == sum, "a weight sits on no seat");
        }
        Ok(())
    }
}
