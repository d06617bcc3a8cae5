//! `opg account ...`

use super::Context;
use crate::{
    args::AccountCommand,
    error::{Exit, Failure, Result},
    input, keys,
    keys::Signer,
    print::{account as address, amount},
};
use opg_primitives::ids::Account;
use serde_json::json;

pub async fn run(context: &Context<'_>, command: AccountCommand) -> Result<Exit> {
    match command {
        AccountCommand::New { file } => {
            let account = keys::create(&file)?;
            let value = json!({ "account": account, "address": address(&account), "file": file });
            context.out.answer("account", &value, || address(&account));
            context.out.note(format!("its secret is in {}, for your eyes only", file.display()));
            Ok(Exit::Ok)
        }
        AccountCommand::Fund { amount: text, to, from } => {
            let units = input::amount(&text)?;
            let to = whom(context, to.as_deref())?;
            if !from.starts_with("//") {
                return Err(Failure::usage("--from is a development account").at(&from).help(
                    "funding is for development chains; elsewhere somebody has to send OPG",
                ));
            }
            let payer = Signer::load(Some(&from))?;
            let chain = context.chain().await?;
            let included = chain.transfer(&payer, to, units).await?;
            let value = json!({ "to": to, "amount": units.to_string(), "block": included.number });
            context.out.answer("funded", &value, || {
                format!("{} to {} in block {}", amount(units), address(&to), included.number)
            });
            Ok(Exit::Ok)
        }
        AccountCommand::Show { account } => {
            let account = whom(context, account.as_deref())?;
            let chain = context.chain().await?;
            let at = chain.at_final().await?;
            let funds = chain.funds(&at, &account).await?;
            let value = json!({
                "account": account,
                "address": address(&account),
                "free": funds.free.to_string(),
                "held": funds.held.to_string(),
            });
            context.out.answer("account", &value, || {
                format!(
                    "{}\n  free {}\n  held {}",
                    address(&account),
                    amount(funds.free),
                    amount(funds.held)
                )
            });
            Ok(Exit::Ok)
        }
    }
}

/// The account that is named, else that of `--account`.
pub fn whom(context: &Context<'_>, named: Option<&str>) -> Result<Account> {
    match named {
        Some(text) => keys::account(text),
        None => context.signer().map(|signer| signer.account()),
    }
}
