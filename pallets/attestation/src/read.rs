//! What others are told.

use crate::{
    pallet::*,
    revocation::subjects,
    types::{Enclave, Stored},
};
use frame_support::{
    ensure,
    traits::{Get, UnixTime},
};
use opg_primitives::{
    attestation::{AttestationFormat, Vendor},
    enclave::{EnclaveContext, EnclaveFault, EnclaveRecord},
    ids::{Account, EnclaveId, ModelId},
    reference::{ModelBinding, ReferenceValue},
    traits::Attestation,
    BlockNumber,
};
use sp_runtime::{traits::SaturatedConversion, DispatchResult};

impl<T: Config> Pallet<T> {
    /// The account, as primitives name it.
    pub(crate) fn account(who: &T::AccountId) -> Account {
        Account(who.clone().into())
    }

    /// This block. Blocks are counted in 32 bits on this chain, so nothing is cut off.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// The time of this block, in seconds since 1970.
    pub(crate) fn seconds() -> u64 {
        T::Time::now().as_secs()
    }

    /// Counts a change of what is trusted, and says its number.
    pub(crate) fn count_change() -> u32 {
        TrustVersion::<T>::mutate(|version| {
            *version = version.saturating_add(1);
            *version
        })
    }

    /// Whether documents of `format` can be under a root of `vendor`.
    pub(crate) fn measures(vendor: Vendor, format: AttestationFormat) -> bool {
        match (vendor, format) {
            (Vendor::Aws, AttestationFormat::Nitro)
            | (Vendor::Intel, AttestationFormat::Tdx | AttestationFormat::Sgx)
            | (Vendor::Amd, AttestationFormat::SevSnp)
            | (Vendor::Development, _) => true,
            (Vendor::Aws | Vendor::Intel | Vendor::Amd, _) => false,
        }
    }

    /// The enclave, if it may answer for `provider`, of `model`, in this block.
    pub(crate) fn context(
        id: &EnclaveId,
        provider: &Account,
        model: &ModelId,
    ) -> Result<EnclaveContext, EnclaveFault> {
        let enclave = Self::of_provider(id, provider).ok_or(EnclaveFault::Unknown)?;
        ensure!(Self::seconds() <= enclave.valid_until, EnclaveFault::Expired);
        let revoked = Self::revoked_since(subjects(*id, &enclave));
        ensure!(revoked.is_none(), EnclaveFault::Revoked);
        let value = ReferenceValues::<T>::get(enclave.measurement)
            .filter(|value| approves(value, &enclave, model, Self::now()))
            .ok_or(EnclaveFault::NotApproved)?;
        Ok(EnclaveContext {
            session_key: enclave.session.session_key,
            vouches: value.vouches,
            prepares_input: value.prepares_input,
            seeded_by_lease: value.seeded_by_lease,
            record: record(*id, enclave, value.binding),
        })
    }

    /// The block since which decisions of governance keep the enclave from answering, as far as
    /// [`Attestation::refused_since`] counts them.
    ///
    /// Of the approvals of a measurement the one before the last decision is kept. Where that was no
    /// approval of this enclave either, what held is not known for longer than it did: who took something
    /// on before both decisions has the benefit of it.
    fn do_refused_since(
        id: &EnclaveId,
        provider: &Account,
        model: &ModelId,
    ) -> Option<BlockNumber> {
        let enclave = Self::of_provider(id, provider)?;
        if Self::seconds() > enclave.valid_until {
            return None;
        }
        let revoked = Self::revoked_since(subjects(*id, &enclave));
        let approves = |value: &ReferenceValue| approves(value, &enclave, model, Self::now());
        if ReferenceValues::<T>::get(enclave.measurement).as_ref().is_some_and(approves) {
            return revoked;
        }
        let decision = Decisions::<T>::get(enclave.measurement)?;
        let unapproved = match decision.before.as_ref().is_some_and(approves) {
            true => decision.at,
            false => decision.before_at,
        };
        Some(revoked.map_or(unapproved, |revoked| revoked.min(unapproved)))
    }

    fn of_provider(id: &EnclaveId, provider: &Account) -> Option<Enclave> {
        Enclaves::<T>::get(id).filter(|enclave| enclave.session.provider == *provider)
    }

    /// Takes off the chain what is past its time.
    pub(crate) fn do_reap(who: &T::AccountId, stored: Stored, now: u64) -> DispatchResult {
        let over = |until: u64, retention: u64| until.saturating_add(retention) < now;
        match stored {
            Stored::Enclave(id) => {
                let enclave = Enclaves::<T>::get(id).ok_or(Error::<T>::NotStored)?;
                let due = over(enclave.valid_until, T::EnclaveRetention::get());
                ensure!(due, Error::<T>::NotReapable);
                Self::remove(id, &enclave)
            }
            Stored::Collateral(id) => {
                let collateral = Collaterals::<T>::get(id).ok_or(Error::<T>::NotStored)?;
                let due = over(collateral.facts.window.until, T::CollateralRetention::get());
                ensure!(due, Error::<T>::NotReapable);
                Self::forget_signatures(&collateral);
                Collaterals::<T>::remove(id);
                Self::close_deposit(stored).map(drop)
            }
            Stored::Endorsement(fingerprint) => {
                let chain = Endorsements::<T>::get(fingerprint).ok_or(Error::<T>::NotStored)?;
                let own = Deposits::<T>::get(stored).is_some_and(|deposit| deposit.payer == *who);
                let due = own || over(chain.not_after, T::CollateralRetention::get());
                ensure!(due, Error::<T>::NotReapable);
                Endorsements::<T>::remove(fingerprint);
                Self::close_deposit(stored).map(drop)
            }
        }
    }
}

/// Whether `value` approves the enclave for `model` in block `now`.
fn approves(value: &ReferenceValue, enclave: &Enclave, model: &ModelId, now: BlockNumber) -> bool {
    value.approves(model, now) && value.is_of(&enclave.configuration, model)
}

fn record(id: EnclaveId, enclave: Enclave, binding: ModelBinding) -> EnclaveRecord {
    EnclaveRecord {
        id,
        vendor: enclave.vendor,
        format: enclave.format,
        measurement: enclave.measurement,
        binding,
        platform: enclave.platform,
        platform_known: enclave.platform_known,
        configuration: enclave.session.configuration,
        verified: enclave.verified,
        valid_until: enclave.valid_until,
        tcb: enclave.tcb,
        advisories: enclave.advisories,
        // AWS runs its hosts itself. Whose machine it is that has a processor of Intel or AMD, no
        // document says; a VLEK names a cloud that has the key, not who stands beside the machine.
        platform_holder_known: enclave.vendor == Vendor::Aws,
    }
}

impl<T: Config> Attestation for Pallet<T> {
    fn enclave(
        id: &EnclaveId,
        provider: &Account,
        model: &ModelId,
    ) -> Result<EnclaveContext, EnclaveFault> {
        Self::context(id, provider, model)
    }

    fn refused_since(id: &EnclaveId, provider: &Account, model: &ModelId) -> Option<BlockNumber> {
        Self::do_refused_since(id, provider, model)
    }

    fn trust_version() -> u32 {
        TrustVersion::<T>::get()
    }
}
