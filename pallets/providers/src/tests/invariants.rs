//! What holds whatever happens.

use crate::{capacity, mock::*, Providers as Records};
use opg_primitives::{
    ids::OffenceId,
    mode::Mode,
    traits::{Providers as _, SlashSplit},
};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Register { who: u8, bond: u128 },
    BondMore { who: u8, amount: u128 },
    Unbond { who: u8, amount: u128 },
    Withdraw { who: u8 },
    Leave { who: u8 },
    Serve { who: u8, model: u8 },
    StopServing { who: u8, model: u8 },
    Chill { who: u8 },
    Unchill { who: u8 },
    Silence { who: u8 },
    AddKey { who: u8, key: u8 },
    RemoveKey { who: u8, key: u8 },
    Lease { who: u8, amount: u128 },
    Settle,
    Fail { part: u128 },
    Wait { blocks: u32 },
}

fn any_step() -> impl Strategy<Value = Step> {
    let who = || 1..6u8;
    prop_oneof![
        4 => (who(), 900..9_000u128).prop_map(|(who, bond)| Step::Register { who, bond }),
        1 => (who(), 0..3_000u128).prop_map(|(who, amount)| Step::BondMore { who, amount }),
        2 => (who(), 0..5_000u128).prop_map(|(who, amount)| Step::Unbond { who, amount }),
        1 => who().prop_map(|who| Step::Withdraw { who }),
        1 => who().prop_map(|who| Step::Leave { who }),
        4 => (who(), 1..4u8).prop_map(|(who, model)| Step::Serve { who, model }),
        1 => (who(), 1..4u8).prop_map(|(who, model)| Step::StopServing { who, model }),
        1 => who().prop_map(|who| Step::Chill { who }),
        2 => who().prop_map(|who| Step::Unchill { who }),
        1 => who().prop_map(|who| Step::Silence { who }),
        1 => (who(), 0..3u8).prop_map(|(who, key)| Step::AddKey { who, key }),
        1 => (who(), 0..3u8).prop_map(|(who, key)| Step::RemoveKey { who, key }),
        6 => (who(), 0..4_000u128).prop_map(|(who, amount)| Step::Lease { who, amount }),
        2 => Just(Step::Settle),
        3 => (0..=100u128).prop_map(|part| Step::Fail { part }),
        4 => (1..30u32).prop_map(|blocks| Step::Wait { blocks }),
        1 => Just(Step::Wait { blocks: UNBONDING }),
    ]
}

/// Takes a step; `leases` are the open ones, provider and what is reserved. Returns what burned.
fn take(step: Step, leases: &mut Vec<(u8, u128)>, offences: &mut u32) -> u128 {
    // Many steps are refused; what counts is what is left behind.
    let _ = match step {
        Step::Register { who, bond } => Providers::register(signed(who), bond),
        Step::BondMore { who, amount } => Providers::bond_more(signed(who), amount),
        Step::Unbond { who, amount } => Providers::unbond(signed(who), amount),
        Step::Withdraw { who } => Providers::withdraw(signed(who)),
        Step::Leave { who } => Providers::leave(signed(who)),
        Step::Serve { who, model: n } => Providers::serve(signed(who), model(n), Mode::Plain, 5),
        Step::StopServing { who, model: n } => {
            Providers::stop_serving(signed(who), model(n), Mode::Plain)
        }
        Step::Chill { who } => Providers::chill(signed(who)),
        Step::Unchill { who } => Providers::unchill(signed(who)),
        Step::Silence { who } => {
            Providers::note_silence(&named(who));
            Ok(())
        }
        Step::AddKey { who, key } => {
            let (key, signature) = worker_key(key, who);
            Providers::add_worker_key(signed(who), key, signature)
        }
        Step::RemoveKey { who, key } => {
            Providers::remove_worker_key(signed(who), worker_key(key, who).0)
        }
        Step::Lease { who, amount } => {
            if Providers::reserve(&named(who), amount).is_ok() {
                leases.push((who, amount));
            }
            Ok(())
        }
        Step::Settle => {
            if let Some((who, amount)) = leases.pop() {
                Providers::release(&named(who), amount);
            }
            Ok(())
        }
        Step::Fail { part } => {
            let Some((who, amount)) = leases.pop() else { return 0 };
            *offences += 1;
            let mut offence = OffenceId([0; 32]);
            offence.0[..4].copy_from_slice(&offences.to_le_bytes());
            let amount_due = amount * part / 100;
            let split = SlashSplit {
                harmed: named(7),
                to_harmed: amount_due / 2,
                to_treasury: amount_due / 4,
            };
            // Both orders leave the same.
            let slashed = if part % 2 == 0 {
                Providers::release(&named(who), amount);
                Providers::slash(&named(who), offence, amount_due, split)
            } else {
                let slashed = Providers::slash(&named(who), offence, amount_due, split);
                Providers::release(&named(who), amount);
                slashed
            };
            assert_eq!(slashed.taken, amount_due, "a lease is covered by what it reserved");
            return slashed.burned;
        }
        Step::Wait { blocks } => {
            run_to(System::block_number() + blocks);
            Ok(())
        }
    };
    0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn leases_stay_covered_holds_equal_bonds_and_no_money_appears(
        factor in 1..4u32,
        steps in prop::collection::vec(any_step(), 1..80),
    ) {
        build_and_execute(|| {
            Factor::set(factor);
            let issued = Balances::total_issuance();
            let (mut leases, mut offences, mut burned) = (vec![], 0, 0);
            for step in steps {
                // With a factor above one a bond may not cover all its leases at once.
                if factor > 1 && matches!(step, Step::Fail { .. }) {
                    continue;
                }
                burned += take(step, &mut leases, &mut offences);
                for (who, provider) in Records::<Test>::iter() {
                    let open = leases.iter().filter(|(n, _)| account(*n) == who);
                    prop_assert_eq!(provider.reserved, open.map(|(_, amount)| amount).sum::<u128>());
                    prop_assert!(provider.reserved <= provider.bond * u128::from(factor));
                }
                prop_assert_eq!(Providers::do_try_state(), Ok(()));
            }
            prop_assert_eq!(Balances::total_issuance(), issued - burned);
            Ok(())
        })?;
    }

    #[test]
    fn the_parts_of_a_slash_add_up(taken: u128, to_harmed: u128, to_treasury: u128) {
        let split = SlashSplit { harmed: named(1), to_harmed, to_treasury };
        let parts = capacity::split(taken, &split);
        let sum = parts.to_harmed.checked_add(parts.to_treasury);
        let sum = sum.and_then(|sum| sum.checked_add(parts.burned));
        prop_assert_eq!(sum, Some(taken));
        prop_assert!(parts.to_harmed <= to_harmed && parts.to_treasury <= to_treasury);
    }

    #[test]
    fn a_slash_takes_exactly_what_is_asked_or_all_there_is(
        bond in 0..10_000u128,
        parts in prop::collection::vec(1..5_000u128, 0..8),
        reserved in 0..40_000u128,
        amount in 0..60_000u128,
        factor in 1..5u32,
    ) {
        let parts: Vec<_> = parts.into_iter().map(|amount| crate::Unbonding { amount, at: 9 }).collect();
        let mut provider = crate::Provider {
            bond,
            unbonding: parts.try_into().unwrap(),
            reserved: reserved.min(bond * u128::from(factor)),
            ..Default::default()
        };
        let (before, free) = (provider.on_hold(), provider.free(factor));
        let unbonding = before - bond;
        let taken = provider.take(amount, factor);
        prop_assert_eq!(taken, amount.min(before));
        prop_assert_eq!(provider.on_hold(), before - taken);
        prop_assert_eq!(provider.slashed, taken);
        if amount <= free + unbonding {
            prop_assert!(provider.reserved <= provider.capacity(factor));
        }
    }
}
