//! NOT MEASURED YET: conservative values that hold until the benchmarks of this pallet have run on
//! the reference machine, whose output replaces this file.

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight},
};

/// The weights that this pallet needs.
pub trait WeightInfo {
    /// Appraising evidence of mode `Plain`.
    fn appraise_plain() -> Weight;
    /// Appraising evidence of mode `ZkMl` under a key for `n` public inputs.
    fn appraise_zkml(n: u32) -> Weight;
    /// Checking a key for `n` public inputs.
    fn check_key(n: u32) -> Weight;
    /// `set_enabled`.
    fn set_enabled() -> Weight;
    /// `recognise`.
    fn recognise() -> Weight;
    /// `forget`.
    fn forget() -> Weight;
}

/// The weights of a Substrate node, by the runtime's own costs of the database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn appraise_plain() -> Weight {
        appraise_plain(T::DbWeight::get())
    }
    fn appraise_zkml(n: u32) -> Weight {
        appraise_zkml(T::DbWeight::get(), n)
    }
    fn check_key(n: u32) -> Weight {
        check_key(n)
    }
    fn set_enabled() -> Weight {
        switch(T::DbWeight::get())
    }
    fn recognise() -> Weight {
        switch(T::DbWeight::get())
    }
    fn forget() -> Weight {
        switch(T::DbWeight::get())
    }
}

impl WeightInfo for () {
    fn appraise_plain() -> Weight {
        appraise_plain(RocksDbWeight::get())
    }
    fn appraise_zkml(n: u32) -> Weight {
        appraise_zkml(RocksDbWeight::get(), n)
    }
    fn check_key(n: u32) -> Weight {
        check_key(n)
    }
    fn set_enabled() -> Weight {
        switch(RocksDbWeight::get())
    }
    fn recognise() -> Weight {
        switch(RocksDbWeight::get())
    }
    fn forget() -> Weight {
        switch(RocksDbWeight::get())
    }
}

fn appraise_plain(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(250_000_000, 2_500).saturating_add(db.reads(1))
}

/// Decoding checks each point of the key in wasm; the pairing is the host's. 32 recognised
/// contributors are looked up.
fn appraise_zkml(db: RuntimeDbWeight, n: u32) -> Weight {
    Weight::from_parts(40_000_000_000, 85_000)
        .saturating_add(Weight::from_parts(2_000_000_000, 0).saturating_mul(n.into()))
        .saturating_add(db.reads(33))
}

fn check_key(n: u32) -> Weight {
    Weight::from_parts(20_000_000_000, 0)
        .saturating_add(Weight::from_parts(1_500_000_000, 0).saturating_mul(n.into()))
}

fn switch(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(25_000_000, 4_000).saturating_add(db.reads_writes(3, 3))
}
