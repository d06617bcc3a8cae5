//! The CAs of Nitro documents whose chains were verified: the next document of the same instance then
//! costs two signatures in place of five.
//!
//! A fixed number of places, taken in turn. One whose CA is still valid is not taken, so nobody pushes
//! out what others use; what finds no place is only verified again.

use crate::{pallet::*, types::StoredIssuer};
use alloc::vec::Vec;
use frame_support::traits::Get;
use opg_verifier_nitro::{issuers_of, Error as Refusal, KnownIssuer, Window};

impl StoredIssuer {
    fn of(issuer: &KnownIssuer) -> Self {
        let KnownIssuer { fingerprint: _, path, window, root } = *issuer;
        Self { root, path, not_before: window.not_before, not_after: window.not_after }
    }

    fn restored(self, fingerprint: [u8; 32]) -> KnownIssuer {
        let Self { root, path, not_before, not_after } = self;
        KnownIssuer { fingerprint, path, window: Window { not_before, not_after }, root }
    }
}

impl<T: Config> Pallet<T> {
    /// What is known of the CAs of a document, and holds at `now`.
    pub(crate) fn known_issuers(document: &[u8], now: u64) -> Result<Vec<KnownIssuer>, Refusal> {
        let known = |fingerprint: [u8; 32]| {
            KnownIssuers::<T>::get(fingerprint).map(|issuer| issuer.restored(fingerprint))
        };
        let mut issuers: Vec<_> = issuers_of(document)?.into_iter().filter_map(known).collect();
        issuers.retain(|issuer| issuer.window.contains(now));
        Ok(issuers)
    }

    /// Remembers the CAs that a document's verification vouched for.
    pub(crate) fn remember_issuers(issuers: &[KnownIssuer], now: u64) {
        for issuer in issuers {
            let fingerprint = issuer.fingerprint;
            let stored = StoredIssuer::of(issuer);
            match KnownIssuers::<T>::get(fingerprint) {
                Some(known) if known.not_after >= stored.not_after => {}
                // Under newer certificates than before: it keeps its place.
                Some(_) => KnownIssuers::<T>::insert(fingerprint, stored),
                None => Self::place_issuer(fingerprint, stored, now),
            }
        }
    }

    fn place_issuer(fingerprint: [u8; 32], issuer: StoredIssuer, now: u64) {
        let place = NextPlace::<T>::mutate(|next| {
            let place = *next;
            *next = place.saturating_add(1).checked_rem(T::MaxKnownIssuers::get()).unwrap_or(0);
            place
        });
        if let Some(taken) = IssuerPlaces::<T>::get(place) {
            if KnownIssuers::<T>::get(taken).is_some_and(|known| known.not_after >= now) {
                return;
            }
            KnownIssuers::<T>::remove(taken);
        }
        IssuerPlaces::<T>::insert(place, fingerprint);
        KnownIssuers::<T>::insert(fingerprint, issuer);
    }
}
