//! What must hold of the state at any time.

use crate::{
    pallet::*,
    revocation::intervals,
    types::{Act, CollateralId, InForce, Stored},
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
        for (measurement, decision) in Decisions::<T>::iter() {
            let in_order = decision.before_at <= decision.at && decision.at <= Self::now();
            ensure!(in_order, "what is approved was decided before what held before it");
            let before = decision.before.as_ref();
            let of_it = before.is_none_or(|value| value.id() == measurement);
            ensure!(of_it, "what was approved is not of its measurement");
        }
        Self::try_revocations()
    }

    fn try_revocations() -> Result<(), TryRuntimeError> {
        let mut count = 0usize;
        for (subject, status) in Revoked::<T>::iter() {
            let acts: Vec<_> = Self::acts_of(subject).collect();
            ensure!(!acts.is_empty(), "a subject is kept of which nothing was decided");
            ensure!(u32::try_from(acts.len()) == Ok(status.acts), "an act is missing");
            count = count.saturating_add(acts.len());
            let mut revoked = None::<InForce>;
            for act in &acts {
                revoked = match *act {
                    Act::Revoke { at, since, .. } => {
                        let further = revoked.is_none_or(|standing| since < standing.since);
                        ensure!(since <= at && further, "a revocation says nothing new");
                        Some(InForce { at: revoked.map_or(at, |standing| standing.at), since })
                    }
                    Act::Lift { at, from } => {
                        ensure!(from <= at && revoked.is_some(), "nothing is lifted");
                        None
                    }
                };
            }
            ensure!(revoked == status.revoked, "a status does not follow from the acts");
            let all = intervals(acts);
            let held = all.iter().all(|it| it.until.is_none_or(|until| it.since <= until));
            ensure!(held, "a revocation never held");
            let now = Self::now();
            let covered = all.iter().any(|revocation| revocation.covers(now));
            ensure!(covered == status.revoked.is_some(), "a status is not that of this block");
        }
        let kept = RevocationActs::<T>::iter_keys().count();
        ensure!(kept == count, "an act is of no subject");
        Ok(())
    }

    fn try_enclaves() -> Result<usize, TryRuntimeError> {
        let (mut count, mut on_known) = (0usize, 0usize);
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
            on_known = on_known.saturating_add(enclave.platform_known.into());
            let on_platform = ByPlatform::<T>::get(enclave.platform).contains(&id);
            let right = on_platform == enclave.platform_known;
            ensure!(right, "a platform does not list its enclave, or one that hides its own");
            let of_provider = ByProvider::<T>::get(enclave.session.provider);
            ensure!(of_provider.contains(&id), "a provider's list lacks its enclave");
            let deposit = Deposits::<T>::get(Stored::Enclave(id));
            let payer = deposit.ok_or("an enclave has no deposit")?.payer;
            ensure!(Self::account(&payer) == enclave.session.provider, "another paid the deposit");
        }
        let on_platforms: Vec<_> = ByPlatform::<T>::iter_values().map(|list| list.len()).collect();
        let of_providers: Vec<_> = ByProvider::<T>::iter_values().map(|list| list.len()).collect();
        for (lengths, enclaves) in [(on_platforms, on_known), (of_providers, count)] {
            ensure!(!lengths.contains(&0), "an empty list is kept");
            let listed = lengths.into_iter().fold(0usize, usize::saturating_add);
            ensure!(listed == enclaves, "something is listed that is no enclave");
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
