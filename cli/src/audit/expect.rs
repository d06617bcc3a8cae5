//! What the rules make of a request, a mode and a setup: for the audit, which compares it with what
//! the chain says, and for `preview` and `compare`, which print it before anything is paid.

use opg_primitives::{
    checks::{Check, CheckLog, CheckResult, Checked, Passed},
    disclosure::{Disclosure, FieldDisclosure, Form, ReadableBy},
    ids::Account,
    mode::Mode,
    model::{ModelVersion, VerifyingKey},
    receipt::Receipt,
    setup_rule::{self, Parties},
    standing::{Circumstances, Column, Delivery, Facts, InputChannel, SetupTrust},
};

/// What the setup rule says of the key of a settled receipt.
pub fn setup(
    receipt: &Receipt,
    model: &ModelVersion,
    key: &VerifyingKey,
    recognised: &[Account],
) -> (SetupTrust, Option<Account>) {
    let provider = receipt.lease.map(|lease| lease.provider);
    let parties = Parties::of(model, Some(receipt.requester), provider);
    setup_rule::apply(&key.setup, &parties, |who| recognised.contains(who))
}

/// The circumstances of an answer in `mode` whose input is public and whose output is in the block.
pub fn circumstances(mode: Mode, setup: SetupTrust) -> Circumstances {
    Circumstances {
        column: match mode {
            Mode::Plain => Column::Plain,
            Mode::Tee => Column::Development,
            Mode::ZkMl => Column::ZkConstant,
        },
        batch_leaf: false,
        leaf_holds_block_hash: false,
        voucher: false,
        setup: if mode == Mode::ZkMl { setup } else { SetupTrust::NotApplicable },
        input: InputChannel::Public,
        delivery: Delivery::InBlock,
        preparation_in_image: false,
        seeded_by_lease: false,
        platform_holder_known: false,
    }
}

/// How a check of a good answer in `mode` ends, where the input is public.
pub fn result_of(check: Check, mode: Mode, setup: SetupTrust) -> CheckResult {
    let proven = mode == Mode::ZkMl;
    match check {
        Check::WorkerSignature
        | Check::InputRecomputed
        | Check::OutputRecomputed
        | Check::BindingRecomputed
        | Check::RuntimeState => CheckResult::Pass,
        Check::Proof if proven => CheckResult::Pass,
        Check::SetupTrusted if proven && setup == SetupTrust::Bare => CheckResult::Pass,
        // It refuses nothing: it lowers what is said.
        Check::SetupTrusted if proven => CheckResult::Fail,
        _ => CheckResult::NotClaimed,
    }
}

/// The facts of a good answer in `mode`.
pub fn facts(mode: Mode, setup: SetupTrust) -> Facts {
    let passes = |check: &Check| result_of(*check, mode, setup) == CheckResult::Pass;
    let passed: Vec<Check> = Check::ALL.into_iter().filter(passes).collect();
    Facts { circumstances: circumstances(mode, setup), passed: Passed::of(&passed) }
}

/// The log of checks of a settled receipt: every check there is, and how it went.
pub fn checks(receipt: &Receipt, setup: SetupTrust) -> CheckLog {
    let mode = receipt.mode.asked.unwrap_or(receipt.mode.default);
    let entries = Check::ALL.map(|check| Checked {
        check,
        result: result_of(check, mode, setup),
        at: receipt.closed,
    });
    // The twelve checks that there are, where sixteen have room.
    CheckLog::truncate_from(entries.to_vec())
}

/// The disclosure of a request whose input is public.
pub fn disclosure(receipt: &Receipt) -> Disclosure {
    let public = FieldDisclosure { form: Form::Public, readable_by: ReadableBy::Everyone };
    let nothing = FieldDisclosure { form: Form::NotApplicable, readable_by: ReadableBy::Nobody };
    Disclosure {
        input: public,
        parameters: match receipt.parameters == opg_primitives::statement::commit_parameters(&[]) {
            true => nothing,
            false => public,
        },
        output: if receipt.output.is_some() { public } else { nothing },
        weights: FieldDisclosure { form: Form::Withheld, readable_by: ReadableBy::ModelOwner },
        providers_that_saw: receipt.attempt.saturating_add(u8::from(receipt.lease.is_some())),
    }
}

/// Whether requester and provider, or requester and owner, are one account.
pub fn self_dealing(receipt: &Receipt) -> bool {
    receipt.requester == receipt.owner
        || receipt.lease.is_some_and(|lease| lease.provider == receipt.requester)
}
