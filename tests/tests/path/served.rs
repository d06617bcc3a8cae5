//! `opg serve` on the path: what its clients get, and that they get nothing of an answer that something
//! between it and the chain's node has altered.

use crate::{texts::NAME, World, ANSWER, REQUESTERS, STEP, WHO};
use anyhow::{ensure, Context};
use futures::future::try_join_all;
use opg_tests::{
    lies,
    network::text,
    opg::{Answer, Opg},
    process::{free_port, free_ports, Process},
    proxy::{Lie, Proxy},
};
use reqwest::{Client, Response};
use serde_json::{json, Value};
use std::{path::Path, process::Stdio, time::Duration};
use tempfile::TempDir;

/// What runs the official packages.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/clients.sh");
/// How long that may take: it installs them, and each answer takes as long as the chain does.
const SCRIPT_LIMIT: Duration = Duration::from_secs(1200);
/// How long an answer may take where several ask side by side.
const SIDE_BY_SIDE: Duration = Duration::from_secs(600);
/// The header that names the receipt.
const RECEIPT: &str = "x-opg-receipt";

/// An `opg serve` that runs, and a client of it.
struct Served {
    /// What opens the requests that it made.
    openings: TempDir,
    client: Client,
    /// Its base address.
    base: String,
    _process: Process,
}

impl Served {
    /// Starts one at `port` that asks as `who` by the node of `opg`, and waits until it lists the model.
    async fn start(
        opg: &Opg,
        port: u16,
        who: &str,
        options: &[&str],
        logs: &Path,
    ) -> anyhow::Result<Self> {
        let (openings, listen) = (tempfile::tempdir()?, format!("127.0.0.1:{port}"));
        let mut arguments =
            vec!["serve", "--max-price", "1", "--spend-limit", "20", "--mode", "tee"];
        arguments.extend(["--listen", &listen, "--account", who]);
        arguments.extend(options);
        let mut command = opg.command(&arguments)?;
        command.arg("--data").arg(openings.path());
        let mut process = Process::start(&format!("serve-{port}"), &mut command, logs)?;
        let client = Client::builder().no_proxy().timeout(SIDE_BY_SIDE).build()?;
        let base = format!("http://{listen}/v1");
        let models = process.ready("its models", STEP, || async {
            let answer = client.get(format!("{base}/models")).send().await.ok()?;
            answer.json::<Value>().await.ok().filter(|listed| listed["data"][0]["id"] == NAME)
        });
        models.await?;
        Ok(Self { openings, client, base, _process: process })
    }

    /// Asks for an answer, whole or as a stream.
    async fn ask(&self, stream: bool) -> anyhow::Result<Response> {
        let messages = json!([{ "role": "user", "content": "receipt" }]);
        // The likeliest bytes, so that there is a text.
        let body = json!({
            "model": NAME, "max_tokens": 24, "temperature": 0, "messages": messages, "stream": stream,
        });
        let asked = self.client.post(format!("{}/chat/completions", self.base)).json(&body);
        Ok(asked.send().await?)
    }
}

pub async fn answers(world: &mut World) -> anyhow::Result<()> {
    let opg = &world.network.opg;
    let served = Served::start(opg, free_port()?, WHO, &[], world.folder.path()).await?;
    // Twice the same, side by side: one request on chain.
    let (one, same, stream) =
        tokio::try_join!(served.ask(false), served.ask(false), served.ask(true))?;
    let receipt = |answer: &Response| {
        let header = answer.headers().get(RECEIPT)?;
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
    let found = served.client.get(format!("{}/receipts/{request}", served.base)).send().await?;
    let found: Value = found.json().await?;
    ensure!(found["id"] == id.as_str(), "{found}");
    Ok(())
}

pub async fn official_packages(world: &mut World) -> anyhow::Result<()> {
    let opg = &world.network.opg;
    let served = Served::start(opg, free_port()?, WHO, &[], world.folder.path()).await?;
    let mut script = tokio::process::Command::new(SCRIPT);
    script.args(["serve", &served.base]).stdin(Stdio::null()).kill_on_drop(true);
    let ran = tokio::time::timeout(SCRIPT_LIMIT, script.output())
        .await
        .with_context(|| format!("{SCRIPT} did not end in {SCRIPT_LIMIT:?}"))?;
    let Answer { code, out, err } = ran.with_context(|| format!("cannot run {SCRIPT}"))?.into();
    ensure!(code == 0, "{SCRIPT}: exit code {code}\n{out}{err}");
    Ok(())
}

/// What a proxy alters on its way from the node, and what finds it.
struct Altered {
    what: &'static str,
    by: fn(&[u8]) -> Option<Vec<u8>>,
    /// How it is asked.
    options: &'static [&'static str],
    /// The check that finds it.
    check: &'static str,
}

/// One for each of [`REQUESTERS`], who ask side by side.
const ALTERED: [Altered; REQUESTERS.len()] = [
    Altered { what: "the receipt", by: lies::receipt, options: &[], check: "receipt-id" },
    Altered { what: "the ciphertext", by: lies::ciphertext, options: &[], check: "output" },
    Altered { what: "the text", by: lies::clear, options: &["--public"], check: "output" },
    Altered { what: "the signature", by: lies::signature, options: &[], check: "evidence" },
];

pub async fn altered(world: &mut World) -> anyhow::Result<()> {
    let world = &*world;
    let ports: [u16; ALTERED.len()] = free_ports()?;
    let each = ALTERED.iter().zip(REQUESTERS).zip(ports);
    let each = each.map(|((altered, who), port)| async move {
        is_found(world, altered, who, port).await.with_context(|| altered.what)
    });
    try_join_all(each).await?;
    Ok(())
}

/// `who` asks through a proxy that alters the answer, and gets an error instead of it; the chain has it
/// unaltered.
async fn is_found(world: &World, altered: &Altered, who: &str, port: u16) -> anyhow::Result<()> {
    let proxy = Proxy::start(world.network.node.port, Lie::altering(altered.by)).await?;
    let behind = Opg::new(proxy.port());
    let served = Served::start(&behind, port, who, altered.options, world.folder.path()).await?;
    let (whole, stream) = tokio::try_join!(served.ask(false), served.ask(true))?;
    ensure!(proxy.lies() > 0, "the proxy had nothing to lie about");
    for answer in [whole, stream] {
        let (status, receipt) = (answer.status().as_u16(), answer.headers().get(RECEIPT).cloned());
        let said = answer.text().await?;
        ensure!(status == 502 && receipt.is_none(), "status {status}, {receipt:?}: {said}");
        let said: Value = serde_json::from_str(&said).context(said)?;
        ensure!(said["error"]["code"] == "check_failed", "{said}");
        ensure!(said.get("choices").is_none() && said.get("receipt").is_none(), "{said}");
        let message = text(&said["error"], "message")?;
        ensure!(message.contains(&format!("`{}`", altered.check)), "{message}");

        let request = message.strip_prefix("request ").and_then(|rest| rest.split(':').next());
        let request = request.with_context(|| format!("no request in {message:?}"))?;
        let openings = served.openings.path().to_str().context("a folder that is not UTF-8")?;
        let audit = ["audit", request, "--data", openings, "--quiet"];
        let audit = world.network.opg.run_within(&audit, ANSWER).await?;
        ensure!(audit.code == 2, "as it is: {}\n{}{}", audit.code, audit.out, audit.err);
    }
    Ok(())
}
