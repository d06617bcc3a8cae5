//! What an answer would cost and show, before anything is paid.

use super::Context;
use crate::{
    args::ModeArg,
    chain::{inference::Preview, providers::Price, At, Chain},
    error::{Failure, Result},
    keys,
    print::{account, amount, receipt, styled, table::Table, words, HEAD, STRONG},
};
use opg_primitives::{
    claims::Cell,
    ids::{Account, ModelId},
    mode::Mode,
    model::ModelVersion,
    policy::{PolicyVersion, Rules},
    settled::Settled,
    setup_rule::{self, Parties},
    standing::{self, Grade, SetupTrust},
    Balance,
};
use serde::Serialize;

/// What a request in one mode would meet now.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// The model.
    pub model: ModelId,
    /// The mode.
    pub mode: Mode,
    /// Whether it is the default of the model's class.
    pub is_default: bool,
    /// Whether class, model and verifier accept it now.
    pub accepted: bool,
    /// The policy version in force.
    pub policy_version: PolicyVersion,
    /// What is paid at once and never comes back, in units of 10^-18 OPG.
    #[serde(with = "opg_primitives::text::amount")]
    pub paid_at_once: Balance,
    /// The least that `max_price` may be.
    #[serde(with = "opg_primitives::text::amount")]
    pub min_price: Balance,
    /// How many blocks ahead the deadline has to be at least, and may be at most.
    pub deadline: (u32, u32),
    /// How many at least for a private request, whose input has to be delivered first.
    pub private_deadline: u32,
    /// Who serves it, the cheapest first.
    pub prices: Vec<Price>,
    /// The table of a good answer.
    pub standings: Vec<Cell>,
    /// Its grade.
    pub grade: Grade,
    /// Who could forge it, if the setup allows that.
    pub forgeable_by: Option<Account>,
    /// Whether somebody who is paid could forge it; then the grade is no better than a word's.
    pub setup: SetupTrust,
}

/// The model of that id, and the rules of its class.
pub async fn model_of(
    chain: &Chain,
    at: &At,
    id: ModelId,
) -> Result<(ModelVersion, PolicyVersion, Rules)> {
    let model = chain.model(at, id).await?.ok_or_else(|| {
        Failure::failed("the chain has no model of this id").at(id).help("opg model list")
    })?;
    let version = chain.policy_version(at).await?;
    let rules = chain.rules(at, &model.class, version).await?.ok_or_else(|| {
        Failure::failed("the model's class has no rules in the policy in force")
            .at(String::from_utf8_lossy(&model.class.0))
    })?;
    Ok((model, version, rules))
}

impl Offer {
    /// What a request to `id` in `mode` would meet now.
    pub async fn fetch(
        context: &Context<'_>,
        chain: &Chain,
        at: &At,
        id: ModelId,
        mode: Option<ModeArg>,
    ) -> Result<Self> {
        let (model, policy_version, rules) = model_of(chain, at, id).await?;
        let mode = mode.map_or(rules.default, Mode::from);
        let preview: Preview =
            chain.preview(at, id, mode, Balance::MAX).await?.ok_or_else(|| {
                Failure::failed("the chain cannot say what a request to this model would meet")
                    .at(id)
            })?;
        let mut prices = chain.offers(at, id, mode).await?;
        prices.sort();
        let (setup, forgeable_by) = match (mode, chain.verifying_keys(at, id).await?.pop()) {
            (Mode::ZkMl, Some(key)) => {
                // Who asks may be named: the setup rule looks at it.
                let requester = match &context.global.account {
                    Some(_) => context.signer().map(|signer| signer.account()).ok(),
                    None => None,
                };
                let provider = prices.first().map(|price| price.provider);
                let recognised = chain.recognised(at).await?;
                let parties = Parties::of(&model, requester, provider);
                setup_rule::apply(&key.setup, &parties, |who| recognised.contains(who))
            }
            _ => (SetupTrust::NotApplicable, None),
        };
        let facts = Settled::of_public_input(mode, setup).facts();
        let now = crate::chain::blocks::number(at);
        Ok(Self {
            model: id,
            mode,
            is_default: mode == rules.default,
            accepted: preview.accepted,
            policy_version,
            paid_at_once: preview.prepaid.saturating_add(preview.burned),
            min_price: preview.min_price,
            deadline: (
                preview.earliest_deadline.saturating_sub(now),
                preview.latest_deadline.saturating_sub(now),
            ),
            private_deadline: preview.earliest_private_deadline.saturating_sub(now),
            prices,
            standings: standing::table(&facts).to_vec(),
            grade: standing::grade(&facts),
            forgeable_by,
            setup,
        })
    }

    /// The offer as text.
    pub fn render(&self) -> String {
        let mut out = format!("{} {}\n\n", styled(HEAD, "Preview of model"), self.model);
        let (establishes, does_not) = words::mode(self.mode);
        let mut table = Table::default();
        let default = if self.is_default { ", the default of its class" } else { "" };
        table
            .row(["mode".into(), format!("{}{default}", self.mode.name())])
            .row(["accepted now".into(), if self.accepted { "yes" } else { "no" }.to_owned()])
            .row(["price".into(), self.price()])
            .row([
                "paid at once".into(),
                format!("{}, never given back", amount(self.paid_at_once)),
            ])
            .row([
                "deadline".into(),
                format!("{} to {} blocks ahead", self.deadline.0, self.deadline.1),
            ])
            .row(["establishes".to_owned(), establishes.to_owned()])
            .row(["does not".to_owned(), does_not.to_owned()]);
        out.push_str(&table.render());
        out.push_str(&format!(
            "\n{}: {}\n{}",
            styled(HEAD, self.heading()),
            receipt::grade(self.grade),
            receipt::table(&self.standings, self.forgeable_by.as_ref()),
        ));
        out.push_str(&format!(
            "\n  {}\n\n{}\n",
            words::rule(self.grade, self.setup),
            styled(STRONG, words::FOOTER)
        ));
        out
    }

    /// What the table is. Which enclave answers is not known beforehand, and decides more of it.
    fn heading(&self) -> &'static str {
        match self.mode {
            Mode::Tee => "The table that a good answer gets at the least, by an enclave that nobody vouches for",
            Mode::Plain | Mode::ZkMl => "The table that a good answer gets",
        }
    }

    /// The prices in words.
    pub fn price(&self) -> String {
        match self.prices.as_slice() {
            [] => "nobody serves it in this mode".into(),
            [only] => format!("{}, by {}", amount(only.price), account(&only.provider)),
            [cheapest, .., dearest] => format!(
                "{} to {}, by {} providers",
                amount(cheapest.price),
                amount(dearest.price),
                self.prices.len()
            ),
        }
    }
}

/// An account that an argument names.
pub fn named_account(text: Option<&str>) -> Result<Option<Account>> {
    text.map(keys::account).transpose()
}
