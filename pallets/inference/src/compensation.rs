//! What a harmed requester gets of a slash: pure arithmetic, no storage.

use opg_primitives::Balance;

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

    #[test]
    fn compensation_is_bounded_by_cap_and_by_what_was_paid() {
        assert_eq!(compensation(100, 0, 30), 30);
        assert_eq!(compensation(100, 80, 30), 20);
        assert_eq!(compensation(100, 200, 30), 0);
    }

    proptest! {
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
