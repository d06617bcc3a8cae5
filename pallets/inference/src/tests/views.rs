//! What the pallet tells without a transaction.

use crate::{mock::*, types::Eligibility};
use opg_primitives::{
    claims::{Basis, Claim, Standing},
    ids::{Account, ModelId, RequestId},
    mode::{Mode, ModeSet},
    model::Setup,
    request::Input,
    standing::Grade,
};

#[test]
fn an_open_request_is_shown_with_its_bytes() {
    run(|| {
        let id = Asking { parameters: vec![5], ..Asking::named() }.id();
        let view = Inference::open_request(id).unwrap();
        assert_eq!(view.request, stored(id));
        assert_eq!(view.input, Input::Public(vec![1, 2, 3, 4].try_into().unwrap()));
        assert_eq!(view.parameters[..], [5]);
        assert_eq!(Inference::open_request(RequestId([9; 32])), None);
    });
}

#[test]
fn the_open_leases_of_a_provider_are_listed_until_they_end() {
    run(|| {
        let (one, _two) = (Asking::named().id(), Asking::named().id());
        assert_eq!(Inference::open_leases(PROVIDER).len(), 2);
        assert_eq!(Inference::open_leases(SECOND), []);
        acknowledged(one);
        settled(one);
        assert_eq!(Inference::open_leases(PROVIDER).len(), 1);
    });
}

#[test]
fn a_preview_tells_what_the_request_then_pays() {
    run(|| {
        let preview = Inference::preview(MODEL, None, Some(PROVIDER), MAX_PRICE).unwrap();
        assert_eq!(preview.mode, Mode::Plain);
        assert!(preview.accepted);
        assert_eq!(preview.provider, Some(Eligibility::Eligible { price: PRICE }));
        let before = money();
        Asking { deadline: preview.latest_deadline - 1, ..Asking::named() }.id();
        assert_eq!(
            before.requester - money().requester,
            MAX_PRICE + preview.prepaid + preview.burned
        );
        assert_eq!(preview.policy, rules_now().digest(&class(), 0));
    });
}

#[test]
fn a_deadline_from_a_preview_is_accepted_in_the_next_block() {
    for named in [None, Some(PROVIDER)] {
        run(|| {
            let preview = Inference::preview(MODEL, None, named, MAX_PRICE).unwrap();
            next_block();
            Asking { deadline: preview.earliest_deadline, named, ..Asking::default() }.id();
            Asking { deadline: preview.latest_deadline, named, ..Asking::default() }.id();
            let preview = Inference::preview(MODEL, Some(Mode::Tee), named, MAX_PRICE).unwrap();
            next_block();
            let deadline = preview.earliest_private_deadline;
            Asking { deadline, named, ..Asking::private() }.id();
            let early = Asking { deadline: deadline - 1, named, ..Asking::private() };
            assert_eq!(early.ask(), Err(crate::Error::<Test>::DeadlineTooSoon.into()));
        });
    }
}

#[test]
fn the_table_of_a_preview_is_that_of_the_mode() {
    run(|| {
        let of = |mode| Inference::preview(MODEL, Some(mode), None, MAX_PRICE).unwrap();
        let cell =
            |mode, claim| of(mode).table.into_iter().find(|cell| cell.claim == claim).unwrap();
        assert_eq!(cell(Mode::Plain, Claim::Execution).standing, Standing::Signed);
        let proven = cell(Mode::ZkMl, Claim::Execution);
        assert_eq!(proven.standing, Standing::Proven);
        assert!(proven.basis.contains(&Basis::ForgeableSetup));
        assert_eq!((of(Mode::Plain).grade, of(Mode::ZkMl).grade), (Grade::E, Grade::C));
    });
}

#[test]
fn a_preview_counts_a_setup_by_who_is_paid_against_the_grade() {
    run(|| {
        let set = |setup| change(|world| world.keys.get_mut(&(MODEL, 0)).unwrap().setup = setup);
        let grade = |provider| {
            Inference::preview(MODEL, Some(Mode::ZkMl), provider, MAX_PRICE).unwrap().grade
        };
        set(Setup::Transparent);
        assert_eq!(grade(None), Grade::A);
        set(Setup::Sole(OWNER));
        assert_eq!(grade(None), Grade::E);
        change(|world| world.models.get_mut(&MODEL).unwrap().royalty = 0);
        assert_eq!((grade(None), grade(Some(OWNER))), (Grade::C, Grade::E));
        set(Setup::Sole(PROVIDER));
        assert_eq!((grade(None), grade(Some(PROVIDER))), (Grade::C, Grade::E));
    });
}

#[test]
fn a_preview_of_an_enclaves_answer_promises_nothing_of_the_enclave() {
    run(|| {
        let mut rules = rules_now();
        rules.floor.modes = ModeSet::of(&[Mode::Tee]);
        rules.floor.least = vec![(Claim::Execution, Standing::Attested)].try_into().unwrap();
        rules.default = Mode::Tee;
        enact(rules);
        let preview = Inference::preview(MODEL, None, Some(PROVIDER), MAX_PRICE).unwrap();
        // Whether the floor is met depends on which enclave answers.
        assert!(preview.accepted);
        assert!(preview.table.iter().all(|cell| cell.standing != Standing::Attested));
        assert_eq!(preview.grade, Grade::E);
    });
}

#[test]
fn a_preview_names_what_stands_in_the_way() {
    run(|| {
        let ask = |mode, provider, max_price| {
            Inference::preview(MODEL, mode, provider, max_price).unwrap()
        };
        change(|world| world.disabled.insert(Mode::Tee));
        assert!(!ask(Some(Mode::Tee), None, MAX_PRICE).accepted);
        assert_eq!(ask(None, Some(PROVIDER), 1).provider, Some(Eligibility::TooExpensive));
        assert_eq!(ask(None, Some(OTHER), MAX_PRICE).provider, Some(Eligibility::NotRegistered));
        change(|world| world.disabled.insert(Mode::Plain));
        assert!(!ask(None, None, MAX_PRICE).accepted);
        let mut rules = rules_now();
        rules.provider_may_be_named = false;
        rules.floor.modes = ModeSet::of(&[Mode::ZkMl]);
        enact(rules);
        assert!(ask(Some(Mode::ZkMl), None, MAX_PRICE).accepted);
        assert!(!ask(Some(Mode::ZkMl), Some(PROVIDER), MAX_PRICE).accepted);
    });
}

#[test]
fn there_is_no_preview_of_what_is_unknown() {
    run(|| {
        assert_eq!(Inference::preview(ModelId([9; 32]), None, None, 1), None);
        let _ = Account::default();
    });
}
