//! The network: a validator, and five providers, one for each component that fails.

use crate::{
    asked::{run_in_turn, Requester},
    stack::{Market, Stack},
};
use anyhow::Context;
use opg_tests::{
    digits,
    network::{OWNER, REQUESTER},
    node::{Node, Role},
    opg::Opg,
    process::free_port,
    registration::{next_epoch, Model, Registration},
};
use std::path::Path;

/// How many accounts ask each provider.
const REQUESTERS: usize = 4;
/// What each of them gets, in OPG.
const FUNDS: &str = "100";

/// The provider whose dispatcher fails. It is the cheapest and has nearly all of the stake, so that it
/// is drawn wherever nobody is named: what a request holds at its price is too little for the others.
const DRAWN: Registration =
    Registration { account: "//Bob", bond: "100000", prices: &[("plain", "0.1"), ("zkml", "1")] };

/// A provider that gets leases of those who name it.
const fn named(account: &'static str) -> Registration {
    Registration { account, bond: "400", prices: &[("plain", "0.2"), ("zkml", "2")] }
}

/// The provider whose enclave fails: the model's owner, since everybody else is somebody else's.
const INSIDE: Registration =
    Registration { account: OWNER, bond: "400", prices: &[("tee", "0.2")] };

/// All of it.
#[derive(Debug)]
pub struct World {
    /// The only validator.
    pub validator: Node,
    /// The provider whose prover fails.
    pub prover: Stack,
    /// The one whose gateway fails.
    pub gateway: Stack,
    /// The one whose dispatcher fails.
    pub dispatcher: Stack,
    /// The one whose node fails.
    pub node: Stack,
    /// The one whose enclave fails.
    pub enclave: Stack,
}

impl World {
    /// Starts all of it in `folder`, and waits until the providers take leases. `say` hears of each step
    /// as it begins.
    pub async fn start(folder: &Path, say: impl Fn(&str)) -> anyhow::Result<Self> {
        say("starting a chain of one validator");
        let role = Role::Validator(free_port()?);
        let validator = Node::start_as(&folder.join("validator"), free_port()?, role).await?;
        let opg = Opg::new(validator.port);

        say("giving OPG to those who will ask");
        let requester =
            |number: usize| Requester::new(&opg, &folder.join(format!("requester-{number}.key")));
        let asking: Vec<_> = (0..5 * REQUESTERS).map(requester).collect::<anyhow::Result<_>>()?;
        fund(&opg, &validator, &asking).await?;

        let model = Model::register(&opg, &digits::network(), folder, &say)?;
        let market = Market {
            rpc: validator.rpc.clone(),
            opg,
            model,
            validator: validator.address().await?,
            digit: digits::held_out()?.into_iter().next().context("there is no image")?,
        };

        say("starting five providers, each with a node, a gateway and a prover, one with an enclave");
        let mut asking = asking.into_iter();
        let mut four = || {
            let some: Vec<_> = asking.by_ref().take(REQUESTERS).collect();
            <[Requester; REQUESTERS]>::try_from(some).ok().context("too few requesters")
        };
        let (ask_prover, ask_gateway, ask_dispatcher, ask_node, ask_enclave) =
            (four()?, four()?, four()?, four()?, four()?);
        let at = |name: &str| folder.join(name);
        let folders = (at("prover"), at("gateway"), at("dispatcher"), at("node"), at("inside"));
        let (prover, gateway, dispatcher, node, enclave) = tokio::try_join!(
            Stack::start(&folders.0, &market, named("//Dave"), ask_prover),
            Stack::start(&folders.1, &market, named("//Eve"), ask_gateway),
            Stack::start(&folders.2, &market, DRAWN, ask_dispatcher),
            Stack::start(&folders.3, &market, named("//Ferdie"), ask_node),
            Stack::start(&folders.4, &market, INSIDE, ask_enclave),
        )?;
        say("waiting for the next epoch, in which the providers take their first leases");
        next_epoch(&market.rpc).await?;
        Ok(Self { validator, prover, gateway, dispatcher, node, enclave })
    }

    /// All providers but the one with an enclave, whose account pays for registering new keys too.
    pub fn stacks(&self) -> [&Stack; 4] {
        [&self.prover, &self.gateway, &self.dispatcher, &self.node]
    }

    /// All who ask.
    pub fn requesters(&self) -> impl Iterator<Item = &Requester> {
        self.stacks().into_iter().chain([&self.enclave]).flat_map(|stack| &stack.requesters)
    }
}

/// Has the endowed account [`REQUESTER`] give [`FUNDS`] to each of `asking`.
async fn fund(opg: &Opg, node: &Node, asking: &[Requester]) -> anyhow::Result<()> {
    let shown = opg.json(&["account", "show", REQUESTER])?;
    let address = opg_tests::network::text(&shown, "address")?;
    let gifts = asking.iter().map(|requester| {
        ["account", "fund", FUNDS, "--to", &requester.address, "--from", REQUESTER, "--json"]
            .map(str::to_owned)
            .to_vec()
    });
    for gift in run_in_turn(opg, &node.rpc, &address, gifts.collect()).await? {
        gift.await??.json(&[0])?;
    }
    Ok(())
}
