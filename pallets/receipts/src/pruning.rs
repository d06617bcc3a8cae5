//! Receipts leave hot state in the order in which they came.

use crate::{
    types::Place, ByLease, BySequence, Config, Cursor, InBlock, Log, Pallet, Sequences, WeightInfo,
    Written,
};
use frame_support::weights::{Weight, WeightMeter};
use opg_primitives::{ids::ReceiptId, BlockNumber};
use sp_runtime::traits::Get;

impl<T: Config> Pallet<T> {
    /// Goes on from the cursor: at most [`Config::PrunePerBlock`] steps, within `limit`, and no
    /// further than the window. Returns the weight that was used.
    pub(crate) fn prune(now: BlockNumber, limit: Weight) -> Weight {
        let mut meter = WeightMeter::with_limit(limit);
        if meter.try_consume(T::WeightInfo::prune_base()).is_err() {
            return Weight::zero();
        }
        let life = T::Life::get();
        let from = Cursor::<T>::get();
        let mut cursor = from;
        for _ in 0..T::PrunePerBlock::get() {
            let due = cursor.block.saturating_add(life) < now;
            if !due || meter.try_consume(T::WeightInfo::prune_step()).is_err() {
                break;
            }
            cursor = Self::prune_step(cursor);
        }
        if cursor != from {
            Cursor::<T>::put(cursor);
        }
        meter.consumed()
    }

    /// Removes the receipt at `cursor`, if there is one, and returns the next place.
    pub(crate) fn prune_step(cursor: Place) -> Place {
        let next = cursor.index.saturating_add(1);
        let written = Written::<T>::get(cursor.block);
        if let Some(id) = InBlock::<T>::take(cursor.block, cursor.index) {
            Self::forget(id);
        }
        if next < written {
            return Place { index: next, ..cursor };
        }
        Written::<T>::remove(cursor.block);
        Place { block: cursor.block.saturating_add(1), index: 0 }
    }

    fn forget(id: ReceiptId) {
        let Some(receipt) = Log::<T>::take(id) else { return };
        ByLease::<T>::remove(receipt.request, receipt.attempt);
        if let Some(lease) = receipt.lease {
            BySequence::<T>::remove(lease.provider, lease.sequence);
            Sequences::<T>::mutate(lease.provider, |sequence| {
                sequence.first_held = lease.sequence.saturating_add(1);
            });
        }
    }
}
