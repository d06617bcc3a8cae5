//! Which receipts a revocation marks, and what it costs: nothing is marked when it is decided, whoever reads
//! a receipt asks.

use super::chain::genesis;
use crate::{
    genesis_config_presets::DEVELOPMENT, Attestation, BlockNumber, Receipts, Runtime, RuntimeCall,
    RuntimeOrigin, System,
};
use frame_support::assert_ok;
use opg_primitives::{
    attestation::{AttestationFormat, TcbStatus, Vendor},
    disclosure::Disclosure,
    enclave::{Attested, EnclaveRecord, FinishReason, ModelRan, Run, Usage},
    ids::{
        Account, Commitment, ConfigurationId, Digest, EnclaveId, MeasurementId, ModelId,
        PlatformId, RequestId,
    },
    mode::Mode,
    policy::ClassId,
    receipt::{Appraised, JudgedBy, ModeRecord, Payment, Receipt, RECEIPT_FORMAT},
    reference::{ClaimSet, ModelBinding},
    request::Outcome,
    settled::{EnclaveFacts, Settled},
    standing::{grade, table},
    traits::Receipts as _,
};
use pallet_attestation::{Call, Reason, Subject};
use proptest::prelude::*;
use sp_io::TestExternalities;
use sp_runtime::traits::Dispatchable;
use sp_trie::recorder::Recorder;
use std::collections::{BTreeMap, BTreeSet};

/// The block in which a test begins.
const BEGIN: BlockNumber = 10;
/// More blocks than a test goes to.
const BLOCKS: usize = 256;

/// An enclave, by the numbers of what its answers rest on.
#[derive(Clone, Copy, Debug)]
struct Machine {
    vendor: usize,
    tcb: usize,
    code: u8,
    platform: u8,
    keys: u8,
}

impl Machine {
    /// What a receipt says of it.
    fn record(self) -> EnclaveRecord {
        EnclaveRecord {
            id: EnclaveId([self.keys; 32]),
            vendor: Vendor::ALL[self.vendor],
            format: AttestationFormat::SevSnp,
            measurement: MeasurementId([self.code; 32]),
            binding: ModelBinding::Loaded,
            platform: PlatformId([self.platform; 32]),
            platform_known: true,
            configuration: ConfigurationId([1; 32]),
            verified: 1,
            valid_until: u64::MAX,
            tcb: TcbStatus::ALL[self.tcb],
            advisories: Default::default(),
            platform_holder_known: false,
        }
    }

    /// What its answers rest on.
    fn subjects(self) -> [Subject; 4] {
        let record = self.record();
        [
            Subject::Tcb(record.vendor, record.tcb),
            Subject::Measurement(record.measurement),
            Subject::Platform(record.platform),
            Subject::Enclave(record.id),
        ]
    }
}

/// The `number`th receipt, of this block, of a settled answer of an enclave.
fn receipt(number: u32, enclave: EnclaveRecord) -> Receipt {
    let settled = Settled::of_enclave(EnclaveFacts {
        vendor: enclave.vendor,
        binding: enclave.binding,
        vouches: ClaimSet::default(),
        prepares_input: false,
        seeded_by_lease: false,
        platform_holder_known: false,
        verified: enclave.verified,
    });
    let closed = System::block_number();
    let mut request = RequestId([0xaa; 32]);
    request.0[..4].copy_from_slice(&number.to_le_bytes());
    let run = Run {
        model: ModelRan::Network(Digest([2; 32])),
        finish: FinishReason::Stop,
        usage: Usage::default(),
        started: 1,
        finished: 2,
        sequence: number.into(),
        previous: Digest::default(),
    };
    Receipt {
        format: RECEIPT_FORMAT,
        request,
        attempt: 0,
        terminal: true,
        outcome: Outcome::Settled,
        requester: Account([3; 32]),
        model: ModelId([4; 32]),
        owner: Account([5; 32]),
        class: ClassId(b"general".to_vec().try_into().expect("it is short")),
        mode: ModeRecord { asked: None, default: Mode::Tee, achieved: Some(Mode::Tee) },
        lease: None,
        requested: closed,
        closed,
        deadline: closed,
        input: Commitment([6; 32]),
        parameters: Commitment([7; 32]),
        output: Some(Commitment([8; 32])),
        disclosure: Disclosure::of_public_input(false, true, 1),
        payment: Payment::default(),
        self_dealing: false,
        checks: settled.checks(closed),
        evidence: None,
        judged_by: JudgedBy {
            spec_version: 100,
            code_hash: Digest([9; 32]),
            policy_version: 0,
            policy: Digest([10; 32]),
            trust_version: 0,
        },
        appraised: Some(Appraised {
            facts: settled.circumstances(),
            standings: table(&settled.facts()),
            grade: grade(&settled.facts()),
            forgeable_by: None,
            key_version: None,
            attested: Some(Attested { enclave, run }),
        }),
    }
}

/// What happens.
#[derive(Clone, Debug)]
enum Step {
    /// An answer of an enclave settles.
    Settle(Machine),
    /// Governance revokes what such an enclave rests on, from so many blocks ago on.
    Revoke(Machine, usize, BlockNumber),
    /// It lets the revocation that stands end, so many blocks ago.
    Lift(Machine, usize, BlockNumber),
    /// Blocks go by.
    Wait(BlockNumber),
}

fn any_step() -> impl Strategy<Value = Step> {
    let machine = || {
        (0..2usize, 0..2usize, 0..3u8, 0..3u8, 0..4u8).prop_map(
            |(vendor, tcb, code, platform, keys)| Machine { vendor, tcb, code, platform, keys },
        )
    };
    prop_oneof![
        6 => machine().prop_map(Step::Settle),
        3 => (machine(), 0..4usize, 0..8u32).prop_map(|(it, kind, ago)| Step::Revoke(it, kind, ago)),
        2 => (machine(), 0..4usize, 0..8u32).prop_map(|(it, kind, ago)| Step::Lift(it, kind, ago)),
        3 => (1..4u32).prop_map(Step::Wait),
    ]
}

/// Which blocks a revocation holds in, one by one, so that nothing here knows of intervals.
struct Marked {
    stands: bool,
    blocks: [bool; BLOCKS],
}

impl Marked {
    fn set(&mut self, from: BlockNumber, holds: bool) {
        self.blocks[from as usize..].fill(holds);
    }
}

/// All revocations, by their subject.
#[derive(Default)]
struct Book(BTreeMap<Subject, Vec<Marked>>);

impl Book {
    fn standing(&mut self, subject: Subject) -> Option<&mut Marked> {
        self.0.entry(subject).or_default().iter_mut().find(|marked| marked.stands)
    }

    fn revoke(&mut self, subject: Subject, since: BlockNumber) {
        if self.standing(subject).is_none() {
            let marked = Marked { stands: true, blocks: [false; BLOCKS] };
            self.0.entry(subject).or_default().push(marked);
        }
        self.standing(subject).expect("it was put there").set(since, true);
    }

    fn lift(&mut self, subject: Subject, from: BlockNumber) {
        let standing = self.standing(subject).expect("one stands");
        standing.set(from, false);
        standing.stands = false;
    }

    fn covers(&self, subject: Subject, block: BlockNumber) -> bool {
        let mut marked = self.0.get(&subject).into_iter().flatten();
        marked.any(|marked| marked.blocks[block as usize])
    }
}

fn take(step: Step, number: u32, book: &mut Book, machines: &mut BTreeMap<RequestId, Machine>) {
    let now = System::block_number();
    match step {
        Step::Settle(machine) => {
            let receipt = receipt(number, machine.record());
            machines.insert(receipt.request, machine);
            Receipts::append(receipt);
        }
        Step::Revoke(machine, kind, ago) => {
            let (subject, since) = (machine.subjects()[kind], now - ago);
            let reason = Reason::FaultyCode;
            // What stands already is refused.
            if Attestation::revoke(RuntimeOrigin::root(), subject, reason, since).is_ok() {
                book.revoke(subject, since);
            }
        }
        Step::Lift(machine, kind, ago) => {
            let (subject, from) = (machine.subjects()[kind], now - ago);
            // What does not stand is refused.
            if Attestation::lift(RuntimeOrigin::root(), subject, from).is_ok() {
                book.lift(subject, from);
            }
        }
        Step::Wait(blocks) => System::set_block_number(now + blocks),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_revocation_marks_the_receipts_that_rest_on_it_and_no_other(
        steps in prop::collection::vec(any_step(), 1..60)
    ) {
        genesis(DEVELOPMENT).execute_with(|| {
            System::set_block_number(BEGIN);
            let (mut book, mut machines) = (Book::default(), BTreeMap::new());
            for (number, step) in (0..).zip(steps) {
                take(step, number, &mut book, &mut machines);
            }
            for receipt in pallet_receipts::Log::<Runtime>::iter_values() {
                let appraised = receipt.appraised.expect("it settled");
                let record = appraised.attested.expect("by an enclave").enclave;
                let taints = Attestation::taints(record, receipt.closed);
                let marked: BTreeSet<_> = taints.into_iter().map(|taint| taint.subject).collect();
                let subjects = machines[&receipt.request].subjects().into_iter();
                let expected: BTreeSet<_> =
                    subjects.filter(|subject| book.covers(*subject, receipt.closed)).collect();
                prop_assert_eq!(marked, expected);
            }
            prop_assert!(Attestation::do_try_state().is_ok());
            prop_assert!(Receipts::do_try_state().is_ok());
            Ok(())
        })?;
    }
}

/// The keys of the state that something reads, and those that it writes.
type Touched = (BTreeSet<Vec<u8>>, BTreeSet<Vec<u8>>);

/// What `act` touches of a state.
fn touched(ext: &mut TestExternalities, act: impl FnOnce()) -> Touched {
    ext.commit_all().expect("nothing is open");
    let recorder = Recorder::default();
    ext.execute_with_recorder(recorder.clone(), act);
    let read = recorder.recorded_keys().into_values().flat_map(|keys| keys.into_keys());
    let written = ext.overlayed_changes().changes().map(|(key, _)| key.clone());
    (read.map(|key| key.to_vec()).collect(), written.collect())
}

/// A state in which so many receipts rest on one enclave.
fn with_receipts(count: u32, machine: Machine) -> TestExternalities {
    let mut ext = genesis(DEVELOPMENT);
    ext.execute_with(|| {
        System::set_block_number(BEGIN);
        for number in 0..count {
            Receipts::append(receipt(number, machine.record()));
        }
        System::reset_events();
        assert_eq!(pallet_receipts::Log::<Runtime>::count(), count);
    });
    ext
}

const MACHINE: Machine = Machine { vendor: 0, tcb: 0, code: 1, platform: 2, keys: 3 };

#[test]
fn a_revocation_reads_and_writes_the_same_whether_ten_receipts_rest_on_it_or_a_thousand() {
    let states = [10, 1_000].map(|count| with_receipts(count, MACHINE));
    let [mut few, mut many] = states;
    for subject in MACHINE.subjects() {
        // Retroactive, and so of all these receipts.
        let revoke = || {
            let reason = Reason::PlatformAttacked;
            let call = RuntimeCall::from(Call::<Runtime>::revoke { subject, reason, since: 1 });
            assert_ok!(call.dispatch(RuntimeOrigin::root()));
        };
        let (of_few, of_many) = (touched(&mut few, revoke), touched(&mut many, revoke));
        assert_eq!(of_few, of_many, "{subject:?}");
        println!("{subject:?}: {} read, {} written", of_few.0.len(), of_few.1.len());
    }
    many.execute_with(|| {
        for receipt in pallet_receipts::Log::<Runtime>::iter_values() {
            let attested = receipt.appraised.and_then(|it| it.attested).expect("it settled");
            assert_eq!(Attestation::taints(attested.enclave, receipt.closed).len(), 4);
        }
        Attestation::do_try_state().expect("the state is in order");
        Receipts::do_try_state().expect("the state is in order");
    });
}

#[test]
fn whoever_reads_a_receipt_looks_up_four_things_and_each_act_about_them() {
    let mut ext = with_receipts(10, MACHINE);
    let read = |ext: &mut TestExternalities| {
        let (read, written) = touched(ext, || {
            Attestation::taints(MACHINE.record(), BEGIN);
        });
        assert!(written.is_empty());
        read.len()
    };
    assert_eq!(read(&mut ext), 4);
    for acts in 1..=3 {
        ext.execute_with(|| {
            for subject in MACHINE.subjects() {
                let root = RuntimeOrigin::root();
                let since = BEGIN - acts;
                assert_ok!(Attestation::revoke(root, subject, Reason::KeysLeaked, since));
            }
        });
        assert_eq!(read(&mut ext), 4 + 4 * acts as usize);
    }
}
