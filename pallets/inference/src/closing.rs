//! How a lease ends: what moves and what is written, in one state transition.

use crate::{
    compensation::compensation,
    types::{Lease, Request, Stage},
    Config, Event, OpenCount, OpenLeases, Pallet, Payloads, Requests, SealedInputs,
};
use frame_support::weights::WeightToFee;
use opg_primitives::{
    checks::{CheckLog, EvidenceLocation},
    disclosure::{Disclosure, FieldDisclosure, Form},
    evidence::Evidence,
    ids::{Commitment, Digest, ModelId, RequestId},
    price,
    receipt::{
        is_self_dealing, Appraised, JudgedBy, LeaseRecord, ModeRecord, Payment, Receipt,
        RECEIPT_FORMAT,
    },
    request::{DeclineReason, Outcome, Output, Refusal},
    statement::offence_id,
    traits::{
        Appraisal, Appraiser, Attestation, Policies, Providers, Receipts, SlashSplit, Slashed,
    },
    Balance, BlockNumber,
};
use sp_runtime::traits::Get;

/// What was found out about an answer, if there was one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    evidence: Option<EvidenceLocation>,
    at: BlockNumber,
    checks: CheckLog,
    output: Option<(Commitment, FieldDisclosure)>,
    appraised: Option<Appraised>,
    excused: bool,
}

impl Findings {
    /// That evidence came, in extrinsic `extrinsic` of block `at`.
    pub(crate) fn of_evidence(at: BlockNumber, extrinsic: u32, evidence: &Evidence) -> Self {
        let digest = evidence.digest();
        Self {
            evidence: Some(EvidenceLocation { block: at, extrinsic, digest }),
            at,
            ..Self::default()
        }
    }

    /// That it is good.
    pub(crate) fn found(&mut self, appraisal: Appraisal, output: &Output) {
        self.output = Some((appraisal.output, FieldDisclosure::of_output(output)));
        self.checks = appraisal.checks;
        self.appraised = Some(appraisal.appraised);
    }

    /// That it is not: the check that failed, where one did, and whether the provider is excused.
    pub(crate) fn refused(
        &mut self,
        refusal: Refusal,
        request: RequestId,
        output: &Output,
        excused: bool,
    ) {
        let shown = FieldDisclosure::of_output(output);
        self.output = Some((output.commitment(request), shown));
        self.checks = refusal.checks(self.at);
        self.excused = excused;
    }
}

/// Whether a request may go on after a lease that ended so.
fn may_go_on(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Declined(_)
        | Outcome::NotAcknowledged
        | Outcome::EvidenceRefused(_)
        | Outcome::NotDelivered => true,
        Outcome::Settled
        | Outcome::NoProvider
        | Outcome::Cancelled
        | Outcome::AbortedByGovernance => false,
    }
}

/// What was hidden of `request`, an output of which is on chain as `output` says, if there is one: what
/// is refused may be in clear where it should not.
fn disclosure(request: &Request, output: Option<FieldDisclosure>) -> Disclosure {
    let (has_parameters, has_output) = (!request.no_parameters, output.is_some());
    let disclosure = match &request.private {
        None => Disclosure::of_public_input(has_parameters, has_output, request.leases),
        Some(input) => Disclosure::of_private_input(
            has_parameters,
            has_output,
            input.readers,
            input.deliveries,
        ),
    };
    let output = match output {
        Some(shown) if request.private.is_none() || shown.form != Form::Encrypted => shown,
        _ => disclosure.output,
    };
    Disclosure { output, ..disclosure }
}

impl<T: Config> Pallet<T> {
    /// Ends what `request` does now: the lease that runs, or the wait for one. Writes the receipt,
    /// moves what is to move, and either goes on with the next attempt or closes the request.
    ///
    /// `request` is as stored. Never fails.
    pub(crate) fn end_lease(
        id: RequestId,
        mut request: Request,
        outcome: Outcome,
        findings: Findings,
    ) {
        Self::unschedule(id, &request);
        let lease = match &request.stage {
            Stage::Leased(lease) => Some(lease.clone()),
            Stage::Waiting { .. } => None,
        };
        SealedInputs::<T>::remove(id);
        if let Some(lease) = &lease {
            OpenLeases::<T>::remove(lease.provider, id);
            OpenCount::<T>::mutate_exists(lease.provider, |open| {
                let left = open.unwrap_or_default().saturating_sub(1);
                *open = (left > 0).then_some(left);
            });
            T::Providers::release(&lease.provider, lease.reserved);
            if outcome == Outcome::NotAcknowledged {
                T::Providers::note_silence(&lease.provider);
            }
        }
        let slashed = lease
            .as_ref()
            .map(|lease| Self::slash(id, &request, lease, outcome, findings.excused))
            .unwrap_or_default();
        request.compensated = request.compensated.saturating_add(slashed.to_harmed);

        let following = request.attempt.saturating_add(1);
        let next = (may_go_on(outcome) && following < request.attempts)
            .then(|| Self::windows_of(&request).next(Self::now(), request.deadline))
            .flatten();
        let payment = Self::pay(&request, lease.as_ref(), outcome, slashed, next.is_none());
        let receipt =
            Self::receipt(id, &request, lease.as_ref(), outcome, payment, next.is_none(), findings);
        let receipt = T::Receipts::append(receipt);
        let attempt = request.attempt;
        match next {
            Some((not_before, lease_by)) => {
                request.attempt = following;
                request.stage = Stage::Waiting { not_before, lease_by };
                Self::schedule(id, &request);
                Self::enqueue(id, following);
                Requests::<T>::insert(id, request);
                Self::deposit_event(Event::LeaseEnded { request: id, attempt, outcome, receipt });
            }
            None => {
                Self::unbook(request.deadline, request.booked);
                Payloads::<T>::remove(id);
                Requests::<T>::remove(id);
                Self::deposit_event(Event::Ended {
                    request: id,
                    attempt,
                    outcome,
                    receipt,
                    payment,
                });
            }
        }
    }

    /// Whether the provider could not know, when it acknowledged, that this evidence would be refused:
    /// what keeps the enclave from answering was decided in that block or a later one, and whoever signs an
    /// acknowledgement has seen the blocks before. What was decided earlier it knew, and its bond answers:
    /// else whoever cannot deliver would name a revoked enclave to get away; of a private request it cannot
    /// name another than the one that was delivered to. That a document or an approval runs out is known
    /// beforehand too.
    pub(crate) fn is_excused(
        refusal: Refusal,
        evidence: &Evidence,
        model: &ModelId,
        lease: &Lease,
    ) -> bool {
        let (Refusal::Enclave(_), Evidence::Tee { enclave, .. }) = (refusal, evidence) else {
            return false;
        };
        if lease.delivery.is_some_and(|delivery| delivery.enclave != *enclave) {
            return false;
        }
        let since = T::Attestation::refused_since(enclave, &lease.provider, model);
        let acknowledged = lease.acknowledged.map(|(at, _)| at);
        since.zip(acknowledged).is_some_and(|(since, acknowledged)| acknowledged <= since)
    }

    /// What the provider's bond answers with: never more than the lease reserved of it, so that the
    /// end of one lease leaves the others covered.
    fn slash(
        id: RequestId,
        request: &Request,
        lease: &Lease,
        outcome: Outcome,
        excused: bool,
    ) -> Slashed {
        let amounts = T::Slashes::get();
        let (amount, to_harmed): (Balance, Balance) = match outcome {
            Outcome::NotDelivered => (
                amounts.not_delivered,
                compensation(
                    request.unrefundable(),
                    request.compensated,
                    T::CompensationCap::get(),
                ),
            ),
            // The evidence is good but less than asked, or its format was switched off: nothing that
            // the provider did is bad.
            Outcome::EvidenceRefused(Refusal::UnderFloor | Refusal::FormatDisabled) => {
                return Slashed::default()
            }
            Outcome::EvidenceRefused(_) if excused => return Slashed::default(),
            Outcome::EvidenceRefused(_) => {
                let weight = Self::submission_weight(request.mode);
                (amounts.refused.saturating_add(T::WeightToFee::weight_to_fee(&weight)), 0)
            }
            _ => return Slashed::default(),
        };
        let amount = amount.min(lease.reserved);
        let split = SlashSplit { harmed: request.requester, to_harmed, to_treasury: 0 };
        T::Providers::slash(&lease.provider, offence_id(id, request.attempt), amount, split)
    }

    /// Moves what a lease that ended so moves of what is held.
    fn pay(
        request: &Request,
        lease: Option<&Lease>,
        outcome: Outcome,
        slashed: Slashed,
        terminal: bool,
    ) -> Payment {
        let held = request.max_price;
        let mut payment = match lease {
            Some(lease) if outcome == Outcome::Settled => Self::pay_out(
                &request.requester,
                &lease.provider,
                &request.owner,
                held,
                price::split(lease.price.min(held), request.royalty, T::Rates::get()),
            ),
            _ if terminal => Payment {
                held,
                released: Self::release(&request.requester, held),
                ..Payment::default()
            },
            _ => Payment { held, ..Payment::default() },
        };
        payment.slashed = slashed.taken;
        payment.compensation = slashed.to_harmed;
        // Once per request, so that whoever adds up receipts counts it once.
        payment.fee_burned = if terminal { request.burned } else { 0 };
        payment
    }

    fn receipt(
        id: RequestId,
        request: &Request,
        lease: Option<&Lease>,
        outcome: Outcome,
        payment: Payment,
        terminal: bool,
        findings: Findings,
    ) -> Receipt {
        let (spec_version, code_hash) = T::JudgedCode::get();
        let settled = outcome == Outcome::Settled;
        Receipt {
            format: RECEIPT_FORMAT,
            request: id,
            attempt: request.attempt,
            terminal,
            outcome,
            requester: request.requester,
            model: request.model,
            owner: request.owner,
            class: request.class.clone(),
            mode: ModeRecord {
                asked: request.asked,
                default: request.default,
                achieved: settled.then_some(request.mode),
            },
            lease: lease.map(|lease| LeaseRecord {
                provider: lease.provider,
                selection: lease.selection,
                sequence: T::Receipts::next_sequence(&lease.provider),
                lease_block: lease.lease_block,
                acknowledged: lease.acknowledged.map(|(at, _)| at),
            }),
            requested: request.requested,
            closed: Self::now(),
            deadline: request.deadline,
            input: request.input,
            parameters: request.parameters,
            output: findings.output.map(|(commitment, _)| commitment),
            disclosure: disclosure(request, findings.output.map(|(_, shown)| shown)),
            payment,
            self_dealing: is_self_dealing(
                request.requester,
                request.owner,
                lease.map(|lease| lease.provider),
            ),
            checks: findings.checks,
            evidence: findings.evidence,
            judged_by: JudgedBy {
                spec_version,
                code_hash,
                policy_version: request.policy_version,
                policy: T::Policies::rules(&request.class, request.policy_version)
                    .map_or(Digest::default(), |rules| {
                        rules.digest(&request.class, request.policy_version)
                    }),
                trust_version: T::Appraiser::trust_version()
                    .saturating_add(T::Attestation::trust_version()),
            },
            appraised: findings.appraised,
        }
    }

    /// [`crate::Call::expire`], authorised.
    pub(crate) fn do_expire(
        id: RequestId,
        attempt: opg_primitives::Attempt,
    ) -> frame_support::pallet_prelude::DispatchResult {
        Self::take_mark(Self::expire_hash(id, attempt))?;
        let request = Self::overdue(id, attempt).map_err(crate::Error::<T>::from)?;
        Self::end_overdue(id, request);
        Ok(())
    }

    /// Ends what is overdue, or can no longer settle.
    pub(crate) fn end_overdue(id: RequestId, request: Request) {
        let outcome = if Self::is_aborted(&request) {
            Outcome::AbortedByGovernance
        } else {
            match &request.stage {
                Stage::Waiting { .. } => Outcome::NoProvider,
                Stage::Leased(lease) if lease.acknowledged.is_some() => Outcome::NotDelivered,
                // There was nothing to acknowledge: the provider is not silent.
                Stage::Leased(_) if request.awaits_payload() => {
                    Outcome::Declined(DeclineReason::NoPayload)
                }
                Stage::Leased(_) => Outcome::NotAcknowledged,
            }
        };
        Self::end_lease(id, request, outcome, Findings::default());
    }
}
