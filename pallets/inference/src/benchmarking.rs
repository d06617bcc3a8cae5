//! What each call, authorisation and hook weighs, with the pallets below as the runtime wires them.

#![allow(clippy::arithmetic_side_effects)] // its own numbers, in a benchmark

use crate::{authorization::output_commitment, types::Stage, Call, Config, Pallet, Requests};
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
    evidence::{Evidence, SignedAnswer},
    ids::{Account, DispatcherKey, ModelId, RequestId, Signature, WorkerKey},
    mode::Mode,
    request::{DeclineReason, Input, PublicBytes, MAX_PUBLIC_BYTES},
    statement::{self, Answer},
    Balance,
};
use sp_core::crypto::KeyTypeId;
use sp_runtime::traits::Get;

const WORKER_KEYS: KeyTypeId = KeyTypeId(*b"bnch");

/// What [`BenchmarkHelper::setup`] made.
pub struct BenchmarkSetup {
    /// An active model that offers `Plain`.
    pub model: ModelId,
    /// A provider that can take leases of it, with room for many.
    pub provider: Account,
    /// An output of the form that the model says.
    pub output: PublicBytes,
}

/// Sets up what is below this pallet.
pub trait BenchmarkHelper {
    /// Registers a model with an input of `elements` bytes in a class that accepts `Plain` and lets
    /// providers be named, and one provider that is eligible now, with these keys. May be called
    /// once.
    fn setup(elements: u32, dispatcher: DispatcherKey, worker: WorkerKey) -> BenchmarkSetup;

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
        frame_system::Pallet::<T>::set_block_number(10u32.into());
        let setup = T::BenchmarkHelper::setup(elements, dispatcher, worker);
        Self { setup, dispatcher, worker, elements }
    }

    fn requester<T: Config>() -> T::AccountId {
        let who: T::AccountId = whitelisted_caller();
        let amount = T::Currency::minimum_balance()
            .saturating_add(T::MinPrice::get())
            .saturating_mul(1_000_000_000_000);
        let _ = T::Currency::deposit(&who, amount, Precision::Exact).map(drop);
        who
    }

    fn price<T: Config>() -> Balance {
        T::MinPrice::get().saturating_mul(1_000_000)
    }

    fn request<T: Config>(&self, named: bool) -> Call<T> {
        let windows = Pallet::<T>::windows(Mode::Plain);
        Call::request {
            model: self.setup.model,
            input: Input::Public(PublicBytes::truncate_from(
                alloc::vec![0; self.elements as usize],
            )),
            parameters: Default::default(),
            mode: Some(Mode::Plain),
            max_price: Self::price::<T>(),
            deadline: windows.earliest_deadline(Pallet::<T>::now(), false) + 1_000,
            provider: named.then_some(self.setup.provider),
        }
    }

    /// An open request, leased at once if `named`.
    fn open<T: Config>(&self, named: bool) -> Result<RequestId, BenchmarkError> {
        let who = Self::requester::<T>();
        self.request::<T>(named)
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

    /// A good answer to a request that is leased.
    fn submit<T: Config>(&self, id: RequestId) -> Result<Call<T>, BenchmarkError> {
        let request = Requests::<T>::get(id).ok_or("no request")?;
        let Stage::Leased(lease) = &request.stage else { return Err("no lease".into()) };
        let genesis = Pallet::<T>::genesis();
        let output = self.setup.output.clone();
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
            output: output_commitment(id, &output),
        };
        Ok(self.submission(id, output, T::BenchmarkHelper::evidence(&answer, self.worker)))
    }

    /// The same with other bytes, well signed by the dispatcher.
    fn submission<T: Config>(
        &self,
        request: RequestId,
        output: PublicBytes,
        evidence: Evidence,
    ) -> Call<T> {
        let signature = self.sign(Pallet::<T>::submit_hash(request, 0, &output, &evidence));
        let key = self.dispatcher;
        Call::submit_result { request, attempt: 0, output, evidence, key, signature }
    }

    /// Evidence with as many bytes as `bytes` asks for, and no proof that anything verifies.
    fn large(&self, bytes: u32) -> (PublicBytes, Evidence) {
        let signed = SignedAnswer { key: self.worker, signature: Signature([0; 64]) };
        let proof = bytes.saturating_sub(MAX_PUBLIC_BYTES) as usize;
        let output =
            PublicBytes::truncate_from(alloc::vec![0; bytes.min(MAX_PUBLIC_BYTES) as usize]);
        let evidence = Evidence::ZkMl {
            signed,
            system: opg_primitives::evidence::ProofSystem::Groth16Bls12381,
            key_version: 0,
            proof: opg_primitives::evidence::ProofBytes::truncate_from(alloc::vec![0; proof]),
        };
        (output, evidence)
    }
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

    #[benchmark]
    fn request(i: Linear<1, { MAX_PUBLIC_BYTES }>) -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(i);
        let who = Scene::requester::<T>();
        // Named: it is leased in the same call.
        let call = scene.request::<T>(true);
        #[block]
        {
            call.dispatch_bypass_filter(RawOrigin::Signed(who).into())
                .map_err(|_| BenchmarkError::Stop("the request was refused"))?;
        }
        assert_eq!(Requests::<T>::count(), 1);
        Ok(())
    }

    #[benchmark]
    fn cancel() -> Result<(), BenchmarkError> {
        let id = Scene::new::<T>(64).open::<T>(true)?;
        #[extrinsic_call]
        _(RawOrigin::Signed(whitelisted_caller()), id);
        assert_eq!(Requests::<T>::count(), 0);
        Ok(())
    }

    #[benchmark]
    fn acknowledge() -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(true)?;
        let call = scene.acknowledge::<T>(id);
        authorize(&call, TransactionSource::InBlock)?;
        #[block]
        {
            call.dispatch_bypass_filter(RawOrigin::Authorized.into())
                .map_err(|_| BenchmarkError::Stop("refused"))?;
        }
        Ok(())
    }

    #[benchmark]
    fn decline() -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(true)?;
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

    /// A good answer: three payees and a receipt with its table. Its appraisal is measured too, so
    /// that adding the appraisal's own weight errs on the safe side.
    #[benchmark]
    fn submit_good() -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(true)?;
        make(scene.acknowledge::<T>(id))?;
        let call = scene.submit::<T>(id)?;
        authorize(&call, TransactionSource::InBlock)?;
        #[block]
        {
            call.dispatch_bypass_filter(RawOrigin::Authorized.into())
                .map_err(|_| BenchmarkError::Stop("refused"))?;
        }
        assert_eq!(Requests::<T>::count(), 0);
        Ok(())
    }

    /// Refused evidence of `e` bytes: hashing, a slash and a receipt.
    #[benchmark]
    fn submit_result(e: Linear<1, { MAX_PUBLIC_BYTES + 15_000 }>) -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(true)?;
        make(scene.acknowledge::<T>(id))?;
        let (output, evidence) = scene.large(e);
        let call = scene.submission::<T>(id, output, evidence);
        authorize(&call, TransactionSource::InBlock)?;
        #[block]
        {
            call.dispatch_bypass_filter(RawOrigin::Authorized.into())
                .map_err(|_| BenchmarkError::Stop("refused"))?;
        }
        assert_eq!(Requests::<T>::count(), 0);
        Ok(())
    }

    /// The dearest end: a lease that was not delivered, with slash, compensation and release.
    #[benchmark]
    fn expire() -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(true)?;
        make(scene.acknowledge::<T>(id))?;
        let due = Requests::<T>::get(id).ok_or("no request")?.due();
        frame_system::Pallet::<T>::set_block_number((due + 1).into());
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

    #[benchmark]
    fn authorize_acknowledge() -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(true)?;
        let call = scene.acknowledge::<T>(id);
        #[block]
        {
            authorize(&call, TransactionSource::External)?;
        }
        Ok(())
    }

    #[benchmark]
    fn authorize_decline() -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(true)?;
        let call = scene.decline::<T>(id);
        #[block]
        {
            authorize(&call, TransactionSource::External)?;
        }
        Ok(())
    }

    #[benchmark]
    fn authorize_submit_result(
        e: Linear<1, { MAX_PUBLIC_BYTES + 15_000 }>,
    ) -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(true)?;
        make(scene.acknowledge::<T>(id))?;
        let (output, evidence) = scene.large(e);
        let call = scene.submission::<T>(id, output, evidence);
        #[block]
        {
            authorize(&call, TransactionSource::External)?;
        }
        Ok(())
    }

    #[benchmark]
    fn authorize_expire() -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(true)?;
        let due = Requests::<T>::get(id).ok_or("no request")?.due();
        frame_system::Pallet::<T>::set_block_number((due + 1).into());
        let call = Call::<T>::expire { request: id, attempt: 0 };
        #[block]
        {
            authorize(&call, TransactionSource::External)?;
        }
        Ok(())
    }

    /// A block in which nothing is overdue or waits, whose cursor moves as far as it may.
    #[benchmark]
    fn begin_block() {
        frame_system::Pallet::<T>::set_block_number(1_000u32.into());
        #[block]
        {
            Pallet::<T>::begin_block();
        }
    }

    #[benchmark]
    fn draw() -> Result<(), BenchmarkError> {
        let scene = Scene::new::<T>(64);
        let id = scene.open::<T>(false)?;
        let request = Requests::<T>::get(id).ok_or("no request")?;
        #[block]
        {
            Pallet::<T>::draw(id, request, [7; 32]);
        }
        let request = Requests::<T>::get(id).ok_or("nobody was drawn")?;
        assert!(matches!(request.stage, Stage::Leased(_)));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::bench_chain(), crate::mock::Test);
}
