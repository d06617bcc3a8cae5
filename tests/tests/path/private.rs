//! A private request on the path: answered by the enclave that it was sealed to, and read by nobody else.
//!
//! What is searched is the body of every block and every log and journal of node, gateway, prover and
//! enclave. That the search finds what is there shows the public request of another case.

use crate::{ask, state::State, World, ANSWER, ASKED, WHO};
use anyhow::{ensure, Context};
use opg_tests::{
    digits::{self, Digit},
    network::text,
    rpc::Rpc,
};
use opg_zkml::{statement::Output, CompiledModel};
use serde_json::{json, Value};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The image that [`crate::enclaves::answers`] asks of, publicly, before.
const PUBLIC: usize = ASKED + 3;
/// The image that is asked of privately.
const PRIVATE: usize = ASKED + 7;
/// What the text model is asked, which is written nowhere else.
const MESSAGE: &str = "quinces on the ninth windowsill";

/// Bytes that are looked for, in each way that they may be written.
struct Needle(Vec<Vec<u8>>);

impl Needle {
    /// `bytes` as they are and as hexadecimal digits, and `words` for them.
    fn new(bytes: &[u8], words: &str) -> Self {
        Self(vec![bytes.to_vec(), hex::encode(bytes).into_bytes(), words.as_bytes().to_vec()])
    }

    fn is_in(&self, haystack: &[u8]) -> bool {
        let one = |needle: &Vec<u8>| {
            haystack.windows(needle.len().max(1)).any(|part| part == needle.as_slice())
        };
        self.0.iter().any(one)
    }
}

/// The input and the output of a question about `image`.
fn needles(image: &Digit) -> anyhow::Result<[Needle; 2]> {
    let model = CompiledModel::compile(&fs::read(digits::network())?)?;
    let output = model.run(&image.pixels)?;
    let Output::Logits(scores) = &output else { anyhow::bail!("the digits model gives scores") };
    let words = format!("{scores:?}");
    Ok([Needle::new(&image.pixels, &image.values()), Needle::new(&output.to_bytes(), &words)])
}

/// The extrinsics of all blocks.
async fn bodies(rpc: &Rpc) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut bodies = Vec::new();
    for number in 1..=rpc.best().await? {
        let hash = rpc.call("chain_getBlockHash", json!([number])).await?;
        let block = rpc.call("chain_getBlock", json!([hash])).await?;
        let extrinsics = block.pointer("/block/extrinsics").and_then(Value::as_array);
        for extrinsic in extrinsics.context("a block without a body")? {
            let digits = extrinsic.as_str().context("an extrinsic that is no text")?;
            bodies.push(hex::decode(digits.trim_start_matches("0x"))?);
        }
    }
    Ok(bodies)
}

/// All logs and journals under `folder`.
fn written(folder: &Path) -> anyhow::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_dir() {
            found.extend(written(&path)?);
        } else if matches!(ending, Some("log" | "json")) {
            let bytes = fs::read(&path)?;
            found.push((path, bytes));
        }
    }
    Ok(found)
}

/// Whether `needle` is in a body of a block, and the files that it is in.
async fn found(world: &World, needle: &Needle) -> anyhow::Result<(bool, Vec<PathBuf>)> {
    let bodies = bodies(&world.network.node.rpc).await?;
    let files = written(world.folder.path())?;
    let files = files.into_iter().filter(|(_, bytes)| needle.is_in(bytes));
    let on_chain = bodies.iter().any(|body| needle.is_in(body));
    Ok((on_chain, files.map(|(path, _)| path).collect()))
}

/// Fails if any of `needles` is anywhere.
async fn are_nowhere(world: &World, needles: &[Needle]) -> anyhow::Result<()> {
    for (number, needle) in needles.iter().enumerate() {
        let (on_chain, files) = found(world, needle).await?;
        ensure!(!on_chain, "part {number} of a private request is in clear in a block");
        ensure!(files.is_empty(), "part {number} of a private request is in clear in {files:?}");
    }
    Ok(())
}

/// The only file in `folder`, however deep.
fn only_file(folder: &Path) -> anyhow::Result<PathBuf> {
    let found = written(folder)?;
    ensure!(found.len() == 1, "{} files in {}", found.len(), folder.display());
    found.into_iter().next().map(|(path, _)| path).context("no file")
}

pub async fn answers(world: &mut World) -> anyhow::Result<()> {
    let (opg, image) = (&world.network.opg, &world.images[PRIVATE]);
    let data = tempfile::tempdir()?;
    let folder = data.path().to_str().context("the folder's name is not UTF-8")?;
    let values = image.values();
    let question =
        [&ask(&world.network.model, &values, "tee", WHO)[..], &["--private", "--data", folder]]
            .concat();
    let shown = opg.json_within(&question, ANSWER).await?;
    let receipt = &shown["receipt"];
    ensure!(receipt["outcome"] == "Settled", "{}", receipt["outcome"]);
    let disclosed = |part: &str| receipt["disclosure"][part].clone();
    // The development vendor keeps nothing from the operator.
    ensure!(
        disclosed("input") == json!({ "form": "Encrypted", "readable_by": "Providers" }),
        "{}",
        disclosed("input")
    );
    ensure!(
        disclosed("output") == json!({ "form": "Encrypted", "readable_by": "Providers" }),
        "{}",
        disclosed("output")
    );
    ensure!(disclosed("providers_that_saw") == 1, "{}", disclosed("providers_that_saw"));

    // Who asked reads what the interpreter says.
    let needles = needles(image)?;
    let words = String::from_utf8(needles[1].0[2].clone())?;
    let output = text(&shown, "output")?;
    ensure!(output.contains(&words), "{output}, without {words}");
    // With the opening it is audited; without it nobody reads it.
    let (id, opening) = (text(&shown, "id")?, only_file(data.path())?);
    let opening = opening.to_str().context("the file's name is not UTF-8")?;
    let audit = opg.run_within(&["audit", &id, "--opening", opening], ANSWER).await?;
    ensure!(audit.code == 2, "{}\n{}{}", audit.code, audit.out, audit.err);
    let elsewhere = tempfile::tempdir()?;
    let elsewhere = elsewhere.path().to_str().context("the folder's name is not UTF-8")?;
    let blind = opg.run_within(&["receipt", &id, "--data", elsewhere], ANSWER).await?;
    ensure!(blind.code == 0 && !blind.out.contains(&words), "{}\n{}", blind.code, blind.out);

    are_nowhere(world, &needles).await?;
    let rpc = &world.network.node.rpc;
    let kept = State::last_final(rpc).await?.kept("SealedInputs").await?;
    ensure!(kept.is_empty(), "ciphertexts outlive their lease: {kept:?}");
    // The logs are those of this request, and a public one is found where it is.
    let request = text(receipt, "request")?;
    for process in [&world.network.gateway.process, &world.network.enclave.process] {
        let log = fs::read_to_string(process.log())?;
        ensure!(log.contains(&request), "no {request} in {}", process.log().display());
    }
    for needle in self::needles(&world.images[PUBLIC])? {
        let (on_chain, files) = found(world, &needle).await?;
        ensure!(on_chain && !files.is_empty(), "a public request is not found: {files:?}");
    }
    Ok(())
}

pub async fn text_answers(world: &mut World) -> anyhow::Result<()> {
    let model = world.text_model.clone().context("no text model was registered before")?;
    let data = tempfile::tempdir()?;
    let folder = data.path().to_str().context("the folder's name is not UTF-8")?;
    let mut question = vec!["ask", &model, "--message", MESSAGE, "--mode", "tee", "--private"];
    question.extend(["--parameters", r#"{"max_tokens":24}"#, "--data", folder, "--account", WHO]);
    let shown = world.network.opg.json_within(&question, ANSWER).await?;
    ensure!(shown["receipt"]["outcome"] == "Settled", "{}", shown["receipt"]["outcome"]);
    text(&shown, "output")?;
    are_nowhere(world, &[Needle::new(MESSAGE.as_bytes(), MESSAGE)]).await
}
