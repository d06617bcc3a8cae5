//! What `pallet_policies` weighs, as measured. What is measured under a name is said at the benchmark of
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

/// What `pallet_policies` needs weights for.
pub trait WeightInfo {
    /// What `store_draft` weighs.
    /// `c` was measured from 1 to 16.
    fn store_draft(c: u32) -> Weight;
    /// What `discard_draft` weighs.
    fn discard_draft() -> Weight;
    /// What `enact` weighs.
    /// `c` was measured from 1 to 16.
    fn enact(c: u32) -> Weight;
    /// What `cancel` weighs.
    fn cancel() -> Weight;
    /// What `on_initialize_idle` weighs.
    fn on_initialize_idle() -> Weight;
    /// What `take_effect` weighs.
    /// `c` was measured from 1 to 16.
    fn take_effect(c: u32) -> Weight;
}

/// The weights, with the costs of the runtime's own database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    /// Storage: `Policies::Current` (r:1 w:0)
    /// Proof: `Policies::Current` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Policies::CounterForChanges` (r:1 w:0)
    /// Proof: `Policies::CounterForChanges` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Policies::Changes` (r:16 w:0)
    /// Proof: `Policies::Changes` (`max_values`: None, `max_size`: Some(4139), added: 6614, mode: `MaxEncodedLen`)
    /// Storage: `Policies::RulesAt` (r:16 w:0)
    /// Proof: `Policies::RulesAt` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    /// Storage: `Policies::Drafts` (r:1 w:1)
    /// Proof: `Policies::Drafts` (`max_values`: None, `max_size`: Some(1574), added: 4049, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
    fn store_draft(c: u32) -> Weight {
        // At least 122_843_000 picoseconds.
        Weight::from_parts(83_172_292, 5039)
            // Standard error: 24_968.
            .saturating_add(Weight::from_parts(44_669_397, 0).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(c.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64))
            .saturating_add(Weight::from_parts(0, 6614).saturating_mul(c.into()))
    }
    /// Storage: `Policies::Drafts` (r:1 w:1)
    /// Proof: `Policies::Drafts` (`max_values`: None, `max_size`: Some(1574), added: 4049, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
    fn discard_draft() -> Weight {
        // At least 72_137_000 picoseconds.
        Weight::from_parts(80_149_000, 5039)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `Policies::Drafts` (r:1 w:1)
    /// Proof: `Policies::Drafts` (`max_values`: None, `max_size`: Some(1574), added: 4049, mode: `MaxEncodedLen`)
    /// Storage: `Policies::Current` (r:1 w:0)
    /// Proof: `Policies::Current` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Policies::CounterForChanges` (r:1 w:0)
    /// Proof: `Policies::CounterForChanges` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Policies::Changes` (r:16 w:0)
    /// Proof: `Policies::Changes` (`max_values`: None, `max_size`: Some(4139), added: 6614, mode: `MaxEncodedLen`)
    /// Storage: `Policies::RulesAt` (r:16 w:0)
    /// Proof: `Policies::RulesAt` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    /// Storage: `Policies::Pending` (r:1 w:1)
    /// Proof: `Policies::Pending` (`max_values`: Some(1), `max_size`: Some(289), added: 784, mode: `MaxEncodedLen`)
    fn enact(c: u32) -> Weight {
        // At least 76_955_000 picoseconds.
        Weight::from_parts(35_029_025, 5039)
            // Standard error: 17_696.
            .saturating_add(Weight::from_parts(45_023_351, 0).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(c.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64))
            .saturating_add(Weight::from_parts(0, 6614).saturating_mul(c.into()))
    }
    /// Storage: `Policies::Drafts` (r:1 w:1)
    /// Proof: `Policies::Drafts` (`max_values`: None, `max_size`: Some(1574), added: 4049, mode: `MaxEncodedLen`)
    /// Storage: `Policies::Pending` (r:1 w:1)
    /// Proof: `Policies::Pending` (`max_values`: Some(1), `max_size`: Some(289), added: 784, mode: `MaxEncodedLen`)
    fn cancel() -> Weight {
        // At least 34_702_000 picoseconds.
        Weight::from_parts(38_968_000, 5039)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `Policies::Pending` (r:1 w:0)
    /// Proof: `Policies::Pending` (`max_values`: Some(1), `max_size`: Some(289), added: 784, mode: `MaxEncodedLen`)
    fn on_initialize_idle() -> Weight {
        // At least 5_328_000 picoseconds.
        Weight::from_parts(6_029_000, 1774).saturating_add(T::DbWeight::get().reads(1_u64))
    }
    /// Storage: `Policies::Pending` (r:1 w:1)
    /// Proof: `Policies::Pending` (`max_values`: Some(1), `max_size`: Some(289), added: 784, mode: `MaxEncodedLen`)
    /// Storage: `Policies::Drafts` (r:1 w:1)
    /// Proof: `Policies::Drafts` (`max_values`: None, `max_size`: Some(1574), added: 4049, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
    /// Storage: `Policies::Current` (r:1 w:1)
    /// Proof: `Policies::Current` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Policies::CounterForChanges` (r:1 w:0)
    /// Proof: `Policies::CounterForChanges` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Policies::Changes` (r:16 w:16)
    /// Proof: `Policies::Changes` (`max_values`: None, `max_size`: Some(4139), added: 6614, mode: `MaxEncodedLen`)
    /// Storage: `Policies::RulesAt` (r:16 w:16)
    /// Proof: `Policies::RulesAt` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    fn take_effect(c: u32) -> Weight {
        // At least 122_712_000 picoseconds.
        Weight::from_parts(72_045_572, 5039)
            // Standard error: 35_662.
            .saturating_add(Weight::from_parts(54_894_231, 0).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(c.into())))
            .saturating_add(T::DbWeight::get().writes(4_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(c.into())))
            .saturating_add(Weight::from_parts(0, 6614).saturating_mul(c.into()))
    }
}

/// The same without a runtime, for mocks.
impl WeightInfo for () {
    fn store_draft(c: u32) -> Weight {
        Weight::from_parts(83_172_292, 5039)
            .saturating_add(Weight::from_parts(44_669_397, 0).saturating_mul(c.into()))
            .saturating_add(RocksDbWeight::get().reads(4_u64))
            .saturating_add(RocksDbWeight::get().reads(2_u64.saturating_mul(c.into())))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
            .saturating_add(Weight::from_parts(0, 6614).saturating_mul(c.into()))
    }
    fn discard_draft() -> Weight {
        Weight::from_parts(80_149_000, 5039)
            .saturating_add(RocksDbWeight::get().reads(2_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
    }
    fn enact(c: u32) -> Weight {
        Weight::from_parts(35_029_025, 5039)
            .saturating_add(Weight::from_parts(45_023_351, 0).saturating_mul(c.into()))
            .saturating_add(RocksDbWeight::get().reads(4_u64))
            .saturating_add(RocksDbWeight::get().reads(2_u64.saturating_mul(c.into())))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
            .saturating_add(Weight::from_parts(0, 6614).saturating_mul(c.into()))
    }
    fn cancel() -> Weight {
        Weight::from_parts(38_968_000, 5039)
            .saturating_add(RocksDbWeight::get().reads(2_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
    }
    fn on_initialize_idle() -> Weight {
        Weight::from_parts(6_029_000, 1774).saturating_add(RocksDbWeight::get().reads(1_u64))
    }
    fn take_effect(c: u32) -> Weight {
        Weight::from_parts(72_045_572, 5039)
            .saturating_add(Weight::from_parts(54_894_231, 0).saturating_mul(c.into()))
            .saturating_add(RocksDbWeight::get().reads(5_u64))
            .saturating_add(RocksDbWeight::get().reads(2_u64.saturating_mul(c.into())))
            .saturating_add(RocksDbWeight::get().writes(4_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(c.into())))
            .saturating_add(Weight::from_parts(0, 6614).saturating_mul(c.into()))
    }
}
