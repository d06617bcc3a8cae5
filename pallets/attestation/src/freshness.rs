//! What makes a document one of now: it is about a block of this chain that is not old, and it is used
//! once.

use crate::{
    binding::Carried,
    pallet::*,
    types::{Ends, FORGOTTEN_PER_DOCUMENT},
};
use codec::Encode;
use frame_support::{ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use opg_primitives::{
    attestation::challenge,
    ids::{Account, BlockHash, Challenge, GenesisHash, MeasurementId, PlatformId},
    BlockNumber,
};
use sp_runtime::traits::Zero;

impl<T: Config> Pallet<T> {
    /// The genesis hash, which the system never prunes.
    pub(crate) fn genesis() -> GenesisHash {
        GenesisHash(frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero()).into())
    }

    /// What a document of `provider` has to be fresh by that names block `number`. The hash is this
    /// chain's own, never the caller's.
    ///
    /// # Errors
    /// [`Error::ChallengeOfFuture`], [`Error::ChallengeTooOld`], [`Error::ChallengeUnknown`].
    pub(crate) fn challenge_of(
        provider: Account,
        number: BlockNumber,
    ) -> Result<Challenge, Error<T>> {
        let now = Self::now();
        let age = now.checked_sub(number).filter(|age| *age > 0);
        let age = age.ok_or(Error::<T>::ChallengeOfFuture)?;
        ensure!(age <= T::MaxChallengeAge::get(), Error::<T>::ChallengeTooOld);
        let hash: [u8; 32] = frame_system::Pallet::<T>::block_hash(number_of::<T>(number)).into();
        ensure!(hash != [0; 32], Error::<T>::ChallengeUnknown);
        Ok(challenge(Self::genesis(), provider, number, BlockHash(hash)))
    }

    /// Remembers what a document says as used, for as long as its challenge could be young enough,
    /// and forgets a few that no longer need it. What it says and not its bytes, since a signature
    /// can be written in two ways.
    ///
    /// # Errors
    /// [`Error::DocumentUsed`].
    pub(crate) fn spend(
        measurement: MeasurementId,
        platform: PlatformId,
        carried: &Carried,
    ) -> Result<(), Error<T>> {
        let says = (measurement, platform, carried).using_encoded(sp_io::hashing::blake2_256);
        ensure!(!Used::<T>::contains_key(says), Error::<T>::DocumentUsed);
        let now = Self::now();
        let mut ends = UsedEnds::<T>::get();
        Self::forget_used(&mut ends, now);
        Used::<T>::insert(says, ());
        UsedQueue::<T>::insert(ends.next, (now.saturating_add(T::MaxChallengeAge::get()), says));
        ends.next = ends.next.saturating_add(1);
        UsedEnds::<T>::put(ends);
        Ok(())
    }

    fn forget_used(ends: &mut Ends, now: BlockNumber) {
        for _ in 0..FORGOTTEN_PER_DOCUMENT {
            match UsedQueue::<T>::get(ends.first) {
                Some((until, says)) if until < now => {
                    UsedQueue::<T>::remove(ends.first);
                    Used::<T>::remove(says);
                    ends.first = ends.first.saturating_add(1);
                }
                _ => break,
            }
        }
    }
}

fn number_of<T: Config>(number: BlockNumber) -> BlockNumberFor<T> {
    number.into()
}
