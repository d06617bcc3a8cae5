//! A text model on the path: registered, and asked by `opg ask`.

use crate::{World, ANSWER, STEP, WHO};
use anyhow::ensure;
use opg_tests::{
    network::{text, OWNER, PROVIDER},
    registration::next_epoch,
};

/// The model that is part of the enclave's node, and its weights in the repository.
pub const NAME: &str = "tiny-lm-demo";
const WEIGHTS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../offchain-workers/tiny-lm/model/tiny-lm-demo.onnx");

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
    world.text_model = Some(id.clone());
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
