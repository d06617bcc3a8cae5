//! Benchmarks, each at its worst case: the greatest interface, the most contributors, none of them
//! recognised.

use super::*;
use crate::{simulated::Secret, types::Format, Recognised};
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::traits::{EnsureOrigin, Get};
use opg_primitives::{
    artefact::Artefact,
    attestation::{AttestationFormat, TcbStatus, Vendor, MAX_ADVISORIES},
    claims::Claim,
    enclave::{EnclaveAnswer, EnclaveContext, EnclaveRecord, FinishReason, ModelRan, Run, Usage},
    evidence::{Evidence, ProofSystem, SignedAnswer},
    ids::{
        Account, BlockHash, Commitment, ConfigurationId, Digest, EnclaveId, GenesisHash,
        MeasurementId, ModelId, PlatformId, RequestId, SessionKey, Signature, WorkerKey,
    },
    mode::{Mode, ModeSet},
    model::{ExecutionProfile, Ingredients, ModelStatus, ModelVersion, Setup, VerifyingKey},
    names::{Advisory, ModelName},
    policy::ClassId,
    reference::{ClaimSet, ModelBinding},
    request::{Output, PublicBytes},
    sealed::{SealedBytes, MAX_SEALED_BYTES},
    statement::{binding, Answer},
    traits::{AppraisalContext, Appraiser},
    CircuitInterface,
};
use opg_zkml_statement::{
    InputSpec, OutputSpec, LOGITS_PER_ELEMENT, MAX_INPUT_ELEMENTS, MAX_LOGITS,
};
use sp_core::{crypto::KeyTypeId, ed25519};

const WORKER: KeyTypeId = KeyTypeId(*b"opgb");
/// Public inputs beside the output's: the commitment and the binding.
const FIXED_INPUTS: u32 = 2;
/// Public inputs of the greatest interface.
// `try_from` is not const; the number is far below the bound.
const MOST_INPUTS: u32 = opg_verifier_groth16::MAX_INPUTS as u32;

/// The interface with the longest input, and with as many public inputs as a key may have.
pub fn greatest_interface() -> CircuitInterface {
    interface(MAX_LOGITS)
}

/// A key for [`greatest_interface`] that can be registered.
pub fn greatest_key() -> (ProofSystem, Vec<u8>) {
    (ProofSystem::Groth16Bls12381, Secret::new(MOST_INPUTS).key())
}

fn interface(logits: u16) -> CircuitInterface {
    CircuitInterface {
        input: InputSpec {
            shape: vec![MAX_INPUT_ELEMENTS].try_into().unwrap_or_default(),
            bits: 8,
        },
        output: OutputSpec::Logits { len: logits },
    }
}

/// A lease and its model, with an output of as many logits as `inputs` public inputs hold.
struct Case {
    model: ModelVersion,
    key: VerifyingKey,
    output: Output,
    secret: Secret,
}

impl Case {
    fn new(inputs: u32) -> Self {
        let per_element = u16::try_from(LOGITS_PER_ELEMENT).unwrap_or_default();
        let elements = u16::try_from(inputs.saturating_sub(FIXED_INPUTS)).unwrap_or_default();
        let len = elements.saturating_mul(per_element);
        assert!(len <= MAX_LOGITS);
        let secret = Secret::new(inputs);
        let contributors: Vec<_> =
            (0..32u8).map(|i| Account([i.saturating_add(100); 32])).collect();
        Self {
            model: model(len),
            key: VerifyingKey {
                version: 0,
                system: ProofSystem::Groth16Bls12381,
                bytes: secret.key().try_into().unwrap_or_default(),
                setup: Setup::Ceremony {
                    contributors: contributors.try_into().unwrap_or_default(),
                    transcript: Digest([1; 32]),
                },
            },
            output: Output::Public(PublicBytes::truncate_from(vec![
                0x5a;
                usize::from(len)
                    .saturating_mul(4)
            ])),
            secret,
        }
    }

    fn context(&self, mode: Mode) -> AppraisalContext<'_> {
        AppraisalContext {
            genesis: GenesisHash([1; 32]),
            lease: (RequestId([2; 32]), 0),
            provider: Account([3; 32]),
            lease_block: BlockHash([4; 32]),
            requester: Account([5; 32]),
            mode,
            policy_version: 0,
            model: (ModelId([6; 32]), &self.model, Some(&self.key)),
            input: Commitment([7; 32]),
            input_is_public: true,
            delivered_to: None,
            parameters: Commitment([8; 32]),
            worker_key_registered: true,
            enclave: None,
            price: 1,
            now: 1,
        }
    }

    fn answer(&self, context: &AppraisalContext<'_>) -> Answer {
        let (request, attempt) = context.lease;
        Answer {
            genesis: context.genesis,
            request,
            attempt,
            provider: context.provider,
            binding: binding(
                context.genesis,
                request,
                attempt,
                context.provider,
                context.lease_block,
            ),
            model: context.model.0,
            policy_version: context.policy_version,
            input: context.input,
            parameters: context.parameters,
            output: self.output.commitment(request),
        }
    }

    fn signed(&self, context: &AppraisalContext<'_>) -> SignedAnswer {
        let key = sp_io::crypto::ed25519_generate(WORKER, None);
        let signature = sign(&key, &self.answer(context).signing_hash());
        SignedAnswer { key: WorkerKey(key.0), signature }
    }

    fn proven(&self, context: &AppraisalContext<'_>) -> Evidence {
        let (request, attempt) = context.lease;
        let bound =
            binding(context.genesis, request, attempt, context.provider, context.lease_block);
        let interface = self.model.artefact.circuit();
        let statement = interface
            .and_then(|interface| {
                let Output::Public(output) = &self.output else { return None };
                let input = &context.input.0;
                opg_zkml_statement::public_inputs(interface, input, output, &bound.0).ok()
            })
            .unwrap_or_default();
        Evidence::ZkMl {
            signed: self.signed(context),
            system: ProofSystem::Groth16Bls12381,
            key_version: 0,
            proof: self.secret.prove(&statement).try_into().unwrap_or_default(),
        }
    }
}

fn sign(key: &ed25519::Public, hash: &[u8; 32]) -> Signature {
    let signature = sp_io::crypto::ed25519_sign(WORKER, key, hash);
    Signature(signature.map_or([0; 64], |signature| signature.0))
}

/// An enclave in front of an upstream, whose record is as long as can be.
fn enclave(session_key: SessionKey) -> EnclaveContext {
    let advisory = Advisory(vec![b'A'; 24].try_into().unwrap_or_default());
    let most = usize::try_from(MAX_ADVISORIES).unwrap_or_default();
    EnclaveContext {
        session_key,
        vouches: ClaimSet::of(&Claim::ALL),
        prepares_input: true,
        seeded_by_lease: true,
        record: EnclaveRecord {
            id: EnclaveId([12; 32]),
            vendor: Vendor::Intel,
            format: AttestationFormat::Tdx,
            measurement: MeasurementId([13; 32]),
            binding: ModelBinding::Upstream,
            platform: PlatformId([14; 32]),
            platform_known: true,
            configuration: ConfigurationId([15; 32]),
            verified: 1,
            valid_until: u64::MAX,
            tcb: TcbStatus::UpToDate,
            advisories: vec![advisory; most].try_into().unwrap_or_default(),
            platform_holder_known: true,
        },
    }
}

fn run() -> Run {
    Run {
        model: ModelRan::Named(ModelName(vec![b'm'; 64].try_into().unwrap_or_default())),
        finish: FinishReason::Stop,
        usage: Usage { input: u32::MAX, output: u32::MAX },
        started: 1,
        finished: 2,
        sequence: u64::MAX,
        previous: Digest([16; 32]),
    }
}

fn model(logits: u16) -> ModelVersion {
    ModelVersion {
        owner: Account([9; 32]),
        artefact: Artefact::Circuit {
            ingredients: Ingredients {
                network: Digest([10; 32]),
                quantiser: 1,
                compiler: 1,
                circuit: Digest([11; 32]),
            },
            interface: interface(logits),
        },
        profile: ExecutionProfile::IntExact,
        class: ClassId(vec![b'c'; 24].try_into().unwrap_or_default()),
        modes: ModeSet::of(&Mode::ALL),
        royalty: 0,
        status: ModelStatus::Active,
        registered: 1,
    }
}

/// As many recognised contributors as can be, none of whom took part in the ceremony.
fn recognise_all<T: Config>() {
    for i in 1..T::MaxRecognised::get() {
        let seed = sp_io::hashing::blake2_256(&i.to_le_bytes());
        Recognised::<T>::insert(Account(seed), ());
    }
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// A worker's signature, under the longest output.
    #[benchmark]
    fn appraise_plain() {
        let case = Case::new(MOST_INPUTS);
        let context = case.context(Mode::Plain);
        let evidence = Evidence::Plain(case.signed(&context));
        let found;
        #[block]
        {
            found = <Pallet<T> as Appraiser>::appraise(&context, &case.output, &evidence);
        }
        assert!(found.is_ok());
    }

    /// A session key's signature, under the longest ciphertext, with the longest record of its enclave.
    #[benchmark]
    fn appraise_tee() {
        let mut case = Case::new(MOST_INPUTS);
        case.output = Output::Sealed {
            commitment: Commitment([9; 32]),
            ciphertext: SealedBytes::truncate_from(vec![0x5a; MAX_SEALED_BYTES as usize]),
        };
        let key = sp_io::crypto::ed25519_generate(WORKER, None);
        let enclave = enclave(SessionKey(key.0));
        let context = AppraisalContext {
            input_is_public: false,
            delivered_to: Some(enclave.record.id),
            enclave: Some(Ok(&enclave)),
            ..case.context(Mode::Tee)
        };
        let said = EnclaveAnswer {
            enclave: enclave.record.id,
            answer: case.answer(&context),
            price: context.price,
            run: run(),
            sealed: case.output.sealed_digest(),
        };
        let signature = sign(&key, &said.signing_hash());
        let evidence = Evidence::Tee { enclave: said.enclave, run: said.run, signature };
        let found;
        #[block]
        {
            found = <Pallet<T> as Appraiser>::appraise(&context, &case.output, &evidence);
        }
        assert!(found.is_ok());
    }

    /// A good proof under a key for `n` public inputs, whose ceremony nobody recognised took part in, so
    /// that all of its contributors are looked up. Every refusal comes before the end of this.
    #[benchmark]
    fn appraise_zkml(n: Linear<3, MOST_INPUTS>) {
        recognise_all::<T>();
        let case = Case::new(n);
        let context = case.context(Mode::ZkMl);
        let evidence = case.proven(&context);
        let found;
        #[block]
        {
            found = <Pallet<T> as Appraiser>::appraise(&context, &case.output, &evidence);
        }
        assert!(found.is_ok());
    }

    /// A good key for `n` public inputs.
    #[benchmark]
    fn check_key(n: Linear<3, MOST_INPUTS>) {
        let key = Secret::new(n).key();
        let found;
        #[block]
        {
            found = Pallet::<T>::check_key(ProofSystem::Groth16Bls12381, &key, n);
        }
        assert!(found.is_ok());
    }

    /// A format is switched off.
    #[benchmark]
    fn set_enabled() -> Result<(), BenchmarkError> {
        let origin =
            T::TrustOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, Format::Groth16Bls12381, false);
        assert!(!<Pallet<T> as Appraiser>::enabled(Mode::ZkMl));
        Ok(())
    }

    /// One more is recognised, and none has room after.
    #[benchmark]
    fn recognise() -> Result<(), BenchmarkError> {
        let origin =
            T::TrustOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        recognise_all::<T>();
        let account = Account([77; 32]);
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, account.0.into());
        assert!(Recognised::<T>::contains_key(account));
        Ok(())
    }

    /// One of the most that can be recognised is forgotten.
    #[benchmark]
    fn forget() -> Result<(), BenchmarkError> {
        let origin =
            T::TrustOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        recognise_all::<T>();
        let account = Account([77; 32]);
        Recognised::<T>::insert(account, ());
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, account.0.into());
        assert!(!Recognised::<T>::contains_key(account));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::chain(), crate::mock::Test);
}
