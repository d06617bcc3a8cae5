//! A fresh document now and then, by a block that the chain's node calls final.
//!
//! The keys stay. The chain takes a document as long as its block is young, so a registration is
//! offered at once, and again well before the document's window ends.

use crate::session::{self, Attester};
use opg_gateway::{
    backoff::Backoff,
    chain::{Node, View},
    client::CallError,
};
use opg_primitives::{ids::GenesisHash, registration::Registration};
use opg_worker_api::BlockRef;
use std::{path::PathBuf, sync::Arc, time::Duration};

/// The first and the longest wait after a failure.
const RETRY: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));

/// Why there is no fresh document.
#[derive(Debug, thiserror::Error)]
pub enum RenewalError {
    /// The chain's node gave nothing.
    #[error("the chain's node: {0}")]
    Node(#[from] CallError),
    /// It is of another chain.
    #[error("the node is of chain {found}, this enclave of {own}")]
    OtherChain {
        /// The node's.
        found: GenesisHash,
        /// This one's.
        own: GenesisHash,
    },
    /// It calls a block final that it does not have.
    #[error("the node has no hash of its final block {0}")]
    NoHash(u32),
    /// No document was made.
    #[error(transparent)]
    Session(#[from] session::SessionError),
    /// It cannot be written down.
    #[error("the registration {} cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The thread that made it broke off.
    #[error("making the document broke off")]
    BrokeOff,
}

/// The newest final block of `node`, which has to be of chain `own`.
///
/// # Errors
/// [`RenewalError`].
pub async fn final_block(node: &Node, own: GenesisHash) -> Result<BlockRef, RenewalError> {
    let View { genesis, finalized: number, .. } = node.view().await?;
    if genesis != own {
        return Err(RenewalError::OtherChain { found: genesis, own });
    }
    let hash = node.block_hash(number).await?.ok_or(RenewalError::NoHash(number))?;
    Ok(BlockRef { number, hash })
}

/// Has a document made by `block`, and writes its registration to `file` if there is one.
///
/// # Errors
/// [`RenewalError`].
pub async fn renew(
    attester: &Arc<Attester>,
    block: BlockRef,
    file: Option<PathBuf>,
) -> Result<Arc<Registration>, RenewalError> {
    let attester = attester.clone();
    let made = tokio::task::spawn_blocking(move || {
        let registration = attester.renew(block)?;
        if let Some(path) = file {
            session::write(&registration, &path)
                .map_err(|source| RenewalError::Write { path, source })?;
        }
        Ok::<_, RenewalError>(registration)
    });
    let registration = made.await.map_err(|_| RenewalError::BrokeOff)??;
    tracing::info!(
        block = registration.block_number,
        enclave = %registration.enclave,
        platform = registration.platform,
        "a fresh document; register it"
    );
    Ok(registration)
}

/// Looks every `period` whether the chain has the keys of `attester`, by the state of the last block
/// that its node calls final. Never returns.
pub async fn watch_registration(attester: Arc<Attester>, node: Node, period: Duration) {
    let [pallet, map] =
        ["Attestation", "Enclaves"].map(|name| sp_crypto_hashing::twox_128(name.as_bytes()));
    let enclave = attester.signer().enclave();
    let key = format!("0x{}", hex::encode([&pallet[..], &map, &enclave.0].concat()));
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match node.is_stored(&key).await {
            Ok(registered) => {
                if registered != attester.is_registered() {
                    tracing::info!(%enclave, registered, "whether the chain has these keys");
                }
                attester.note_registered(registered);
            }
            // What was known holds until the node says otherwise.
            Err(error) => tracing::debug!(%error, "the chain's node does not say what it has"),
        }
    }
}

/// Renews every `period`, and until it works after a failure. Never returns.
pub async fn keep_fresh(
    attester: Arc<Attester>,
    node: Node,
    period: Duration,
    file: Option<PathBuf>,
) {
    let own = attester.signer().genesis();
    let mut backoff = Backoff::new(RETRY.0, RETRY.1);
    loop {
        let renewed = async {
            let block = final_block(&node, own).await?;
            renew(&attester, block, file.clone()).await
        };
        match renewed.await {
            Ok(_) => {
                backoff.reset();
                tokio::time::sleep(period).await;
            }
            Err(error) => {
                tracing::warn!(%error, "no fresh document");
                tokio::time::sleep(backoff.step()).await;
            }
        }
    }
}
