//! How an enclave comes to be on chain, and stays there: everything is checked anew with each of its
//! documents, the cheap before the dear.

use crate::{
    binding::SessionBinding,
    documents::Shown,
    pallet::*,
    types::{Document, Enclave, Location, SessionParts, Stored, Subject},
    weights::WeightInfo,
};
use frame_support::{dispatch::DispatchResultWithPostInfo, ensure, traits::Get, BoundedVec};
use opg_primitives::{
    attestation::{Configuration, Counter, Session},
    ed25519,
    ids::{Digest, EnclaveId, MeasurementId},
    x25519, BlockNumber,
};
use sp_runtime::DispatchResult;

/// One document with what it is about, before it is on chain.
pub(crate) struct Presented {
    /// The block that it is fresh by.
    pub(crate) challenged: BlockNumber,
    /// Its session.
    pub(crate) session: Session,
    /// Its digest.
    pub(crate) digest: Digest,
    /// What it shows.
    pub(crate) shown: Shown,
    /// What is measured, under its vendor.
    pub(crate) measurement: MeasurementId,
    /// The last second in which the enclave may answer.
    pub(crate) valid_until: u64,
}

impl<T: Config> Pallet<T> {
    /// Registers an enclave of `who`.
    pub(crate) fn do_register(
        who: T::AccountId,
        document: &Document,
        challenged: BlockNumber,
        parts: SessionParts,
        configuration: Configuration,
    ) -> DispatchResultWithPostInfo {
        let session = Self::begin(&who, challenged, parts, &configuration)?;
        let presented = Self::present(document, challenged, session)?;
        let weight = T::WeightInfo::register().saturating_add(presented.shown.weight);
        Self::enter(who, presented, configuration)?;
        Ok(Some(weight).into())
    }

    /// The session that a new enclave's document has to be of.
    pub(crate) fn begin(
        who: &T::AccountId,
        challenged: BlockNumber,
        parts: SessionParts,
        configuration: &Configuration,
    ) -> Result<Session, Error<T>> {
        let key = &parts.session_key.0;
        ensure!(!ed25519::is_small_order(key), Error::<T>::WeakSessionKey);
        let key = &parts.encryption_key.0;
        ensure!(!x25519::is_low_order(key), Error::<T>::WeakEncryptionKey);
        let provider = Self::account(who);
        let challenge = Self::challenge_of(provider, challenged)?;
        let session = parts.session(Self::genesis(), provider, challenge, configuration);
        let known = Enclaves::<T>::contains_key(session.enclave());
        ensure!(!known, Error::<T>::AlreadyRegistered);
        let listed = ByProvider::<T>::decode_len(provider).unwrap_or_default();
        let room = u32::try_from(listed).is_ok_and(|count| count < T::MaxPerProvider::get());
        ensure!(room, Error::<T>::TooManyOfProvider);
        Ok(session)
    }

    /// Renews the document of an enclave of `who`: the same keys, settings and code on the same
    /// machine.
    pub(crate) fn do_renew(
        who: &T::AccountId,
        id: EnclaveId,
        document: &Document,
        challenged: BlockNumber,
        answered: Counter,
    ) -> DispatchResultWithPostInfo {
        let (enclave, session) = Self::resume(who, &id, challenged, answered)?;
        let presented = Self::present(document, challenged, session)?;
        let weight = T::WeightInfo::renew().saturating_add(presented.shown.weight);
        Self::replace(id, enclave, presented)?;
        Ok(Some(weight).into())
    }

    /// An enclave that is on chain, and the session that its next document has to be of.
    pub(crate) fn resume(
        who: &T::AccountId,
        id: &EnclaveId,
        challenged: BlockNumber,
        answered: Counter,
    ) -> Result<(Enclave, Session), Error<T>> {
        let enclave = Self::owned(id, who)?;
        ensure!(challenged > enclave.challenged, Error::<T>::ChallengeNotNewer);
        let before = enclave.session.answered;
        let onward = match answered.count == before.count {
            true => answered.head == before.head,
            false => answered.count > before.count,
        };
        ensure!(onward, Error::<T>::CounterWentBack);
        let challenge = Self::challenge_of(enclave.session.provider, challenged)?;
        let session = Session { challenge, answered, ..enclave.session.clone() };
        Ok((enclave, session))
    }

    /// Verifies a document, and that it is of this session.
    fn present(
        document: &Document,
        challenged: BlockNumber,
        session: Session,
    ) -> Result<Presented, Error<T>> {
        let now = Self::seconds();
        let shown = Self::verify(document, now)?;
        T::Binding::check(&session, &shown.carried).map_err(Error::<T>::NotBound)?;
        let measurement = shown.measurement.id(shown.vendor);
        let valid_until = shown.not_after.min(now.saturating_add(T::MaxValidity::get()));
        let digest = Digest(sp_io::hashing::blake2_256(document.bytes()));
        Ok(Presented { challenged, session, digest, shown, measurement, valid_until })
    }

    /// What holds of every document, now that it is known to be genuine and of its session.
    fn admit(presented: &Presented) -> Result<(), Error<T>> {
        let Presented { shown, measurement, session, .. } = presented;
        let accepted = AcceptedTcb::<T>::get(shown.vendor);
        ensure!(accepted.contains(shown.tcb), Error::<T>::TcbNotAccepted);
        let subjects = [
            Subject::Tcb(shown.vendor, shown.tcb),
            Subject::Measurement(*measurement),
            Subject::Platform(shown.platform),
            Subject::Enclave(session.enclave()),
        ];
        ensure!(Self::revoked_since(subjects).is_none(), Error::<T>::Revoked);
        Self::spend(*measurement, shown.platform, &shown.carried)
    }

    /// Puts an enclave with a verified document on chain.
    pub(crate) fn enter(
        who: T::AccountId,
        presented: Presented,
        configuration: Configuration,
    ) -> DispatchResult {
        Self::admit(&presented)?;
        let Presented { challenged, session, digest, shown, measurement, valid_until } = presented;
        let id = session.enclave();
        // Those whose cloud hides its machines are listed under none: whoever came first would keep the
        // others of that cloud out.
        if shown.platform_known {
            ByPlatform::<T>::try_mutate(shown.platform, |enclaves| enclaves.try_push(id))
                .map_err(|_| Error::<T>::TooManyOnPlatform)?;
        }
        ByProvider::<T>::try_mutate(session.provider, |enclaves| enclaves.try_push(id))
            .map_err(|_| Error::<T>::TooManyOfProvider)?;
        Self::open_deposit::<Enclave>(&who, Stored::Enclave(id))?;
        let now = Self::now();
        let enclave = Enclave {
            session,
            configuration,
            vendor: shown.vendor,
            format: shown.measurement.format(),
            measurement,
            platform: shown.platform,
            platform_known: shown.platform_known,
            tcb: shown.tcb,
            advisories: shown.advisories,
            challenged,
            registered: now,
            verified: now,
            valid_until,
            document: digest,
            document_at: Self::here(),
            key_epoch: 0,
        };
        Self::deposit_event(Event::Registered {
            enclave: id,
            provider: who,
            vendor: enclave.vendor,
            measurement,
            platform: enclave.platform,
            document: digest,
            valid_until,
        });
        Enclaves::<T>::insert(id, enclave);
        Ok(())
    }

    /// Puts a verified document of an enclave that is on chain in the place of the last.
    pub(crate) fn replace(
        id: EnclaveId,
        mut enclave: Enclave,
        presented: Presented,
    ) -> DispatchResult {
        ensure!(presented.measurement == enclave.measurement, Error::<T>::OtherCode);
        ensure!(presented.shown.platform == enclave.platform, Error::<T>::OtherMachine);
        Self::admit(&presented)?;
        let Presented { challenged, session, digest, shown, valid_until, .. } = presented;
        let answered = session.answered;
        enclave.session = session;
        enclave.tcb = shown.tcb;
        enclave.advisories = shown.advisories;
        enclave.challenged = challenged;
        enclave.verified = Self::now();
        enclave.valid_until = valid_until;
        enclave.document = digest;
        enclave.document_at = Self::here();
        enclave.key_epoch = enclave.key_epoch.saturating_add(1);
        Self::deposit_event(Event::Renewed {
            enclave: id,
            key_epoch: enclave.key_epoch,
            answered,
            document: digest,
            valid_until,
        });
        Enclaves::<T>::insert(id, enclave);
        Ok(())
    }

    /// Removes an enclave, and gives its deposit back to who paid it.
    pub(crate) fn remove(id: EnclaveId, enclave: &Enclave) -> DispatchResult {
        Enclaves::<T>::remove(id);
        if enclave.platform_known {
            ByPlatform::<T>::mutate_exists(enclave.platform, |listed| unlist(listed, &id));
        }
        ByProvider::<T>::mutate_exists(enclave.session.provider, |listed| unlist(listed, &id));
        Self::close_deposit(Stored::Enclave(id)).map(drop)
    }

    /// The enclave, if it is one of `who`.
    pub(crate) fn owned(id: &EnclaveId, who: &T::AccountId) -> Result<Enclave, Error<T>> {
        let enclave = Enclaves::<T>::get(id).ok_or(Error::<T>::NotStored)?;
        match enclave.session.provider == Self::account(who) {
            true => Ok(enclave),
            false => Err(Error::<T>::NotProvider),
        }
    }

    fn here() -> Location {
        let extrinsic = frame_system::Pallet::<T>::extrinsic_index();
        Location { block: Self::now(), extrinsic }
    }
}

/// Takes `id` out of a list, and the list out of the state with the last of it.
fn unlist<Max: Get<u32>>(listed: &mut Option<BoundedVec<EnclaveId, Max>>, id: &EnclaveId) {
    if let Some(all) = listed {
        all.retain(|other| other != id);
    }
    if listed.as_ref().is_some_and(|all| all.is_empty()) {
        *listed = None;
    }
}
