//! What `pallet_attestation` weighs, as measured. What is measured under a name is said at the benchmark of
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

/// What `pallet_attestation` needs weights for.
pub trait WeightInfo {
    /// What `approve` weighs.
    fn approve() -> Weight;
    /// What `withdraw` weighs.
    fn withdraw() -> Weight;
    /// What `set_accepted_tcb` weighs.
    fn set_accepted_tcb() -> Weight;
    /// What `set_snp_floor` weighs.
    fn set_snp_floor() -> Weight;
    /// What `bring_collateral` weighs.
    fn bring_collateral() -> Weight;
    /// What `bring_endorsement` weighs.
    fn bring_endorsement() -> Weight;
    /// What `register` weighs.
    fn register() -> Weight;
    /// What `renew` weighs.
    fn renew() -> Weight;
    /// What `verify_nitro` weighs.
    /// `c` was measured from 0 to 5.
    fn verify_nitro(c: u32) -> Weight;
    /// What `verify_dcap` weighs.
    fn verify_dcap() -> Weight;
    /// What `verify_dcap_spared` weighs.
    fn verify_dcap_spared() -> Weight;
    /// What `verify_sev_snp` weighs.
    fn verify_sev_snp() -> Weight;
    /// What `retire` weighs.
    fn retire() -> Weight;
    /// What `reap_collateral` weighs.
    fn reap_collateral() -> Weight;
    /// What `revoke` weighs.
    fn revoke() -> Weight;
    /// What `lift` weighs.
    fn lift() -> Weight;
}

/// The weights, with the costs of the runtime's own database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    /// Storage: `Attestation::ReferenceValues` (r:1 w:1)
    /// Proof: `Attestation::ReferenceValues` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Decisions` (r:1 w:1)
    /// Proof: `Attestation::Decisions` (`max_values`: None, `max_size`: Some(824), added: 3299, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::TrustVersion` (r:1 w:1)
    /// Proof: `Attestation::TrustVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn approve() -> Weight {
        // At least 30_695_000 picoseconds.
        Weight::from_parts(32_388_000, 4289)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Attestation::ReferenceValues` (r:1 w:1)
    /// Proof: `Attestation::ReferenceValues` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Decisions` (r:1 w:1)
    /// Proof: `Attestation::Decisions` (`max_values`: None, `max_size`: Some(824), added: 3299, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::TrustVersion` (r:1 w:1)
    /// Proof: `Attestation::TrustVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn withdraw() -> Weight {
        // At least 24_236_000 picoseconds.
        Weight::from_parts(25_899_000, 4289)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Attestation::TrustVersion` (r:1 w:1)
    /// Proof: `Attestation::TrustVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::AcceptedTcb` (r:0 w:1)
    /// Proof: `Attestation::AcceptedTcb` (`max_values`: None, `max_size`: Some(10), added: 2485, mode: `MaxEncodedLen`)
    fn set_accepted_tcb() -> Weight {
        // At least 11_937_000 picoseconds.
        Weight::from_parts(13_010_000, 1489)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `Attestation::TrustVersion` (r:1 w:1)
    /// Proof: `Attestation::TrustVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::SnpFloors` (r:0 w:1)
    /// Proof: `Attestation::SnpFloors` (`max_values`: None, `max_size`: Some(15), added: 2490, mode: `MaxEncodedLen`)
    fn set_snp_floor() -> Weight {
        // At least 12_328_000 picoseconds.
        Weight::from_parts(13_369_000, 1489)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `Attestation::DevelopmentVendor` (r:1 w:0)
    /// Proof: `Attestation::DevelopmentVendor` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Found` (r:1 w:1)
    /// Proof: `Attestation::Found` (`max_values`: Some(1), `max_size`: Some(513), added: 1008, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Collaterals` (r:1 w:1)
    /// Proof: `Attestation::Collaterals` (`max_values`: None, `max_size`: Some(49907), added: 52382, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::GoodSignatures` (r:6 w:6)
    /// Proof: `Attestation::GoodSignatures` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
    fn bring_collateral() -> Weight {
        // At least 9_633_396_000 picoseconds.
        Weight::from_parts(9_755_207_000, 53372)
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().writes(8_u64))
    }
    /// Storage: `Attestation::Endorsements` (r:1 w:1)
    /// Proof: `Attestation::Endorsements` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::DevelopmentVendor` (r:1 w:0)
    /// Proof: `Attestation::DevelopmentVendor` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(193), added: 2668, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Deposits` (r:0 w:1)
    /// Proof: `Attestation::Deposits` (`max_values`: None, `max_size`: Some(106), added: 2581, mode: `MaxEncodedLen`)
    fn bring_endorsement() -> Weight {
        // At least 9_378_146_000 picoseconds.
        Weight::from_parts(9_456_782_000, 3752)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `System::BlockHash` (r:2 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Enclaves` (r:1 w:1)
    /// Proof: `Attestation::Enclaves` (`max_values`: None, `max_size`: Some(2473), added: 4948, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::ByProvider` (r:1 w:1)
    /// Proof: `Attestation::ByProvider` (`max_values`: None, `max_size`: Some(2098), added: 4573, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::AcceptedTcb` (r:1 w:0)
    /// Proof: `Attestation::AcceptedTcb` (`max_values`: None, `max_size`: Some(10), added: 2485, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Revoked` (r:4 w:0)
    /// Proof: `Attestation::Revoked` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Used` (r:1 w:3)
    /// Proof: `Attestation::Used` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::UsedEnds` (r:1 w:1)
    /// Proof: `Attestation::UsedEnds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::UsedQueue` (r:2 w:3)
    /// Proof: `Attestation::UsedQueue` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::ByPlatform` (r:1 w:1)
    /// Proof: `Attestation::ByPlatform` (`max_values`: None, `max_size`: Some(2082), added: 4557, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(193), added: 2668, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Deposits` (r:0 w:1)
    /// Proof: `Attestation::Deposits` (`max_values`: None, `max_size`: Some(106), added: 2581, mode: `MaxEncodedLen`)
    fn register() -> Weight {
        // At least 161_892_000 picoseconds.
        Weight::from_parts(167_049_000, 11138)
            .saturating_add(T::DbWeight::get().reads(15_u64))
            .saturating_add(T::DbWeight::get().writes(12_u64))
    }
    /// Storage: `Attestation::Enclaves` (r:1 w:1)
    /// Proof: `Attestation::Enclaves` (`max_values`: None, `max_size`: Some(2473), added: 4948, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:2 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::AcceptedTcb` (r:1 w:0)
    /// Proof: `Attestation::AcceptedTcb` (`max_values`: None, `max_size`: Some(10), added: 2485, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Revoked` (r:4 w:0)
    /// Proof: `Attestation::Revoked` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Used` (r:1 w:3)
    /// Proof: `Attestation::Used` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::UsedEnds` (r:1 w:1)
    /// Proof: `Attestation::UsedEnds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::UsedQueue` (r:2 w:3)
    /// Proof: `Attestation::UsedQueue` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    fn renew() -> Weight {
        // At least 86_499_000 picoseconds.
        Weight::from_parts(89_864_000, 11138)
            .saturating_add(T::DbWeight::get().reads(12_u64))
            .saturating_add(T::DbWeight::get().writes(8_u64))
    }
    /// Storage: `Attestation::KnownIssuers` (r:11 w:10)
    /// Proof: `Attestation::KnownIssuers` (`max_values`: None, `max_size`: Some(82), added: 2557, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::DevelopmentVendor` (r:1 w:0)
    /// Proof: `Attestation::DevelopmentVendor` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::NextPlace` (r:1 w:1)
    /// Proof: `Attestation::NextPlace` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::IssuerPlaces` (r:5 w:5)
    /// Proof: `Attestation::IssuerPlaces` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    fn verify_nitro(c: u32) -> Weight {
        // At least 7_649_001_000 picoseconds.
        Weight::from_parts(7_750_236_752, 3547)
            // Standard error: 2_255_628.
            .saturating_add(Weight::from_parts(3_761_744_648, 0).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(c.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(c.into())))
            .saturating_add(Weight::from_parts(0, 5114).saturating_mul(c.into()))
    }
    /// Storage: `Attestation::Collaterals` (r:1 w:0)
    /// Proof: `Attestation::Collaterals` (`max_values`: None, `max_size`: Some(49907), added: 52382, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::DevelopmentVendor` (r:1 w:0)
    /// Proof: `Attestation::DevelopmentVendor` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::GoodSignatures` (r:9 w:0)
    /// Proof: `Attestation::GoodSignatures` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Verified` (r:1 w:1)
    /// Proof: `Attestation::Verified` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn verify_dcap() -> Weight {
        // At least 10_655_458_000 picoseconds.
        Weight::from_parts(10_783_208_000, 53372)
            .saturating_add(T::DbWeight::get().reads(12_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Attestation::Collaterals` (r:1 w:0)
    /// Proof: `Attestation::Collaterals` (`max_values`: None, `max_size`: Some(49907), added: 52382, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::DevelopmentVendor` (r:1 w:0)
    /// Proof: `Attestation::DevelopmentVendor` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::GoodSignatures` (r:9 w:0)
    /// Proof: `Attestation::GoodSignatures` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Verified` (r:1 w:1)
    /// Proof: `Attestation::Verified` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn verify_dcap_spared() -> Weight {
        // At least 5_469_124_000 picoseconds.
        Weight::from_parts(5_631_937_000, 53372)
            .saturating_add(T::DbWeight::get().reads(12_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Attestation::Endorsements` (r:1 w:0)
    /// Proof: `Attestation::Endorsements` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::DevelopmentVendor` (r:1 w:0)
    /// Proof: `Attestation::DevelopmentVendor` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::SnpFloors` (r:1 w:0)
    /// Proof: `Attestation::SnpFloors` (`max_values`: None, `max_size`: Some(15), added: 2490, mode: `MaxEncodedLen`)
    fn verify_sev_snp() -> Weight {
        // At least 3_725_388_000 picoseconds.
        Weight::from_parts(3_773_760_000, 3752).saturating_add(T::DbWeight::get().reads(3_u64))
    }
    /// Storage: `Attestation::Enclaves` (r:1 w:1)
    /// Proof: `Attestation::Enclaves` (`max_values`: None, `max_size`: Some(2473), added: 4948, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::ByPlatform` (r:1 w:1)
    /// Proof: `Attestation::ByPlatform` (`max_values`: None, `max_size`: Some(2082), added: 4557, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::ByProvider` (r:1 w:1)
    /// Proof: `Attestation::ByProvider` (`max_values`: None, `max_size`: Some(2098), added: 4573, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Deposits` (r:1 w:1)
    /// Proof: `Attestation::Deposits` (`max_values`: None, `max_size`: Some(106), added: 2581, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(193), added: 2668, mode: `MaxEncodedLen`)
    fn retire() -> Weight {
        // At least 84_496_000 picoseconds.
        Weight::from_parts(87_761_000, 5938)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Attestation::Collaterals` (r:1 w:1)
    /// Proof: `Attestation::Collaterals` (`max_values`: None, `max_size`: Some(49907), added: 52382, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::GoodSignatures` (r:6 w:6)
    /// Proof: `Attestation::GoodSignatures` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::Deposits` (r:1 w:1)
    /// Proof: `Attestation::Deposits` (`max_values`: None, `max_size`: Some(106), added: 2581, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(193), added: 2668, mode: `MaxEncodedLen`)
    fn reap_collateral() -> Weight {
        // At least 120_429_000 picoseconds.
        Weight::from_parts(129_413_000, 53372)
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
    /// Storage: `Attestation::Revoked` (r:1 w:1)
    /// Proof: `Attestation::Revoked` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::TrustVersion` (r:1 w:1)
    /// Proof: `Attestation::TrustVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::RevocationActs` (r:0 w:1)
    /// Proof: `Attestation::RevocationActs` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
    fn revoke() -> Weight {
        // At least 17_557_000 picoseconds.
        Weight::from_parts(18_898_000, 3527)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Attestation::Revoked` (r:1 w:1)
    /// Proof: `Attestation::Revoked` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::TrustVersion` (r:1 w:1)
    /// Proof: `Attestation::TrustVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Attestation::RevocationActs` (r:0 w:1)
    /// Proof: `Attestation::RevocationActs` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
    fn lift() -> Weight {
        // At least 16_925_000 picoseconds.
        Weight::from_parts(18_277_000, 3527)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
}

/// The same without a runtime, for mocks.
impl WeightInfo for () {
    fn approve() -> Weight {
        Weight::from_parts(32_388_000, 4289)
            .saturating_add(RocksDbWeight::get().reads(3_u64))
            .saturating_add(RocksDbWeight::get().writes(3_u64))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(25_899_000, 4289)
            .saturating_add(RocksDbWeight::get().reads(3_u64))
            .saturating_add(RocksDbWeight::get().writes(3_u64))
    }
    fn set_accepted_tcb() -> Weight {
        Weight::from_parts(13_010_000, 1489)
            .saturating_add(RocksDbWeight::get().reads(1_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
    }
    fn set_snp_floor() -> Weight {
        Weight::from_parts(13_369_000, 1489)
            .saturating_add(RocksDbWeight::get().reads(1_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
    }
    fn bring_collateral() -> Weight {
        Weight::from_parts(9_755_207_000, 53372)
            .saturating_add(RocksDbWeight::get().reads(9_u64))
            .saturating_add(RocksDbWeight::get().writes(8_u64))
    }
    fn bring_endorsement() -> Weight {
        Weight::from_parts(9_456_782_000, 3752)
            .saturating_add(RocksDbWeight::get().reads(3_u64))
            .saturating_add(RocksDbWeight::get().writes(3_u64))
    }
    fn register() -> Weight {
        Weight::from_parts(167_049_000, 11138)
            .saturating_add(RocksDbWeight::get().reads(15_u64))
            .saturating_add(RocksDbWeight::get().writes(12_u64))
    }
    fn renew() -> Weight {
        Weight::from_parts(89_864_000, 11138)
            .saturating_add(RocksDbWeight::get().reads(12_u64))
            .saturating_add(RocksDbWeight::get().writes(8_u64))
    }
    fn verify_nitro(c: u32) -> Weight {
        Weight::from_parts(7_750_236_752, 3547)
            .saturating_add(Weight::from_parts(3_761_744_648, 0).saturating_mul(c.into()))
            .saturating_add(RocksDbWeight::get().reads(2_u64))
            .saturating_add(RocksDbWeight::get().reads(3_u64.saturating_mul(c.into())))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(c.into())))
            .saturating_add(Weight::from_parts(0, 5114).saturating_mul(c.into()))
    }
    fn verify_dcap() -> Weight {
        Weight::from_parts(10_783_208_000, 53372)
            .saturating_add(RocksDbWeight::get().reads(12_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
    fn verify_dcap_spared() -> Weight {
        Weight::from_parts(5_631_937_000, 53372)
            .saturating_add(RocksDbWeight::get().reads(12_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
    fn verify_sev_snp() -> Weight {
        Weight::from_parts(3_773_760_000, 3752).saturating_add(RocksDbWeight::get().reads(3_u64))
    }
    fn retire() -> Weight {
        Weight::from_parts(87_761_000, 5938)
            .saturating_add(RocksDbWeight::get().reads(5_u64))
            .saturating_add(RocksDbWeight::get().writes(5_u64))
    }
    fn reap_collateral() -> Weight {
        Weight::from_parts(129_413_000, 53372)
            .saturating_add(RocksDbWeight::get().reads(9_u64))
            .saturating_add(RocksDbWeight::get().writes(9_u64))
    }
    fn revoke() -> Weight {
        Weight::from_parts(18_898_000, 3527)
            .saturating_add(RocksDbWeight::get().reads(2_u64))
            .saturating_add(RocksDbWeight::get().writes(3_u64))
    }
    fn lift() -> Weight {
        Weight::from_parts(18_277_000, 3527)
            .saturating_add(RocksDbWeight::get().reads(2_u64))
            .saturating_add(RocksDbWeight::get().writes(3_u64))
    }
}
