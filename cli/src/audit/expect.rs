//! What the rules make of a request, a mode and a setup: for the audit, which compares it with what
//! the chain says, and for `preview` and `compare`, which print it before anything is paid.

use opg_primitives::{
    checks::{Check, CheckLog, CheckResult, Checked, Passed},
    disclosure::{Disclosure, FieldDisclosure, Form, ReadableBy},
    ids::Account,
    mode::Mode,
    model::{Setup, VerifyingKey},
    receipt::Receipt,
    standing::{Circumstances, Column, Delivery, Facts, InputChannel, SetupTrust},
};

/// The setup rule, k8: `Proven` stands bare only where nobody could have kept a secret, or where
/// the requester or an account that governance recognises took part in a ceremony. `paid` are the
/// provider and the owner.
pub fn setup_rule(
    setup: &Setup,
    requester: &Account,
    paid: [Account; 2],
    recognised: &[Account],
) -> (SetupTrust, Option<Account>) {
    let unless_forged_by = |account: Account| match paid.contains(&account) {
        true => (SetupTrust::ForgeableByInterested, Some(account)),
        false => (SetupTrust::Forgeable, Some(account)),
    };
    match setup {
        Setup::Transparent => (SetupTrust::Bare, None),
        Setup::Sole(account) => unless_forged_by(*account),
        Setup::Ceremony { contributors, .. } => {
            let trusted = |who: &Account| who == requester || recognised.contains(who);
            if contributors.iter().any(trusted) {
                return (SetupTrust::Bare, None);
            }
            let [_, owner] = paid;
            match contributors.as_slice() {
                // Nobody says that they took part: then it is the owner's word.
                [] => unless_forged_by(owner),
                [only] => unless_forged_by(*only),
                several if several.iter().all(|who| paid.contains(who)) => {
                    (SetupTrust::ForgeableByInterested, several.first().copied())
                }
                _ => (SetupTrust::Forgeable, None),
            }
        }
    }
}

/// [`setup_rule`] for the key of a settled receipt.
pub fn setup(
    receipt: &Receipt,
    key: &VerifyingKey,
    recognised: &[Account],
) -> (SetupTrust, Option<Account>) {
    let provider = receipt.lease.map_or(receipt.owner, |lease| lease.provider);
    setup_rule(&key.setup, &receipt.requester, [provider, receipt.owner], recognised)
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
