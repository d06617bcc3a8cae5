//! Verifying keys, and who is named in their setup.

use crate::{mock::*, BadKey, Error, Event, MAX_KEYS};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    evidence::ProofSystem,
    ids::{Account, ModelId},
    mode::{Mode, ModeSet},
    model::{Setup, VerifyingKey},
    traits::Models as _,
};

const SYSTEM: ProofSystem = ProofSystem::Groth16Bls12381;

/// Whom the chain tells to have taken part in key 0 of `model`.
fn contributors(model: &ModelId) -> Vec<Account> {
    match Models::verifying_key(model, 0).unwrap().setup {
        Setup::Ceremony { contributors, .. } => contributors.to_vec(),
        other => panic!("not a ceremony: {other:?}"),
    }
}

#[test]
fn keys_have_versions_from_0_without_gaps() {
    build_and_execute(|| {
        let id = registered(7);
        for version in 0..3 {
            assert_ok!(add_key(id, sole(1)));
            System::assert_last_event(
                Event::KeyAdded { model: id, key: version, system: SYSTEM }.into(),
            );
            assert_eq!(Models::latest_key(&id), Some(version));
            let stored = VerifyingKey { version, system: SYSTEM, bytes: key(100), setup: sole(1) };
            assert_eq!(Models::verifying_key(&id, version), Some(stored));
        }
        assert_eq!(Models::verifying_key(&id, 3), None);
    });
}

#[test]
fn a_key_costs_a_deposit_by_its_bytes() {
    build_and_execute(|| {
        let id = registered(7);
        let before = held(1);
        assert_ok!(Models::add_key(signed(1), id, SYSTEM, key(100), sole(1)));
        let short = held(1) - before;
        assert_ok!(Models::add_key(signed(1), id, SYSTEM, key(160), sole(1)));
        // The length of 160 bytes takes one byte more than that of 100 does not: both take two.
        assert_eq!(held(1) - before - short, short + 60 * 10);
    });
}

#[test]
fn a_key_for_another_number_of_public_inputs_is_refused() {
    build_and_execute(|| {
        let id = registered(7);
        let refused = Error::<Test>::KeyRefused(BadKey::WrongInputCount);
        let other = vec![4, 0].try_into().unwrap();
        assert_noop!(Models::add_key(signed(1), id, SYSTEM, other, sole(1)), refused);
    });
}

#[test]
fn what_is_not_a_key_is_refused() {
    build_and_execute(|| {
        let id = registered(7);
        let refused = || Error::<Test>::KeyRefused(BadKey::Malformed);
        for bytes in [vec![], vec![3, 1]] {
            let bytes = bytes.try_into().unwrap();
            assert_noop!(Models::add_key(signed(1), id, SYSTEM, bytes, sole(1)), refused());
        }
    });
}

#[test]
fn a_key_of_a_system_that_is_switched_off_is_refused() {
    build_and_execute(|| {
        let id = registered(7);
        let refused = Error::<Test>::KeyRefused(BadKey::SystemDisabled);
        let bytes = vec![3, 255].try_into().unwrap();
        assert_noop!(Models::add_key(signed(1), id, SYSTEM, bytes, sole(1)), refused);
    });
}

#[test]
fn nobody_but_the_owner_adds_a_key() {
    build_and_execute(|| {
        let id = registered(7);
        assert_noop!(
            Models::add_key(signed(2), id, SYSTEM, key(100), sole(2)),
            Error::<Test>::NotOwner
        );
    });
}

#[test]
fn a_model_that_cannot_be_proven_takes_no_key() {
    build_and_execute(|| {
        let plain = Registration { modes: ModeSet::of(&[Mode::Plain]), ..Registration::number(1) };
        assert_ok!(plain.by(1));
        let id = ingredients(1).model_id();
        assert_noop!(add_key(id, sole(1)), Error::<Test>::NotProvable);
    });
}

#[test]
fn a_retired_model_takes_no_key() {
    build_and_execute(|| {
        let id = registered(7);
        assert_ok!(Models::retire(signed(1), id));
        assert_noop!(add_key(id, sole(1)), Error::<Test>::AlreadyRetired);
    });
}

#[test]
fn one_key_too_many_is_refused() {
    build_and_execute(|| {
        let id = registered(7);
        for _ in 0..MAX_KEYS {
            assert_ok!(add_key(id, sole(1)));
        }
        assert_noop!(add_key(id, sole(1)), Error::<Test>::TooManyKeys);
    });
}

#[test]
fn a_sole_setup_blames_nobody_but_the_signer() {
    build_and_execute(|| {
        let id = registered(7);
        assert_noop!(add_key(id, sole(2)), Error::<Test>::SoleIsNotSigner);
    });
}

#[test]
fn a_system_with_a_secret_is_never_transparent() {
    build_and_execute(|| {
        let id = registered(7);
        assert_noop!(add_key(id, Setup::Transparent), Error::<Test>::NotTransparent);
    });
}

#[test]
fn a_ceremony_of_none_of_one_or_of_one_named_twice_is_refused() {
    build_and_execute(|| {
        let id = registered(7);
        for named in [&[][..], &[1], &[1, 1], &[1, 2, 1]] {
            assert_noop!(add_key(id, ceremony(named)), Error::<Test>::BadCeremony);
        }
    });
}

#[docify::export]
#[test]
fn a_contributor_counts_once_it_says_so_itself() {
    build_and_execute(|| {
        let id = registered(7);
        assert_ok!(add_key(id, ceremony(&[2, 3])));
        assert_eq!(contributors(&id), []);

        assert_ok!(Models::confirm_contribution(signed(3), id, 0));
        assert_eq!(contributors(&id), [Account([3; 32])]);
        assert_eq!(Models::unconfirmed_contributors(id, 0), [Account([2; 32])]);
    });
}

#[test]
fn an_owner_that_took_part_confirms_by_adding_the_key() {
    build_and_execute(|| {
        let id = registered(7);
        assert_ok!(add_key(id, ceremony(&[2, 1])));
        assert_eq!(contributors(&id), [Account([1; 32])]);
        assert_noop!(
            Models::confirm_contribution(signed(1), id, 0),
            Error::<Test>::AlreadyConfirmed
        );
    });
}

#[test]
fn a_confirmation_is_told_by_an_event() {
    build_and_execute(|| {
        let id = registered(7);
        assert_ok!(add_key(id, ceremony(&[2, 3])));
        assert_ok!(Models::confirm_contribution(signed(2), id, 0));
        let contributor = account(2);
        System::assert_last_event(
            Event::ContributionConfirmed { model: id, key: 0, contributor }.into(),
        );
    });
}

#[test]
fn who_is_not_named_confirms_nothing() {
    build_and_execute(|| {
        let id = registered(7);
        assert_ok!(add_key(id, ceremony(&[1, 2])));
        assert_ok!(add_key(id, sole(1)));
        for (n, key) in [(3, 0), (1, 1)] {
            assert_noop!(
                Models::confirm_contribution(signed(n), id, key),
                Error::<Test>::NotContributor
            );
        }
    });
}

#[test]
fn a_key_that_does_not_exist_is_not_confirmed() {
    build_and_execute(|| {
        let id = registered(7);
        assert_noop!(Models::confirm_contribution(signed(1), id, 0), Error::<Test>::UnknownKey);
    });
}

#[test]
fn readers_see_all_keys_with_who_confirmed() {
    build_and_execute(|| {
        let id = registered(7);
        assert_ok!(add_key(id, sole(1)));
        assert_ok!(add_key(id, ceremony(&[1, 2])));
        let setups: Vec<_> = Models::verifying_keys(id).into_iter().map(|key| key.setup).collect();
        let Setup::Ceremony { contributors, .. } = &setups[1] else { panic!("{setups:?}") };
        assert_eq!((&setups[0], contributors.len()), (&sole(1), 1));
    });
}
