//! Blocks, and what must hold between them.

use super::*;
use frame_support::{traits::Hooks, weights::Weight};
use opg_primitives::{domain::Domain, ids::Account, Balance, BlockNumber};
use sp_core::H256;
use sp_runtime::BuildStorage;
use std::collections::BTreeMap;

/// A chain with a keystore, for the benchmarks' own tests.
#[cfg(feature = "runtime-benchmarks")]
pub fn bench_chain() -> sp_io::TestExternalities {
    let storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let mut chain = sp_io::TestExternalities::new(storage);
    chain.register_extension(sp_keystore::KeystoreExt::new(
        sp_keystore::testing::MemoryKeystore::new(),
    ));
    chain
}

/// Runs `test` from block 1 of a new chain. After it, what must hold is checked.
pub fn run(test: impl FnOnce()) {
    let storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let mut chain = sp_io::TestExternalities::new(storage);
    chain.execute_with(|| {
        start();
        test();
        check();
    });
}

/// Makes the world, and begins block 1.
pub fn start() {
    genesis();
    begin(1);
}

/// What must hold at any time between two calls.
pub fn check() {
    Inference::do_try_state().unwrap();
    // Every unit is on some account.
    let sum: Balance = frame_system::Account::<Test>::iter()
        .map(|(_, info)| info.data.free + info.data.reserved)
        .sum();
    assert_eq!(sum, Balances::total_issuance());
    // What is reserved is what the open leases reserve.
    let mut reserved = BTreeMap::<Account, Balance>::new();
    for (_, request) in crate::Requests::<Test>::iter() {
        if let Stage::Leased(lease) = request.stage {
            *reserved.entry(lease.provider).or_default() += lease.reserved;
        }
    }
    for (who, record) in world().providers {
        assert_eq!(record.reserved, reserved.get(&who).copied().unwrap_or_default());
    }
    // What receipts say adds up.
    for receipt in world().receipts.iter().filter(|receipt| receipt.terminal) {
        let p = receipt.payment;
        assert_eq!(p.held, p.provider + p.owner + p.burned + p.treasury + p.released);
    }
}

/// The hash of a block, here.
pub fn hash_of(number: BlockNumber) -> H256 {
    H256(Domain::Receipt.hash(&("block", number)))
}

fn begin(number: BlockNumber) {
    System::reset_events();
    System::initialize(&number, &hash_of(number - 1), &Default::default());
    System::set_extrinsic_index(0);
    Scheduler::on_initialize(number);
    Inference::on_initialize(number);
}

/// Ends this block with `idle` weight left, and begins the next.
pub fn next_block_with(idle: Weight) {
    let now = System::block_number();
    Inference::on_idle(now, idle);
    Inference::on_finalize(now);
    begin(now + 1);
}

/// Ends this block, which is full, and begins the next.
pub fn next_block() {
    next_block_with(Weight::zero());
}

/// Goes on to block `number`.
pub fn go_to(number: BlockNumber) {
    while System::block_number() < number {
        next_block();
    }
}
