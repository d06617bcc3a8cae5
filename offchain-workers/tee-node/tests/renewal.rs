//! Fresh documents by the blocks that a chain's node calls final.

mod support;

use axum::{extract::State, routing::post, Json, Router};
use opg_gateway::{chain::Node, client::http};
use opg_primitives::{
    ids::{BlockHash, GenesisHash},
    registration::Registration,
};
use opg_tee_node::renewal::{final_block, keep_fresh, watch_registration, RenewalError};
use opg_worker_api::{
    server::{bind, serve, Limits},
    BlockRef,
};
use serde_json::{json, Value};
use std::{
    future::pending,
    sync::{
        atomic::{AtomicU32, Ordering},
        Arc,
    },
    time::Duration,
};
use support::{clients::until, job, unattested};

/// The hash of block `number` of the chain of a test.
fn hash(number: u32) -> BlockHash {
    match number {
        0 => BlockHash(job().genesis.0),
        number => BlockHash([number as u8; 32]),
    }
}

/// A chain's node whose last final block is `finalized`.
async fn chain(finalized: Arc<AtomicU32>) -> Node {
    async fn rpc(State(finalized): State<Arc<AtomicU32>>, Json(call): Json<Value>) -> Json<Value> {
        let finalized = finalized.load(Ordering::SeqCst);
        let result = match call["method"].as_str().unwrap() {
            "chain_getBlockHash" => json!(hash(call["params"][0].as_u64().unwrap() as u32)),
            "chain_getFinalizedHead" => json!(hash(finalized)),
            "chain_getHeader" => json!({ "number": format!("{finalized:#x}") }),
            // The keys of a test are registered in block 21.
            "state_getStorageHash" if finalized < 21 => Value::Null,
            "state_getStorageHash" => json!(hash(7)),
            other => panic!("{other}"),
        };
        Json(json!({ "jsonrpc": "2.0", "id": call["id"], "result": result }))
    }
    let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/", post(rpc)).with_state(finalized);
    tokio::spawn(serve(listener, router, Limits::default(), pending()));
    Node::new(http(Duration::from_secs(5)).unwrap(), url.parse().unwrap())
}

#[tokio::test]
async fn a_fresh_document_keeps_the_keys_and_is_written_for_the_operator() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("registration.json");
    let finalized = Arc::new(AtomicU32::new(20));
    let node = chain(finalized.clone()).await;
    let attester = unattested();
    let period = Duration::from_millis(20);
    let renewing = tokio::spawn(keep_fresh(attester.clone(), node, period, Some(file.clone())));
    let by = |number: u32| {
        let attester = attester.clone();
        move || {
            let newest = attester.newest().filter(|newest| newest.block_number == number);
            std::future::ready(newest)
        }
    };
    let first = until("a document by block 20", by(20)).await;
    assert_eq!((first.block_hash, first.check()), (hash(20), Ok(())));
    assert_eq!(attester.since(), Some(20));
    finalized.store(21, Ordering::SeqCst);
    let second = until("a document by block 21", by(21)).await;
    assert_eq!(second.enclave, first.enclave);
    assert_eq!(second.session.encryption_key, first.session.encryption_key);
    assert_ne!(second.document, first.document);
    assert_eq!(attester.since(), Some(20), "the keys are as old as they were");
    let written = until("the file is written", || async {
        let json = std::fs::read(&file).ok()?;
        serde_json::from_slice::<Registration>(&json).ok().filter(|it| it.block_number == 21)
    })
    .await;
    assert_eq!(written.check(), Ok(()));
    renewing.abort();
}

#[tokio::test]
async fn keys_are_registered_once_the_chain_has_them_in_a_final_block() {
    let finalized = Arc::new(AtomicU32::new(20));
    let (node, attester) = (chain(finalized.clone()).await, unattested());
    let is = |registered: bool| {
        let attester = attester.clone();
        move || std::future::ready((attester.is_registered() == registered).then_some(()))
    };
    let period = Duration::from_millis(20);
    let watching = tokio::spawn(watch_registration(attester.clone(), node, period));
    until("the chain does not have them", is(false)).await;
    finalized.store(21, Ordering::SeqCst);
    until("the chain has them", is(true)).await;
    watching.abort();
}

#[tokio::test]
async fn a_node_of_another_chain_is_not_believed() {
    let node = chain(Arc::new(AtomicU32::new(20))).await;
    let own = job().genesis;
    assert_eq!(final_block(&node, own).await.unwrap(), BlockRef { number: 20, hash: hash(20) });
    let other = GenesisHash([9; 32]);
    let error = final_block(&node, other).await.unwrap_err();
    assert!(matches!(error, RenewalError::OtherChain { found, own } if found != own), "{error}");
}
