//! Money in and out. Nothing here can fail once a request is open: what a payee's account cannot
//! take goes to the treasury, and what that cannot take burns.

use crate::{Config, CreditOf, Error, HoldReason, Pallet};
use frame_support::{
    defensive_assert,
    traits::{
        fungible::{hold, Balanced},
        tokens::{Fortitude, Precision, Preservation},
        Imbalance, OnUnbalanced,
    },
};
use opg_primitives::{ids::Account, price::Split, receipt::Payment, Balance};
use sp_runtime::traits::{Get, Zero};

impl<T: Config> Pallet<T> {
    /// The account of `id`.
    pub(crate) fn account(id: &Account) -> T::AccountId {
        T::AccountId::from(id.0)
    }

    fn escrow() -> T::RuntimeHoldReason {
        HoldReason::Escrow.into()
    }

    /// Takes what never comes back: `prepaid` goes where fees go, `burned` burns.
    pub(crate) fn charge(
        who: &T::AccountId,
        prepaid: Balance,
        burned: Balance,
    ) -> Result<(), Error<T>> {
        let total = prepaid.checked_add(burned).ok_or(Error::<T>::CannotPayFee)?;
        let credit = T::Currency::withdraw(
            who,
            total,
            Precision::Exact,
            Preservation::Preserve,
            Fortitude::Polite,
        )
        .map_err(|_| Error::<T>::CannotPayFee)?;
        let (fee, to_burn) = credit.split(prepaid);
        drop(to_burn);
        T::ServiceFees::on_unbalanced(fee);
        Ok(())
    }

    /// Holds `amount` of the requester's.
    pub(crate) fn hold(who: &T::AccountId, amount: Balance) -> Result<(), Error<T>> {
        <T::Currency as hold::Mutate<_>>::hold(&Self::escrow(), who, amount)
            .map_err(|_| Error::<T>::CannotHoldPrice)
    }

    /// Gives `amount` of what is held back to the requester; returns what came free.
    pub(crate) fn release(requester: &Account, amount: Balance) -> Balance {
        if amount.is_zero() {
            return 0;
        }
        let released = <T::Currency as hold::Mutate<_>>::release(
            &Self::escrow(),
            &Self::account(requester),
            amount,
            Precision::BestEffort,
        )
        .unwrap_or_default();
        defensive_assert!(released == amount, "an open request's price is on hold");
        released
    }

    /// Pays `split` out of what is held of the requester's, and releases the rest of `held`.
    ///
    /// Returns what moved: it adds up to `held`.
    pub(crate) fn pay_out(
        requester: &Account,
        provider: &Account,
        owner: &Account,
        held: Balance,
        split: Split,
    ) -> Payment {
        let price = split
            .provider
            .saturating_add(split.owner)
            .saturating_add(split.treasury)
            .saturating_add(split.burned);
        let (credit, missing) = <T::Currency as hold::Balanced<_>>::slash(
            &Self::escrow(),
            &Self::account(requester),
            price,
        );
        defensive_assert!(missing.is_zero(), "an open request's price is on hold");
        let (provider_part, credit) = credit.split(split.provider);
        let (owner_part, credit) = credit.split(split.owner);
        let (mut treasury_part, burned_part) = credit.split(split.treasury);
        let mut payment = Payment { held, ..Payment::default() };
        payment.provider = Self::resolve(provider, provider_part, &mut treasury_part);
        payment.owner = Self::resolve(owner, owner_part, &mut treasury_part);
        payment.burned = burned_part.peek();
        drop(burned_part);
        let to_treasury = treasury_part.peek();
        match Self::deposit(&T::Treasury::get(), treasury_part) {
            Ok(()) => payment.treasury = to_treasury,
            Err(refused) => {
                payment.burned = payment.burned.saturating_add(to_treasury);
                drop(refused);
            }
        }
        payment.released = Self::release(requester, held.saturating_sub(price));
        payment
    }

    /// Pays `credit` to `who`; what its account cannot take joins `rest`. Returns what was paid.
    fn resolve(who: &Account, credit: CreditOf<T>, rest: &mut CreditOf<T>) -> Balance {
        let amount = credit.peek();
        match Self::deposit(&Self::account(who), credit) {
            Ok(()) => amount,
            Err(refused) => {
                rest.subsume(refused);
                0
            }
        }
    }

    fn deposit(who: &T::AccountId, credit: CreditOf<T>) -> Result<(), CreditOf<T>> {
        if credit.peek().is_zero() {
            drop(credit);
            return Ok(());
        }
        T::Currency::resolve(who, credit)
    }
}
