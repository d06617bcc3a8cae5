//! `opg doctor`

use super::Context;
use crate::{
    chain::{blocks::number, Chain},
    error::{Exit, Result},
    print::{
        account, amount, styled,
        table::{Table, Text},
        BAD, GOOD, HEAD, WARN,
    },
};
use serde::Serialize;

/// One thing that was looked at.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    good: bool,
    detail: String,
    /// What to do if it is not good.
    help: &'static str,
}

fn finding(what: &'static str, good: bool, detail: String, help: &'static str) -> Finding {
    Finding { what, good, detail, help }
}

pub async fn run(context: &Context<'_>) -> Result<Exit> {
    let mut findings = Vec::new();
    match context.chain().await {
        Err(failure) => findings.push(finding(
            "node",
            false,
            failure.what,
            "start one (`make up`), or name another with --url or OPG_URL",
        )),
        Ok(chain) => {
            if let Err(failure) = examine(context, &chain, &mut findings).await {
                findings.push(finding("node", false, failure.what, "is it a node of this chain?"));
            }
        }
    }
    let good = findings.iter().all(|finding| finding.good);
    context.out.answer("doctor", &findings, || render(&findings));
    let node = findings.iter().find(|finding| finding.what == "node");
    Ok(match (good, node) {
        (true, _) => Exit::Ok,
        (false, Some(node)) if !node.good => Exit::Unavailable,
        (false, _) => Exit::Failed,
    })
}

async fn examine(context: &Context<'_>, chain: &Chain, findings: &mut Vec<Finding>) -> Result<()> {
    findings.push(finding(
        "node",
        true,
        format!("{} answers for the chain {:?}", chain.url(), chain.name().await?),
        "",
    ));
    let at = chain.at_final().await?;
    findings.push(finding("genesis", true, chain.genesis().to_string(), ""));
    let (peers, syncing) = chain.health().await?;
    findings.push(finding(
        "sync",
        !syncing,
        format!("block {} is final, {peers} peers", number(&at)),
        "the node is catching up: wait",
    ));
    for pallet in
        ["Models", "Providers", "Attestation", "Policies", "Verification", "Receipts", "Inference"]
    {
        if at.metadata_ref().pallet_by_name(pallet).is_none() {
            findings.push(finding(
                "runtime",
                false,
                format!("version {} has no pallet {pallet}", at.spec_version()),
                "this is another chain, or another version of opg",
            ));
            return Ok(());
        }
    }
    let version = chain.policy_version(&at).await?;
    findings.push(finding(
        "runtime",
        true,
        format!("version {}, policy version {version}", at.spec_version()),
        "",
    ));
    let models = chain.models(&at).await?.len();
    findings.push(finding(
        "models",
        models > 0,
        format!("{models} registered"),
        "register one: opg model register --help",
    ));
    match &context.global.account {
        None => findings.push(finding(
            "account",
            true,
            "none named: reading works, asking needs --account".into(),
            "",
        )),
        Some(_) => match context.signer() {
            Err(failure) => findings.push(finding(
                "account",
                false,
                failure.what,
                "opg account new FILE makes a key file",
            )),
            Ok(signer) => {
                let allowed = !signer.development || chain.is_for_development().await?;
                findings.push(finding(
                    "account",
                    allowed,
                    account(&signer.account()),
                    "development accounts are for development and local chains",
                ));
                let funds = chain.funds(&at, &signer.account()).await?;
                findings.push(finding(
                    "funds",
                    funds.free > 0,
                    format!("{} free, {} held", amount(funds.free), amount(funds.held)),
                    "opg account fund 100, on a development chain",
                ));
            }
        },
    }
    Ok(())
}

fn render(findings: &[Finding]) -> String {
    let mut table = Table::default();
    for finding in findings {
        let (mark, style) = match (finding.good, finding.what) {
            (true, _) => ("ok", GOOD),
            (false, "models" | "funds" | "sync") => ("note", WARN),
            (false, _) => ("BAD", BAD),
        };
        let detail = match finding.good {
            true => finding.detail.clone(),
            false => format!("{}: {}", finding.detail, finding.help),
        };
        table.row([Text(mark.into(), style), finding.what.into(), detail.into()]);
    }
    format!("{}\n\n{}", styled(HEAD, "What works here"), table.render())
}
