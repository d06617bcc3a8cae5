//! A runtime of the system pallet and this one, and a case to appraise: a lease, its model, and a
//! worker with a key.

use crate as pallet_verification;
use ark_groth16::Groth16;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};
use ark_serialize::CanonicalSerialize;
use ark_snark::{CircuitSpecificSetupSNARK, SNARK};
use frame_support::{derive_impl, parameter_types};
use opg_primitives::{
    artefact::{Artefact, TextModel},
    attestation::{AttestationFormat, TcbStatus, Vendor},
    claims::Claim,
    enclave::{
        EnclaveAnswer, EnclaveContext, EnclaveFault, EnclaveRecord, FinishReason, ModelRan, Run,
        Usage,
    },
    evidence::{Evidence, ProofSystem, SignedAnswer},
    ids::{
        Account, BlockHash, Commitment, ConfigurationId, Digest, EnclaveId, GenesisHash,
        MeasurementId, ModelId, PlatformId, RequestId, SessionKey, Signature, WorkerKey,
    },
    mode::{Mode, ModeSet},
    model::{ExecutionProfile, Ingredients, ModelStatus, ModelVersion, Setup, VerifyingKey},
    policy::{ClassId, PolicyVersion},
    reference::{ClaimSet, ModelBinding},
    request::{Output, PublicBytes, Refusal},
    statement::{
        binding, commit_input, commit_output, commit_parameters, output_salt, Answer, NO_SALT,
    },
    traits::{Appraisal, AppraisalContext, Appraiser},
    Attempt, Balance, CircuitInterface,
};
use opg_zkml_statement::{from_bytes, Fr, InputSpec, OutputSpec};
use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};
use sp_core::{ed25519, Pair};
use sp_runtime::{AccountId32, BuildStorage};
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
};

type Block = frame_system::mocking::MockBlockU32<Test>;

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Test>;
    #[runtime::pallet_index(1)]
    pub type Verification = pallet_verification::Pallet<Test>;
}

parameter_types! {
    /// Few, so that a test can fill them.
    pub const MaxRecognised: u32 = 3;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId32;
    type Lookup = sp_runtime::traits::IdentityLookup<AccountId32>;
}

impl pallet_verification::Config for Test {
    type TrustOrigin = frame_system::EnsureRoot<AccountId32>;
    type MaxRecognised = MaxRecognised;
    type WeightInfo = ();
}

/// An empty chain.
pub fn chain() -> sp_io::TestExternalities {
    let storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let mut chain = sp_io::TestExternalities::new(storage);
    let keystore = sp_keystore::testing::MemoryKeystore::new();
    chain.register_extension(sp_keystore::KeystoreExt::new(keystore));
    chain.execute_with(|| System::set_block_number(1));
    chain
}

/// Runs `test` on a new chain, and checks the invariants after it.
pub fn run(test: impl FnOnce()) {
    chain().execute_with(|| {
        test();
        Verification::do_try_state().unwrap();
    });
}

/// A circuit with public inputs of any number: it knows an s, and multiplies it by each of them.
/// That an output follows from an input is what the circuits of `zkml` show; here it is enough that
/// a proof is of these public inputs and of no others.
#[derive(Clone)]
struct Chain {
    inputs: Vec<Fr>,
}

impl ConstraintSynthesizer<Fr> for Chain {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let alone = |variable: Variable| move || LinearCombination::<Fr>::from(variable);
        let mut product = Fr::from(7u64);
        let mut last = cs.new_witness_variable(|| Ok(product))?;
        for input in self.inputs {
            let public = cs.new_input_variable(|| Ok(input))?;
            product *= input;
            let next = cs.new_witness_variable(|| Ok(product))?;
            cs.enforce_r1cs_constraint(alone(last), alone(public), alone(next))?;
            last = next;
        }
        Ok(())
    }
}

type Bls = ark_bls12_381::Bls12_381;
/// A key of the prover's, and the verifying key's bytes.
type Keys = (ark_groth16::ProvingKey<Bls>, Vec<u8>);

/// One setup for each number of public inputs and each seed, made when it is first asked for.
static SETUPS: LazyLock<Mutex<HashMap<(usize, u64), Keys>>> = LazyLock::new(Mutex::default);

fn with_keys<R>(inputs: usize, seed: u64, then: impl FnOnce(&Keys) -> R) -> R {
    let mut setups = SETUPS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let keys = setups.entry((inputs, seed)).or_insert_with(|| {
        let circuit = Chain { inputs: vec![Fr::from(1u64); inputs] };
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let (proving, verifying) = Groth16::<Bls>::setup(circuit, &mut rng).unwrap();
        (proving, compressed(&verifying))
    });
    then(keys)
}

fn compressed(value: &impl CanonicalSerialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.serialize_compressed(&mut bytes).unwrap();
    bytes
}

/// The verifying key for `inputs` public inputs, of a setup of its own for each `seed`.
pub fn key_bytes(inputs: usize, seed: u64) -> Vec<u8> {
    with_keys(inputs, seed, |(_, bytes)| bytes.clone())
}

/// A real proof of `statement` under [`key_bytes`] of `seed`.
pub fn prove(statement: &[[u8; 32]], seed: u64) -> Vec<u8> {
    let inputs: Vec<_> = statement.iter().map(|bytes| from_bytes(bytes).unwrap()).collect();
    with_keys(inputs.len(), seed, |(proving, _)| {
        let mut rng = ChaCha20Rng::seed_from_u64(99);
        compressed(&Groth16::<Bls>::prove(proving, Chain { inputs }, &mut rng).unwrap())
    })
}

/// A sole setup's account that is neither asked nor paid.
pub const STRANGER: Account = Account([4; 32]);

/// All that an appraisal is made in. A test alters a field, and sees what changes.
#[derive(Clone)]
pub struct Case {
    pub genesis: GenesisHash,
    pub request: RequestId,
    pub attempt: Attempt,
    pub provider: Account,
    pub lease_block: BlockHash,
    pub requester: Account,
    pub mode: Mode,
    pub policy_version: PolicyVersion,
    pub model_id: ModelId,
    pub model: ModelVersion,
    pub key: Option<VerifyingKey>,
    pub input: Commitment,
    pub input_is_public: bool,
    pub delivered_to: Option<EnclaveId>,
    pub parameters: Commitment,
    pub registered: bool,
    /// What chain state says of the enclave.
    pub enclave: Option<Result<EnclaveContext, EnclaveFault>>,
    pub price: Balance,
    pub now: u32,
    /// The worker's seed.
    pub worker: u8,
    /// The session key's seed.
    pub session: u8,
    /// The seed of the setup that proofs are made with.
    pub setup: u64,
}

/// A class of ten, as bytes.
pub const OUTPUT: &[u8] = &[7, 0, 0, 0];

impl Case {
    /// A lease of `mode`, of a model that takes four small numbers and names one of ten classes.
    pub fn new(mode: Mode) -> Self {
        let interface = CircuitInterface {
            input: InputSpec { shape: vec![2, 2].try_into().unwrap(), bits: 4 },
            output: OutputSpec::Argmax { classes: 10 },
        };
        let ingredients = Ingredients {
            network: Digest([21; 32]),
            quantiser: 1,
            compiler: 1,
            circuit: Digest([22; 32]),
        };
        Self {
            genesis: GenesisHash([1; 32]),
            request: RequestId([2; 32]),
            attempt: 0,
            provider: Account([3; 32]),
            lease_block: BlockHash([5; 32]),
            requester: Account([6; 32]),
            mode,
            policy_version: 0,
            model_id: ingredients.model_id(),
            input: commit_input(&interface, NO_SALT, &[1, 2, 3, 15]).unwrap(),
            model: ModelVersion {
                owner: Account([7; 32]),
                artefact: Artefact::Circuit { ingredients, interface },
                profile: ExecutionProfile::IntExact,
                class: ClassId(b"general".to_vec().try_into().unwrap()),
                modes: ModeSet::of(&Mode::ALL),
                royalty: 0,
                status: ModelStatus::Active,
                registered: 1,
            },
            key: Some(verifying_key(key_bytes(3, 0), Setup::Sole(STRANGER))),
            input_is_public: true,
            delivered_to: None,
            parameters: commit_parameters(&[]),
            registered: mode != Mode::Tee,
            enclave: (mode == Mode::Tee).then(|| Ok(enclave(ModelBinding::Loaded))),
            price: 1_000,
            now: 30,
            worker: 11,
            session: SESSION,
            setup: 0,
        }
    }

    /// The same lease of a text model, in a mode without a proof.
    pub fn of_text(mode: Mode, model: TextModel) -> Self {
        let artefact = Artefact::Text(model);
        let case = Self::new(mode);
        Self {
            model_id: artefact.model_id(),
            input: artefact.commit_input(NO_SALT, br#"{"prompt":"x"}"#).unwrap(),
            key: None,
            parameters: commit_parameters(br#"{"max_tokens":8}"#),
            model: ModelVersion {
                artefact,
                profile: ExecutionProfile::FloatTolerant,
                modes: ModeSet::of(&[Mode::Plain, Mode::Tee]),
                ..case.model
            },
            ..case
        }
    }

    /// A private request, whose input was delivered to [`ENCLAVE`].
    pub fn private() -> Self {
        Self { input_is_public: false, delivered_to: Some(ENCLAVE), ..Self::new(Mode::Tee) }
    }

    /// The interface of the circuit.
    pub fn interface(&self) -> &CircuitInterface {
        self.model.artefact.circuit().unwrap()
    }

    /// Lets the circuit give another output.
    pub fn gives(&mut self, spec: OutputSpec) {
        match &mut self.model.artefact {
            Artefact::Circuit { interface, .. } => interface.output = spec,
            Artefact::Text(_) => panic!("a text model has no circuit"),
        }
    }

    pub fn context(&self) -> AppraisalContext<'_> {
        AppraisalContext {
            genesis: self.genesis,
            lease: (self.request, self.attempt),
            provider: self.provider,
            lease_block: self.lease_block,
            requester: self.requester,
            mode: self.mode,
            policy_version: self.policy_version,
            model: (self.model_id, &self.model, self.key.as_ref()),
            input: self.input,
            input_is_public: self.input_is_public,
            delivered_to: self.delivered_to,
            parameters: self.parameters,
            worker_key_registered: self.registered,
            enclave: self.enclave.as_ref().map(|found| found.as_ref().map_err(|fault| *fault)),
            price: self.price,
            now: self.now,
        }
    }

    /// What is said of `output` in this case.
    pub fn answer(&self, output: &[u8]) -> Answer {
        self.answer_with(commit_output(output_salt(NO_SALT, self.request), output))
    }

    /// What is said of the output with this commitment.
    fn answer_with(&self, output: Commitment) -> Answer {
        Answer {
            genesis: self.genesis,
            request: self.request,
            attempt: self.attempt,
            provider: self.provider,
            binding: self.binding(),
            model: self.model_id,
            policy_version: self.policy_version,
            input: self.input,
            parameters: self.parameters,
            output,
        }
    }

    /// What a worker signs for `output`.
    pub fn sign(&self, output: &[u8]) -> SignedAnswer {
        let pair = ed25519::Pair::from_seed(&[self.worker; 32]);
        SignedAnswer {
            key: WorkerKey(pair.public().0),
            signature: Signature(pair.sign(&self.answer(output).signing_hash()).0),
        }
    }

    /// What an enclave says of `output`.
    pub fn said(&self, output: &[u8]) -> EnclaveAnswer {
        self.said_of(&Output::Public(PublicBytes::truncate_from(output.to_vec())))
    }

    /// What an enclave says of `output`, sealed or not.
    pub fn said_of(&self, output: &Output) -> EnclaveAnswer {
        let ran = self.model.artefact.digest().map_or_else(
            || ModelRan::Named(self.model.artefact.text().unwrap().name.clone()),
            ModelRan::Network,
        );
        EnclaveAnswer {
            enclave: ENCLAVE,
            answer: self.answer_with(output.commitment(self.request)),
            price: self.price,
            run: run_of(ran),
            sealed: output.sealed_digest(),
        }
    }

    /// The evidence of an enclave that says `said`, and signs just that.
    pub fn tee_of(&self, said: &EnclaveAnswer) -> Evidence {
        let pair = ed25519::Pair::from_seed(&[self.session; 32]);
        Evidence::Tee {
            enclave: said.enclave,
            run: said.run.clone(),
            signature: Signature(pair.sign(&said.signing_hash()).0),
        }
    }

    pub fn tee(&self, output: &[u8]) -> Evidence {
        self.tee_of(&self.said(output))
    }

    /// What chain state says of the enclave, to be altered.
    pub fn enclave_mut(&mut self) -> &mut EnclaveContext {
        self.enclave.as_mut().unwrap().as_mut().unwrap()
    }

    pub fn binding(&self) -> opg_primitives::ids::Binding {
        binding(self.genesis, self.request, self.attempt, self.provider, self.lease_block)
    }

    /// The public inputs for `output`.
    pub fn statement(&self, output: &[u8]) -> Vec<[u8; 32]> {
        opg_zkml_statement::public_inputs(
            self.interface(),
            &self.input.0,
            output,
            &self.binding().0,
        )
        .unwrap()
    }

    /// A real proof of `output` in this case.
    pub fn prove(&self, output: &[u8]) -> Vec<u8> {
        prove(&self.statement(output), self.setup)
    }

    pub fn plain(&self, output: &[u8]) -> Evidence {
        Evidence::Plain(self.sign(output))
    }

    pub fn zkml(&self, output: &[u8]) -> Evidence {
        self.zkml_with(output, self.prove(output))
    }

    /// This case's own signature over `output`, and another `proof`.
    pub fn zkml_with(&self, output: &[u8], proof: Vec<u8>) -> Evidence {
        Evidence::ZkMl {
            signed: self.sign(output),
            system: ProofSystem::Groth16Bls12381,
            key_version: 0,
            proof: proof.try_into().unwrap(),
        }
    }

    pub fn appraise(&self, output: &[u8], evidence: &Evidence) -> Result<Appraisal, Refusal> {
        let output = Output::Public(PublicBytes::truncate_from(output.to_vec()));
        Verification::appraise(&self.context(), &output, evidence)
    }
}

/// The enclave of every case, and the seed of its session key.
pub const ENCLAVE: EnclaveId = EnclaveId([8; 32]);
pub const SESSION: u8 = 12;

/// What chain state says of [`ENCLAVE`], whose code vouches for all that it can.
pub fn enclave(binding: ModelBinding) -> EnclaveContext {
    EnclaveContext {
        session_key: SessionKey(ed25519::Pair::from_seed(&[SESSION; 32]).public().0),
        vouches: ClaimSet::of(&Claim::ALL),
        prepares_input: true,
        seeded_by_lease: true,
        record: EnclaveRecord {
            id: ENCLAVE,
            vendor: Vendor::Amd,
            format: AttestationFormat::SevSnp,
            measurement: MeasurementId([31; 32]),
            binding,
            platform: PlatformId([32; 32]),
            platform_known: true,
            configuration: ConfigurationId([33; 32]),
            verified: 20,
            valid_until: 2_000,
            tcb: TcbStatus::UpToDate,
            advisories: Default::default(),
            platform_holder_known: true,
        },
    }
}

/// What an enclave says of a run of `model`.
pub fn run_of(model: ModelRan) -> Run {
    Run {
        model,
        finish: FinishReason::Stop,
        usage: Usage { input: 4, output: 1 },
        started: 100,
        finished: 200,
        sequence: 5,
        previous: Digest([34; 32]),
    }
}

/// Version 0 of a key.
pub fn verifying_key(bytes: Vec<u8>, setup: Setup) -> VerifyingKey {
    VerifyingKey {
        version: 0,
        system: ProofSystem::Groth16Bls12381,
        bytes: bytes.try_into().unwrap(),
        setup,
    }
}
