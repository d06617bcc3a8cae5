//! A receipt, for people.

use super::{
    account, amount, enclave, styled, table::Table, table::Text, threats, words, BAD, DIM, GOOD,
    HEAD, STRONG, WARN,
};
use crate::audit::bundle::RevokedPart;
use anstyle::Style;
use opg_primitives::{
    checks::{CheckResult, Checked},
    claims::{Basis, Cell, Standing},
    disclosure::Form,
    ids::{Account, ReceiptId},
    mode::Mode,
    receipt::Receipt,
    reference::ReferenceValue,
    request::Outcome,
    standing::Grade,
    threats::Defence,
};
use serde::Serialize;

/// An output, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// Of a circuit: in words.
    Words(String),
    /// Of a text model: itself.
    Text(String),
}

impl From<&str> for Shown {
    fn from(words: &str) -> Self {
        Self::Words(words.into())
    }
}

/// What `opg receipt` shows.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// The id.
    pub id: ReceiptId,
    /// The receipt.
    pub receipt: Receipt,
    /// The output, where it is public or was opened.
    pub output: Option<Shown>,
    /// What approves the code of the enclave that answered, where it is at hand.
    pub reference: Option<ReferenceValue>,
    /// What was revoked of what the answer rests on, where it is at hand.
    pub revoked: Option<RevokedPart>,
}

impl View {
    /// The whole receipt as text.
    pub fn render(&self) -> String {
        let mut out = String::new();
        if let Some(Shown::Text(text)) = &self.output {
            out.push_str(&format!("{}\n\n{}\n\n", styled(HEAD, "Answer"), printable(text)));
        }
        self.summary(&mut out);
        self.standings(&mut out);
        self.enclave(&mut out);
        self.threats(&mut out);
        self.disclosure(&mut out);
        self.payment(&mut out);
        self.consensus(&mut out);
        out.push_str(&format!("\n{}\n", styled(STRONG, words::FOOTER)));
        out
    }

    fn summary(&self, out: &mut String) {
        let receipt = &self.receipt;
        out.push_str(&format!("{} {}\n\n", styled(HEAD, "Receipt"), self.id));
        let mut table = Table::default();
        let style = if receipt.outcome == Outcome::Settled { GOOD } else { BAD };
        table.row([Text::from("outcome"), Text(words::outcome(receipt.outcome), style)]);
        match &self.output {
            Some(Shown::Words(words)) => {
                table.row([Text::from("output"), Text(words.clone(), STRONG)]);
            }
            Some(Shown::Text(text)) => {
                let length = format!("the text above, of {} bytes", text.len());
                table.row([Text::from("output"), Text(length, STRONG)]);
            }
            None if receipt.disclosure.output.form == Form::Encrypted => {
                let how = "sealed to the requester: who has the opening reads it (--opening)";
                table.row([Text::from("output"), Text(how.into(), DIM)]);
            }
            None => {}
        }
        table.row([Text::from("mode"), modes(receipt).into()]);
        table.row(["request".into(), receipt.request.to_string()]);
        let of = if receipt.terminal { "the last one" } else { "not the last one" };
        table.row(["attempt".into(), format!("{}, {of}", u16::from(receipt.attempt) + 1)]);
        table.row(["requester".into(), account(&receipt.requester)]);
        table.row(["model".into(), receipt.model.to_string()]);
        table.row(["owner".into(), account(&receipt.owner)]);
        let class = String::from_utf8_lossy(&receipt.class.0).into_owned();
        let policy = receipt.judged_by.policy_version;
        table.row(["class".into(), format!("{class}, under policy version {policy}")]);
        if let Some(lease) = &receipt.lease {
            let how = words::selection(lease.selection);
            table.row(["provider".into(), format!("{}, {how}", account(&lease.provider))]);
            table.row([
                "sequence".into(),
                format!("number {} of this provider's receipts", lease.sequence),
            ]);
        }
        table.row(["blocks".into(), blocks(receipt)]);
        if receipt.self_dealing {
            table.row([
                Text::from("self-dealing"),
                Text("the requester is the provider or the model's owner".into(), WARN),
            ]);
        }
        out.push_str(&table.render());
    }

    fn standings(&self, out: &mut String) {
        let Some(appraised) = &self.receipt.appraised else {
            out.push_str(&format!(
                "\n  {}\n",
                styled(DIM, "No answer was settled: there is no table and no grade.")
            ));
            return;
        };
        out.push_str(&format!(
            "\n{}: {}\n",
            styled(HEAD, "What it says, and how well that is supported"),
            grade(appraised.grade)
        ));
        out.push_str(&table(&appraised.standings, appraised.forgeable_by.as_ref()));
    }

    fn enclave(&self, out: &mut String) {
        let Some(appraised) = &self.receipt.appraised else { return };
        if let Some(attested) = &appraised.attested {
            let (seeded, closed) = (appraised.facts.seeded_by_lease, self.receipt.closed);
            let (reference, revoked) = (self.reference.as_ref(), self.revoked.as_ref());
            out.push_str(&enclave::section(attested, closed, seeded, reference, revoked));
        }
    }

    fn threats(&self, out: &mut String) {
        let receipt = &self.receipt;
        if let (Some(mode), Some(appraised)) = (receipt.mode.achieved, &receipt.appraised) {
            out.push_str(&format!("\n{}\n", styled(HEAD, "What this does not protect from")));
            out.push_str(&threats::open(Defence::of(mode, appraised)));
        }
    }

    fn disclosure(&self, out: &mut String) {
        let hidden = &self.receipt.disclosure;
        out.push_str(&format!("\n{}\n", styled(HEAD, "What was hidden")));
        let mut table = Table::new(&["what", "on chain", "who can read it"]);
        for (what, field) in [
            ("input", hidden.input),
            ("parameters", hidden.parameters),
            ("output", hidden.output),
            ("weights", hidden.weights),
        ] {
            let (form, readers) = words::disclosure(field);
            table.row([what, form, readers]);
        }
        out.push_str(&table.render());
        let providers = match hidden.providers_that_saw {
            1 => "1 provider".into(),
            n => format!("{n} providers"),
        };
        let saw = match hidden.input.form {
            Form::Encrypted | Form::Committed => {
                format!("The input was sealed to enclaves of {providers}.")
            }
            Form::Public | Form::Withheld | Form::NotApplicable => {
                format!("{providers} held a lease and may have seen the input.")
            }
        };
        out.push_str(&format!(
            "  {saw} Always public: requester, model, price, block times, sizes.\n"
        ));
    }

    fn payment(&self, out: &mut String) {
        let paid = &self.receipt.payment;
        out.push_str(&format!("\n{}\n", styled(HEAD, "What was paid")));
        let mut table = Table::default();
        for (what, units) in [
            ("held for this request", paid.held),
            ("to the provider", paid.provider),
            ("to the model's owner", paid.owner),
            ("burned", paid.burned),
            ("to the treasury", paid.treasury),
            ("back to the requester", paid.released),
            ("slashed from the provider's bond", paid.slashed),
            ("of that, to the requester", paid.compensation),
            ("paid on top and never given back", paid.fee_burned),
        ] {
            if units > 0 || what.starts_with("held") {
                table.row([what.to_owned(), amount(units)]);
            }
        }
        out.push_str(&table.render());
    }

    fn consensus(&self, out: &mut String) {
        let receipt = &self.receipt;
        out.push_str(&format!("\n{}\n", styled(HEAD, "What every validator checked")));
        if receipt.checks.is_empty() {
            out.push_str("  No evidence came, so no check of any was made.\n");
        } else {
            out.push_str(&format!("  Redo one with: opg audit {} --check NAME\n", self.id));
        }
        let mut table = Table::new(&["", "check", "result", "block", "NAME"]);
        let claimed = |entry: &&Checked| entry.result != CheckResult::NotClaimed;
        for entry in receipt.checks.iter().filter(claimed) {
            let (name, what) = words::check(entry.check);
            table.row([
                name.to_owned(),
                what.to_owned(),
                words::result(entry.result).to_owned(),
                entry.at.to_string(),
                words::redone_by(entry.check).to_owned(),
            ]);
        }
        if !receipt.checks.is_empty() {
            out.push_str(&table.render());
        }
        let unclaimed: Vec<_> = receipt
            .checks
            .iter()
            .filter(|entry| !claimed(entry))
            .map(|entry| words::check(entry.check).0)
            .collect();
        if !unclaimed.is_empty() {
            let line = format!("  Not claimed by this mode: {}.\n", unclaimed.join(", "));
            out.push_str(&styled(DIM, line));
        }
        let judged = &receipt.judged_by;
        let mut table = Table::default();
        table.row([
            "judged by".into(),
            format!("runtime version {}, code {}", judged.spec_version, judged.code_hash),
        ]);
        table.row([
            "".into(),
            format!("policy version {}, rules {}", judged.policy_version, judged.policy),
        ]);
        table
            .row(["".into(), format!("trust roots and switches version {}", judged.trust_version)]);
        match &receipt.evidence {
            Some(at) => table.row([
                "evidence".into(),
                format!("block {}, extrinsic {}, digest {}", at.block, at.extrinsic, at.digest),
            ]),
            None => table.row(["evidence", "there is none"]),
        };
        out.push_str(&table.render());
    }
}

/// `text` without what could move a terminal: a model may write anything.
pub fn printable(text: &str) -> String {
    let harmless = |character: char| match character {
        '\n' | '\t' => character,
        character if character.is_control() => char::REPLACEMENT_CHARACTER,
        character => character,
    };
    text.chars().map(harmless).collect()
}

/// The table of standings, for a receipt that is or will be. Claims of which there is nothing to
/// say are named in one line.
pub fn table(cells: &[Cell], forgeable_by: Option<&Account>) -> String {
    let mut table = Table::new(&["claim", "standing", "rests on", "who can redo it"]);
    let (nothing, said): (Vec<&Cell>, Vec<&Cell>) =
        cells.iter().partition(|cell| cell.standing == Standing::NotApplicable);
    for cell in said {
        table.row([
            Text::from(words::claim(cell.claim)),
            Text(words::standing(cell, forgeable_by), style(cell)),
            words::basis(&cell.basis).into(),
            words::redo(cell.redo).into(),
        ]);
    }
    let mut out = table.render();
    if !nothing.is_empty() {
        let claims: Vec<_> = nothing.iter().map(|cell| words::claim(cell.claim)).collect();
        let line = format!("Not applicable: {}.", claims.join(", "));
        for piece in super::table::wrap(&line, 100) {
            out.push_str(&format!("  {}\n", styled(DIM, piece)));
        }
    }
    if let Some(by) = forgeable_by {
        let line = format!("{} is {}, who ran the setup.", super::short_account(by), account(by));
        out.push_str(&format!("  {}\n", styled(WARN, line)));
    }
    out
}

/// The colour of a cell. Green is for what needs nobody's word.
pub fn style(cell: &Cell) -> Style {
    match cell.standing {
        Standing::Absent | Standing::NotApplicable => DIM,
        Standing::Signed => WARN,
        Standing::Proven if cell.basis.contains(&Basis::ForgeableSetup) => WARN,
        Standing::Attested | Standing::Proven | Standing::Enforced => GOOD,
    }
}

/// "evidence X", in its colour.
pub fn grade(grade: Grade) -> String {
    let style = match grade {
        Grade::A | Grade::B => GOOD,
        Grade::C | Grade::D => WARN,
        Grade::E => BAD,
    };
    styled(style, words::grade(grade))
}

fn modes(receipt: &Receipt) -> String {
    let name = |mode: Option<Mode>, none: &str| mode.map_or(none.into(), |m| m.name().to_owned());
    format!(
        "asked for: {}, default: {}, achieved: {}",
        name(receipt.mode.asked, "none"),
        receipt.mode.default.name(),
        name(receipt.mode.achieved, "none"),
    )
}

fn blocks(receipt: &Receipt) -> String {
    let mut steps = vec![format!("requested {}", receipt.requested)];
    if let Some(lease) = &receipt.lease {
        steps.push(format!("leased from {}", lease.lease_block.0));
        if let Some(acknowledged) = lease.acknowledged {
            steps.push(format!("acknowledged {acknowledged}"));
        }
    }
    steps.push(format!("closed {}", receipt.closed));
    steps.push(format!("deadline {}", receipt.deadline));
    steps.join(", ")
}
