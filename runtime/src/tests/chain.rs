//! A chain in memory: real genesis, real blocks with VRF outputs, no network.

use crate::{
    constants::time::MILLISECS_PER_BLOCK, genesis_config_presets, opaque, Babe, BlockNumber,
    Executive, Header, Nonce, Runtime, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig,
    SignedPayload, System, TxExtension, UncheckedExtrinsic,
};
use codec::Encode;
use frame_support::{
    genesis_builder_helper::{build_state, get_preset},
    storage::{with_transaction_unchecked, TransactionOutcome},
};
use frame_system::offchain::CreateAuthorizedTransaction;
use opg_primitives::ids::Account;
use serde_json::Value;
use sp_consensus_babe::{
    digests::{CompatibleDigestItem, PreDigest, SecondaryVRFPreDigest},
    make_vrf_sign_data, Slot,
};
use sp_core::{crypto::VrfSecret, Pair};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    generic::DigestItem,
    traits::{BlakeTwo256, Hash as _, Header as _},
    transaction_validity::{TransactionSource, TransactionValidity},
    ApplyExtrinsicResult, Digest,
};

/// An account, as primitives name it.
pub fn account(of: Sr25519Keyring) -> Account {
    Account(of.to_account_id().into())
}

/// Puts `patch` over `base`, as a node does with a preset.
pub fn merge(base: &mut Value, patch: Value) {
    match (base, patch) {
        (Value::Object(base), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (base, patch) => *base = patch,
    }
}

/// The whole genesis configuration that a preset stands for.
pub fn genesis_config(preset: &str) -> Value {
    let read = |id: Option<&str>| -> Value {
        let bytes = get_preset::<RuntimeGenesisConfig>(
            &id.map(Into::into),
            genesis_config_presets::get_preset,
        );
        serde_json::from_slice(&bytes.expect("the preset exists")).expect("it is JSON")
    };
    let mut config = read(None);
    merge(&mut config, read(Some(preset)));
    config
}

/// The state that a preset starts with.
pub fn genesis(preset: &str) -> TestExternalities {
    let config = genesis_config(preset);
    let mut ext = TestExternalities::default();
    ext.execute_with(|| {
        build_state::<RuntimeGenesisConfig>(config.to_string().into_bytes())
            .expect("the preset builds")
    });
    ext.commit_all().expect("nothing is open");
    ext
}

/// A chain with all its validators at work.
pub struct Chain {
    ext: TestExternalities,
    parent: Header,
    slot: u64,
}

impl Chain {
    /// A chain at its genesis block.
    pub fn new(preset: &str) -> Self {
        let parent = opaque::Header::new(
            0,
            Default::default(),
            Default::default(),
            Default::default(),
            Digest::default(),
        );
        Self { ext: genesis(preset), parent, slot: 600_000_000 }
    }

    /// A copy, which goes its own way from the last block on.
    pub fn fork(&self) -> Self {
        let mut ext = TestExternalities::default();
        ext.backend = self.ext.backend.clone();
        Self { ext, parent: self.parent.clone(), slot: self.slot }
    }

    /// The number of the last block.
    pub fn number(&self) -> BlockNumber {
        self.parent.number
    }

    /// What happened in the last block.
    pub fn events(&mut self) -> Vec<RuntimeEvent> {
        self.execute(|| System::events().into_iter().map(|record| record.event).collect())
    }

    /// What the transaction pool of a node at this block says of a transaction that came to it.
    pub fn validate(&self, transaction: UncheckedExtrinsic) -> TransactionValidity {
        let hash = BlakeTwo256::hash_of(&self.parent);
        // On a copy: it begins a block that is never made.
        let mut aside = self.fork();
        aside.execute(|| {
            Executive::validate_transaction(TransactionSource::External, transaction, hash)
        })
    }

    /// Reads, or writes, the state of the last block.
    pub fn execute<R>(&mut self, f: impl FnOnce() -> R) -> R {
        self.ext.execute_with(f)
    }

    /// Adds a block with these transactions and tells what became of each.
    pub fn block(&mut self, transactions: Vec<UncheckedExtrinsic>) -> Vec<ApplyExtrinsicResult> {
        self.block_with(|| transactions)
    }

    /// Adds a block with transactions that are made on the state after its initialisation.
    pub fn block_with(
        &mut self,
        transactions: impl FnOnce() -> Vec<UncheckedExtrinsic>,
    ) -> Vec<ApplyExtrinsicResult> {
        self.slot += 1;
        let (slot, parent) = (self.slot, self.parent.clone());
        let (header, results) = self.ext.execute_with(|| {
            let header = Header::new(
                parent.number + 1,
                Default::default(),
                Default::default(),
                BlakeTwo256::hash_of(&parent),
                Digest { logs: vec![pre_digest(slot)] },
            );
            Executive::initialize_block(&header);
            let time =
                UncheckedExtrinsic::new_bare(RuntimeCall::Timestamp(pallet_timestamp::Call::set {
                    now: slot * MILLISECS_PER_BLOCK,
                }));
            Executive::apply_extrinsic(time).expect("valid").expect("the time is right");
            let results = transactions().into_iter().map(apply).collect();
            (Executive::finalize_block(), results)
        });
        self.ext.commit_all().expect("nothing is open");
        self.parent = header;
        results
    }

    /// Adds a block with these calls of one signer, each of which succeeds.
    pub fn done(&mut self, who: Sr25519Keyring, calls: Vec<RuntimeCall>) {
        let transactions: Vec<_> = self.execute(|| {
            let nonce = System::account_nonce(who.to_account_id());
            (nonce..).zip(calls).map(|(nonce, call)| signed(who, nonce, call)).collect()
        });
        let succeeded: Vec<ApplyExtrinsicResult> = vec![Ok(Ok(())); transactions.len()];
        assert_eq!(self.block(transactions), succeeded);
    }

    /// Adds this many empty blocks.
    pub fn blocks(&mut self, count: u32) {
        for _ in 0..count {
            self.block(Vec::new());
        }
    }
}

/// Applies a transaction as a block builder does: what is not valid leaves no trace.
fn apply(transaction: UncheckedExtrinsic) -> ApplyExtrinsicResult {
    with_transaction_unchecked(|| match Executive::apply_extrinsic(transaction) {
        Ok(dispatched) => TransactionOutcome::Commit(Ok(dispatched)),
        Err(refused) => TransactionOutcome::Rollback(Err(refused)),
    })
}

/// The right to a slot: a secondary one, whose author proves its VRF output. The runtime checks it.
fn pre_digest(slot: u64) -> DigestItem {
    let mut epoch = Babe::current_epoch();
    let begun = System::block_number() > 0;
    if begun && slot >= *epoch.start_slot + epoch.duration {
        epoch = Babe::next_epoch();
    }
    let index = slot % epoch.authorities.len() as u64;
    let author = epoch.authorities[index as usize].0.clone().into_inner();
    let pair = Sr25519Keyring::from_public(&author).expect("a well-known key").pair();
    let data = make_vrf_sign_data(&epoch.randomness, Slot::from(slot), epoch.epoch_index);
    let digest = PreDigest::SecondaryVRF(SecondaryVRFPreDigest {
        authority_index: index as u32,
        slot: Slot::from(slot),
        vrf_signature: pair.vrf_sign(&data),
    });
    DigestItem::babe_pre_digest(digest)
}

/// The extensions of a transaction that somebody signs.
pub fn extension(nonce: Nonce) -> TxExtension {
    let mut extension =
        <Runtime as CreateAuthorizedTransaction<frame_system::Call<Runtime>>>::create_extension();
    extension.6 = frame_system::CheckNonce::from(nonce);
    extension
}

/// `call`, signed by `who`.
pub fn signed(
    who: Sr25519Keyring,
    nonce: Nonce,
    call: impl Into<RuntimeCall>,
) -> UncheckedExtrinsic {
    let call = call.into();
    let extension = extension(nonce);
    let payload = SignedPayload::new(call.clone(), extension.clone()).expect("is known");
    let signature = payload.using_encoded(|bytes| who.pair().sign(bytes));
    UncheckedExtrinsic::new_signed(call, who.to_account_id().into(), signature.into(), extension)
}

/// Whether an event satisfies `is` in the current block.
pub fn happened(is: impl Fn(&crate::RuntimeEvent) -> bool) -> bool {
    System::events().iter().any(|record| is(&record.event))
}
