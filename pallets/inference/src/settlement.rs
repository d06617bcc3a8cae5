//! Who gets what: pure arithmetic, no storage.

use crate::types::Rates;
use opg_primitives::Balance;

/// One million: what rates are parts of.
pub const MILLION: u32 = 1_000_000;

/// A price, cut up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// To the provider.
    pub provider: Balance,
    /// To the model's owner.
    pub owner: Balance,
    /// To the treasury.
    pub treasury: Balance,
    /// Burned: the burned part, and whatever rounding leaves.
    pub burned: Balance,
}

/// `amount * parts / 1_000_000`, rounded down, without leaving 128 bits. `parts` above a million
/// count as a million.
pub fn part(amount: Balance, parts: u32) -> Balance {
    let (parts, million) = (Balance::from(parts.min(MILLION)), Balance::from(MILLION));
    let whole = amount.checked_div(million).unwrap_or_default();
    let rest = amount.checked_rem(million).unwrap_or_default();
    // whole * parts <= amount, and rest * parts < 10^12.
    whole
        .saturating_mul(parts)
        .saturating_add(rest.saturating_mul(parts).checked_div(million).unwrap_or_default())
}

/// Cuts up `price`. The royalty is `royalty` parts per million, at most what burn and treasury
/// leave; the provider gets the rest. Each part is rounded down and what is left is burned, so that
/// rounding favours nobody who is paid. The parts add up to `price`.
pub fn split(price: Balance, royalty: u32, rates: Rates) -> Split {
    let burn = rates.burn.min(MILLION);
    let treasury = rates.treasury.min(MILLION.saturating_sub(burn));
    let claimable = MILLION.saturating_sub(burn).saturating_sub(treasury);
    let royalty = royalty.min(claimable);
    let paid = Split {
        provider: part(price, claimable.saturating_sub(royalty)),
        owner: part(price, royalty),
        treasury: part(price, treasury),
        burned: 0,
    };
    let burned = price
        .saturating_sub(paid.provider)
        .saturating_sub(paid.owner)
        .saturating_sub(paid.treasury);
    Split { burned, ..paid }
}

/// What a requester may still be compensated: at most what it paid and cannot get back, less what
/// it was compensated before, and at most `cap`. Since it never exceeds what was paid, a requester
/// and a provider in league lose by every slash that they provoke.
pub fn compensation(unrefundable: Balance, compensated: Balance, cap: Balance) -> Balance {
    unrefundable.saturating_sub(compensated).min(cap)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RATES: Rates = Rates { burn: 50_000, treasury: 50_000 };

    #[test]
    fn a_price_is_cut_up_by_its_rates() {
        assert_eq!(
            split(1_000_000, 100_000, RATES),
            Split { provider: 800_000, owner: 100_000, treasury: 50_000, burned: 50_000 }
        );
    }

    #[test]
    fn what_rounding_leaves_is_burned() {
        assert_eq!(
            split(19, 100_000, RATES),
            Split { provider: 15, owner: 1, treasury: 0, burned: 3 }
        );
    }

    #[test]
    fn a_royalty_above_what_is_left_takes_no_more_than_that() {
        assert_eq!(split(100, MILLION, RATES).provider, 0);
        assert_eq!(split(100, MILLION, RATES).owner, 90);
    }

    #[test]
    fn compensation_is_bounded_by_cap_and_by_what_was_paid() {
        assert_eq!(compensation(100, 0, 30), 30);
        assert_eq!(compensation(100, 80, 30), 20);
        assert_eq!(compensation(100, 200, 30), 0);
    }

    proptest! {
        #[test]
        fn the_parts_add_up_to_the_price(
            price: Balance, royalty: u32, burn: u32, treasury: u32,
        ) {
            let cut = split(price, royalty, Rates { burn, treasury });
            let sum = cut.provider.checked_add(cut.owner)
                .and_then(|sum| sum.checked_add(cut.treasury))
                .and_then(|sum| sum.checked_add(cut.burned));
            prop_assert_eq!(sum, Some(price));
        }

        #[test]
        fn no_claimant_gets_more_than_its_exact_part(
            price in 0..Balance::MAX / 1_000_000, royalty in 0..=900_000u32,
        ) {
            let cut = split(price, royalty, RATES);
            let exact = |parts: u32| price * Balance::from(parts);
            prop_assert!(cut.owner * 1_000_000 <= exact(royalty));
            prop_assert!(cut.provider * 1_000_000 <= exact(900_000 - royalty));
            prop_assert!(cut.treasury * 1_000_000 <= exact(50_000));
            prop_assert!(cut.burned * 1_000_000 >= exact(50_000));
        }

        #[test]
        fn compensations_never_add_up_to_more_than_was_paid(
            paid in 0..1_000_000u128, caps in proptest::collection::vec(0..1_000_000u128, 0..8),
        ) {
            let mut got = 0;
            for cap in caps {
                got += compensation(paid, got, cap);
            }
            prop_assert!(got <= paid);
        }
    }
}
