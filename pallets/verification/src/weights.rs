//! What `pallet_verification` weighs, as measured. What is measured under a name is said at the benchmark of
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

/// What `pallet_verification` needs weights for.
pub trait WeightInfo {
    /// What `appraise_plain` weighs.
    fn appraise_plain() -> Weight;
    /// What `appraise_tee` weighs.
    fn appraise_tee() -> Weight;
    /// What `appraise_zkml` weighs.
    /// `n` was measured from 3 to 64.
    fn appraise_zkml(n: u32) -> Weight;
    /// What `check_key` weighs.
    /// `n` was measured from 3 to 64.
    fn check_key(n: u32) -> Weight;
    /// What `set_enabled` weighs.
    fn set_enabled() -> Weight;
    /// What `recognise` weighs.
    fn recognise() -> Weight;
    /// What `forget` weighs.
    fn forget() -> Weight;
}

/// The weights, with the costs of the runtime's own database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    /// Storage: `Verification::SwitchedOff` (r:1 w:0)
    /// Proof: `Verification::SwitchedOff` (`max_values`: None, `max_size`: Some(9), added: 2484, mode: `MaxEncodedLen`)
    fn appraise_plain() -> Weight {
        // At least 78_117_000 picoseconds.
        Weight::from_parts(90_254_000, 3474).saturating_add(T::DbWeight::get().reads(1_u64))
    }
    /// Storage: `Verification::SwitchedOff` (r:1 w:0)
    /// Proof: `Verification::SwitchedOff` (`max_values`: None, `max_size`: Some(9), added: 2484, mode: `MaxEncodedLen`)
    fn appraise_tee() -> Weight {
        // At least 96_374_000 picoseconds.
        Weight::from_parts(107_571_000, 3474).saturating_add(T::DbWeight::get().reads(1_u64))
    }
    /// Storage: `Verification::SwitchedOff` (r:1 w:0)
    /// Proof: `Verification::SwitchedOff` (`max_values`: None, `max_size`: Some(9), added: 2484, mode: `MaxEncodedLen`)
    /// Storage: `Verification::Recognised` (r:32 w:0)
    /// Proof: `Verification::Recognised` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    fn appraise_zkml(n: u32) -> Weight {
        // At least 11_656_018_000 picoseconds.
        Weight::from_parts(10_827_755_506, 81726)
            // Standard error: 6_759_275.
            .saturating_add(Weight::from_parts(606_839_214, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(33_u64))
    }
    fn check_key(n: u32) -> Weight {
        // At least 6_162_306_000 picoseconds.
        Weight::from_parts(4_530_717_026, 0)
            // Standard error: 639_624.
            .saturating_add(Weight::from_parts(583_362_930, 0).saturating_mul(n.into()))
    }
    /// Storage: `Verification::SwitchedOff` (r:1 w:1)
    /// Proof: `Verification::SwitchedOff` (`max_values`: None, `max_size`: Some(9), added: 2484, mode: `MaxEncodedLen`)
    /// Storage: `Verification::CounterForSwitchedOff` (r:1 w:1)
    /// Proof: `Verification::CounterForSwitchedOff` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Verification::TrustVersion` (r:1 w:1)
    /// Proof: `Verification::TrustVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn set_enabled() -> Weight {
        // At least 15_974_000 picoseconds.
        Weight::from_parts(17_426_000, 3474)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Verification::Recognised` (r:1 w:1)
    /// Proof: `Verification::Recognised` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    /// Storage: `Verification::CounterForRecognised` (r:1 w:1)
    /// Proof: `Verification::CounterForRecognised` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Verification::TrustVersion` (r:1 w:1)
    /// Proof: `Verification::TrustVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn recognise() -> Weight {
        // At least 23_245_000 picoseconds.
        Weight::from_parts(25_468_000, 3513)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Verification::Recognised` (r:1 w:1)
    /// Proof: `Verification::Recognised` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    /// Storage: `Verification::CounterForRecognised` (r:1 w:1)
    /// Proof: `Verification::CounterForRecognised` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Verification::TrustVersion` (r:1 w:1)
    /// Proof: `Verification::TrustVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn forget() -> Weight {
        // At least 20_801_000 picoseconds.
        Weight::from_parts(22_553_000, 3513)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
}

/// The same without a runtime, for mocks.
impl WeightInfo for () {
    fn appraise_plain() -> Weight {
        Weight::from_parts(90_254_000, 3474).saturating_add(RocksDbWeight::get().reads(1_u64))
    }
    fn appraise_tee() -> Weight {
        Weight::from_parts(107_571_000, 3474).saturating_add(RocksDbWeight::get().reads(1_u64))
    }
    fn appraise_zkml(n: u32) -> Weight {
        Weight::from_parts(10_827_755_506, 81726)
            .saturating_add(Weight::from_parts(606_839_214, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(33_u64))
    }
    fn check_key(n: u32) -> Weight {
        Weight::from_parts(4_530_717_026, 0)
            .saturating_add(Weight::from_parts(583_362_930, 0).saturating_mul(n.into()))
    }
    fn set_enabled() -> Weight {
        Weight::from_parts(17_426_000, 3474)
            .saturating_add(RocksDbWeight::get().reads(3_u64))
            .saturating_add(RocksDbWeight::get().writes(3_u64))
    }
    fn recognise() -> Weight {
        Weight::from_parts(25_468_000, 3513)
            .saturating_add(RocksDbWeight::get().reads(3_u64))
            .saturating_add(RocksDbWeight::get().writes(3_u64))
    }
    fn forget() -> Weight {
        Weight::from_parts(22_553_000, 3513)
            .saturating_add(RocksDbWeight::get().reads(3_u64))
            .saturating_add(RocksDbWeight::get().writes(3_u64))
    }
}
