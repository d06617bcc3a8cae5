//! `opg audit`

use super::{source::Source, Context};
use crate::{
    audit::{self, Verdict},
    error::{Exit, Failure, Result},
    input,
    print::report::render,
    progress::Progress,
};
use opg_primitives::{checks::CheckResult, ids::GenesisHash};
use std::path::Path;

pub async fn run(
    context: &Context<'_>,
    named: &str,
    check: Option<&str>,
    genesis: Option<&str>,
    opening: Option<&Path>,
) -> Result<Exit> {
    if let Some(name) = check {
        if !audit::NAMES.contains(&name) {
            return Err(Failure::usage("the audit has no such check")
                .at(name)
                .help(format!("the checks are {}", audit::NAMES.join(", "))));
        }
    }
    let anchor =
        genesis.map(|text| input::hex32("a genesis hash", text).map(GenesisHash)).transpose()?;
    let source = Source::open(context, named).await?;
    let bundle = source.bundle().await?;
    let opening = context.opening(opening, bundle.receipt.view.input)?;
    let progress = Progress::start(context.out.quiet || context.out.json, "verifying");
    let report = audit::audit_opened(&bundle, anchor, opening.as_ref());
    drop(progress);
    context.out.answer("audit", &report, || render(&report, check));
    let verdict = match check {
        None => report.verdict,
        Some(name) => match report.findings.iter().find(|finding| finding.name == name) {
            Some(finding) if finding.result == CheckResult::Fail => Verdict::Failed,
            Some(finding) if finding.result == CheckResult::CouldNotCheck => Verdict::Incomplete,
            _ => Verdict::Good,
        },
    };
    Ok(match verdict {
        Verdict::Good => Exit::Ok,
        Verdict::Incomplete => Exit::Incomplete,
        Verdict::Failed => Exit::Failed,
    })
}
