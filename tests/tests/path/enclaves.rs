//! Mode `Tee` on the path: answers of an enclave, keys that are lost with it, and what a revocation does.

use crate::{ask, ended, state::State, World, ANSWER, ASKED, STEP, WHO};
use anyhow::{bail, ensure, Context};
use codec::Encode;
use opg_primitives::ids::{EnclaveId, RequestId};
use opg_tests::{
    network::{text, PROVIDER},
    opg::Opg,
    process::{signal, until},
    rpc::bytes32,
    transaction,
};
use pallet_attestation::{Reason, Subject};
use serde_json::{json, Value};
use std::{
    thread,
    time::{Duration, Instant},
};
use tokio::task::spawn_blocking;

/// How long a request may take of which an attempt is not delivered: its windows have 50 blocks.
const TWO_ATTEMPTS: Duration = Duration::from_secs(480);
/// How often it is tried to meet a job between its acceptance and its answer.
const TRIES: u32 = 3;
/// `Attestation.revoke`.
const REVOKE: [u8; 2] = [46, 10];

/// What the cases leave for each other.
#[derive(Debug, Default)]
pub struct Left {
    /// A settled receipt of the first enclave.
    receipt: Option<String>,
    /// A request whose first lease the first enclave took on and lost.
    request: Option<String>,
}

/// The settled answer of the world's enclave to image number `image`, as `opg ask` shows it.
async fn settled(world: &World, image: usize) -> anyhow::Result<Value> {
    let values = world.images[image].values();
    let question = ask(&world.network.model, &values, "tee", WHO);
    let shown = world.network.opg.json_within(&question, ANSWER).await?;
    ensure!(shown["receipt"]["outcome"] == "Settled", "{}", shown["receipt"]["outcome"]);
    let (answered, own) = (enclave_of(&shown)?, world.network.enclave.id()?);
    ensure!(answered == own, "enclave {answered} answered, not {own}");
    Ok(shown)
}

/// The enclave of a settled receipt.
fn enclave_of(shown: &Value) -> anyhow::Result<String> {
    text(&shown["receipt"]["appraised"]["attested"]["enclave"], "id")
}

pub async fn answers(world: &mut World) -> anyhow::Result<()> {
    let shown = settled(world, ASKED + 3).await?;
    let appraised = &shown["receipt"]["appraised"];
    ensure!(appraised["grade"] == "E", "grade {}", appraised["grade"]);
    let vendor = &appraised["attested"]["enclave"]["vendor"];
    ensure!(vendor == "Development", "vendor {vendor}");
    let cells = appraised["standings"].as_array().context("no table")?;
    let standing = |claim: &str| {
        cells.iter().find(|cell| cell["claim"] == claim).map(|cell| cell["standing"].clone())
    };
    for claim in ["Answerer", "ModelRan", "InputUsed", "Output", "Execution", "Usage"] {
        ensure!(standing(claim) == Some("Signed".into()), "{claim}: {:?}", standing(claim));
    }
    ensure!(!cells.iter().any(|cell| cell["standing"] == "Attested"), "{cells:?}");
    let id = text(&shown, "id")?;
    let said = world.network.opg.run(&["receipt", &id])?;
    for line in [
        "The enclave that answered",
        "the development vendor, which vouches for nothing",
        "approved by genesis for development",
        "no, as of block",
    ] {
        ensure!(said.out.contains(line), "no {line:?} in\n{}", said.out);
    }
    world.enclaves.receipt = Some(id);
    Ok(())
}

pub async fn audited(world: &mut World) -> anyhow::Result<()> {
    let receipt = world.enclaves.receipt.clone().context("no enclave answered before")?;
    let opg = &world.network.opg;
    // Against one node an audit is incomplete, which is 2; had a check failed, it were 1.
    let audit = opg.run(&["audit", &receipt])?;
    ensure!(audit.code == 2, "{}\n{}{}", audit.code, audit.out, audit.err);
    let path = world.folder.path().join("enclave.json");
    let file = path.to_str().context("the folder's name is not UTF-8")?;
    let saved = opg.run(&["receipt", &receipt, "--save", file, "--quiet"])?;
    ensure!(saved.code == 0, "{}", saved.err);
    let alone = Opg::new(1).run(&["audit", file])?;
    ensure!(alone.code == 2, "{}\n{}{}", alone.code, alone.out, alone.err);
    Ok(())
}

/// A request that the enclave has taken on and is frozen in the midst of; none if it answered before.
async fn taken_on(world: &World) -> anyhow::Result<Option<String>> {
    let network = &world.network;
    let (opg, model) = (network.opg.clone(), network.model.clone());
    let values = world.images[ASKED + 4].values();
    let asking = tokio::spawn(async move {
        let question = [&ask(&model, &values, "tee", WHO)[..], &["--no-wait"]].concat();
        text(&opg.json_within(&question, STEP).await?, "request")
    });
    let rpc = &network.node.rpc;
    let request = until("the request in a block", STEP, || async {
        Ok(rpc.open_requests().await?.into_iter().next())
    })
    .await?;
    let frozen = {
        let (journal, process) = (network.gateway.journal(), network.enclave.process.id());
        let request = request.clone();
        spawn_blocking(move || -> anyhow::Result<bool> {
            let start = Instant::now();
            loop {
                match journal.stage(&request, 0)?.as_deref() {
                    Some("accepted") => return signal(process, "STOP").map(|()| true),
                    Some("done" | "refused" | "failed") => return Ok(false),
                    _ => {}
                }
                ensure!(start.elapsed() < STEP, "the enclave did not take {request}");
                thread::sleep(Duration::from_millis(1));
            }
        })
        .await??
    };
    let asked = asking.await??;
    ensure!(asked == request, "{asked} was asked, and {request} is open");
    if frozen {
        let id = RequestId(bytes32(&request)?);
        until("the acknowledgement", STEP, || async {
            let state = State::best(rpc).await?;
            Ok((state.acknowledged(id).await? == Some(true)).then_some(()))
        })
        .await?;
        // An answer that was on its way when it froze has arrived by now.
        if network.gateway.journal().stage(&request, 0)?.as_deref() == Some("accepted") {
            return Ok(Some(request));
        }
        network.enclave.process.thaw()?;
    }
    let shown = ended(&network.opg, &request).await?;
    ensure!(shown["receipt"]["outcome"] == "Settled", "{}", shown["receipt"]["outcome"]);
    Ok(None)
}

pub async fn keys_are_lost(world: &mut World) -> anyhow::Result<()> {
    let mut request = None;
    for _ in 0..TRIES {
        request = taken_on(world).await?;
        if request.is_some() {
            break;
        }
    }
    let Some(request) = request else {
        bail!("the enclave answered before it could be frozen, {TRIES} times")
    };
    let network = &mut world.network;
    let before = network.enclave.id()?;
    network.enclave.process.kill()?;
    network.enclave.start_again().await?;
    let after = network.enclave.register(&network.opg).await?;
    ensure!(before != after, "the keys of {before} were not lost");
    let journal = network.gateway.journal();
    let why =
        until("the refusal by the new keys", STEP, || async { journal.why(&request, 0) }).await?;
    ensure!(why.starts_with("KeyLost"), "{why}");
    world.enclaves.request = Some(request);
    Ok(())
}

pub async fn next_attempt_settles(world: &mut World) -> anyhow::Result<()> {
    let request = world.enclaves.request.clone().context("no keys were lost before")?;
    let (opg, rpc) = (&world.network.opg, &world.network.node.rpc);
    let receipts = until(&format!("the end of {request}"), TWO_ATTEMPTS, || async {
        let mut receipts = Vec::new();
        for id in rpc.receipts_of(&request).await? {
            receipts.push(opg.json(&["receipt", &id])?);
        }
        receipts.sort_by_key(|shown| shown["receipt"]["attempt"].as_u64());
        let over = receipts.last().is_some_and(|last| last["receipt"]["terminal"] == true);
        Ok(over.then_some(receipts))
    })
    .await?;
    let outcomes: Vec<_> = receipts.iter().map(|shown| &shown["receipt"]["outcome"]).collect();
    ensure!(outcomes == [&json!("NotDelivered"), &json!("Settled")], "{outcomes:?}");
    let (answered, own) = (enclave_of(&receipts[1])?, world.network.enclave.id()?);
    ensure!(answered == own, "enclave {answered} answered, not {own}");
    Ok(())
}

pub async fn revoked(world: &mut World) -> anyhow::Result<()> {
    let shown = settled(world, ASKED + 5).await?;
    let tainted = text(&shown, "id")?;
    let earlier = world.enclaves.receipt.clone().context("no enclave answered before")?;
    let enclave = world.network.enclave.id()?;
    let closed = shown["receipt"]["closed"].as_u64().context("no block")?;

    // By root, as the development chain's governance, back to the block of the receipt.
    let subject = Subject::Enclave(EnclaveId(bytes32(&enclave)?));
    let revocation = (subject, Reason::KeysLeaked, u32::try_from(closed)?).encode();
    let rpc = &world.network.node.rpc;
    transaction::sudo(rpc, &[&REVOKE[..], &revocation].concat()).await?;
    let opg = &world.network.opg;
    until("the revocation", STEP, || async {
        let enclave = opg.json(&["enclave", "show", &enclave])?;
        let may = enclave["answers"].as_array().context("an enclave without models")?;
        Ok(may.iter().all(|answer| answer["fault"] == "Revoked").then_some(()))
    })
    .await?;

    let receipt = opg.json(&["receipt", &tainted])?;
    let revocations = receipt["revoked"]["all"]["view"].as_array().context("no word of taint")?;
    ensure!(revocations.len() == 1, "{revocations:?}");
    ensure!(revocations[0]["subject"]["Enclave"] == enclave, "{revocations:?}");
    ensure!(revocations[0]["revocation"]["reason"] == "KeysLeaked", "{revocations:?}");
    let audit = opg.run(&["audit", &tainted])?;
    ensure!(audit.code == 1 && audit.out.contains("TAINTED"), "{}\n{}", audit.code, audit.out);
    // What rests on another enclave, of the same code on the same machine, is as it was.
    let other = opg.json(&["receipt", &earlier])?;
    ensure!(other["revoked"]["all"]["view"] == json!([]), "{}", other["revoked"]);
    let audit = opg.run(&["audit", &earlier])?;
    ensure!(audit.code == 2, "{}\n{}", audit.code, audit.out);

    // Named, so that there is one attempt. The enclave's node knows how it stands, and takes no job whose
    // answer would cost its provider's bond.
    let values = world.images[ASKED + 6].values();
    let question = [
        &ask(&world.network.model, &values, "tee", WHO)[..],
        &["--provider", PROVIDER, "--no-wait"],
    ]
    .concat();
    let request = text(&opg.json_within(&question, STEP).await?, "request")?;
    let shown = ended(opg, &request).await?;
    let declined = json!({ "Declined": "NotServed" });
    ensure!(shown["receipt"]["outcome"] == declined, "{}", shown["receipt"]["outcome"]);

    // New keys are another enclave, of which nothing is revoked.
    let network = &mut world.network;
    network.enclave.start_again().await?;
    network.enclave.register(&network.opg).await?;
    settled(world, ASKED + 6).await.map(drop)
}
