//! What an audit found.

use super::{case::Case, checks::TAINT};
use crate::print::words;
use opg_primitives::{
    attestation::Vendor,
    checks::CheckResult,
    evidence::Evidence,
    ids::{Account, ReceiptId},
    model::Setup,
    reference::ModelBinding,
};
use serde::Serialize;

/// A field that is not what it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The field, as a path from the receipt.
    pub field: String,
    /// What stands there.
    pub said: String,
    /// What it must be.
    pub found: String,
}

/// One check and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its name, for `--check`.
    pub name: &'static str,
    /// How it ended.
    pub result: CheckResult,
    /// What was checked, or why it failed or could not be.
    pub detail: String,
    /// The fields that differ.
    pub differences: Vec<Difference>,
}

/// What the audit as a whole says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Everything was checked and is good.
    Good,
    /// Nothing failed, but not everything could be checked.
    Incomplete,
    /// A check failed.
    Failed,
}

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The receipt.
    pub receipt_id: ReceiptId,
    /// As a whole.
    pub verdict: Verdict,
    /// Each check.
    pub findings: Vec<Finding>,
    /// What the reader still has to trust, in plain words.
    pub trust: Vec<String>,
}

impl Report {
    /// The report of `findings`.
    pub(super) fn new(case: &Case<'_>, findings: Vec<Finding>) -> Self {
        let mut report = Self {
            receipt_id: case.bundle.receipt_id,
            verdict: Verdict::Good,
            findings,
            trust: trust(case),
        };
        report.judge();
        report
    }

    /// Adds a check that only a node made possible.
    pub fn add(&mut self, finding: Finding) {
        self.findings.retain(|other| other.name != finding.name);
        self.findings.push(finding);
        self.judge();
    }

    fn judge(&mut self) {
        let any = |result| self.findings.iter().any(|finding| finding.result == result);
        self.verdict = match (any(CheckResult::Fail), any(CheckResult::CouldNotCheck)) {
            (true, _) => Verdict::Failed,
            (false, true) => Verdict::Incomplete,
            (false, false) => Verdict::Good,
        };
    }

    /// Whether nothing is wrong with the receipt itself, and what it rests on was revoked.
    pub fn is_tainted_alone(&self) -> bool {
        let failed = |finding: &&Finding| finding.result == CheckResult::Fail;
        let mut failed = self.findings.iter().filter(failed).peekable();
        failed.peek().is_some() && failed.all(|finding| finding.name == TAINT)
    }

    /// The names of all fields that differ.
    pub fn fields(&self) -> Vec<&str> {
        self.findings
            .iter()
            .flat_map(|finding| &finding.differences)
            .map(|difference| difference.field.as_str())
            .collect()
    }
}

fn trust(case: &Case<'_>) -> Vec<String> {
    let mut trust = Vec::new();
    if let Some(key) = &case.key {
        trust.push(match &key.setup {
            Setup::Transparent => "Nobody for the setup: the proof system has none.".to_owned(),
            Setup::Ceremony { contributors, .. } => format!(
                "That at least one of the {} who ran the trusted setup destroyed its secret.",
                contributors.len()
            ),
            Setup::Sole(account) => format!(
                "{} for the trusted setup: it ran it alone, and could have forged this proof.",
                name(account)
            ),
        });
        trust.push(format!(
            "{}, the model's owner, that the verifying key is of the network it names; who has the \
             network can redo that with `opg model check`.",
            name(&case.receipt.owner)
        ));
    }
    match &case.evidence {
        Some(Evidence::Plain(_) | Evidence::ZkMl { .. }) => trust.push(
            "The provider for who answered: its worker key says so, and nothing else does.".into(),
        ),
        Some(Evidence::Tee { .. }) => trust.extend(trust_in_enclave(case)),
        None => {}
    }
    trust.push(
        "The node that gave the receipt, that its block is in the chain and final: neither was \
         proven here."
            .into(),
    );
    trust.push(
        "That more than two thirds of the validators are honest: they ran the runtime's rules, of \
         which an audit without the chain's state repeats a part."
            .into(),
    );
    trust
}

/// Whom an answer of an enclave rests on.
fn trust_in_enclave(case: &Case<'_>) -> Vec<String> {
    let Some(context) = &case.enclave else { return Vec::new() };
    let mut trust = vec![match context.record.vendor {
        Vendor::Development => {
            "Nobody's hardware: the development vendor's secrets are public.".to_owned()
        }
        vendor => format!(
            "{} for the hardware: that it keeps what is inside apart, and that nobody else has its \
             keys. What it does not protect from stands in the receipt.",
            words::vendor(vendor)
        ),
    }];
    if let Some(reference) = &case.reference {
        trust.push(format!(
            "{}, who approved measurement {}, that this code does what it was approved for; who has \
             the source can build it again: {} at {}.",
            words::approver(reference.approved_by.as_ref()),
            context.record.measurement,
            reference.built_from.source,
            reference.built_from.revision,
        ));
    }
    if context.record.binding == ModelBinding::Upstream {
        trust.push(
            "The upstream behind the enclave for the answer itself: nothing shows which model ran."
                .into(),
        );
    }
    trust.push(
        "The node for the enclave's record and its approval: nothing in a bundle proves the chain's \
         state."
            .into(),
    );
    trust
}

fn name(account: &Account) -> String {
    crate::print::account(account)
}

impl Finding {
    /// It passed.
    pub fn pass(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, result: CheckResult::Pass, detail: detail.into(), differences: Vec::new() }
    }

    /// It failed.
    pub fn fail(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, result: CheckResult::Fail, detail: detail.into(), differences: Vec::new() }
    }

    /// It could not be checked.
    pub fn could_not(name: &'static str, detail: impl Into<String>) -> Self {
        Self {
            name,
            result: CheckResult::CouldNotCheck,
            detail: detail.into(),
            differences: Vec::new(),
        }
    }

    /// The receipt does not claim it.
    pub fn not_claimed(name: &'static str, detail: impl Into<String>) -> Self {
        Self {
            name,
            result: CheckResult::NotClaimed,
            detail: detail.into(),
            differences: Vec::new(),
        }
    }

    /// It passed with `detail` if nothing in `compared` differs.
    pub(super) fn of(name: &'static str, detail: impl Into<String>, compared: Compare) -> Self {
        if compared.0.is_empty() {
            return Self::pass(name, detail);
        }
        let fields: Vec<_> = compared.0.iter().map(|d| d.field.as_str()).collect();
        let detail = format!("not what it must be: {}", fields.join(", "));
        Self { name, result: CheckResult::Fail, detail, differences: compared.0 }
    }
}

/// Compares fields, and keeps those that differ.
#[derive(Default)]
pub(super) struct Compare(Vec<Difference>);

impl Compare {
    /// Compares one field.
    pub fn field<T: PartialEq + Serialize>(
        &mut self,
        field: &str,
        said: &T,
        found: &T,
    ) -> &mut Self {
        if said != found {
            self.differs(field, show(said), show(found));
        }
        self
    }

    /// Notes a field that differs.
    pub fn differs(&mut self, field: &str, said: impl Into<String>, found: impl Into<String>) {
        self.0.push(Difference { field: field.into(), said: said.into(), found: found.into() });
    }

    /// Notes each place where two JSON values differ, under `path`.
    pub fn json(&mut self, path: &str, said: &serde_json::Value, found: &serde_json::Value) {
        use serde_json::Value::{Array, Object};
        let join = |key: &str| if path.is_empty() { key.into() } else { format!("{path}.{key}") };
        match (said, found) {
            (Object(a), Object(b)) if a.keys().eq(b.keys()) => {
                for (key, value) in a {
                    self.json(&join(key), value, b.get(key).unwrap_or(&serde_json::Value::Null));
                }
            }
            (Array(a), Array(b)) if a.len() == b.len() => {
                for (index, (a, b)) in a.iter().zip(b).enumerate() {
                    self.json(&join(&index.to_string()), a, b);
                }
            }
            (a, b) if a != b => self.differs(path, a.to_string(), b.to_string()),
            _ => {}
        }
    }
}

fn show(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "?".into())
}
