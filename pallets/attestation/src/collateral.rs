//! The collateral of DCAP quotes: what Intel says of a kind of platform, signed, and so as good from
//! anybody's hands. It is stored once and moves forward only.

use crate::{
    faults::Fault,
    pallet::*,
    roots,
    types::{CollateralBytes, CollateralId, Stored, StoredCollateral},
};
use codec::{Decode, DecodeWithMemTracking, Encode};
use core::marker::PhantomData;
use frame_support::PalletError;
use opg_verifier_dcap::{
    collateral_facts, Collateral, CollateralFacts, Document as Signed, Error as Refusal,
    Fault as Unsound, Memoised, Regression, RustCrypto, SignatureMemo,
};
use scale_info::TypeInfo;
use sp_runtime::DispatchResult;

/// What would go backwards if what is stored gave way to what was brought.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, PalletError,
)]
pub enum Backwards {
    /// The evaluation data number of the TCB info or of the QE identity.
    EvaluationNumber,
    /// The issue date of the TCB info.
    TcbInfo,
    /// The issue date of the QE identity.
    QeIdentity,
    /// The number or date of the root's revocation list.
    RootCrl,
    /// The number or date of the revocation list of platforms' certificates.
    PckCrl,
    /// Nothing in it is newer.
    NothingNewer,
}

impl From<Regression> for Backwards {
    fn from(regression: Regression) -> Self {
        match regression {
            Regression::EvaluationNumber => Self::EvaluationNumber,
            Regression::TcbInfo => Self::TcbInfo,
            Regression::QeIdentity => Self::QeIdentity,
            Regression::RootCrl => Self::RootCrl,
            Regression::PckCrl => Self::PckCrl,
            // What is for something else is stored under another id.
            Regression::NothingNewer | Regression::Subject => Self::NothingNewer,
        }
    }
}

/// Spares the signatures of stored collateral, and counts those that it cannot spare.
pub(crate) struct Remembering<T>(PhantomData<fn() -> T>);

impl<T: Config> SignatureMemo for Remembering<T> {
    fn is_known(digest: &[u8; 32]) -> bool {
        GoodSignatures::<T>::contains_key(digest)
    }

    fn found_good(_: &[u8; 32]) {
        Verified::<T>::mutate(|count| *count = count.saturating_add(1));
    }
}

/// Spares nothing, and writes down which signatures were found good.
struct Recording<T>(PhantomData<fn() -> T>);

impl<T: Config> SignatureMemo for Recording<T> {
    fn is_known(_: &[u8; 32]) -> bool {
        false
    }

    fn found_good(digest: &[u8; 32]) {
        Found::<T>::mutate(|found| {
            if !found.contains(digest) {
                // One for which there is no room is verified with each quote.
                let _ = found.try_push(*digest);
            }
        });
    }
}

impl<T: Config> Pallet<T> {
    /// Verifies a collateral and stores it, in place of an older one if there is one. `who` pays the
    /// deposit if it is the first of its kind; it is for the longest, so that whoever moves it on
    /// pays nothing.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Backwards`], and those of the hold.
    pub(crate) fn take_collateral(
        who: &T::AccountId,
        bytes: CollateralBytes,
        now: u64,
    ) -> DispatchResult {
        let refused = |error: Refusal| Error::<T>::Refused(Fault::from(error));
        let collateral = Collateral::from_bytes(&bytes).map_err(refused)?;
        let (facts, root) = Self::check_collateral(&collateral, now).map_err(refused)?;
        let id = CollateralId::from(&facts);
        match Collaterals::<T>::get(id) {
            Some(stored) => {
                facts.supersedes(&stored.facts).map_err(|error| match error {
                    Refusal::Backwards(regression) => Error::<T>::Backwards(regression.into()),
                    other => refused(other),
                })?;
                Self::forget_signatures(&stored);
            }
            None => Self::open_deposit::<StoredCollateral>(who, Stored::Collateral(id))?,
        }
        let signatures = Found::<T>::take();
        for signature in &signatures {
            GoodSignatures::<T>::mutate(signature, |count| *count = count.saturating_add(1));
        }
        let stored = StoredCollateral { root, facts, bytes, signatures, brought: Self::now() };
        Collaterals::<T>::insert(id, stored);
        Self::deposit_event(Event::CollateralBrought {
            collateral: id,
            by: who.clone(),
            evaluation_number: facts.tcb_evaluation_number,
            valid_until: facts.window.until.saturating_sub(1),
        });
        Ok(())
    }

    /// What a collateral says of itself under the root that signed its revocation list, and which
    /// root that is.
    fn check_collateral(
        collateral: &Collateral,
        now: u64,
    ) -> Result<(CollateralFacts, [u8; 32]), Refusal> {
        for root in roots::dcap(DevelopmentVendor::<T>::get())? {
            match collateral_facts::<Memoised<RustCrypto, Recording<T>>>(collateral, &root, now) {
                // Its first signature: it is under another root.
                Err(Refusal::Invalid(Signed::RootCrl, Unsound::BadSignature)) => {}
                checked => return checked.map(|facts| (facts, root.hash())),
            }
        }
        Err(Refusal::RootHash)
    }

    /// Forgets the signatures of a collateral that is replaced or reaped, unless another has them
    /// too, as all have the root's revocation list.
    pub(crate) fn forget_signatures(stored: &StoredCollateral) {
        for signature in &stored.signatures {
            GoodSignatures::<T>::mutate_exists(signature, |count| {
                *count = count.unwrap_or_default().checked_sub(1).filter(|left| *left > 0);
            });
        }
    }
}
