//! The mountain range over all blocks, from which a receipt's inclusion is proved.
//!
//! Leaves are the stock ones, number and hash of the parent: receipt, digest item, header, leaf,
//! root, finality. The root is in the state of every block; without BEEFY nothing signs it but
//! GRANDPA, by finalising the header whose state root covers it.

use crate::Runtime;
use sp_runtime::traits::Keccak256;

impl pallet_mmr::Config for Runtime {
    const INDEXING_PREFIX: &'static [u8] = sp_mmr_primitives::INDEXING_PREFIX;
    type Hashing = Keccak256;
    type LeafData = pallet_mmr::ParentNumberAndHash<Self>;
    type OnNewRoot = ();
    type BlockHashProvider = pallet_mmr::DefaultBlockHashProvider<Runtime>;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ();
}
