//! Headers and bodies.

use super::{raw::exactly, At, Chain};
use crate::error::{Failure, Result};
use codec::{Decode, Encode};
use opg_primitives::{
    evidence::Evidence,
    ids::{Account, BlockHash, Digest, DispatcherKey, ModelId, RequestId, Signature},
    mode::Mode,
    request::{Input, Output, Parameters},
    Attempt, Balance, BlockNumber,
};

/// The arguments of `Inference.request`.
#[derive(Clone, Debug, Decode)]
pub struct RequestCall {
    /// The model.
    pub model: ModelId,
    /// The input.
    pub input: Input,
    /// The parameters.
    pub parameters: Parameters,
    /// The mode, if one was named.
    pub mode: Option<Mode>,
    /// The most to pay.
    pub max_price: Balance,
    /// The last block in which an answer settles.
    pub deadline: BlockNumber,
    /// The provider, if one was named.
    pub provider: Option<Account>,
}

/// The arguments of `Inference.submit_result`.
#[derive(Clone, Debug, Decode)]
pub struct SubmitCall {
    /// The request.
    pub request: RequestId,
    /// The attempt.
    pub attempt: Attempt,
    /// The output.
    pub output: Output,
    /// The evidence.
    pub evidence: Evidence,
    /// The dispatcher's key.
    pub key: DispatcherKey,
    /// Its signature.
    pub signature: Signature,
}

/// One transaction of a block.
pub struct Extrinsic {
    /// Its index.
    pub index: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The pallet and the name of its call.
    pub call: (String, String),
    /// The call's arguments, encoded.
    pub arguments: Vec<u8>,
}

impl Chain {
    /// The hash of the block of that number, as the node has it.
    pub async fn block_hash(&self, number: BlockNumber) -> Result<BlockHash> {
        self.rpc
            .chain_get_block_hash(Some(number.into()))
            .await
            .map_err(|error| self.lost(error))?
            .map(|hash| BlockHash(hash.0))
            .ok_or_else(|| {
                Failure::unavailable(format!("the node does not have block {number}"))
                    .at(self.url())
            })
    }

    /// The header of a block, as SCALE bytes.
    pub async fn header(&self, block: BlockHash) -> Result<Vec<u8>> {
        self.rpc
            .chain_get_header(Some(block.0.into()))
            .await
            .map_err(|error| self.lost(error))?
            .map(|header| header.encode())
            .ok_or_else(|| {
                Failure::unavailable(format!("the node does not have the header of {block}"))
                    .at(self.url())
            })
    }

    /// The number of the last block that the node has, final or not.
    pub async fn best_block(&self) -> Result<BlockNumber> {
        let header = self
            .rpc
            .chain_get_header(None)
            .await
            .map_err(|error| self.lost(error))?
            .ok_or_else(|| self.lost("it has no block"))?;
        u32::try_from(header.number).map_err(|_| self.other_runtime("block numbers of 64 bits"))
    }

    /// The version of the runtime that executed `block`, and blake2-256 of its code: that of the
    /// state before it.
    pub async fn code_before(&self, block: BlockNumber) -> Result<(u32, Digest)> {
        let parent = self.block_hash(block.saturating_sub(1)).await?;
        let at = self.at(parent).await?;
        let code = at.storage().runtime_wasm_code().await.map_err(|error| self.lost(error))?;
        Ok((at.spec_version(), Digest(sp_crypto_hashing::blake2_256(&code))))
    }

    /// The transactions of a block.
    pub async fn body(&self, block: BlockNumber) -> Result<Vec<Extrinsic>> {
        let at = self.at(self.block_hash(block).await?).await?;
        let body = at.extrinsics().fetch().await.map_err(|error| {
            self.lost(error)
                .help("the node may have pruned the block's body: ask one that keeps blocks")
        })?;
        body.iter()
            .map(|extrinsic| {
                let extrinsic = extrinsic.map_err(|error| self.other_runtime(error))?;
                Ok(Extrinsic {
                    index: u32::try_from(extrinsic.index()).unwrap_or(u32::MAX),
                    bytes: extrinsic.bytes().to_vec(),
                    call: (extrinsic.pallet_name().to_owned(), extrinsic.call_name().to_owned()),
                    arguments: extrinsic.call_data_field_bytes().to_vec(),
                })
            })
            .collect()
    }

    /// The encoded fields of all events `name` of `pallet` in a block.
    pub async fn events(
        &self,
        block: BlockNumber,
        pallet: &str,
        name: &str,
    ) -> Result<Vec<Vec<u8>>> {
        let at = self.at(self.block_hash(block).await?).await?;
        let events = at.events().fetch().await.map_err(|error| self.lost(error))?;
        let mut found = Vec::new();
        for event in events.iter() {
            let event = event.map_err(|error| self.other_runtime(error))?;
            if event.pallet_name() == pallet && event.event_name() == name {
                found.push(event.field_bytes().to_vec());
            }
        }
        Ok(found)
    }

    /// The first bytes of a call of that name, wherever it stands.
    pub fn call_index(&self, at: &At, pallet: &str, call: &str) -> Result<[u8; 2]> {
        at.metadata_ref()
            .pallet_by_name(pallet)
            .and_then(|found| {
                found.call_variant_by_name(call).map(|call| [found.call_index(), call.index])
            })
            .ok_or_else(|| self.other_runtime(format!("it has no call {pallet}.{call}")))
    }
}

/// The number of the block of `at`.
pub fn number(at: &At) -> BlockNumber {
    u32::try_from(at.block_number()).unwrap_or(u32::MAX)
}

impl Extrinsic {
    /// The submission that this transaction is, if it is one.
    pub fn submission(&self) -> Option<SubmitCall> {
        let (pallet, call) = (self.call.0.as_str(), self.call.1.as_str());
        ((pallet, call) == ("Inference", "submit_result"))
            .then(|| exactly(&self.arguments))
            .flatten()
    }

    /// Every request to `model` that this transaction makes, by itself or wrapped in others: what
    /// stands behind the bytes `index`. Who reads them compares what it finds with the request's
    /// id, since bytes may look like a call by chance.
    pub fn requests<'a>(
        &'a self,
        index: [u8; 2],
        model: ModelId,
    ) -> impl Iterator<Item = RequestCall> + 'a {
        let marker = [&index[..], &model.0].concat();
        let bytes = self.bytes.as_slice();
        (0..bytes.len()).filter_map(move |place| {
            let rest = bytes.get(place..)?;
            rest.starts_with(&marker)
                .then(|| rest.get(index.len()..))
                .flatten()
                .and_then(|mut arguments| RequestCall::decode(&mut arguments).ok())
        })
    }
}
