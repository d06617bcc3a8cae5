//! What `pallet_providers` weighs, as measured. What is measured under a name is said at the benchmark of
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

/// What `pallet_providers` needs weights for.
pub trait WeightInfo {
    /// What `register` weighs.
    fn register() -> Weight;
    /// What `bond_more` weighs.
    fn bond_more() -> Weight;
    /// What `unbond` weighs.
    fn unbond() -> Weight;
    /// What `withdraw` weighs.
    fn withdraw() -> Weight;
    /// What `leave` weighs.
    fn leave() -> Weight;
    /// What `add_dispatcher_key` weighs.
    fn add_dispatcher_key() -> Weight;
    /// What `remove_dispatcher_key` weighs.
    fn remove_dispatcher_key() -> Weight;
    /// What `add_worker_key` weighs.
    fn add_worker_key() -> Weight;
    /// What `remove_worker_key` weighs.
    fn remove_worker_key() -> Weight;
    /// What `serve` weighs.
    fn serve() -> Weight;
    /// What `stop_serving` weighs.
    fn stop_serving() -> Weight;
    /// What `chill` weighs.
    fn chill() -> Weight;
    /// What `unchill` weighs.
    fn unchill() -> Weight;
    /// What `sync` weighs.
    /// `t` was measured from 0 to 64.
    fn sync(t: u32) -> Weight;
    /// What `draw` weighs.
    fn draw() -> Weight;
    /// What `prune_offences` weighs.
    /// `o` was measured from 0 to 8.
    fn prune_offences(o: u32) -> Weight;
}

/// The weights, with the costs of the runtime's own database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    /// Storage: `Babe::EpochIndex` (r:1 w:0)
    /// Proof: `Babe::EpochIndex` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Providers` (r:1 w:1)
    /// Proof: `Providers::Providers` (`max_values`: None, `max_size`: Some(271), added: 2746, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
    fn register() -> Weight {
        // At least 66_409_000 picoseconds.
        Weight::from_parts(69_313_000, 3736)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `Providers::Providers` (r:1 w:1)
    /// Proof: `Providers::Providers` (`max_values`: None, `max_size`: Some(271), added: 2746, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
    /// Storage: `Babe::EpochIndex` (r:1 w:0)
    /// Proof: `Babe::EpochIndex` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Touched` (r:1 w:1)
    /// Proof: `Providers::Touched` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SyncEnds` (r:1 w:1)
    /// Proof: `Providers::SyncEnds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SyncQueue` (r:0 w:1)
    /// Proof: `Providers::SyncQueue` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    fn bond_more() -> Weight {
        // At least 78_437_000 picoseconds.
        Weight::from_parts(82_973_000, 3736)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Providers::Providers` (r:1 w:1)
    /// Proof: `Providers::Providers` (`max_values`: None, `max_size`: Some(271), added: 2746, mode: `MaxEncodedLen`)
    /// Storage: `Babe::EpochIndex` (r:1 w:0)
    /// Proof: `Babe::EpochIndex` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Touched` (r:1 w:1)
    /// Proof: `Providers::Touched` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SyncEnds` (r:1 w:1)
    /// Proof: `Providers::SyncEnds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SyncQueue` (r:0 w:1)
    /// Proof: `Providers::SyncQueue` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    fn unbond() -> Weight {
        // At least 24_897_000 picoseconds.
        Weight::from_parts(26_870_000, 3736)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Providers::Providers` (r:1 w:1)
    /// Proof: `Providers::Providers` (`max_values`: None, `max_size`: Some(271), added: 2746, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
    fn withdraw() -> Weight {
        // At least 59_388_000 picoseconds.
        Weight::from_parts(62_233_000, 3736)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `Providers::Providers` (r:1 w:1)
    /// Proof: `Providers::Providers` (`max_values`: None, `max_size`: Some(271), added: 2746, mode: `MaxEncodedLen`)
    /// Storage: `Providers::WorkerKeys` (r:1 w:1)
    /// Proof: `Providers::WorkerKeys` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
    /// Storage: `Babe::EpochIndex` (r:1 w:0)
    /// Proof: `Babe::EpochIndex` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Touched` (r:1 w:1)
    /// Proof: `Providers::Touched` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SyncEnds` (r:1 w:1)
    /// Proof: `Providers::SyncEnds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    /// Storage: `Providers::WorkerKeyOwner` (r:0 w:8)
    /// Proof: `Providers::WorkerKeyOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Offers` (r:0 w:1)
    /// Proof: `Providers::Offers` (`max_values`: None, `max_size`: Some(1617), added: 4092, mode: `MaxEncodedLen`)
    /// Storage: `Providers::DispatcherKeys` (r:0 w:1)
    /// Proof: `Providers::DispatcherKeys` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SyncQueue` (r:0 w:1)
    /// Proof: `Providers::SyncQueue` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    fn leave() -> Weight {
        // At least 54_381_000 picoseconds.
        Weight::from_parts(57_156_000, 3770)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(15_u64))
    }
    /// Storage: `Providers::Providers` (r:1 w:0)
    /// Proof: `Providers::Providers` (`max_values`: None, `max_size`: Some(271), added: 2746, mode: `MaxEncodedLen`)
    /// Storage: `Providers::DispatcherKeys` (r:1 w:1)
    /// Proof: `Providers::DispatcherKeys` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
    fn add_dispatcher_key() -> Weight {
        // At least 18_117_000 picoseconds.
        Weight::from_parts(19_749_000, 3736)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Providers::DispatcherKeys` (r:1 w:1)
    /// Proof: `Providers::DispatcherKeys` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
    fn remove_dispatcher_key() -> Weight {
        // At least 13_511_000 picoseconds.
        Weight::from_parts(14_792_000, 3642)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Providers::Providers` (r:1 w:0)
    /// Proof: `Providers::Providers` (`max_values`: None, `max_size`: Some(271), added: 2746, mode: `MaxEncodedLen`)
    /// Storage: `Providers::WorkerKeyOwner` (r:1 w:1)
    /// Proof: `Providers::WorkerKeyOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
    /// Storage: `Providers::WorkerKeys` (r:1 w:1)
    /// Proof: `Providers::WorkerKeys` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    fn add_worker_key() -> Weight {
        // At least 112_607_000 picoseconds.
        Weight::from_parts(123_945_000, 3770)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `Providers::WorkerKeys` (r:1 w:1)
    /// Proof: `Providers::WorkerKeys` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
    /// Storage: `Providers::WorkerKeyOwner` (r:0 w:1)
    /// Proof: `Providers::WorkerKeyOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
    fn remove_worker_key() -> Weight {
        // At least 16_304_000 picoseconds.
        Weight::from_parts(17_786_000, 3770)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `Providers::Providers` (r:1 w:0)
    /// Proof: `Providers::Providers` (`max_values`: None, `max_size`: Some(271), added: 2746, mode: `MaxEncodedLen`)
    /// Storage: `Models::Versions` (r:1 w:0)
    /// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(195), added: 2670, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Offers` (r:1 w:1)
    /// Proof: `Providers::Offers` (`max_values`: None, `max_size`: Some(1617), added: 4092, mode: `MaxEncodedLen`)
    /// Storage: `Babe::EpochIndex` (r:1 w:0)
    /// Proof: `Babe::EpochIndex` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Touched` (r:1 w:1)
    /// Proof: `Providers::Touched` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SyncEnds` (r:1 w:1)
    /// Proof: `Providers::SyncEnds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SyncQueue` (r:0 w:1)
    /// Proof: `Providers::SyncQueue` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    fn serve() -> Weight {
        // At least 50_855_000 picoseconds.
        Weight::from_parts(61_882_000, 5082)
            .saturating_add(T::DbWeight::get().reads(6_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Providers::Offers` (r:1 w:1)
    /// Proof: `Providers::Offers` (`max_values`: None, `max_size`: Some(1617), added: 4092, mode: `MaxEncodedLen`)
    /// Storage: `Babe::EpochIndex` (r:1 w:0)
    /// Proof: `Babe::EpochIndex` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Touched` (r:1 w:1)
    /// Proof: `Providers::Touched` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SyncEnds` (r:1 w:1)
    /// Proof: `Providers::SyncEnds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SyncQueue` (r:0 w:1)
    /// Proof: `Providers::SyncQueue` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    fn stop_serving() -> Weight {
        // At least 25_488_000 picoseconds.
        Weight::from_parts(27_942_000, 5082)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Providers::Providers` (r:1 w:1)
    /// Proof: `Providers::Providers` (`max_values`: None, `max_size`: Some(271), added: 2746, mode: `MaxEncodedLen`)
    /// Storage: `Babe::EpochIndex` (r:1 w:0)
    /// Proof: `Babe::EpochIndex` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Touched` (r:1 w:1)
    /// Proof: `Providers::Touched` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SyncEnds` (r:1 w:1)
    /// Proof: `Providers::SyncEnds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SyncQueue` (r:0 w:1)
    /// Proof: `Providers::SyncQueue` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    fn chill() -> Weight {
        // At least 23_765_000 picoseconds.
        Weight::from_parts(25_728_000, 3736)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Babe::EpochIndex` (r:1 w:0)
    /// Proof: `Babe::EpochIndex` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Providers` (r:1 w:1)
    /// Proof: `Providers::Providers` (`max_values`: None, `max_size`: Some(271), added: 2746, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Touched` (r:1 w:1)
    /// Proof: `Providers::Touched` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    fn unchill() -> Weight {
        // At least 24_686_000 picoseconds.
        Weight::from_parts(26_660_000, 3736)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `Providers::SyncEnds` (r:1 w:1)
    /// Proof: `Providers::SyncEnds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SyncQueue` (r:1 w:1)
    /// Proof: `Providers::SyncQueue` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Touched` (r:1 w:1)
    /// Proof: `Providers::Touched` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Providers` (r:1 w:0)
    /// Proof: `Providers::Providers` (`max_values`: None, `max_size`: Some(271), added: 2746, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Offers` (r:1 w:0)
    /// Proof: `Providers::Offers` (`max_values`: None, `max_size`: Some(1617), added: 4092, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Seats` (r:1 w:1)
    /// Proof: `Providers::Seats` (`max_values`: None, `max_size`: Some(1105), added: 3580, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SeatOf` (r:64 w:96)
    /// Proof: `Providers::SeatOf` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SeatCount` (r:64 w:64)
    /// Proof: `Providers::SeatCount` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SeatAt` (r:32 w:96)
    /// Proof: `Providers::SeatAt` (`max_values`: None, `max_size`: Some(77), added: 2552, mode: `MaxEncodedLen`)
    /// Storage: `Providers::TreeNodes` (r:256 w:256)
    /// Proof: `Providers::TreeNodes` (`max_values`: None, `max_size`: Some(559), added: 3034, mode: `MaxEncodedLen`)
    fn sync(t: u32) -> Weight {
        // At least 35_463_000 picoseconds.
        Weight::from_parts(50_231_450, 10092)
            // Standard error: 43_278.
            .saturating_add(Weight::from_parts(43_224_661, 0).saturating_mul(t.into()))
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().reads(7_u64.saturating_mul(t.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64))
            .saturating_add(T::DbWeight::get().writes(8_u64.saturating_mul(t.into())))
            .saturating_add(Weight::from_parts(0, 11892).saturating_mul(t.into()))
    }
    /// Storage: `Providers::TreeNodes` (r:18 w:0)
    /// Proof: `Providers::TreeNodes` (`max_values`: None, `max_size`: Some(559), added: 3034, mode: `MaxEncodedLen`)
    /// Storage: `Providers::SeatAt` (r:9 w:0)
    /// Proof: `Providers::SeatAt` (`max_values`: None, `max_size`: Some(77), added: 2552, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Providers` (r:9 w:0)
    /// Proof: `Providers::Providers` (`max_values`: None, `max_size`: Some(271), added: 2746, mode: `MaxEncodedLen`)
    /// Storage: `Babe::EpochIndex` (r:1 w:0)
    /// Proof: `Babe::EpochIndex` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Offers` (r:9 w:0)
    /// Proof: `Providers::Offers` (`max_values`: None, `max_size`: Some(1617), added: 4092, mode: `MaxEncodedLen`)
    fn draw() -> Weight {
        // At least 259_807_000 picoseconds.
        Weight::from_parts(268_069_000, 55602).saturating_add(T::DbWeight::get().reads(46_u64))
    }
    /// Storage: `Providers::OffenceEnds` (r:1 w:1)
    /// Proof: `Providers::OffenceEnds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    /// Storage: `Providers::OffenceQueue` (r:8 w:8)
    /// Proof: `Providers::OffenceQueue` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    /// Storage: `Providers::Offences` (r:0 w:8)
    /// Proof: `Providers::Offences` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
    fn prune_offences(o: u32) -> Weight {
        // At least 6_530_000 picoseconds.
        Weight::from_parts(8_813_952, 3616)
            // Standard error: 4_335.
            .saturating_add(Weight::from_parts(6_694_895, 0).saturating_mul(o.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(o.into())))
            .saturating_add(T::DbWeight::get().writes(1_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(o.into())))
            .saturating_add(Weight::from_parts(0, 2483).saturating_mul(o.into()))
    }
}

/// The same without a runtime, for mocks.
impl WeightInfo for () {
    fn register() -> Weight {
        Weight::from_parts(69_313_000, 3736)
            .saturating_add(RocksDbWeight::get().reads(3_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
    }
    fn bond_more() -> Weight {
        Weight::from_parts(82_973_000, 3736)
            .saturating_add(RocksDbWeight::get().reads(5_u64))
            .saturating_add(RocksDbWeight::get().writes(5_u64))
    }
    fn unbond() -> Weight {
        Weight::from_parts(26_870_000, 3736)
            .saturating_add(RocksDbWeight::get().reads(4_u64))
            .saturating_add(RocksDbWeight::get().writes(4_u64))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(62_233_000, 3736)
            .saturating_add(RocksDbWeight::get().reads(2_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
    }
    fn leave() -> Weight {
        Weight::from_parts(57_156_000, 3770)
            .saturating_add(RocksDbWeight::get().reads(5_u64))
            .saturating_add(RocksDbWeight::get().writes(15_u64))
    }
    fn add_dispatcher_key() -> Weight {
        Weight::from_parts(19_749_000, 3736)
            .saturating_add(RocksDbWeight::get().reads(2_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
    fn remove_dispatcher_key() -> Weight {
        Weight::from_parts(14_792_000, 3642)
            .saturating_add(RocksDbWeight::get().reads(1_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
    fn add_worker_key() -> Weight {
        Weight::from_parts(123_945_000, 3770)
            .saturating_add(RocksDbWeight::get().reads(4_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
    }
    fn remove_worker_key() -> Weight {
        Weight::from_parts(17_786_000, 3770)
            .saturating_add(RocksDbWeight::get().reads(1_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
    }
    fn serve() -> Weight {
        Weight::from_parts(61_882_000, 5082)
            .saturating_add(RocksDbWeight::get().reads(6_u64))
            .saturating_add(RocksDbWeight::get().writes(4_u64))
    }
    fn stop_serving() -> Weight {
        Weight::from_parts(27_942_000, 5082)
            .saturating_add(RocksDbWeight::get().reads(4_u64))
            .saturating_add(RocksDbWeight::get().writes(4_u64))
    }
    fn chill() -> Weight {
        Weight::from_parts(25_728_000, 3736)
            .saturating_add(RocksDbWeight::get().reads(4_u64))
            .saturating_add(RocksDbWeight::get().writes(4_u64))
    }
    fn unchill() -> Weight {
        Weight::from_parts(26_660_000, 3736)
            .saturating_add(RocksDbWeight::get().reads(3_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
    }
    fn sync(t: u32) -> Weight {
        Weight::from_parts(50_231_450, 10092)
            .saturating_add(Weight::from_parts(43_224_661, 0).saturating_mul(t.into()))
            .saturating_add(RocksDbWeight::get().reads(5_u64))
            .saturating_add(RocksDbWeight::get().reads(7_u64.saturating_mul(t.into())))
            .saturating_add(RocksDbWeight::get().writes(3_u64))
            .saturating_add(RocksDbWeight::get().writes(8_u64.saturating_mul(t.into())))
            .saturating_add(Weight::from_parts(0, 11892).saturating_mul(t.into()))
    }
    fn draw() -> Weight {
        Weight::from_parts(268_069_000, 55602).saturating_add(RocksDbWeight::get().reads(46_u64))
    }
    fn prune_offences(o: u32) -> Weight {
        Weight::from_parts(8_813_952, 3616)
            .saturating_add(Weight::from_parts(6_694_895, 0).saturating_mul(o.into()))
            .saturating_add(RocksDbWeight::get().reads(2_u64))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(o.into())))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(o.into())))
            .saturating_add(Weight::from_parts(0, 2483).saturating_mul(o.into()))
    }
}
