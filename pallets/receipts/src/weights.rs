//! What `pallet_receipts` weighs, as measured. What is measured under a name is said at the benchmark of
//! that name, in `benchmarking.rs`.
//!
//! Written by `make weights`, never by hand:
//!
//! - on 2026-11-25, by frame-benchmarking-cli 64.0.0;
//! - 50 steps, 20 repetitions, wasm Compiled;
//! - processor: AMD EPYC.

// Its own numbers, and imports that not every pallet's file needs.
#![allow(clippy::arithmetic_side_effects, unused_imports)]

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, Weight},
};

/// What `pallet_receipts` needs weights for.
pub trait WeightInfo {
    /// What `append` weighs.
    fn append() -> Weight;
    /// What `on_initialize` weighs.
    fn on_initialize() -> Weight;
    /// What `on_finalize` weighs.
    /// `n` was measured from 0 to 1000.
    fn on_finalize(n: u32) -> Weight;
    /// What `prune_base` weighs.
    fn prune_base() -> Weight;
    /// What `prune_step` weighs.
    fn prune_step() -> Weight;
    /// What `hash_code` weighs.
    fn hash_code() -> Weight;
}

/// The weights, with the costs of the runtime's own database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    /// Storage: `Receipts::ByLease` (r:1 w:1)
    /// Proof: `Receipts::ByLease` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::Sequences` (r:1 w:1)
    /// Proof: `Receipts::Sequences` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::Written` (r:1 w:1)
    /// Proof: `Receipts::Written` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::Counters` (r:3 w:3)
    /// Proof: `Receipts::Counters` (`max_values`: None, `max_size`: Some(106), added: 2581, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::Log` (r:1 w:1)
    /// Proof: `Receipts::Log` (`max_values`: None, `max_size`: Some(1780), added: 4255, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::CounterForLog` (r:1 w:1)
    /// Proof: `Receipts::CounterForLog` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::InBlock` (r:0 w:1)
    /// Proof: `Receipts::InBlock` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::BySequence` (r:0 w:1)
    /// Proof: `Receipts::BySequence` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
    fn append() -> Weight {
        // At least 94_561_000 picoseconds.
        Weight::from_parts(97_685_000, 8733)
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().writes(10_u64))
    }
    /// Storage: `Receipts::JudgedCode` (r:1 w:0)
    /// Proof: `Receipts::JudgedCode` (`max_values`: Some(1), `max_size`: Some(36), added: 531, mode: `MaxEncodedLen`)
    fn on_initialize() -> Weight {
        // At least 6_130_000 picoseconds.
        Weight::from_parts(7_271_000, 1521).saturating_add(T::DbWeight::get().reads(1_u64))
    }
    /// Storage: `Receipts::Written` (r:1 w:0)
    /// Proof: `Receipts::Written` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::InBlock` (r:1000 w:0)
    /// Proof: `Receipts::InBlock` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    fn on_finalize(n: u32) -> Weight {
        // At least 11_337_000 picoseconds.
        Weight::from_parts(11_728_000, 3481)
            // Standard error: 2_838.
            .saturating_add(Weight::from_parts(6_886_720, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2531).saturating_mul(n.into()))
    }
    /// Storage: `Receipts::Cursor` (r:1 w:1)
    /// Proof: `Receipts::Cursor` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    fn prune_base() -> Weight {
        // At least 5_608_000 picoseconds.
        Weight::from_parts(6_129_000, 1493)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Receipts::Written` (r:1 w:1)
    /// Proof: `Receipts::Written` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::InBlock` (r:1 w:1)
    /// Proof: `Receipts::InBlock` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::Log` (r:1 w:1)
    /// Proof: `Receipts::Log` (`max_values`: None, `max_size`: Some(1780), added: 4255, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::CounterForLog` (r:1 w:1)
    /// Proof: `Receipts::CounterForLog` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::Sequences` (r:1 w:1)
    /// Proof: `Receipts::Sequences` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::ByLease` (r:0 w:1)
    /// Proof: `Receipts::ByLease` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
    /// Storage: `Receipts::BySequence` (r:0 w:1)
    /// Proof: `Receipts::BySequence` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
    fn prune_step() -> Weight {
        // At least 44_856_000 picoseconds.
        Weight::from_parts(47_100_000, 5245)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(7_u64))
    }
    /// Storage: `Receipts::JudgedCode` (r:1 w:1)
    /// Proof: `Receipts::JudgedCode` (`max_values`: Some(1), `max_size`: Some(36), added: 531, mode: `MaxEncodedLen`)
    /// Storage: UNKNOWN KEY `0x3a636f6465` (r:1 w:0)
    /// Proof: UNKNOWN KEY `0x3a636f6465` (r:1 w:0)
    fn hash_code() -> Weight {
        // At least 5_997_591_000 picoseconds.
        Weight::from_parts(6_361_623_000, 4197824)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
}

/// The same without a runtime, for mocks.
impl WeightInfo for () {
    fn append() -> Weight {
        Weight::from_parts(97_685_000, 8733)
            .saturating_add(RocksDbWeight::get().reads(9_u64))
            .saturating_add(RocksDbWeight::get().writes(10_u64))
    }
    fn on_initialize() -> Weight {
        Weight::from_parts(7_271_000, 1521).saturating_add(RocksDbWeight::get().reads(1_u64))
    }
    fn on_finalize(n: u32) -> Weight {
        Weight::from_parts(11_728_000, 3481)
            .saturating_add(Weight::from_parts(6_886_720, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(1_u64))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2531).saturating_mul(n.into()))
    }
    fn prune_base() -> Weight {
        Weight::from_parts(6_129_000, 1493)
            .saturating_add(RocksDbWeight::get().reads(1_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
    fn prune_step() -> Weight {
        Weight::from_parts(47_100_000, 5245)
            .saturating_add(RocksDbWeight::get().reads(5_u64))
            .saturating_add(RocksDbWeight::get().writes(7_u64))
    }
    fn hash_code() -> Weight {
        Weight::from_parts(6_361_623_000, 4197824)
            .saturating_add(RocksDbWeight::get().reads(2_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
}
