//! Benchmarks, each at its worst case.

use super::*;
use crate::{types::Place, Cursor, InBlock, JudgedCode, Written};
use alloc::vec;
use codec::MaxEncodedLen;
use frame_benchmarking::v2::*;
use frame_support::{storage::unhashed, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use opg_primitives::{
    attestation::{AttestationFormat, TcbStatus, Vendor, MAX_ADVISORIES},
    checks::{Check, CheckResult, Checked, EvidenceLocation},
    claims::{Basis, Cell, Claim, Redo, Standing},
    disclosure::{Disclosure, FieldDisclosure, Form, ReadableBy},
    domain::Domain,
    enclave::{Attested, EnclaveRecord, FinishReason, ModelRan, Run, Usage},
    ids::{
        Account, BlockHash, Commitment, ConfigurationId, Digest, EnclaveId, MeasurementId, ModelId,
        PlatformId, ReceiptId, RequestId,
    },
    mode::Mode,
    names::{Advisory, ModelName},
    policy::ClassId,
    receipt::{
        Appraised, JudgedBy, LeaseRecord, ModeRecord, Payment, Receipt, Selection, RECEIPT_FORMAT,
    },
    reference::{ClaimSet, ModelBinding},
    request::Outcome,
    standing::{Circumstances, Column, Delivery, Grade, InputChannel, SetupTrust},
    traits::Receipts,
};

/// Receipts of a block over which the root is measured.
const MOST_LEAVES: u32 = 1_000;
/// Bytes of the greatest runtime.
const CODE_BYTES: usize = 4 * 1024 * 1024;

fn payment() -> Payment {
    let most = u128::MAX;
    Payment {
        held: most,
        provider: most,
        owner: most,
        burned: most,
        treasury: most,
        released: most,
        slashed: most,
        compensation: most,
        fee_burned: most,
    }
}

fn appraised() -> Appraised {
    let cell = Cell {
        claim: Claim::Output,
        standing: Standing::Proven,
        basis: vec![Basis::Setup; 4].try_into().unwrap_or_default(),
        redo: Redo::Anyone,
    };
    Appraised {
        facts: Circumstances {
            column: Column::ZkConstant,
            batch_leaf: false,
            leaf_holds_block_hash: false,
            voucher: false,
            setup: SetupTrust::Forgeable,
            input: InputChannel::Public,
            delivery: Delivery::InBlock,
            vouches: ClaimSet::of(&Claim::ALL),
            preparation_in_image: false,
            seeded_by_lease: false,
            platform_holder_known: false,
        },
        standings: vec![cell; 32].try_into().unwrap_or_default(),
        grade: Grade::C,
        forgeable_by: Some(Account([1; 32])),
        key_version: Some(u32::MAX),
        attested: Some(attested()),
    }
}

/// An enclave's record with the most advisories, and a run with the longest name of a model.
fn attested() -> Attested {
    let advisory = Advisory(vec![b'A'; 24].try_into().unwrap_or_default());
    let most = usize::try_from(MAX_ADVISORIES).unwrap_or_default();
    Attested {
        enclave: EnclaveRecord {
            id: EnclaveId([13; 32]),
            vendor: Vendor::Intel,
            format: AttestationFormat::Tdx,
            measurement: MeasurementId([14; 32]),
            binding: ModelBinding::InImage(Digest([15; 32])),
            platform: PlatformId([16; 32]),
            platform_known: true,
            configuration: ConfigurationId([17; 32]),
            verified: 1,
            valid_until: u64::MAX,
            tcb: TcbStatus::UpToDate,
            advisories: vec![advisory; most].try_into().unwrap_or_default(),
            platform_holder_known: true,
        },
        run: Run {
            model: ModelRan::Named(ModelName(vec![b'm'; 64].try_into().unwrap_or_default())),
            finish: FinishReason::Stop,
            usage: Usage { input: u32::MAX, output: u32::MAX },
            started: u64::MAX,
            finished: u64::MAX,
            sequence: u64::MAX,
            previous: Digest([18; 32]),
        },
    }
}

/// The greatest receipt.
fn greatest(request: u32) -> Receipt {
    let field = FieldDisclosure { form: Form::Committed, readable_by: ReadableBy::HoldersOfSalt };
    let checked = Checked { check: Check::Proof, result: CheckResult::Pass, at: u32::MAX };
    Receipt {
        format: RECEIPT_FORMAT,
        request: RequestId(Domain::Request.hash(&request)),
        attempt: 2,
        terminal: true,
        outcome: Outcome::Settled,
        requester: Account([2; 32]),
        model: ModelId([3; 32]),
        owner: Account([4; 32]),
        class: ClassId(vec![b'c'; 24].try_into().unwrap_or_default()),
        mode: ModeRecord {
            asked: Some(Mode::ZkMl),
            default: Mode::Plain,
            achieved: Some(Mode::ZkMl),
        },
        lease: Some(LeaseRecord {
            provider: Account([5; 32]),
            selection: Selection::Drawn { redraws: 8 },
            sequence: 0,
            lease_block: (1, BlockHash([6; 32])),
            acknowledged: Some(1),
        }),
        requested: 1,
        closed: 1,
        deadline: u32::MAX,
        input: Commitment([7; 32]),
        parameters: Commitment([8; 32]),
        output: Some(Commitment([9; 32])),
        disclosure: Disclosure {
            input: field,
            parameters: field,
            output: field,
            weights: field,
            providers_that_saw: 3,
        },
        payment: payment(),
        self_dealing: false,
        checks: vec![checked; 16].try_into().unwrap_or_default(),
        evidence: Some(EvidenceLocation { block: 1, extrinsic: 1, digest: Digest([10; 32]) }),
        judged_by: JudgedBy {
            spec_version: 1,
            code_hash: Digest([11; 32]),
            policy_version: 1,
            policy: Digest([12; 32]),
            trust_version: 1,
        },
        appraised: Some(appraised()),
    }
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// A receipt of the greatest size, without its leaf in the root.
    #[benchmark]
    fn append() -> Result<(), BenchmarkError> {
        // Two bytes short where the outcome has a reason, which a settled receipt has not.
        let size = codec::Encode::encoded_size(&greatest(0));
        assert!(size.saturating_add(2) >= Receipt::max_encoded_len());
        // Neither the first of the block, nor of the provider.
        <Pallet<T> as Receipts>::append(greatest(0));
        let id;
        #[block]
        {
            id = <Pallet<T> as Receipts>::append(greatest(1));
        }
        assert!(Log::<T>::contains_key(id));
        Ok(())
    }

    /// The look whether the hash of the code is known.
    #[benchmark]
    fn on_initialize() {
        Pallet::<T>::refresh_code();
        let used;
        #[block]
        {
            used = Pallet::<T>::refresh_code();
        }
        assert_eq!(used, Weight::zero());
    }

    /// The root over `n` receipts, and the look at the digest.
    #[benchmark]
    fn on_finalize(n: Linear<0, MOST_LEAVES>) {
        let now = Pallet::<T>::now();
        for index in 0..n {
            InBlock::<T>::insert(now, index, ReceiptId([1; 32]));
        }
        Written::<T>::insert(now, n);
        let before = frame_system::Pallet::<T>::digest().logs().len();
        #[block]
        {
            Pallet::<T>::deposit_root(now);
            Pallet::<T>::forget_changed_code();
        }
        assert_eq!(frame_system::Pallet::<T>::digest().logs().len(), before.saturating_add(1));
    }

    /// The look at window and cursor, and a step of the cursor.
    #[benchmark]
    fn prune_base() {
        Cursor::<T>::put(Place { block: u32::MAX, index: 0 });
        #[block]
        {
            // The cursor is written too, as where a step was gone.
            Pallet::<T>::prune(Pallet::<T>::now(), Weight::MAX);
            Cursor::<T>::put(Place { block: u32::MAX, index: 1 });
        }
        assert_eq!(Cursor::<T>::get().index, 1);
    }

    /// One receipt, the last of its block, is removed.
    #[benchmark]
    fn prune_step() {
        frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(1u32));
        let id = <Pallet<T> as Receipts>::append(greatest(0));
        let next;
        #[block]
        {
            next = Pallet::<T>::prune_step(Place { block: 1, index: 0 });
        }
        assert_eq!(next, Place { block: 2, index: 0 });
        assert!(!Log::<T>::contains_key(id));
    }

    /// A runtime of 4 MiB is read and hashed.
    #[benchmark]
    fn hash_code() {
        JudgedCode::<T>::kill();
        unhashed::put_raw(sp_core::storage::well_known_keys::CODE, &vec![0; CODE_BYTES]);
        #[block]
        {
            Pallet::<T>::refresh_code();
        }
        assert!(JudgedCode::<T>::exists());
    }

    impl_benchmark_test_suite!(
        Pallet,
        sp_io::TestExternalities::new(Default::default()),
        crate::mock::Test
    );
}
