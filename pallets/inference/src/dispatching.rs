//! What this node's dispatcher sees of the chain, and how it makes transactions.

use crate::{
    types::{Lease, Request, Stage},
    Call, Config, OpenCount, OpenLeases, Pallet, Payloads, Requests, SealedInputs,
};
use alloc::vec::Vec;
use frame_system::offchain::SubmitTransaction;
use opg_dispatcher::{Outgoing, Payload};
use opg_primitives::{
    ids::{Account, BlockHash, DispatcherKey, RequestId},
    request::Input,
    statement,
    traits::{Models, Providers},
    BlockNumber,
};
use opg_worker_api::{BlockRef, Commitments, Delivered, Job, JobInput, VERSION};

/// The most leases that one run is given.
const MAX_LEASES: usize = opg_dispatcher::run::MAX_JOBS;

impl<T: Config> Pallet<T> {
    /// The off-chain worker's hook.
    pub(crate) fn dispatch() {
        opg_dispatcher::dispatch(Self::now(), Self::leases_of, |outgoing| {
            let call = Self::call_of(outgoing);
            // A general transaction: a bare one would never reach `authorize`.
            let transaction = T::create_authorized_transaction(call.into());
            SubmitTransaction::<T, Call<T>>::submit_transaction(transaction).is_ok()
        });
    }

    /// The open leases of the providers that `keys` belong to, each with the key to sign with. One
    /// read per provider that has open leases, and per key and lease that is found.
    pub fn leases_of(keys: &[DispatcherKey]) -> Vec<opg_dispatcher::Lease> {
        OpenCount::<T>::iter_keys()
            .filter_map(|provider| {
                let key = keys.iter().find(|key| T::Providers::is_dispatcher(&provider, key))?;
                Some((provider, *key))
            })
            .flat_map(|(provider, key)| {
                OpenLeases::<T>::iter_key_prefix(provider)
                    .filter_map(move |request| Self::lease_for(key, provider, request))
            })
            .take(MAX_LEASES)
            .collect()
    }

    fn lease_for(
        key: DispatcherKey,
        provider: Account,
        id: RequestId,
    ) -> Option<opg_dispatcher::Lease> {
        let request = Requests::<T>::get(id)?;
        let Stage::Leased(lease) = &request.stage else { return None };
        let job = Self::job(id, provider, &request, lease)?;
        Some(opg_dispatcher::Lease {
            key,
            job,
            deliver_by: lease.acknowledged.map(|(_, deliver_by)| deliver_by),
        })
    }

    /// The job of a lease. None while its request's block has no hash yet, which is in that block, and
    /// while a private input was not delivered.
    fn job(id: RequestId, provider: Account, request: &Request, lease: &Lease) -> Option<Job> {
        let (input, parameters) = Payloads::<T>::get(id)?;
        let input = match input {
            Input::Public(input) => JobInput::Public(input),
            Input::Committed(_) => JobInput::Sealed(Self::delivered(id, lease)?),
        };
        let genesis = Self::genesis();
        let (number, hash) = lease.lease_block;
        Some(Job {
            version: VERSION,
            genesis,
            request: id,
            attempt: request.attempt,
            provider,
            model: request.model,
            mode: request.mode,
            key_version: T::Models::latest_key(&request.model),
            input,
            parameters,
            commitments: Commitments { input: request.input, parameters: request.parameters },
            request_block: BlockRef {
                number: request.requested,
                hash: Self::hash_of(request.requested)?,
            },
            lease_block: BlockRef { number, hash },
            binding: statement::binding(genesis, id, request.attempt, provider, hash),
            policy_version: request.policy_version,
            price: lease.price,
            ack_by: lease.ack_by,
            deliver_within: Self::windows_of(request).deliver,
            deadline: request.deadline,
        })
    }

    /// What was delivered in a lease of a private request; none while nothing was, nor while the block of
    /// the delivery has no hash yet.
    fn delivered(id: RequestId, lease: &Lease) -> Option<Delivered> {
        let delivery = lease.delivery?;
        let block = BlockRef { number: delivery.at, hash: Self::hash_of(delivery.at)? };
        let ciphertext = SealedInputs::<T>::get(id)?;
        Some(Delivered { enclave: delivery.enclave, block, ciphertext })
    }

    /// The hash of an earlier block that the chain still knows.
    fn hash_of(number: BlockNumber) -> Option<BlockHash> {
        if number >= Self::now() {
            return None;
        }
        let hash: [u8; 32] = frame_system::Pallet::<T>::block_hash(
            frame_system::pallet_prelude::BlockNumberFor::<T>::from(number),
        )
        .into();
        (hash != [0; 32]).then_some(BlockHash(hash))
    }

    /// The call that brings `outgoing`.
    pub fn call_of(outgoing: Outgoing) -> Call<T> {
        let Outgoing { request, attempt, key, signature, payload } = outgoing;
        match payload {
            Payload::Acknowledge => Call::acknowledge { request, attempt, key, signature },
            Payload::Decline(reason) => Call::decline { request, attempt, reason, key, signature },
            Payload::Submit { output, evidence } => {
                Call::submit_result { request, attempt, output, evidence, key, signature }
            }
        }
    }
}
