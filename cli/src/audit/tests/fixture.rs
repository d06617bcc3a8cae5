//! Real bundles: a tiny network is compiled, proven and signed, and its receipt is written by hand.

use crate::audit::{
    bundle::{
        Anchor, AnswerPart, EnclavePart, Hex, InclusionPart, LeasedEvent, ModelPart, RequestPart,
        RevokedPart, StatePart, WrittenEvent,
    },
    header::{DigestItem, Header},
    Bundle, Twice, MEDIA_TYPE,
};
use crate::opening::Opening;
use codec::{Compact, Encode};
use ed25519_zebra::{SigningKey, VerificationKey};
use opg_primitives::{
    artefact::{Artefact, TextInterface, TextModel, TextSource},
    attestation::{enclave_id, TcbStatus, Vendor},
    checks::{passed, Check, CheckLog, CheckResult, Checked, EvidenceLocation},
    claims::{Claim, Standing},
    disclosure::{Disclosure, FieldDisclosure, Form, ReadableBy},
    domain::Domain,
    enclave::{Attested, EnclaveAnswer, EnclaveRecord, FinishReason, ModelRan, Run, Usage},
    evidence::{Evidence, ProofSystem, SignedAnswer},
    ids::{
        Account, BlockHash, ConfigurationId, Digest, EncryptionKey, GenesisHash, PlatformId,
        ReceiptId, SessionKey, Signature, WorkerKey,
    },
    mode::{Mode, ModeSet},
    model::{ExecutionProfile, ModelStatus, ModelVersion, VerifyingKey},
    names::{Address, Advisory, EngineName, ModelName},
    policy::{ClassId, Floor, Rules},
    receipt::{
        receipt_id, Appraised, JudgedBy, LeaseRecord, ModeRecord, Payment, Receipt, Selection,
    },
    reference::{BuildRecipe, ClaimSet, Measurement, ModelBinding, ReferenceValue, Register},
    request::{Outcome, Output, PublicBytes, RequestIdentity},
    sealed::{open_input, reply_key, seal_output, SealedFor},
    standing::{grade, table, Circumstances, Column, Delivery, Facts, InputChannel, SetupTrust},
    statement::{binding, commit_output, commit_parameters, output_salt, Answer, NO_SALT},
    tree::{BlockRoot, ENGINE_ID},
};
use opg_zkml::{
    network::{self, Dense, Layer, Network},
    onnx, CompiledModel, Keys,
};
use opg_zkml_statement::InputSpec;
use rand::SeedableRng;
use std::sync::OnceLock;

pub const GENESIS: GenesisHash = GenesisHash([7; 32]);
pub const REQUESTER: Account = Account([1; 32]);
pub const PROVIDER: Account = Account([2; 32]);
pub const OWNER: Account = Account([3; 32]);
pub const STRANGER: Account = Account([4; 32]);
/// The secret that the enclave opens inputs with.
const ENCLAVE_SECRET: [u8; 32] = [43; 32];
const INPUT: [u8; 4] = [3, 15, 0, 7];
/// What [`text`] asks, by which parameters, and what it is answered.
pub const PROMPT: &str = r#"{"messages":[{"role":"user","content":"7?"}]}"#;
pub const PARAMETERS: &str = r#"{"max_tokens":8}"#;
pub const TEXT: &str = "séven\u{1b}[0m";
const OPG: u128 = 1_000_000_000_000_000_000;

/// A network of one layer with its keys, made once.
fn model() -> &'static (CompiledModel, Keys) {
    static MODEL: OnceLock<(CompiledModel, Keys)> = OnceLock::new();
    MODEL.get_or_init(|| {
        let layer = Layer::Dense(Dense {
            inputs: 4,
            outputs: 3,
            weights: vec![1, -2, 3, 4, 5, 6, -7, 8, 0, 1, 2, -3],
            bias: vec![10, -20, 30],
            requantise: None,
        });
        let input = InputSpec { shape: vec![4].try_into().unwrap(), bits: 4 };
        let network = Network::new(input, vec![layer], network::Answer::Argmax).unwrap();
        let compiled = CompiledModel::compile(&onnx::export::write(&network)).unwrap();
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        let keys = opg_zkml::setup_alone(&compiled, STRANGER, 0, &mut rng).unwrap();
        (compiled, keys)
    })
}

/// A settled `ZkMl` receipt with all that belongs to it.
pub fn zkml() -> Bundle {
    static BUNDLE: OnceLock<Bundle> = OnceLock::new();
    BUNDLE.get_or_init(|| bundle(Mode::ZkMl, circuit())).clone()
}

/// The same request asked in mode `Plain`.
pub fn plain() -> Bundle {
    static BUNDLE: OnceLock<Bundle> = OnceLock::new();
    BUNDLE.get_or_init(|| bundle(Mode::Plain, circuit())).clone()
}

/// The same request asked in mode `Tee`.
pub fn tee() -> Bundle {
    static BUNDLE: OnceLock<Bundle> = OnceLock::new();
    BUNDLE.get_or_init(|| bundle(Mode::Tee, circuit())).clone()
}

/// The same model asked in private, and what opens it.
pub fn private() -> (Bundle, Opening) {
    static BUNDLE: OnceLock<(Bundle, Opening)> = OnceLock::new();
    BUNDLE
        .get_or_init(|| {
            let subject = text_model();
            let (model, artefact) = (subject.artefact.model_id(), &subject.artefact);
            let opening =
                Opening::new(GENESIS, (model, artefact), &subject.input, &subject.parameters)
                    .unwrap();
            (bundle_of(Mode::Tee, subject, Some(&opening)), opening)
        })
        .clone()
}

/// An open text model asked in mode `Tee`.
pub fn text() -> Bundle {
    static BUNDLE: OnceLock<Bundle> = OnceLock::new();
    BUNDLE.get_or_init(|| bundle(Mode::Tee, text_model())).clone()
}

/// What is asked of which model, and what it answers.
struct Subject {
    artefact: Artefact,
    input: Vec<u8>,
    parameters: Vec<u8>,
    output: Vec<u8>,
}

fn circuit() -> Subject {
    let (compiled, _) = model();
    Subject {
        artefact: Artefact::Circuit {
            ingredients: *compiled.ingredients(),
            interface: compiled.interface().clone(),
        },
        input: INPUT.to_vec(),
        parameters: Vec::new(),
        output: compiled.run(&INPUT).unwrap().to_bytes(),
    }
}

fn text_model() -> Subject {
    let engine = EngineName::try_from("tiny-lm/1").unwrap();
    Subject {
        artefact: Artefact::Text(TextModel {
            name: ModelName::try_from("tiny-lm-demo").unwrap(),
            source: TextSource::Weights { file: Digest([31; 32]), engine },
            interface: TextInterface { max_input: 4096, max_output: 4096 },
        }),
        input: PROMPT.into(),
        parameters: PARAMETERS.into(),
        output: TEXT.into(),
    }
}

/// The claims that the code of the enclave observes itself.
const OBSERVED: [Claim; 7] = [
    Claim::ModelRan,
    Claim::InputUsed,
    Claim::Parameters,
    Claim::Output,
    Claim::Execution,
    Claim::SingleAnswer,
    Claim::Usage,
];

/// What approves that code.
pub fn reference() -> ReferenceValue {
    ReferenceValue {
        vendor: Vendor::Amd,
        measurement: Measurement::SevSnp {
            launch: Register([21; 48]),
            host_data: Digest([22; 32]),
            policy: 0x30000,
        },
        built_from: BuildRecipe {
            source: Address::try_from("https://example.org/opg").unwrap(),
            revision: Digest([23; 32]),
            recipe: Digest([24; 32]),
        },
        schema: 1,
        vouches: ClaimSet::of(&OBSERVED),
        binding: ModelBinding::Loaded,
        model: None,
        prepares_input: false,
        seeded_by_lease: true,
        approved_by: None,
        from: 10,
        until: 1_000,
    }
}

/// The enclave, and what the chain says of it.
fn enclave_part(session: &SigningKey) -> EnclavePart {
    let session_key = SessionKey(VerificationKey::from(session).into());
    let reference = reference();
    let record = EnclaveRecord {
        id: enclave_id(GENESIS, PROVIDER, session_key),
        vendor: reference.vendor,
        format: reference.measurement.format(),
        measurement: reference.id(),
        binding: reference.binding,
        platform: PlatformId([25; 32]),
        platform_known: true,
        configuration: ConfigurationId([26; 32]),
        verified: 52,
        valid_until: 1_795_580_570,
        tcb: TcbStatus::SwHardeningNeeded,
        advisories: vec![Advisory::try_from("AMD-SB-3019").unwrap()].try_into().unwrap(),
        platform_holder_known: false,
    };
    EnclavePart {
        session_key,
        encryption_key: EncryptionKey(reply_key(&ENCLAVE_SECRET).0),
        record: Twice::new(record),
        reference: Twice::new(reference),
        revoked: RevokedPart { as_of: 70, all: Twice::new(Vec::new()) },
    }
}

fn run(network: Digest) -> Run {
    Run {
        model: ModelRan::Network(network),
        finish: FinishReason::Stop,
        usage: Usage { input: 4, output: 1 },
        started: 1_795_500_000_000,
        finished: 1_795_500_000_250,
        sequence: 12,
        previous: Digest([27; 32]),
    }
}

fn header(number: u32, digest: Vec<DigestItem>) -> Vec<u8> {
    Header {
        parent: BlockHash([number as u8; 32]),
        number: Compact(number),
        state_root: [8; 32],
        extrinsics_root: [9; 32],
        digest,
    }
    .encode()
}

fn bundle(mode: Mode, subject: Subject) -> Bundle {
    bundle_of(mode, subject, None)
}

/// The bundle of an answer; of a private request where there is what opens it.
fn bundle_of(mode: Mode, subject: Subject, opening: Option<&Opening>) -> Bundle {
    let (compiled, keys) = model();
    let Subject { artefact, input, parameters, output } = subject;
    let ran = artefact.digest().unwrap();
    let modes: Vec<_> = Mode::ALL.into_iter().filter(|mode| artefact.can_be_asked(*mode)).collect();
    let class = ClassId(b"general".to_vec().try_into().unwrap());
    let version = ModelVersion {
        owner: OWNER,
        artefact,
        profile: ExecutionProfile::IntExact,
        class: class.clone(),
        modes: ModeSet::of(&modes),
        royalty: 100_000,
        status: ModelStatus::Active,
        registered: 5,
    };
    let rules = Rules {
        default: Mode::Plain,
        floor: Floor {
            modes: ModeSet::of(&Mode::ALL),
            least: vec![(Claim::Output, Standing::Signed)].try_into().unwrap(),
        },
        provider_may_be_named: false,
    };
    let identity = RequestIdentity {
        genesis: GENESIS,
        requester: REQUESTER,
        nonce: 12,
        model: version.artefact.model_id(),
        input: match opening {
            Some(opening) => opening.commitment,
            None => version.artefact.commit_input(NO_SALT, &input).unwrap(),
        },
        parameters: commit_parameters(&parameters),
        mode,
        policy_version: 2,
        max_price: 25 * OPG,
        deadline: 300,
    };
    let request = identity.id();
    let lease_header = header(41, vec![DigestItem::PreRuntime(*b"BABE", vec![1])]);
    let lease_block = (41, Header::hash_of(&lease_header));
    let bound = binding(GENESIS, request, 0, PROVIDER, lease_block.1);

    // The answer.
    let worker = SigningKey::from([6; 32]);
    let salt = opening.map_or(NO_SALT, |opening| opening.salt.0);
    let committed = commit_output(output_salt(salt, request), &output);
    let said = Answer {
        genesis: GENESIS,
        request,
        attempt: 0,
        provider: PROVIDER,
        binding: bound,
        model: identity.model,
        policy_version: identity.policy_version,
        input: identity.input,
        parameters: identity.parameters,
        output: committed,
    };
    let signed = SignedAnswer {
        key: WorkerKey(VerificationKey::from(&worker).into()),
        signature: Signature(worker.sign(&said.signing_hash()).into()),
    };
    let session = SigningKey::from([8; 32]);
    let enclave = enclave_part(&session);
    let output = match opening {
        None => Output::Public(output.try_into().unwrap()),
        Some(opening) => {
            let sealed_for = SealedFor {
                genesis: GENESIS,
                request,
                model: identity.model,
                parameters: identity.parameters,
                attempt: 0,
                provider: PROVIDER,
                enclave: enclave.record.view.id,
                key: enclave.encryption_key,
            };
            let sealed = opening.seal(&sealed_for).unwrap();
            let opened = open_input(&sealed_for, &ENCLAVE_SECRET, &sealed).unwrap();
            let output: PublicBytes = output.try_into().unwrap();
            let ciphertext =
                seal_output(&sealed_for, &opened.reply_to, &output, &[44; 32]).unwrap();
            Output::Sealed { commitment: committed, ciphertext }
        }
    };
    let evidence = match mode {
        Mode::ZkMl => {
            let mut rng = rand::rngs::StdRng::seed_from_u64(2);
            let proven =
                compiled.prove(&keys.proving, &INPUT, &NO_SALT, &bound.0, &mut rng).unwrap();
            Evidence::ZkMl {
                signed,
                system: ProofSystem::Groth16Bls12381,
                key_version: 0,
                proof: proven.proof.try_into().unwrap(),
            }
        }
        Mode::Tee => {
            let run = run(ran);
            let enclave = enclave.record.view.id;
            let (price, sealed) = (20 * OPG, output.sealed_digest());
            let said = EnclaveAnswer { enclave, answer: said, price, run, sealed };
            let signature = Signature(session.sign(&said.signing_hash()).into());
            Evidence::Tee { enclave, run: said.run, signature }
        }
        Mode::Plain => Evidence::Plain(signed),
    };

    // What the runtime makes of it.
    let (zk, tee) = (mode == Mode::ZkMl, mode == Mode::Tee);
    let log: Vec<Checked> = Check::ALL
        .into_iter()
        .map(|check| Checked {
            check,
            result: match check {
                Check::WorkerSignature if !tee => CheckResult::Pass,
                Check::SessionSignature | Check::EnclaveValid | Check::Vouched if tee => {
                    CheckResult::Pass
                }
                Check::InputRecomputed | Check::OutputRecomputed if opening.is_some() => {
                    CheckResult::CouldNotCheck
                }
                Check::InputRecomputed
                | Check::OutputRecomputed
                | Check::BindingRecomputed
                | Check::RuntimeState => CheckResult::Pass,
                Check::Proof if zk => CheckResult::Pass,
                Check::SetupTrusted if zk => CheckResult::Fail,
                _ => CheckResult::NotClaimed,
            },
            // The enclave's document was verified before.
            at: if tee && check == Check::EnclaveValid { 52 } else { 60 },
        })
        .collect();
    let checks = CheckLog::truncate_from(log);
    let circumstances = Circumstances {
        column: match mode {
            Mode::Plain => Column::Plain,
            Mode::Tee => Column::TeeOpen,
            Mode::ZkMl => Column::ZkConstant,
        },
        batch_leaf: false,
        leaf_holds_block_hash: false,
        voucher: false,
        setup: if zk { SetupTrust::Forgeable } else { SetupTrust::NotApplicable },
        input: match opening {
            Some(_) => InputChannel::EndsInEnclave,
            None => InputChannel::Public,
        },
        delivery: Delivery::InBlock,
        vouches: ClaimSet::of(if tee { &OBSERVED } else { &[] }),
        preparation_in_image: false,
        seeded_by_lease: tee,
        platform_holder_known: false,
    };
    let facts = Facts { circumstances, passed: passed(&checks) };
    let public = FieldDisclosure { form: Form::Public, readable_by: ReadableBy::Everyone };
    let nothing = FieldDisclosure { form: Form::NotApplicable, readable_by: ReadableBy::Nobody };
    let receipt = Receipt {
        format: 1,
        request,
        attempt: 0,
        terminal: true,
        outcome: Outcome::Settled,
        requester: REQUESTER,
        model: identity.model,
        owner: OWNER,
        class,
        mode: ModeRecord {
            asked: (mode != Mode::Plain).then_some(mode),
            default: Mode::Plain,
            achieved: Some(mode),
        },
        lease: Some(LeaseRecord {
            provider: PROVIDER,
            selection: Selection::Drawn { redraws: 1 },
            sequence: 17,
            lease_block,
            acknowledged: Some(45),
        }),
        requested: 40,
        closed: 60,
        deadline: 300,
        input: identity.input,
        parameters: identity.parameters,
        output: Some(committed),
        disclosure: Disclosure {
            input: match opening {
                Some(_) => {
                    FieldDisclosure { form: Form::Encrypted, readable_by: ReadableBy::Enclave }
                }
                None => public,
            },
            parameters: if parameters.is_empty() { nothing } else { public },
            output: match opening {
                Some(_) => {
                    FieldDisclosure { form: Form::Encrypted, readable_by: ReadableBy::Requester }
                }
                None => public,
            },
            weights: FieldDisclosure { form: Form::Withheld, readable_by: ReadableBy::ModelOwner },
            providers_that_saw: 1,
        },
        payment: Payment {
            held: 25 * OPG,
            provider: 16 * OPG,
            owner: 2 * OPG,
            burned: OPG,
            treasury: OPG,
            released: 5 * OPG,
            slashed: 0,
            compensation: 0,
            fee_burned: OPG / 100,
        },
        self_dealing: false,
        checks,
        evidence: Some(EvidenceLocation { block: 60, extrinsic: 3, digest: evidence.digest() }),
        judged_by: JudgedBy {
            spec_version: 100,
            code_hash: Digest([5; 32]),
            policy_version: 2,
            policy: rules.digest(&version.class, 2),
            trust_version: 4,
        },
        appraised: Some(Appraised {
            facts: circumstances,
            standings: table(&facts),
            grade: grade(&facts),
            forgeable_by: zk.then_some(STRANGER),
            key_version: zk.then_some(0),
            attested: tee.then(|| Attested { enclave: enclave.record.view.clone(), run: run(ran) }),
        }),
    };
    let id = receipt_id(GENESIS, &receipt);
    let other = ReceiptId([11; 32]);
    let leaf = |id: &ReceiptId| Digest(Domain::ReceiptLeaf.hash(id));
    let root =
        BlockRoot { root: Digest(Domain::ReceiptNode.hash(&(leaf(&other), leaf(&id)))), count: 2 };
    let extrinsic =
        [&[0x45, 0, 7][..], &request.encode(), &[0], &output.encode(), &evidence.encode()].concat();
    let (bytes, commitment) = match output {
        Output::Public(bytes) => (bytes.into_inner(), None),
        Output::Sealed { commitment, ciphertext } => (ciphertext.into_inner(), Some(commitment)),
    };
    Bundle {
        media_type: MEDIA_TYPE.to_owned(),
        genesis: GENESIS,
        receipt_id: id,
        request: Some(RequestPart {
            identity: Twice::new(identity),
            block: 40,
            asked: receipt.mode.asked,
            named: None,
            input: opening.is_none().then_some(Hex(input)),
            parameters: Hex(parameters),
        }),
        answer: Some(AnswerPart {
            request,
            attempt: 0,
            block: 60,
            output: Hex(bytes),
            commitment,
            evidence: Twice::new(evidence),
            extrinsic: Hex(extrinsic),
            index: 3,
        }),
        model: Some(ModelPart {
            version: Twice::new(version),
            key: zk.then(|| {
                Twice::new(VerifyingKey {
                    version: 0,
                    system: ProofSystem::Groth16Bls12381,
                    bytes: keys.verifying.clone().try_into().unwrap(),
                    setup: keys.provenance.setup.clone(),
                })
            }),
        }),
        enclave: tee.then_some(enclave),
        policy: Some(Twice::new(rules)),
        inclusion: Some(InclusionPart {
            header: Hex(header(
                60,
                vec![
                    DigestItem::PreRuntime(*b"BABE", vec![2]),
                    DigestItem::Consensus(ENGINE_ID, root.encode()),
                    DigestItem::Seal(*b"BABE", vec![3]),
                ],
            )),
            lease_header: Some(Hex(lease_header)),
            receipts: vec![other, id],
        }),
        state: Some(StatePart {
            spec_version: 100,
            code_hash: Digest([5; 32]),
            trust_version: 4,
            recognised: Vec::new(),
            rates: (50_000, 50_000),
            min_burn: OPG / 100,
            leased: Some(LeasedEvent {
                provider: PROVIDER,
                price: 20 * OPG,
                selection: Selection::Drawn { redraws: 1 },
            }),
            acknowledged: Some(45),
            slashed: None,
            written: Some(WrittenEvent {
                request,
                attempt: 0,
                outcome: Outcome::Settled,
                terminal: true,
                provider: Some((PROVIDER, 17)),
            }),
        }),
        anchor: Some(Anchor {
            chain: "test".into(),
            obtained_from: "ws://127.0.0.1:9944".into(),
            finalised: (70, BlockHash([1; 32])),
        }),
        receipt: Twice::new(receipt),
    }
}
