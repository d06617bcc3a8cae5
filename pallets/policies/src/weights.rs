//! Weights for `pallet_policies`
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

/// Weight functions needed for `pallet_policies`.
pub trait WeightInfo {
	fn store_draft(c: u32, ) -> Weight;
	fn discard_draft() -> Weight;
	fn enact(c: u32, ) -> Weight;
	fn cancel() -> Weight;
	fn on_initialize_idle() -> Weight;
	fn take_effect(c: u32, ) -> Weight;
}

/// Weights for `pallet_policies` using the Substrate node and recommended hardware.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// The range of component `c` is `[0, 16]`.
	fn store_draft(c: u32, ) -> Weight {
		Weight::from_parts(60_000_000, 12000)
			.saturating_add(Weight::from_parts(8_000_000, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn discard_draft() -> Weight {
		Weight::from_parts(60_000_000, 8000)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// The range of component `c` is `[0, 16]`.
	fn enact(c: u32, ) -> Weight {
		Weight::from_parts(60_000_000, 80000)
			.saturating_add(Weight::from_parts(8_000_000, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn cancel() -> Weight {
		Weight::from_parts(50_000_000, 8000)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn on_initialize_idle() -> Weight {
		Weight::from_parts(5_000_000, 1900)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// The range of component `c` is `[0, 16]`.
	fn take_effect(c: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 80000)
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(c.into())))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	/// The range of component `c` is `[0, 16]`.
	fn store_draft(c: u32, ) -> Weight {
		Weight::from_parts(60_000_000, 12000)
			.saturating_add(Weight::from_parts(8_000_000, 0).saturating_mul(c.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().reads((3_u64).saturating_mul(c.into())))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn discard_draft() -> Weight {
		Weight::from_parts(60_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	/// The range of component `c` is `[0, 16]`.
	fn enact(c: u32, ) -> Weight {
		Weight::from_parts(60_000_000, 80000)
			.saturating_add(Weight::from_parts(8_000_000, 0).saturating_mul(c.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((3_u64).saturating_mul(c.into())))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn cancel() -> Weight {
		Weight::from_parts(50_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn on_initialize_idle() -> Weight {
		Weight::from_parts(5_000_000, 1900)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	/// The range of component `c` is `[0, 16]`.
	fn take_effect(c: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 80000)
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(c.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((3_u64).saturating_mul(c.into())))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(c.into())))
	}
}
