//! What is stored has a deposit, for the longest that it can be: it does not change while the thing
//! does.

use crate::{
    pallet::*,
    types::{Deposit, Stored},
};
use codec::MaxEncodedLen;
use frame_support::traits::{Consideration, Footprint};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    /// Takes the deposit for a new `stored`, of type `S`, from `payer`.
    pub(crate) fn open_deposit<S: MaxEncodedLen>(
        payer: &T::AccountId,
        stored: Stored,
    ) -> DispatchResult {
        let ticket = T::Consideration::new(payer, Footprint::from_mel::<S>())?;
        Deposits::<T>::insert(stored, Deposit { payer: payer.clone(), ticket });
        Ok(())
    }

    /// Gives the deposit for `stored` back to who paid it, and says who that is.
    ///
    /// # Errors
    /// [`Error::NotStored`], and those of the hold.
    pub(crate) fn close_deposit(stored: Stored) -> Result<T::AccountId, DispatchError> {
        let Deposit { payer, ticket } = Deposits::<T>::take(stored).ok_or(Error::<T>::NotStored)?;
        ticket.drop(&payer)?;
        Ok(payer)
    }
}
