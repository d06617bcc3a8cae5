//! What leases do to providers: the trait of the pallets above.

use crate::pallet::*;
use frame_support::pallet_prelude::Get;
use opg_primitives::{
    ids::{Account, DispatcherKey, OffenceId, WorkerKey},
    traits::{Drawn, Ineligible, LeaseNeeds, Providers as Trait, SlashSplit, Slashed},
    Balance,
};

impl<T: Config> Trait for Pallet<T> {
    fn draw(needs: &LeaseNeeds, seed: [u8; 32]) -> Option<Drawn> {
        Self::draw_by_weight(needs, seed)
    }

    fn quote(provider: &Account, needs: &LeaseNeeds) -> Result<Balance, Ineligible> {
        Self::quote_of(&Self::account_id(provider), needs)
    }

    fn reserve(provider: &Account, amount: Balance) -> Result<(), Ineligible> {
        Providers::<T>::try_mutate(Self::account_id(provider), |slot| {
            let provider = slot.as_mut().ok_or(Ineligible::NotRegistered)?;
            Self::admitted(provider)?;
            if amount > provider.left(T::CapacityFactor::get()) {
                return Err(Ineligible::NoCapacity);
            }
            provider.reserved = provider.reserved.saturating_add(amount);
            Ok(())
        })
    }

    fn release(provider: &Account, amount: Balance) {
        Providers::<T>::mutate_extant(Self::account_id(provider), |provider| {
            provider.reserved = provider.reserved.saturating_sub(amount);
        });
    }

    fn slash(
        provider: &Account,
        offence: OffenceId,
        amount: Balance,
        split: SlashSplit,
    ) -> Slashed {
        Self::slash_once(&Self::account_id(provider), offence, amount, &split)
    }

    fn note_silence(provider: &Account) {
        let who = Self::account_id(provider);
        let chilled = Providers::<T>::mutate_extant(&who, |provider| {
            provider.silences = provider.silences.saturating_add(1);
            let enough = provider.silences >= T::SilencesUntilChill::get();
            let chills = enough && !provider.chilled && !provider.leaving;
            provider.chilled |= chills;
            chills
        });
        if chilled {
            Self::touch(&who);
            Self::deposit_event(Event::Chilled { provider: who });
        }
    }

    fn note_acknowledged(provider: &Account) {
        Providers::<T>::mutate_extant(Self::account_id(provider), |provider| provider.silences = 0);
    }

    fn is_dispatcher(provider: &Account, key: &DispatcherKey) -> bool {
        DispatcherKeys::<T>::get(Self::account_id(provider)).contains(key)
    }

    fn is_worker(provider: &Account, key: &WorkerKey) -> bool {
        WorkerKeyOwner::<T>::get(key) == Some(Self::account_id(provider))
    }
}
