//! Signing, sending, waiting.

use super::{
    raw::{Arguments, Call},
    Chain,
};
use crate::{
    error::{Failure, Result},
    keys::Signer,
    progress::Progress,
};
use opg_primitives::{
    ids::{Account, BlockHash},
    BlockNumber,
};
use subxt::{
    config::{DefaultExtrinsicParamsBuilder, SubstrateConfig},
    error::{DispatchError, TransactionEventsError, TransactionFinalizedSuccessError},
    extrinsics::ExtrinsicEvents,
    utils::AccountId32,
};

/// A transaction that is in a final block and succeeded.
pub struct Included {
    /// The block.
    pub block: BlockHash,
    /// Its number.
    pub number: BlockNumber,
    events: ExtrinsicEvents<SubstrateConfig>,
}

impl Included {
    /// The encoded fields of the first event `name` of `pallet` that the transaction caused.
    pub(super) fn event(&self, pallet: &str, name: &str) -> Option<Vec<u8>> {
        self.events
            .iter()
            .filter_map(std::result::Result::ok)
            .find(|event| event.pallet_name() == pallet && event.event_name() == name)
            .map(|event| event.field_bytes().to_vec())
    }
}

impl Chain {
    /// Signs `call` of `pallet`, sends it, and waits until it is final.
    pub(super) async fn submit(
        &self,
        signer: &Signer,
        pallet: &str,
        call: &str,
        arguments: Arguments,
    ) -> Result<Included> {
        self.allow(signer).await?;
        let progress = Progress::start(self.quiet, format!("sending {pallet}.{call}"));
        let at = self.at_final().await?;
        let known = at
            .metadata_ref()
            .pallet_by_name(pallet)
            .is_some_and(|pallet| pallet.call_variant_by_name(call).is_some());
        if !known {
            return Err(self.other_runtime(format!("it has no call {pallet}.{call}")));
        }
        let account = AccountId32(signer.account().0);
        let sending = self.sending.lock().await;
        let nonce =
            self.rpc.system_account_next_index(&account).await.map_err(|error| self.lost(error))?;
        let params = DefaultExtrinsicParamsBuilder::new().nonce(nonce).mortal(64).build();
        let payload = subxt::dynamic::transaction(pallet, call, arguments);
        let sent = at
            .transactions()
            .sign_and_submit_then_watch(&payload, &signer.pair, params)
            .await
            .map_err(|error| refused(pallet, call, error))?;
        drop(sending);
        progress.say(format!("{pallet}.{call} is sent, waiting until it is final"));
        let block =
            sent.wait_for_finalized().await.map_err(|error| refused(pallet, call, error))?;
        let events = block.wait_for_success().await.map_err(|error| match error {
            TransactionEventsError::ExtrinsicFailed(error) => dispatch(pallet, call, &error),
            other => self.lost(TransactionFinalizedSuccessError::from(other)),
        })?;
        let hash = BlockHash(block.block_hash().0);
        let number = u32::try_from(self.at(hash).await?.block_number())
            .map_err(|_| self.other_runtime("block numbers of 64 bits"))?;
        Ok(Included { block: hash, number, events })
    }

    /// As [`Chain::submit`], all of `calls` in one transaction: either all succeed or none does.
    pub(super) async fn submit_together(
        &self,
        signer: &Signer,
        mut calls: Vec<Call>,
    ) -> Result<Included> {
        let call = match (calls.pop(), calls.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                calls.extend(last);
                self.together(&self.at_final().await?, &calls)?
            }
        };
        self.submit(signer, call.pallet, call.name, call.arguments).await
    }

    /// Development accounts sign for development chains alone.
    async fn allow(&self, signer: &Signer) -> Result<()> {
        if signer.development && !self.is_for_development().await? {
            return Err(Failure::usage(
                "development accounts are for development and local chains: everybody knows their secrets",
            )
            .at(&self.url)
            .help("use a key file: --account FILE"));
        }
        Ok(())
    }

    /// What `account` has: free, and on hold.
    pub(super) fn account_key(account: &Account) -> Vec<u8> {
        super::raw::blake2_key("System", "Account", account)
    }
}

/// The chain did not take a transaction.
fn refused(pallet: &str, call: &str, error: impl std::fmt::Display) -> Failure {
    let text = error.to_string();
    let help = if text.contains("1010") && text.contains("payment") {
        "the account cannot pay: `opg account show`, on a development chain `opg account fund`"
    } else {
        "nothing was changed"
    };
    Failure::failed(format!("the chain did not take the transaction: {text}"))
        .at(format!("{pallet}.{call}"))
        .help(help)
}

/// The chain took a transaction, and refused what it asks; the runtime's own words say why.
fn dispatch(pallet: &str, call: &str, error: &DispatchError) -> Failure {
    let failure = match error {
        DispatchError::Module(module) => match module.details() {
            Ok(details) => Failure::failed(format!(
                "the chain refused: {}",
                details.variant.docs.join(" ").trim()
            ))
            .at(format!(
                "{pallet}.{call}, {}::{}",
                details.pallet.name(),
                details.variant.name
            )),
            Err(_) => Failure::failed(format!("the chain refused: {module}")),
        },
        other => Failure::failed(format!("the chain refused: {other}")),
    };
    match failure.at {
        Some(_) => failure,
        None => failure.at(format!("{pallet}.{call}")),
    }
}
