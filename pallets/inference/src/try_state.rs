//! What must hold between blocks.

use crate::{
    types::Stage, Authorised, Booked, Config, Expiries, HoldReason, OpenCount, OpenLeases, Pallet,
    Payloads, Queue, QueueEnds, Requests, SealedInputs, SweepFrom,
};
use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::hold::Inspect, weights::Weight};
use opg_primitives::{
    ids::{Account, RequestId},
    request::Input,
    sealed::digest,
    Attempt, Balance,
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// Checks, over the whole state, that
    ///
    /// 1. each requester's hold is the sum of the prices of its open requests;
    /// 2. each open request has its bytes, and one expiry, which the sweep has still before it;
    /// 3. leases and the index of open leases are the same set, and are counted right;
    /// 4. each waiting request has one place in the queue;
    /// 5. each bucket holds what its open requests booked, and not more than fits;
    /// 6. each delivery that a lease names has its ciphertext, no other ciphertext is kept, only a private
    ///    request has any, and it has readers from the first on, of which there is at most one in a lease;
    /// 7. no authorisation outlives its transaction, and no price exceeds what is held.
    #[cfg_attr(not(any(feature = "try-runtime", test)), allow(dead_code))]
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut holds = BTreeMap::<Account, Balance>::new();
        let mut leases = BTreeMap::<Account, u32>::new();
        let mut buckets = BTreeMap::<u32, Weight>::new();
        let mut waiting = BTreeMap::<RequestId, Attempt>::new();
        let sweep_from = SweepFrom::<T>::get();
        let (mut requests, mut delivered) = (0usize, 0usize);

        for (id, request) in Requests::<T>::iter() {
            requests = requests.saturating_add(1);
            let hold = holds.entry(request.requester).or_default();
            *hold = hold.saturating_add(request.max_price);
            let bucket = buckets.entry(Self::bucket(request.deadline)).or_default();
            *bucket = bucket.saturating_add(request.booked);
            let (input, _) = Payloads::<T>::get(id).ok_or("an open request has no payload")?;
            let private = matches!(input, Input::Committed(_));
            ensure!(private == request.private.is_some(), "an input is not of its request's kind");
            if let Some(input) = &request.private {
                ensure!(input.deliveries <= request.leases, "delivered oftener than leased");
                let read = input.deliveries > 0;
                ensure!(read == input.readers.is_some(), "readers of what was not delivered");
            }
            ensure!(
                Expiries::<T>::contains_key(request.due(), id),
                "an open request never expires"
            );
            ensure!(request.due() >= sweep_from, "the sweep has passed an open request");
            ensure!(request.due() <= request.deadline, "a window ends after the deadline");
            ensure!(request.attempt < request.attempts, "an attempt too many");
            ensure!(request.compensated <= request.unrefundable(), "compensated beyond its loss");
            match &request.stage {
                Stage::Waiting { .. } => {
                    waiting.insert(id, request.attempt);
                }
                Stage::Leased(lease) => {
                    ensure!(lease.price <= request.max_price, "a price above what is held");
                    ensure!(
                        OpenLeases::<T>::get(lease.provider, id) == Some(request.attempt),
                        "a lease is not in the index"
                    );
                    if let Some(delivery) = &lease.delivery {
                        let sealed = SealedInputs::<T>::get(id);
                        ensure!(
                            sealed.is_some_and(|sealed| digest(&sealed) == delivery.digest),
                            "a delivery without its ciphertext"
                        );
                        ensure!(request.private.is_some(), "a public request was delivered");
                        delivered = delivered.saturating_add(1);
                    }
                    ensure!(
                        lease.acknowledged.is_none() || !request.awaits_payload(),
                        "acknowledged without an input"
                    );
                    let open = leases.entry(lease.provider).or_default();
                    *open = open.saturating_add(1);
                }
            }
        }
        for (account, held) in &holds {
            let on_hold =
                T::Currency::balance_on_hold(&HoldReason::Escrow.into(), &Self::account(account));
            ensure!(on_hold == *held, "a hold is not the sum of the open prices");
        }
        ensure!(Payloads::<T>::iter_keys().count() == requests, "a payload without a request");
        ensure!(
            SealedInputs::<T>::iter_keys().count() == delivered,
            "a ciphertext without a delivery"
        );
        ensure!(Expiries::<T>::iter_keys().count() == requests, "an expiry without a request");
        ensure!(
            Requests::<T>::count() == u32::try_from(requests).unwrap_or(u32::MAX),
            "the open requests are counted wrong"
        );

        let indexed = OpenLeases::<T>::iter_keys().count();
        let counted: BTreeMap<Account, u32> = OpenCount::<T>::iter().collect();
        let sum = leases.values().fold(0u32, |sum, open| sum.saturating_add(*open));
        ensure!(u32::try_from(indexed) == Ok(sum), "an indexed lease does not run");
        ensure!(counted == leases, "the open leases are counted wrong");

        let (head, tail) = QueueEnds::<T>::get();
        let mut entries = 0u64;
        for (place, (id, attempt)) in Queue::<T>::iter() {
            ensure!(head <= place && place < tail, "a place outside the queue");
            entries = entries.saturating_add(1);
            if waiting.get(&id) == Some(&attempt) {
                waiting.remove(&id);
            }
        }
        ensure!(entries == tail.saturating_sub(head), "the queue has a hole");
        ensure!(waiting.is_empty(), "a waiting request is not in the queue");

        let booked: BTreeMap<u32, Weight> = Booked::<T>::iter().collect();
        ensure!(booked == buckets, "a bucket is not the sum of what was booked");
        ensure!(Authorised::<T>::get().is_none(), "an authorisation outlived its transaction");
        Ok(())
    }
}
