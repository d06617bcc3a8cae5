// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! The JSON-RPC that comes on top of what every Substrate node has.

use crate::service::{FullBackend, FullClient, FullSelectChain, TransactionPool};
use jsonrpsee::RpcModule;
use mmr_rpc::{Mmr, MmrApiServer};
use opg_runtime::opaque::Block;
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use sc_client_api::Backend;
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_babe_rpc::{Babe, BabeApiServer};
use sc_consensus_grandpa::{
    FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sc_service::ChainSpec;
use sc_sync_state_rpc::{SyncState, SyncStateApiServer};
use sp_keystore::KeystorePtr;
use sp_runtime::traits::{Block as BlockT, NumberFor};
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};

/// What finality is asked of.
pub struct GrandpaDeps {
    /// The voter's view of the current round.
    pub voter_state: SharedVoterState,
    /// The current and coming authorities.
    pub authority_set: SharedAuthoritySet<<Block as BlockT>::Hash, NumberFor<Block>>,
    /// New justifications.
    pub justification_stream: GrandpaJustificationStream<Block>,
    /// Makes proofs of finality for `grandpa_proveFinality`.
    pub proof_provider: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// What the methods are made of.
pub struct FullDeps {
    /// The client.
    pub client: Arc<FullClient>,
    /// The transaction pool.
    pub pool: Arc<TransactionPool>,
    /// Chooses the best chain.
    pub select_chain: FullSelectChain,
    /// The chain's specification.
    pub chain_spec: Box<dyn ChainSpec>,
    /// The database.
    pub backend: Arc<FullBackend>,
    /// The node's keys.
    pub keystore: KeystorePtr,
    /// The worker that knows of epochs.
    pub babe_worker: BabeWorkerHandle<Block>,
    /// What finality is asked of.
    pub grandpa: GrandpaDeps,
}

/// Puts all methods into one module.
///
/// # Errors
///
/// Two methods of one name, a specification without the extension for light clients, or a database
/// without off-chain storage.
pub fn create_full(
    deps: FullDeps,
    executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
    let FullDeps {
        client,
        pool,
        select_chain,
        chain_spec,
        backend,
        keystore,
        babe_worker,
        grandpa,
    } = deps;

    let mut module = RpcModule::new(());
    module.merge(System::new(client.clone(), pool).into_rpc())?;
    module.merge(TransactionPayment::new(client.clone()).into_rpc())?;
    module.merge(
        Mmr::new(
            client.clone(),
            backend.offchain_storage().ok_or("the database has no off-chain storage")?,
        )
        .into_rpc(),
    )?;
    module
        .merge(Babe::new(client.clone(), babe_worker.clone(), keystore, select_chain).into_rpc())?;
    module.merge(
        Grandpa::new(
            executor,
            grandpa.authority_set.clone(),
            grandpa.voter_state,
            grandpa.justification_stream,
            grandpa.proof_provider,
        )
        .into_rpc(),
    )?;
    module.merge(
        SyncState::new(chain_spec, client, grandpa.authority_set, babe_worker)?.into_rpc(),
    )?;
    Ok(module)
}
