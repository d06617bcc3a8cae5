//! Which worker keys are registered.

use crate::pallet::*;
use frame_support::ensure;
use frame_system::pallet_prelude::BlockNumberFor;
use opg_primitives::{
    ids::{Account, GenesisHash, Signature, WorkerKey},
    statement,
};
use sp_core::ed25519;
use sp_runtime::traits::Zero;

/// The point 1 and the scalar 0. The host verifies by the rule of ZIP-215, by which this signature
/// holds under the keys of small order, for every message, and under no others.
const OF_NOBODY: [u8; 64] = {
    let mut signature = [0; 64];
    signature[0] = 1;
    signature
};

fn verifies(signature: [u8; 64], message: &[u8; 32], key: WorkerKey) -> bool {
    let signature = ed25519::Signature::from_raw(signature);
    sp_io::crypto::ed25519_verify(&signature, message, &ed25519::Public::from_raw(key.0))
}

impl<T: Config> Pallet<T> {
    /// The genesis hash, which the system never prunes.
    pub(crate) fn genesis() -> GenesisHash {
        GenesisHash(frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero()).into())
    }

    /// Checks that `key` is one under which not anybody can sign, and that it signed to be `who`'s.
    ///
    /// # Errors
    /// [`Error::WeakKey`], [`Error::BadKeySignature`].
    pub(crate) fn check_worker_key(
        who: &T::AccountId,
        key: WorkerKey,
        signature: Signature,
    ) -> Result<(), Error<T>> {
        let account = Account(who.clone().into());
        let said = statement::register_key_hash(Self::genesis(), account, key);
        ensure!(!verifies(OF_NOBODY, &said, key), Error::<T>::WeakKey);
        ensure!(verifies(signature.0, &said, key), Error::<T>::BadKeySignature);
        Ok(())
    }
}
