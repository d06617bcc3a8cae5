//! What is refused, and what to do about it.

use frame_support::pallet_macros::*;

/// The pallet's errors.
#[pallet_section]
mod errors {
    #[pallet::error]
    pub enum Error<T> {
        /// The verifier of its format refused what was brought; the fault says by which rule.
        Refused(Fault),
        /// The document is genuine, but of another session, provider, chain or challenge. Have one made
        /// for the session that is registered.
        NotBound(Mismatch),
        /// What is stored is newer in this respect. Bring the vendor's newest.
        Backwards(Backwards),
        /// Anybody can sign under this session key: it is of small order. Make another.
        WeakSessionKey,
        /// Anybody can read what is encrypted to this key: it is of low order. Make another.
        WeakEncryptionKey,
        /// The block that the challenge names has no hash yet. Name one that is final.
        ChallengeOfFuture,
        /// The block that the challenge names is too old. Have a document made for a newer one.
        ChallengeTooOld,
        /// The hash of the block that the challenge names is not known any more. Name a newer one.
        ChallengeUnknown,
        /// The block that the challenge names is not newer than that of the last document. Name a
        /// newer one.
        ChallengeNotNewer,
        /// The enclave's counter is below that of its last document, or has another head at the same
        /// count. A restart is a new key: register it.
        CounterWentBack,
        /// This document was used. Have a new one made.
        DocumentUsed,
        /// The session key is registered by this provider. Renew its document instead.
        AlreadyRegistered,
        /// This chain of certificates is stored. Use it.
        AlreadyStored,
        /// Nothing is stored under this id. Look up what is.
        NotStored,
        /// The enclave is another provider's. Let its provider sign.
        NotProvider,
        /// No collateral is stored under this id. Bring it first.
        CollateralMissing,
        /// The chain of this key is not stored. Bring it first.
        EndorsementMissing,
        /// What the vendor says of the platform's firmware is not accepted. Update the platform.
        TcbNotAccepted,
        /// The enclave, its measurement, its platform or its TCB status is revoked. Use another.
        Revoked,
        /// The provider has as many enclaves as it may. Retire one.
        TooManyOfProvider,
        /// The platform has as many enclaves as it may. Use another.
        TooManyOnPlatform,
        /// Other code was measured than before. Register it under its own key.
        OtherCode,
        /// The document is of another machine than before. Register it under its own key.
        OtherMachine,
        /// The reference value's vendor does not measure so. Name the vendor of the format.
        VendorMismatch,
        /// The reference value is never in force, or ended before now. Name later blocks.
        NeverInForce,
        /// The reference value names who approved it, but governance does. Leave the approver out.
        ApproverNamed,
        /// No reference value of this measurement is stored. Look up those that are.
        NotApproved,
        /// The block is in the future. Name this one or an earlier one.
        NotYet,
        /// The subject is revoked for these blocks. Nothing is left to do.
        AlreadyRevoked,
        /// No revocation of the subject stands. Nothing is left to do.
        NotRevoked,
        /// What is stored is still needed. Wait until it is past its time.
        NotReapable,
    }
}
