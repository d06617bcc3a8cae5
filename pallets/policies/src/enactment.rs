//! How a draft becomes a version, and how a version is read.

use crate::{
    pallet::*,
    types::{DraftRules, Enactment, Fault, MAX_CLASSES},
    validation, WeightInfo,
};
use codec::Encode;
use frame_support::{
    pallet_prelude::{Get, Weight},
    traits::{Consideration, Defensive},
};
use opg_primitives::{
    ids::Digest,
    policy::{ClassId, PolicyVersion, Rules},
    traits::Policies,
    BlockNumber,
};
use sp_runtime::traits::SaturatedConversion;

impl<T: Config> Pallet<T> {
    /// The id of a draft of this content.
    pub fn draft_id(rules: &DraftRules) -> Digest {
        Digest(rules.using_encoded(sp_io::hashing::blake2_256))
    }

    /// Checks `rules` by themselves and against what is stored.
    ///
    /// # Errors
    /// The first [`Fault`] that is found.
    pub(crate) fn check(rules: &[(ClassId, Rules)]) -> Result<(), Fault> {
        validation::check(rules, T::KnownModes::get())?;
        let current = Current::<T>::get();
        let mut classes = Changes::<T>::count();
        for (class, rules) in rules {
            match Self::rules_in(class, current) {
                Some(present) if present == *rules => return Err(Fault::NothingChanges),
                Some(_) if Changes::<T>::get(class).is_full() => return Err(Fault::TooManyChanges),
                Some(_) => {}
                None => classes = classes.saturating_add(1),
            }
        }
        match classes > MAX_CLASSES {
            true => Err(Fault::TooManyClasses),
            false => Ok(()),
        }
    }

    /// Sets the rules of `class` from `version` on.
    ///
    /// # Errors
    /// [`Fault::TooManyChanges`].
    pub(crate) fn write(
        version: PolicyVersion,
        class: &ClassId,
        rules: &Rules,
    ) -> Result<(), Fault> {
        Changes::<T>::try_mutate(class, |log| log.try_push(version))
            .map_err(|_| Fault::TooManyChanges)?;
        RulesAt::<T>::insert(class, version, rules);
        Ok(())
    }

    /// The rules of `class` in `version`: those of the last version, not later, in which they
    /// changed.
    pub(crate) fn rules_in(class: &ClassId, version: PolicyVersion) -> Option<Rules> {
        if version > Current::<T>::get() {
            return None;
        }
        let log = Changes::<T>::get(class);
        let not_later = log.partition_point(|changed| *changed <= version);
        let changed = log.get(not_later.checked_sub(1)?)?;
        RulesAt::<T>::get(class, changed)
    }

    /// Lets the draft that is due take effect, if one is, and returns what that cost.
    pub(crate) fn enact_due(now: BlockNumber) -> Weight {
        let mut pending = Pending::<T>::get();
        // Sorted, one a block: more than one can be due only if blocks were skipped, and then they
        // follow block by block.
        match pending.first() {
            Some(first) if first.at <= now => {
                let due = pending.remove(0);
                Pending::<T>::put(pending);
                Self::take_effect(due)
            }
            _ => T::WeightInfo::on_initialize_idle(),
        }
    }

    fn take_effect(Enactment { draft, .. }: Enactment) -> Weight {
        let Some(stored) = Drafts::<T>::take(draft).defensive() else {
            return T::WeightInfo::on_initialize_idle();
        };
        let classes = stored.rules.len().saturated_into();
        // The hold was made by this very ticket; if it cannot be given back now, it stays a hold of
        // its owner and nothing else depends on it.
        let _ = stored.ticket.drop(&stored.payer).defensive();
        match Self::check(&stored.rules) {
            Ok(()) => {
                let version = Current::<T>::get().saturating_add(1);
                Current::<T>::put(version);
                for (class, rules) in &stored.rules {
                    // Whether there is room for one more change was checked above.
                    let _ = Self::write(version, class, rules).defensive();
                }
                Self::deposit_event(Event::Enacted { version, draft });
            }
            Err(fault) => Self::deposit_event(Event::NotEnacted { draft, fault }),
        }
        T::WeightInfo::take_effect(classes)
    }
}

impl<T: Config> Policies for Pallet<T> {
    fn current() -> PolicyVersion {
        Current::<T>::get()
    }

    fn rules(class: &ClassId, version: PolicyVersion) -> Option<Rules> {
        Self::rules_in(class, version)
    }
}
