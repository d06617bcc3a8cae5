//! What is revoked, and what rests on it. Nothing is marked when something is revoked: whoever reads a
//! receipt asks which revocations cover its block, which takes four look-ups however many receipts
//! there are.

use crate::{
    pallet::*,
    types::{Enclave, Reason, Revocation, Subject, Taint},
};
use alloc::vec::Vec;
use frame_support::ensure;
use opg_primitives::{ids::EnclaveId, BlockNumber};

/// All that an answer of this enclave would rest on now.
pub(crate) fn subjects(id: EnclaveId, enclave: &Enclave) -> [Subject; 4] {
    [
        Subject::Tcb(enclave.vendor, enclave.tcb),
        Subject::Measurement(enclave.measurement),
        Subject::Platform(enclave.platform),
        Subject::Enclave(id),
    ]
}

impl<T: Config> Pallet<T> {
    /// The revocations of `subjects` that cover `block`.
    pub(crate) fn taints_of(subjects: [Subject; 4], block: BlockNumber) -> Vec<Taint> {
        let of = |subject: Subject| {
            let covering = Revoked::<T>::get(subject).into_iter().filter(move |r| r.covers(block));
            covering.map(move |revocation| Taint { subject, revocation })
        };
        subjects.into_iter().flat_map(of).collect()
    }

    /// Revokes `subject` from block `since` on.
    ///
    /// # Errors
    /// [`Error::NotYet`], [`Error::AlreadyRevoked`], [`Error::TooManyRevocations`].
    pub(crate) fn do_revoke(
        subject: Subject,
        reason: Reason,
        since: BlockNumber,
    ) -> Result<(), Error<T>> {
        let at = Self::now();
        ensure!(since <= at, Error::<T>::NotYet);
        Revoked::<T>::try_mutate(subject, |revocations| {
            let revocation = Revocation { reason, at, since, until: None };
            match revocations.iter_mut().find(|revocation| revocation.stands()) {
                // Further back than was decided before.
                Some(standing) if since < standing.since => *standing = revocation,
                Some(_) => return Err(Error::<T>::AlreadyRevoked),
                None => {
                    revocations.try_push(revocation).map_err(|_| Error::<T>::TooManyRevocations)?
                }
            }
            Ok(())
        })
    }

    /// Ends the revocation of `subject` that stands: it does not hold in block `from` and later. One
    /// that then never held is taken back.
    ///
    /// # Errors
    /// [`Error::NotYet`], [`Error::NotRevoked`].
    pub(crate) fn do_lift(subject: Subject, from: BlockNumber) -> Result<(), Error<T>> {
        ensure!(from <= Self::now(), Error::<T>::NotYet);
        Revoked::<T>::try_mutate_exists(subject, |slot| {
            let mut revocations = slot.take().ok_or(Error::<T>::NotRevoked)?;
            let standing = revocations.iter_mut().find(|revocation| revocation.stands());
            let standing = standing.ok_or(Error::<T>::NotRevoked)?;
            standing.until = from.checked_sub(1);
            let ended = standing.until.is_some();
            // Before the first block there is none that it could have held in.
            revocations.retain(|r| match r.until {
                Some(until) => r.since <= until,
                None => ended,
            });
            *slot = Some(revocations).filter(|left| !left.is_empty());
            Ok(())
        })
    }
}
