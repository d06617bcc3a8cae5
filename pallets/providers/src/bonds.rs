//! How a bond comes and goes.

use crate::{
    pallet::*,
    types::{Provider, Unbonding},
};
use frame_support::{ensure, pallet_prelude::Get, traits::fungible::MutateHold};
use opg_primitives::{Balance, BlockNumber};
use sp_runtime::{traits::SaturatedConversion, DispatchError, DispatchResult};

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

    /// Moves `amount` of the bond into the queue; returns the block in which it is free. What is
    /// unbonded in one block is one part.
    ///
    /// # Errors
    /// [`Error::TooManyUnbonding`].
    pub(crate) fn start_unbonding(
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
