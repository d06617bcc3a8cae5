//! The deposit of a model follows the bytes that are stored of it.

use crate::{
    pallet::*,
    types::{Access, Confirmed, Deposit},
};
use codec::Encode;
use frame_support::traits::{Consideration, Footprint};
use opg_primitives::{
    ids::ModelId,
    model::{ModelVersion, Setup, VerifyingKey},
};
use sp_runtime::{traits::SaturatedConversion, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    /// The encoded size of `part`, which is bounded far below 4 GiB.
    pub(crate) fn size(part: &impl Encode) -> u32 {
        part.encoded_size().saturated_into()
    }

    /// The bytes of a version with its access rule.
    pub(crate) fn bytes_of_version(version: &ModelVersion, access: &Access) -> u32 {
        Self::size(version).saturating_add(Self::size(access))
    }

    /// The bytes of a key, with room for the confirmation of each contributor: they pay nothing.
    pub(crate) fn bytes_of_key(key: &VerifyingKey) -> u32 {
        let confirmations = match &key.setup {
            Setup::Ceremony { contributors, .. } => Self::size(contributors),
            Setup::Transparent | Setup::Sole(_) => Self::size(&Confirmed::default()),
        };
        Self::size(key).saturating_add(confirmations)
    }

    fn footprint(bytes: u32) -> Footprint {
        Footprint { count: 1, size: bytes.into() }
    }

    /// Takes the deposit for a new model of `payer`.
    pub(crate) fn open_deposit(model: ModelId, payer: &T::AccountId, bytes: u32) -> DispatchResult {
        let ticket = T::Consideration::new(payer, Self::footprint(bytes))?;
        Deposits::<T>::insert(model, Deposit { payer: payer.clone(), ticket, bytes });
        Ok(())
    }

    /// Lets the deposit grow by that of `more` bytes.
    pub(crate) fn grow_deposit(model: &ModelId, more: u32) -> DispatchResult {
        Self::shift_deposit(model, 0, more)
    }

    /// Lets the deposit follow a part that had `before` bytes and has `after`.
    pub(crate) fn shift_deposit(model: &ModelId, before: u32, after: u32) -> DispatchResult {
        Deposits::<T>::try_mutate_exists(model, |slot| {
            let Deposit { payer, ticket, bytes } = slot.take().ok_or(Error::<T>::UnknownModel)?;
            let bytes = bytes.saturating_sub(before).saturating_add(after);
            let ticket = ticket.update(&payer, Self::footprint(bytes))?;
            *slot = Some(Deposit { payer, ticket, bytes });
            Ok::<(), DispatchError>(())
        })
    }

    /// Gives the deposit back to who paid it.
    pub(crate) fn close_deposit(model: &ModelId) -> DispatchResult {
        let deposit = Deposits::<T>::take(model).ok_or(Error::<T>::UnknownModel)?;
        deposit.ticket.drop(&deposit.payer)
    }
}
