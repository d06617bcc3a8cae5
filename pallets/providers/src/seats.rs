//! Draw weights: who has a seat in which tree, and when a change comes into it.
//!
//! Nothing that is changed in an epoch changes a draw in it. Who authors the block of a draw knows
//! its randomness before; could it still shift a weight by one unit, it could choose who is drawn. So
//! a change only queues its provider, and the weights follow in the next epoch, a few providers a
//! block.

use crate::{
    pallet::*,
    sum_tree::{self, Node, Nodes, LEAVES},
    types::{Ends, SeatList, TreeKey, SYNCS_PER_BLOCK},
    WeightInfo,
};
use core::marker::PhantomData;
use frame_support::{
    pallet_prelude::{Get, Weight},
    traits::Defensive,
};
use opg_primitives::Balance;
use sp_runtime::traits::SaturatedConversion;

/// The tree of one model and mode, in storage.
pub(crate) struct Stored<T>(TreeKey, PhantomData<T>);

impl<T> Stored<T> {
    /// The tree of `key`.
    pub(crate) fn of(key: TreeKey) -> Self {
        Self(key, PhantomData)
    }
}

impl<T: Config> Nodes for Stored<T> {
    fn get(&self, level: u8, index: u32) -> Node {
        TreeNodes::<T>::get(self.0, (level, index))
    }

    fn set(&mut self, level: u8, index: u32, node: Node) {
        match node.is_empty() {
            true => TreeNodes::<T>::remove(self.0, (level, index)),
            false => TreeNodes::<T>::insert(self.0, (level, index), node),
        }
    }
}

impl<T: Config> Pallet<T> {
    /// Notes that the weights of `who` are to be brought up to date in the next epoch.
    pub(crate) fn touch(who: &T::AccountId) {
        let epoch = T::Epoch::get();
        let queued = Touched::<T>::mutate(who, |touched| touched.replace(epoch).is_some());
        if !queued {
            Self::enqueue(epoch, who.clone());
        }
    }

    fn enqueue(epoch: u64, who: T::AccountId) {
        SyncEnds::<T>::mutate(|ends| {
            SyncQueue::<T>::insert(ends.next, (epoch, who));
            ends.next = ends.next.saturating_add(1);
        });
    }

    /// Brings the weights of a few providers up to date whose last change was in an earlier epoch.
    pub(crate) fn sync_due() -> Weight {
        let epoch = T::Epoch::get();
        let mut weight = Weight::zero();
        for _ in 0..SYNCS_PER_BLOCK {
            let trees = Self::sync_first(epoch);
            // The look that finds nobody is weighed like somebody who is in no tree.
            weight = weight.saturating_add(T::WeightInfo::sync(trees.unwrap_or_default()));
            if trees.is_none() {
                break;
            }
        }
        weight
    }

    /// Does so for the first of the queue, if it was queued before `epoch`; returns in how many
    /// trees it wrote.
    pub(crate) fn sync_first(epoch: u64) -> Option<u32> {
        let Ends { first, next } = SyncEnds::<T>::get();
        let (_, who) =
            SyncQueue::<T>::get(first).filter(|(queued, _)| first < next && *queued < epoch)?;
        SyncQueue::<T>::remove(first);
        SyncEnds::<T>::mutate(|ends| ends.first = first.saturating_add(1));
        match Touched::<T>::get(&who) {
            // It changed again, in this epoch: it waits for the next.
            Some(touched) if touched >= epoch => {
                Self::enqueue(touched, who);
                Some(0)
            }
            _ => {
                Touched::<T>::remove(&who);
                Some(Self::sync(&who))
            }
        }
    }

    /// What `who` weighs in a draw from the next epoch on.
    pub(crate) fn draw_weight(who: &T::AccountId) -> Balance {
        match Providers::<T>::get(who) {
            Some(provider) if !provider.leaving && !provider.chilled => provider.bond,
            _ => 0,
        }
    }

    /// Brings the weights of `who` up to date in all trees; returns in how many it wrote.
    pub(crate) fn sync(who: &T::AccountId) -> u32 {
        let weight = Self::draw_weight(who);
        let mut wanted = match weight {
            0 => alloc::vec::Vec::new(),
            _ => Offers::<T>::get(who).iter().map(|offer| offer.tree()).collect(),
        };
        let mut trees = 0u32;
        for key in Seats::<T>::get(who) {
            if !wanted.contains(&key) {
                Self::unseat(key, who);
                trees = trees.saturating_add(1);
            }
        }
        // A tree that is full has no seat left; the provider can still be named.
        wanted.retain(|key| Self::seat(*key, who, weight));
        trees = trees.saturating_add(wanted.len().saturated_into());
        match wanted.is_empty() {
            true => Seats::<T>::remove(who),
            false => Seats::<T>::insert(who, SeatList::truncate_from(wanted)),
        }
        Self::deposit_event(Event::WeightSet { provider: who.clone(), weight });
        trees
    }

    /// Sets the weight of `who` in a tree, on its seat or a new one. False if there is no seat left.
    fn seat(key: TreeKey, who: &T::AccountId, weight: Balance) -> bool {
        let seat = match SeatOf::<T>::get(key, who) {
            Some(seat) => seat,
            None => {
                let seat = SeatCount::<T>::get(key);
                if seat >= LEAVES {
                    return false;
                }
                SeatCount::<T>::insert(key, seat.saturating_add(1));
                SeatOf::<T>::insert(key, who, seat);
                SeatAt::<T>::insert(key, seat, who);
                seat
            }
        };
        sum_tree::set(&mut Stored::<T>::of(key), seat, weight).defensive().is_ok()
    }

    /// Takes the seat of `who`; who has the last seat moves onto it, so that seats have no gaps.
    fn unseat(key: TreeKey, who: &T::AccountId) {
        let Some(seat) = SeatOf::<T>::take(key, who) else {
            return;
        };
        let mut tree = Stored::<T>::of(key);
        let last = SeatCount::<T>::get(key).saturating_sub(1);
        match last {
            0 => SeatCount::<T>::remove(key),
            _ => SeatCount::<T>::insert(key, last),
        }
        let moved = SeatAt::<T>::take(key, last);
        if let Some(other) = moved.filter(|_| seat != last) {
            let weight = sum_tree::weight(&tree, last);
            let _ = sum_tree::set(&mut tree, seat, weight).defensive();
            SeatOf::<T>::insert(key, &other, seat);
            SeatAt::<T>::insert(key, seat, other);
        }
        let _ = sum_tree::set(&mut tree, last, 0).defensive();
    }
}
