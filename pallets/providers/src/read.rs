//! What clients are told.

use crate::{
    pallet::*,
    seats::Stored,
    sum_tree,
    types::{Quote, TreeKey, PAGE},
};
use alloc::vec::Vec;
use frame_support::pallet_prelude::Get;

impl<T: Config> Pallet<T> {
    /// The quotes of those who sit in a tree, from seat number `from` on.
    pub(crate) fn quotes_from(key: TreeKey, from: u32) -> Vec<Quote<T::AccountId>> {
        let tree = Stored::<T>::of(key);
        let end = SeatCount::<T>::get(key).min(from.saturating_add(PAGE));
        let quote = |seat| {
            let who = SeatAt::<T>::get(key, seat)?;
            let record = Providers::<T>::get(&who)?;
            // Who stopped serving in this epoch has its seat until the next.
            let offer = *Offers::<T>::get(&who).iter().find(|offer| offer.tree() == key)?;
            Some(Quote {
                provider: who,
                price: offer.price,
                weight: sum_tree::weight(&tree, seat),
                capacity: record.left(T::CapacityFactor::get()),
                eligible: Self::admitted(&record).is_ok(),
            })
        };
        (from..end).filter_map(quote).collect()
    }
}
