//! What is refused, and what to do about it.

use frame_support::pallet_macros::*;

/// The pallet's errors.
#[pallet_section]
mod errors {
    #[pallet::error]
    pub enum Error<T> {
        /// The signer is a provider already. Bond more instead, or withdraw first if it left.
        AlreadyRegistered,
        /// The signer is no provider. Register first.
        NotRegistered,
        /// The signer left. Wait for its bond, withdraw, and register again.
        Leaving,
        /// The bond would be below the least bond. Bond more, or leave.
        BelowMinBond,
        /// Open leases reserve this part of the bond. Wait until they end.
        BondReserved,
        /// As many parts of the bond are unbonding as can. Withdraw one, or wait.
        TooManyUnbonding,
        /// Nothing that was unbonding is free yet. Wait for its block.
        NothingToWithdraw,
        /// The amount is zero. Name another.
        ZeroAmount,
        /// There is no room for one more key. Remove one first.
        TooManyKeys,
        /// The key is registered. Nothing is left to do, or another provider has to remove it.
        KeyTaken,
        /// The signer has no such key. Look up its keys.
        UnknownKey,
        /// The key did not sign that it is this provider's. Let the worker sign for this account and
        /// this chain.
        BadKeySignature,
        /// Anybody can sign under this key: it is of small order. Make another.
        WeakKey,
        /// The model is not registered, is retired, or cannot be asked in this mode. Name another.
        NotServable,
        /// The signer serves as much as it may. Stop serving something.
        TooManyOffers,
        /// The signer does not serve the model in this mode. Look up its offers.
        NotServing,
        /// The signer is chilled. Say that it is back first.
        AlreadyChilled,
        /// The signer is not chilled. Nothing is left to do.
        NotChilled,
    }
}
