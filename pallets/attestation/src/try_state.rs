//! What must hold of the state at any time.

use crate::{
    pallet::*,
    types::{CollateralId, Stored},
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use frame_support::{ensure, traits::Get};
use opg_primitives::attestation::Vendor;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// Checks the pallet's state.
    ///
    /// # Errors
    /// What does not hold.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        ensure!(!Found::<T>::exists() && !Verified::<T>::exists(), "a verification left something");
        let stored = Self::try_enclaves()?
            .saturating_add(Self::try_collaterals()?)
            .saturating_add(Self::try_endorsements()?);
        ensure!(Deposits::<T>::iter_keys().count() == stored, "a deposit is for nothing");
        Self::try_issuers()?;
        Self::try_used()?;
        for (measurement, value) in ReferenceValues::<T>::iter() {
            ensure!(value.id() == measurement, "a reference value is not under its measurement");
            ensure!(value.from <= value.until, "a reference value is never in force");
            let measures = Self::measures(value.vendor, value.measurement.format());
            ensure!(measures, "a reference value is of a vendor that does not measure so");
        }
        for (_, revocations) in Revoked::<T>::iter() {
            ensure!(!revocations.is_empty(), "a list of no revocations is kept");
            let standing = revocations.iter().filter(|revocation| revocation.stands()).count();
            ensure!(standing <= 1, "something is revoked twice");
            for revocation in revocations {
                ensure!(revocation.since <= revocation.at, "a revocation is of the future");
                let held = revocation.until.is_none_or(|until| revocation.since <= until);
                ensure!(held, "a revocation never held");
            }
        }
        Ok(())
    }

    fn try_enclaves() -> Result<usize, TryRuntimeError> {
        let mut count = 0usize;
        let development = DevelopmentVendor::<T>::get();
        for (id, enclave) in Enclaves::<T>::iter() {
            count = count.saturating_add(1);
            ensure!(enclave.session.enclave() == id, "an enclave is not under its id");
            let configuration = enclave.configuration.id();
            ensure!(enclave.session.configuration == configuration, "a configuration is another's");
            let measures = Self::measures(enclave.vendor, enclave.format);
            ensure!(measures, "an enclave is of a vendor without such documents");
            let trusted = enclave.vendor != Vendor::Development || development;
            ensure!(trusted, "an enclave is of a vendor that is not trusted");
            ensure!(enclave.challenged < enclave.verified, "a document is of the future");
            ensure!(enclave.registered <= enclave.verified, "an enclave was verified too early");
            let on_platform = ByPlatform::<T>::get(enclave.platform);
            ensure!(on_platform.contains(&id), "a platform does not list its enclave");
            let of_provider = ByProvider::<T>::get(enclave.session.provider);
            ensure!(of_provider.contains(&id), "a provider's list lacks its enclave");
            let deposit = Deposits::<T>::get(Stored::Enclave(id));
            let payer = deposit.ok_or("an enclave has no deposit")?.payer;
            ensure!(Self::account(&payer) == enclave.session.provider, "another paid the deposit");
        }
        let on_platforms: Vec<_> = ByPlatform::<T>::iter_values().map(|list| list.len()).collect();
        let of_providers: Vec<_> = ByProvider::<T>::iter_values().map(|list| list.len()).collect();
        for lengths in [on_platforms, of_providers] {
            ensure!(!lengths.contains(&0), "an empty list is kept");
            let listed = lengths.into_iter().fold(0usize, usize::saturating_add);
            ensure!(listed == count, "something is listed that is no enclave");
        }
        Ok(count)
    }

    fn try_collaterals() -> Result<usize, TryRuntimeError> {
        let mut count = 0usize;
        let mut signatures = BTreeMap::<[u8; 32], u32>::new();
        for (id, collateral) in Collaterals::<T>::iter() {
            count = count.saturating_add(1);
            ensure!(
                CollateralId::from(&collateral.facts) == id,
                "a collateral is not under its id"
            );
            ensure!(
                Deposits::<T>::contains_key(Stored::Collateral(id)),
                "no deposit of collateral"
            );
            for signature in collateral.signatures {
                let having = signatures.entry(signature).or_default();
                *having = having.saturating_add(1);
            }
        }
        let remembered: BTreeMap<_, _> = GoodSignatures::<T>::iter().collect();
        ensure!(remembered == signatures, "the signatures remembered are not those of collateral");
        Ok(count)
    }

    fn try_endorsements() -> Result<usize, TryRuntimeError> {
        let mut count = 0usize;
        for fingerprint in Endorsements::<T>::iter_keys() {
            count = count.saturating_add(1);
            let stored = Stored::Endorsement(fingerprint);
            ensure!(Deposits::<T>::contains_key(stored), "no deposit of a chain");
        }
        Ok(count)
    }

    fn try_issuers() -> Result<(), TryRuntimeError> {
        let places: BTreeMap<_, _> = IssuerPlaces::<T>::iter().collect();
        let most = T::MaxKnownIssuers::get();
        ensure!(places.keys().all(|place| *place < most), "a CA has a place that is none");
        let placed: BTreeSet<_> = places.into_values().collect();
        let known: BTreeSet<_> = KnownIssuers::<T>::iter_keys().collect();
        ensure!(placed == known, "the CAs that are known are not those that have a place");
        Ok(())
    }

    fn try_used() -> Result<(), TryRuntimeError> {
        let ends = UsedEnds::<T>::get();
        let queued: BTreeMap<_, _> = UsedQueue::<T>::iter().collect();
        let numbers = queued.keys().all(|number| (ends.first..ends.next).contains(number));
        let gapless = u64::try_from(queued.len()) == Ok(ends.next.saturating_sub(ends.first));
        ensure!(numbers && gapless, "the queue of used documents has gaps");
        let said: BTreeSet<_> = queued.into_values().map(|(_, says)| says).collect();
        let used: BTreeSet<_> = Used::<T>::iter_keys().collect();
        ensure!(said == used, "the used documents are not those of the queue");
        Ok(())
    }
}
