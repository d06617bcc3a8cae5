//! Where a receipt comes from: a node, or a saved bundle.

use super::Context;
use crate::{
    audit::Bundle,
    chain::{At, Chain},
    error::{Failure, Result},
    input,
};
use opg_primitives::{ids::ReceiptId, receipt::Receipt};
use std::path::Path;

/// What was named.
pub enum Source {
    /// A saved bundle.
    Saved(Box<Bundle>),
    /// A receipt on a chain.
    Online {
        /// The node.
        chain: Box<Chain>,
        /// Its last final state.
        at: Box<At>,
        /// The id.
        id: ReceiptId,
        /// The receipt.
        receipt: Box<Receipt>,
    },
}

impl Source {
    /// Opens what `named` names: the file of that name, else the receipt or request of that id.
    pub async fn open(context: &Context<'_>, named: &str) -> Result<Self> {
        if !named.starts_with("0x") {
            if !Path::new(named).exists() && !named.contains(['.', '/']) {
                return Err(Failure::usage("this is neither an id nor a file")
                    .at(named)
                    .help("an id is 0x and 64 hexadecimal digits; a file is what `opg receipt ID --save FILE` writes"));
            }
            let content = input::bytes(Path::new(named))?;
            return Bundle::from_json(named, &content).map(|bundle| Self::Saved(Box::new(bundle)));
        }
        let id = input::hex32("an id", named)?;
        let chain = context.chain().await?;
        let at = chain.at_final().await?;
        let (id, receipt) = chain.find_receipt(&at, id).await?;
        Ok(Self::Online {
            chain: Box::new(chain),
            at: Box::new(at),
            id,
            receipt: Box::new(receipt),
        })
    }

    /// The receipt and its id.
    pub fn receipt(&self) -> Result<(ReceiptId, Receipt)> {
        match self {
            Self::Online { id, receipt, .. } => Ok((*id, (**receipt).clone())),
            Self::Saved(bundle) => {
                bundle.receipt.decode().map(|receipt| (bundle.receipt_id, receipt)).ok_or_else(
                    || {
                        Failure::data("the bundle's receipt does not decode")
                            .at("receipt.scale")
                            .help("`opg audit FILE` says what is wrong with it")
                    },
                )
            }
        }
    }

    /// The bundle, gathered from the node if it is not a saved one.
    pub async fn bundle(&self) -> Result<Bundle> {
        match self {
            Self::Saved(bundle) => Ok((**bundle).clone()),
            Self::Online { chain, at, id, receipt } => {
                chain.bundle(at, *id, (**receipt).clone()).await
            }
        }
    }
}
