// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! The chains that the node knows by name, and what it refuses to take for a live chain.

use opg_runtime::{
    genesis_config_presets::{get_preset, DEVELOPMENT, LOCAL},
    opaque::Block,
    wasm_binary_unwrap, RuntimeGenesisConfig,
};
use sc_chain_spec::{ChainSpec as _, ChainSpecExtension, ChainType, Properties};
use sc_client_api::{BadBlocks, ForkBlocks};
use sc_sync_state_rpc::LightSyncStateExtension;
use serde::{Deserialize, Serialize};
use sp_core::{
    crypto::ByteArray,
    storage::{well_known_keys, Storage},
};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::BuildStorage;

/// What a specification may hold beside the genesis state.
#[derive(Default, Clone, Serialize, Deserialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub struct Extensions {
    /// Blocks that decide which fork is taken.
    pub fork_blocks: ForkBlocks<Block>,
    /// Blocks that are never imported.
    pub bad_blocks: BadBlocks<Block>,
    /// Where a light client starts from. `sync_state_genSyncSpec` fills it in.
    pub light_sync_state: LightSyncStateExtension,
}

/// A chain's specification.
pub type ChainSpec = sc_chain_spec::GenericChainSpec<Extensions>;

fn properties() -> Properties {
    let mut properties = Properties::new();
    properties.insert("tokenSymbol".into(), "OPG".into());
    properties.insert("tokenDecimals".into(), opg_runtime::constants::currency::DECIMALS.into());
    properties.insert("ss58Format".into(), 42.into());
    properties
}

/// A specification whose genesis state is a preset of the runtime.
///
/// The preset is read from the runtime's own source as this node was compiled with it, not by
/// running the blob: compiling that takes seconds, and a node has to do it again anyway.
fn from_preset(preset: &str, name: &str, id: &str, chain_type: ChainType) -> ChainSpec {
    let patch = get_preset(&preset.into()).expect("the names of presets come from where they are");
    let patch =
        serde_json::from_slice(&patch).expect("a preset is JSON; the runtime's tests read it");
    ChainSpec::builder(wasm_binary_unwrap(), Extensions::default())
        .with_name(name)
        .with_id(id)
        .with_chain_type(chain_type)
        .with_protocol_id("opg")
        .with_properties(properties())
        .with_genesis_config_patch(patch)
        .build()
}

/// One validator with a well-known key, and a sudo key.
pub fn development() -> ChainSpec {
    from_preset(DEVELOPMENT, "OPG Development", "opg_development", ChainType::Development)
}

/// Four validators with well-known keys.
pub fn local() -> ChainSpec {
    from_preset(LOCAL, "OPG Local", "opg_local", ChainType::Local)
}

/// Puts the genesis state of a preset in place of its description.
///
/// A node that starts from a description compiles the blob to build the state and then again to run
/// it. This one builds it with the runtime that the node was compiled with, which takes no time. A
/// test sees to it that the state is the same.
///
/// # Errors
///
/// The runtime refuses its own preset.
pub fn with_native_genesis(mut spec: ChainSpec, preset: &str) -> Result<ChainSpec, String> {
    spec.set_storage(native_genesis(preset)?);
    Ok(spec)
}

fn native_genesis(preset: &str) -> Result<Storage, String> {
    let read = |e: serde_json::Error| format!("the preset {preset} cannot be read: {e}");
    let patch = get_preset(&preset.into()).ok_or_else(|| format!("there is no preset {preset}"))?;
    let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).map_err(read)?;
    sc_chain_spec::json_patch::merge(&mut config, serde_json::from_slice(&patch).map_err(read)?);
    let config: RuntimeGenesisConfig = serde_json::from_value(config).map_err(read)?;
    let mut storage = config.build_storage()?;
    storage.top.insert(well_known_keys::CODE.to_vec(), wasm_binary_unwrap().to_vec());
    Ok(storage)
}

/// Why a chain of type `Live` is refused.
#[derive(Debug, PartialEq, Eq)]
pub enum NotLive {
    /// This authority of the genesis block has a key that everybody knows.
    WellKnownAuthority(String),
    /// The genesis state has a sudo key.
    Sudo,
}

impl std::fmt::Display for NotLive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::WellKnownAuthority(name) => write!(
                f,
                "this chain's type is Live, but the key of its authority {name} is a development \
                 key that everybody knows: give it keys of its own, or another chain type"
            ),
            Self::Sudo => write!(
                f,
                "this chain's type is Live, but its genesis state has a sudo key, which is for \
                 development only: leave it out, or give the chain another type"
            ),
        }
    }
}

/// Checks that nothing of the development presets is left in the genesis of a live chain.
///
/// `authorities` are the public keys of all authorities of the genesis block, `has_sudo` tells
/// whether its state holds a sudo key.
///
/// # Errors
///
/// The first thing that is for development only.
pub fn check_live(
    chain_type: &ChainType,
    authorities: impl IntoIterator<Item = Vec<u8>>,
    has_sudo: bool,
) -> Result<(), NotLive> {
    if *chain_type != ChainType::Live {
        return Ok(());
    }
    for key in authorities {
        let sr = Sr25519Keyring::iter().find(|k| k.public().as_slice() == key);
        let ed = Ed25519Keyring::iter().find(|k| k.public().as_slice() == key);
        if let Some(name) = sr.map(|k| k.to_string()).or(ed.map(|k| k.to_string())) {
            return Err(NotLive::WellKnownAuthority(name));
        }
    }
    if has_sudo {
        return Err(NotLive::Sudo);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alice() -> Vec<u8> {
        Sr25519Keyring::Alice.public().to_raw_vec()
    }

    #[test]
    fn a_live_chain_with_a_well_known_authority_is_refused() {
        let refused = check_live(&ChainType::Live, [vec![7; 32], alice()], false);
        assert_eq!(refused, Err(NotLive::WellKnownAuthority("Alice".into())));
        let ed = Ed25519Keyring::Bob.public().to_raw_vec();
        let refused = check_live(&ChainType::Live, [ed], false);
        assert_eq!(refused, Err(NotLive::WellKnownAuthority("Bob".into())));
    }

    #[test]
    fn a_live_chain_with_a_sudo_key_is_refused() {
        assert_eq!(check_live(&ChainType::Live, [vec![7; 32]], true), Err(NotLive::Sudo));
        assert_eq!(check_live(&ChainType::Live, [vec![7; 32]], false), Ok(()));
    }

    #[test]
    fn the_runtimes_blob_has_the_presets_that_the_node_writes() {
        let blob =
            sc_chain_spec::GenesisConfigBuilderRuntimeCaller::<crate::service::HostFunctions>::new(
                wasm_binary_unwrap(),
            );
        for (preset, spec) in [(DEVELOPMENT, development()), (LOCAL, local())] {
            let in_blob = blob.get_named_preset(Some(&preset.to_string())).expect("it is there");
            let written: serde_json::Value =
                serde_json::from_str(&spec.as_json(false).expect("it can be written"))
                    .expect("it is JSON");
            assert_eq!(written["genesis"]["runtimeGenesis"]["patch"], in_blob);
        }
    }

    #[test]
    fn the_native_genesis_state_is_the_one_that_the_blob_builds() {
        for (preset, spec) in [(DEVELOPMENT, development()), (LOCAL, local())] {
            let by_blob = spec.as_storage_builder().build_storage().expect("it builds");
            let native = native_genesis(preset).expect("it builds");
            assert_eq!(native.top, by_blob.top, "{preset}");
            assert!(native.children_default.is_empty() && by_blob.children_default.is_empty());
        }
    }

    #[test]
    fn the_presets_are_let_through_as_what_they_are() {
        assert_eq!(check_live(&ChainType::Development, [alice()], true), Ok(()));
        assert_eq!(check_live(&ChainType::Local, [alice()], false), Ok(()));
    }
}
