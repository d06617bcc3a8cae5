//! What `pallet_models` weighs, as measured. What is measured under a name is said at the benchmark of
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

/// What `pallet_models` needs weights for.
pub trait WeightInfo {
    /// What `register` weighs.
    /// `a` was measured from 0 to 128.
    fn register(a: u32) -> Weight;
    /// What `add_key` weighs.
    fn add_key() -> Weight;
    /// What `confirm_contribution` weighs.
    fn confirm_contribution() -> Weight;
    /// What `set_access` weighs.
    /// `a` was measured from 0 to 128.
    fn set_access(a: u32) -> Weight;
    /// What `retire` weighs.
    fn retire() -> Weight;
    /// What `remove` weighs.
    /// `k` was measured from 0 to 8.
    fn remove(k: u32) -> Weight;
}

/// The weights, with the costs of the runtime's own database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    /// Storage: `Policies::Current` (r:1 w:0)
    /// Proof: `Policies::Current` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Policies::Changes` (r:1 w:0)
    /// Proof: `Policies::Changes` (`max_values`: None, `max_size`: Some(4139), added: 6614, mode: `MaxEncodedLen`)
    /// Storage: `Policies::RulesAt` (r:1 w:0)
    /// Proof: `Policies::RulesAt` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    /// Storage: `Models::Versions` (r:1 w:1)
    /// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(257), added: 2732, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(193), added: 2668, mode: `MaxEncodedLen`)
    /// Storage: `Models::Deposits` (r:0 w:1)
    /// Proof: `Models::Deposits` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
    /// Storage: `Models::AccessOf` (r:0 w:1)
    /// Proof: `Models::AccessOf` (`max_values`: None, `max_size`: Some(4131), added: 6606, mode: `MaxEncodedLen`)
    fn register(a: u32) -> Weight {
        // At least 111_996_000 picoseconds.
        Weight::from_parts(119_640_345, 7604)
            // Standard error: 11_074.
            .saturating_add(Weight::from_parts(156_594, 0).saturating_mul(a.into()))
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Models::Versions` (r:1 w:0)
    /// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(257), added: 2732, mode: `MaxEncodedLen`)
    /// Storage: `Models::KeyRanges` (r:1 w:1)
    /// Proof: `Models::KeyRanges` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
    /// Storage: `Models::Deposits` (r:1 w:1)
    /// Proof: `Models::Deposits` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(193), added: 2668, mode: `MaxEncodedLen`)
    /// Storage: `Models::Confirmations` (r:1 w:1)
    /// Proof: `Models::Confirmations` (`max_values`: None, `max_size`: Some(1069), added: 3544, mode: `MaxEncodedLen`)
    /// Storage: `Models::Keys` (r:0 w:1)
    /// Proof: `Models::Keys` (`max_values`: None, `max_size`: Some(5205), added: 7680, mode: `MaxEncodedLen`)
    fn add_key() -> Weight {
        // At least 42_983_279_000 picoseconds.
        Weight::from_parts(43_145_311_000, 4534)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Models::Keys` (r:1 w:0)
    /// Proof: `Models::Keys` (`max_values`: None, `max_size`: Some(5205), added: 7680, mode: `MaxEncodedLen`)
    /// Storage: `Models::Confirmations` (r:1 w:1)
    /// Proof: `Models::Confirmations` (`max_values`: None, `max_size`: Some(1069), added: 3544, mode: `MaxEncodedLen`)
    fn confirm_contribution() -> Weight {
        // At least 35_683_000 picoseconds.
        Weight::from_parts(42_343_000, 8670)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Models::Versions` (r:1 w:0)
    /// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(257), added: 2732, mode: `MaxEncodedLen`)
    /// Storage: `Models::AccessOf` (r:1 w:1)
    /// Proof: `Models::AccessOf` (`max_values`: None, `max_size`: Some(4131), added: 6606, mode: `MaxEncodedLen`)
    /// Storage: `Models::Deposits` (r:1 w:1)
    /// Proof: `Models::Deposits` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(193), added: 2668, mode: `MaxEncodedLen`)
    fn set_access(a: u32) -> Weight {
        // At least 50_385_000 picoseconds.
        Weight::from_parts(96_574_338, 7596)
            // Standard error: 8_414.
            .saturating_add(Weight::from_parts(6_282, 0).saturating_mul(a.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Models::Versions` (r:1 w:1)
    /// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(257), added: 2732, mode: `MaxEncodedLen`)
    /// Storage: `Models::RetiredAt` (r:0 w:1)
    /// Proof: `Models::RetiredAt` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
    fn retire() -> Weight {
        // At least 23_144_000 picoseconds.
        Weight::from_parts(25_588_000, 3722)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `Models::Versions` (r:1 w:1)
    /// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(257), added: 2732, mode: `MaxEncodedLen`)
    /// Storage: `Models::RetiredAt` (r:1 w:1)
    /// Proof: `Models::RetiredAt` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
    /// Storage: `Models::Deposits` (r:1 w:1)
    /// Proof: `Models::Deposits` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(193), added: 2668, mode: `MaxEncodedLen`)
    /// Storage: `Models::KeyRanges` (r:1 w:1)
    /// Proof: `Models::KeyRanges` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
    /// Storage: `Models::Confirmations` (r:0 w:8)
    /// Proof: `Models::Confirmations` (`max_values`: None, `max_size`: Some(1069), added: 3544, mode: `MaxEncodedLen`)
    /// Storage: `Models::Keys` (r:0 w:8)
    /// Proof: `Models::Keys` (`max_values`: None, `max_size`: Some(5205), added: 7680, mode: `MaxEncodedLen`)
    /// Storage: `Models::AccessOf` (r:0 w:1)
    /// Proof: `Models::AccessOf` (`max_values`: None, `max_size`: Some(4131), added: 6606, mode: `MaxEncodedLen`)
    fn remove(k: u32) -> Weight {
        // At least 92_108_000 picoseconds.
        Weight::from_parts(97_074_836, 3722)
            // Standard error: 43_708.
            .saturating_add(Weight::from_parts(3_909_378, 0).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(k.into())))
    }
}

/// The same without a runtime, for mocks.
impl WeightInfo for () {
    fn register(a: u32) -> Weight {
        Weight::from_parts(119_640_345, 7604)
            .saturating_add(Weight::from_parts(156_594, 0).saturating_mul(a.into()))
            .saturating_add(RocksDbWeight::get().reads(5_u64))
            .saturating_add(RocksDbWeight::get().writes(4_u64))
    }
    fn add_key() -> Weight {
        Weight::from_parts(43_145_311_000, 4534)
            .saturating_add(RocksDbWeight::get().reads(5_u64))
            .saturating_add(RocksDbWeight::get().writes(5_u64))
    }
    fn confirm_contribution() -> Weight {
        Weight::from_parts(42_343_000, 8670)
            .saturating_add(RocksDbWeight::get().reads(2_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
    fn set_access(a: u32) -> Weight {
        Weight::from_parts(96_574_338, 7596)
            .saturating_add(Weight::from_parts(6_282, 0).saturating_mul(a.into()))
            .saturating_add(RocksDbWeight::get().reads(4_u64))
            .saturating_add(RocksDbWeight::get().writes(3_u64))
    }
    fn retire() -> Weight {
        Weight::from_parts(25_588_000, 3722)
            .saturating_add(RocksDbWeight::get().reads(1_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
    }
    fn remove(k: u32) -> Weight {
        Weight::from_parts(97_074_836, 3722)
            .saturating_add(Weight::from_parts(3_909_378, 0).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(5_u64))
            .saturating_add(RocksDbWeight::get().writes(6_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(k.into())))
    }
}
