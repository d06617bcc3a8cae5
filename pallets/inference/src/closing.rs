//! How a lease ends: what moves and what is written, in one state transition.

use crate::{
    compensation::compensation,
    types::{Lease, Request, Stage},
    Config, Event, OpenCount, OpenLeases, Pallet, Payloads, Requests,
};
use frame_support::weights::WeightToFee;
use opg_primitives::{
    checks::{CheckLog, EvidenceLocation},
    disclosure::Disclosure,
    enclave::EnclaveFault,
    evidence::Evidence,
    ids::{Commitment, Digest, RequestId},
    price,
    receipt::{
        is_self_dealing, Appraised, JudgedBy, LeaseRecord, ModeRecord, Payment, Receipt,
        RECEIPT_FORMAT,
    },
    request::{Outcome, Refusal},
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
    output: Option<Commitment>,
    appraised: Option<Appraised>,
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
    pub(crate) fn found(&mut self, appraisal: Appraisal) {
        self.output = Some(appraisal.output);
        self.checks = appraisal.checks;
        self.appraised = Some(appraisal.appraised);
    }

    /// That it is not: the check that failed, where one did.
    pub(crate) fn refused(&mut self, refusal: Refusal, output: Commitment) {
        self.output = Some(output);
        self.checks = refusal.checks(self.at);
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
            .map(|lease| Self::slash(id, &request, lease, outcome))
            .unwrap_or_default();
        request.compensated = request.compensated.saturating_add(slashed.to_harmed);

        let following = request.attempt.saturating_add(1);
        let next = (may_go_on(outcome) && following < request.attempts)
            .then(|| Self::windows(request.mode).next(Self::now(), request.deadline))
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

    /// What the provider's bond answers with: never more than the lease reserved of it, so that the
    /// end of one lease leaves the others covered.
    fn slash(id: RequestId, request: &Request, lease: &Lease, outcome: Outcome) -> Slashed {
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
            // Governance took the enclave's trust away after the provider had acknowledged, who could
            // not know. Where nothing changed since, it knew, and its bond answers: else whoever
            // cannot deliver would name a revoked enclave to get away. That an attestation or an
            // approval runs out is known beforehand too.
            Outcome::EvidenceRefused(Refusal::Enclave(
                EnclaveFault::Revoked | EnclaveFault::NotApproved,
            )) if lease.trust_version != T::Attestation::trust_version() => {
                return Slashed::default()
            }
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
            output: findings.output,
            disclosure: Disclosure::of_public_input(
                !request.no_parameters,
                findings.output.is_some(),
                request.leases,
            ),
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
                Stage::Leased(_) => Outcome::NotAcknowledged,
            }
        };
        Self::end_lease(id, request, outcome, Findings::default());
    }
}
