//! The whole path, as users walk it: a chain, a prover, an enclave, the command line. The cases of the
//! enclave are in `path/enclaves.rs`, those of a text model in `path/texts.rs`, those of `opg serve` in
//! `path/served.rs`, those of private requests in `path/private.rs`.
//!
//! One network, started once; the cases run one after the other in the order of [`CASES`], since
//! later ones break what earlier ones need.

#[path = "path/enclaves.rs"]
mod enclaves;
#[path = "path/private.rs"]
mod private;
#[path = "path/served.rs"]
mod served;
/// The chain's state, of which less is read here than in the tests of faults.
#[allow(dead_code)]
#[path = "failures/state.rs"]
mod state;
#[path = "path/texts.rs"]
mod texts;

use anyhow::{ensure, Context};
use opg_tests::{
    bad_input,
    cases::{self, Tally},
    digits::{self, Digit},
    network::{text, Network, PROVIDER, REQUESTERS},
    opg::Opg,
    process::until,
    tampering,
};
use opg_zkml::CompiledModel;
use serde_json::Value;
use std::{future::Future, pin::Pin, time::Duration};

/// How many held-out digits are asked through the chain.
const ASKED: usize = 100;
/// How long an answer may take, in seconds: its windows and the finality of both ends.
const ANSWER: Duration = Duration::from_secs(240);
/// How long a step of a request, or a transaction until it is final, may take.
const STEP: Duration = Duration::from_secs(120);
/// Who asks enclaves and text models.
const WHO: &str = REQUESTERS[0];

/// What the cases share.
struct World {
    network: Network,
    folder: tempfile::TempDir,
    images: Vec<Digit>,
    /// A settled receipt of mode `ZkMl`.
    receipt: Option<String>,
    /// What the cases of the enclave leave for each other.
    enclaves: enclaves::Left,
    /// The id of the text model, once it is registered.
    text_model: Option<String>,
}

type Case<'a> = Pin<Box<dyn Future<Output = anyhow::Result<()>> + 'a>>;
type Named = (&'static str, for<'a> fn(&'a mut World) -> Case<'a>);

const CASES: [Named; 20] = [
    ("an_enclave_answers_and_its_receipt_names_the_development_vendor_and_attests_nothing", |w| {
        Box::pin(enclaves::answers(w))
    }),
    ("an_enclaves_receipt_is_audited_with_a_node_and_without_one", |w| {
        Box::pin(enclaves::audited(w))
    }),
    ("a_text_model_is_asked_by_the_command_line_and_its_answer_is_audited", |w| {
        Box::pin(texts::answers(w))
    }),
    ("an_openai_client_gets_the_chains_answers_with_their_receipts_through_opg_serve", |w| {
        Box::pin(served::answers(w))
    }),
    ("the_official_openai_packages_get_the_chains_answers_through_opg_serve_unchanged", |w| {
        Box::pin(served::official_packages(w))
    }),
    ("of_an_answer_that_a_proxy_alters_by_a_byte_opg_serve_gives_out_nothing", |w| {
        Box::pin(served::altered(w))
    }),
    (
        "a_private_request_is_answered_for_its_requester_and_is_in_clear_in_no_block_and_no_log",
        |w| Box::pin(private::answers(w)),
    ),
    ("a_private_text_is_answered_and_is_in_clear_in_no_block_and_no_log", |w| {
        Box::pin(private::text_answers(w))
    }),
    ("an_enclave_that_starts_again_refuses_what_its_lost_keys_had_taken_on", |w| {
        Box::pin(enclaves::keys_are_lost(w))
    }),
    ("a_hundred_held_out_digits_are_answered_with_proofs_exactly_as_the_interpreter_says", |w| {
        Box::pin(hundred_digits(w))
    }),
    (
        "what_lost_keys_had_taken_on_is_not_delivered_and_the_new_keys_settle_the_next_attempt",
        |w| Box::pin(enclaves::next_attempt_settles(w)),
    ),
    ("a_plain_answer_says_that_it_is_only_signed", |w| Box::pin(plain(w))),
    ("a_saved_receipt_is_audited_without_a_node_and_an_altered_one_fails", |w| {
        Box::pin(saved_audit(w))
    }),
    ("a_price_above_what_is_held_is_refused_and_costs_nothing", |w| Box::pin(too_expensive(w))),
    ("bad_inputs_at_every_door_get_their_message_and_move_no_money", |w| Box::pin(bad_inputs(w))),
    ("a_revoked_enclave_taints_the_receipts_that_rest_on_it_and_answers_no_more", |w| {
        Box::pin(enclaves::revoked(w))
    }),
    ("a_job_outlives_the_prover_that_took_it", |w| Box::pin(prover_restarts(w))),
    ("what_nobody_acknowledged_is_cancelled_and_released", |w| Box::pin(cancelled(w))),
    ("each_field_of_a_receipt_that_a_proxy_alters_is_named_by_the_audit", |w| {
        Box::pin(tampering::each_altered_field_is_named(&w.network.node))
    }),
    ("no_other_bytes_that_a_proxy_gives_pass_for_a_receipt", |w| {
        Box::pin(tampering::no_other_bytes_pass_for_a_receipt(&w.network.node))
    }),
];

fn ask<'a>(model: &'a str, values: &'a str, mode: &'a str, who: &'a str) -> Vec<&'a str> {
    vec!["ask", model, "--values", values, "--mode", mode, "--account", who]
}

/// The free balance of `who`, in units of 10^-18 OPG.
fn free(opg: &Opg, who: &str) -> anyhow::Result<u128> {
    Ok(text(&opg.json(&["account", "show", who])?, "free")?.parse()?)
}

/// What `who` has on hold.
fn held(opg: &Opg, who: &str) -> anyhow::Result<u128> {
    Ok(text(&opg.json(&["account", "show", who])?, "held")?.parse()?)
}

/// The receipt of a request that has ended, with what it shows.
async fn ended(opg: &Opg, request: &str) -> anyhow::Result<Value> {
    until(&format!("the end of {request}"), ANSWER, || async {
        let answer = opg.run(&["receipt", request, "--json", "--quiet"])?;
        Ok(match answer.code {
            0 => answer.json(&[0])?.get("value").cloned(),
            _ => None,
        })
    })
    .await
}

async fn hundred_digits(world: &mut World) -> anyhow::Result<()> {
    let model = CompiledModel::compile(&std::fs::read(digits::network())?)?;
    let (id, opg) = (&world.network.model, &world.network.opg);
    // Each requester's digits follow each other; the requesters work side by side.
    let rounds: Vec<_> = REQUESTERS
        .iter()
        .enumerate()
        .map(|(index, who)| {
            let (opg, id, images) = (opg.clone(), id.clone(), world.images.clone());
            tokio::task::spawn_blocking(move || -> anyhow::Result<Vec<(usize, String)>> {
                (index..ASKED)
                    .step_by(REQUESTERS.len())
                    .map(|image| {
                        let values = images[image].values();
                        let mut arguments = ask(&id, &values, "zkml", who);
                        arguments.push("--no-wait");
                        Ok((image, text(&opg.json(&arguments)?, "request")?))
                    })
                    .collect()
            })
        })
        .collect();
    let mut requests = Vec::new();
    for round in rounds {
        requests.extend(round.await??);
    }
    ensure!(requests.len() == ASKED, "{} requests", requests.len());
    let mut right = 0;
    for (image, request) in &requests {
        let shown = ended(opg, request).await?;
        let settled = shown["receipt"]["outcome"] == "Settled";
        ensure!(settled, "image {image}: {}", shown["receipt"]["outcome"]);
        // The owner ran the setup alone, and has no royalty.
        let grade = &shown["receipt"]["appraised"]["grade"];
        ensure!(grade == "C", "image {image}: grade {grade}");
        let digit = &world.images[*image];
        let expected = model.run(&digit.pixels)?;
        let words = text(&shown, "output")?;
        let opg_zkml::statement::Output::Logits(scores) = &expected else {
            anyhow::bail!("the digits model gives scores");
        };
        let logits = format!("class {}, of the scores {scores:?}", expected.class());
        ensure!(words == logits, "image {image}: {words}, not {logits}");
        right += usize::from(expected.class() == u32::from(digit.label));
        world.receipt = Some(text(&shown, "id")?);
    }
    println!("    {ASKED} receipts, {right} digits read right");
    ensure!(right * 100 >= 95 * ASKED, "only {right} of {ASKED} digits were read right");
    Ok(())
}

async fn plain(world: &mut World) -> anyhow::Result<()> {
    let values = world.images[ASKED].values();
    let shown =
        world.network.opg.json(&ask(&world.network.model, &values, "plain", REQUESTERS[0]))?;
    let appraised = &shown["receipt"]["appraised"];
    ensure!(appraised["grade"] == "E", "grade {}", appraised["grade"]);
    let standings = appraised["standings"].as_array().context("no table")?;
    let of = |claim: &str| {
        standings.iter().find(|cell| cell["claim"] == claim).map(|cell| cell["standing"].clone())
    };
    ensure!(of("Execution") == Some("Signed".into()), "{:?}", of("Execution"));
    ensure!(of("Price") == Some("Enforced".into()), "{:?}", of("Price"));
    Ok(())
}

async fn saved_audit(world: &mut World) -> anyhow::Result<()> {
    let receipt = world.receipt.clone().context("no receipt was written before")?;
    let opg = &world.network.opg;
    let path = world.folder.path().join("receipt.json");
    let file = path.to_str().context("the folder's name is not UTF-8")?;
    let saved = opg.run(&["receipt", &receipt, "--save", file, "--quiet"])?;
    ensure!(saved.code == 0, "{}", saved.err);
    let nowhere = Opg::new(1);
    let good = nowhere.run(&["audit", file])?;
    ensure!(good.code == 2, "a good bundle: {}\n{}{}", good.code, good.out, good.err);

    // The proof's own bytes, somewhere in the middle of the evidence.
    let mut bundle: Value = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
    let output = bundle.pointer_mut("/answer/output").context("a bundle without an output")?;
    let text = output.as_str().context("an output that is no text")?;
    let flipped = if text.ends_with('0') { "1" } else { "0" };
    *output = Value::from(format!("{}{flipped}", &text[..text.len() - 1]));
    std::fs::write(&path, bundle.to_string())?;
    let bad = nowhere.run(&["audit", file])?;
    ensure!(bad.code == 1, "an altered bundle: {}\n{}", bad.code, bad.out);
    ensure!(bad.out.contains("output"), "the field is not named:\n{}", bad.out);
    Ok(())
}

async fn too_expensive(world: &mut World) -> anyhow::Result<()> {
    let (opg, who) = (&world.network.opg, REQUESTERS[1]);
    let before = (free(opg, who)?, held(opg, who)?);
    let values = world.images[ASKED].values();
    let mut arguments = ask(&world.network.model, &values, "zkml", who);
    arguments.extend(["--max-price", "0.5"]);
    let refused = opg.run(&arguments)?;
    ensure!(refused.code == 1, "{}: {}", refused.code, refused.err);
    ensure!(refused.err.contains("--max-price of 0.5"), "{}", refused.err);
    ensure!((free(opg, who)?, held(opg, who)?) == before, "something moved");
    Ok(())
}

async fn bad_inputs(world: &mut World) -> anyhow::Result<()> {
    let tried = bad_input::run(&world.network, world.folder.path()).await?;
    println!("    {tried} bad inputs tried");
    Ok(())
}

async fn prover_restarts(world: &mut World) -> anyhow::Result<()> {
    let (opg, who) = (world.network.opg.clone(), REQUESTERS[2]);
    let values = world.images[ASKED + 1].values();
    let mut arguments = ask(&world.network.model, &values, "zkml", who);
    arguments.push("--no-wait");
    let request = text(&opg.json(&arguments)?, "request")?;
    world.network.prover.process.kill()?;
    world.network.prover.start_again().await?;
    let shown = ended(&opg, &request).await?;
    ensure!(shown["receipt"]["outcome"] == "Settled", "{}", shown["receipt"]["outcome"]);
    Ok(())
}

async fn cancelled(world: &mut World) -> anyhow::Result<()> {
    let (opg, who) = (world.network.opg.clone(), REQUESTERS[3]);
    world.network.prover.process.kill()?;
    let values = world.images[ASKED + 2].values();
    let mut arguments = ask(&world.network.model, &values, "plain", who);
    arguments.push("--no-wait");
    let before = held(&opg, who)?;
    let request = text(&opg.json(&arguments)?, "request")?;
    ensure!(held(&opg, who)? > before, "nothing is held");
    opg.json(&["cancel", &request, "--account", who])?;
    let shown = ended(&opg, &request).await?;
    ensure!(shown["receipt"]["outcome"] == "Cancelled", "{}", shown["receipt"]["outcome"]);
    ensure!(shown["receipt"]["terminal"] == true, "the receipt is not terminal");
    ensure!(held(&opg, who)? == before, "something is still held");
    ensure!(opg.run(&["provider", "status", PROVIDER])?.code == 0, "the provider is gone");
    Ok(())
}

async fn run() -> anyhow::Result<Tally> {
    let folder = tempfile::tempdir()?;
    let network =
        Network::start(folder.path(), &digits::network(), |step| println!("    {step}")).await?;
    let images = digits::held_out()?;
    let enclaves = enclaves::Left::default();
    let mut world = World { network, folder, images, receipt: None, enclaves, text_model: None };
    let mut tally = Tally::default();
    for (name, case) in CASES {
        tally.note(name, case(&mut world).await);
    }
    if tally.has_failed() {
        println!("logs are in {}", world.folder.keep().display());
    }
    Ok(tally)
}

fn main() -> anyhow::Result<()> {
    cases::main(CASES.len(), run)
}
