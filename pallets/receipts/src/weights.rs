//! NOT MEASURED YET: conservative values that hold until the benchmarks of this pallet have run on
//! the reference machine, whose output replaces this file.

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight},
};

/// The weights that this pallet needs.
pub trait WeightInfo {
    /// Writing a receipt of the greatest size, without its leaf in the root.
    fn append() -> Weight;
    /// Looking whether the code's hash is known.
    fn on_initialize() -> Weight;
    /// The root over `n` receipts, and the look at the digest.
    fn on_finalize(n: u32) -> Weight;
    /// Reading window and cursor, and writing the cursor.
    fn prune_base() -> Weight;
    /// Removing one receipt, the last of its block.
    fn prune_step() -> Weight;
    /// Reading and hashing a runtime of 4 MiB.
    fn hash_code() -> Weight;
}

/// The weights of a Substrate node, by the runtime's own costs of the database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn append() -> Weight {
        append(T::DbWeight::get())
    }
    fn on_initialize() -> Weight {
        on_initialize(T::DbWeight::get())
    }
    fn on_finalize(n: u32) -> Weight {
        on_finalize(T::DbWeight::get(), n)
    }
    fn prune_base() -> Weight {
        prune_base(T::DbWeight::get())
    }
    fn prune_step() -> Weight {
        prune_step(T::DbWeight::get())
    }
    fn hash_code() -> Weight {
        hash_code(T::DbWeight::get())
    }
}

impl WeightInfo for () {
    fn append() -> Weight {
        append(RocksDbWeight::get())
    }
    fn on_initialize() -> Weight {
        on_initialize(RocksDbWeight::get())
    }
    fn on_finalize(n: u32) -> Weight {
        on_finalize(RocksDbWeight::get(), n)
    }
    fn prune_base() -> Weight {
        prune_base(RocksDbWeight::get())
    }
    fn prune_step() -> Weight {
        prune_step(RocksDbWeight::get())
    }
    fn hash_code() -> Weight {
        hash_code(RocksDbWeight::get())
    }
}

fn append(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(150_000_000, 16_000).saturating_add(db.reads_writes(8, 9))
}

fn on_initialize(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(5_000_000, 2_000).saturating_add(db.reads(1))
}

fn on_finalize(db: RuntimeDbWeight, n: u32) -> Weight {
    let leaf = Weight::from_parts(8_000_000, 2_600).saturating_add(db.reads(1));
    Weight::from_parts(20_000_000, 4_000)
        .saturating_add(db.reads_writes(3, 2))
        .saturating_add(leaf.saturating_mul(n.into()))
}

fn prune_base(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(10_000_000, 4_000).saturating_add(db.reads_writes(2, 1))
}

fn prune_step(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(80_000_000, 12_000).saturating_add(db.reads_writes(5, 7))
}

fn hash_code(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(20_000_000_000, 4_200_000).saturating_add(db.reads_writes(2, 1))
}
