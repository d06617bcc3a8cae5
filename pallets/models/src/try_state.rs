//! What must hold of the state at any time.

use crate::{pallet::*, types::MAX_KEYS};
use alloc::collections::BTreeSet;
use frame_support::ensure;
use opg_primitives::model::ModelStatus;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// Checks the pallet's state.
    ///
    /// # Errors
    /// What does not hold.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut models = 0usize;
        let mut keys = 0usize;
        for (model, version) in Versions::<T>::iter() {
            models = models.saturating_add(1);
            ensure!(version.artefact.model_id() == model, "a model's id is not its hash");
            let asked = version.modes.iter().all(|mode| version.artefact.can_be_asked(mode));
            ensure!(asked, "a model without a circuit is asked for proofs");
            ensure!(
                RetiredAt::<T>::contains_key(model) == (version.status == ModelStatus::Retired),
                "a model is retired by halves"
            );
            let range = KeyRanges::<T>::get(model);
            ensure!(range.first <= range.next && range.count() <= MAX_KEYS, "too many keys");
            let mut bytes = Self::bytes_of_version(&version, &AccessOf::<T>::get(model));
            for key in range.first..range.next {
                let stored = Keys::<T>::get(model, key).ok_or("a key is missing")?;
                ensure!(stored.version == key, "a key has another's version");
                bytes = bytes.saturating_add(Self::bytes_of_key(&stored));
                let named: BTreeSet<_> = Self::contributors(&stored.setup).iter().collect();
                let confirmed = Confirmations::<T>::get(model, key);
                let distinct: BTreeSet<_> = confirmed.iter().collect();
                ensure!(distinct.len() == confirmed.len(), "a contributor confirmed twice");
                ensure!(distinct.is_subset(&named), "somebody confirmed who was not named");
                keys = keys.saturating_add(1);
            }
            let deposit = Deposits::<T>::get(model).ok_or("a model has no deposit")?;
            ensure!(deposit.bytes == bytes, "a deposit is not for what is stored");
            ensure!(Self::account(&deposit.payer) == version.owner, "a deposit is not the owner's");
        }
        ensure!(Deposits::<T>::iter_keys().count() == models, "a deposit is for no model");
        ensure!(AccessOf::<T>::iter_keys().count() == models, "an access rule is of no model");
        ensure!(Keys::<T>::iter_keys().count() == keys, "a key is of no model");
        for (model, key, _) in Confirmations::<T>::iter() {
            ensure!(Keys::<T>::contains_key(model, key), "a confirmation is of no key");
        }
        for model in RetiredAt::<T>::iter_keys() {
            ensure!(Versions::<T>::contains_key(model), "no model, but retired");
        }
        Ok(())
    }
}
