//! `opg ask`

use super::{
    asking::{self, Payload, Terms},
    offer::named_account,
    receipt::shown,
    watch, Context,
};
use crate::{
    args::{Ask, ModeArg},
    error::{Exit, Failure, Result},
    input,
};
use opg_primitives::request::Outcome;
use serde_json::json;

pub async fn run(context: &Context<'_>, ask: Ask) -> Result<Exit> {
    let model = input::model_id(&ask.model)?;
    let payload = payload(&ask)?;
    let mode = match (ask.private, ask.mode) {
        (true, Some(ModeArg::Plain | ModeArg::Zkml)) => {
            return Err(Failure::usage("only an enclave can keep an input to itself")
                .at("--private")
                .help("ask in mode tee"));
        }
        (true, None) => Some(ModeArg::Tee),
        (_, mode) => mode,
    };
    let terms = Terms {
        mode,
        max_price: ask.max_price.as_deref().map(input::amount).transpose()?,
        within: ask.within,
        provider: named_account(ask.provider.as_deref())?,
        sealed: ask.private,
    };
    let signer = context.signer()?;
    let chain = context.chain().await?;
    let who = signer.account();
    let ready = asking::prepare(context, &chain, who, model, payload, &terms).await?;
    let sent = asking::send(context, &chain, &signer, &ready).await?;
    let request = sent.request;
    let (opening, file) = match &sent.opening {
        Some((opening, file)) => (Some(opening), Some(file)),
        None => (None, None),
    };
    if let Some(file) = file {
        context.out.note(format!("what opens it is in {}", file.display()));
    }
    if ask.no_wait {
        let value = json!({ "request": request, "block": sent.block, "opening": file });
        context.out.answer("request", &value, || request.to_string());
        if let Some(file) = file {
            let file = file.display();
            context
                .out
                .note(format!("seal it when it is leased: opg watch {request} --opening {file}"));
        }
        return Ok(Exit::Ok);
    }
    context.out.note(format!("request {request} is final in block {}", sent.block));
    let ended = asking::follow(&chain, &signer, &sent, watch::shown(context, request)).await?;
    let Some(ended) = ended else {
        return Err(Failure::new(Exit::Incomplete, "the request has not ended yet")
            .at(request)
            .help(match file {
                // Who follows it seals it, too.
                Some(file) => format!("opg watch {request} --opening {}", file.display()),
                None => format!("opg watch {request}"),
            }));
    };
    let settled = ended.receipt.outcome == Outcome::Settled;
    let id = ended.id;
    let view = shown(id, ended.receipt, &ended.bundle, opening);
    context.out.answer("receipt", &view, || view.render());
    context.out.note(format!("audit it: opg audit {id}"));
    Ok(if settled { Exit::Ok } else { Exit::Failed })
}

/// What was given to be asked.
fn payload(ask: &Ask) -> Result<Payload> {
    let Ask { prompt, message, messages, parameters, .. } = ask;
    let text = input::text(
        prompt.as_deref(),
        message.as_deref(),
        messages.as_deref(),
        parameters.as_deref(),
    )?;
    match (text, parameters) {
        (Some(text), _) => Ok(Payload::Text(text)),
        (None, Some(_)) => Err(Failure::usage("only a text model takes parameters")
            .at("--parameters")
            .help("give --prompt, --message or --messages with it")),
        (None, None) => {
            let (file, raw) = (ask.input.as_ref(), ask.input_bytes.as_ref());
            input::quantised(file, raw, ask.values.as_deref()).map(Payload::Elements)
        }
    }
}
