//! What a receipt says of an answer that settled by itself: for the runtime that writes it, for the
//! audit that expects it, and for a preview before anything is paid.

use crate::{
    checks::{Check, CheckLog, CheckResult, Checked, Passed},
    mode::Mode,
    standing::{Circumstances, Column, Delivery, Facts, InputChannel, SetupTrust},
    BlockNumber,
};

/// One answer with good evidence, in the block, as far as what is said of it depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The mode of its evidence.
    pub mode: Mode,
    /// What the setup rule says of its key; of no account in a mode without a proof.
    pub setup: SetupTrust,
    /// Whether its input is public.
    pub input_is_public: bool,
}

impl Settled {
    /// An answer in `mode` to a public input.
    pub fn of_public_input(mode: Mode, setup: SetupTrust) -> Self {
        Self { mode, setup, input_is_public: true }
    }

    /// What was the case.
    pub fn circumstances(&self) -> Circumstances {
        Circumstances {
            column: match self.mode {
                Mode::Plain => Column::Plain,
                // It has no verifier yet, so that no answer in it settles.
                Mode::Tee => Column::Development,
                Mode::ZkMl => Column::ZkConstant,
            },
            batch_leaf: false,
            leaf_holds_block_hash: false,
            voucher: false,
            setup: match self.mode {
                Mode::ZkMl => self.setup,
                Mode::Plain | Mode::Tee => SetupTrust::NotApplicable,
            },
            input: match self.input_is_public {
                true => InputChannel::Public,
                false => InputChannel::Operator,
            },
            delivery: Delivery::InBlock,
            preparation_in_image: false,
            seeded_by_lease: false,
            platform_holder_known: false,
        }
    }

    /// How `check` went. The evidence is good, so none that the mode has failed. That a setup is
    /// not trusted refuses nothing, it lowers what is said.
    pub fn result_of(&self, check: Check) -> CheckResult {
        let proven = self.mode == Mode::ZkMl;
        match check {
            Check::WorkerSignature
            | Check::OutputRecomputed
            | Check::BindingRecomputed
            | Check::RuntimeState => CheckResult::Pass,
            Check::Proof if proven => CheckResult::Pass,
            // The runtime computed the commitment from the bytes where it has them.
            Check::InputRecomputed if self.input_is_public => CheckResult::Pass,
            Check::InputRecomputed => CheckResult::CouldNotCheck,
            Check::SetupTrusted if proven => match self.setup {
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
        }
    }

    /// Every check there is, once, as it went in block `at`.
    pub fn checks(&self, at: BlockNumber) -> CheckLog {
        let entry = |check| Checked { check, result: self.result_of(check), at };
        // The twelve checks that there are, where sixteen have room.
        CheckLog::truncate_from(Check::ALL.map(entry).to_vec())
    }

    /// All that decides its table.
    pub fn facts(&self) -> Facts {
        let passes = |check: &Check| self.result_of(*check) == CheckResult::Pass;
        let passed = Check::ALL.into_iter().filter(passes);
        Facts {
            circumstances: self.circumstances(),
            passed: passed.fold(Passed::default(), Passed::with),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks,
        standing::{grade, Grade},
    };

    const TRUSTS: [SetupTrust; 4] = [
        SetupTrust::NotApplicable,
        SetupTrust::Bare,
        SetupTrust::Forgeable,
        SetupTrust::ForgeableByInterested,
    ];

    #[test]
    fn the_facts_are_those_of_the_log() {
        for mode in [Mode::Plain, Mode::Tee, Mode::ZkMl] {
            for setup in TRUSTS {
                for input_is_public in [false, true] {
                    let settled = Settled { mode, setup, input_is_public };
                    let log = settled.checks(7);
                    assert_eq!(checks::passed(&log), settled.facts().passed);
                    let logged: Vec<_> = log.iter().map(|entry| (entry.check, entry.at)).collect();
                    assert_eq!(logged, Check::ALL.map(|check| (check, 7)));
                }
            }
        }
    }

    #[test]
    fn a_proof_is_graded_by_its_setup_and_a_signature_is_not() {
        let graded =
            |mode| TRUSTS.map(|setup| grade(&Settled::of_public_input(mode, setup).facts()));
        assert_eq!(graded(Mode::ZkMl)[1..], [Grade::A, Grade::C, Grade::E]);
        assert_eq!(graded(Mode::Plain), [Grade::E; 4]);
    }

    #[test]
    fn the_setup_of_a_mode_without_a_proof_is_not_applicable() {
        let plain = Settled::of_public_input(Mode::Plain, SetupTrust::Bare);
        assert_eq!(plain.circumstances().setup, SetupTrust::NotApplicable);
        assert_eq!(plain.result_of(Check::SetupTrusted), CheckResult::NotClaimed);
        assert_eq!(plain.result_of(Check::Proof), CheckResult::NotClaimed);
    }

    #[test]
    fn only_a_public_input_was_recomputed() {
        let public = Settled::of_public_input(Mode::ZkMl, SetupTrust::Forgeable);
        let committed = Settled { input_is_public: false, ..public };
        assert_eq!(public.result_of(Check::InputRecomputed), CheckResult::Pass);
        assert_eq!(committed.result_of(Check::InputRecomputed), CheckResult::CouldNotCheck);
        assert_eq!(committed.circumstances().input, InputChannel::Operator);
    }
}
