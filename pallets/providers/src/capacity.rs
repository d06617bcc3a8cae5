//! What a bond can carry, and what a slash takes of it. Pure: no storage is read.

use crate::types::Provider;
use opg_primitives::{
    traits::{SlashSplit, Slashed},
    Balance, BlockNumber,
};

impl Provider {
    /// What open leases may reserve in all.
    pub fn capacity(&self, factor: u32) -> Balance {
        self.bond.saturating_mul(factor.into())
    }

    /// What further leases may reserve.
    pub fn left(&self, factor: u32) -> Balance {
        self.capacity(factor).saturating_sub(self.reserved)
    }

    /// The part of the bond that no lease reserves. Rounds against the provider.
    pub fn free(&self, factor: u32) -> Balance {
        let factor = Balance::from(factor);
        let whole = self.reserved.checked_div(factor).unwrap_or(self.reserved);
        let rest = self.reserved.checked_rem(factor).unwrap_or_default();
        let covered = whole.saturating_add(Balance::from(rest > 0));
        self.bond.saturating_sub(covered)
    }

    /// All that is on hold: the bond with what is unbonding.
    pub fn on_hold(&self) -> Balance {
        self.unbonding.iter().fold(self.bond, |sum, part| sum.saturating_add(part.amount))
    }

    /// Takes what has matured at `now` out of the queue, and returns how much that is.
    pub fn mature(&mut self, now: BlockNumber) -> Balance {
        let matured = self.unbonding.iter().filter(|part| part.at <= now);
        let sum = matured.fold(0, |sum: Balance, part| sum.saturating_add(part.amount));
        self.unbonding.retain(|part| part.at > now);
        sum
    }

    /// Takes at most `amount` from all that is on hold, and returns how much it took: first what no
    /// lease reserves, then what is unbonding, the newest first, and what leases reserve at last. A
    /// slash of no more than its own lease had reserved thus never takes what another one reserves.
    pub fn take(&mut self, amount: Balance, factor: u32) -> Balance {
        let mut due = amount;
        let free = self.free(factor).min(due);
        self.bond = self.bond.saturating_sub(free);
        due = due.saturating_sub(free);
        for part in self.unbonding.iter_mut().rev() {
            let cut = part.amount.min(due);
            part.amount = part.amount.saturating_sub(cut);
            due = due.saturating_sub(cut);
        }
        self.unbonding.retain(|part| part.amount > 0);
        let rest = self.bond.min(due);
        self.bond = self.bond.saturating_sub(rest);
        let taken = amount.saturating_sub(due.saturating_sub(rest));
        self.slashed = self.slashed.saturating_add(taken);
        taken
    }
}

/// Who gets what of `taken`: the harmed one first, then the treasury; what is left burns. The parts
/// add up to `taken`.
pub fn split(taken: Balance, split: &SlashSplit) -> Slashed {
    let to_harmed = split.to_harmed.min(taken);
    let rest = taken.saturating_sub(to_harmed);
    let to_treasury = split.to_treasury.min(rest);
    let burned = rest.saturating_sub(to_treasury);
    Slashed { taken, to_harmed, to_treasury, burned }
}
