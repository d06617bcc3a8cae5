//! Writing a receipt, and the block's root.

use crate::{
    archive,
    types::{OutcomeKind, Subject},
    ByLease, BySequence, Config, Counters, Cursor, Event, InBlock, Log, Pallet, Sequences,
    WeightInfo, Written,
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::dispatch::DispatchClass;
use frame_system::pallet_prelude::BlockNumberFor;
use opg_primitives::{
    ids::{Account, GenesisHash, ReceiptId},
    receipt::{receipt_id, Receipt},
    traits::Receipts,
    tree::{self, ENGINE_ID},
    BlockNumber,
};
use sp_runtime::{generic::DigestItem, traits::Zero, SaturatedConversion};

const LOG_TARGET: &str = "runtime::receipts";

impl<T: Config> Receipts for Pallet<T> {
    fn next_sequence(provider: &Account) -> u64 {
        Sequences::<T>::get(provider).next
    }

    /// The receipt's sequence number is stamped here, whatever it was. A second receipt of one
    /// lease is not written: the first one's id comes back, and the fault is logged.
    fn append(mut receipt: Receipt) -> ReceiptId {
        if let Some(earlier) = ByLease::<T>::get(receipt.request, receipt.attempt) {
            log::error!(
                target: LOG_TARGET,
                "a second receipt of request {} attempt {} was refused; the first is {}",
                receipt.request, receipt.attempt, earlier,
            );
            return earlier;
        }
        if let Some(lease) = receipt.lease.as_mut() {
            lease.sequence = Self::next_sequence(&lease.provider);
        }
        let id = receipt_id(Self::genesis(), &receipt);
        let index = Self::place(id);
        ByLease::<T>::insert(receipt.request, receipt.attempt, id);
        if let Some(lease) = &receipt.lease {
            BySequence::<T>::insert(lease.provider, lease.sequence, id);
            Sequences::<T>::mutate(lease.provider, |s| s.next = s.next.saturating_add(1));
        }
        Self::count(&receipt);
        Self::deposit_event(Event::ReceiptWritten {
            id,
            request: receipt.request,
            attempt: receipt.attempt,
            outcome: receipt.outcome,
            terminal: receipt.terminal,
            provider: receipt.lease.map(|lease| (lease.provider, lease.sequence)),
            index,
        });
        archive::keep_receipt(&id, &receipt);
        Log::<T>::insert(id, receipt);
        id
    }
}

impl<T: Config> Pallet<T> {
    /// The chain. The system pallet keeps the hash of block 0 for ever.
    pub(crate) fn genesis() -> GenesisHash {
        GenesisHash(frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero()).into())
    }

    /// This block. Block numbers of this chain have 32 bits.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Gives the receipt the next place of this block, and its leaf the weight that it will take.
    fn place(id: ReceiptId) -> u32 {
        let now = Self::now();
        let index = Written::<T>::get(now);
        InBlock::<T>::insert(now, index, id);
        Written::<T>::insert(now, index.saturating_add(1));
        let leaf = T::WeightInfo::on_finalize(1).saturating_sub(T::WeightInfo::on_finalize(0));
        frame_system::Pallet::<T>::register_extra_weight_unchecked(leaf, DispatchClass::Mandatory);
        index
    }

    fn count(receipt: &Receipt) {
        let kind = OutcomeKind::from(&receipt.outcome);
        let provider = receipt.lease.map(|lease| Subject::Provider(lease.provider));
        let subjects = [Some(Subject::Chain), Some(Subject::Model(receipt.model)), provider];
        for subject in subjects.into_iter().flatten() {
            Counters::<T>::mutate(subject, kind, |tallies| *tallies = tallies.with(receipt));
        }
    }

    /// The block's receipts in order, if none of them is pruned and the block is not yet to come.
    pub(crate) fn ids_in(block: BlockNumber) -> Option<Vec<ReceiptId>> {
        let cursor = Cursor::<T>::get();
        let begun = cursor.block == block && cursor.index > 0;
        if block > Self::now() || cursor.block > block || begun {
            return None;
        }
        (0..Written::<T>::get(block)).map(|index| InBlock::<T>::get(block, index)).collect()
    }

    /// Puts the root over this block's receipts into the header.
    pub(crate) fn deposit_root(now: BlockNumber) {
        let ids: Vec<_> =
            (0..Written::<T>::get(now)).filter_map(|index| InBlock::<T>::get(now, index)).collect();
        let root = tree::root(&ids);
        archive::keep_list(&root.root, &ids);
        let item = DigestItem::Consensus(ENGINE_ID, root.encode());
        frame_system::Pallet::<T>::deposit_log(item);
    }
}
