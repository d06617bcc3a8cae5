//! Room for verification: no more answers may fall due than the blocks before their deadline can
//! check.
//!
//! Deadlines share buckets of [`Config::BucketBlocks`] blocks. A request books the weight and the
//! bytes of one submission in the bucket of its deadline: its attempts follow each other, so only
//! one answer of it can fall due there. What it booked is kept with the request, so that a changed
//! weight does not unbalance a bucket.

use crate::{types::Capacity, Booked, Config, Error, Pallet, WeightInfo};
use codec::{Encode, MaxEncodedLen};
use frame_support::{ensure, weights::Weight};
use opg_primitives::{
    enclave::Run,
    evidence::{Evidence, SignedAnswer},
    ids::{EnclaveId, Signature},
    mode::Mode,
    request::{Input, Output, PublicBytes},
    sealed::SealedBytes,
    BlockNumber,
};
use sp_runtime::traits::{Convert, Get, Zero};

/// Bytes of a `submit_result` beside answer and evidence: request, attempt, key, signature and the
/// transaction's own.
const ENVELOPE_BYTES: u32 = 256;

/// The most bytes of an answer and its evidence in `mode`, encoded.
pub(crate) fn most_bytes(mode: Mode) -> u32 {
    // One byte for the variant, of the one and of the other.
    let public = PublicBytes::max_encoded_len().saturating_add(1);
    let (output, evidence) = match mode {
        Mode::Plain => (public, SignedAnswer::max_encoded_len().saturating_add(1)),
        Mode::Tee => (
            Output::max_encoded_len(),
            <(EnclaveId, Run, Signature)>::max_encoded_len().saturating_add(1),
        ),
        Mode::ZkMl => (public, Evidence::max_encoded_len()),
    };
    u32::try_from(output.saturating_add(evidence)).unwrap_or(u32::MAX)
}

/// How many bytes of a public input there are to commit to.
pub(crate) fn input_bytes(input: &Input) -> u32 {
    match input {
        Input::Public(bytes) => u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        Input::Committed(_) => 0,
    }
}

/// How many bytes a ciphertext has.
pub(crate) fn sealed_bytes(sealed: &SealedBytes) -> u32 {
    u32::try_from(sealed.len()).unwrap_or(u32::MAX)
}

/// How many bytes an answer and its evidence have, encoded.
pub(crate) fn submitted_bytes(output: &Output, evidence: &Evidence) -> u32 {
    let bytes = output.encoded_size().saturating_add(evidence.encoded_size());
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

impl<T: Config> Pallet<T> {
    /// The weight of [`crate::Call::submit_result`]: its own, and that of the appraisal.
    pub(crate) fn weight_of_submit(output: &Output, evidence: &Evidence) -> Weight {
        Self::weight_of_answer(submitted_bytes(output, evidence), evidence.mode())
    }

    /// The most that submitting one answer in `mode` weighs, authorisation included.
    pub(crate) fn submission_weight(mode: Mode) -> Weight {
        let bytes = most_bytes(mode);
        Self::weight_of_answer(bytes, mode)
            .saturating_add(T::WeightInfo::authorize_submit_result(bytes))
    }

    /// What an answer and evidence of `bytes` weigh: appraised, and then paid or slashed, whichever
    /// is dearer.
    pub(crate) fn weight_of_answer(bytes: u32, mode: Mode) -> Weight {
        T::WeightInfo::submit_result(bytes)
            .max(T::WeightInfo::submit_good())
            .saturating_add(T::AppraisalWeight::convert(mode))
    }

    /// What one answer in `mode` books: reference time, and bytes in place of proof size.
    pub fn booking(mode: Mode) -> Capacity {
        let bytes = most_bytes(mode).saturating_add(ENVELOPE_BYTES);
        Capacity::from_parts(Self::submission_weight(mode).ref_time(), u64::from(bytes))
    }

    /// What `attempts` leases cost whoever asks: the weight of acknowledgement, submission and
    /// expiry, at the worst case of each.
    pub(crate) fn prepayment(mode: Mode, attempts: u8) -> opg_primitives::Balance {
        use frame_support::weights::WeightToFee;
        let one = T::WeightInfo::acknowledge()
            .saturating_add(T::WeightInfo::authorize_acknowledge())
            .saturating_add(Self::submission_weight(mode))
            .saturating_add(T::WeightInfo::expire())
            .saturating_add(T::WeightInfo::authorize_expire());
        T::WeightToFee::weight_to_fee(&one.saturating_mul(u64::from(attempts)))
    }

    /// The bucket of a deadline.
    pub(crate) fn bucket(deadline: BlockNumber) -> u32 {
        deadline.checked_div(T::BucketBlocks::get()).unwrap_or_default()
    }

    /// The most that a bucket holds.
    pub(crate) fn bucket_capacity() -> Capacity {
        T::VerificationPerBlock::get().saturating_mul(u64::from(T::BucketBlocks::get()))
    }

    /// Books `amount` for `deadline`.
    pub(crate) fn book(deadline: BlockNumber, amount: Capacity) -> Result<(), Error<T>> {
        Booked::<T>::try_mutate(Self::bucket(deadline), |booked| {
            let sum = booked.saturating_add(amount);
            ensure!(sum.all_lte(Self::bucket_capacity()), Error::<T>::NoVerificationCapacity);
            *booked = sum;
            Ok(())
        })
    }

    /// Gives back what was booked.
    pub(crate) fn unbook(deadline: BlockNumber, amount: Capacity) {
        Booked::<T>::mutate_exists(Self::bucket(deadline), |booked| {
            let left = booked.unwrap_or_default().saturating_sub(amount);
            *booked = (!left.is_zero()).then_some(left);
        });
    }

    /// What no constant may be; called by `integrity_test`.
    pub(crate) fn check_constants() {
        assert!(T::MaxAttempts::get() > 0, "a request has at least one attempt");
        assert!(T::LeaseDelay::get() >= 2, "a draw uses randomness that came after the request");
        assert!(T::BucketBlocks::get() > 0, "a bucket has at least one block");
        assert!(T::DrawsPerBlock::get() > 0, "the queue has to move");
        assert!(T::ExpiriesPerBlock::get() > 0, "what is overdue has to end");
        assert!(T::MaxOpenLeases::get() > 0, "a provider can hold a lease");
        for (mode, private) in [(Mode::ZkMl, false), (Mode::Tee, true)] {
            assert!(
                Self::windows(mode, private).earliest_deadline(0, false) <= T::MaxLifetime::get(),
                "a request in the slowest mode has a deadline that it may name"
            );
        }
        let rates = T::Rates::get();
        assert!(
            rates.burn.saturating_add(rates.treasury) < opg_primitives::price::MILLION,
            "something of a price is left for who earns it"
        );
        for mode in Mode::ALL {
            assert!(
                Self::booking(mode).all_lte(Self::bucket_capacity()),
                "a bucket holds at least one answer of each mode"
            );
        }
    }
}
