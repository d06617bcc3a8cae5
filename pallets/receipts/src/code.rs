//! Which code a receipt is judged by.

use crate::{Config, JudgedCode, Pallet, WeightInfo};
use frame_support::{storage::unhashed, weights::Weight};
use opg_primitives::ids::Digest;
use sp_core::storage::well_known_keys::CODE;
use sp_runtime::{
    generic::DigestItem,
    traits::{BlakeTwo256, Get, Hash},
};

impl<T: Config> Pallet<T> {
    /// The runtime's version and the blake2-256 of its code as stored.
    pub fn judged_code() -> (u32, Digest) {
        Self::known_code().unwrap_or_else(Self::read_code)
    }

    /// The kept hash, if it is of the runtime that executes.
    fn known_code() -> Option<(u32, Digest)> {
        JudgedCode::<T>::get().filter(|(version, _)| *version == T::Version::get().spec_version)
    }

    fn read_code() -> (u32, Digest) {
        let code = unhashed::get_raw(CODE).unwrap_or_default();
        (T::Version::get().spec_version, Digest(BlakeTwo256::hash(&code).0))
    }

    /// Hashes the code if its hash is not known. For the beginning of a block, when what is stored
    /// is what executes.
    pub(crate) fn refresh_code() -> Weight {
        match Self::known_code() {
            Some(_) => Weight::zero(),
            None => {
                JudgedCode::<T>::put(Self::read_code());
                T::WeightInfo::hash_code()
            }
        }
    }

    /// Forgets the hash at the end of a block that changed the code, also where the new runtime
    /// bears the same version.
    pub(crate) fn forget_changed_code() {
        let digest = frame_system::Pallet::<T>::digest();
        if digest.logs().contains(&DigestItem::RuntimeEnvironmentUpdated) {
            JudgedCode::<T>::kill();
        }
    }
}
