//! What came of the cells, and the table of it.

use crate::cell::Cell;
use opg_primitives::{receipt::Receipt, request::Outcome, Balance};
use std::{cell::RefCell, fmt::Write};

/// One OPG, in the units that the chain counts in.
pub const OPG: Balance = 1_000_000_000_000_000_000;

/// What came of a request.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its receipts, by attempt.
    pub receipts: Vec<Receipt>,
    /// What was held.
    pub held: Balance,
    /// What of it came back.
    pub released: Balance,
    /// What the requester was compensated.
    pub compensation: Balance,
    /// What providers' bonds answered with.
    pub slashed: Balance,
}

impl Seen {
    /// Its line of the table, behind what failed.
    fn columns(&self) -> String {
        let outcomes: Vec<_> =
            self.receipts.iter().map(|receipt| outcome(receipt.outcome)).collect();
        let blocks =
            self.receipts.last().map_or(0, |last| last.closed.saturating_sub(last.requested));
        format!(
            "{} | {} | {} of {} | {} | {} | {blocks}",
            outcomes.join(", "),
            self.receipts.len(),
            amount(self.released),
            amount(self.held),
            amount(self.compensation),
            amount(self.slashed),
        )
    }
}

/// The cells that were tried.
#[derive(Debug, Default)]
pub struct Table(RefCell<Vec<(Cell, anyhow::Result<Seen>)>>);

impl Table {
    /// Fills a cell.
    pub fn fill(&self, cell: Cell, seen: anyhow::Result<Seen>) {
        self.0.borrow_mut().push((cell, seen));
    }

    /// Takes what came of a cell; none if it was not reached.
    pub fn take(&self, cell: Cell) -> Option<anyhow::Result<Seen>> {
        let mut filled = self.0.borrow_mut();
        let place = filled.iter().position(|(known, _)| *known == cell)?;
        Some(filled.remove(place).1)
    }
}

/// The table in Markdown.
pub fn markdown(lines: &[(Cell, Seen)]) -> String {
    let mut out = String::from(
        "| component | step | fault | outcome of each attempt | attempts | refund, OPG | \
         compensation, OPG | slash, OPG | blocks |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for (cell, seen) in lines {
        // Writing to a string does not fail.
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            cell.component,
            cell.step,
            cell.fault,
            seen.columns()
        );
    }
    out
}

fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Declined(reason) => format!("`Declined({reason:?})`"),
        other => format!("`{other:?}`"),
    }
}

/// An amount in OPG, to the last unit.
pub fn amount(units: Balance) -> String {
    let (whole, rest) = (units / OPG, units % OPG);
    let fraction = format!("{rest:018}");
    match fraction.trim_end_matches('0') {
        "" => whole.to_string(),
        digits => format!("{whole}.{digits}"),
    }
}
