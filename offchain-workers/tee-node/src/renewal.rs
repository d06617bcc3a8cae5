//! A fresh document now and then, by a block that the chain's node calls final.
//!
//! The keys stay. The chain takes a document as long as its block is young, so a registration is
//! offered at once, and again well before the document's window ends.

use crate::{
    session::{self, Attester},
    standing::{Standing, Verdicts},
};
use opg_gateway::{
    backoff::Backoff,
    chain::{Node, View},
    client::CallError,
};
use opg_primitives::{
    enclave::{EnclaveFault, EnclaveRecord},
    ids::{GenesisHash, ModelId},
    reference::ModelBinding,
    registration::Registration,
};
use opg_worker_api::{server::now, BlockRef};
use std::{path::PathBuf, sync::Arc, time::Duration};

/// The first and the longest wait after a failure.
const RETRY: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));

/// How many seconds before its end a document counts as past its time: as long as an answer may take from
/// its lease on. Whoever asks in private picks the enclave, and could pick one whose document ends between
/// the acknowledgement and the answer, for which the bond answers.
const ANSWER_SECONDS: u64 = 240;

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

/// How the code of `record` binds models, if its document lasts for an answer to a job of now.
fn lasting(record: &EnclaveRecord) -> Result<ModelBinding, EnclaveFault> {
    match now().saturating_add(ANSWER_SECONDS) <= record.valid_until {
        true => Ok(record.binding),
        false => Err(EnclaveFault::Expired),
    }
}

/// What the last final block of `node` says of the keys of `attester`, for each of `models`.
///
/// # Errors
/// [`CallError`].
pub async fn verdicts(
    attester: &Attester,
    node: &Node,
    models: &[ModelId],
) -> Result<Verdicts, CallError> {
    let (enclave, provider) = (attester.signer().enclave(), attester.signer().provider());
    let at = node.final_head().await?;
    let mut verdicts = Verdicts::new();
    for model in models {
        let verdict = node.may_answer(at, enclave, provider, *model).await?;
        verdicts.insert(*model, verdict.and_then(|record| lasting(&record)));
    }
    Ok(verdicts)
}

/// Looks every `period` whether the keys of `attester` may answer of `models`, by the last block that
/// its node calls final. Never returns.
pub async fn watch_standing(
    attester: Arc<Attester>,
    node: Node,
    models: Vec<ModelId>,
    period: Duration,
) {
    let enclave = attester.signer().enclave();
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match verdicts(&attester, &node, &models).await {
            Ok(verdicts) => {
                let known = Standing::Known(verdicts);
                if known != *attester.standing() {
                    tracing::info!(%enclave, standing = ?known, "how the chain has these keys");
                    attester.note_standing(known);
                }
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
