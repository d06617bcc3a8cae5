//! What a provider serves, and at which price.

use crate::{pallet::*, types::Offer};
use frame_support::ensure;
use opg_primitives::{ids::ModelId, mode::Mode, model::ModelStatus, traits::Models};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// [`crate::Call::serve`].
    pub(crate) fn do_serve(who: T::AccountId, offer: Offer) -> DispatchResult {
        Self::present(&who)?;
        let servable = T::Models::version(&offer.model).is_some_and(|version| {
            version.status == ModelStatus::Active && version.modes.contains(offer.mode)
        });
        ensure!(servable, Error::<T>::NotServable);
        let is_new = Offers::<T>::try_mutate(&who, |offers| {
            match offers.iter_mut().find(|known| known.tree() == offer.tree()) {
                Some(known) => {
                    *known = offer;
                    Ok(false)
                }
                None => offers.try_push(offer).map(|()| true),
            }
        });
        if is_new.map_err(|_| Error::<T>::TooManyOffers)? {
            Self::touch(&who);
        }
        Self::deposit_event(Event::Serving { provider: who, offer });
        Ok(())
    }

    /// [`crate::Call::stop_serving`].
    pub(crate) fn do_stop_serving(who: T::AccountId, model: ModelId, mode: Mode) -> DispatchResult {
        Offers::<T>::try_mutate(&who, |offers| {
            let place = offers.iter().position(|offer| offer.tree() == (model, mode));
            offers.remove(place.ok_or(Error::<T>::NotServing)?);
            Ok::<(), Error<T>>(())
        })?;
        Self::touch(&who);
        Self::deposit_event(Event::StoppedServing { provider: who, model, mode });
        Ok(())
    }
}
