//! What referenda can be about.

use super::chain::{genesis, happened};
use crate::{
    configs::governance::{origins::Origin, tracks::TracksInfo, TreasurerLimit},
    constants::currency::OPG,
    genesis_config_presets::LOCAL,
    Balances, OriginCaller, Preimage, Referenda, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin,
    System, Treasury,
};
use frame_support::{
    assert_noop, assert_ok,
    traits::{fungible::Mutate, schedule::DispatchTime, StorePreimage},
};
use pallet_referenda::TracksInfo as _;
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use sp_runtime::DispatchError;

fn origins() -> Vec<OriginCaller> {
    vec![
        OriginCaller::system(frame_system::RawOrigin::Root),
        Origin::PolicyAdmin.into(),
        Origin::Treasurer.into(),
        Origin::ReferendumCanceller.into(),
    ]
}

#[test]
fn each_origin_has_a_track_of_its_own() {
    assert_eq!(TracksInfo::check_integrity(), Ok(()));
    let mut tracks: Vec<_> =
        origins().iter().map(|origin| TracksInfo::track_for(origin).expect("has one")).collect();
    tracks.dedup();
    assert_eq!(tracks, TracksInfo::track_ids().collect::<Vec<_>>());
    let signed = OriginCaller::system(frame_system::RawOrigin::Signed(Alice.to_account_id()));
    assert_eq!(TracksInfo::track_for(&signed), Err(()));
}

#[test]
fn anyone_can_propose_for_each_origin() {
    genesis(LOCAL).execute_with(|| {
        System::set_block_number(1);
        for origin in origins() {
            let call = RuntimeCall::System(frame_system::Call::remark { remark: vec![1] });
            let proposal = Preimage::bound(call).expect("is short");
            assert_ok!(Referenda::submit(
                RuntimeOrigin::signed(Alice.to_account_id()),
                Box::new(origin),
                proposal,
                DispatchTime::After(1),
            ));
        }
        assert_eq!(pallet_referenda::ReferendumCount::<Runtime>::get(), 4);
    });
}

#[test]
fn the_treasurer_spends_up_to_a_limit_and_nobody_else_spends() {
    genesis(LOCAL).execute_with(|| {
        System::set_block_number(1);
        assert_ok!(Balances::mint_into(&Treasury::account_id(), 200_000 * OPG));
        let spend = |origin: RuntimeOrigin, amount| {
            Treasury::spend(origin, Box::new(()), amount, Box::new(Bob.to_account_id()), None)
        };
        let treasurer = || RuntimeOrigin::from(Origin::Treasurer);
        assert_ok!(spend(treasurer(), TreasurerLimit::get()));
        assert!(spend(treasurer(), TreasurerLimit::get() + 1).is_err());
        assert_noop!(
            spend(RuntimeOrigin::signed(Alice.to_account_id()), 1),
            DispatchError::BadOrigin
        );
        assert_noop!(spend(RuntimeOrigin::from(Origin::PolicyAdmin), 1), DispatchError::BadOrigin);
        let before = Balances::free_balance(Bob.to_account_id());
        assert_ok!(Treasury::payout(RuntimeOrigin::signed(Alice.to_account_id()), 0));
        assert_eq!(Balances::free_balance(Bob.to_account_id()), before + TreasurerLimit::get());
        assert!(happened(|e| matches!(
            e,
            RuntimeEvent::Treasury(pallet_treasury::Event::Paid { .. })
        )));
    });
}
