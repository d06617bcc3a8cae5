//! What the presets hold.

use super::chain::{genesis, genesis_config, signed, Chain};
use crate::{
    configs::staking::{MAX_NOMINATORS, MAX_VALIDATORS},
    genesis_config_presets::{preset_names, DEVELOPMENT, DEVELOPMENT_STASH, LOCAL, TESTNET},
    Attestation, Babe, Balances, Grandpa, Runtime, RuntimeCall, Session,
};
use opg_primitives::{
    attestation::Vendor,
    reference::{Measurement, DEVELOPMENT_REGISTERS},
};
use pallet_attestation::{DevelopmentVendor, ReferenceValues};
use sp_keyring::Sr25519Keyring::{Alice, AliceStash, BobStash, CharlieStash, DaveStash};

#[test]
fn every_preset_builds_a_genesis_state() {
    let names = preset_names();
    assert_eq!(names.len(), 3);
    for name in names {
        genesis(&name).execute_with(|| {
            assert!(!Session::validators().is_empty());
            assert_eq!(Babe::authorities().len(), Session::validators().len());
            assert_eq!(Grandpa::grandpa_authorities().len(), Session::validators().len());
        });
    }
}

#[test]
fn a_preset_of_an_unknown_name_does_not_exist() {
    assert_eq!(crate::genesis_config_presets::get_preset(&"mainnet".into()), None);
}

#[test]
fn development_has_one_validator_and_local_has_four_elected_by_their_stake() {
    genesis(DEVELOPMENT).execute_with(|| {
        assert_eq!(Session::validators(), [AliceStash.to_account_id()]);
    });
    genesis(LOCAL).execute_with(|| {
        let mut elected = Session::validators();
        elected.sort();
        let mut expected =
            [AliceStash, BobStash, CharlieStash, DaveStash].map(|k| k.to_account_id());
        expected.sort();
        assert_eq!(elected, expected);
        for stash in elected {
            let ledger = pallet_staking::Ledger::<Runtime>::get(&stash).expect("it is bonded");
            assert_eq!(ledger.active, DEVELOPMENT_STASH);
        }
    });
}

#[test]
fn testnet_differs_from_local_in_its_trust_alone() {
    let mut testnet = genesis_config(TESTNET);
    let local = genesis_config(LOCAL);
    assert_eq!(testnet["attestation"]["developmentVendor"], false);
    assert_eq!(testnet["attestation"]["referenceValues"], serde_json::json!([]));
    testnet["attestation"] = local["attestation"].clone();
    assert_eq!(testnet, local);
}

#[test]
fn only_where_the_development_vendor_is_trusted_is_anything_approved_and_that_is_its_code_alone() {
    for name in preset_names() {
        genesis(&name).execute_with(|| {
            let development = name.as_str() != TESTNET;
            assert_eq!(DevelopmentVendor::<Runtime>::get(), development, "{name:?}");
            let approved: Vec<_> = ReferenceValues::<Runtime>::iter().collect();
            assert_eq!(approved.len(), usize::from(development), "{name:?}");
            for (id, value) in approved {
                let measured = Measurement::nitro(DEVELOPMENT_REGISTERS);
                assert_eq!((id, value.measurement), (measured.id(Vendor::Development), measured));
                assert_eq!(value.approved_by, None);
                assert!(value.built_from.source.to_string().contains("approved by genesis"));
            }
            Attestation::do_try_state().expect("the state is in order");
        });
    }
}

#[test]
fn only_the_development_preset_has_a_sudo_key() {
    for name in preset_names() {
        let key = genesis(&name).execute_with(pallet_sudo::Key::<Runtime>::get);
        assert_eq!(key.is_some(), name.as_str() == DEVELOPMENT, "{name:?}");
    }
}

#[test]
fn sudo_does_nothing_where_it_has_no_key() {
    let remark = || Box::new(RuntimeCall::System(frame_system::Call::remark { remark: vec![] }));
    let sudo = || pallet_sudo::Call::<Runtime>::sudo { call: remark() };
    let mut local = Chain::new(LOCAL);
    let results = local.block_with(|| vec![signed(Alice, 0, sudo())]);
    let error = results[0].expect("it is valid").expect_err("it fails");
    assert_eq!(error, pallet_sudo::Error::<Runtime>::RequireSudo.into());

    let mut development = Chain::new(DEVELOPMENT);
    let results = development.block_with(|| vec![signed(Alice, 0, sudo())]);
    assert_eq!(results, [Ok(Ok(()))]);
}

#[test]
fn staking_cannot_outgrow_the_snapshot_of_an_election() {
    for name in preset_names() {
        genesis(&name).execute_with(|| {
            let validators = pallet_staking::MaxValidatorsCount::<Runtime>::get();
            let nominators = pallet_staking::MaxNominatorsCount::<Runtime>::get();
            assert_eq!((validators, nominators), (Some(MAX_VALIDATORS), Some(MAX_NOMINATORS)));
        });
    }
}

#[test]
fn every_endowed_account_can_pay_a_fee() {
    let balances = genesis_config(LOCAL)["balances"]["balances"].as_array().map(Vec::len);
    assert_eq!(balances, Some(12));
    genesis(LOCAL).execute_with(|| {
        assert!(Balances::free_balance(Alice.to_account_id()) > crate::constants::currency::OPG);
    });
}
