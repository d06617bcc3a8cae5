//! What is kept, and what it begins with.

use frame_support::pallet_macros::*;

/// The pallet's storage and genesis.
#[pallet_section]
mod state {
    /// Whether the development vendor's roots are trusted. Genesis alone decides it.
    #[pallet::storage]
    pub type DevelopmentVendor<T: Config> = StorageValue<_, bool, ValueQuery>;

    /// How often reference values, accepted statuses, floors or revocations changed.
    #[pallet::storage]
    pub type TrustVersion<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// What is accepted of a vendor for which nothing was decided.
    #[pallet::type_value]
    pub fn AcceptedAtFirst() -> TcbStatusSet {
        TcbStatusSet::of(&[TcbStatus::UpToDate, TcbStatus::SwHardeningNeeded])
    }

    /// The TCB statuses that are accepted of a vendor's platforms.
    #[pallet::storage]
    pub type AcceptedTcb<T: Config> =
        StorageMap<_, Twox64Concat, Vendor, TcbStatusSet, ValueQuery, AcceptedAtFirst>;

    /// The TCB version below which a product of AMD is out of date.
    #[pallet::storage]
    pub type SnpFloors<T: Config> = StorageMap<_, Twox64Concat, SnpProduct, SnpTcb>;

    /// The approved measurements.
    #[pallet::storage]
    pub type ReferenceValues<T: Config> = StorageMap<_, Identity, MeasurementId, ReferenceValue>;

    /// What held of each measurement before that was last decided.
    #[pallet::storage]
    pub type Decisions<T: Config> = StorageMap<_, Identity, MeasurementId, Decision>;

    /// The collateral of DCAP.
    #[pallet::storage]
    pub type Collaterals<T: Config> =
        StorageMap<_, Blake2_128Concat, CollateralId, StoredCollateral>;

    /// The good signatures of stored collateral, by their digests: how many have each.
    #[pallet::storage]
    pub type GoodSignatures<T: Config> = StorageMap<_, Identity, [u8; 32], u32, ValueQuery>;

    /// The signatures that were found good in a collateral that is being verified. Never there after
    /// a call.
    #[pallet::storage]
    pub type Found<T: Config> =
        StorageValue<_, BoundedVec<[u8; 32], ConstU32<MAX_COLLATERAL_SIGNATURES>>, ValueQuery>;

    /// How many signatures the verification of a quote took that was not spared. Never there after a
    /// call.
    #[pallet::storage]
    pub type Verified<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// The chains of VCEKs and VLEKs, by the fingerprint of the key's certificate.
    #[pallet::storage]
    pub type Endorsements<T: Config> = StorageMap<_, Identity, Digest, StoredEndorsement>;

    /// The CAs of Nitro documents whose chains were verified, by fingerprint.
    #[pallet::storage]
    pub type KnownIssuers<T: Config> = StorageMap<_, Identity, [u8; 32], StoredIssuer>;

    /// The places that they are remembered in.
    #[pallet::storage]
    pub type IssuerPlaces<T: Config> = StorageMap<_, Twox64Concat, u32, [u8; 32]>;

    /// The place that is tried next.
    #[pallet::storage]
    pub type NextPlace<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// All enclaves, those past their time too until they are reaped.
    #[pallet::storage]
    pub type Enclaves<T: Config> = StorageMap<_, Identity, EnclaveId, Enclave>;

    /// The enclaves of each machine that is known.
    #[pallet::storage]
    pub type ByPlatform<T: Config> =
        StorageMap<_, Identity, PlatformId, BoundedVec<EnclaveId, T::MaxPerPlatform>, ValueQuery>;

    /// The enclaves of each provider.
    #[pallet::storage]
    pub type ByProvider<T: Config> = StorageMap<
        _,
        Blake2_128Concat,
        Account,
        BoundedVec<EnclaveId, T::MaxPerProvider>,
        ValueQuery,
    >;

    /// The deposits.
    #[pallet::storage]
    pub type Deposits<T: Config> =
        StorageMap<_, Blake2_128Concat, Stored, Deposit<T::AccountId, T::Consideration>>;

    /// What used documents said, hashed.
    #[pallet::storage]
    pub type Used<T: Config> = StorageMap<_, Identity, [u8; 32], ()>;

    /// The same in the order of use, with the last block in which they could be used again.
    #[pallet::storage]
    pub type UsedQueue<T: Config> = StorageMap<_, Twox64Concat, u64, (BlockNumber, [u8; 32])>;

    /// The ends of that queue.
    #[pallet::storage]
    pub type UsedEnds<T: Config> = StorageValue<_, Ends, ValueQuery>;

    /// Which subjects are revoked now, and how much was ever decided of each.
    #[pallet::storage]
    pub type Revoked<T: Config> =
        StorageMap<_, Blake2_128Concat, Subject, RevocationStatus, ValueQuery>;

    /// All that was decided of each subject, by a number from 0 on. Nothing of it is changed or dropped.
    #[pallet::storage]
    pub type RevocationActs<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, Subject, Twox64Concat, u32, Act>;

    /// What is trusted from genesis on.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Whether the development vendor's roots are trusted: everybody has their secrets, so never
        /// on a chain that anybody should rely on.
        pub development_vendor: bool,
        /// The measurements that are approved.
        pub reference_values: Vec<ReferenceValue>,
        /// Nothing.
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        /// Refuses, by a panic before the chain exists, what governance could not approve.
        fn build(&self) {
            if self.development_vendor {
                DevelopmentVendor::<T>::put(true);
            }
            for value in &self.reference_values {
                let checked = Pallet::<T>::ensure_approvable(value);
                assert!(checked.is_ok(), "genesis approves what it cannot: {checked:?}");
                ReferenceValues::<T>::insert(value.id(), value);
            }
        }
    }
}
