//! What each call, authorisation and hook weighs, with the pallets below as the runtime wires them.
//!
//! A lease ends in its dearest way: its request has one attempt, so that the hold, the booking and
//! the bytes go too. The requester is not whitelisted: most of these are not made by it, so nothing
//! has read its account before.

#![allow(clippy::arithmetic_side_effects)] // its own numbers, in a benchmark

use crate::{
    assignment::{seed, TRIES},
    sweep::EMPTY_BLOCKS,
    types::Stage,
    Call, Config, OpenCount, Pallet, Requests, SealedInputs, SweepFrom,
};
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
    pallet_prelude::{Authorize, TransactionSource},
    traits::{
        fungible::{Balanced, Inspect},
        tokens::Precision,
        UnfilteredDispatchable,
    },
};
use frame_system::RawOrigin;
use opg_primitives::{
    evidence::{Evidence, ProofBytes, ProofSystem, SignedAnswer, MAX_PROOF_BYTES},
    ids::{
        Account, Commitment, DispatcherKey, EnclaveId, ModelId, RequestId, Signature, WorkerKey,
    },
    mode::Mode,
    request::{
        DeclineReason, Input, Output, Parameters, PublicBytes, MAX_PARAMETER_BYTES,
        MAX_PUBLIC_BYTES,
    },
    sealed::{SealedBytes, MAX_SEALED_BYTES},
    statement::{self, Answer},
    traits::LeaseNeeds,
    Balance,
};
use sp_core::crypto::KeyTypeId;
use sp_runtime::traits::Get;

const WORKER_KEYS: KeyTypeId = KeyTypeId(*b"bnch");

/// What [`BenchmarkHelper::setup`] made.
pub struct BenchmarkSetup {
    /// An active model that offers every mode, with a verifying key of version 0.
    pub model: ModelId,
    /// A provider that can take leases of it, with room for many.
    pub provider: Account,
    /// An output of the form that the model says, as long as can be.
    pub output: PublicBytes,
}

/// Sets up what is below this pallet, every record of it as long as can be.
pub trait BenchmarkHelper {
    /// Registers a model with an input of `elements` bytes that `requester` may ask, in a class that
    /// accepts every mode and lets providers be named, and one provider that is eligible
    /// now, with these keys; and lets this block have an author and randomness. May be called once.
    fn setup(
        elements: u32,
        requester: Account,
        dispatcher: DispatcherKey,
        worker: WorkerKey,
    ) -> BenchmarkSetup;

    /// Registers an enclave of `provider` that may answer of `model` now.
    fn enclave(provider: Account, model: ModelId) -> EnclaveId;

    /// Makes the draw for `needs` with each of `seeds` as long as a draw can be. That of the last
    /// finds nobody; whom each of the others finds is returned.
    fn crowd(needs: &LeaseNeeds, seeds: &[[u8; 32]]) -> Vec<Account>;

    /// Lets no lease in `mode` settle any more, as governance can.
    fn abort(mode: Mode);

    /// A worker's evidence for `answer`, by the key of the benchmark's keystore.
    fn evidence(answer: &Answer, worker: WorkerKey) -> Evidence {
        let key = sp_core::ed25519::Public::from_raw(worker.0);
        let signature = sp_io::crypto::ed25519_sign(WORKER_KEYS, &key, &answer.signing_hash());
        let signature = Signature(signature.map_or([0; 64], |signature| signature.0));
        Evidence::Plain(SignedAnswer { key: worker, signature })
    }
}

/// A requester, a provider and its keys.
struct Scene {
    setup: BenchmarkSetup,
    dispatcher: DispatcherKey,
    worker: WorkerKey,
    elements: u32,
}

impl Scene {
    fn new<T: Config>(elements: u32) -> Self {
        let dispatcher =
            DispatcherKey(sp_io::crypto::sr25519_generate(opg_dispatcher::KEY_TYPE, None).0);
        let worker = WorkerKey(sp_io::crypto::ed25519_generate(WORKER_KEYS, None).0);
        // Later than a sweep catches up with in one block.
        frame_system::Pallet::<T>::set_block_number((10 * EMPTY_BLOCKS).into());
        let requester = Account(requester::<T>().into());
        let setup = T::BenchmarkHelper::setup(elements, requester, dispatcher, worker);
        Self { setup, dispatcher, worker, elements }
    }

    /// The requester, who can pay.
    fn requester<T: Config>() -> T::AccountId {
        let who = requester::<T>();
        let amount = T::Currency::minimum_balance()
            .saturating_add(T::MinPrice::get())
            .saturating_mul(1_000_000_000_000);
        let _ = T::Currency::deposit(&who, amount, Precision::Exact).map(drop);
        who
    }

    fn price<T: Config>() -> Balance {
        T::MinPrice::get().saturating_mul(1_000_000)
    }

    fn request<T: Config>(&self, mode: Mode, named: bool) -> Call<T> {
        // In mode `Tee` a private one, which alone is delivered.
        let private = mode == Mode::Tee;
        let windows = Pallet::<T>::windows(mode, private);
        let input = match private {
            true => Input::Committed(Commitment([7; 32])),
            false => {
                let bytes = alloc::vec![0; self.elements as usize];
                Input::Public(PublicBytes::truncate_from(bytes))
            }
        };
        // A circuit takes none.
        let parameters = match mode {
            Mode::ZkMl => Vec::new(),
            Mode::Plain | Mode::Tee => alloc::vec![0; MAX_PARAMETER_BYTES as usize],
        };
        Call::request {
            model: self.setup.model,
            input,
            parameters: Parameters::truncate_from(parameters),
            mode: Some(mode),
            max_price: Self::price::<T>(),
            deadline: windows.earliest_deadline(Pallet::<T>::now(), false) + 1_000,
            provider: named.then_some(self.setup.provider),
        }
    }

    /// An open request, leased at once if `named`.
    fn open<T: Config>(&self, mode: Mode, named: bool) -> Result<RequestId, BenchmarkError> {
        let who = Self::requester::<T>();
        self.request::<T>(mode, named)
            .dispatch_bypass_filter(RawOrigin::Signed(who).into())
            .map_err(|_| BenchmarkError::Stop("the request was refused"))?;
        Requests::<T>::iter_keys().next().ok_or(BenchmarkError::Stop("no request is open"))
    }

    fn sign(&self, hash: [u8; 32]) -> Signature {
        let key = sp_core::sr25519::Public::from_raw(self.dispatcher.0);
        Signature(
            sp_io::crypto::sr25519_sign(opg_dispatcher::KEY_TYPE, &key, &hash)
                .map_or([0; 64], |signature| signature.0),
        )
    }

    fn acknowledge<T: Config>(&self, request: RequestId) -> Call<T> {
        let signature = self.sign(Pallet::<T>::acknowledge_hash(request, 0));
        Call::acknowledge { request, attempt: 0, key: self.dispatcher, signature }
    }

    fn decline<T: Config>(&self, request: RequestId) -> Call<T> {
        let reason = DeclineReason::Busy;
        let signature = self.sign(Pallet::<T>::decline_hash(request, 0, reason));
        Call::decline { request, attempt: 0, reason, key: self.dispatcher, signature }
    }

    /// An open request whose lease was acknowledged.
    fn acknowledged<T: Config>(&self, mode: Mode) -> Result<RequestId, BenchmarkError> {
        let id = self.open::<T>(mode, true)?;
        make(self.acknowledge::<T>(id))?;
        Ok(id)
    }

    /// What the provider has beside its bond.
    fn earned<T: Config>(&self) -> Balance {
        T::Currency::balance(&Pallet::<T>::account(&self.setup.provider))
    }

    /// A good answer to a request that is leased.
    fn submit<T: Config>(&self, id: RequestId) -> Result<Call<T>, BenchmarkError> {
        let request = Requests::<T>::get(id).ok_or("no request")?;
        let Stage::Leased(lease) = &request.stage else { return Err("no lease".into()) };
        let genesis = Pallet::<T>::genesis();
        let output = Output::Public(self.setup.output.clone());
        let answer = Answer {
            genesis,
            request: id,
            attempt: 0,
            provider: lease.provider,
            binding: statement::binding(genesis, id, 0, lease.provider, lease.lease_block.1),
            model: request.model,
            policy_version: request.policy_version,
            input: request.input,
            parameters: request.parameters,
            output: output.commitment(id),
        };
        Ok(self.submission(id, output, T::BenchmarkHelper::evidence(&answer, self.worker)))
    }

    /// The same with other bytes, well signed by the dispatcher.
    fn submission<T: Config>(
        &self,
        request: RequestId,
        output: Output,
        evidence: Evidence,
    ) -> Call<T> {
        let signature = self.sign(Pallet::<T>::submit_hash(request, 0, &output, &evidence));
        let key = self.dispatcher;
        Call::submit_result { request, attempt: 0, output, evidence, key, signature }
    }

    /// An answer and evidence of as many bytes as `bytes` asks for, that prove nothing.
    fn large(&self, bytes: u32) -> (Output, Evidence) {
        let signed = SignedAnswer { key: self.worker, signature: Signature([0; 64]) };
        let proof = bytes.saturating_sub(MAX_PUBLIC_BYTES) as usize;
        let output =
            PublicBytes::truncate_from(alloc::vec![0; bytes.min(MAX_PUBLIC_BYTES) as usize]);
        let output = Output::Public(output);
        let evidence = Evidence::ZkMl {
            signed,
            system: ProofSystem::Groth16Bls12381,
            key_version: 0,
            proof: ProofBytes::truncate_from(alloc::vec![0; proof]),
        };
        (output, evidence)
    }
}

fn requester<T: Config>() -> T::AccountId {
    account("requester", 0, 0)
}

/// An acknowledged lease that is overdue, and the block until which it was not.
fn overdue<T: Config>() -> Result<(RequestId, u32), BenchmarkError> {
    let id = Scene::new::<T>(64).acknowledged::<T>(Mode::ZkMl)?;
    let due = Requests::<T>::get(id).ok_or("no request")?.due();
    frame_system::Pallet::<T>::set_block_number((due + 1).into());
    Ok((id, due))
}

/// Authorises `call` as in a block, so that its mark is there, and makes it.
fn make<T: Config>(call: Call<T>) -> Result<(), BenchmarkError> {
    authorize(&call, TransactionSource::InBlock)?;
    call.dispatch_bypass_filter(RawOrigin::Authorized.into())
        .map_err(|_| BenchmarkError::Stop("an authorised call was refused"))?;
    Ok(())
}

fn authorize<T: Config>(call: &Call<T>, source: TransactionSource) -> Result<(), BenchmarkError> {
    call.authorize(source)
        .ok_or("the call has no authorisation")?
        .map_err(|_| BenchmarkError::Stop("the call was not authorised"))?;
    Ok(())
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// With a provider named, so that it is leased in the same call, and with parameters.
    #[benchmark]
    fn request(i: Linear<1, MAX_PUBLIC_BYTES>) -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(i);
        let who = Scene::requester::<T>();
        let call = scene.request::<T>(Mode::Plain, true);
        #[block]
        {
            call.dispatch_bypass_filter(RawOrigin::Signed(who).into())
                .map_err(|_| BenchmarkError::Stop("the request was refused"))?;
        }
        assert_eq!(Requests::<T>::count(), 1);
        Ok(())
    }

    /// A leased request that nobody acknowledged.
    #[benchmark]
    fn cancel() -> Result<(), BenchmarkError> {
        let id = Scene::new::<T>(64).open::<T>(Mode::Plain, true)?;
        #[extrinsic_call]
        _(RawOrigin::Signed(requester::<T>()), id);
        assert_eq!(Requests::<T>::count(), 0);
        Ok(())
    }

    /// A private input of `s` bytes is delivered, with the look at the enclave.
    #[benchmark]
    fn deliver(s: Linear<48, MAX_SEALED_BYTES>) -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(Mode::Tee, true)?;
        let enclave = T::BenchmarkHelper::enclave(scene.setup.provider, scene.setup.model);
        let sealed = SealedBytes::truncate_from(alloc::vec![0x5e; s as usize]);
        #[extrinsic_call]
        _(RawOrigin::Signed(requester::<T>()), id, 0, enclave, sealed);
        assert!(SealedInputs::<T>::contains_key(id));
        Ok(())
    }

    /// A lease is taken on.
    #[benchmark]
    fn acknowledge() -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(Mode::Plain, true)?;
        let call = scene.acknowledge::<T>(id);
        authorize(&call, TransactionSource::InBlock)?;
        #[block]
        {
            call.dispatch_bypass_filter(RawOrigin::Authorized.into())
                .map_err(|_| BenchmarkError::Stop("refused"))?;
        }
        Ok(())
    }

    /// A lease is given back, which was the only attempt.
    #[benchmark]
    fn decline() -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(Mode::Plain, true)?;
        let call = scene.decline::<T>(id);
        authorize(&call, TransactionSource::InBlock)?;
        #[block]
        {
            call.dispatch_bypass_filter(RawOrigin::Authorized.into())
                .map_err(|_| BenchmarkError::Stop("refused"))?;
        }
        assert_eq!(Requests::<T>::count(), 0);
        Ok(())
    }

    /// A good answer: three payees and a receipt with its table. Its appraisal in mode `Plain` is
    /// measured too, so that adding the appraisal's own weight errs on the safe side: by a
    /// signature, which costs more than the look at a verifying key that `ZkMl` needs beside.
    #[benchmark]
    fn submit_good() -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.acknowledged::<T>(Mode::Plain)?;
        let call = scene.submit::<T>(id)?;
        authorize(&call, TransactionSource::InBlock)?;
        let before = scene.earned::<T>();
        #[block]
        {
            call.dispatch_bypass_filter(RawOrigin::Authorized.into())
                .map_err(|_| BenchmarkError::Stop("refused"))?;
        }
        assert_eq!(Requests::<T>::count(), 0);
        assert!(scene.earned::<T>() > before);
        Ok(())
    }

    /// Refused evidence of `e` bytes, with its look at the verifying key: hashing, a slash and a
    /// receipt. It is refused as soon as it is appraised, whose weight is added whole.
    #[benchmark]
    fn submit_result(
        e: Linear<1, { MAX_PUBLIC_BYTES + MAX_PROOF_BYTES }>,
    ) -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.acknowledged::<T>(Mode::ZkMl)?;
        let (output, evidence) = scene.large(e);
        let call = scene.submission::<T>(id, output, evidence);
        authorize(&call, TransactionSource::InBlock)?;
        let before = scene.earned::<T>();
        #[block]
        {
            call.dispatch_bypass_filter(RawOrigin::Authorized.into())
                .map_err(|_| BenchmarkError::Stop("refused"))?;
        }
        assert_eq!(Requests::<T>::count(), 0);
        assert_eq!(scene.earned::<T>(), before);
        Ok(())
    }

    /// The dearest end: a lease that was not delivered, with slash, compensation and release.
    #[benchmark]
    fn expire() -> Result<(), BenchmarkError> {
        let (id, _) = overdue::<T>()?;
        let call = Call::<T>::expire { request: id, attempt: 0 };
        authorize(&call, TransactionSource::InBlock)?;
        #[block]
        {
            call.dispatch_bypass_filter(RawOrigin::Authorized.into())
                .map_err(|_| BenchmarkError::Stop("refused"))?;
        }
        assert_eq!(Requests::<T>::count(), 0);
        Ok(())
    }

    /// State, a look at the keys, a signature.
    #[benchmark]
    fn authorize_acknowledge() -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(Mode::Plain, true)?;
        let call = scene.acknowledge::<T>(id);
        #[block]
        {
            authorize(&call, TransactionSource::InBlock)?;
        }
        Ok(())
    }

    /// As that of `acknowledge`.
    #[benchmark]
    fn authorize_decline() -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(Mode::Plain, true)?;
        let call = scene.decline::<T>(id);
        #[block]
        {
            authorize(&call, TransactionSource::InBlock)?;
        }
        Ok(())
    }

    /// As that of `acknowledge`, over `e` bytes of answer and evidence.
    #[benchmark]
    fn authorize_submit_result(
        e: Linear<1, { MAX_PUBLIC_BYTES + MAX_PROOF_BYTES }>,
    ) -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.acknowledged::<T>(Mode::ZkMl)?;
        let (output, evidence) = scene.large(e);
        let call = scene.submission::<T>(id, output, evidence);
        #[block]
        {
            authorize(&call, TransactionSource::InBlock)?;
        }
        Ok(())
    }

    /// Not overdue, but beyond settling, so that rules and switches are looked at too.
    #[benchmark]
    fn authorize_expire() -> Result<(), BenchmarkError> {
        let id = Scene::new::<T>(64).open::<T>(Mode::Plain, true)?;
        T::BenchmarkHelper::abort(Mode::Plain);
        let call = Call::<T>::expire { request: id, attempt: 0 };
        #[block]
        {
            authorize(&call, TransactionSource::InBlock)?;
        }
        Ok(())
    }

    /// A block in which nothing is overdue, whose cursor moves as far as it may, and in which a
    /// request waits whose turn has not come.
    #[benchmark]
    fn begin_block() -> Result<(), BenchmarkError> {
        let id = Scene::new::<T>(64).open::<T>(Mode::Plain, false)?;
        frame_system::Pallet::<T>::set_block_number((Pallet::<T>::now() + 1).into());
        #[block]
        {
            Pallet::<T>::begin_block();
        }
        assert_eq!(SweepFrom::<T>::get(), EMPTY_BLOCKS);
        let record = Requests::<T>::get(id).ok_or("it ended")?;
        assert!(matches!(record.stage, Stage::Waiting { .. }));
        Ok(())
    }

    /// As `expire`, by a sweep, with the search for it.
    #[benchmark]
    fn sweep() -> Result<(), BenchmarkError> {
        let (_, due) = overdue::<T>()?;
        SweepFrom::<T>::put(due);
        let ended;
        #[block]
        {
            ended = Pallet::<T>::sweep(1);
        }
        assert_eq!(ended, 1);
        assert_eq!(Requests::<T>::count(), 0);
        Ok(())
    }

    /// The dearest entry of the queue: each draw goes through all its repetitions, all but the last
    /// find somebody who has too many leases, and the last finds nobody, which ends the request.
    #[benchmark]
    fn draw() -> Result<(), BenchmarkError> {
        let id = Scene::new::<T>(64).open::<T>(Mode::Plain, false)?;
        let record = Requests::<T>::get(id).ok_or("no request")?;
        let Stage::Waiting { not_before, .. } = record.stage else {
            return Err("it is leased".into());
        };
        frame_system::Pallet::<T>::set_block_number(not_before.into());
        let randomness = T::Randomness::get().ok_or("no randomness")?;
        let seeds: Vec<_> =
            (0..TRIES).map(|repetition| seed(randomness, id, 0, repetition)).collect();
        let needs = Pallet::<T>::needs(record.model, record.mode, record.max_price);
        for busy in T::BenchmarkHelper::crowd(&needs, &seeds) {
            OpenCount::<T>::insert(busy, T::MaxOpenLeases::get());
        }
        let seen;
        #[block]
        {
            seen = Pallet::<T>::draw_waiting(1);
        }
        assert_eq!(seen, 1);
        assert_eq!(Requests::<T>::count(), 0);
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::bench_chain(), crate::mock::Test);
}
