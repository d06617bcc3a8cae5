//! What is revoked, and what rests on it. Nothing is marked when something is revoked: whoever reads a
//! receipt asks which revocations cover its block, however many receipts there are.
//!
//! Two things are kept of a subject:
//!
//! - its **status**, one small value that says whether it is revoked now. Answers, registrations and
//!   renewals ask no more than that, so what they weigh does not grow with what was decided before;
//! - its **acts**, an entry each, to which entries are added and of which none is changed or dropped. So
//!   there is always room for one more, a receipt of any age finds what covers it, and each block stays
//!   under the act that first said something of it. Only readers of receipts go through them, off the
//!   chain: they are as many as governance ever decided of this subject.

use crate::{
    pallet::*,
    types::{Act, Enclave, InForce, Reason, Revocation, RevocationStatus, Subject, Taint},
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

/// What acts, in their order, add up to. What reaches further back than what stands holds in the blocks
/// before that alone.
pub(crate) fn intervals(acts: impl IntoIterator<Item = Act>) -> Vec<Revocation> {
    let (mut ended, mut standing) = (Vec::new(), Vec::<Revocation>::new());
    for act in acts {
        match act {
            Act::Revoke { reason, at, since } => {
                let later = standing.last();
                let until = later.and_then(|later| later.since.checked_sub(1));
                standing.push(Revocation { reason, at, since, until });
            }
            Act::Lift { from, .. } => {
                ended.extend(standing.drain(..).filter_map(|it| ending_before(it, from)));
            }
        }
    }
    ended.extend(standing);
    ended
}

/// The part of a revocation that holds before block `from`, if any does.
fn ending_before(revocation: Revocation, from: BlockNumber) -> Option<Revocation> {
    let last = from.checked_sub(1)?;
    let last = revocation.until.map_or(last, |until| until.min(last));
    (revocation.since <= last).then_some(Revocation { until: Some(last), ..revocation })
}

impl<T: Config> Pallet<T> {
    /// The block in which the first of `subjects` was revoked that are now; none if none is.
    pub(crate) fn revoked_since(subjects: [Subject; 4]) -> Option<BlockNumber> {
        let of = |subject: Subject| Revoked::<T>::get(subject).revoked;
        subjects.into_iter().filter_map(of).map(|in_force| in_force.at).min()
    }

    /// All that was decided of `subject`, in order.
    pub(crate) fn acts_of(subject: Subject) -> impl Iterator<Item = Act> {
        let acts = Revoked::<T>::get(subject).acts;
        (0..acts).filter_map(move |number| RevocationActs::<T>::get(subject, number))
    }

    /// The revocations of `subjects` that cover `block`.
    pub(crate) fn taints_of(subjects: [Subject; 4], block: BlockNumber) -> Vec<Taint> {
        let of = |subject: Subject| {
            let all = intervals(Self::acts_of(subject)).into_iter();
            all.filter(move |revocation| revocation.covers(block))
                .map(move |revocation| Taint { subject, revocation })
        };
        subjects.into_iter().flat_map(of).collect()
    }

    /// Revokes `subject` from block `since` on.
    ///
    /// # Errors
    /// [`Error::NotYet`], [`Error::AlreadyRevoked`].
    pub(crate) fn do_revoke(
        subject: Subject,
        reason: Reason,
        since: BlockNumber,
    ) -> Result<(), Error<T>> {
        let at = Self::now();
        ensure!(since <= at, Error::<T>::NotYet);
        Revoked::<T>::try_mutate(subject, |status| {
            let in_force = match status.revoked {
                // Further back than was decided before.
                Some(standing) if since < standing.since => InForce { since, ..standing },
                Some(_) => return Err(Error::<T>::AlreadyRevoked),
                None => InForce { at, since },
            };
            status.revoked = Some(in_force);
            Self::append(subject, status, Act::Revoke { reason, at, since });
            Ok(())
        })
    }

    /// Ends the revocation of `subject` that stands: it does not hold in block `from` and later. One
    /// that then never held is taken back.
    ///
    /// # Errors
    /// [`Error::NotYet`], [`Error::NotRevoked`].
    pub(crate) fn do_lift(subject: Subject, from: BlockNumber) -> Result<(), Error<T>> {
        let at = Self::now();
        ensure!(from <= at, Error::<T>::NotYet);
        Revoked::<T>::try_mutate(subject, |status| {
            ensure!(status.revoked.take().is_some(), Error::<T>::NotRevoked);
            Self::append(subject, status, Act::Lift { at, from });
            Ok(())
        })
    }

    fn append(subject: Subject, status: &mut RevocationStatus, act: Act) {
        RevocationActs::<T>::insert(subject, status.acts, act);
        status.acts = status.acts.saturating_add(1);
    }
}
