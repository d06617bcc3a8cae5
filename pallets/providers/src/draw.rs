//! Who can take a lease, and who is drawn for it.

use crate::{
    pallet::*,
    seats::Stored,
    sum_tree,
    types::{Provider, MAX_REDRAWS},
};
use frame_support::pallet_prelude::Get;
use opg_primitives::{
    domain::Domain,
    ids::Account,
    traits::{Drawn, Ineligible, LeaseNeeds},
    Balance,
};
use sp_core::U256;

/// The ticket, below `total`, that repetition number `redraw` of the draw of `seed` gives. Of 256
/// bits, so that the remainder favours no ticket by more than one part in 2^128.
pub fn ticket(seed: [u8; 32], redraw: u8, total: Balance) -> Option<Balance> {
    let number = U256::from_little_endian(&Domain::Draw.hash(&(seed, redraw)));
    let rest = number.checked_rem(total.into())?;
    Balance::try_from(rest).ok()
}

impl<T: Config> Pallet<T> {
    /// Whether `provider` may take leases in this epoch at all.
    ///
    /// # Errors
    /// [`Ineligible::NotRegistered`], [`Ineligible::NotYet`].
    pub(crate) fn admitted(provider: &Provider) -> Result<(), Ineligible> {
        match provider {
            Provider { leaving: true, .. } => Err(Ineligible::NotRegistered),
            Provider { chilled: true, .. } => Err(Ineligible::NotYet),
            Provider { eligible_from, .. } if *eligible_from > T::Epoch::get() => {
                Err(Ineligible::NotYet)
            }
            _ => Ok(()),
        }
    }

    /// Whether `who` can take a lease with these needs, and its price.
    ///
    /// # Errors
    /// The first [`Ineligible`] that is found.
    pub(crate) fn quote_of(who: &T::AccountId, needs: &LeaseNeeds) -> Result<Balance, Ineligible> {
        let provider = Providers::<T>::get(who).ok_or(Ineligible::NotRegistered)?;
        Self::admitted(&provider)?;
        let key = (needs.model, needs.mode);
        let offers = Offers::<T>::get(who);
        let offer = offers.iter().find(|offer| offer.tree() == key);
        let price = offer.ok_or(Ineligible::NotServing)?.price;
        if price > needs.max_price {
            return Err(Ineligible::TooExpensive);
        }
        let needed = price.checked_add(needs.compensation_cap).ok_or(Ineligible::NoCapacity)?;
        match needed <= provider.left(T::CapacityFactor::get()) {
            true => Ok(price),
            false => Err(Ineligible::NoCapacity),
        }
    }

    /// Draws a provider by weight. One that cannot take the lease is passed over, and drawn for
    /// again at most [`MAX_REDRAWS`] times.
    pub(crate) fn draw_by_weight(needs: &LeaseNeeds, seed: [u8; 32]) -> Option<Drawn> {
        let key = (needs.model, needs.mode);
        let tree = Stored::<T>::of(key);
        let total = sum_tree::total(&tree);
        (0..=MAX_REDRAWS).find_map(|redraws| {
            let seat = sum_tree::find(&tree, ticket(seed, redraws, total)?)?;
            let who = SeatAt::<T>::get(key, seat)?;
            let price = Self::quote_of(&who, needs).ok()?;
            Some(Drawn { provider: Account(who.into()), price, redraws })
        })
    }
}
