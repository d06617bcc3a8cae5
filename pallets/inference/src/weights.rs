//! NOT MEASURED YET: the weights of this pallet, on the safe side of what its storage accesses and
//! hashes cost with ParityDB on a slow core. To be replaced by the output of the benchmarks.
//!
//! Accesses are counted with those of the pallets below, as the traits say: a receipt is written, a
//! bond is slashed, capacity is released, three accounts are paid.

#![allow(clippy::arithmetic_side_effects)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the calls, authorisations and hooks of this pallet weigh.
pub trait WeightInfo {
    /// `request` with a public input of `i` bytes.
    fn request(i: u32) -> Weight;
    /// `cancel`.
    fn cancel() -> Weight;
    /// `acknowledge`.
    fn acknowledge() -> Weight;
    /// `decline`.
    fn decline() -> Weight;
    /// `submit_result` with `e` bytes of answer and evidence that is refused, but for its appraisal.
    fn submit_result(e: u32) -> Weight;
    /// `submit_result` with a good answer, which is paid.
    fn submit_good() -> Weight;
    /// `expire`.
    fn expire() -> Weight;
    /// Authorising `acknowledge`.
    fn authorize_acknowledge() -> Weight;
    /// Authorising `decline`.
    fn authorize_decline() -> Weight;
    /// Authorising `submit_result` with `e` bytes of answer and evidence.
    fn authorize_submit_result(e: u32) -> Weight;
    /// Authorising `expire`.
    fn authorize_expire() -> Weight;
    /// What a block does where nothing is overdue and no draw is due.
    fn begin_block() -> Weight;
    /// One overdue request that a sweep ends.
    fn sweep() -> Weight;
    /// One entry of the queue: a draw and its lease.
    fn draw() -> Weight;
}

/// An sr25519 verification, with room.
const SIGNATURE: u64 = 80_000_000;
/// Hashing one byte by blake2 and encoding it, with room.
const BYTE: u64 = 2_000;
/// Committing to one byte of input: Poseidon packs 31 in an element; a permutation is about 100
/// microseconds in wasm, with room.
const INPUT_BYTE: u64 = 10_000_000;

/// The weights, with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);

fn parts<T: frame_system::Config>(ref_time: u64, proof: u64, reads: u64, writes: u64) -> Weight {
    Weight::from_parts(ref_time, proof)
        .saturating_add(T::DbWeight::get().reads_writes(reads, writes))
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn request(i: u32) -> Weight {
        parts::<T>(300_000_000, 20_000, 22, 18)
            .saturating_add(Weight::from_parts(INPUT_BYTE, 0).saturating_mul(u64::from(i)))
    }
    fn cancel() -> Weight {
        parts::<T>(250_000_000, 20_000, 24, 24)
    }
    fn acknowledge() -> Weight {
        parts::<T>(60_000_000, 10_000, 6, 6)
    }
    fn decline() -> Weight {
        parts::<T>(250_000_000, 20_000, 24, 24)
    }
    fn submit_result(e: u32) -> Weight {
        parts::<T>(400_000_000, 30_000, 34, 34)
            .saturating_add(Weight::from_parts(BYTE, 1).saturating_mul(u64::from(e)))
    }
    fn submit_good() -> Weight {
        parts::<T>(500_000_000, 30_000, 34, 34)
    }
    fn expire() -> Weight {
        parts::<T>(300_000_000, 30_000, 30, 30)
    }
    fn authorize_acknowledge() -> Weight {
        parts::<T>(SIGNATURE, 5_000, 4, 0)
    }
    fn authorize_decline() -> Weight {
        parts::<T>(SIGNATURE, 5_000, 4, 0)
    }
    fn authorize_submit_result(e: u32) -> Weight {
        parts::<T>(SIGNATURE, 5_000, 4, 0)
            .saturating_add(Weight::from_parts(BYTE, 0).saturating_mul(u64::from(e)))
    }
    fn authorize_expire() -> Weight {
        parts::<T>(20_000_000, 5_000, 4, 0)
    }
    fn begin_block() -> Weight {
        parts::<T>(30_000_000, 10_000, 22, 2)
    }
    fn sweep() -> Weight {
        parts::<T>(300_000_000, 30_000, 30, 30)
    }
    fn draw() -> Weight {
        parts::<T>(400_000_000, 60_000, 80, 24)
    }
}

/// The weights, without a database: for mocks.
impl WeightInfo for () {
    fn request(i: u32) -> Weight {
        Weight::from_parts(1_000_000 + u64::from(i), 0)
    }
    fn cancel() -> Weight {
        Weight::from_parts(1_000_000, 0)
    }
    fn acknowledge() -> Weight {
        Weight::from_parts(1_000_000, 0)
    }
    fn decline() -> Weight {
        Weight::from_parts(1_000_000, 0)
    }
    fn submit_result(e: u32) -> Weight {
        Weight::from_parts(1_000_000 + u64::from(e), 0)
    }
    fn submit_good() -> Weight {
        Weight::from_parts(1_000_000, 0)
    }
    fn expire() -> Weight {
        Weight::from_parts(1_000_000, 0)
    }
    fn authorize_acknowledge() -> Weight {
        Weight::from_parts(1_000_000, 0)
    }
    fn authorize_decline() -> Weight {
        Weight::from_parts(1_000_000, 0)
    }
    fn authorize_submit_result(e: u32) -> Weight {
        Weight::from_parts(1_000_000 + u64::from(e), 0)
    }
    fn authorize_expire() -> Weight {
        Weight::from_parts(1_000_000, 0)
    }
    fn begin_block() -> Weight {
        Weight::from_parts(1_000_000, 0)
    }
    fn sweep() -> Weight {
        Weight::from_parts(1_000_000, 0)
    }
    fn draw() -> Weight {
        Weight::from_parts(1_000_000, 0)
    }
}
