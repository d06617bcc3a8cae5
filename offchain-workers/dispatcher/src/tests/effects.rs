//! With the off-chain functions of a node, as far as the SDK's test extension has them.

use super::*;
use crate::{effects::*, gateway, key};
use codec::Encode;
use opg_worker_api::GATEWAY_PORT;
use sp_core::offchain::{
    testing::{PendingRequest, TestOffchainExt},
    OffchainDbExt, OffchainStorage, OffchainWorkerExt,
};
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};

/// Runs `test` in a node's externalities, with a dispatcher key if `keyed`.
fn with_node(
    keyed: bool,
    prepare: impl FnOnce(&mut sp_core::offchain::testing::OffchainState, DispatcherKey),
    test: impl FnOnce(DispatcherKey),
) {
    let (offchain, state) = TestOffchainExt::new();
    let keystore = MemoryKeystore::new();
    let key = if keyed {
        use sp_keystore::Keystore;
        DispatcherKey(keystore.sr25519_generate_new(key::KEY_TYPE, None).unwrap().0)
    } else {
        DispatcherKey::default()
    };
    let mut node = sp_io::TestExternalities::default();
    node.register_extension(OffchainDbExt::new(offchain.clone()));
    node.register_extension(OffchainWorkerExt::new(offchain));
    node.register_extension(KeystoreExt::new(keystore));
    prepare(&mut state.write(), key);
    node.execute_with(|| test(key));
}

fn with_key(lease: Lease, key: DispatcherKey) -> Lease {
    Lease { key, ..lease }
}

fn put(lease: &Lease, port: u16, response: Option<Vec<u8>>) -> PendingRequest {
    PendingRequest {
        method: "PUT".into(),
        uri: format!("http://127.0.0.1:{port}{}", lease.job.key().path()),
        body: to_json(&lease.job).unwrap(),
        headers: vec![
            ("accept".into(), "application/json".into()),
            ("content-type".into(), "application/json".into()),
        ],
        sent: true,
        response,
        ..Default::default()
    }
}

fn accepted(lease: &Lease) -> Vec<u8> {
    to_json(&JobReport::new(lease.job.key(), JobStatus::Accepted)).unwrap()
}

#[test]
fn a_node_with_a_key_puts_its_job_to_loopback_and_signs_what_verifies() {
    let lease = lease(2, 12);
    with_node(
        true,
        |state, _| state.expect_request(put(&lease, GATEWAY_PORT, Some(accepted(&lease)))),
        |key| {
            let mut sent = Vec::new();
            crate::dispatch(
                2,
                |keys| {
                    assert_eq!(keys, [key]);
                    vec![with_key(lease.clone(), key)]
                },
                |outgoing| {
                    sent.push(outgoing);
                    true
                },
            );
            assert_eq!(sent.len(), 1);
            let hash = statement::acknowledge_hash(
                lease.job.genesis,
                lease.job.request,
                lease.job.attempt,
            );
            assert!(sp_io::crypto::sr25519_verify(
                &sp_core::sr25519::Signature::from_raw(sent[0].signature.0),
                &hash,
                &sp_core::sr25519::Public::from_raw(key.0),
            ));
        },
    );
}

#[test]
fn the_port_is_the_operators() {
    let lease = lease(2, 12);
    with_node(
        true,
        |state, _| {
            state.persistent_storage.set(b"", gateway::STORAGE_KEY, b"9001");
            state.expect_request(put(&lease, 9001, Some(accepted(&lease))));
        },
        |key| {
            crate::dispatch(2, |_| vec![with_key(lease.clone(), key)], |_| true);
        },
    );
}

#[test]
fn an_address_that_is_not_loopback_is_never_dialled() {
    let lease = lease(2, 12);
    with_node(
        true,
        |state, _| {
            state.persistent_storage.set(b"", gateway::STORAGE_KEY, b"http://10.0.0.1:80");
        },
        |key| {
            // A request that is not expected panics.
            crate::dispatch(
                2,
                |_| vec![with_key(lease.clone(), key)],
                |_| panic!("nothing is sent"),
            );
        },
    );
}

#[test]
fn a_node_without_a_key_does_not_even_look_and_says_so_once() {
    with_node(
        false,
        |_, _| {},
        |_| {
            let said = || {
                sp_io::offchain::local_storage_get(
                    sp_core::offchain::StorageKind::PERSISTENT,
                    SAID_KEY,
                )
            };
            assert_eq!(said(), None);
            for block in 2..4 {
                crate::dispatch(
                    block,
                    |_| panic!("no key, no look"),
                    |_| panic!("nothing is sent"),
                );
                assert_eq!(said(), Some(vec![1]));
            }
        },
    );
}

#[test]
fn a_body_over_its_cap_is_dropped() {
    let lease = lease(2, 12);
    with_node(
        true,
        |state, _| {
            let body = vec![b' '; MAX_BODY_BYTES + 1];
            state.expect_request(put(&lease, GATEWAY_PORT, Some(body)));
        },
        |key| {
            crate::dispatch(
                2,
                |_| vec![with_key(lease.clone(), key)],
                |_| panic!("nothing is sent"),
            );
        },
    );
}

#[test]
fn headers_over_their_cap_are_dropped() {
    let lease = lease(2, 12);
    with_node(
        true,
        |state, _| {
            let mut request = put(&lease, GATEWAY_PORT, Some(accepted(&lease)));
            request.response_headers = vec![("x".into(), "y".repeat(MAX_HEADER_BYTES))];
            state.expect_request(request);
        },
        |key| {
            crate::dispatch(
                2,
                |_| vec![with_key(lease.clone(), key)],
                |_| panic!("nothing is sent"),
            );
        },
    );
}

#[test]
fn a_locked_node_does_not_look() {
    with_node(
        true,
        |state, _| {
            let until = sp_core::offchain::Timestamp::from_unix_millis(10_000);
            state.persistent_storage.set(b"", LOCK_KEY, &until.encode());
        },
        |_| {
            crate::dispatch(2, |_| panic!("the lock is held"), |_| panic!("nothing is sent"));
        },
    );
}

#[test]
fn what_was_learnt_is_kept_for_the_next_run() {
    let lease = lease(2, 100);
    with_node(
        true,
        |state, _| {
            state.expect_request(put(&lease, GATEWAY_PORT, Some(accepted(&lease))));
            state.expect_request(PendingRequest {
                method: "GET".into(),
                uri: format!("http://127.0.0.1:8650{}", lease.job.key().path()),
                headers: vec![("accept".into(), "application/json".into())],
                sent: true,
                response: Some(accepted(&lease)),
                ..Default::default()
            });
        },
        |key| {
            for block in [2, 2, 3] {
                crate::dispatch(block, |_| vec![with_key(lease.clone(), key)], |_| true);
            }
        },
    );
}
