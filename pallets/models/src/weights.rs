//! Weights for `pallet_models`
//!
//! NOT MEASURED YET: these are conservative upper guesses, in the layout that the benchmark command
//! writes. They are replaced by the measured file; nothing else may be concluded from them.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]
#![allow(clippy::arithmetic_side_effects)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_models`.
pub trait WeightInfo {
	fn register(a: u32, ) -> Weight;
	fn add_key() -> Weight;
	fn confirm_contribution() -> Weight;
	fn set_access(a: u32, ) -> Weight;
	fn retire() -> Weight;
	fn remove(k: u32, ) -> Weight;
}

/// Weights for `pallet_models` using the Substrate node and recommended hardware.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// The range of component `a` is `[0, 128]`.
	fn register(a: u32, ) -> Weight {
		Weight::from_parts(70_000_000, 12000)
			.saturating_add(Weight::from_parts(200_000, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn add_key() -> Weight {
		Weight::from_parts(30_000_000_000, 20000)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	fn confirm_contribution() -> Weight {
		Weight::from_parts(50_000_000, 12000)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// The range of component `a` is `[0, 128]`.
	fn set_access(a: u32, ) -> Weight {
		Weight::from_parts(70_000_000, 12000)
			.saturating_add(Weight::from_parts(200_000, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn retire() -> Weight {
		Weight::from_parts(40_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// The range of component `k` is `[0, 8]`.
	fn remove(k: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 60000)
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(k.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(k.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(k.into())))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	/// The range of component `a` is `[0, 128]`.
	fn register(a: u32, ) -> Weight {
		Weight::from_parts(70_000_000, 12000)
			.saturating_add(Weight::from_parts(200_000, 0).saturating_mul(a.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	fn add_key() -> Weight {
		Weight::from_parts(30_000_000_000, 20000)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn confirm_contribution() -> Weight {
		Weight::from_parts(50_000_000, 12000)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// The range of component `a` is `[0, 128]`.
	fn set_access(a: u32, ) -> Weight {
		Weight::from_parts(70_000_000, 12000)
			.saturating_add(Weight::from_parts(200_000, 0).saturating_mul(a.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn retire() -> Weight {
		Weight::from_parts(40_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// The range of component `k` is `[0, 8]`.
	fn remove(k: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 60000)
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(k.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(k.into())))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(k.into())))
	}
}
