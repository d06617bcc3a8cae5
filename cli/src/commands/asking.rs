//! Makes a request and follows it to its end: for `opg ask`, and for each request to `opg serve`.

use super::{
    courier::Courier,
    offer::{model_of, Offer},
    watch, Context,
};
use crate::{
    args::ModeArg,
    audit::Bundle,
    chain::{blocks::number, inference::NewRequest, providers::Price, Chain},
    error::{Failure, Result},
    keys::Signer,
    opening::Opening,
    print::amount,
    progress::Progress,
};
use opg_primitives::{
    artefact::Artefact,
    ids::{Account, ModelId, ReceiptId, RequestId},
    mode::Mode,
    model::ModelVersion,
    openai::{self, OnChain},
    receipt::Receipt,
    request::{Input, Parameters, PublicBytes, MAX_PARAMETER_BYTES, MAX_PUBLIC_BYTES},
    statement::NO_SALT,
    Balance, BlockNumber,
};
use std::path::PathBuf;

/// What a model is asked.
#[derive(Clone, Debug)]
pub enum Payload {
    /// Of a circuit: the quantised input.
    Elements(Vec<u8>),
    /// Of a text model: a request in OpenAI's shape, as it stands on chain.
    Text(OnChain),
}

/// On what terms it is asked.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The mode; the default of the class without one.
    pub mode: Option<ModeArg>,
    /// The most to pay; the cheapest price without it.
    pub max_price: Option<Balance>,
    /// Within how many blocks the answer has to settle.
    pub within: BlockNumber,
    /// The provider, if one is named.
    pub provider: Option<Account>,
    /// Whether input and output are sealed where the mode is `Tee`, which alone can.
    pub sealed: bool,
}

/// A request that can be made.
pub struct Ready {
    new: NewRequest,
    /// What opens it, if it is private.
    opening: Option<Opening>,
    /// The most that it costs, with what is paid at once.
    pub cost: Balance,
}

/// A request that is final.
pub struct Sent {
    /// The request.
    pub request: RequestId,
    /// The block in which it is.
    pub block: BlockNumber,
    /// What opens it, if it is private, and the file that it is in.
    pub opening: Option<(Opening, PathBuf)>,
    /// How many blocks it may take from there.
    within: BlockNumber,
}

/// A request that has ended.
pub struct Ended {
    /// The terminal receipt's id.
    pub id: ReceiptId,
    /// The terminal receipt.
    pub receipt: Receipt,
    /// It, and all that an audit needs.
    pub bundle: Bundle,
}

/// Whether `payload` fits `model`, before anything is paid.
fn check(model: &ModelVersion, payload: &Payload) -> Result<()> {
    match (&model.artefact, payload) {
        (Artefact::Circuit { interface, .. }, Payload::Elements(quantised)) => {
            let fits = model.artefact.commit_input(NO_SALT, quantised);
            fits.map(drop).map_err(|error| {
                Failure::data(format!("the input does not fit the model: {error}")).help(format!(
                    "this model takes {:?}, {} bits an element",
                    interface.input.shape, interface.input.bits
                ))
            })
        }
        (Artefact::Text(text), Payload::Text(asked)) => {
            model.artefact.commit_input(NO_SALT, &asked.input).map_err(|error| {
                let most = text.interface.max_input;
                Failure::data(format!("the request does not fit the model: {error}")).help(format!(
                    "this model takes at most {most} bytes: shorten the conversation"
                ))
            })?;
            openai::read(&asked.input, &asked.parameters, text.is_open())
                .map(drop)
                .map_err(|error| unusable(&error))
        }
        (Artefact::Circuit { .. }, Payload::Text(_)) => {
            Err(Failure::usage("the model is a circuit, which reads no text")
                .help("give its input by --input, --input-bytes or --values"))
        }
        (Artefact::Text(_), Payload::Elements(_)) => {
            Err(Failure::usage("the model is a text model, which takes no numbers")
                .help("ask it by --prompt, --message or --messages"))
        }
    }
}

/// A request that no worker of a text model takes.
pub fn unusable(error: &openai::Unusable) -> Failure {
    Failure::data(format!("the request cannot be made on chain: {error}"))
}

/// Looks at everything that a request of `who` would be refused for, and at what it costs.
///
/// # Errors
/// The first thing that is wrong, before anything is paid.
pub async fn prepare(
    context: &Context<'_>,
    chain: &Chain,
    who: Account,
    model_id: ModelId,
    payload: Payload,
    terms: &Terms,
) -> Result<Ready> {
    let mut at = chain.at_final().await?;
    let (model, _, rules) = model_of(chain, &at, model_id).await?;
    check(&model, &payload)?;
    let mode = terms.mode.map_or(rules.default, Mode::from);
    if !model.modes.contains(mode) {
        let offered: Vec<_> = model.modes.iter().map(Mode::name).collect();
        return Err(Failure::failed(format!("the model cannot be asked in mode {}", mode.name()))
            .at(model_id)
            .help(format!("it offers {}", offered.join(", "))));
    }
    let mut offer = Offer::fetch(context, chain, &at, model_id, terms.mode).await?;
    if price_of(&offer, terms.provider, model_id).is_err() {
        // What was offered a moment ago is not final yet.
        let best = chain.best_block().await?;
        let progress =
            Progress::start(context.out.quiet || context.out.json, "waiting for an offer");
        let mut blocks = chain.final_blocks().await?;
        while number(&at) < best {
            at = chain.next_final(&mut blocks).await?;
        }
        drop(progress);
        offer = Offer::fetch(context, chain, &at, model_id, terms.mode).await?;
    }
    let cheapest = price_of(&offer, terms.provider, model_id)?;
    let max_price = terms.max_price.unwrap_or_else(|| cheapest.price.max(offer.min_price));
    if max_price < cheapest.price {
        return Err(Failure::failed(format!(
            "the cheapest price is {}, which is more than your --max-price of {}",
            amount(cheapest.price),
            amount(max_price)
        ))
        .at(format!("{model_id}, mode {}", mode.name())));
    }
    let cost = max_price.saturating_add(offer.paid_at_once);
    let funds = chain.funds(&at, &who).await?;
    if funds.free < cost {
        return Err(Failure::failed(format!(
            "the account has {} free, and {} are needed: {} held, {} paid at once",
            amount(funds.free),
            amount(cost),
            amount(max_price),
            amount(offer.paid_at_once)
        ))
        .at(crate::print::account(&who))
        .help("opg account fund, on a development chain"));
    }
    let (input, parameters) = match payload {
        Payload::Elements(input) => (input, Vec::new()),
        Payload::Text(OnChain { input, parameters }) => (input, parameters),
    };
    let input = PublicBytes::try_from(input).map_err(|_| {
        Failure::data(format!("a public input has at most {MAX_PUBLIC_BYTES} bytes"))
    })?;
    let (opening, earliest) = match terms.sealed && mode == Mode::Tee {
        true => {
            let model = (model_id, &model.artefact);
            let opening = Opening::new(chain.genesis(), model, &input, &parameters)?;
            (Some(opening), offer.private_deadline)
        }
        false => (None, offer.deadline.0),
    };
    let parameters = Parameters::try_from(parameters).map_err(|_| {
        Failure::data(format!("the parameters have at most {MAX_PARAMETER_BYTES} bytes"))
            .help("leave out what is the model's default anyway")
    })?;
    let new = NewRequest {
        model: model_id,
        input: match &opening {
            Some(opening) => Input::Committed(opening.commitment),
            None => Input::Public(input),
        },
        parameters,
        mode: terms.mode.map(Mode::from),
        max_price,
        // Blocks pass until the request is included, so some are left beyond the least.
        deadline: number(&at)
            .saturating_add(terms.within.max(earliest.saturating_add(10)).min(offer.deadline.1)),
        provider: terms.provider,
    };
    Ok(Ready { new, opening, cost })
}

/// Makes the request, and waits until it is final. What opens a private one is in a file before.
///
/// # Errors
/// What the chain refuses.
pub async fn send(
    context: &Context<'_>,
    chain: &Chain,
    signer: &Signer,
    ready: &Ready,
) -> Result<Sent> {
    let opening = match &ready.opening {
        Some(opening) => Some((opening.clone(), opening.save(&context.openings()?)?)),
        None => None,
    };
    let (request, included) = chain.request(signer, &ready.new).await?;
    let within = ready.new.deadline.saturating_sub(included.number).saturating_add(20);
    Ok(Sent { request, block: included.number, opening, within })
}

/// Waits until the request's terminal receipt is final, and gathers what an audit needs; none if it
/// takes longer than any can. The input of a private request is delivered to whoever holds its lease.
/// `say` hears of each stage, of each delivery and of each attempt that failed.
///
/// # Errors
/// What the node does not answer.
pub async fn follow(
    chain: &Chain,
    signer: &Signer,
    sent: &Sent,
    say: impl FnMut(watch::Step<'_>),
) -> Result<Option<Ended>> {
    let mut courier = sent.opening.as_ref().map(|(opening, _)| Courier::new(signer, opening));
    let ended = watch::until_ended(chain, sent.request, sent.within, courier.as_mut(), say).await?;
    let Some((id, receipt)) = ended else { return Ok(None) };
    let at = chain.at_final().await?;
    let bundle = chain.bundle(&at, id, receipt.clone()).await?;
    Ok(Some(Ended { id, receipt, bundle }))
}

/// The cheapest price at which a lease can be given now; that of `named` where one is named.
fn price_of(offer: &Offer, named: Option<Account>, model: ModelId) -> Result<&Price> {
    let serving = |price: &&Price| named.is_none_or(|named| price.provider == named);
    let found = offer.prices.iter().filter(serving);
    let at = format!("{model}, mode {}", offer.mode.name());
    found.clone().find(|price| price.eligible).ok_or_else(|| {
        match (found.count(), named) {
            (0, Some(_)) => {
                Failure::failed("the named provider does not serve this model in this mode")
            }
            (0, None) => Failure::failed("nobody serves this model in this mode"),
            (_, Some(_)) => Failure::failed(
                "the named provider takes no leases in this epoch: it bonded in it, or is chilled",
            ),
            (_, None) => Failure::failed(
                "all who serve this model in this mode bonded in this epoch, or are chilled",
            ),
        }
        .at(at)
        .help(
            "opg compare shows who serves what; a new provider takes leases from the next epoch on",
        )
    })
}
