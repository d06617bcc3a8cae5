//! `opg ask`

use super::{
    offer::{model_of, named_account, Offer},
    receipt::shown,
    watch, Context,
};
use crate::{
    args::Ask,
    chain::{blocks::number, inference::NewRequest, providers::Price},
    error::{Exit, Failure, Result},
    input,
    print::amount,
    progress::Progress,
};
use opg_primitives::{
    ids::{Account, ModelId},
    mode::Mode,
    request::{Input, Outcome, PublicBytes, MAX_PUBLIC_BYTES},
    statement::{commit_input, NO_SALT},
};
use serde_json::json;

pub async fn run(context: &Context<'_>, ask: Ask) -> Result<Exit> {
    let model_id = input::model_id(&ask.model)?;
    let quantised =
        input::quantised(ask.input.as_ref(), ask.input_bytes.as_ref(), ask.values.as_deref())?;
    let max_price = ask.max_price.as_deref().map(input::amount).transpose()?;
    let provider = named_account(ask.provider.as_deref())?;
    let signer = context.signer()?;

    let chain = context.chain().await?;
    let mut at = chain.at_final().await?;
    let (model, _, rules) = model_of(&chain, &at, model_id).await?;
    commit_input(&model.interface, NO_SALT, &quantised).map_err(|error| {
        Failure::data(format!("the input does not fit the model: {error}")).help(format!(
            "this model takes {:?}, {} bits an element",
            model.interface.input.shape, model.interface.input.bits
        ))
    })?;
    let mode = ask.mode.map_or(rules.default, Mode::from);
    if !model.modes.contains(mode) {
        let offered: Vec<_> = model.modes.iter().map(Mode::name).collect();
        return Err(Failure::failed(format!("the model cannot be asked in mode {}", mode.name()))
            .at(model_id)
            .help(format!("it offers {}", offered.join(", "))));
    }
    let mut offer = Offer::fetch(context, &chain, &at, model_id, ask.mode).await?;
    if price_of(&offer, provider, model_id).is_err() {
        // What was offered a moment ago is not final yet.
        let best = chain.best_block().await?;
        let progress =
            Progress::start(context.out.quiet || context.out.json, "waiting for an offer");
        let mut blocks = chain.final_blocks().await?;
        while number(&at) < best {
            at = chain.next_final(&mut blocks).await?;
        }
        drop(progress);
        offer = Offer::fetch(context, &chain, &at, model_id, ask.mode).await?;
    }
    let cheapest = price_of(&offer, provider, model_id)?;
    let max_price = max_price.unwrap_or_else(|| cheapest.price.max(offer.min_price));
    if max_price < cheapest.price {
        return Err(Failure::failed(format!(
            "the cheapest price is {}, which is more than your --max-price of {}",
            amount(cheapest.price),
            amount(max_price)
        ))
        .at(format!("{model_id}, mode {}", mode.name())));
    }
    let funds = chain.funds(&at, &signer.account()).await?;
    let needed = max_price.saturating_add(offer.paid_at_once);
    if funds.free < needed {
        return Err(Failure::failed(format!(
            "the account has {} free, and {} are needed: {} held, {} paid at once",
            amount(funds.free),
            amount(needed),
            amount(max_price),
            amount(offer.paid_at_once)
        ))
        .at(crate::print::account(&signer.account()))
        .help("opg account fund, on a development chain"));
    }
    let input = PublicBytes::try_from(quantised).map_err(|_| {
        Failure::data(format!("a public input has at most {MAX_PUBLIC_BYTES} bytes"))
    })?;
    let new = NewRequest {
        model: model_id,
        input: Input::Public(input),
        mode: ask.mode.map(Mode::from),
        max_price,
        // Blocks pass until the request is included, so some are left beyond the least.
        deadline: number(&at).saturating_add(
            ask.within.max(offer.deadline.0.saturating_add(10)).min(offer.deadline.1),
        ),
        provider,
    };
    let (request, included) = chain.request(&signer, &new).await?;
    if ask.no_wait {
        let value = json!({ "request": request, "block": included.number });
        context.out.answer("request", &value, || request.to_string());
        return Ok(Exit::Ok);
    }
    context.out.note(format!("request {request} is final in block {}", included.number));
    let within = new.deadline.saturating_sub(included.number).saturating_add(20);
    let Some((id, receipt)) = watch::until_ended(context, &chain, request, within).await? else {
        return Err(Failure::new(Exit::Incomplete, "the request has not ended yet")
            .at(request)
            .help(format!("opg watch {request}")));
    };
    let settled = receipt.outcome == Outcome::Settled;
    let at = chain.at_final().await?;
    let bundle = chain.bundle(&at, id, receipt.clone()).await?;
    let view = shown(id, receipt, &bundle);
    context.out.answer("receipt", &view, || view.render());
    context.out.note(format!("audit it: opg audit {id}"));
    Ok(if settled { Exit::Ok } else { Exit::Failed })
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
