//! Requests.

pub use super::open::Preview;
use super::{
    open::{Lease, OpenRequest, Stage},
    raw::Arguments,
    At, Chain, Included,
};
use crate::{
    error::{Failure, Result},
    keys::Signer,
};
use codec::Decode;
use opg_primitives::{
    ids::{Account, ModelId, RequestId},
    mode::Mode,
    request::{Input, Parameters},
    Balance, BlockNumber,
};

/// What a request is, before it is made.
pub struct NewRequest {
    /// The model.
    pub model: ModelId,
    /// The public input.
    pub input: Input,
    /// The parameters; empty for a circuit.
    pub parameters: Parameters,
    /// The mode; the default of the class without one.
    pub mode: Option<Mode>,
    /// The most to pay.
    pub max_price: Balance,
    /// The last block in which an answer settles.
    pub deadline: BlockNumber,
    /// The provider, if one is named.
    pub provider: Option<Account>,
}

/// Where an open request is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase", tag = "stage")]
pub enum Progressed {
    /// It waits for a draw.
    Waiting {
        /// The first block in which it may be drawn.
        not_before: BlockNumber,
    },
    /// A provider holds its lease.
    Leased {
        /// Who.
        provider: Account,
        /// The last block in which it can be acknowledged.
        ack_by: BlockNumber,
    },
    /// A provider works on it.
    Acknowledged {
        /// Who.
        provider: Account,
        /// The last block in which a result settles.
        deliver_by: BlockNumber,
    },
}

impl Chain {
    /// Where an open request is; none if there is no such request, or it has ended.
    pub async fn open_request(&self, at: &At, request: RequestId) -> Result<Option<Progressed>> {
        let open: Option<OpenRequest> =
            self.view_parts(at, "Inference", "open_request", request).await?;
        Ok(open.map(|open| match open.request.stage {
            Stage::Waiting { not_before } => Progressed::Waiting { not_before },
            Stage::Leased(Lease { provider, ack_by, acknowledged, .. }) => match acknowledged {
                None => Progressed::Leased { provider: Account(provider), ack_by },
                Some((_, deliver_by)) => {
                    Progressed::Acknowledged { provider: Account(provider), deliver_by }
                }
            },
        }))
    }

    /// What a request would meet now.
    pub async fn preview(
        &self,
        at: &At,
        model: ModelId,
        mode: Mode,
        max_price: Balance,
    ) -> Result<Option<Preview>> {
        let arguments = (model, Some(mode), None::<Account>, max_price);
        self.view_parts(at, "Inference", "preview", arguments).await
    }

    /// How many requests `account` has made.
    pub async fn requests_made(&self, at: &At, account: &Account) -> Result<u64> {
        let key = super::raw::blake2_key("Inference", "Nonces", account);
        Ok(self.storage(at, key).await?.unwrap_or_default())
    }

    /// Makes a request; its id and where it was included.
    pub async fn request(
        &self,
        signer: &Signer,
        new: &NewRequest,
    ) -> Result<(RequestId, Included)> {
        let arguments = Arguments::new()
            .with("model", &new.model)
            .with("input", &new.input)
            .with("parameters", &new.parameters)
            .with("mode", &new.mode)
            .with("max_price", &new.max_price)
            .with("deadline", &new.deadline)
            .with("provider", &new.provider);
        let included = self.submit(signer, "Inference", "request", arguments).await?;
        let id = included
            .event("Inference", "Requested")
            .and_then(|fields| RequestId::decode(&mut fields.as_slice()).ok())
            .ok_or_else(|| self.other_runtime("a request causes no event of it"))?;
        Ok((id, included))
    }

    /// Cancels a request.
    pub async fn cancel(&self, signer: &Signer, request: RequestId) -> Result<Included> {
        let arguments = Arguments::new().with("request", &request);
        self.submit(signer, "Inference", "cancel", arguments).await
    }

    /// Waits for the next final block, and gives its state.
    pub async fn next_final(&self, blocks: &mut FinalBlocks) -> Result<At> {
        let block = blocks
            .0
            .next()
            .await
            .ok_or_else(|| {
                Failure::unavailable("the node stopped to tell of blocks").at(self.url())
            })?
            .map_err(|error| self.lost(error))?;
        block.at().await.map_err(|error| self.lost(error))
    }

    /// The blocks that become final from now on.
    pub async fn final_blocks(&self) -> Result<FinalBlocks> {
        self.client.stream_blocks().await.map(FinalBlocks).map_err(|error| self.lost(error))
    }
}

/// Blocks as they become final.
pub struct FinalBlocks(subxt::client::Blocks<subxt::SubstrateConfig>);
