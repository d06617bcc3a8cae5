//! Whether a bundle is of what was asked, and passes everything that `opg audit` checks.

use super::{Asker, Gathered};
use crate::{
    audit::{audit_opened, Report},
    print::words,
};
use opg_primitives::{
    checks::CheckResult,
    ids::{GenesisHash, ModelId, RequestId},
    openai::OnChain,
    receipt::Receipt,
    request::Outcome,
};
use std::fmt;

/// The check that nothing but the chain's validators could make: the one that may stay open.
const OPEN: &str = "finality";

/// What was asked.
#[derive(Clone, Copy, Debug)]
pub struct Ours<'a> {
    /// By whom, and on what terms.
    pub asker: Asker,
    /// The request.
    pub request: RequestId,
    /// The model.
    pub model: ModelId,
    /// The bytes.
    pub asked: &'a OnChain,
}

/// Why an answer is not given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request ended without an answer.
    Ended(Outcome),
    /// A check failed, or could not be made.
    Check {
        /// Its name, as of `opg audit --check`.
        name: String,
        /// What it found.
        detail: String,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended(outcome) => {
                write!(f, "it ended without an answer: {}", words::outcome(*outcome))
            }
            Self::Check { name, detail } => {
                write!(f, "its answer failed the check `{name}` and is not given out: {detail}")
            }
        }
    }
}

fn failed(name: &str, detail: impl Into<String>) -> Fault {
    Fault::Check { name: name.into(), detail: detail.into() }
}

/// A receipt that passed, with what is still open.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The receipt.
    pub receipt: Receipt,
    /// What the audit found.
    pub report: Report,
}

/// Audits the receipt of `request` on the chain of `genesis`.
///
/// # Errors
/// [`Fault::Check`].
pub fn receipt(
    gathered: &Gathered,
    genesis: GenesisHash,
    request: RequestId,
) -> Result<Checked, Fault> {
    let Gathered { bundle, opening } = gathered;
    let report = audit_opened(bundle, Some(genesis), opening.as_ref());
    for finding in &report.findings {
        match finding.result {
            CheckResult::Fail => return Err(failed(finding.name, finding.detail.as_str())),
            CheckResult::CouldNotCheck if finding.name != OPEN => {
                return Err(failed(finding.name, finding.detail.as_str()));
            }
            CheckResult::Pass | CheckResult::NotClaimed | CheckResult::CouldNotCheck => {}
        }
    }
    let receipt =
        bundle.receipt.decode().ok_or_else(|| failed("views", "the receipt does not decode"))?;
    match receipt.request == request {
        true => Ok(Checked { receipt, report }),
        false => Err(failed("request", "the receipt is of another request")),
    }
}

/// Checks an answer: that it is of what was asked, and everything that `opg audit` checks.
///
/// # Errors
/// [`Fault`].
pub fn answer(gathered: &Gathered, ours: &Ours<'_>) -> Result<Checked, Fault> {
    let Gathered { bundle, opening } = gathered;
    if let Some(receipt) = bundle.receipt.decode() {
        if receipt.outcome != Outcome::Settled {
            return Err(Fault::Ended(receipt.outcome));
        }
    }
    let checked = receipt(gathered, ours.asker.genesis, ours.request)?;
    // The audit holds the receipt to the request in the block; this holds that one to what was sent.
    let part = bundle.request.as_ref().ok_or_else(|| failed("request", "it is not at hand"))?;
    let identity = part.identity.decode().ok_or_else(|| failed("request", "it does not decode"))?;
    let Asker { account, mode, max_price, .. } = ours.asker;
    // What was sent sealed is nowhere in clear: its opening is of our own making.
    let input = match (&part.input, opening) {
        (Some(input), None) => Some(&input.0),
        (None, Some(opening)) => Some(&opening.input.0),
        (Some(_), Some(_)) | (None, None) => None,
    };
    let same = [
        ("request", identity.requester == account, "it is of another requester"),
        ("request", identity.model == ours.model, "it asks another model"),
        ("request", identity.max_price <= max_price, "it holds more than was offered"),
        ("mode", part.asked == mode, "it asks for another mode"),
        ("input", input == Some(&ours.asked.input), "it is another than was asked"),
        ("parameters", part.parameters.0 == ours.asked.parameters, "they are other ones"),
    ];
    match same.into_iter().find(|(_, same, _)| !same) {
        None => Ok(checked),
        Some((name, _, detail)) => Err(failed(name, detail)),
    }
}
