//! What each block does by itself: it ends what is overdue and draws for what waits, a bounded
//! number of each; what is left over comes first in the next block.

use crate::{
    types::Stage, Authorised, Config, Expiries, Pallet, Queue, QueueEnds, Requests, SweepFrom,
    WeightInfo,
};
use frame_support::weights::Weight;
use sp_runtime::traits::Get;

/// How many blocks without expiries the cursor moves past in one sweep, beside those that end
/// something. One is enough to keep up; more catch up.
pub(crate) const EMPTY_BLOCKS: u32 = 16;

impl<T: Config> Pallet<T> {
    /// The beginning of a block: first what is overdue, then the draws.
    pub(crate) fn begin_block() -> Weight {
        // Nothing is left of the last block's transactions; were it, it would be of none of these.
        Authorised::<T>::kill();
        let ended = Self::sweep(T::ExpiriesPerBlock::get());
        let drawn = Self::draw_waiting(T::DrawsPerBlock::get());
        T::WeightInfo::begin_block()
            .saturating_add(T::WeightInfo::sweep().saturating_mul(u64::from(ended)))
            .saturating_add(T::WeightInfo::draw().saturating_mul(u64::from(drawn)))
    }

    /// What is left of a block goes to what is still overdue. Draws are not made here: the author
    /// knows the seed by now and chose the block's transactions.
    pub(crate) fn use_idle(left: Weight) -> Weight {
        let base = T::WeightInfo::begin_block();
        let fitting = left
            .checked_sub(&base)
            .and_then(|left| left.checked_div_per_component(&T::WeightInfo::sweep()))
            .unwrap_or_default();
        let most = u64::from(T::ExpiriesPerBlock::get()).min(fitting);
        let most = u32::try_from(most).unwrap_or_default();
        if most == 0 {
            return Weight::zero();
        }
        let ended = Self::sweep(most);
        base.saturating_add(T::WeightInfo::sweep().saturating_mul(u64::from(ended)))
    }

    /// Ends at most `most` overdue requests, the oldest first; returns how many.
    pub(crate) fn sweep(most: u32) -> u32 {
        let now = Self::now();
        let mut from = SweepFrom::<T>::get();
        let (mut ended, mut empty) = (0u32, 0u32);
        while from < now && ended < most && empty < EMPTY_BLOCKS {
            match Expiries::<T>::iter_key_prefix(from).next() {
                Some(id) => {
                    // Removed whatever follows, so that nothing can hold the sweep up.
                    Expiries::<T>::remove(from, id);
                    if let Some(request) = Requests::<T>::get(id) {
                        Self::end_overdue(id, request);
                    }
                    ended = ended.saturating_add(1);
                }
                None => {
                    from = from.saturating_add(1);
                    empty = empty.saturating_add(1);
                }
            }
        }
        SweepFrom::<T>::put(from);
        ended
    }

    /// Draws for at most `most` entries of the queue; returns how many it looked at.
    pub(crate) fn draw_waiting(most: u32) -> u32 {
        let (mut head, tail) = QueueEnds::<T>::get();
        if head == tail {
            return 0;
        }
        let Some(randomness) = T::Randomness::get() else {
            return 0;
        };
        let now = Self::now();
        let mut seen = 0u32;
        // Entries that are added meanwhile, after `tail`, wait for a later block.
        while head < tail && seen < most {
            let waiting = Queue::<T>::get(head).and_then(|(id, attempt)| {
                let request = Requests::<T>::get(id)?;
                match request.stage {
                    Stage::Waiting { not_before, .. } if request.attempt == attempt => {
                        Some((id, request, not_before))
                    }
                    _ => None,
                }
            });
            if matches!(&waiting, Some((_, _, not_before)) if *not_before > now) {
                break;
            }
            Queue::<T>::remove(head);
            head = head.saturating_add(1);
            QueueEnds::<T>::mutate(|(first, _)| *first = head);
            if let Some((id, request, _)) = waiting {
                Self::draw(id, request, randomness);
            }
            seen = seen.saturating_add(1);
        }
        seen
    }
}
