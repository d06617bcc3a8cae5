//! What a node's dispatcher is given, and what its messages become.

use crate::mock::*;
use codec::Decode;
use opg_dispatcher::{Outgoing, Payload};
use opg_primitives::ids::{DispatcherKey, Signature};
use opg_worker_api::{from_json, to_json, Job};
use sp_core::{
    offchain::{
        testing::{PendingRequest, TestOffchainExt, TestTransactionPoolExt},
        OffchainDbExt, OffchainWorkerExt, TransactionPoolExt,
    },
    Pair,
};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt};

fn key(of: &opg_primitives::ids::Account) -> DispatcherKey {
    DispatcherKey(dispatcher(of).public().0)
}

#[test]
fn a_dispatcher_sees_the_leases_of_its_own_provider() {
    run(|| {
        add_provider(SECOND, PRICE);
        let id = Asking::named().id();
        Asking { named: Some(SECOND), ..Asking::named() }.id();
        next_block();
        let leases = Inference::leases_of(&[key(&PROVIDER)]);
        assert_eq!(leases.len(), 1);
        assert_eq!(leases[0].id(), (id, 0));
        assert_eq!(leases[0].key, key(&PROVIDER));
        assert_eq!(leases[0].deliver_by, None);
        assert_eq!(Inference::leases_of(&[key(&PROVIDER), key(&SECOND)]).len(), 2);
        assert_eq!(Inference::leases_of(&[DispatcherKey::default()]), []);
        assert_eq!(Inference::leases_of(&[]), []);
        acknowledged(id);
        assert_eq!(Inference::leases_of(&[key(&PROVIDER)])[0].deliver_by, Some(22));
    });
}

#[test]
fn a_job_holds_all_that_a_worker_must_check() {
    run(|| {
        let id = Asking::default().id();
        leased(id);
        next_block();
        let job = Inference::leases_of(&[key(&PROVIDER)]).remove(0).job;
        let interface = world().models[&MODEL].artefact.circuit().cloned().unwrap();
        job.check(&interface, job.public().unwrap()).unwrap();
        assert_eq!(job.request_block.hash.0, hash_of(1).0);
        assert_eq!((job.lease_block.number, job.lease_block.hash.0), (2, hash_of(2).0));
        assert_eq!((job.price, job.deliver_within, job.deadline), (PRICE, 20, 1_000));
        assert_eq!(from_json::<Job>(&to_json(&job).unwrap()).unwrap(), job);
        // What its answer signs is what the chain checks.
        let answer = job.answer(&clear(&OUTPUT));
        let evidence = evidence(id, &OUTPUT);
        assert_eq!(evidence.signed().unwrap().signature.0[..32], answer.signing_hash());
    });
}

#[test]
fn a_private_lease_is_a_job_once_its_input_was_delivered_and_the_block_has_a_hash() {
    run(|| {
        let id = Asking::private().id();
        next_block();
        next_block();
        let jobs = || Inference::leases_of(&[key(&PROVIDER)]);
        assert_eq!(jobs(), []);
        deliver(id).unwrap();
        assert_eq!(jobs(), []);
        next_block();
        let job = jobs().remove(0).job;
        let opg_worker_api::JobInput::Sealed(delivered) = &job.input else { panic!("in clear") };
        assert_eq!((delivered.enclave, delivered.block.number), (ENCLAVE, 3));
        assert_eq!(delivered.ciphertext, sealed_input());
        assert_eq!(job.ack_by, 13);
        assert_eq!(from_json::<Job>(&to_json(&job).unwrap()).unwrap(), job);
        let said = job.enclave_answer(ENCLAVE, &sealed_output(), said(id, &OUTPUT).run);
        assert_eq!(said, said_of(id, &sealed_output()));
    });
}

#[test]
fn the_job_of_a_named_provider_passes_the_protocol_too() {
    run(|| {
        Asking::named().id();
        next_block();
        let job = Inference::leases_of(&[key(&PROVIDER)]).remove(0).job;
        assert_eq!((job.request_block.number, job.lease_block.number), (1, 0));
        assert_eq!(from_json::<Job>(&to_json(&job).unwrap()).unwrap(), job);
    });
}

#[test]
fn a_request_without_block_hash_yet_is_shown_a_block_later() {
    run(|| {
        Asking::named().id();
        assert_eq!(Inference::leases_of(&[key(&PROVIDER)]), []);
        next_block();
        assert_eq!(Inference::leases_of(&[key(&PROVIDER)]).len(), 1);
    });
}

#[test]
fn a_message_becomes_its_call() {
    run(|| {
        let id = Asking::named().id();
        let (key, signature) = sign(&PROVIDER, Inference::acknowledge_hash(id, 0));
        let outgoing = |payload| Outgoing { request: id, attempt: 0, key, signature, payload };
        done(Inference::call_of(outgoing(Payload::Acknowledge)).into());
        let call: RuntimeCall = Inference::call_of(outgoing(Payload::Submit {
            output: clear(&OUTPUT),
            evidence: evidence(id, &OUTPUT),
        }))
        .into();
        // That signature is of the acknowledgement.
        assert!(apply(call).is_err());
        let _ = Signature([0; 64]);
    });
}

#[test]
fn the_hook_puts_the_job_and_submits_a_general_transaction_that_is_accepted() {
    let (offchain, state) = TestOffchainExt::new();
    let (pool, transactions) = TestTransactionPoolExt::new();
    let keystore = MemoryKeystore::new();
    // The provider's own key, in this node's keystore.
    let seed = format!("0x{}", hex::encode(PROVIDER.0));
    keystore.sr25519_generate_new(opg_dispatcher::KEY_TYPE, Some(&seed)).unwrap();
    let storage = <frame_system::GenesisConfig<Test> as sp_runtime::BuildStorage>::build_storage(
        &Default::default(),
    )
    .unwrap();
    let mut node = sp_io::TestExternalities::new(storage);
    node.register_extension(OffchainDbExt::new(offchain.clone()));
    node.register_extension(OffchainWorkerExt::new(offchain));
    node.register_extension(TransactionPoolExt::new(pool));
    node.register_extension(KeystoreExt::new(keystore));
    node.execute_with(|| {
        start();
        let id = Asking::named().id();
        next_block();
        let job = Inference::leases_of(&[key(&PROVIDER)]).remove(0).job;
        let report = opg_worker_api::JobReport::new(job.key(), opg_worker_api::JobStatus::Accepted);
        state.write().expect_request(PendingRequest {
            method: "PUT".into(),
            uri: format!("http://127.0.0.1:8650{}", job.key().path()),
            body: to_json(&job).unwrap(),
            headers: vec![
                ("accept".into(), "application/json".into()),
                ("content-type".into(), "application/json".into()),
            ],
            sent: true,
            response: Some(to_json(&report).unwrap()),
            ..Default::default()
        });
        <Inference as frame_support::traits::Hooks<u32>>::offchain_worker(2);
        let submitted = transactions.write().transactions.remove(0);
        let transaction = Extrinsic::decode(&mut &submitted[..]).unwrap();
        assert!(matches!(transaction.preamble, sp_runtime::generic::Preamble::General(..)));
        done(transaction.function);
        assert!(lease_of(id).acknowledged.is_some());
        check();
    });
}
