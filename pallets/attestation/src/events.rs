//! What happened.

use frame_support::pallet_macros::*;

/// The pallet's events.
#[pallet_section]
mod events {
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A measurement is approved, or approved otherwise than before.
        Approved {
            /// The measurement.
            measurement: MeasurementId,
            /// The first block in which it is approved.
            from: BlockNumber,
            /// The last.
            until: BlockNumber,
            /// The trust version from here on.
            trust_version: u32,
        },
        /// A measurement is not approved any more.
        Withdrawn {
            /// The measurement.
            measurement: MeasurementId,
            /// The trust version from here on.
            trust_version: u32,
        },
        /// Which TCB statuses of a vendor are accepted was decided.
        TcbAccepted {
            /// The vendor.
            vendor: Vendor,
            /// The statuses.
            statuses: TcbStatusSet,
            /// The trust version from here on.
            trust_version: u32,
        },
        /// Below which TCB version a product of AMD is out of date was decided.
        SnpFloorSet {
            /// The product line.
            product: SnpProduct,
            /// The version; none if every one is up to date.
            floor: Option<SnpTcb>,
            /// The trust version from here on.
            trust_version: u32,
        },
        /// A collateral is stored, or moved forward.
        CollateralBrought {
            /// What it is for.
            collateral: CollateralId,
            /// Who brought it.
            by: T::AccountId,
            /// The evaluation data number of its TCB info.
            evaluation_number: u32,
            /// The last second in which all of it is valid.
            valid_until: u64,
        },
        /// The chain of a key of AMD is stored.
        EndorsementBrought {
            /// The fingerprint of the key's certificate.
            endorsement: Digest,
            /// Who brought it.
            by: T::AccountId,
            /// The product line.
            product: SnpProduct,
            /// The last second in which all of it is valid.
            valid_until: u64,
        },
        /// An enclave is registered.
        Registered {
            /// The enclave.
            enclave: EnclaveId,
            /// Whose it is.
            provider: T::AccountId,
            /// Who vouches for the hardware.
            vendor: Vendor,
            /// What was measured.
            measurement: MeasurementId,
            /// The machine.
            platform: PlatformId,
            /// blake2-256 of its document, which is in this block.
            document: Digest,
            /// The last second in which it may answer.
            valid_until: u64,
        },
        /// An enclave's document was renewed.
        Renewed {
            /// The enclave.
            enclave: EnclaveId,
            /// How often it was renewed.
            key_epoch: u32,
            /// How far its answers go.
            answered: Counter,
            /// blake2-256 of its new document, which is in this block.
            document: Digest,
            /// The last second in which it may answer.
            valid_until: u64,
        },
        /// An enclave was taken off the chain by its provider.
        Retired {
            /// The enclave.
            enclave: EnclaveId,
        },
        /// Something past its time was taken off the chain.
        Reaped {
            /// What.
            stored: Stored,
        },
        /// Something is revoked.
        Revoked {
            /// What.
            subject: Subject,
            /// Why.
            reason: Reason,
            /// The first block that it holds in.
            since: BlockNumber,
            /// The trust version from here on.
            trust_version: u32,
        },
        /// A revocation ended, or was taken back.
        Lifted {
            /// Of what.
            subject: Subject,
            /// The first block that it does not hold in.
            from: BlockNumber,
            /// The trust version from here on.
            trust_version: u32,
        },
    }
}
