//! The table as people read it, compared with the file in `docs/`. `UPDATE_GOLDEN=1` writes the file
//! anew; read the difference before you commit it.

use super::{
    case::{Case, Payer, Verdict},
    Section,
};
use crate::{constants::currency::OPG, AllPalletsWithSystem};
use frame_support::traits::PalletsInfoAccess;
use opg_primitives::request::Outcome;
use sp_runtime::{transaction_validity::TransactionValidityError, DispatchError};
use std::{fmt::Write, path::PathBuf};

/// What stands above the table.
const HEAD: &str = "\
# Refusals

What the chain refuses, and who loses what by it. `runtime/src/tests/refusals/` tries each row on the
real runtime, in real blocks, with real proofs of the digits model and an enclave that was registered
by a document of the development vendor, and compares the error, every amount to the last unit and the
number of receipts; after each row the state of every pallet is checked. The same test writes this
file, so do not edit it:

    UPDATE_GOLDEN=1 cargo test -p opg-runtime refusals

Amounts are in OPG and show what the one block of the act changed. `requester`, `provider` and
`owner` is what the account can spend, `hold` what is held of the requester's, `bond` the provider's,
`burned` what left the issuance. `fee` is what the transaction costs whoever is named in `fee by`: it
depends on weight and length, and goes to the treasury by four fifths and to the block's author.
A feeless call costs nothing, whatever comes of it.

The requester lets 3 OPG be held for an answer that costs 2. Of these the model's owner gets 10 %, 2 %
go to the treasury, 3 % burn. The lease reserves 3 OPG of the provider's bond, price and compensation
cap, which is the most that bad evidence can cost it. A named provider has the only attempt, so its
bad answer ends the request and frees the hold; a drawn one is followed by another.

What an enclave rests on can be revoked, and its code's approval withdrawn. Where that is decided once
the provider acknowledged, its bond does not answer for the answer that then comes. Where it was decided
before, whatever else was decided after, or where a document or an approval ran out as it said it would,
the bond answers.
";

const COLUMNS: [&str; 11] = [
    "case",
    "what comes of it",
    "fee by",
    "requester",
    "provider",
    "owner",
    "treasury",
    "burned",
    "hold",
    "bond",
    "receipts",
];

/// The whole document.
pub fn render(sections: &[Section]) -> String {
    let mut text = HEAD.to_owned();
    for Section { title, cases } in sections {
        let rule = COLUMNS.map(|_| "---".to_owned());
        writeln!(text, "\n## {title}\n").expect("a string takes everything");
        let rows = cases.iter().map(|case| line(&cells(case)));
        text.push_str(&line(&COLUMNS.map(str::to_owned)));
        text.push_str(&line(&rule));
        text.extend(rows);
    }
    text
}

fn line(cells: &[String; 11]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn cells(case: &Case) -> [String; 11] {
    let (change, payer) = (&case.change, case.payer);
    let fee = |of: Payer| if payer == of { "- fee" } else { "" };
    let share = if payer == Payer::Nobody { "" } else { "+ 80 % of the fee" };
    let fee_by = match payer {
        Payer::Nobody => "nobody",
        Payer::Requester => "requester",
        Payer::Provider => "provider",
        Payer::Outsider => "outsider",
    };
    [
        case.name.clone(),
        verdict(&case.verdict),
        fee_by.to_owned(),
        amount(change.requester, fee(Payer::Requester)),
        amount(change.provider, fee(Payer::Provider)),
        amount(change.owner, ""),
        amount(change.treasury, share),
        amount(change.burned, ""),
        amount(change.hold, ""),
        amount(change.bond, ""),
        match change.receipts {
            0 => "0".to_owned(),
            more => format!("{more:+}"),
        },
    ]
}

fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Invalid(refused) => match TransactionValidityError::from(*refused) {
            TransactionValidityError::Invalid(code) => {
                format!("not valid: `{code:?}`, {refused:?}")
            }
            TransactionValidityError::Unknown(code) => format!("not valid: `{code:?}`"),
        },
        Verdict::Undecodable => "no transaction: does not decode".to_owned(),
        Verdict::Fails(error) => format!("the call fails: `{}`", name(error)),
        Verdict::FailsWithin(error) => format!("the call within fails: `{}`", name(error)),
        Verdict::Ends(Outcome::Settled) => "the request ends: `Settled`".to_owned(),
        Verdict::Ends(outcome) => format!("the lease ends: `{outcome:?}`"),
    }
}

fn name(error: &DispatchError) -> String {
    let DispatchError::Module(module) = error else { return format!("{error:?}") };
    let pallets = AllPalletsWithSystem::infos();
    let pallet = pallets.iter().find(|pallet| pallet.index == usize::from(module.index));
    let pallet = pallet.map_or("unknown", |pallet| pallet.name);
    format!("{pallet}::{}", module.message.unwrap_or("unknown"))
}

/// `units` in OPG, and `fee` beside it.
fn amount(units: i128, fee: &str) -> String {
    match (units, fee) {
        (0, "") => "0".to_owned(),
        (0, fee) => fee.to_owned(),
        (units, "") => opg(units),
        (units, fee) => format!("{} {fee}", opg(units)),
    }
}

fn opg(units: i128) -> String {
    let sign = if units < 0 { '-' } else { '+' };
    let (whole, rest) = (units.unsigned_abs() / OPG, units.unsigned_abs() % OPG);
    let decimals = format!("{rest:018}");
    match decimals.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        decimals => format!("{sign}{whole}.{decimals}"),
    }
}

/// Compares `text` with the committed file.
pub fn compare(text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/refusals.md");
    opg_tests::golden::compare(&path, text);
}
