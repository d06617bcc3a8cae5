//! How a bond comes and goes.

use crate::{
    pallet::*,
    types::{Provider, Unbonding},
};
use frame_support::{
    ensure,
    pallet_prelude::Get,
    traits::{fungible::MutateHold, tokens::Precision},
};
use opg_primitives::{Balance, BlockNumber};
use sp_runtime::{
    traits::{SaturatedConversion, Zero},
    DispatchError, DispatchResult,
};

impl<T: Config> Pallet<T> {
    /// This block. Blocks are counted in 32 bits on this chain, so nothing is cut off.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Makes `who` a provider with a bond, that can take leases from epoch `eligible_from` on.
    ///
    /// # Errors
    /// [`Error::AlreadyRegistered`], [`Error::BelowMinBond`], and those of the hold.
    pub(crate) fn enter(who: &T::AccountId, bond: Balance, eligible_from: u64) -> DispatchResult {
        ensure!(!Providers::<T>::contains_key(who), Error::<T>::AlreadyRegistered);
        ensure!(bond >= T::MinBond::get(), Error::<T>::BelowMinBond);
        T::Currency::hold(&HoldReason::Bond.into(), who, bond)?;
        Providers::<T>::insert(who, Provider { bond, eligible_from, ..Default::default() });
        Ok(())
    }

    /// Whether `who` is a provider that did not leave.
    ///
    /// # Errors
    /// [`Error::NotRegistered`], [`Error::Leaving`].
    pub(crate) fn present(who: &T::AccountId) -> DispatchResult {
        let provider = Providers::<T>::get(who).ok_or(Error::<T>::NotRegistered)?;
        ensure!(!provider.leaving, Error::<T>::Leaving);
        Ok(())
    }

    /// Changes a provider that did not leave.
    ///
    /// # Errors
    /// [`Error::NotRegistered`], [`Error::Leaving`], and those of `with`.
    pub(crate) fn change<R>(
        who: &T::AccountId,
        with: impl FnOnce(&mut Provider) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        Providers::<T>::try_mutate(who, |slot| {
            let provider = slot.as_mut().ok_or(Error::<T>::NotRegistered)?;
            ensure!(!provider.leaving, Error::<T>::Leaving);
            with(provider)
        })
    }

    /// [`crate::Call::bond_more`].
    pub(crate) fn do_bond_more(who: T::AccountId, amount: Balance) -> DispatchResult {
        ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
        Self::change(&who, |provider| {
            T::Currency::hold(&HoldReason::Bond.into(), &who, amount)?;
            provider.bond = provider.bond.saturating_add(amount);
            Ok(())
        })?;
        Self::touch(&who);
        Self::deposit_event(Event::BondedMore { provider: who, amount });
        Ok(())
    }

    /// [`crate::Call::unbond`].
    pub(crate) fn do_unbond(who: T::AccountId, amount: Balance) -> DispatchResult {
        ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
        let at = Self::change(&who, |provider| {
            let left = provider.bond.checked_sub(amount).ok_or(Error::<T>::BelowMinBond)?;
            ensure!(left >= T::MinBond::get(), Error::<T>::BelowMinBond);
            ensure!(amount <= provider.free(T::CapacityFactor::get()), Error::<T>::BondReserved);
            Self::start_unbonding(provider, amount)
        })?;
        Self::touch(&who);
        Self::deposit_event(Event::Unbonded { provider: who, amount, at });
        Ok(())
    }

    /// [`crate::Call::withdraw`].
    pub(crate) fn do_withdraw(who: T::AccountId) -> DispatchResult {
        let mut provider = Providers::<T>::get(&who).ok_or(Error::<T>::NotRegistered)?;
        let amount = provider.mature(Self::now());
        // Who was slashed of all that was left has nothing to withdraw, but may go.
        let gone = provider.leaving && provider.unbonding.is_empty();
        ensure!(!amount.is_zero() || gone, Error::<T>::NothingToWithdraw);
        T::Currency::release(&HoldReason::Bond.into(), &who, amount, Precision::Exact)?;
        match gone {
            true => Providers::<T>::remove(&who),
            false => Providers::<T>::insert(&who, provider),
        }
        Self::deposit_event(Event::Withdrawn { provider: who.clone(), amount });
        if gone {
            Self::deposit_event(Event::Removed { provider: who });
        }
        Ok(())
    }

    /// [`crate::Call::leave`].
    pub(crate) fn do_leave(who: T::AccountId) -> DispatchResult {
        let unbonded = Self::change(&who, |provider| {
            ensure!(provider.reserved.is_zero(), Error::<T>::BondReserved);
            provider.leaving = true;
            let amount = provider.bond;
            match amount.is_zero() {
                true => Ok(None),
                false => Ok(Some((amount, Self::start_unbonding(provider, amount)?))),
            }
        })?;
        for key in WorkerKeys::<T>::take(&who) {
            WorkerKeyOwner::<T>::remove(key);
        }
        DispatcherKeys::<T>::remove(&who);
        Offers::<T>::remove(&who);
        Self::touch(&who);
        if let Some((amount, at)) = unbonded {
            Self::deposit_event(Event::Unbonded { provider: who.clone(), amount, at });
        }
        Self::deposit_event(Event::Left { provider: who });
        Ok(())
    }

    /// Moves `amount` of the bond into the queue; returns the block in which it is free. What is
    /// unbonded in one block is one part.
    ///
    /// # Errors
    /// [`Error::TooManyUnbonding`].
    fn start_unbonding(
        provider: &mut Provider,
        amount: Balance,
    ) -> Result<BlockNumber, DispatchError> {
        let at = Self::now().saturating_add(T::UnbondingPeriod::get());
        match provider.unbonding.last_mut().filter(|part| part.at == at) {
            Some(part) => part.amount = part.amount.saturating_add(amount),
            None => provider
                .unbonding
                .try_push(Unbonding { amount, at })
                .map_err(|_| Error::<T>::TooManyUnbonding)?,
        }
        provider.bond = provider.bond.saturating_sub(amount);
        Ok(at)
    }
}
