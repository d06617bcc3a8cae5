//! Gathers from a node all that an audit needs.
//!
//! What the receipt says is used to find things, and never to fill them in: the audit compares the
//! two, and a field that a node altered must differ from something.

use super::{
    blocks::{number, Extrinsic},
    At, Chain,
};
use crate::{
    audit::{
        bundle::{
            Anchor, AnswerPart, EnclavePart, Hex, InclusionPart, LeasedEvent, ModelPart,
            RequestPart, SlashedEvent, StatePart, WrittenEvent,
        },
        Bundle, Twice, MEDIA_TYPE,
    },
    error::Result,
    progress::Progress,
};
use codec::Decode;
use opg_primitives::{
    evidence::Evidence,
    ids::{Account, BlockHash, EnclaveId, ModelId, OffenceId, ReceiptId, RequestId},
    mode::Mode,
    model::ModelVersion,
    receipt::{Receipt, Selection},
    request::{Input, Outcome, Output, RequestIdentity},
    statement::{commit_parameters, offence_id, NO_SALT},
    Attempt, Balance, BlockNumber,
};

/// How many blocks are searched for what is not where a receipt says.
const SEARCH: BlockNumber = 1_000;

/// The fields of `Inference.Requested`.
#[derive(Decode)]
struct Requested {
    request: RequestId,
    requester: Account,
    model: ModelId,
    mode: Mode,
    max_price: Balance,
    deadline: BlockNumber,
}

/// The fields of `Inference.Leased`.
#[derive(Decode)]
struct Leased {
    request: RequestId,
    attempt: Attempt,
    provider: Account,
    price: Balance,
    selection: Selection,
}

/// The fields of `Receipts.ReceiptWritten`.
#[derive(Decode)]
struct Written {
    id: ReceiptId,
    request: RequestId,
    attempt: Attempt,
    outcome: Outcome,
    terminal: bool,
    provider: Option<(Account, u64)>,
}

/// The fields of `Providers.Slashed`.
#[derive(Decode)]
struct Slashed {
    _provider: Account,
    offence: OffenceId,
    taken: Balance,
    to_harmed: Balance,
}

impl Chain {
    /// The bundle of a receipt. What the node does not have is left out, and the audit says so.
    pub async fn bundle(&self, at: &At, id: ReceiptId, receipt: Receipt) -> Result<Bundle> {
        let progress = Progress::start(self.quiet, "reading the block of the receipt");
        let written = self.written_in(at, id, &receipt).await;
        // Its event is found by the receipt's id alone. Where the two differ the receipt was
        // altered, and what belongs to it is where the event says.
        let mut sought = receipt.clone();
        if let Some((block, event)) = &written {
            sought.closed = *block;
            sought.request = event.request;
            sought.attempt = event.attempt;
        }
        let answer = self.answer_part(&sought).await?;
        progress.say("reading the block of the request");
        let request = self.request_part(at, &sought).await?;
        progress.say("reading model and policy");
        let asked = request.as_ref().map_or(receipt.model, |part| part.identity.view.model);
        // As they were in the block of the receipt, where the node still has that state.
        let judged_at = match self.block_hash(sought.closed).await {
            Ok(block) => self.at(block).await.ok(),
            Err(_) => None,
        };
        let judged_at = judged_at.as_ref().unwrap_or(at);
        let version = match self.model(judged_at, asked).await {
            Ok(version) => version,
            Err(_) => self.model(at, asked).await?,
        };
        let policy = match (&version, &request) {
            (Some(model), Some(part)) => {
                self.rules(at, &model.class, part.identity.view.policy_version).await?
            }
            _ => self.rules(at, &receipt.class, receipt.judged_by.policy_version).await?,
        };
        let key = answer.as_ref().and_then(|answer| match answer.evidence.view {
            Evidence::ZkMl { key_version, .. } => Some(key_version),
            Evidence::Plain(_) | Evidence::Tee { .. } => None,
        });
        let key = match key {
            Some(key) => match self.verifying_key(judged_at, asked, key).await {
                Ok(found) => found,
                Err(_) => self.verifying_key(at, asked, key).await?,
            }
            .map(Twice::new),
            None => None,
        };
        progress.say("reading what is known of the enclave");
        let enclave = match answer.as_ref().map(|answer| &answer.evidence.view) {
            Some(Evidence::Tee { enclave, .. }) => {
                self.enclave_part(at, *enclave, asked, &sought).await
            }
            _ => None,
        };
        progress.say("reading headers");
        let inclusion = self.inclusion_part(at, &sought).await?;
        progress.say("reading state and events");
        // A node that pruned that state says nothing of it, and the audit says so.
        let state = self.state_part(at, &sought, written.map(|(_, event)| event)).await.ok();
        Ok(Bundle {
            media_type: MEDIA_TYPE.to_owned(),
            genesis: self.genesis(),
            receipt_id: id,
            receipt: Twice::new(receipt),
            request,
            answer,
            model: version.map(|version| ModelPart { version: Twice::new(version), key }),
            enclave,
            policy: policy.map(Twice::new),
            inclusion,
            state,
            anchor: Some(Anchor {
                chain: self.name().await?,
                obtained_from: self.url().to_owned(),
                finalised: (number(at), BlockHash(at.block_hash().0)),
            }),
        })
    }

    /// The block in which the receipt was written, and its event: where the receipt says that it
    /// closed, else searched for from the block of the request on. None if the node has no such
    /// event, or has pruned the state that holds it.
    async fn written_in(
        &self,
        at: &At,
        id: ReceiptId,
        receipt: &Receipt,
    ) -> Option<(BlockNumber, Written)> {
        let head = number(at);
        let said = (receipt.closed <= head).then_some(receipt.closed);
        let others = receipt.requested..=head.min(receipt.requested.saturating_add(SEARCH));
        for block in said.into_iter().chain(others) {
            let events = self.events(block, "Receipts", "ReceiptWritten").await.ok()?;
            let found = events
                .iter()
                .filter_map(|fields| Written::decode(&mut fields.as_slice()).ok())
                .find(|event| event.id == id);
            if let Some(event) = found {
                return Some((block, event));
            }
        }
        None
    }

    /// The submission of the receipt's lease, from the receipt's block. Where it has none, that of
    /// the evidence that the receipt names.
    pub async fn answer_part(&self, receipt: &Receipt) -> Result<Option<AnswerPart>> {
        let named = receipt.evidence.map(|location| location.block);
        for block in std::iter::once(receipt.closed).chain(named) {
            let Ok(body) = self.body(block).await else { continue };
            let found: Vec<_> = body.iter().filter_map(|e| Some((e, e.submission()?))).collect();
            let lease = |call: &super::blocks::SubmitCall| {
                (call.request == receipt.request, call.attempt == receipt.attempt)
            };
            let best = found.iter().find(|(_, call)| lease(call) == (true, true)).or_else(|| {
                let location = receipt.evidence?;
                found
                    .iter()
                    .find(|(_, call)| lease(call).0)
                    .or_else(|| found.iter().find(|(e, _)| e.index == location.extrinsic))
            });
            if let Some((extrinsic, call)) = best {
                let (output, commitment) = match &call.output {
                    Output::Public(bytes) => (bytes.to_vec(), None),
                    Output::Sealed { commitment, ciphertext } => {
                        (ciphertext.to_vec(), Some(*commitment))
                    }
                };
                return Ok(Some(AnswerPart {
                    request: call.request,
                    attempt: call.attempt,
                    block,
                    output: Hex(output),
                    commitment,
                    evidence: Twice::new(call.evidence.clone()),
                    extrinsic: Hex(extrinsic.bytes.clone()),
                    index: extrinsic.index,
                }));
            }
        }
        Ok(None)
    }

    async fn request_part(&self, at: &At, receipt: &Receipt) -> Result<Option<RequestPart>> {
        let Some((block, event)) = self.requested_in(receipt).await? else { return Ok(None) };
        let then = self.at(self.block_hash(block).await?).await?;
        let policy_version = self.policy_version(&then).await?;
        let made = self.requests_made(at, &event.requester).await?;
        let model = self.model(at, event.model).await?;
        let index = self.call_index(&then, "Inference", "request")?;
        let body = self.body(block).await?;
        let calls = body
            .iter()
            .flat_map(|extrinsic: &Extrinsic| {
                extrinsic.requests(index, event.model).collect::<Vec<_>>()
            })
            .filter(|call| (call.max_price, call.deadline) == (event.max_price, event.deadline));
        for call in calls {
            let (input, committed) = match &call.input {
                Input::Public(input) => {
                    let commit =
                        |model: &ModelVersion| model.artefact.commit_input(NO_SALT, input).ok();
                    (Some(Hex(input.to_vec())), model.as_ref().and_then(commit))
                }
                Input::Committed(commitment) => (None, Some(*commitment)),
            };
            // The number of a request is in its id and nowhere else: it is found by trying.
            let identity = |nonce| RequestIdentity {
                genesis: self.genesis(),
                requester: event.requester,
                nonce,
                model: event.model,
                input: committed.unwrap_or(receipt.input),
                parameters: commit_parameters(&call.parameters),
                mode: event.mode,
                policy_version,
                max_price: event.max_price,
                deadline: event.deadline,
            };
            let Some(nonce) = (0..made).rev().find(|nonce| identity(*nonce).id() == event.request)
            else {
                continue;
            };
            return Ok(Some(RequestPart {
                identity: Twice::new(identity(nonce)),
                block,
                asked: call.mode,
                named: call.provider,
                input,
                parameters: Hex(call.parameters.to_vec()),
            }));
        }
        Ok(None)
    }

    /// The event of the request, in the block that the receipt names or else in an earlier one.
    async fn requested_in(&self, receipt: &Receipt) -> Result<Option<(BlockNumber, Requested)>> {
        let earliest = receipt.closed.saturating_sub(SEARCH);
        let others = (earliest..=receipt.closed).rev();
        for block in std::iter::once(receipt.requested).chain(others) {
            let Ok(events) = self.events(block, "Inference", "Requested").await else { continue };
            let found = events
                .iter()
                .filter_map(|fields| Requested::decode(&mut fields.as_slice()).ok())
                .find(|event| event.request == receipt.request);
            if let Some(event) = found {
                return Ok(Some((block, event)));
            }
        }
        Ok(None)
    }

    /// What the chain's state says of `enclave` at the receipt's block: after it, or before it where
    /// something of the enclave changed later in the same block. None if it could not have answered
    /// in either, or the node has pruned both.
    async fn enclave_part(
        &self,
        at: &At,
        enclave: EnclaveId,
        model: ModelId,
        receipt: &Receipt,
    ) -> Option<EnclavePart> {
        let provider = receipt.lease?.provider;
        let attested = receipt.appraised.as_ref().and_then(|it| it.attested.as_ref());
        let mut found = None;
        for block in [receipt.closed, receipt.closed.saturating_sub(1)] {
            let Some(part) = self.enclave_at(at, block, enclave, provider, model).await else {
                continue;
            };
            let is_said = attested.is_some_and(|said| said.enclave == part.record.view);
            if is_said || found.is_none() {
                found = Some(part);
            }
            if is_said {
                break;
            }
        }
        found
    }

    async fn enclave_at(
        &self,
        newest: &At,
        block: BlockNumber,
        enclave: EnclaveId,
        provider: Account,
        model: ModelId,
    ) -> Option<EnclavePart> {
        let at = self.at(self.block_hash(block).await.ok()?).await.ok()?;
        let session = self.enclave(&at, enclave).await.ok()??.session;
        let record = self.may_answer(&at, enclave, provider, model).await.ok()?.ok()?;
        let reference = self.reference_value(&at, record.measurement).await.ok()??;
        // Not as it was then: what was revoked since is what a reader has to know.
        let revoked = self.revoked(newest, &record).await.ok()?;
        Some(EnclavePart {
            session_key: session.session_key,
            encryption_key: session.encryption_key,
            record: Twice::new(record),
            reference: Twice::new(reference),
            revoked,
        })
    }

    async fn inclusion_part(&self, at: &At, receipt: &Receipt) -> Result<Option<InclusionPart>> {
        let Some(receipts) = self.receipts_in(at, receipt.closed).await? else { return Ok(None) };
        let lease_header = match &receipt.lease {
            None => None,
            Some(lease) => self.lease_header(lease.lease_block).await.map(Hex),
        };
        let header = self.header(self.block_hash(receipt.closed).await?).await?;
        Ok(Some(InclusionPart { header: Hex(header), lease_header, receipts }))
    }

    /// The header of the block that a lease was drawn from: by its hash, else by its number. None
    /// if the node has neither.
    async fn lease_header(&self, (number, hash): (BlockNumber, BlockHash)) -> Option<Vec<u8>> {
        if let Ok(header) = self.header(hash).await {
            return Some(header);
        }
        self.header(self.block_hash(number).await.ok()?).await.ok()
    }

    async fn state_part(
        &self,
        at: &At,
        receipt: &Receipt,
        written: Option<Written>,
    ) -> Result<StatePart> {
        let (spec_version, code_hash) = self.code_before(receipt.closed).await?;
        let then = self.at(self.block_hash(receipt.closed).await?).await?;
        let (mut acknowledged, mut leased) = (None, None);
        if let Some(lease) = &receipt.lease {
            leased = self.leased_in(receipt, lease.lease_block.0).await?;
            acknowledged = self.acknowledged_in(receipt, lease.lease_block.0).await?;
        }
        Ok(StatePart {
            spec_version,
            code_hash,
            trust_version: self.trust_version(&then).await?,
            recognised: self.recognised(&then).await?,
            rates: self.constant(at, "Inference", "Rates")?,
            min_burn: self.constant(at, "Inference", "MinBurn")?,
            leased,
            acknowledged,
            slashed: self.slashed_in(receipt).await?,
            written: written.map(|event| WrittenEvent {
                request: event.request,
                attempt: event.attempt,
                outcome: event.outcome,
                terminal: event.terminal,
                provider: event.provider,
            }),
        })
    }

    /// The event of the slash of the receipt's lease, in the receipt's block.
    async fn slashed_in(&self, receipt: &Receipt) -> Result<Option<SlashedEvent>> {
        let offence = offence_id(receipt.request, receipt.attempt);
        let events = self.events(receipt.closed, "Providers", "Slashed").await?;
        Ok(events
            .iter()
            .filter_map(|fields| Slashed::decode(&mut fields.as_slice()).ok())
            .find(|event| event.offence == offence)
            .map(|event| SlashedEvent { taken: event.taken, to_harmed: event.to_harmed }))
    }

    /// The event of the lease, in the block after the one that it was drawn from; none where that
    /// would be later than the receipt.
    async fn leased_in(
        &self,
        receipt: &Receipt,
        drawn_from: BlockNumber,
    ) -> Result<Option<LeasedEvent>> {
        let block = drawn_from.saturating_add(1);
        if block > receipt.closed {
            return Ok(None);
        }
        let events = self.events(block, "Inference", "Leased").await?;
        Ok(events
            .iter()
            .filter_map(|fields| Leased::decode(&mut fields.as_slice()).ok())
            .find(|event| (event.request, event.attempt) == (receipt.request, receipt.attempt))
            .map(|event| LeasedEvent {
                provider: event.provider,
                price: event.price,
                selection: event.selection,
            }))
    }

    /// The block in which the lease was acknowledged: where the receipt says, else searched for
    /// between the lease and the receipt.
    async fn acknowledged_in(
        &self,
        receipt: &Receipt,
        drawn_from: BlockNumber,
    ) -> Result<Option<BlockNumber>> {
        let said = receipt.lease.and_then(|lease| lease.acknowledged);
        let said = said.filter(|block| *block <= receipt.closed);
        let between = drawn_from.max(receipt.closed.saturating_sub(SEARCH))..=receipt.closed;
        for block in said.into_iter().chain(between) {
            let events = self.events(block, "Inference", "Acknowledged").await?;
            let here = events.iter().any(|fields| {
                <(RequestId, Attempt)>::decode(&mut fields.as_slice())
                    .is_ok_and(|lease| lease == (receipt.request, receipt.attempt))
            });
            if here {
                return Ok(Some(block));
            }
        }
        Ok(None)
    }
}
