//! Who gets what of a price: pure arithmetic, for the runtime that pays and for whoever audits it.

use crate::Balance;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// One million: what rates and royalties are parts of.
pub const MILLION: u32 = 1_000_000;

/// The parts of a price that go neither to the provider nor to the model's owner, in parts per
/// million.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rates {
    /// Burned.
    pub burn: u32,
    /// To the treasury.
    pub treasury: u32,
}

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
fn part(amount: Balance, parts: u32) -> Balance {
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
    }
}
