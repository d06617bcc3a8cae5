// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! The chains that the node knows by name are what they say, and no live chain is one of them.

use opg_node::{
    chain_spec::{check_live, development, local, testnet, with_native_genesis, NotLive},
    service::HostFunctions,
};
use opg_runtime::{
    genesis_config_presets::{DEVELOPMENT, LOCAL, TESTNET},
    wasm_binary_unwrap,
};
use sc_chain_spec::{ChainSpec as _, ChainType, GenesisConfigBuilderRuntimeCaller};
use sp_core::crypto::ByteArray;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

fn alice() -> Vec<u8> {
    Sr25519Keyring::Alice.public().to_raw_vec()
}

#[test]
fn a_live_chain_with_a_well_known_authority_is_refused() {
    let refused = check_live(&ChainType::Live, [vec![7; 32], alice()], false, false);
    assert_eq!(refused, Err(NotLive::WellKnownAuthority("Alice".into())));
    let ed = Ed25519Keyring::Bob.public().to_raw_vec();
    let refused = check_live(&ChainType::Live, [ed], false, false);
    assert_eq!(refused, Err(NotLive::WellKnownAuthority("Bob".into())));
}

#[test]
fn a_live_chain_with_a_sudo_key_is_refused() {
    let refused = check_live(&ChainType::Live, [vec![7; 32]], true, false);
    assert_eq!(refused, Err(NotLive::Sudo));
    assert_eq!(check_live(&ChainType::Live, [vec![7; 32]], false, false), Ok(()));
}

#[test]
fn a_live_chain_that_trusts_the_development_vendor_is_refused() {
    let refused = check_live(&ChainType::Live, [vec![7; 32]], false, true);
    assert_eq!(refused, Err(NotLive::DevelopmentVendor));
}

#[test]
fn the_runtimes_blob_has_the_presets_that_the_node_writes() {
    let blob = GenesisConfigBuilderRuntimeCaller::<HostFunctions>::new(wasm_binary_unwrap());
    for (preset, spec) in [(DEVELOPMENT, development()), (LOCAL, local()), (TESTNET, testnet())] {
        let in_blob = blob.get_named_preset(Some(&preset.to_string())).expect("it is there");
        let written: serde_json::Value =
            serde_json::from_str(&spec.as_json(false).expect("it can be written"))
                .expect("it is JSON");
        assert_eq!(written["genesis"]["runtimeGenesis"]["patch"], in_blob);
    }
}

#[test]
fn the_native_genesis_state_is_the_one_that_the_blob_builds() {
    for (preset, spec) in [(DEVELOPMENT, development()), (LOCAL, local()), (TESTNET, testnet())] {
        let by_blob = spec.as_storage_builder().build_storage().expect("it builds");
        let native = with_native_genesis(spec, preset).expect("it builds");
        let native = native.as_storage_builder().build_storage().expect("it is built");
        assert_eq!(native.top, by_blob.top, "{preset}");
        assert!(native.children_default.is_empty() && by_blob.children_default.is_empty());
    }
}

#[test]
fn the_presets_are_let_through_as_what_they_are() {
    assert_eq!(check_live(&ChainType::Development, [alice()], true, true), Ok(()));
    assert_eq!(check_live(&ChainType::Local, [alice()], false, true), Ok(()));
}
