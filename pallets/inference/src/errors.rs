//! What is refused, and what to do about it.

use frame_support::pallet_macros::*;

/// The pallet's errors.
#[pallet_section]
mod errors {
    /// Why a call was refused, and what to do about it.
    #[pallet::error]
    pub enum Error<T> {
        /// No such model is registered. Check the model's id.
        UnknownModel,
        /// The model takes no more requests. Ask for a newer version.
        ModelRetired,
        /// The model's access rule does not let this account ask. See the model's access rule.
        AccessDenied,
        /// The model cannot be asked in this mode. See the modes of the model.
        ModeNotOffered,
        /// The model's class has no rules in the policy in force. Governance has to add them.
        UnknownClass,
        /// The class does not accept this mode. Ask in a mode of its floor.
        ModeUnderFloor,
        /// The verifier of this mode is switched off. Wait, or ask in another mode.
        VerifierDisabled,
        /// A private input is sealed to an enclave. Ask in mode `Tee`, or send the input as `Public`.
        CommittedInputNeedsTee,
        /// The input does not fit the model. See the shape and the width of its elements, or the most
        /// bytes that a text model takes.
        InputDoesNotFit,
        /// A circuit takes no parameters. Leave them empty in mode `ZkMl`.
        ParametersNotSupported,
        /// `max_price` is below the least price. Raise it.
        PriceTooLow,
        /// The deadline leaves no whole lease. `preview` says which is the earliest.
        DeadlineTooSoon,
        /// The deadline is too far ahead. `preview` says which is the latest.
        DeadlineTooFar,
        /// The class does not let a requester name its provider. Name none.
        NamingForbidden,
        /// The named provider is not registered, or leaves. Name another.
        ProviderNotRegistered,
        /// The named provider bonded in this epoch, or is chilled. Try later or name another.
        ProviderNotYet,
        /// The named provider does not serve this model in this mode. Name another.
        ProviderNotServing,
        /// The named provider has no capacity left. Try later or name another.
        ProviderWithoutCapacity,
        /// The named provider's price is above `max_price`. Raise it or name another.
        ProviderTooExpensive,
        /// So many answers fall due then that another may find no room. Choose another deadline.
        NoVerificationCapacity,
        /// The account cannot pay the prepaid weight and the burned minimum. Fund it.
        CannotPayFee,
        /// The account cannot hold `max_price`. Fund it, or lower `max_price`.
        CannotHoldPrice,
        /// There is no such open request. It ended, or was never made: see the receipts.
        UnknownRequest,
        /// Only the requester may do this.
        NotRequester,
        /// The lease is of another attempt, which has ended or has not begun.
        StaleAttempt,
        /// Nobody holds a lease of this request yet. Wait for the draw.
        NotLeased,
        /// The lease was acknowledged already, which binds both sides until it is delivered or due.
        AlreadyAcknowledged,
        /// The lease has to be acknowledged before a result is brought.
        NotAcknowledged,
        /// The window has ended.
        TooLate,
        /// The lease is not overdue yet.
        NotDue,
        /// The key is no dispatcher key of the leased provider. Register it.
        UnknownKey,
        /// The signature is not that of the key over this call.
        BadSignature,
        /// This call is made as a transaction of its own, never within another call.
        Wrapped,
        /// The request is not private: its provider has the input.
        NotPrivate,
        /// The private input was not delivered in this lease. Its requester has to deliver it first.
        PayloadNotDelivered,
        /// The private input was delivered in this lease already.
        AlreadyDelivered,
        /// The ciphertext has fewer bytes than a key and a tag. Seal the input.
        NotSealed,
        /// The leased provider has no such enclave. Choose one of its enclaves.
        EnclaveUnknown,
        /// The attestation of the enclave is past its window. Choose another.
        EnclaveExpired,
        /// The enclave was revoked. Choose another.
        EnclaveRevoked,
        /// The code of the enclave is not approved for this model. Choose another.
        EnclaveNotApproved,
        /// No private answer of the enclave meets the floor of the class. Choose another, or ask in public.
        EnclaveUnderFloor,
    }
}
