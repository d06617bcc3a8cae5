//! From evidence to a table of standings.
//!
//! The order is that of cost: what a comparison tells comes before what a signature tells, and
//! that before a pairing. Nothing that is checked against comes with the evidence.

use crate::{
    proof::{self, Statement},
    types::Format,
    worker_key, Config, Pallet, Recognised, SwitchedOff, TrustVersion,
};
use opg_primitives::{
    evidence::{Evidence, SignedAnswer},
    ids::{Account, Binding, Commitment},
    mode::Mode,
    model::VerifyingKey,
    receipt::Appraised,
    request::Refusal,
    settled::Settled,
    setup_rule::{self, Parties},
    standing::{grade, table, SetupTrust},
    statement::{binding, commit_output, output_salt, Answer, NO_SALT},
    traits::{Appraisal, AppraisalContext, Appraiser},
};
use opg_zkml_statement::Output;
use sp_core::ed25519;

/// What an appraisal of the one mode or the other found out beyond the worker's signature.
struct Finding {
    setup: SetupTrust,
    forgeable_by: Option<Account>,
    key_version: Option<u32>,
}

impl<T: Config> Appraiser for Pallet<T> {
    fn appraise(
        context: &AppraisalContext<'_>,
        output: &[u8],
        evidence: &Evidence,
    ) -> Result<Appraisal, Refusal> {
        // 1. The mode and the switch.
        if evidence.mode() != context.mode {
            return Err(Refusal::WrongMode);
        }
        if SwitchedOff::<T>::contains_key(Format::from(evidence)) {
            return Err(Refusal::FormatDisabled);
        }
        // 2. Whose word it is.
        if !context.worker_key_registered {
            return Err(Refusal::UnknownWorkerKey);
        }
        // 3. The output, in the form that the model says, and its commitment. Its bytes are public,
        //    so is its salt.
        let (_, model, _) = context.model;
        Output::from_bytes(&model.interface.output, output)
            .map_err(|_| Refusal::MalformedOutput)?;
        let commitment = commit_output(output_salt(NO_SALT, context.lease.0), output);
        // 4. The worker's signature, over what the runtime computes itself.
        let binding = binding_of(context);
        check_signature(context, commitment, binding, evidence.signed())?;
        // 5. What the mode asks beyond it.
        let finding = match evidence {
            Evidence::Plain(_) => {
                Finding { setup: SetupTrust::NotApplicable, forgeable_by: None, key_version: None }
            }
            Evidence::ZkMl { system, key_version, proof, .. } => {
                let (_, model, key) = context.model;
                let key = key
                    .filter(|key| key.version == *key_version && key.system == *system)
                    .ok_or(Refusal::NoVerifyingKey)?;
                let interface = &model.interface;
                let statement = Statement { interface, input: context.input, output, binding };
                proof::check(key, &statement, proof)?;
                Self::finding_under(key, context)
            }
        };
        Ok(appraisal(context, commitment, &finding))
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
        Finding { setup, forgeable_by, key_version: Some(key.version) }
    }
}

fn binding_of(context: &AppraisalContext<'_>) -> Binding {
    let (request, attempt) = context.lease;
    binding(context.genesis, request, attempt, context.provider, context.lease_block)
}

fn check_signature(
    context: &AppraisalContext<'_>,
    output: Commitment,
    binding: Binding,
    signed: &SignedAnswer,
) -> Result<(), Refusal> {
    if worker_key::is_small_order(&signed.key) {
        return Err(Refusal::BadSignature);
    }
    let (request, attempt) = context.lease;
    let answer = Answer {
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
    };
    let signature = ed25519::Signature::from_raw(signed.signature.0);
    let key = ed25519::Public::from_raw(signed.key.0);
    match sp_io::crypto::ed25519_verify(&signature, &answer.signing_hash(), &key) {
        true => Ok(()),
        false => Err(Refusal::BadSignature),
    }
}

fn appraisal(context: &AppraisalContext<'_>, output: Commitment, finding: &Finding) -> Appraisal {
    let settled = Settled {
        mode: context.mode,
        setup: finding.setup,
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
        },
    }
}
