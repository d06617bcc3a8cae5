//! Which keys and which provenance are accepted, and who counts as a contributor.

use crate::{pallet::*, types::VerifyingKeys};
use alloc::vec::Vec;
use frame_support::ensure;
use opg_primitives::{
    evidence::ProofSystem,
    ids::{Account, ModelId},
    model::{Setup, VerifyingKey},
    CircuitInterface,
};
use sp_runtime::traits::SaturatedConversion;

impl<T: Config> Pallet<T> {
    /// Checks that `bytes` are a key for a circuit of this interface.
    ///
    /// # Errors
    /// [`Error::BadInterface`], [`Error::KeyRefused`].
    pub(crate) fn check_key(
        system: ProofSystem,
        bytes: &[u8],
        interface: &CircuitInterface,
    ) -> Result<(), Error<T>> {
        let inputs = opg_zkml_statement::public_input_count(interface)
            .map_err(|_| Error::<T>::BadInterface)?
            .saturated_into();
        T::KeyCheck::check(system, bytes, inputs).map_err(Error::<T>::KeyRefused)
    }

    /// Checks that nobody is named in `setup` by another, as far as that can be seen now.
    ///
    /// # Errors
    /// [`Error::NotTransparent`], [`Error::SoleIsNotSigner`], [`Error::BadCeremony`].
    pub(crate) fn check_setup(
        system: ProofSystem,
        setup: &Setup,
        signer: &Account,
    ) -> Result<(), Error<T>> {
        match (setup, system) {
            // A Groth16 key comes out of secrets, whoever held them.
            (Setup::Transparent, ProofSystem::Groth16Bls12381) => Err(Error::<T>::NotTransparent),
            (Setup::Sole(who), _) => {
                ensure!(who == signer, Error::<T>::SoleIsNotSigner);
                Ok(())
            }
            (Setup::Ceremony { contributors, .. }, _) => {
                let mut distinct = contributors.to_vec();
                distinct.sort_unstable();
                distinct.dedup();
                let each_once = distinct.len() == contributors.len();
                ensure!(each_once && distinct.len() >= 2, Error::<T>::BadCeremony);
                Ok(())
            }
        }
    }

    /// Whom a setup names as contributors to a ceremony.
    pub(crate) fn contributors(setup: &Setup) -> &[Account] {
        match setup {
            Setup::Ceremony { contributors, .. } => contributors,
            Setup::Transparent | Setup::Sole(_) => &[],
        }
    }

    /// Notes that `account`, which the key's ceremony names, said so itself.
    ///
    /// # Errors
    /// [`Error::AlreadyConfirmed`].
    pub(crate) fn confirm(model: &ModelId, key: u32, account: Account) -> Result<(), Error<T>> {
        Confirmations::<T>::try_mutate(model, key, |confirmed| {
            ensure!(!confirmed.contains(&account), Error::<T>::AlreadyConfirmed);
            // There is room for as many as a ceremony can name, each once.
            confirmed.try_push(account).map_err(|_| Error::<T>::AlreadyConfirmed)
        })
    }

    /// The key as others are told of it: of a ceremony's contributors only those that confirmed.
    pub(crate) fn confirmed_key(model: &ModelId, key: u32) -> Option<VerifyingKey> {
        let mut stored = Keys::<T>::get(model, key)?;
        if let Setup::Ceremony { contributors, .. } = &mut stored.setup {
            let confirmed = Confirmations::<T>::get(model, key);
            contributors.retain(|account| confirmed.contains(account));
        }
        Some(stored)
    }

    /// The contributors that were named but did not confirm.
    pub(crate) fn unconfirmed(model: &ModelId, key: u32) -> Vec<Account> {
        let Some(stored) = Keys::<T>::get(model, key) else {
            return Vec::new();
        };
        let confirmed = Confirmations::<T>::get(model, key);
        let named = Self::contributors(&stored.setup).iter();
        named.filter(|account| !confirmed.contains(account)).copied().collect()
    }
}
