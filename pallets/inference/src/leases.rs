//! How a lease begins, and what its provider does with it.

use crate::{
    assignment::{seed, TRIES},
    closing::Findings,
    types::{Lease, Request, Stage},
    Config, Error, Event, Expiries, OpenCount, OpenLeases, Pallet, Queue, QueueEnds, Requests,
};
use frame_support::{ensure, pallet_prelude::DispatchResult};
use opg_primitives::{
    evidence::Evidence,
    ids::{Account, BlockHash, RequestId},
    receipt::Selection,
    request::{DeclineReason, Outcome, Output, Refusal},
    standing::Facts,
    traits::{
        Appraisal, AppraisalContext, Appraiser, Attestation, Ineligible, Models, Policies,
        Providers,
    },
    Attempt, Balance,
};
use sp_runtime::traits::Get;

impl<T: Config> Pallet<T> {
    /// Puts a request at the end of the queue.
    pub(crate) fn enqueue(id: RequestId, attempt: Attempt) {
        let (head, tail) = QueueEnds::<T>::get();
        Queue::<T>::insert(tail, (id, attempt));
        QueueEnds::<T>::put((head, tail.saturating_add(1)));
    }

    /// Notes until when the chain waits for what `request` waits for.
    pub(crate) fn schedule(id: RequestId, request: &Request) {
        Expiries::<T>::insert(request.due(), id, ());
    }

    /// Takes that note back; before the request's stage changes.
    pub(crate) fn unschedule(id: RequestId, request: &Request) {
        Expiries::<T>::remove(request.due(), id);
    }

    /// Gives `provider` the lease of the running attempt: reserves its capacity, and sets stage,
    /// indices and expiry. The caller stores the request, whose earlier expiry is off the list.
    pub(crate) fn lease(
        id: RequestId,
        request: &mut Request,
        provider: Account,
        price: Balance,
        selection: Selection,
    ) -> Result<(), Ineligible> {
        let open = OpenCount::<T>::get(provider);
        ensure!(open < T::MaxOpenLeases::get(), Ineligible::NoCapacity);
        ensure!(price <= request.max_price, Ineligible::TooExpensive);
        let reserved = price.saturating_add(T::CompensationCap::get());
        T::Providers::reserve(&provider, reserved)?;
        let now = Self::now();
        let lease = Lease {
            provider,
            price,
            reserved,
            selection,
            lease_block: (
                now.saturating_sub(1),
                BlockHash(frame_system::Pallet::<T>::parent_hash().into()),
            ),
            given: now,
            ack_by: now.saturating_add(T::AckWindow::get()).min(request.deadline),
            delivery: None,
            acknowledged: None,
        };
        OpenLeases::<T>::insert(provider, id, request.attempt);
        OpenCount::<T>::insert(provider, open.saturating_add(1));
        request.leases = request.leases.saturating_add(1);
        Self::deposit_event(Event::Leased {
            request: id,
            attempt: request.attempt,
            provider: Self::account(&provider),
            price,
            selection,
            ack_by: lease.ack_by,
        });
        request.stage = Stage::Leased(lease);
        Self::schedule(id, request);
        Ok(())
    }

    /// Draws a provider for the running attempt of a request whose turn has come.
    pub(crate) fn draw(id: RequestId, mut request: Request, randomness: [u8; 32]) {
        if Self::is_aborted(&request) {
            Self::end_lease(id, request, Outcome::AbortedByGovernance, Findings::default());
            return;
        }
        if Self::now() > request.due() {
            // The sweep has not come to it yet; a lease now would be cut short.
            Self::end_overdue(id, request);
            return;
        }
        let needs = Self::needs(request.model, request.mode, request.max_price);
        let attempt = request.attempt;
        Self::unschedule(id, &request);
        for repetition in 0..TRIES {
            let seed = seed(randomness, id, attempt, repetition);
            let Some(drawn) = T::Providers::draw(&needs, seed) else {
                Self::schedule(id, &request);
                Self::end_lease(id, request, Outcome::NoProvider, Findings::default());
                return;
            };
            let selection = Selection::Drawn { redraws: drawn.redraws.saturating_add(repetition) };
            if Self::lease(id, &mut request, drawn.provider, drawn.price, selection).is_ok() {
                Requests::<T>::insert(id, request);
                return;
            }
        }
        // Those who were drawn are busy. Whoever is free may be drawn in a later block.
        Self::schedule(id, &request);
        if let Stage::Waiting { not_before, .. } = &mut request.stage {
            *not_before = Self::now().saturating_add(T::LeaseDelay::get());
        }
        Requests::<T>::insert(id, request);
        Self::enqueue(id, attempt);
    }

    /// Whether governance has tightened the rules so that no lease of `request` can settle any more:
    /// the verifier of its mode is off, or its class no longer accepts the mode.
    pub(crate) fn is_aborted(request: &Request) -> bool {
        let accepted = T::Policies::rules(&request.class, T::Policies::current())
            .is_some_and(|rules| rules.floor.modes.contains(request.mode));
        !accepted || !T::Appraiser::enabled(request.mode)
    }

    /// [`crate::Call::acknowledge`], authorised.
    pub(crate) fn do_acknowledge(id: RequestId, attempt: Attempt) -> DispatchResult {
        Self::take_mark(Self::acknowledge_hash(id, attempt))?;
        let (mut request, mut lease) =
            Self::acknowledgeable(id, attempt).map_err(Error::<T>::from)?;
        let now = Self::now();
        let deliver_by =
            now.saturating_add(Self::windows_of(&request).deliver).min(request.deadline);
        Self::unschedule(id, &request);
        lease.acknowledged = Some((now, deliver_by));
        T::Providers::note_acknowledged(&lease.provider);
        request.stage = Stage::Leased(lease);
        Self::schedule(id, &request);
        Requests::<T>::insert(id, request);
        Self::deposit_event(Event::Acknowledged { request: id, attempt, deliver_by });
        Ok(())
    }

    /// [`crate::Call::decline`], authorised.
    pub(crate) fn do_decline(
        id: RequestId,
        attempt: Attempt,
        reason: DeclineReason,
    ) -> DispatchResult {
        Self::take_mark(Self::decline_hash(id, attempt, reason))?;
        let (request, _) = Self::unacknowledged(id, attempt).map_err(Error::<T>::from)?;
        Self::end_lease(id, request, Outcome::Declined(reason), Findings::default());
        Ok(())
    }

    /// [`crate::Call::submit_result`], authorised: from here on the lease ends, whatever is found.
    pub(crate) fn do_submit(
        id: RequestId,
        attempt: Attempt,
        output: Output,
        evidence: Evidence,
    ) -> DispatchResult {
        Self::take_mark(Self::submit_hash(id, attempt, &output, &evidence))?;
        let (request, lease) = Self::undelivered(id, attempt).map_err(Error::<T>::from)?;
        let mut findings = Findings::of_evidence(Self::now(), Self::extrinsic(), &evidence);
        if Self::is_aborted(&request) {
            Self::end_lease(id, request, Outcome::AbortedByGovernance, findings);
            return Ok(());
        }
        match Self::appraise(id, &request, &lease, &output, &evidence) {
            Ok(appraisal) => {
                findings.found(appraisal, &output);
                Self::end_lease(id, request, Outcome::Settled, findings);
            }
            Err(refusal) => {
                let excused = Self::is_excused(refusal, &evidence, &request.model, &lease);
                findings.refused(refusal, id, &output, excused);
                Self::end_lease(id, request, Outcome::EvidenceRefused(refusal), findings);
            }
        }
        Ok(())
    }

    fn appraise(
        id: RequestId,
        request: &Request,
        lease: &Lease,
        output: &Output,
        evidence: &Evidence,
    ) -> Result<Appraisal, Refusal> {
        ensure!(evidence.mode() == request.mode, Refusal::WrongMode);
        // Models are never removed; without one nothing can be verified.
        let model = T::Models::version(&request.model).ok_or(Refusal::NoVerifyingKey)?;
        let key = match evidence {
            Evidence::ZkMl { key_version, .. } => {
                T::Models::verifying_key(&request.model, *key_version)
            }
            Evidence::Plain(_) | Evidence::Tee { .. } => None,
        };
        // Looked up before any signature: whether an enclave may answer is cheaper to tell.
        let enclave = match evidence {
            Evidence::Tee { enclave, .. } => {
                Some(T::Attestation::enclave(enclave, &lease.provider, &request.model))
            }
            Evidence::Plain(_) | Evidence::ZkMl { .. } => None,
        };
        let context = AppraisalContext {
            genesis: Self::genesis(),
            lease: (id, request.attempt),
            provider: lease.provider,
            lease_block: lease.lease_block.1,
            requester: request.requester,
            mode: request.mode,
            policy_version: request.policy_version,
            model: (request.model, &model, key.as_ref()),
            input: request.input,
            input_is_public: request.private.is_none(),
            delivered_to: lease.delivery.map(|delivery| delivery.enclave),
            parameters: request.parameters,
            worker_key_registered: evidence
                .signed()
                .is_some_and(|signed| T::Providers::is_worker(&lease.provider, &signed.key)),
            enclave: enclave.as_ref().map(|found| found.as_ref().map_err(|fault| *fault)),
            price: lease.price,
            now: Self::now(),
        };
        let appraisal = T::Appraiser::appraise(&context, output, evidence)?;
        let facts = Facts {
            circumstances: appraisal.appraised.facts,
            passed: opg_primitives::checks::passed(&appraisal.checks),
        };
        // The floor of the request's own policy: what was promised when it was paid.
        let floor = T::Policies::rules(&request.class, request.policy_version)
            .ok_or(Refusal::UnderFloor)?
            .floor;
        match floor.missing(&facts) {
            Some(_) => Err(Refusal::UnderFloor),
            None => Ok(appraisal),
        }
    }

    /// The index of the extrinsic that is being executed.
    fn extrinsic() -> u32 {
        frame_system::Pallet::<T>::extrinsic_index().unwrap_or_default()
    }
}
