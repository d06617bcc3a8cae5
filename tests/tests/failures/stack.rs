//! A provider's whole set-up: a node of its own that follows the validator, a gateway, a prover, and for
//! one of them an enclave. And the accounts that ask it.

use crate::{
    asked::{question, Asked, Requester},
    cell::Component,
    state::{Funds, State},
};
use anyhow::{ensure, Context};
use opg_primitives::{ids::Account, BlockNumber};
use opg_tests::{
    digits::Digit,
    enclave::{Employer, TeeNode},
    network::START,
    node::{Node, Role},
    opg::Opg,
    process::{free_port, free_ports, signal, until},
    registration::{public_key, Model, Registration},
    rpc::{bytes32, Rpc},
    workers::{worker_key, Gateway, Journal, Prover},
};
use pallet_inference::types::Stage;
use pallet_providers::types::Provider;
use std::{
    iter,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// A port of loopback on which nobody listens.
const NOWHERE: u16 = 1;
/// How long it may take until a prover has taken a job, from when its request is in a block.
const TAKEN: Duration = Duration::from_secs(60);
/// Why something cannot be done to an enclave.
const NO_ENCLAVE: &str = "the provider has no enclave";
/// How long the chain may take to a block that is waited for.
const BLOCKS: Duration = Duration::from_secs(120);

/// What all providers share.
#[derive(Debug)]
pub struct Market {
    /// The validator's RPC.
    pub rpc: Rpc,
    /// The command line, speaking to the validator.
    pub opg: Opg,
    /// The model that is asked.
    pub model: Model,
    /// Where the validator is found.
    pub validator: String,
    /// What is asked.
    pub digit: Digit,
}

/// A provider with all that is its own.
#[derive(Debug)]
pub struct Stack {
    /// Its node.
    pub node: Node,
    /// Its gateway.
    pub gateway: Gateway,
    /// Its prover.
    pub prover: Prover,
    /// Its enclave's node, if it has one.
    pub enclave: Option<TeeNode>,
    /// How it was registered.
    pub registration: Registration,
    /// Its account.
    pub account: Account,
    /// What the chain knew of it before it was asked for the first time, and what its account had.
    pub before: (Provider, Funds),
    /// Who asks it: one request at a time each.
    pub requesters: [Requester; 4],
    /// The node by which requests are made and looked at: the validator, unless that one is to fail.
    pub rpc: Rpc,
    /// The command line, speaking to that node.
    pub opg: Opg,
    model: Model,
    digit: Digit,
}

impl Stack {
    /// Starts all of it in `folder`, and registers its provider; with an enclave, where mode `Tee` is
    /// among what it serves.
    pub async fn start(
        folder: &Path,
        market: &Market,
        registration: Registration,
        requesters: [Requester; 4],
    ) -> anyhow::Result<Self> {
        let key = worker_key(folder)?;
        let registering = {
            let (opg, model) = (market.opg.clone(), market.model.id.clone());
            tokio::task::spawn_blocking(move || registration.register(&opg, &key, &model))
        };
        market.model.install(folder)?;
        let role = Role::Follower(market.validator.clone());
        let node = Node::start_as(folder, free_port()?, role).await?;
        let dispatcher = registration.dispatcher();
        node.rpc.insert_key("opgd", &dispatcher, &public_key(&dispatcher)?).await?;
        let genesis = node.rpc.genesis().await?;
        let prover = Prover::start(folder, free_port()?, &genesis).await?;
        let enclave = match registration.prices.iter().any(|(mode, _)| *mode == "tee") {
            false => None,
            true => {
                let (inside, provider) = (folder.join("enclave"), registration.account);
                market.model.install_network(&inside)?;
                let employer = Employer { provider, genesis, rpc_port: node.port };
                Some(TeeNode::start(&inside, free_ports()?, &employer).await?)
            }
        };
        let workers: Vec<_> =
            iter::once(prover.behind()).chain(enclave.as_ref().map(TeeNode::behind)).collect();
        let gateway = Gateway::start(folder, free_port()?, node.port, &workers).await?;
        node.rpc.set_gateway(gateway.port).await?;
        registering.await??;
        if let Some(enclave) = &enclave {
            enclave.register(&market.opg).await?;
        }
        let account = Account(bytes32(&public_key(registration.account)?)?);
        let state = State::last_final(&market.rpc).await?;
        let before = (state.provider(account).await?, state.funds(account).await?);
        Ok(Self {
            node,
            gateway,
            prover,
            enclave,
            registration,
            account,
            before,
            requesters,
            rpc: market.rpc.clone(),
            opg: market.opg.clone(),
            model: market.model.clone(),
            digit: market.digit.clone(),
        })
    }

    /// Has requests made and looked at by its own node from now on.
    pub fn rely_on_own_node(&mut self) {
        self.rpc = self.node.rpc.clone();
        self.opg = Opg::new(self.node.port);
    }

    /// Has its requester number `who` ask this provider in `mode`.
    pub async fn ask(&self, mode: &str, who: usize) -> anyhow::Result<Asked> {
        self.ask_of(mode, who, Some(self.registration.account)).await
    }

    /// Has its requester number `who` ask in `mode` whomever the chain draws, at the lowest price.
    pub async fn ask_anybody(&self, mode: &str, who: usize) -> anyhow::Result<Asked> {
        self.ask_of(mode, who, None).await
    }

    async fn ask_of(
        &self,
        mode: &str,
        who: usize,
        provider: Option<&str>,
    ) -> anyhow::Result<Asked> {
        let requester = self.requesters.get(who).context("there is no such requester")?;
        let question = self.question(mode, requester, provider);
        Asked::new(&self.opg, &self.rpc, requester, question).await
    }

    /// The arguments of `opg` by which `requester` asks `provider` in `mode`.
    pub fn question(
        &self,
        mode: &str,
        requester: &Requester,
        provider: Option<&str>,
    ) -> Vec<String> {
        question(&self.model.id, &self.digit.values(), mode, requester, provider)
    }

    /// Takes a component away.
    pub async fn fail(&mut self, component: Component) -> anyhow::Result<()> {
        match component {
            Component::Prover => self.prover.process.kill(),
            Component::Enclave => self.enclave.as_mut().context(NO_ENCLAVE)?.process.kill(),
            Component::Gateway => self.gateway.process.kill(),
            Component::Dispatcher => self.node.rpc.set_gateway(NOWHERE).await,
            Component::Node => self.node.process.kill(),
            Component::Validator => anyhow::bail!("the validator is nobody's component"),
        }
    }

    /// Brings a component back.
    pub async fn repair(&mut self, component: Component) -> anyhow::Result<()> {
        match component {
            Component::Prover => self.prover.start_again().await,
            Component::Enclave => {
                let enclave = self.enclave.as_mut().context(NO_ENCLAVE)?;
                enclave.start_again().await?;
                enclave.register(&self.opg).await.map(drop)
            }
            Component::Gateway => self.gateway.start_again().await,
            Component::Dispatcher => self.node.rpc.set_gateway(self.gateway.port).await,
            Component::Node => {
                self.node.start_again().await?;
                self.synced().await
            }
            Component::Validator => anyhow::bail!("the validator is nobody's component"),
        }
    }

    /// Waits until its node is where the validator is.
    async fn synced(&self) -> anyhow::Result<()> {
        let (own, theirs) = (&self.node.rpc, &self.rpc);
        until("the node's blocks", START, || async {
            Ok((own.best().await? >= theirs.best().await?).then_some(()))
        })
        .await
    }

    /// Waits until the best block is `number` or a later one.
    pub async fn until_block(&self, number: BlockNumber) -> anyhow::Result<()> {
        until(&format!("block {number}"), BLOCKS, || async {
            Ok((self.rpc.best().await? >= number).then_some(()))
        })
        .await
    }

    /// Waits until the job of `asked` is at one of `stages` in the gateway's journal.
    pub async fn until_stage(&self, asked: &Asked, stages: &[&str]) -> anyhow::Result<()> {
        let (journal, id) = (self.gateway.journal(), asked.id.to_string());
        until(&format!("{stages:?}, by the gateway"), TAKEN, || async {
            let stage = journal.stage(&id, 0)?;
            Ok(stage.is_some_and(|stage| stages.contains(&stage.as_str())).then_some(()))
        })
        .await
    }

    /// Waits until the best block has the lease of `asked` as acknowledged.
    pub async fn until_acknowledged(&self, asked: &Asked) -> anyhow::Result<()> {
        until(&format!("the acknowledgement of {}", asked.id), BLOCKS, || async {
            let state = State::best(&self.rpc).await?;
            Ok((state.acknowledged(asked.id).await? == Some(true)).then_some(()))
        })
        .await
    }

    /// Waits until its node calls the block final that the lease of `asked` was drawn from.
    pub async fn until_lease_is_final(&self, asked: &Asked) -> anyhow::Result<()> {
        let drawn_from = until(&format!("the lease of {}", asked.id), BLOCKS, || async {
            let request = State::best(&self.rpc).await?.request(asked.id).await?;
            Ok(match request.map(|request| request.stage) {
                Some(Stage::Leased(lease)) => Some(lease.lease_block.0),
                _ => None,
            })
        })
        .await?;
        self.node.rpc.until_final(drawn_from, BLOCKS).await.map(drop)
    }

    /// Whether the prover took the job of `asked`, and has no answer to it.
    pub fn has_no_answer(&self, asked: &Asked) -> anyhow::Result<bool> {
        let stage = self.prover.journal().stage(&asked.id.to_string(), 0)?;
        Ok(stage.as_deref() == Some("accepted"))
    }

    /// Freezes the prover as soon as the gateway knows that it took the job of `asked`. Whether it had
    /// not yet answered then.
    pub async fn freeze_at(&self, asked: &Asked) -> anyhow::Result<bool> {
        freeze_at(self.prover.process.id(), self.gateway.journal(), asked.id.to_string()).await?;
        self.has_no_answer(asked)
    }

    /// Freezes the enclave as soon as the gateway knows that it took the job of `asked`. Whether the
    /// gateway had no answer then.
    pub async fn freeze_enclave_at(&self, asked: &Asked) -> anyhow::Result<bool> {
        let process = self.enclave.as_ref().context(NO_ENCLAVE)?.process.id();
        freeze_at(process, self.gateway.journal(), asked.id.to_string()).await
    }

    /// Lets the enclave go on.
    pub fn thaw_enclave(&self) -> anyhow::Result<()> {
        self.enclave.as_ref().context(NO_ENCLAVE)?.process.thaw()
    }
}

/// Freezes the worker of that process as soon as `gateway` knows that it took the job of request `id`.
/// Whether there was no answer then.
async fn freeze_at(process: u32, gateway: Journal, id: String) -> anyhow::Result<bool> {
    // On a thread of its own, since a job takes no longer than other work on this one may.
    let freezing = tokio::task::spawn_blocking(move || -> anyhow::Result<bool> {
        let start = Instant::now();
        loop {
            match gateway.stage(&id, 0)?.as_deref() {
                Some("accepted") => return signal(process, "STOP").map(|()| true),
                Some("done" | "refused" | "failed") => return Ok(false),
                _ => {}
            }
            ensure!(start.elapsed() < TAKEN, "the worker did not take {id}");
            thread::sleep(Duration::from_millis(1));
        }
    });
    freezing.await?
}
