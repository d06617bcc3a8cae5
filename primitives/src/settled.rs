//! What a receipt says of an answer that settled by itself: for the runtime that writes it, for the
//! audit that expects it, and for a preview before anything is paid.

use crate::{
    attestation::Vendor,
    checks::{Check, CheckLog, CheckResult, Checked, Passed},
    enclave::EnclaveContext,
    mode::Mode,
    reference::{ClaimSet, ModelBinding},
    standing::{Circumstances, Column, Delivery, Facts, InputChannel, SetupTrust},
    BlockNumber,
};

/// What is known of the enclave that answered, as far as what is said of its answer depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnclaveFacts {
    /// Who vouches for the hardware.
    pub vendor: Vendor,
    /// How the code binds the model.
    pub binding: ModelBinding,
    /// The claims that the code observes itself.
    pub vouches: ClaimSet,
    /// Whether the code prepares inputs itself.
    pub prepares_input: bool,
    /// Whether the code seeds its sampling by the lease.
    pub seeded_by_lease: bool,
    /// Whether it is known who holds the machine.
    pub platform_holder_known: bool,
    /// The block in which its document was verified.
    pub verified: BlockNumber,
}

impl EnclaveFacts {
    /// Those of an enclave in chain state.
    pub fn of(context: &EnclaveContext) -> Self {
        Self {
            vendor: context.record.vendor,
            binding: context.record.binding,
            vouches: context.vouches,
            prepares_input: context.prepares_input,
            seeded_by_lease: context.seeded_by_lease,
            platform_holder_known: context.record.platform_holder_known,
            verified: context.record.verified,
        }
    }

    /// The column of the table: the development vendor vouches for nothing, whatever the code is.
    fn column(&self) -> Column {
        match (self.vendor, self.binding) {
            (Vendor::Development, _) => Column::Development,
            (_, ModelBinding::Upstream) => Column::TeeProxy,
            (_, ModelBinding::InImage(_) | ModelBinding::Loaded) => Column::TeeOpen,
        }
    }
}

/// One answer with good evidence, in the block, as far as what is said of it depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The mode of its evidence.
    pub mode: Mode,
    /// What the setup rule says of its key; of no account in a mode without a proof.
    pub setup: SetupTrust,
    /// What is known of the enclave; of no account in a mode without one.
    pub enclave: Option<EnclaveFacts>,
    /// Whether its input is public.
    pub input_is_public: bool,
}

impl Settled {
    /// An answer in `mode` to a public input, by no enclave.
    pub fn of_public_input(mode: Mode, setup: SetupTrust) -> Self {
        Self { mode, setup, enclave: None, input_is_public: true }
    }

    /// An answer of an enclave to a public input.
    pub fn of_enclave(enclave: EnclaveFacts) -> Self {
        Self {
            mode: Mode::Tee,
            setup: SetupTrust::NotApplicable,
            enclave: Some(enclave),
            input_is_public: true,
        }
    }

    /// The enclave, in the mode that has one.
    fn enclave(&self) -> Option<&EnclaveFacts> {
        self.enclave.as_ref().filter(|_| self.mode == Mode::Tee)
    }

    /// What was the case.
    pub fn circumstances(&self) -> Circumstances {
        Circumstances {
            column: match self.mode {
                Mode::Plain => Column::Plain,
                // Without an enclave nothing vouches for it.
                Mode::Tee => self.enclave().map_or(Column::Development, EnclaveFacts::column),
                Mode::ZkMl => Column::ZkConstant,
            },
            batch_leaf: false,
            leaf_holds_block_hash: false,
            voucher: false,
            setup: match self.mode {
                Mode::ZkMl => self.setup,
                Mode::Plain | Mode::Tee => SetupTrust::NotApplicable,
            },
            input: match (self.input_is_public, self.enclave()) {
                (true, _) => InputChannel::Public,
                // A private input is sealed to the key of the enclave that answers.
                (false, Some(_)) => InputChannel::EndsInEnclave,
                (false, None) => InputChannel::Operator,
            },
            delivery: Delivery::InBlock,
            vouches: self.enclave().map_or(ClaimSet::default(), |enclave| enclave.vouches),
            preparation_in_image: self.enclave().is_some_and(|enclave| enclave.prepares_input),
            seeded_by_lease: self.enclave().is_some_and(|enclave| enclave.seeded_by_lease),
            platform_holder_known: self
                .enclave()
                .is_some_and(|enclave| enclave.platform_holder_known),
        }
    }

    /// How `check` went. The evidence is good, so none that the mode has failed. That a setup is
    /// not trusted refuses nothing, it lowers what is said.
    pub fn result_of(&self, check: Check) -> CheckResult {
        let proven = self.mode == Mode::ZkMl;
        let enclave = self.enclave().is_some();
        match check {
            Check::WorkerSignature if self.mode != Mode::Tee => CheckResult::Pass,
            Check::SessionSignature | Check::EnclaveValid | Check::Vouched if enclave => {
                CheckResult::Pass
            }
            Check::BindingRecomputed | Check::RuntimeState => CheckResult::Pass,
            Check::Proof if proven => CheckResult::Pass,
            // The runtime computed the commitment from the bytes where it has them. An output is private
            // where the input is.
            Check::InputRecomputed | Check::OutputRecomputed if self.input_is_public => {
                CheckResult::Pass
            }
            Check::InputRecomputed | Check::OutputRecomputed => CheckResult::CouldNotCheck,
            Check::SetupTrusted if proven => match self.setup {
                SetupTrust::Bare => CheckResult::Pass,
                SetupTrust::NotApplicable
                | SetupTrust::Forgeable
                | SetupTrust::ForgeableByInterested => CheckResult::Fail,
            },
            Check::Proof
            | Check::SetupTrusted
            | Check::WorkerSignature
            | Check::SessionSignature
            | Check::EnclaveValid
            | Check::Vouched
            | Check::WeightsRecomputed
            | Check::LeafVerified => CheckResult::NotClaimed,
        }
    }

    /// Every check there is, once, as it went in block `at`. An enclave's document was verified when
    /// it was registered; that it is still valid was looked at in `at`, and is logged by the block
    /// that the word rests on.
    pub fn checks(&self, at: BlockNumber) -> CheckLog {
        let ran = |check| match (check, self.enclave()) {
            (Check::EnclaveValid, Some(enclave)) => enclave.verified,
            _ => at,
        };
        let entry = |check| Checked { check, result: self.result_of(check), at: ran(check) };
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
        claims::{Claim, Standing},
        standing::{self, grade, standing, Grade},
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
                    let settled = Settled { mode, setup, enclave: None, input_is_public };
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
        assert_eq!(committed.result_of(Check::OutputRecomputed), CheckResult::CouldNotCheck);
        assert_eq!(committed.circumstances().input, InputChannel::Operator);
    }

    /// What a receipt of a private request says, row by row.
    #[test]
    fn a_private_answer_says_who_could_read_its_input_and_that_it_was_delivered() {
        use crate::{
            claims::{Basis, Redo},
            reference::ModelBinding::{Loaded, Upstream},
        };
        let rows = [
            (Vendor::Aws, Loaded, Standing::Attested, Standing::Attested, Grade::B),
            (Vendor::Aws, Upstream, Standing::Attested, Standing::Attested, Grade::C),
            (Vendor::Development, Loaded, Standing::Signed, Standing::Signed, Grade::E),
        ];
        for (vendor, binding, readers, output, letter) in rows {
            let vouches = ClaimSet::of(&[Claim::InputReaders, Claim::Output, Claim::Execution]);
            let enclave = EnclaveFacts { vouches, ..enclave(vendor, binding) };
            let settled = Settled { input_is_public: false, ..Settled::of_enclave(enclave) };
            assert_eq!(settled.circumstances().input, InputChannel::EndsInEnclave);
            let facts = settled.facts();
            let of = |claim| standing(claim, &facts);
            assert_eq!(of(Claim::InputReaders).standing, readers, "{vendor:?} {binding:?}");
            assert_eq!(of(Claim::Output).standing, output, "{vendor:?} {binding:?}");
            assert_eq!(of(Claim::Delivered).standing, Standing::Enforced);
            let input = of(Claim::InputBytes);
            assert_eq!((input.standing, input.redo), (Standing::Absent, Redo::HolderOfOpening));
            assert_eq!(input.basis[..], [Basis::Opening]);
            assert_eq!(grade(&facts), letter);
        }
    }

    #[test]
    fn whom_the_code_does_not_vouch_for_as_readers_is_the_word_of_its_key() {
        let enclave = enclave(Vendor::Aws, ModelBinding::Loaded);
        let settled = Settled { input_is_public: false, ..Settled::of_enclave(enclave) };
        assert_eq!(standing(Claim::InputReaders, &settled.facts()).standing, Standing::Signed);
    }

    fn enclave(vendor: Vendor, binding: ModelBinding) -> EnclaveFacts {
        EnclaveFacts {
            vendor,
            binding,
            vouches: ClaimSet::of(&[Claim::ModelRan, Claim::Output, Claim::Execution]),
            prepares_input: false,
            seeded_by_lease: false,
            platform_holder_known: true,
            verified: 5,
        }
    }

    #[test]
    fn only_what_the_code_vouches_for_is_attested() {
        let facts = Settled::of_enclave(enclave(Vendor::Aws, ModelBinding::Loaded)).facts();
        let of = |claim| standing(claim, &facts).standing;
        assert_eq!(of(Claim::ModelRan), Standing::Attested);
        assert_eq!(of(Claim::InputUsed), Standing::Signed);
        assert_eq!(of(Claim::Usage), Standing::Signed);
    }

    #[test]
    fn the_development_vendor_attests_nothing_whatever_its_code_vouches_for() {
        for binding in [ModelBinding::Loaded, ModelBinding::Upstream] {
            let facts = Settled::of_enclave(enclave(Vendor::Development, binding)).facts();
            let table = standing::table(&facts);
            assert!(table.iter().all(|cell| cell.standing != Standing::Attested));
            assert_eq!(grade(&facts), Grade::E);
        }
    }

    #[test]
    fn an_enclave_is_graded_by_where_its_model_runs() {
        let graded = |binding| grade(&Settled::of_enclave(enclave(Vendor::Aws, binding)).facts());
        assert_eq!(graded(ModelBinding::Loaded), Grade::B);
        assert_eq!(graded(ModelBinding::Upstream), Grade::C);
    }

    #[test]
    fn an_enclave_is_logged_by_the_block_that_verified_its_document() {
        let settled = Settled::of_enclave(enclave(Vendor::Aws, ModelBinding::Loaded));
        let log = settled.checks(9);
        let of = |check| log.iter().find(|entry| entry.check == check).unwrap().at;
        assert_eq!((of(Check::EnclaveValid), of(Check::SessionSignature)), (5, 9));
        assert_eq!(settled.result_of(Check::WorkerSignature), CheckResult::NotClaimed);
    }
}
