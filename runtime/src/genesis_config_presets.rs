//! Genesis states that a node can start from by name.
//!
//! All are for development: their keys are known to everybody. `development` is one validator and
//! the only preset with a sudo key, `local` is four validators and governance as on a real chain.
//! Both trust the development vendor, whose documents anybody can sign, and approve from genesis on
//! whatever it says that it measured. `testnet` is `local` without both: as a real chain, it takes no
//! enclave but those that hardware vouches for, and approves of no code.
//! A live chain is started from a specification of its own; the node refuses one of type `Live`
//! that holds any of these keys.

#![deny(missing_docs)]

use crate::{
    configs::staking::{MAX_NOMINATORS, MAX_VALIDATORS},
    constants::currency::OPG,
    AccountId, AttestationConfig, BabeConfig, Balance, BalancesConfig, PoliciesConfig,
    RuntimeGenesisConfig, SessionConfig, SessionKeys, StakingConfig, SudoConfig,
    BABE_GENESIS_EPOCH_CONFIG,
};
use alloc::{string::ToString, vec, vec::Vec};
use frame_support::{build_struct_json_patch, BoundedVec};
use opg_primitives::{
    attestation::{Vendor, SCHEMA},
    claims::{Claim, Standing},
    ids::Digest,
    mode::{Mode, ModeSet},
    names::Address,
    policy::{ClassId, Floor, Rules},
    reference::{
        BuildRecipe, ClaimSet, Measurement, ModelBinding, ReferenceValue, DEVELOPMENT_REGISTERS,
    },
    BlockNumber,
};
use pallet_staking::StakerStatus;
use serde_json::Value;
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::Perbill;

/// The preset of one validator, with a sudo key.
pub const DEVELOPMENT: &str = sp_genesis_builder::DEV_RUNTIME_PRESET;
/// The preset of four validators, without.
pub const LOCAL: &str = sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;

/// The preset of four validators, without, and without trust in the development vendor.
pub const TESTNET: &str = "testnet";

/// What every well-known account of a development preset starts with.
pub const DEVELOPMENT_ENDOWMENT: Balance = 1_000_000 * OPG;
/// What each validator of a development preset has bonded.
pub const DEVELOPMENT_STASH: Balance = 100_000 * OPG;

/// A validator of a preset: the account that is bonded, and its session keys.
struct Validator {
    stash: AccountId,
    keys: SessionKeys,
}

/// A validator whose every key comes from a well-known seed.
fn development_validator(
    stash: Sr25519Keyring,
    babe: Sr25519Keyring,
    grandpa: Ed25519Keyring,
) -> Validator {
    Validator {
        stash: stash.to_account_id(),
        keys: SessionKeys { babe: babe.public().into(), grandpa: grandpa.public().into() },
    }
}

fn genesis(validators: Vec<Validator>, sudo: Option<AccountId>, development_vendor: bool) -> Value {
    let count = validators.len() as u32;
    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: Sr25519Keyring::well_known()
                .map(|account| (account.to_account_id(), DEVELOPMENT_ENDOWMENT))
                .collect::<Vec<_>>(),
        },
        babe: BabeConfig { epoch_config: BABE_GENESIS_EPOCH_CONFIG },
        session: SessionConfig {
            keys: validators
                .iter()
                .map(|v| (v.stash.clone(), v.stash.clone(), v.keys.clone()))
                .collect::<Vec<_>>(),
        },
        staking: StakingConfig {
            validator_count: count,
            minimum_validator_count: 1u32,
            stakers: validators
                .iter()
                .map(|v| {
                    let status = StakerStatus::<AccountId>::Validator;
                    (v.stash.clone(), v.stash.clone(), DEVELOPMENT_STASH, status)
                })
                .collect::<Vec<_>>(),
            slash_reward_fraction: Perbill::from_percent(10),
            min_validator_bond: 1_000 * OPG,
            min_nominator_bond: 10 * OPG,
            // All of them fit into the snapshot of an election, see `configs::staking`.
            max_validator_count: Some(MAX_VALIDATORS),
            max_nominator_count: Some(MAX_NOMINATORS),
        },
        sudo: SudoConfig { key: sudo },
        policies: PoliciesConfig { classes: classes() },
        attestation: AttestationConfig {
            development_vendor,
            reference_values: development_vendor
                .then(development_approval)
                .into_iter()
                .collect::<Vec<_>>(),
        },
    })
}

/// What a chain that trusts the development vendor approves from genesis on: whatever code that vendor
/// says it measured, for every model, as the enclave's node of this project does its work. Its receipts
/// hold no `Attested` cell all the same, since nobody's hardware vouches for any of it.
fn development_approval() -> ReferenceValue {
    let source = b"none: approved by genesis for development, where nothing is measured";
    ReferenceValue {
        vendor: Vendor::Development,
        measurement: Measurement::nitro(DEVELOPMENT_REGISTERS),
        built_from: BuildRecipe {
            source: Address(BoundedVec::truncate_from(source.to_vec())),
            revision: Digest::default(),
            recipe: Digest::default(),
        },
        schema: SCHEMA,
        vouches: ClaimSet::of(&[
            Claim::ModelRan,
            Claim::InputUsed,
            Claim::Parameters,
            Claim::Output,
            Claim::Execution,
            Claim::SingleAnswer,
            Claim::Usage,
        ]),
        binding: ModelBinding::Loaded,
        model: None,
        prepares_input: false,
        // An integer network has one output for an input: there is nothing to pick from.
        seeded_by_lease: true,
        approved_by: None,
        from: 0,
        until: BlockNumber::MAX,
    }
}

/// The policy classes of a development chain: answers of `general` may be signed, by a worker or an
/// enclave, or proven; those of `credit` have to be proven, by a provider that its requester did not
/// choose.
fn classes() -> Vec<(ClassId, Rules)> {
    let class = |name: &[u8], default, modes: &[Mode], least: &[(Claim, Standing)], named| {
        let rules = Rules {
            default,
            floor: Floor {
                modes: ModeSet::of(modes),
                least: BoundedVec::truncate_from(least.to_vec()),
            },
            provider_may_be_named: named,
        };
        (ClassId(BoundedVec::truncate_from(name.to_vec())), rules)
    };
    vec![
        class(b"general", Mode::Plain, &Mode::ALL, &[], true),
        class(
            b"credit",
            Mode::ZkMl,
            &[Mode::ZkMl],
            &[(Claim::Execution, Standing::Proven), (Claim::Output, Standing::Proven)],
            false,
        ),
    ]
}

fn development() -> Value {
    use {Ed25519Keyring as Ed, Sr25519Keyring as Sr};
    genesis(
        vec![development_validator(Sr::AliceStash, Sr::Alice, Ed::Alice)],
        Some(Sr::Alice.to_account_id()),
        true,
    )
}

/// Four validators, and no sudo key.
fn four_validators(development_vendor: bool) -> Value {
    use {Ed25519Keyring as Ed, Sr25519Keyring as Sr};
    genesis(
        vec![
            development_validator(Sr::AliceStash, Sr::Alice, Ed::Alice),
            development_validator(Sr::BobStash, Sr::Bob, Ed::Bob),
            development_validator(Sr::CharlieStash, Sr::Charlie, Ed::Charlie),
            development_validator(Sr::DaveStash, Sr::Dave, Ed::Dave),
        ],
        None,
        development_vendor,
    )
}

/// The preset of that name, as the bytes of a JSON patch of the genesis state.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let patch = match id.as_ref() {
        DEVELOPMENT => development(),
        LOCAL => four_validators(true),
        TESTNET => four_validators(false),
        _ => return None,
    };
    Some(patch.to_string().into_bytes())
}

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
    [DEVELOPMENT, LOCAL, TESTNET].map(PresetId::from).to_vec()
}
