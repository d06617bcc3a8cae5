//! What holds between blocks, whatever happened.

use crate::{
    types::Subject, ByLease, BySequence, Config, Counters, Cursor, InBlock, Log, Pallet, Sequences,
    Written,
};
use alloc::collections::BTreeMap;
use frame_support::ensure;
use opg_primitives::{ids::Account, receipt::receipt_id};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// Asserts that log, indices, sequences and counters tell one story.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_places()?;
        Self::try_receipts()?;
        Self::try_sequences()?;
        Self::try_counters()
    }

    /// Every receipt has one place, at or after the cursor, and every place one receipt.
    fn try_places() -> Result<(), TryRuntimeError> {
        let cursor = Cursor::<T>::get();
        let held = InBlock::<T>::iter().try_fold(0u32, |held, (block, index, id)| {
            ensure!((block, index) >= (cursor.block, cursor.index), "a place before the cursor");
            ensure!(block <= Self::now(), "a place in a block to come");
            ensure!(index < Written::<T>::get(block), "a place past the end of its block");
            ensure!(Log::<T>::contains_key(id), "a place without a receipt");
            Ok::<_, TryRuntimeError>(held.saturating_add(1))
        })?;
        ensure!(held == Log::<T>::count(), "a receipt without a place");
        let written = Written::<T>::iter_values().fold(0u32, u32::saturating_add);
        ensure!(written == held.saturating_add(cursor.index), "a block has lost a receipt");
        Ok(())
    }

    /// Every receipt has the id that it should, and is found by its lease.
    fn try_receipts() -> Result<(), TryRuntimeError> {
        for (id, receipt) in Log::<T>::iter() {
            ensure!(receipt_id(Self::genesis(), &receipt) == id, "a receipt was rewritten");
            let found = ByLease::<T>::get(receipt.request, receipt.attempt);
            ensure!(found == Some(id), "a receipt is not found by its lease");
            if let Some(lease) = receipt.lease {
                let found = BySequence::<T>::get(lease.provider, lease.sequence);
                ensure!(found == Some(id), "a receipt is not found by its number");
            }
        }
        let leases = ByLease::<T>::iter().count();
        ensure!(u32::try_from(leases) == Ok(Log::<T>::count()), "a lease without a receipt");
        Ok(())
    }

    /// A provider's numbers run from `first_held` to `next` without a gap.
    fn try_sequences() -> Result<(), TryRuntimeError> {
        let mut held = BTreeMap::<Account, u64>::new();
        for (provider, number, id) in BySequence::<T>::iter() {
            let sequence = Sequences::<T>::get(provider);
            let range = sequence.first_held..sequence.next;
            ensure!(range.contains(&number), "a number outside of its provider's");
            ensure!(Log::<T>::contains_key(id), "a number without a receipt");
            let count = held.entry(provider).or_default();
            *count = count.saturating_add(1);
        }
        for (provider, sequence) in Sequences::<T>::iter() {
            let expected = sequence.next.saturating_sub(sequence.first_held);
            let found = held.get(&provider).copied().unwrap_or_default();
            ensure!(found == expected, "a provider's numbers have a gap");
        }
        Ok(())
    }

    /// The counters of all models add up to those of the chain, and the log holds no more.
    fn try_counters() -> Result<(), TryRuntimeError> {
        let (mut chain, mut models, mut providers) = ((0u64, 0u128), (0u64, 0u128), 0u64);
        for (subject, _, tallies) in Counters::<T>::iter() {
            let (honest, own) = (tallies.at_arms_length, tallies.self_dealing);
            let number = honest.number.saturating_add(own.number);
            let fees = honest.fees_burned.saturating_add(own.fees_burned);
            let add = |sum: (u64, u128)| (sum.0.saturating_add(number), sum.1.saturating_add(fees));
            match subject {
                Subject::Chain => chain = add(chain),
                Subject::Model(_) => models = add(models),
                Subject::Provider(_) => providers = providers.saturating_add(number),
            }
        }
        ensure!(chain == models, "the models' counters do not add up to the chain's");
        let numbered = Sequences::<T>::iter_values().fold(0u64, |n, s| n.saturating_add(s.next));
        ensure!(providers == numbered, "the providers' counters are not their sequences");
        ensure!(u64::from(Log::<T>::count()) <= chain.0, "more receipts than were counted");
        Ok(())
    }
}
