//! What is below the pallet: small, but with the behaviour that the traits promise. It is in storage,
//! so that it is undone with a call that fails.

use super::{add_enclave, Balances, MockEnclave, ENCLAVE, NETWORK};
use codec::{Decode, Encode};
use frame_support::{
    storage::unhashed,
    traits::{
        fungible::Mutate,
        tokens::{Fortitude, Precision, Preservation},
    },
};
use opg_primitives::{
    artefact::{Artefact, TextInterface, TextModel, TextSource},
    enclave::{Attested, EnclaveAnswer, EnclaveFault},
    evidence::{Evidence, ProofSystem},
    ids::*,
    mode::{Mode, ModeSet},
    model::{ExecutionProfile, Ingredients, ModelStatus, ModelVersion, Setup, VerifyingKey},
    names::{EngineName, ModelName},
    policy::{ClassId, Floor, PolicyVersion, Rules},
    receipt::{receipt_id, Appraised, Receipt},
    request::{Output, Refusal},
    settled::{EnclaveFacts, Settled},
    standing::{grade, table, SetupTrust},
    statement::{self, Answer},
    traits::{
        Appraisal, AppraisalContext, Appraiser, Drawn, Ineligible, LeaseNeeds, Models, Policies,
        Providers, Receipts, SlashSplit, Slashed,
    },
    Attempt, Balance, CircuitInterface,
};
use sp_core::{sr25519, Pair};
use sp_runtime::AccountId32;
use std::collections::{BTreeMap, BTreeSet};

pub const REQUESTER: Account = Account([1; 32]);
pub const OTHER: Account = Account([2; 32]);
pub const OWNER: Account = Account([3; 32]);
pub const PROVIDER: Account = Account([4; 32]);
pub const SECOND: Account = Account([5; 32]);
pub const TREASURY: Account = Account([0xfa; 32]);
pub const FEES: Account = Account([0xfe; 32]);
/// What the bonds are in.
pub const POT: Account = Account([0xb0; 32]);

pub const MODEL: ModelId = ModelId([0x11; 32]);
/// A text model that takes inputs of at most 64 bytes and gives at most 8.
pub const TEXT: ModelId = ModelId([0x12; 32]);
pub const WORKER: WorkerKey = WorkerKey([0x77; 32]);
pub const PRICE: Balance = 10_000;
pub const MAX_PRICE: Balance = 12_000;
pub const BOND: Balance = 100_000;
pub const FUNDS: Balance = 1_000_000;

pub fn account(id: &Account) -> AccountId32 {
    AccountId32::new(id.0)
}

/// The dispatcher's key pair of a provider.
pub fn dispatcher(provider: &Account) -> sr25519::Pair {
    sr25519::Pair::from_seed(&provider.0)
}

pub fn class() -> ClassId {
    ClassId(b"general".to_vec().try_into().unwrap())
}

/// A provider in the world.
#[derive(Clone, Debug, Encode, Decode)]
pub struct MockProvider {
    pub bond: Balance,
    pub reserved: Balance,
    pub price: Balance,
    pub modes: ModeSet,
    pub ready: bool,
    pub silence: u32,
    pub acknowledged: u32,
}

/// All that the traits are about.
#[derive(Clone, Debug, Default, Encode, Decode)]
pub struct World {
    pub models: BTreeMap<ModelId, ModelVersion>,
    pub keys: BTreeMap<(ModelId, u32), VerifyingKey>,
    pub closed_to: BTreeSet<Account>,
    pub providers: BTreeMap<Account, MockProvider>,
    pub offences: BTreeSet<OffenceId>,
    pub rules: BTreeMap<PolicyVersion, Rules>,
    pub disabled: BTreeSet<Mode>,
    pub trust: u32,
    pub receipts: Vec<Receipt>,
    pub sequences: BTreeMap<Account, u64>,
    pub enclaves: BTreeMap<EnclaveId, MockEnclave>,
    pub attestation_trust: u32,
    /// Further keys of every provider, which a benchmark's keystore holds.
    pub further_keys: Option<(DispatcherKey, WorkerKey)>,
}

const WORLD: &[u8] = b":mock:world";

pub fn world() -> World {
    unhashed::get(WORLD).unwrap_or_default()
}

pub fn change<R>(change: impl FnOnce(&mut World) -> R) -> R {
    let mut world = world();
    let result = change(&mut world);
    unhashed::put(WORLD, &world);
    result
}

impl Models for World {
    fn version(model: &ModelId) -> Option<ModelVersion> {
        world().models.get(model).cloned()
    }
    fn verifying_key(model: &ModelId, key: u32) -> Option<VerifyingKey> {
        world().keys.get(&(*model, key)).cloned()
    }
    fn latest_key(model: &ModelId) -> Option<u32> {
        world().keys.keys().filter(|(id, _)| id == model).map(|(_, version)| *version).max()
    }
    fn may_ask(_: &ModelId, requester: &Account) -> bool {
        !world().closed_to.contains(requester)
    }
}

impl Providers for World {
    fn draw(needs: &LeaseNeeds, seed: [u8; 32]) -> Option<Drawn> {
        let eligible: Vec<_> = world()
            .providers
            .keys()
            .filter_map(|who| Some((*who, Self::quote(who, needs).ok()?)))
            .collect();
        let (provider, price) = *eligible.get(usize::from(seed[0]) % eligible.len().max(1))?;
        Some(Drawn { provider, price, redraws: 0 })
    }
    fn quote(provider: &Account, needs: &LeaseNeeds) -> Result<Balance, Ineligible> {
        let world = world();
        let record = world.providers.get(provider).ok_or(Ineligible::NotRegistered)?;
        if !record.ready {
            return Err(Ineligible::NotYet);
        }
        if !record.modes.contains(needs.mode) || ![MODEL, TEXT].contains(&needs.model) {
            return Err(Ineligible::NotServing);
        }
        if record.price > needs.max_price {
            return Err(Ineligible::TooExpensive);
        }
        if record.bond - record.reserved.min(record.bond) < record.price + needs.compensation_cap {
            return Err(Ineligible::NoCapacity);
        }
        Ok(record.price)
    }
    fn reserve(provider: &Account, amount: Balance) -> Result<(), Ineligible> {
        change(|world| {
            let record = world.providers.get_mut(provider).ok_or(Ineligible::NotRegistered)?;
            if record.reserved + amount > record.bond {
                return Err(Ineligible::NoCapacity);
            }
            record.reserved += amount;
            Ok(())
        })
    }
    fn release(provider: &Account, amount: Balance) {
        change(|world| {
            if let Some(record) = world.providers.get_mut(provider) {
                assert!(record.reserved >= amount, "released more than was reserved");
                record.reserved -= amount;
            }
        })
    }
    fn slash(who: &Account, offence: OffenceId, amount: Balance, split: SlashSplit) -> Slashed {
        let taken = change(|world| {
            let record = world.providers.get_mut(who)?;
            if !world.offences.insert(offence) {
                return None;
            }
            let taken = amount.min(record.bond);
            record.bond -= taken;
            Some(taken)
        });
        let Some(taken) = taken else { return Slashed::default() };
        let pot = account(&POT);
        let to_harmed = split.to_harmed.min(taken);
        let harmed = account(&split.harmed);
        let paid = Balances::transfer(&pot, &harmed, to_harmed, Preservation::Preserve)
            .map_or(0, |paid| paid);
        let burned = taken - paid;
        Balances::burn_from(
            &pot,
            burned,
            Preservation::Preserve,
            Precision::Exact,
            Fortitude::Polite,
        )
        .unwrap();
        Slashed { taken, to_harmed: paid, to_treasury: 0, burned }
    }
    fn note_silence(provider: &Account) {
        change(|world| world.providers.get_mut(provider).unwrap().silence += 1)
    }
    fn note_acknowledged(provider: &Account) {
        change(|world| world.providers.get_mut(provider).unwrap().acknowledged += 1)
    }
    fn is_dispatcher(provider: &Account, key: &DispatcherKey) -> bool {
        let world = world();
        let further = world.further_keys.is_some_and(|(known, _)| known == *key);
        world.providers.contains_key(provider)
            && (further || dispatcher(provider).public().0 == key.0)
    }
    fn is_worker(provider: &Account, key: &WorkerKey) -> bool {
        let world = world();
        let further = world.further_keys.is_some_and(|(_, known)| known == *key);
        world.providers.contains_key(provider) && (further || *key == WORKER)
    }
}

impl Policies for World {
    fn current() -> PolicyVersion {
        world().rules.keys().max().copied().unwrap_or_default()
    }
    fn rules(of: &ClassId, version: PolicyVersion) -> Option<Rules> {
        (*of == class()).then(|| world().rules.get(&version).cloned()).flatten()
    }
}

/// What a worker signs, here: the hash itself.
pub fn answer_of(
    context: (GenesisHash, RequestId, Attempt, Account, BlockHash),
    (model, policy_version): (ModelId, PolicyVersion),
    commitments: (Commitment, Commitment, Commitment),
) -> Answer {
    let (genesis, request, attempt, provider, lease_block) = context;
    let (input, parameters, output) = commitments;
    Answer {
        genesis,
        request,
        attempt,
        provider,
        binding: statement::binding(genesis, request, attempt, provider, lease_block),
        model,
        policy_version,
        input,
        parameters,
        output,
    }
}

impl Appraiser for World {
    fn appraise(
        context: &AppraisalContext<'_>,
        output: &Output,
        evidence: &Evidence,
    ) -> Result<Appraisal, Refusal> {
        if evidence.mode() != context.mode {
            return Err(Refusal::WrongMode);
        }
        if !Self::enabled(context.mode) {
            return Err(Refusal::FormatDisabled);
        }
        let enclave = context.enclave.transpose().map_err(Refusal::Enclave)?;
        if enclave.is_none() && !context.worker_key_registered {
            return Err(Refusal::UnknownWorkerKey);
        }
        let answers = enclave.map(|enclave| enclave.record.id);
        if !context.input_is_public && answers != context.delivered_to {
            return Err(Refusal::Enclave(EnclaveFault::NotTheDelivered));
        }
        let (model, version, key) = context.model;
        match (output, context.input_is_public) {
            (Output::Public(bytes), true) => {
                version.artefact.check_output(bytes).map_err(|_| Refusal::MalformedOutput)?
            }
            (Output::Sealed { .. }, false) => {}
            _ => return Err(Refusal::MalformedOutput),
        }
        let (request, attempt) = context.lease;
        let commitment = output.commitment(request);
        let answer = answer_of(
            (context.genesis, request, attempt, context.provider, context.lease_block),
            (model, context.policy_version),
            (context.input, context.parameters, commitment),
        );
        let (hash, signature, refusal) = match (evidence, enclave) {
            (Evidence::Tee { enclave: id, run, signature }, Some(enclave)) => {
                if !run.model.agrees_with(enclave.record.binding, &version.artefact) {
                    return Err(Refusal::WrongModel);
                }
                let (answer, price) = (answer.clone(), context.price);
                let (run, sealed) = (run.clone(), output.sealed_digest());
                let said = EnclaveAnswer { enclave: *id, answer, price, run, sealed };
                (said.signing_hash(), signature, Refusal::BadSessionSignature)
            }
            _ => {
                let signed = evidence.signed().expect("a worker signed: no enclave did");
                (answer.signing_hash(), &signed.signature, Refusal::BadSignature)
            }
        };
        if signature.0[..32] != hash {
            return Err(refusal);
        }
        let mut setup = SetupTrust::NotApplicable;
        if let Evidence::ZkMl { proof, key_version, .. } = evidence {
            let key = key.ok_or(Refusal::NoVerifyingKey)?;
            assert_eq!(key.version, *key_version);
            if proof.len() != 32 {
                return Err(Refusal::MalformedProof);
            }
            if proof[..] != answer.binding.0 {
                return Err(Refusal::InvalidProof);
            }
            setup = SetupTrust::Forgeable;
        }
        let settled = Settled {
            mode: context.mode,
            setup,
            enclave: enclave.map(EnclaveFacts::of),
            input_is_public: context.input_is_public,
        };
        let facts = settled.facts();
        let run = match evidence {
            Evidence::Tee { run, .. } => Some(run.clone()),
            _ => None,
        };
        let enclave = enclave.map(|enclave| enclave.record.clone());
        Ok(Appraisal {
            output: commitment,
            checks: settled.checks(context.now),
            appraised: Appraised {
                facts: facts.circumstances,
                standings: table(&facts),
                grade: grade(&facts),
                forgeable_by: None,
                key_version: None,
                attested: enclave.zip(run).map(|(enclave, run)| Attested { enclave, run }),
            },
        })
    }
    fn enabled(mode: Mode) -> bool {
        !world().disabled.contains(&mode)
    }
    fn trust_version() -> u32 {
        world().trust
    }
}

impl Receipts for World {
    fn next_sequence(provider: &Account) -> u64 {
        world().sequences.get(provider).copied().unwrap_or_default()
    }
    fn append(receipt: Receipt) -> ReceiptId {
        let id = receipt_id(GenesisHash::default(), &receipt);
        change(|world| {
            let twice = world
                .receipts
                .iter()
                .any(|r| (r.request, r.attempt) == (receipt.request, receipt.attempt));
            assert!(!twice, "two receipts of one attempt");
            let ended = world.receipts.iter().any(|r| r.request == receipt.request && r.terminal);
            assert!(!ended, "a receipt after the terminal one");
            if let Some(lease) = &receipt.lease {
                let next = world.sequences.entry(lease.provider).or_default();
                assert_eq!(lease.sequence, *next);
                *next += 1;
            }
            world.receipts.push(receipt);
        });
        id
    }
}

fn rules() -> Rules {
    Rules {
        default: Mode::Plain,
        floor: Floor { modes: ModeSet::of(&Mode::ALL), least: Default::default() },
        provider_may_be_named: true,
    }
}

/// Adds a provider with a bond of [`BOND`].
pub fn add_provider(who: Account, price: Balance) {
    Balances::mint_into(&account(&POT), BOND).unwrap();
    change(|world| {
        world.providers.insert(
            who,
            MockProvider {
                bond: BOND,
                reserved: 0,
                price,
                modes: ModeSet::of(&Mode::ALL),
                ready: true,
                silence: 0,
                acknowledged: 0,
            },
        );
    });
}

/// Enacts other rules, as a new version.
pub fn enact(rules: Rules) {
    change(|world| {
        let next = world.rules.keys().max().map_or(0, |version| version + 1);
        world.rules.insert(next, rules);
    });
}

/// The rules in force.
pub fn rules_now() -> Rules {
    World::rules(&class(), World::current()).unwrap()
}

/// Funds everybody, registers the model and one provider.
pub fn genesis() {
    for who in [REQUESTER, OTHER, OWNER, PROVIDER, SECOND, TREASURY, FEES, POT] {
        Balances::mint_into(&account(&who), FUNDS).unwrap();
    }
    let interface = CircuitInterface {
        input: opg_zkml_statement::InputSpec { shape: vec![4].try_into().unwrap(), bits: 8 },
        output: opg_zkml_statement::OutputSpec::Argmax { classes: 10 },
    };
    let ingredients =
        Ingredients { network: NETWORK, quantiser: 1, compiler: 1, circuit: Digest([0; 32]) };
    change(|world| {
        world.models.insert(
            MODEL,
            ModelVersion {
                owner: OWNER,
                artefact: Artefact::Circuit { ingredients, interface },
                profile: ExecutionProfile::IntExact,
                class: class(),
                modes: ModeSet::of(&Mode::ALL),
                royalty: 100_000,
                status: ModelStatus::Active,
                registered: 0,
            },
        );
        let text = ModelVersion {
            artefact: Artefact::Text(TextModel {
                name: ModelName::try_from("tiny").unwrap(),
                source: TextSource::Weights {
                    file: NETWORK,
                    engine: EngineName::try_from("rten/1").unwrap(),
                },
                interface: TextInterface { max_input: 64, max_output: 8 },
            }),
            profile: ExecutionProfile::FloatTolerant,
            modes: ModeSet::of(&[Mode::Plain, Mode::Tee]),
            ..world.models[&MODEL].clone()
        };
        world.models.insert(TEXT, text);
        world.keys.insert(
            (MODEL, 0),
            VerifyingKey {
                version: 0,
                system: ProofSystem::Groth16Bls12381,
                bytes: Default::default(),
                setup: Setup::Sole(OTHER),
            },
        );
        world.rules.insert(0, rules());
    });
    add_provider(PROVIDER, PRICE);
    add_enclave(ENCLAVE, PROVIDER);
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for World {
    fn setup(
        elements: u32,
        _: Account,
        dispatcher: DispatcherKey,
        worker: WorkerKey,
    ) -> crate::BenchmarkSetup {
        genesis();
        change(|world| {
            world.further_keys = Some((dispatcher, worker));
            let model = world.models.get_mut(&MODEL).unwrap();
            if let Artefact::Circuit { interface, .. } = &mut model.artefact {
                interface.input.shape = vec![elements].try_into().unwrap();
            }
        });
        crate::BenchmarkSetup {
            model: MODEL,
            provider: PROVIDER,
            output: super::OUTPUT.to_vec().try_into().unwrap(),
        }
    }

    fn evidence(answer: &Answer, worker: WorkerKey) -> Evidence {
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&answer.signing_hash());
        let signature = Signature(signature);
        Evidence::Plain(opg_primitives::evidence::SignedAnswer { key: worker, signature })
    }

    fn enclave(_: Account, _: ModelId) -> EnclaveId {
        ENCLAVE
    }

    fn crowd(_: &LeaseNeeds, _: &[[u8; 32]]) -> Vec<Account> {
        change(|world| world.providers.values_mut().for_each(|provider| provider.ready = false));
        Vec::new()
    }

    fn abort(mode: Mode) {
        change(|world| world.disabled.insert(mode));
    }
}
