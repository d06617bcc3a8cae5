//! Who may make a feeless call, and when: state first, the signature last.

use crate::{
    types::{Lease, Request, Stage},
    Authorised, Config, Error, Pallet, Requests,
};
use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::{
        InvalidTransaction, TransactionSource, TransactionValidityError,
        TransactionValidityWithRefund, ValidTransaction, Weight,
    },
};
use opg_primitives::{
    evidence::Evidence,
    ids::{DispatcherKey, GenesisHash, RequestId, Signature},
    request::{DeclineReason, Output},
    statement,
    traits::Providers,
    Attempt, BlockNumber,
};
use sp_core::sr25519;
use sp_runtime::traits::Zero;

/// Above whatever a tip buys an operational transaction, so that filled blocks do not make a
/// provider miss its window.
const PRIORITY: u64 = 1 << 63;

/// Why a feeless call is refused. The transaction pool tells it as `Stale`, `BadProof`, or as the
/// custom code that is the variant's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Refused {
    /// No such request is open: it ended, or was never made.
    UnknownRequest = 1,
    /// Another attempt runs.
    StaleAttempt = 2,
    /// Nobody holds a lease yet.
    NotLeased = 3,
    /// The lease was acknowledged already.
    AlreadyAcknowledged = 4,
    /// The lease was not acknowledged.
    NotAcknowledged = 5,
    /// The window has ended.
    TooLate = 6,
    /// It is not overdue yet.
    NotDue = 7,
    /// The key is no dispatcher key of the leased provider.
    UnknownKey = 8,
    /// The signature is not the key's.
    BadSignature = 9,
    /// The private input was not delivered.
    PayloadNotDelivered = 10,
}

impl From<Refused> for TransactionValidityError {
    fn from(refused: Refused) -> Self {
        TransactionValidityError::Invalid(match refused {
            // What is over, or of another attempt, never becomes valid again.
            Refused::UnknownRequest | Refused::StaleAttempt => InvalidTransaction::Stale,
            Refused::BadSignature => InvalidTransaction::BadProof,
            Refused::NotLeased => InvalidTransaction::Custom(3),
            Refused::AlreadyAcknowledged => InvalidTransaction::Custom(4),
            Refused::NotAcknowledged => InvalidTransaction::Custom(5),
            Refused::TooLate => InvalidTransaction::Custom(6),
            Refused::NotDue => InvalidTransaction::Custom(7),
            Refused::UnknownKey => InvalidTransaction::Custom(8),
            Refused::PayloadNotDelivered => InvalidTransaction::Custom(10),
        })
    }
}

impl<T: Config> From<Refused> for Error<T> {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::UnknownRequest => Self::UnknownRequest,
            Refused::StaleAttempt => Self::StaleAttempt,
            Refused::NotLeased => Self::NotLeased,
            Refused::AlreadyAcknowledged => Self::AlreadyAcknowledged,
            Refused::NotAcknowledged => Self::NotAcknowledged,
            Refused::TooLate => Self::TooLate,
            Refused::NotDue => Self::NotDue,
            Refused::UnknownKey => Self::UnknownKey,
            Refused::BadSignature => Self::BadSignature,
            Refused::PayloadNotDelivered => Self::PayloadNotDelivered,
        }
    }
}

/// What a transaction of this pallet is authorised for: the hash that was signed, or for `expire`,
/// which nobody signs, one of its own.
fn expire_mark(request: RequestId, attempt: Attempt) -> [u8; 32] {
    ("opg/expire", request, attempt).using_encoded(sp_io::hashing::blake2_256)
}

impl<T: Config> Pallet<T> {
    /// The running attempt `attempt` of `request`.
    pub(crate) fn running(request: RequestId, attempt: Attempt) -> Result<Request, Refused> {
        let record = Requests::<T>::get(request).ok_or(Refused::UnknownRequest)?;
        ensure!(record.attempt == attempt, Refused::StaleAttempt);
        Ok(record)
    }

    /// The lease of attempt `attempt` of `request`, which waits for an acknowledgement.
    pub(crate) fn unacknowledged(
        request: RequestId,
        attempt: Attempt,
    ) -> Result<(Request, Lease), Refused> {
        let record = Self::running(request, attempt)?;
        let lease = Self::lease_of(&record)?;
        ensure!(lease.acknowledged.is_none(), Refused::AlreadyAcknowledged);
        ensure!(Self::now() <= lease.ack_by, Refused::TooLate);
        Ok((record, lease))
    }

    /// The same, if there is something to take on: of a private request, once its input was delivered.
    pub(crate) fn acknowledgeable(
        request: RequestId,
        attempt: Attempt,
    ) -> Result<(Request, Lease), Refused> {
        let (record, lease) = Self::unacknowledged(request, attempt)?;
        ensure!(!record.awaits_payload(), Refused::PayloadNotDelivered);
        Ok((record, lease))
    }

    /// The lease of attempt `attempt` of `request`, which waits for a result.
    pub(crate) fn undelivered(
        request: RequestId,
        attempt: Attempt,
    ) -> Result<(Request, Lease), Refused> {
        let record = Self::running(request, attempt)?;
        let lease = Self::lease_of(&record)?;
        let (_, deliver_by) = lease.acknowledged.ok_or(Refused::NotAcknowledged)?;
        ensure!(Self::now() <= deliver_by, Refused::TooLate);
        Ok((record, lease))
    }

    /// Attempt `attempt` of `request`, which the chain has to end: it is overdue, or can no longer
    /// settle.
    pub(crate) fn overdue(request: RequestId, attempt: Attempt) -> Result<Request, Refused> {
        let record = Self::running(request, attempt)?;
        ensure!(Self::now() > record.due() || Self::is_aborted(&record), Refused::NotDue);
        Ok(record)
    }

    fn lease_of(record: &Request) -> Result<Lease, Refused> {
        match &record.stage {
            Stage::Leased(lease) => Ok(lease.clone()),
            Stage::Waiting { .. } => Err(Refused::NotLeased),
        }
    }

    /// Checks key and signature, in this order, after everything else.
    fn check_signature(
        lease: &Lease,
        hash: &[u8; 32],
        key: &DispatcherKey,
        signature: &Signature,
    ) -> Result<(), Refused> {
        ensure!(T::Providers::is_dispatcher(&lease.provider, key), Refused::UnknownKey);
        let (key, signature) =
            (sr25519::Public::from_raw(key.0), sr25519::Signature::from_raw(signature.0));
        ensure!(sp_io::crypto::sr25519_verify(&signature, hash, &key), Refused::BadSignature);
        Ok(())
    }

    /// The validity of an authorised call, good until block `until`. In a block, the mark for the
    /// call is set as well; elsewhere nothing is written.
    fn valid(
        source: TransactionSource,
        call: &'static str,
        lease: (RequestId, Attempt),
        until: BlockNumber,
        mark: [u8; 32],
    ) -> TransactionValidityWithRefund {
        if source == TransactionSource::InBlock {
            Authorised::<T>::put(mark);
        }
        let longevity = until.saturating_sub(Self::now()).saturating_add(1);
        let validity = ValidTransaction::with_tag_prefix("opg/inference")
            // Whatever is due first goes first.
            .priority(PRIORITY.saturating_sub(u64::from(longevity)))
            .and_provides((call, lease.0, lease.1))
            .longevity(u64::from(longevity))
            .propagate(true)
            .build()?;
        Ok((validity, Weight::zero()))
    }

    /// Takes the mark of this transaction back: none is there for a call within a call.
    pub(crate) fn take_mark(mark: [u8; 32]) -> Result<(), Error<T>> {
        ensure!(Authorised::<T>::take() == Some(mark), Error::<T>::Wrapped);
        Ok(())
    }

    /// The hash that is signed to acknowledge.
    pub(crate) fn acknowledge_hash(request: RequestId, attempt: Attempt) -> [u8; 32] {
        statement::acknowledge_hash(Self::genesis(), request, attempt)
    }

    /// The hash that is signed to decline.
    pub(crate) fn decline_hash(
        request: RequestId,
        attempt: Attempt,
        reason: DeclineReason,
    ) -> [u8; 32] {
        statement::decline_hash(Self::genesis(), request, attempt, reason)
    }

    /// The hash that is signed to submit.
    pub(crate) fn submit_hash(
        request: RequestId,
        attempt: Attempt,
        output: &Output,
        evidence: &Evidence,
    ) -> [u8; 32] {
        statement::submit_hash(Self::genesis(), request, attempt, output, evidence.digest())
    }

    /// The mark of `expire`.
    pub(crate) fn expire_hash(request: RequestId, attempt: Attempt) -> [u8; 32] {
        expire_mark(request, attempt)
    }

    /// The hash of the genesis block, which the system never forgets.
    pub(crate) fn genesis() -> GenesisHash {
        let hash = frame_system::Pallet::<T>::block_hash(
            frame_system::pallet_prelude::BlockNumberFor::<T>::zero(),
        );
        GenesisHash(hash.into())
    }

    pub(crate) fn authorize_acknowledge(
        source: TransactionSource,
        request: &RequestId,
        attempt: &Attempt,
        key: &DispatcherKey,
        signature: &Signature,
    ) -> TransactionValidityWithRefund {
        let (_, lease) = Self::acknowledgeable(*request, *attempt)?;
        let hash = Self::acknowledge_hash(*request, *attempt);
        Self::check_signature(&lease, &hash, key, signature)?;
        Self::valid(source, "acknowledge", (*request, *attempt), lease.ack_by, hash)
    }

    pub(crate) fn authorize_decline(
        source: TransactionSource,
        request: &RequestId,
        attempt: &Attempt,
        reason: &DeclineReason,
        key: &DispatcherKey,
        signature: &Signature,
    ) -> TransactionValidityWithRefund {
        let (_, lease) = Self::unacknowledged(*request, *attempt)?;
        let hash = Self::decline_hash(*request, *attempt, *reason);
        Self::check_signature(&lease, &hash, key, signature)?;
        Self::valid(source, "decline", (*request, *attempt), lease.ack_by, hash)
    }

    pub(crate) fn authorize_submit_result(
        source: TransactionSource,
        request: &RequestId,
        attempt: &Attempt,
        output: &Output,
        evidence: &Evidence,
        key: &DispatcherKey,
        signature: &Signature,
    ) -> TransactionValidityWithRefund {
        let (_, lease) = Self::undelivered(*request, *attempt)?;
        let hash = Self::submit_hash(*request, *attempt, output, evidence);
        Self::check_signature(&lease, &hash, key, signature)?;
        Self::valid(source, "submit_result", (*request, *attempt), lease.due(), hash)
    }

    pub(crate) fn authorize_expire(
        source: TransactionSource,
        request: &RequestId,
        attempt: &Attempt,
    ) -> TransactionValidityWithRefund {
        Self::overdue(*request, *attempt)?;
        // The block's sweep comes soon: there is nothing to wait long for.
        let until = Self::now().saturating_add(8);
        let mark = Self::expire_hash(*request, *attempt);
        Self::valid(source, "expire", (*request, *attempt), until, mark)
    }
}
