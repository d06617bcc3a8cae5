//! Fresh documents by the blocks that a chain's node calls final.

mod support;

use axum::{extract::State, routing::post, Json, Router};
use codec::Encode;
use opg_gateway::{chain::Node, client::http};
use opg_primitives::{
    attestation::{AttestationFormat, TcbStatus, Vendor},
    enclave::{state, EnclaveFault, EnclaveRecord},
    ids::{BlockHash, ConfigurationId, EnclaveId, GenesisHash, MeasurementId, PlatformId},
    reference::ModelBinding,
    registration::Registration,
};
use opg_tee_node::{
    renewal::{final_block, keep_fresh, watch_standing, RenewalError},
    standing::{Standing, Verdicts},
};
use opg_worker_api::{server::now, BlockRef};
use serde_json::{json, Value};
use std::{
    sync::{
        atomic::{AtomicU32, Ordering},
        Arc,
    },
    time::Duration,
};
use support::{
    clients::{listen, until},
    job, unattested, MODEL,
};

/// The hash of block `number` of the chain of a test.
fn hash(number: u32) -> BlockHash {
    match number {
        0 => BlockHash(job().genesis.0),
        number => BlockHash([number as u8; 32]),
    }
}

/// What the chain of a test says of keys in block `number`.
fn verdict(number: u32) -> Result<EnclaveRecord, EnclaveFault> {
    let binding = match number {
        21 | 26 => ModelBinding::Loaded,
        22 => return Err(EnclaveFault::Revoked),
        23 => return Err(EnclaveFault::Expired),
        24 => return Err(EnclaveFault::NotApproved),
        25 => ModelBinding::Upstream,
        _ => return Err(EnclaveFault::Unknown),
    };
    Ok(EnclaveRecord {
        id: EnclaveId([1; 32]),
        vendor: Vendor::Development,
        format: AttestationFormat::Nitro,
        measurement: MeasurementId([2; 32]),
        binding,
        platform: PlatformId([3; 32]),
        platform_known: true,
        configuration: ConfigurationId([4; 32]),
        verified: 20,
        valid_until: if number == 26 { now() + 60 } else { u64::MAX },
        tcb: TcbStatus::UpToDate,
        advisories: Default::default(),
        platform_holder_known: false,
    })
}

/// A chain's node whose last final block is `finalized`.
async fn chain(finalized: Arc<AtomicU32>) -> Node {
    async fn rpc(State(finalized): State<Arc<AtomicU32>>, Json(call): Json<Value>) -> Json<Value> {
        let finalized = finalized.load(Ordering::SeqCst);
        let result = match call["method"].as_str().unwrap() {
            "chain_getBlockHash" => json!(hash(call["params"][0].as_u64().unwrap() as u32)),
            "chain_getFinalizedHead" => json!(hash(finalized)),
            "chain_getHeader" => json!({ "number": format!("{finalized:#x}") }),
            "state_call" => {
                assert_eq!(call["params"][0], state::VIEW);
                let asked = call["params"][1].as_str().unwrap().strip_prefix("0x").unwrap();
                let of = [job().provider.0, MODEL.0].concat();
                assert!(hex::decode(asked).unwrap().ends_with(&of), "{asked}");
                assert_eq!(call["params"][2], json!(hash(finalized)));
                let said = Ok::<_, ()>(verdict(finalized).encode()).encode();
                json!(format!("0x{}", hex::encode(said)))
            }
            other => panic!("{other}"),
        };
        Json(json!({ "jsonrpc": "2.0", "id": call["id"], "result": result }))
    }
    let url = listen(Router::new().route("/", post(rpc)).with_state(finalized)).await;
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
async fn whether_the_keys_may_answer_follows_the_last_final_block() {
    let finalized = Arc::new(AtomicU32::new(20));
    let (node, attester) = (chain(finalized.clone()).await, unattested());
    let period = Duration::from_millis(20);
    let watching = tokio::spawn(watch_standing(attester.clone(), node, vec![MODEL], period));
    // Not there, registered, revoked, past its time, approved no more, approved for another binding, and
    // with a document that ends before an answer would come.
    for number in 20..=26 {
        finalized.store(number, Ordering::SeqCst);
        let said = match number {
            26 => Err(EnclaveFault::Expired),
            _ => verdict(number).map(|record| record.binding),
        };
        let known = Standing::Known(Verdicts::from([(MODEL, said)]));
        let is_known = || std::future::ready((*attester.standing() == known).then_some(()));
        until(&format!("what block {number} says is known"), is_known).await;
    }
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
