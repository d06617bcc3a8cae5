//! `opg provider ...`

use super::{account::whom, Context};
use crate::{
    args::{KeyCommand, ProviderCommand},
    chain::{providers::Record, Chain, Included},
    error::{Exit, Failure, Result},
    input,
    keys::{Signer, Worker},
    print::{account, amount, table::Table, words},
};
use opg_primitives::{
    ids::{DispatcherKey, Signature, WorkerKey},
    mode::Mode,
    statement::register_key_hash,
};
use serde_json::json;

/// How many of a provider's last receipts its status lists.
const RECENT: u64 = 5;

pub async fn run(context: &Context<'_>, command: ProviderCommand) -> Result<Exit> {
    match command {
        ProviderCommand::Register { bond, dispatcher, worker_key } => {
            let bond = input::amount(&bond)?;
            let dispatcher = dispatcher.as_deref().map(dispatcher_key).transpose()?;
            let worker = worker_key.as_deref().map(Worker::load).transpose()?;
            let signer = context.signer()?;
            let chain = context.chain().await?;
            let worker = worker.map(|worker| (worker.key(), agreed(&chain, &signer, &worker)));
            let done = chain.register_provider(&signer, bond, dispatcher, worker).await?;
            said(context, &done, format!("{} bonded, a provider", amount(bond)))
        }
        ProviderCommand::Withdraw => {
            let signer = context.signer()?;
            let done = context.chain().await?.withdraw(&signer).await?;
            said(context, &done, "what was unbonding for long enough is free".into())
        }
        ProviderCommand::Back => {
            let signer = context.signer()?;
            let done = context.chain().await?.unchill(&signer).await?;
            said(context, &done, "takes leases again from the next epoch on".into())
        }
        ProviderCommand::Bond { amount: text, unbond } => {
            let units = input::amount(&text)?;
            let signer = context.signer()?;
            let chain = context.chain().await?;
            let (done, what) = match unbond {
                true => (chain.unbond(&signer, units).await?, "begin to unbond"),
                false => (chain.bond_more(&signer, units).await?, "more are bonded"),
            };
            said(context, &done, format!("{} {what}", amount(units)))
        }
        ProviderCommand::Serve { model, mode, price, stop } => {
            let model = input::model_id(&model)?;
            let price = price.as_deref().map(input::amount).transpose()?;
            let mode = Mode::from(mode);
            let signer = context.signer()?;
            let chain = context.chain().await?;
            match price.filter(|_| !stop) {
                None => {
                    let done = chain.stop_serving(&signer, model, mode).await?;
                    said(context, &done, format!("{model} is served in {} no more", mode.name()))
                }
                Some(price) => {
                    let done = chain.serve(&signer, model, mode, price).await?;
                    let what = format!("{model} in {} for {}", mode.name(), amount(price));
                    said(context, &done, what)
                }
            }
        }
        ProviderCommand::Key(command) => key(context, command).await,
        ProviderCommand::Status { provider } => status(context, provider.as_deref()).await,
    }
}

fn dispatcher_key(text: &str) -> Result<DispatcherKey> {
    input::hex32("a dispatcher key", text).map(DispatcherKey)
}

/// The signature by which a worker agrees to be this provider's.
fn agreed(chain: &Chain, signer: &Signer, worker: &Worker) -> Signature {
    worker.sign(&register_key_hash(chain.genesis(), signer.account(), worker.key()))
}

async fn key(context: &Context<'_>, command: KeyCommand) -> Result<Exit> {
    enum Key {
        AddWorker(Worker),
        AddSigned(WorkerKey, Signature),
        RemoveWorker(WorkerKey),
        AddDispatcher(DispatcherKey),
        RemoveDispatcher(DispatcherKey),
    }
    let key = match command {
        KeyCommand::AddWorker { file: Some(file), .. } => Key::AddWorker(Worker::load(&file)?),
        KeyCommand::AddWorker { key, signature, .. } => Key::AddSigned(
            WorkerKey(input::hex32("a worker key", &key.unwrap_or_default())?),
            input::signature(&signature.unwrap_or_default())?,
        ),
        KeyCommand::RemoveWorker { key } => {
            Key::RemoveWorker(WorkerKey(input::hex32("a worker key", &key)?))
        }
        KeyCommand::AddDispatcher { key } => Key::AddDispatcher(dispatcher_key(&key)?),
        KeyCommand::RemoveDispatcher { key } => Key::RemoveDispatcher(dispatcher_key(&key)?),
    };
    let signer = context.signer()?;
    let chain = context.chain().await?;
    let (done, what) = match key {
        Key::AddWorker(worker) => (
            chain.add_worker(&signer, worker.key(), agreed(&chain, &signer, &worker)).await?,
            format!("worker key {} is registered", worker.key()),
        ),
        Key::AddSigned(key, signature) => (
            chain.add_worker(&signer, key, signature).await?,
            format!("worker key {key} is registered"),
        ),
        Key::RemoveWorker(key) => {
            (chain.remove_worker(&signer, key).await?, format!("worker key {key} is removed"))
        }
        Key::AddDispatcher(key) => (
            chain.add_dispatcher(&signer, key).await?,
            format!("dispatcher key {key} is registered"),
        ),
        Key::RemoveDispatcher(key) => (
            chain.remove_dispatcher(&signer, key).await?,
            format!("dispatcher key {key} is removed"),
        ),
    };
    said(context, &done, what)
}

fn said(context: &Context<'_>, done: &Included, what: String) -> Result<Exit> {
    let value = json!({ "block": done.number, "what": what });
    context.out.answer("done", &value, || format!("{what}, in block {}", done.number));
    Ok(Exit::Ok)
}

async fn status(context: &Context<'_>, named: Option<&str>) -> Result<Exit> {
    let provider = whom(context, named)?;
    let chain = context.chain().await?;
    let at = chain.at_final().await?;
    let record = chain.provider(&at, provider).await?.ok_or_else(|| {
        Failure::failed("this account is no provider")
            .at(account(&provider))
            .help("opg provider register --help")
    })?;
    let funds = chain.funds(&at, &provider).await?;
    let sequence = chain.sequence(&at, provider).await?;
    let served = chain.served_by(&at, provider).await?;
    let mut recent = Vec::new();
    for number in sequence.first_held.max(sequence.next.saturating_sub(RECENT))..sequence.next {
        if let Some((id, receipt)) = chain.by_sequence(&at, provider, number).await? {
            recent.push((number, id, receipt.outcome));
        }
    }
    let (dispatchers, workers) = chain.provider_keys(&at, provider).await?;
    let value = json!({
        "provider": provider,
        "address": account(&provider),
        "free": funds.free.to_string(),
        "record": record,
        "receipts": sequence,
        "recent": recent
            .iter()
            .map(|(number, id, outcome)| json!({ "number": number, "id": id, "outcome": outcome }))
            .collect::<Vec<_>>(),
        "serves": served,
        "dispatcherKeys": dispatchers,
        "workerKeys": workers,
    });
    context.out.answer("provider", &value, || {
        let mut table = Table::default();
        let free = record.bond.saturating_sub(record.reserved);
        table
            .row(["provider".into(), account(&provider)])
            .row([
                "bond".into(),
                format!(
                    "{}, of which open leases reserve {}",
                    amount(record.bond),
                    amount(record.reserved)
                ),
            ])
            .row(["capacity left".into(), amount(free)])
            .row(["free on the account".into(), amount(funds.free)])
            .row(["takes leases".into(), takes_leases(&record)])
            .row(["slashed so far".into(), amount(record.slashed)])
            .row([
                "receipts".into(),
                format!(
                    "{} so far, in the node's state from number {}",
                    sequence.next, sequence.first_held
                ),
            ]);
        for part in &record.unbonding {
            table.row([
                "unbonding".into(),
                format!("{} until block {}", amount(part.amount), part.at),
            ]);
        }
        for key in &dispatchers {
            table.row(["dispatcher key".into(), key.to_string()]);
        }
        for key in &workers {
            table.row(["worker key".into(), key.to_string()]);
        }
        let mut out = table.render();
        let mut receipts = Table::new(&["number", "receipt", "outcome"]);
        for (number, id, outcome) in &recent {
            receipts.row([number.to_string(), id.to_string(), words::outcome(*outcome)]);
        }
        if !recent.is_empty() {
            out.push('\n');
            out.push_str(&receipts.render());
        }
        let mut serves = Table::new(&["serves", "mode", "price"]);
        for offer in &served {
            serves.row([
                offer.model.to_string(),
                offer.mode.name().to_owned(),
                amount(offer.price),
            ]);
        }
        if !served.is_empty() {
            out.push('\n');
            out.push_str(&serves.render());
        }
        out
    });
    Ok(Exit::Ok)
}

fn takes_leases(record: &Record) -> String {
    match (record.leaving, record.chilled) {
        (true, _) => "no: it left".into(),
        (_, true) => "no: it is chilled; opg provider back".into(),
        _ => format!("from epoch {} on", record.eligible_from),
    }
}
