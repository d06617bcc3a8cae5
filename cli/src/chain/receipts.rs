//! The log of receipts.

use super::{At, Chain};
use crate::error::{Failure, Result};
use codec::Decode;
use opg_primitives::{
    ids::{Account, ReceiptId, RequestId},
    receipt::Receipt,
    BlockNumber,
};

/// The numbers of a provider's receipts.
#[derive(Clone, Copy, Debug, Default, Decode, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sequence {
    /// The lowest number whose receipt is still in hot state.
    pub first_held: u64,
    /// The number of the next receipt, which is how many there were.
    pub next: u64,
}

impl Chain {
    /// The receipt of that id; else the last one of the request of that id.
    pub async fn find_receipt(&self, at: &At, id: [u8; 32]) -> Result<(ReceiptId, Receipt)> {
        if let Some(receipt) = self.receipt(at, ReceiptId(id)).await? {
            return Ok((ReceiptId(id), receipt));
        }
        let mut of_request = self.receipts_of(at, RequestId(id)).await?;
        if let Some(last) = of_request.pop() {
            return Ok(last);
        }
        let failure = Failure::failed("the chain has no receipt and no request of this id")
            .at(format!("0x{}", hex::encode(id)));
        Err(match self.open_request(at, RequestId(id)).await? {
            Some(_) => Failure::new(crate::error::Exit::Incomplete, "the request has not ended yet, so it has no receipt")
                .at(format!("0x{}", hex::encode(id)))
                .help(format!("opg watch 0x{}", hex::encode(id))),
            None => failure.help("receipts leave the node's state after a time: ask with a saved bundle; or is this another chain?"),
        })
    }

    /// The receipt of that id, if it is in the node's state.
    pub async fn receipt(&self, at: &At, id: ReceiptId) -> Result<Option<Receipt>> {
        self.view(at, "Receipts", "receipt", (id,)).await
    }

    /// The receipts of a request, by attempt.
    pub async fn receipts_of(
        &self,
        at: &At,
        request: RequestId,
    ) -> Result<Vec<(ReceiptId, Receipt)>> {
        self.view(at, "Receipts", "receipts_of", (request,)).await
    }

    /// The receipt of that number among the provider's.
    pub async fn by_sequence(
        &self,
        at: &At,
        provider: Account,
        number: u64,
    ) -> Result<Option<(ReceiptId, Receipt)>> {
        self.view(at, "Receipts", "by_sequence", (provider, number)).await
    }

    /// The numbers of the provider's receipts.
    pub async fn sequence(&self, at: &At, provider: Account) -> Result<Sequence> {
        self.view(at, "Receipts", "sequence_of", (provider,)).await
    }

    /// The ids of all receipts of a block, in the order of their leaves, if the node has them.
    pub async fn receipts_in(&self, at: &At, block: BlockNumber) -> Result<Option<Vec<ReceiptId>>> {
        self.view(at, "Receipts", "receipts_in", (block,)).await
    }
}
