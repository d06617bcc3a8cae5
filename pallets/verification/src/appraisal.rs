//! From evidence to a table of standings.
//!
//! The order is that of cost: what a comparison tells comes before what a signature tells, and
//! that before a pairing. Nothing that is checked against comes with the evidence.

use crate::{
    proof::{self, Statement},
    types::Format,
    Config, Pallet, Recognised, SwitchedOff, TrustVersion,
};
use opg_primitives::{
    ed25519::is_small_order,
    enclave::{Attested, EnclaveAnswer, EnclaveContext, EnclaveFault, Run},
    evidence::{Evidence, SignedAnswer},
    ids::{Account, Binding, Commitment, Digest, Signature},
    mode::Mode,
    model::VerifyingKey,
    receipt::Appraised,
    request::{Output, Refusal},
    settled::{EnclaveFacts, Settled},
    setup_rule::{self, Parties},
    standing::{grade, table, SetupTrust},
    statement::{binding, Answer},
    traits::{Appraisal, AppraisalContext, Appraiser},
};
use sp_core::ed25519;

/// Whose word an answer is.
enum Signer<'a> {
    /// A worker key that is registered to the provider.
    Worker(&'a SignedAnswer),
    /// The session key of an enclave that may answer.
    Enclave { enclave: &'a EnclaveContext, run: &'a Run, signature: &'a Signature },
}

/// What an appraisal of the one mode or the other found out beyond a signature.
struct Finding {
    setup: SetupTrust,
    forgeable_by: Option<Account>,
    key_version: Option<u32>,
    enclave: Option<EnclaveFacts>,
    attested: Option<Attested>,
}

impl Finding {
    /// Of an answer without a proof.
    fn without_proof() -> Self {
        Self {
            setup: SetupTrust::NotApplicable,
            forgeable_by: None,
            key_version: None,
            enclave: None,
            attested: None,
        }
    }
}

impl<T: Config> Appraiser for Pallet<T> {
    fn appraise(
        context: &AppraisalContext<'_>,
        output: &Output,
        evidence: &Evidence,
    ) -> Result<Appraisal, Refusal> {
        // 1. The mode and the switch.
        if evidence.mode() != context.mode {
            return Err(Refusal::WrongMode);
        }
        if SwitchedOff::<T>::contains_key(Format::from(evidence)) {
            return Err(Refusal::FormatDisabled);
        }
        // 2. Whose word it is, and that it may answer.
        let signer = Signer::of(context, evidence)?;
        // 3. The output, in clear where the input is, and then in the form that the model says. Of one
        //    that is sealed the enclave's word is all that there is.
        check_output(context, output)?;
        let commitment = output.commitment(context.lease.0);
        // 4. The model that ran, where somebody says which it was.
        signer.check_model(context)?;
        // 5. The signature, over what the runtime computes itself.
        let binding = binding_of(context);
        let answer = answer_of(context, commitment, binding);
        signer.check_signature(context, answer, output.sealed_digest())?;
        // 6. What the mode asks beyond it.
        let finding = match evidence {
            Evidence::Plain(_) => Finding::without_proof(),
            Evidence::Tee { .. } => signer.attested(),
            Evidence::ZkMl { system, key_version, proof, .. } => {
                let (_, model, key) = context.model;
                let key = key
                    .filter(|key| key.version == *key_version && key.system == *system)
                    .ok_or(Refusal::NoVerifyingKey)?;
                // What has no circuit has no key either.
                let interface = model.artefact.circuit().ok_or(Refusal::NoVerifyingKey)?;
                // Nor is what is sealed ever proven.
                let Output::Public(output) = output else { return Err(Refusal::MalformedOutput) };
                let statement = Statement { interface, input: context.input, output, binding };
                proof::check(key, &statement, proof)?;
                Self::finding_under(key, context)
            }
        };
        Ok(appraisal(context, commitment, finding))
    }

    fn enabled(mode: Mode) -> bool {
        Format::ALL
            .into_iter()
            .any(|format| format.mode() == mode && !SwitchedOff::<T>::contains_key(format))
    }

    fn trust_version() -> u32 {
        TrustVersion::<T>::get()
    }
}

impl<T: Config> Pallet<T> {
    /// A good proof under `key`, by the setup rule.
    fn finding_under(key: &VerifyingKey, context: &AppraisalContext<'_>) -> Finding {
        let (_, model, _) = context.model;
        let parties = Parties::of(model, Some(context.requester), Some(context.provider));
        let (setup, forgeable_by) =
            setup_rule::apply(&key.setup, &parties, |who| Recognised::<T>::contains_key(who));
        Finding { setup, forgeable_by, key_version: Some(key.version), ..Finding::without_proof() }
    }
}

impl<'a> Signer<'a> {
    /// Who signed `evidence`, if they may answer: what chain state says of them is in `context`.
    fn of(context: &AppraisalContext<'a>, evidence: &'a Evidence) -> Result<Self, Refusal> {
        match evidence {
            Evidence::Plain(signed) | Evidence::ZkMl { signed, .. } => {
                match context.worker_key_registered {
                    true => Ok(Self::Worker(signed)),
                    false => Err(Refusal::UnknownWorkerKey),
                }
            }
            Evidence::Tee { enclave: named, run, signature } => {
                let enclave = context
                    .enclave
                    .unwrap_or(Err(EnclaveFault::Unknown))
                    .map_err(Refusal::Enclave)?;
                let id = enclave.record.id;
                if id != *named {
                    return Err(Refusal::Enclave(EnclaveFault::Unknown));
                }
                match context.input_is_public || context.delivered_to == Some(id) {
                    true => Ok(Self::Enclave { enclave, run, signature }),
                    false => Err(Refusal::Enclave(EnclaveFault::NotTheDelivered)),
                }
            }
        }
    }

    /// An enclave says which model ran: the one that was asked, in the way that its code can know.
    fn check_model(&self, context: &AppraisalContext<'_>) -> Result<(), Refusal> {
        let Self::Enclave { enclave, run, .. } = self else { return Ok(()) };
        let (_, model, _) = context.model;
        match run.model.agrees_with(enclave.record.binding, &model.artefact) {
            true => Ok(()),
            false => Err(Refusal::WrongModel),
        }
    }

    /// Whether they signed `answer`; an enclave's key signs price, run and ciphertext with it.
    fn check_signature(
        &self,
        context: &AppraisalContext<'_>,
        answer: Answer,
        sealed: Option<Digest>,
    ) -> Result<(), Refusal> {
        let (good, refusal) = match self {
            Self::Worker(signed) => (
                verifies(&signed.key.0, &answer.signing_hash(), &signed.signature),
                Refusal::BadSignature,
            ),
            Self::Enclave { enclave, run, signature } => {
                let said = EnclaveAnswer {
                    enclave: enclave.record.id,
                    answer,
                    price: context.price,
                    run: (*run).clone(),
                    sealed,
                };
                (
                    verifies(&enclave.session_key.0, &said.signing_hash(), signature),
                    Refusal::BadSessionSignature,
                )
            }
        };
        match good {
            true => Ok(()),
            false => Err(refusal),
        }
    }

    /// What is known of the enclave, and what it said of the run; of a worker nothing is.
    fn attested(&self) -> Finding {
        let without = Finding::without_proof();
        match self {
            Self::Worker(_) => without,
            Self::Enclave { enclave, run, .. } => Finding {
                enclave: Some(EnclaveFacts::of(enclave)),
                attested: Some(Attested { enclave: enclave.record.clone(), run: (*run).clone() }),
                ..without
            },
        }
    }
}

/// Whether `signature` is over `message` by the one Ed25519 rule of this project: ZIP-215, and never
/// under a key of small order, since there one signature is over every message. Command line and
/// clients hold signatures to the same.
pub fn verifies(key: &[u8; 32], message: &[u8], signature: &Signature) -> bool {
    let (public, signature) =
        (ed25519::Public::from_raw(*key), ed25519::Signature::from_raw(signature.0));
    !is_small_order(key) && sp_io::crypto::ed25519_verify(&signature, message, &public)
}

/// Whether `output` is of the form that the request asks for and, where its bytes are there to see, that
/// the model gives.
fn check_output(context: &AppraisalContext<'_>, output: &Output) -> Result<(), Refusal> {
    let (_, model, _) = context.model;
    match (output, context.input_is_public) {
        (Output::Public(bytes), true) => {
            model.artefact.check_output(bytes).map_err(|_| Refusal::MalformedOutput)
        }
        (Output::Sealed { .. }, false) => Ok(()),
        (Output::Public(_), false) | (Output::Sealed { .. }, true) => Err(Refusal::MalformedOutput),
    }
}

fn binding_of(context: &AppraisalContext<'_>) -> Binding {
    let (request, attempt) = context.lease;
    binding(context.genesis, request, attempt, context.provider, context.lease_block)
}

fn answer_of(context: &AppraisalContext<'_>, output: Commitment, binding: Binding) -> Answer {
    let (request, attempt) = context.lease;
    Answer {
        genesis: context.genesis,
        request,
        attempt,
        provider: context.provider,
        binding,
        model: context.model.0,
        policy_version: context.policy_version,
        input: context.input,
        parameters: context.parameters,
        output,
    }
}

fn appraisal(context: &AppraisalContext<'_>, output: Commitment, finding: Finding) -> Appraisal {
    let settled = Settled {
        mode: context.mode,
        setup: finding.setup,
        enclave: finding.enclave,
        input_is_public: context.input_is_public,
    };
    let facts = settled.facts();
    Appraisal {
        output,
        checks: settled.checks(context.now),
        appraised: Appraised {
            facts: facts.circumstances,
            standings: table(&facts),
            grade: grade(&facts),
            forgeable_by: finding.forgeable_by,
            key_version: finding.key_version,
            attested: finding.attested,
        },
    }
}
