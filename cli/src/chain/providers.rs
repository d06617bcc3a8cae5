//! Providers: bonds, keys, prices.

use super::{
    raw::{Arguments, Call},
    At, Chain, Included,
};
use crate::{error::Result, keys::Signer};
use codec::Decode;
use opg_primitives::{
    ids::{Account, DispatcherKey, ModelId, Signature, WorkerKey},
    mode::Mode,
    Balance, BlockNumber,
};
use serde::Serialize;

/// A provider and its price.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Price {
    /// In units of 10^-18 OPG.
    #[serde(with = "opg_primitives::text::amount")]
    pub price: Balance,
    /// Who asks it.
    pub provider: Account,
    /// Whether it can be given a lease in this epoch.
    pub eligible: bool,
    /// Its weight in the draw: what was bonded at the beginning of the epoch.
    #[serde(with = "opg_primitives::text::amount")]
    pub weight: Balance,
    /// What of its bond no lease reserves.
    #[serde(with = "opg_primitives::text::amount")]
    pub capacity: Balance,
}

/// A provider in the list of those who serve a model, as the runtime gives it.
#[derive(Decode)]
struct Quote {
    provider: Account,
    price: Balance,
    weight: Balance,
    capacity: Balance,
    eligible: bool,
}

/// How many quotes the runtime gives at a time.
const PAGE: u32 = 64;

/// A part of a bond that waits to be withdrawn.
#[derive(Clone, Copy, Debug, Decode, Serialize)]
pub struct Unbonding {
    /// How much, in units of 10^-18 OPG.
    #[serde(with = "opg_primitives::text::amount")]
    pub amount: Balance,
    /// The first block in which it can be withdrawn.
    pub at: BlockNumber,
}

/// What the runtime knows of a provider.
#[derive(Clone, Debug, Decode, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The bond, without what is unbonding, in units of 10^-18 OPG.
    #[serde(with = "opg_primitives::text::amount")]
    pub bond: Balance,
    /// What is unbonding.
    pub unbonding: Vec<Unbonding>,
    /// What open leases reserve.
    #[serde(with = "opg_primitives::text::amount")]
    pub reserved: Balance,
    /// What was slashed.
    #[serde(with = "opg_primitives::text::amount")]
    pub slashed: Balance,
    /// The first epoch in which it can be given a lease.
    pub eligible_from: u64,
    /// Leases in a row that it did not acknowledge.
    pub silences: u32,
    /// Whether it takes no leases until it says that it is back.
    pub chilled: bool,
    /// Whether it left, and waits for its bond.
    pub leaving: bool,
}

/// What a provider serves, and for how much.
#[derive(Clone, Debug, Decode, Serialize)]
pub struct Served {
    /// The model.
    pub model: ModelId,
    /// The mode.
    pub mode: Mode,
    /// The price of one answer, in units of 10^-18 OPG.
    #[serde(with = "opg_primitives::text::amount")]
    pub price: Balance,
}

/// A provider's keys: those that act on its leases, those that sign its answers.
pub type ProviderKeys = (Vec<DispatcherKey>, Vec<WorkerKey>);

impl Chain {
    /// Who serves `model` in `mode`, and at which price.
    pub async fn offers(&self, at: &At, model: ModelId, mode: Mode) -> Result<Vec<Price>> {
        let mut found = Vec::new();
        for page in 0u32.. {
            let from = page.saturating_mul(PAGE);
            let quotes: Vec<Quote> =
                self.view(at, "Providers", "quotes", (model, mode, from)).await?;
            let last = quotes.len() < PAGE as usize;
            found.extend(quotes.into_iter().map(|quote| Price {
                price: quote.price,
                provider: quote.provider,
                eligible: quote.eligible,
                weight: quote.weight,
                capacity: quote.capacity,
            }));
            if last {
                break;
            }
        }
        Ok(found)
    }

    /// What is known of a provider.
    pub async fn provider(&self, at: &At, provider: Account) -> Result<Option<Record>> {
        self.view(at, "Providers", "provider", (provider,)).await
    }

    /// What a provider serves.
    pub async fn served_by(&self, at: &At, provider: Account) -> Result<Vec<Served>> {
        self.view(at, "Providers", "offers", (provider,)).await
    }

    /// A provider's keys.
    pub async fn provider_keys(&self, at: &At, provider: Account) -> Result<ProviderKeys> {
        self.view(at, "Providers", "keys", (provider,)).await
    }

    /// Becomes a provider with a bond, and with keys where they are given; all of it or nothing. A
    /// worker's key comes with its signature that it is this provider's.
    pub async fn register_provider(
        &self,
        signer: &Signer,
        bond: Balance,
        dispatcher: Option<DispatcherKey>,
        worker: Option<(WorkerKey, Signature)>,
    ) -> Result<Included> {
        let call = |name, arguments| Call { pallet: "Providers", name, arguments };
        let mut calls = vec![call("register", Arguments::new().with("bond", &bond))];
        calls.extend(
            dispatcher.map(|key| call("add_dispatcher_key", Arguments::new().with("key", &key))),
        );
        calls.extend(worker.map(|(key, signature)| {
            let arguments = Arguments::new().with("key", &key).with("signature", &signature);
            call("add_worker_key", arguments)
        }));
        self.submit_together(signer, calls).await
    }

    /// Bonds more.
    pub async fn bond_more(&self, signer: &Signer, amount: Balance) -> Result<Included> {
        let arguments = Arguments::new().with("amount", &amount);
        self.submit(signer, "Providers", "bond_more", arguments).await
    }

    /// Begins to unbond.
    pub async fn unbond(&self, signer: &Signer, amount: Balance) -> Result<Included> {
        let arguments = Arguments::new().with("amount", &amount);
        self.submit(signer, "Providers", "unbond", arguments).await
    }

    /// Frees what has been unbonding for long enough.
    pub async fn withdraw(&self, signer: &Signer) -> Result<Included> {
        self.submit(signer, "Providers", "withdraw", Arguments::new()).await
    }

    /// Takes leases again after a chill.
    pub async fn unchill(&self, signer: &Signer) -> Result<Included> {
        self.submit(signer, "Providers", "unchill", Arguments::new()).await
    }

    /// Offers a model in a mode at a price.
    pub async fn serve(
        &self,
        signer: &Signer,
        model: ModelId,
        mode: Mode,
        price: Balance,
    ) -> Result<Included> {
        let arguments =
            Arguments::new().with("model", &model).with("mode", &mode).with("price", &price);
        self.submit(signer, "Providers", "serve", arguments).await
    }

    /// Stops to offer a model in a mode.
    pub async fn stop_serving(
        &self,
        signer: &Signer,
        model: ModelId,
        mode: Mode,
    ) -> Result<Included> {
        let arguments = Arguments::new().with("model", &model).with("mode", &mode);
        self.submit(signer, "Providers", "stop_serving", arguments).await
    }

    /// Registers a worker key, which signed that it is this provider's.
    pub async fn add_worker(
        &self,
        signer: &Signer,
        key: WorkerKey,
        proof: Signature,
    ) -> Result<Included> {
        let arguments = Arguments::new().with("key", &key).with("signature", &proof);
        self.submit(signer, "Providers", "add_worker_key", arguments).await
    }

    /// Removes a worker key.
    pub async fn remove_worker(&self, signer: &Signer, key: WorkerKey) -> Result<Included> {
        let arguments = Arguments::new().with("key", &key);
        self.submit(signer, "Providers", "remove_worker_key", arguments).await
    }

    /// Registers a dispatcher key.
    pub async fn add_dispatcher(&self, signer: &Signer, key: DispatcherKey) -> Result<Included> {
        let arguments = Arguments::new().with("key", &key);
        self.submit(signer, "Providers", "add_dispatcher_key", arguments).await
    }

    /// Removes a dispatcher key.
    pub async fn remove_dispatcher(&self, signer: &Signer, key: DispatcherKey) -> Result<Included> {
        let arguments = Arguments::new().with("key", &key);
        self.submit(signer, "Providers", "remove_dispatcher_key", arguments).await
    }
}
