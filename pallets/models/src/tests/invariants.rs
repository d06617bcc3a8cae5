//! What holds whatever happens: deposits are for what is stored, whoever does what.

use crate::mock::*;
use opg_primitives::evidence::ProofSystem;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Register { model: u8, by: u8, allowed: u8 },
    AddKey { model: u8, by: u8, len: usize, ceremony: bool },
    Confirm { model: u8, by: u8, key: u32 },
    SetAccess { model: u8, by: u8, allowed: u8 },
    Retire { model: u8, by: u8 },
    Remove { model: u8, by: u8 },
    Wait,
}

fn any_step() -> impl Strategy<Value = Step> {
    let who = || (0..3u8, 1..4u8);
    prop_oneof![
        (who(), 0..9u8).prop_map(|((model, by), allowed)| Step::Register { model, by, allowed }),
        (who(), 1..500usize, any::<bool>()).prop_map(|((model, by), len, ceremony)| Step::AddKey {
            model,
            by,
            len,
            ceremony
        }),
        (who(), 0..4u32).prop_map(|((model, by), key)| Step::Confirm { model, by, key }),
        (who(), 0..9u8).prop_map(|((model, by), allowed)| Step::SetAccess { model, by, allowed }),
        who().prop_map(|(model, by)| Step::Retire { model, by }),
        who().prop_map(|(model, by)| Step::Remove { model, by }),
        Just(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// The helper checks state and holds after the last step.
    #[test]
    fn deposits_are_for_what_is_stored_and_no_money_is_lost(
        steps in prop::collection::vec(any_step(), 1..40)
    ) {
        build_and_execute(|| {
            for step in steps {
                let id = |n| ingredients(n).model_id();
                // Most steps are refused at some time; what counts is what is left behind.
                let _ = match step {
                    Step::Register { model, by, allowed } => {
                        Registration { access: list(0..allowed), ..Registration::number(model) }.by(by)
                    }
                    Step::AddKey { model, by, len, ceremony: true } => Models::add_key(
                        signed(by), id(model), ProofSystem::Groth16Bls12381, key(len), ceremony(&[by, 9]),
                    ),
                    Step::AddKey { model, by, len, ceremony: false } => Models::add_key(
                        signed(by), id(model), ProofSystem::Groth16Bls12381, key(len), sole(by),
                    ),
                    Step::Confirm { model, by, key } => {
                        Models::confirm_contribution(signed(by), id(model), key)
                    }
                    Step::SetAccess { model, by, allowed } => {
                        Models::set_access(signed(by), id(model), list(0..allowed))
                    }
                    Step::Retire { model, by } => Models::retire(signed(by), id(model)),
                    Step::Remove { model, by } => Models::remove(signed(by), id(model)),
                    Step::Wait => {
                        System::set_block_number(System::block_number() + REMOVAL_DELAY);
                        Ok(())
                    }
                };
            }
            for n in 1..=3 {
                prop_assert_eq!(Balances::free_balance(account(n)) + held(n), ENDOWMENT);
            }
            Ok(())
        })?;
    }
}
