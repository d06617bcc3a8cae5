//! What others are told.

use crate::{pallet::*, types::Access};
use opg_primitives::{
    ids::{Account, ModelId},
    model::{ModelVersion, VerifyingKey},
    traits::Models,
    BlockNumber,
};
use sp_runtime::traits::SaturatedConversion;

impl<T: Config> Pallet<T> {
    /// The account, as primitives name it.
    pub(crate) fn account(who: &T::AccountId) -> Account {
        Account(who.clone().into())
    }

    /// This block. Blocks are counted in 32 bits on this chain, so nothing is cut off.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// The version of `model`, if `who` owns it.
    pub(crate) fn owned(model: &ModelId, who: &T::AccountId) -> Result<ModelVersion, Error<T>> {
        let version = Versions::<T>::get(model).ok_or(Error::<T>::UnknownModel)?;
        match version.owner == Self::account(who) {
            true => Ok(version),
            false => Err(Error::<T>::NotOwner),
        }
    }

    /// Whether the access rule of `model` lets `account` ask it. The owner always may.
    pub(crate) fn access_allows(model: &ModelId, account: &Account) -> bool {
        let Some(version) = Versions::<T>::get(model) else {
            return false;
        };
        match AccessOf::<T>::get(model) {
            Access::Open => true,
            Access::AllowList(list) => version.owner == *account || list.contains(account),
        }
    }
}

impl<T: Config> Models for Pallet<T> {
    fn version(model: &ModelId) -> Option<ModelVersion> {
        Versions::<T>::get(model)
    }

    fn verifying_key(model: &ModelId, key: u32) -> Option<VerifyingKey> {
        Self::confirmed_key(model, key)
    }

    fn latest_key(model: &ModelId) -> Option<u32> {
        KeyRanges::<T>::get(model).latest()
    }

    fn may_ask(model: &ModelId, requester: &Account) -> bool {
        Self::access_allows(model, requester)
    }
}
