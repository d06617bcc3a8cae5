//! A runtime of the system pallet and this one, and receipts to write.

use crate as pallet_receipts;
use codec::Decode;
use frame_support::{derive_impl, parameter_types, traits::Hooks, weights::Weight};
use opg_primitives::{
    disclosure::{Disclosure, FieldDisclosure, Form, ReadableBy},
    ids::{Account, BlockHash, Commitment, Digest, ModelId, ReceiptId, RequestId},
    mode::Mode,
    policy::ClassId,
    receipt::{JudgedBy, LeaseRecord, ModeRecord, Payment, Receipt, Selection, RECEIPT_FORMAT},
    request::Outcome,
    traits::Receipts as _,
    tree::{BlockRoot, ENGINE_ID},
};
use sp_core::{offchain::testing::TestPersistentOffchainDB, storage::well_known_keys::CODE, H256};
use sp_runtime::{AccountId32, BuildStorage};
use sp_version::RuntimeVersion;

type Block = frame_system::mocking::MockBlockU32<Test>;

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Test>;
    #[runtime::pallet_index(1)]
    pub type Receipts = pallet_receipts::Pallet<Test>;
}

parameter_types! {
    /// How long receipts live; a test may change it.
    pub static Life: u32 = 10;
    /// How far pruning goes; a test may change it.
    pub static PrunePerBlock: u32 = 8;
    /// The runtime's version; a test may change it.
    pub static SpecVersion: u32 = 1;
    /// As the system pallet wants it.
    pub Version: RuntimeVersion =
        RuntimeVersion { spec_version: SpecVersion::get(), ..Default::default() };
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId32;
    type Lookup = sp_runtime::traits::IdentityLookup<AccountId32>;
    type Version = Version;
}

impl pallet_receipts::Config for Test {
    type Life = Life;
    type PrunePerBlock = PrunePerBlock;
    type WeightInfo = ();
}

/// The hash of the genesis block.
pub const GENESIS_HASH: [u8; 32] = [0xee; 32];

/// The code that is stored at genesis.
pub const GENESIS_CODE: &[u8] = b"the first runtime";

/// Runs `test` from block 1 of a new chain, and checks the invariants after it. Returns what nodes
/// that index keep in off-chain storage.
pub fn run(test: impl FnOnce()) -> TestPersistentOffchainDB {
    let storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let mut chain = sp_io::TestExternalities::new(storage);
    chain.execute_with(|| {
        frame_support::storage::unhashed::put_raw(CODE, GENESIS_CODE);
        begin(1);
        test();
        Receipts::do_try_state().unwrap();
    });
    chain.persist_offchain_overlay();
    chain.offchain_db()
}

/// Begins block `number`.
pub fn begin(number: u32) {
    System::reset_events();
    let parent = if number == 1 { GENESIS_HASH } else { [0xaa; 32] };
    System::initialize(&number, &H256(parent), &Default::default());
    Receipts::on_initialize(number);
}

/// Ends this block, with as much weight for idle work as one could wish, and returns what its
/// header says.
pub fn end() -> BlockRoot {
    end_with(Weight::MAX)
}

/// Ends this block, with `idle` weight left.
pub fn end_with(idle: Weight) -> BlockRoot {
    let number = System::block_number();
    let used = Receipts::on_idle(number, idle);
    assert!(used.all_lte(idle), "on_idle used {used:?} of {idle:?}");
    Receipts::on_finalize(number);
    let header = System::finalize();
    let roots: Vec<_> = header
        .digest
        .logs()
        .iter()
        .filter_map(|item| item.as_consensus())
        .filter(|(engine, _)| *engine == ENGINE_ID)
        .map(|(_, mut bytes)| BlockRoot::decode(&mut bytes).unwrap())
        .collect();
    assert_eq!(roots.len(), 1, "one root in each header");
    roots[0]
}

/// Ends this block and goes on to block `number`, ending those between.
pub fn go_to(number: u32) {
    while System::block_number() < number {
        end();
        begin(System::block_number() + 1);
    }
}

/// A settled, terminal receipt of `request`, of a lease of `provider`.
pub fn receipt(request: u8, provider: u8) -> Receipt {
    let public = FieldDisclosure { form: Form::Public, readable_by: ReadableBy::Everyone };
    Receipt {
        format: RECEIPT_FORMAT,
        request: RequestId([request; 32]),
        attempt: 0,
        terminal: true,
        outcome: Outcome::Settled,
        requester: Account([0xc0; 32]),
        model: ModelId([0xd0; 32]),
        owner: Account([0xe0; 32]),
        class: ClassId(b"general".to_vec().try_into().unwrap()),
        mode: ModeRecord { asked: None, default: Mode::Plain, achieved: Some(Mode::Plain) },
        lease: Some(LeaseRecord {
            provider: Account([provider; 32]),
            selection: Selection::Drawn { redraws: 0 },
            sequence: 0,
            lease_block: (1, BlockHash([0xaa; 32])),
            acknowledged: Some(1),
        }),
        requested: 1,
        closed: System::block_number(),
        deadline: 100,
        input: Commitment([1; 32]),
        parameters: Commitment([2; 32]),
        output: Some(Commitment([3; 32])),
        disclosure: Disclosure {
            input: public,
            parameters: public,
            output: public,
            weights: public,
            providers_that_saw: 1,
        },
        payment: Payment {
            held: 100,
            provider: 70,
            burned: 20,
            released: 10,
            fee_burned: 5,
            ..Default::default()
        },
        self_dealing: false,
        checks: Default::default(),
        evidence: None,
        judged_by: JudgedBy {
            spec_version: 1,
            code_hash: Digest([0; 32]),
            policy_version: 0,
            policy: Digest([0; 32]),
            trust_version: 0,
        },
        appraised: None,
    }
}

/// Writes [`receipt`].
pub fn write(request: u8, provider: u8) -> ReceiptId {
    Receipts::append(receipt(request, provider))
}
