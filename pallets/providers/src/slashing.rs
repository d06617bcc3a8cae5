//! Slashes: once per offence, and every part of them goes somewhere.

use crate::{
    capacity,
    pallet::*,
    types::{Ends, PRUNED_PER_BLOCK},
    WeightInfo,
};
use frame_support::{
    pallet_prelude::{Get, Weight},
    traits::{
        fungible::{Balanced, BalancedHold, Credit},
        Defensive, Imbalance,
    },
};
use opg_primitives::{
    ids::{Account, OffenceId},
    traits::{SlashSplit, Slashed},
    Balance, BlockNumber,
};

impl<T: Config> Pallet<T> {
    /// Slashes `who` for `offence` by at most `amount`; nothing if it was slashed for it before, or
    /// is no provider.
    pub(crate) fn slash_once(
        who: &T::AccountId,
        offence: OffenceId,
        amount: Balance,
        split: &SlashSplit,
    ) -> Slashed {
        let Some(mut provider) = Providers::<T>::get(who) else {
            return Slashed::default();
        };
        if Offences::<T>::contains_key(offence) {
            return Slashed::default();
        }
        Self::remember(offence);

        let taken = provider.take(amount, T::CapacityFactor::get());
        let (credit, missing) = T::Currency::slash(&HoldReason::Bond.into(), who, taken);
        debug_assert!(missing == 0, "the hold is the bond, see `do_try_state`");
        let slashed = Self::distribute(credit, split);

        let poor = provider.bond < T::MinBond::get() && !provider.leaving && !provider.chilled;
        provider.chilled |= poor;
        Providers::<T>::insert(who, provider);
        Self::touch(who);
        let Slashed { taken, to_harmed, to_treasury, burned } = slashed;
        let provider = who.clone();
        Self::deposit_event(Event::Slashed {
            provider: provider.clone(),
            offence,
            taken,
            to_harmed,
            to_treasury,
            burned,
        });
        if poor {
            Self::deposit_event(Event::Chilled { provider });
        }
        slashed
    }

    /// Pays out what was taken. A part that cannot be paid, since its account does not exist and the
    /// part is below the existential deposit, burns with the rest.
    fn distribute(credit: Credit<T::AccountId, T::Currency>, split: &SlashSplit) -> Slashed {
        let planned = capacity::split(credit.peek(), split);
        let (harmed, rest) = credit.split(planned.to_harmed);
        let (treasury, burned) = rest.split(planned.to_treasury);
        let to_harmed = Self::pay(&T::AccountId::from(split.harmed.into()), harmed);
        let to_treasury = Self::pay(&T::TreasuryAccount::get(), treasury);
        // Dropped, it leaves the issuance.
        drop(burned);
        let paid = to_harmed.saturating_add(to_treasury);
        let burned = planned.taken.saturating_sub(paid);
        Slashed { taken: planned.taken, to_harmed, to_treasury, burned }
    }

    /// Pays `credit` to `who`, or burns it; returns what was paid.
    fn pay(who: &T::AccountId, credit: Credit<T::AccountId, T::Currency>) -> Balance {
        let amount = credit.peek();
        match T::Currency::resolve(who, credit) {
            Ok(()) => amount,
            Err(credit) => {
                drop(credit);
                0
            }
        }
    }

    fn remember(offence: OffenceId) {
        let now = Self::now();
        Offences::<T>::insert(offence, now);
        OffenceEnds::<T>::mutate(|ends| {
            OffenceQueue::<T>::insert(ends.next, (now, offence));
            ends.next = ends.next.saturating_add(1);
        });
    }

    /// Forgets a few offences for which no slash can come any more: what was bonded then has been
    /// withdrawn.
    pub(crate) fn prune_offences(now: BlockNumber) -> Weight {
        let mut pruned = 0u32;
        let Ends { mut first, next } = OffenceEnds::<T>::get();
        while pruned < PRUNED_PER_BLOCK && first < next {
            let Some((at, offence)) = OffenceQueue::<T>::get(first).defensive() else {
                break;
            };
            if at.saturating_add(T::UnbondingPeriod::get()) >= now {
                break;
            }
            OffenceQueue::<T>::remove(first);
            Offences::<T>::remove(offence);
            first = first.saturating_add(1);
            pruned = pruned.saturating_add(1);
        }
        if pruned > 0 {
            OffenceEnds::<T>::put(Ends { first, next });
        }
        T::WeightInfo::prune_offences(pruned)
    }

    /// The account that a primitive names.
    pub(crate) fn account_id(account: &Account) -> T::AccountId {
        T::AccountId::from(account.0)
    }
}
