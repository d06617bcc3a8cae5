// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! The chains that the node knows by name, and what it refuses to take for a live chain.

use opg_runtime::{
    genesis_config_presets::{get_preset, DEVELOPMENT, LOCAL, TESTNET},
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

/// Four validators with well-known keys, on a chain that takes documents of enclaves from hardware
/// alone.
pub fn testnet() -> ChainSpec {
    let chain_type = ChainType::Custom("Testnet".into());
    from_preset(TESTNET, "OPG Testnet", "opg_testnet", chain_type)
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
    /// The genesis state trusts the development vendor.
    DevelopmentVendor,
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
            Self::DevelopmentVendor => write!(
                f,
                "this chain's type is Live, but its genesis state trusts the development vendor, \
                 whose documents anybody can sign: leave it out, or give the chain another type"
            ),
        }
    }
}

/// Checks that nothing of the development presets is left in the genesis of a live chain.
///
/// `authorities` are the public keys of all authorities of the genesis block, `has_sudo` tells
/// whether its state holds a sudo key, `trusts_development_vendor` whether enclaves without hardware
/// are taken.
///
/// # Errors
///
/// The first thing that is for development only.
pub fn check_live(
    chain_type: &ChainType,
    authorities: impl IntoIterator<Item = Vec<u8>>,
    has_sudo: bool,
    trusts_development_vendor: bool,
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
    if trusts_development_vendor {
        return Err(NotLive::DevelopmentVendor);
    }
    Ok(())
}
