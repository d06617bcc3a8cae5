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
    checks::{self, Check, CheckLog, CheckResult, Checked},
    evidence::{Evidence, SignedAnswer},
    ids::{Account, Binding, Commitment},
    mode::Mode,
    model::VerifyingKey,
    receipt::Appraised,
    request::Refusal,
    setup_rule::{self, Parties},
    standing::{grade, table, Circumstances, Column, Delivery, Facts, InputChannel, SetupTrust},
    statement::{binding, commit_output, output_salt, Answer, NO_SALT},
    traits::{Appraisal, AppraisalContext, Appraiser},
    BlockNumber,
};
use opg_zkml_statement::Output;
use sp_core::ed25519;

/// What an appraisal of the one mode or the other found out beyond the worker's signature.
struct Finding {
    column: Column,
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
            Evidence::Plain(_) => Finding {
                column: Column::Plain,
                setup: SetupTrust::NotApplicable,
                forgeable_by: None,
                key_version: None,
            },
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
        Finding { column: Column::ZkConstant, setup, forgeable_by, key_version: Some(key.version) }
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
    let checks = log(context, finding);
    let circumstances = Circumstances {
        column: finding.column,
        batch_leaf: false,
        leaf_holds_block_hash: false,
        voucher: false,
        setup: finding.setup,
        input: match context.input_is_public {
            true => InputChannel::Public,
            false => InputChannel::Operator,
        },
        delivery: Delivery::InBlock,
        preparation_in_image: false,
        seeded_by_lease: false,
        platform_holder_known: false,
    };
    let facts = Facts { circumstances, passed: checks::passed(&checks) };
    Appraisal {
        output,
        checks,
        appraised: Appraised {
            facts: circumstances,
            standings: table(&facts),
            grade: grade(&facts),
            forgeable_by: finding.forgeable_by,
            key_version: finding.key_version,
        },
    }
}

/// Every check there is, and how it went: the evidence is good, so none that the mode has failed.
/// That a setup is not trusted refuses nothing, it lowers what is said.
fn log(context: &AppraisalContext<'_>, finding: &Finding) -> CheckLog {
    let proven = finding.column == Column::ZkConstant;
    let result = |check| match check {
        Check::WorkerSignature
        | Check::OutputRecomputed
        | Check::BindingRecomputed
        | Check::RuntimeState => CheckResult::Pass,
        Check::Proof if proven => CheckResult::Pass,
        // The runtime computed the commitment from the bytes where it has them.
        Check::InputRecomputed if context.input_is_public => CheckResult::Pass,
        Check::InputRecomputed => CheckResult::CouldNotCheck,
        Check::SetupTrusted if proven => match finding.setup {
            SetupTrust::Bare => CheckResult::Pass,
            SetupTrust::NotApplicable
            | SetupTrust::Forgeable
            | SetupTrust::ForgeableByInterested => CheckResult::Fail,
        },
        Check::Proof
        | Check::SetupTrusted
        | Check::SessionSignature
        | Check::EnclaveValid
        | Check::Vouched
        | Check::WeightsRecomputed
        | Check::LeafVerified => CheckResult::NotClaimed,
    };
    let entry = |check, at: BlockNumber| Checked { check, result: result(check), at };
    CheckLog::truncate_from(Check::ALL.map(|check| entry(check, context.now)).to_vec())
}
