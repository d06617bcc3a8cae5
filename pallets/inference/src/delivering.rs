//! How a private input comes to the enclave that answers.

use crate::{
    types::{Delivery, Stage},
    Config, Error, Event, Pallet, Requests, SealedInputs,
};
use frame_support::{ensure, pallet_prelude::DispatchResult};
use opg_primitives::{
    disclosure::ReadableBy,
    enclave::EnclaveFault,
    ids::{EnclaveId, RequestId},
    sealed::{self, SealedBytes, KEY_BYTES, TAG_BYTES},
    settled::{EnclaveFacts, Settled},
    traits::{Attestation, Policies},
    Attempt,
};

impl<T: Config> From<EnclaveFault> for Error<T> {
    fn from(fault: EnclaveFault) -> Self {
        match fault {
            // The last is of answers alone.
            EnclaveFault::Unknown | EnclaveFault::NotTheDelivered => Self::EnclaveUnknown,
            EnclaveFault::Expired => Self::EnclaveExpired,
            EnclaveFault::Revoked => Self::EnclaveRevoked,
            EnclaveFault::NotApproved => Self::EnclaveNotApproved,
        }
    }
}

impl<T: Config> Pallet<T> {
    /// [`crate::Call::deliver`]. What the ciphertext holds nobody can tell here: a worker that cannot open
    /// it, or finds something else than what was committed to, declines.
    pub(crate) fn do_deliver(
        who: &T::AccountId,
        id: RequestId,
        attempt: Attempt,
        enclave: EnclaveId,
        ciphertext: SealedBytes,
    ) -> DispatchResult {
        let least = KEY_BYTES.saturating_add(TAG_BYTES);
        ensure!(ciphertext.len() >= least as usize, Error::<T>::NotSealed);
        let (mut request, mut lease) =
            Self::unacknowledged(id, attempt).map_err(Error::<T>::from)?;
        ensure!(Self::account(&request.requester) == *who, Error::<T>::NotRequester);
        let mut private = request.private.ok_or(Error::<T>::NotPrivate)?;
        ensure!(lease.delivery.is_none(), Error::<T>::AlreadyDelivered);
        // What an answer of it is asked too.
        let reader = T::Attestation::enclave(&enclave, &lease.provider, &request.model)
            .map_err(Error::<T>::from)?;
        // The requester chooses the enclave. Were it one whose best answer the floor refuses, the output
        // would be in the block all the same, and the provider not paid.
        let answer =
            Settled { input_is_public: false, ..Settled::of_enclave(EnclaveFacts::of(&reader)) };
        let rules = T::Policies::rules(&request.class, request.policy_version)
            .ok_or(Error::<T>::UnknownClass)?;
        ensure!(rules.floor.missing(&answer.facts()).is_none(), Error::<T>::EnclaveUnderFloor);

        let now = Self::now();
        Self::unschedule(id, &request);
        lease.delivery = Some(Delivery { enclave, at: now, digest: sealed::digest(&ciphertext) });
        // The provider's own window begins here.
        lease.ack_by = Self::windows_of(&request).acknowledge_by(now, request.deadline);
        private.deliveries = private.deliveries.saturating_add(1);
        let readers = ReadableBy::of_enclave(reader.record.vendor, reader.record.binding);
        private.readers = Some(private.readers.map_or(readers, |before| before.wider(readers)));
        request.private = Some(private);
        let ack_by = lease.ack_by;
        request.stage = Stage::Leased(lease);
        Self::schedule(id, &request);
        SealedInputs::<T>::insert(id, ciphertext);
        Requests::<T>::insert(id, request);
        Self::deposit_event(Event::Delivered { request: id, attempt, enclave, ack_by });
        Ok(())
    }
}
