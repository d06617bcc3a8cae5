//! A text model on the path: registered, asked by `opg ask`, and by a client through `opg serve`.

use crate::{World, ANSWER, REQUESTERS};
use anyhow::{ensure, Context};
use opg_tests::{
    network::{text, OWNER, PROVIDER, START},
    process::{free_port, Process},
    registration::next_epoch,
};
use serde_json::{json, Value};
use std::time::Duration;

/// The model that is part of the enclave's node, and its weights in the repository.
const NAME: &str = "tiny-lm-demo";
const WEIGHTS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../offchain-workers/tiny-lm/model/tiny-lm-demo.onnx");
/// How long a transaction may take until it is final.
const STEP: Duration = Duration::from_secs(120);
/// Who asks here.
const WHO: &str = REQUESTERS[0];

/// Registers the model and has the provider serve it; its id.
async fn registered(world: &World) -> anyhow::Result<String> {
    let opg = &world.network.opg;
    let mut register = vec!["model", "register", "--text", NAME, "--weights", WEIGHTS];
    register.extend(["--engine", "tiny-lm/1", "--mode", "tee", "--account", OWNER]);
    let id = text(&opg.json_within(&register, STEP).await?, "model")?;
    let serve =
        ["provider", "serve", &id, "--mode", "tee", "--price", "0.2", "--account", PROVIDER];
    opg.json_within(&serve, STEP).await?;
    next_epoch(&world.network.node.rpc).await?;
    Ok(id)
}

pub async fn answers(world: &mut World) -> anyhow::Result<()> {
    let id = registered(world).await?;
    let opg = &world.network.opg;
    let mut question = vec!["ask", &id, "--message", "receipt", "--mode", "tee", "--account", WHO];
    question.extend(["--parameters", r#"{"max_tokens":24}"#]);
    let shown = opg.json_within(&question, ANSWER).await?;
    ensure!(shown["receipt"]["outcome"] == "Settled", "{}", shown["receipt"]["outcome"]);
    let answer = text(&shown, "output")?;
    let attested = &shown["receipt"]["appraised"]["attested"];
    ensure!(attested["run"]["usage"]["output"] == answer.len(), "{answer:?}: {attested}");
    ensure!(attested["run"]["model"]["Network"].is_string(), "{attested}");
    let audit = opg.run_within(&["audit", &text(&shown, "id")?], ANSWER).await?;
    ensure!(audit.code == 2, "{}\n{}{}", audit.code, audit.out, audit.err);
    Ok(())
}

pub async fn served(world: &mut World) -> anyhow::Result<()> {
    let listen = format!("127.0.0.1:{}", free_port()?);
    let opg = &world.network.opg;
    let mut arguments = vec!["serve", "--max-price", "1", "--spend-limit", "10", "--mode", "tee"];
    arguments.extend(["--listen", &listen, "--account", WHO]);
    let mut process = Process::start("serve", &mut opg.command(&arguments)?, world.folder.path())?;
    let (client, base) =
        (reqwest::Client::builder().no_proxy().build()?, format!("http://{listen}/v1"));
    let models = process.ready("its models", START, || async {
        let answer = client.get(format!("{base}/models")).send().await.ok()?;
        answer.json::<Value>().await.ok().filter(|listed| listed["data"][0]["id"] == NAME)
    });
    models.await?;

    let ask = |stream: bool| {
        let messages = json!([{ "role": "user", "content": "chain" }]);
        let body =
            json!({ "model": NAME, "max_tokens": 24, "messages": messages, "stream": stream });
        client.post(format!("{base}/chat/completions")).json(&body).send()
    };
    // Twice the same, side by side: one request on chain.
    let (one, same, stream) = tokio::try_join!(ask(false), ask(false), ask(true))?;
    let receipt = |answer: &reqwest::Response| {
        let header = answer.headers().get("x-opg-receipt")?;
        Some(header.to_str().ok()?.to_owned())
    };
    let (id, again, other) = (receipt(&one), receipt(&same), receipt(&stream));
    let one: Value = one.json().await?;
    let id = id.with_context(|| format!("no receipt: {one}"))?;
    ensure!(again.as_ref() == Some(&id), "two receipts of one request: {id}, {again:?}");
    ensure!(one["receipt"]["id"] == id.as_str(), "{one}");
    ensure!(one["receipt"]["open"] == json!(["finality"]), "{one}");
    ensure!(one["choices"][0]["message"]["content"].is_string(), "{one}");

    let stream = stream.text().await?;
    let other = other.with_context(|| format!("no receipt: {stream}"))?;
    ensure!(other != id, "one receipt of two requests");
    ensure!(stream.contains(&other) && stream.ends_with("data: [DONE]\n\n"), "{stream}");

    // What the endpoint gave is what the command line finds.
    let shown = opg.json_within(&["receipt", &id], STEP).await?;
    ensure!(shown["receipt"] == one["receipt"]["receipt"], "{shown}");
    let request = text(&shown["receipt"], "request")?;
    let found: Value =
        client.get(format!("{base}/receipts/{request}")).send().await?.json().await?;
    ensure!(found["id"] == id.as_str(), "{found}");
    Ok(())
}
