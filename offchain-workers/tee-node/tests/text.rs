//! Text models as leased jobs: what the upstream is asked, what is signed, what is declined.

mod support;

use opg_primitives::{
    artefact::{TextInterface, TextModel, TextSource},
    enclave::{FinishReason, ModelRan, Usage},
    names::{EngineName, ModelName},
    reference::ModelBinding,
    request::{DeclineReason, Parameters},
    statement::{self, NO_SALT},
};
use opg_tee_node::{
    models::{Catalogue, Model},
    openai::{embedded, Upstream},
    standing::{Standing, Verdicts},
    text::{Text, TextError},
};
use opg_worker_api::{server::Limits, Commitments, Job, JobResult, JobStatus};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use support::{
    attempt,
    clients::{until, Says, Script},
    common, done, signed, verifies, Running, Setup,
};
use tokio::sync::oneshot;

const PROMPT: &str = r#"{"prompt":"A receipt "}"#;
const MESSAGES: &str = r#"{"messages":[{"role":"user","content":"7?"}]}"#;
const MINUTE: Duration = Duration::from_secs(60);

fn interface() -> TextInterface {
    TextInterface { max_input: 128, max_output: 64 }
}

fn name(text: &str) -> ModelName {
    ModelName::try_from(text).unwrap()
}

/// A model called `a` of whoever serves it.
fn of_upstream() -> TextModel {
    TextModel { name: name("a"), source: TextSource::Upstream, interface: interface() }
}

/// What the upstream says to a chat, with this text and these members.
fn reply(text: &str, model: &str, finish: &str) -> String {
    serde_json::json!({
        "id": "c-1", "model": model,
        "choices": [{ "index": 0, "finish_reason": finish, "message": { "content": text } }],
        "usage": { "prompt_tokens": 3, "completion_tokens": 5 },
    })
    .to_string()
}

/// A job that asks `model` `input`.
fn job(model: &TextModel, number: u8, input: &str, parameters: &str) -> Job {
    let job = attempt(number);
    Job {
        model: model.model_id(),
        input: common::public(input.as_bytes()),
        parameters: Parameters::truncate_from(parameters.into()),
        commitments: Commitments {
            input: statement::commit_text(NO_SALT, input.as_bytes()),
            parameters: statement::commit_parameters(parameters.as_bytes()),
        },
        ..job
    }
}

/// A worker that serves `model` of the upstream at `base`.
async fn serving(model: TextModel, upstream: Upstream, patience: Duration) -> Running {
    let text = Text::new(model, Arc::new(upstream), MINUTE).unwrap();
    let catalogue = Catalogue::from([(text.id(), Arc::new(text) as Arc<dyn Model>)]);
    Setup { catalogue, patience, ..Setup::new(Arc::default()) }.start().await
}

async fn scripted(script: &Script, patience: Duration) -> Running {
    let base = format!("{}/v1", script.start().await);
    serving(of_upstream(), Upstream::new(&base, None, None, None).unwrap(), patience).await
}

async fn answer(node: &Running, job: &Job) -> JobResult {
    assert_eq!(node.put(job).await, (202, Ok(JobStatus::Queued)));
    done(node.end(job.key()).await)
}

fn said(text: &str) -> Says {
    Says::Whole(200, reply(text, "a", "stop"))
}

#[tokio::test]
async fn the_upstream_is_asked_by_the_bytes_of_the_request_its_own_name_and_the_seed_of_the_lease()
{
    let script = Script::new([said("seven")]);
    let node = scripted(&script, Duration::MAX).await;
    let job = job(&of_upstream(), 1, MESSAGES, r#"{"max_tokens":5,"temperature":0.70}"#);
    let result = answer(&node, &job).await;
    let seed = job.seed();
    let asked = format!(
        r#"{{"model":"a","messages":[{{"role":"user","content":"7?"}}],"max_tokens":5,"temperature":0.70,"seed":{seed}}}"#
    );
    assert_eq!(script.bodies.lock().unwrap()[0], asked);
    assert_eq!(common::in_clear(&result.output), b"seven");
    let (answer, signature) = signed(&job, &result);
    let signer = node.attester.signer();
    assert!(verifies(signer.session_key(), &answer.signing_hash(), &signature));
    assert_eq!(answer.run.model, ModelRan::Named(name("a")));
    assert_eq!(answer.run.finish, FinishReason::Stop);
    assert_eq!(answer.run.usage, Usage { input: 3, output: 5 });
}

#[tokio::test]
async fn a_seed_of_the_request_goes_to_an_upstream_whose_weights_nobody_names() {
    let script = Script::new([said("seven")]);
    let node = scripted(&script, Duration::MAX).await;
    answer(&node, &job(&of_upstream(), 1, MESSAGES, r#"{"seed":3}"#)).await;
    let asked: Value = serde_json::from_slice(&script.bodies.lock().unwrap()[0]).unwrap();
    assert_eq!(asked["seed"], 3);
}

#[tokio::test]
async fn a_text_of_an_upstream_is_declined_where_the_code_is_approved_for_what_runs_inside() {
    let script = Script::new([said("seven")]);
    let node = scripted(&script, Duration::MAX).await;
    let model = of_upstream().model_id();
    let stands = |binding| Standing::Known(Verdicts::from([(model, Ok(binding))]));
    node.attester.note_standing(stands(ModelBinding::Loaded));
    match node.put(&job(&of_upstream(), 1, MESSAGES, "")).await.1 {
        Ok(JobStatus::Refused { reason: DeclineReason::NotServed, why }) => {
            assert!(why.as_str().contains("approved for what it loads"), "{why}")
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(script.calls(), 0, "nobody asked the upstream");
    let (status, health) = node.text("/v1/health").await;
    assert_eq!(status, 503);
    assert!(health.contains("by an upstream outside"), "{health}");
    assert!(!health.contains(&model.to_string()), "it is not served: {health}");
    // Approved for an upstream, it is.
    node.attester.note_standing(stands(ModelBinding::Upstream));
    let result = answer(&node, &job(&of_upstream(), 2, MESSAGES, "")).await;
    assert_eq!(common::in_clear(&result.output), b"seven");
}

/// A worker that serves the embedded model.
async fn embedded_node() -> (Running, TextModel) {
    let embedded = embedded::start(Limits::default()).await.unwrap();
    let engine = EngineName::try_from(opg_tiny_lm::ENGINE).unwrap();
    let model = TextModel {
        name: name(opg_tiny_lm::MODEL_NAME),
        source: TextSource::Weights { file: embedded.network, engine },
        interface: interface(),
    };
    let upstream = Upstream::new(&embedded.base, None, None, Some(embedded.network)).unwrap();
    (serving(model.clone(), upstream, Duration::MAX).await, model)
}

#[tokio::test]
async fn the_same_lease_gives_the_same_text_wherever_the_open_model_runs_and_another_lease_another()
{
    let (one, model) = embedded_node().await;
    let (other, _) = embedded_node().await;
    let of = |number| job(&model, number, PROMPT, r#"{"max_tokens":48}"#);
    let (first, again) = (answer(&one, &of(1)).await, answer(&other, &of(1)).await);
    assert_eq!(first.output, again.output);
    assert_ne!(first.output, answer(&one, &of(2)).await.output);
    let (signed, _) = signed(&of(1), &first);
    let TextSource::Weights { file, .. } = model.source else { unreachable!() };
    assert_eq!(signed.run.model, ModelRan::Network(file));
}

#[tokio::test]
async fn what_no_text_can_be_made_of_is_declined_before_anybody_is_asked() {
    let (node, model) = embedded_node().await;
    let long = format!(r#"{{"prompt":"{}"}}"#, "x".repeat(128));
    for (number, (input, parameters, says)) in [
        ("not json", "", "does not begin with {"),
        (r#"{"prompt":"x","model":"a"}"#, "", "one member"),
        (r#"{"messages":"x"}"#, "", "messages is a list"),
        (long.as_str(), "", "may have 128"),
        (PROMPT, r#"{"seed":1}"#, "seed: the lease gives it"),
        (PROMPT, r#"{"n":2}"#, "n: an answer on chain is one answer"),
        (PROMPT, r#"{ "max_tokens":1}"#, "in the order of their names"),
        (PROMPT, r#"{"stream":true}"#, "stream: an answer on chain is whole"),
    ]
    .into_iter()
    .enumerate()
    {
        let job = job(&model, number as u8, input, parameters);
        match node.put(&job).await {
            (202, Ok(JobStatus::Refused { reason: DeclineReason::Unfit, why })) => {
                assert!(why.as_str().contains(says), "{input}: {why}");
            }
            other => panic!("{input}: {other:?}"),
        }
    }
    let mut altered = job(&model, 9, PROMPT, "");
    altered.input = common::public(PROMPT.replace(' ', "  ").as_bytes());
    let (_, refused) = node.put(&altered).await;
    let reason = DeclineReason::PayloadMismatch;
    assert!(matches!(&refused, Ok(JobStatus::Refused { reason: it, .. }) if *it == reason));
}

/// A case, what the upstream says, the reason, and what the node says.
type Case = (&'static str, Says, DeclineReason, &'static str);

#[tokio::test]
async fn a_request_that_the_upstream_refuses_at_once_is_declined() {
    use DeclineReason::*;
    let cases: Vec<Case> = vec![
        ("refused", Says::Whole(400, "{}".into()), Unfit, "refuses the request: 400"),
        ("unknown", Says::Whole(404, "{}".into()), NotServed, "does not know the model"),
        ("busy", Says::Whole(429, "{}".into()), Busy, "status 429"),
        ("no json", Says::Whole(200, "seven".into()), NotServed, "not of OpenAI's shape"),
        ("renamed", Says::Whole(200, reply("x", "b", "stop")), NotServed, "names another model"),
        ("endless", Says::Whole(200, reply("x", "a", "?")), NotServed, "does not say why it ended"),
    ];
    for (what, says, reason, why) in cases {
        let node = scripted(&Script::new([says]), Duration::MAX).await;
        let job = job(&of_upstream(), 1, MESSAGES, "");
        assert_eq!(node.put(&job).await, (202, Ok(JobStatus::Queued)), "{what}");
        match node.end(job.key()).await {
            JobStatus::Refused { reason: found, why: said } => {
                assert_eq!(found, reason, "{what}");
                assert!(said.as_str().contains(why), "{what}: {said}");
            }
            other => panic!("{what}: {other:?}"),
        }
        assert_eq!(node.attester.signer().answered().count, 0, "{what}");
    }
}

#[tokio::test]
async fn what_was_refused_for_now_may_come_again() {
    let script = Script::new([Says::Whole(503, "{}".into()), said("seven")]);
    let node = scripted(&script, Duration::MAX).await;
    let job = job(&of_upstream(), 1, MESSAGES, "");
    assert_eq!(node.put(&job).await, (202, Ok(JobStatus::Queued)));
    let busy = node.end(job.key()).await;
    assert!(matches!(busy, JobStatus::Refused { reason: DeclineReason::Busy, .. }), "{busy:?}");
    assert_eq!(answer(&node, &job).await.output, common::clear(b"seven"));
    assert_eq!(script.calls(), 2);
}

#[tokio::test]
async fn once_it_was_said_to_be_accepted_a_job_is_not_declined_any_more() {
    let (go, held) = oneshot::channel();
    let script = Script::new([Says::Held(held, "no answer".into())]);
    let node = scripted(&script, Duration::ZERO).await;
    let job = job(&of_upstream(), 1, MESSAGES, "");
    assert_eq!(node.put(&job).await, (202, Ok(JobStatus::Queued)));
    script.asked(1).await;
    assert_eq!(node.get(job.key()).await, (200, Ok(JobStatus::Accepted)));
    go.send(()).unwrap();
    let end = node.end(job.key()).await;
    assert!(matches!(end, JobStatus::Failed { .. }), "{end:?}");
}

#[tokio::test]
async fn an_answer_over_the_bound_is_cut_between_two_characters_and_says_so() {
    let script = Script::new([said(&"é".repeat(33))]);
    let node = scripted(&script, Duration::MAX).await;
    let job = job(&of_upstream(), 1, MESSAGES, "");
    let result = answer(&node, &job).await;
    assert_eq!(common::in_clear(&result.output), "é".repeat(32).as_bytes());
    let (answer, _) = signed(&job, &result);
    assert_eq!(answer.run.finish, FinishReason::Length);
}

#[tokio::test]
async fn texts_and_networks_do_not_wait_for_each_other() {
    let (go, held) = oneshot::channel();
    let script = Script::new([Says::Held(held, reply("seven", "a", "stop"))]);
    let base = format!("{}/v1", script.start().await);
    let upstream = Upstream::new(&base, None, None, None).unwrap();
    let text = Text::new(of_upstream(), Arc::new(upstream), MINUTE).unwrap();
    let mut setup = Setup::new(Arc::default());
    setup.catalogue.insert(text.id(), Arc::new(text));
    let node = setup.start().await;
    let waiting = job(&of_upstream(), 1, MESSAGES, "");
    assert_eq!(node.put(&waiting).await, (202, Ok(JobStatus::Queued)));
    script.asked(1).await;
    node.answer(&attempt(2)).await;
    go.send(()).unwrap();
    until("the text", || async {
        node.get(waiting.key()).await.1.ok()?.is_terminal().then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_text_model_is_served_only_by_the_weights_that_it_is_registered_by() {
    let upstream = || Arc::new(Upstream::new("http://127.0.0.1:1/v1", None, None, None).unwrap());
    let engine = EngineName::try_from("rten/1").unwrap();
    let source = TextSource::Weights { file: support::NETWORK, engine };
    let model = TextModel { source, ..of_upstream() };
    let error = Text::new(model, upstream(), MINUTE).err();
    assert_eq!(error, Some(TextError::OtherWeights));
    let nameless = TextModel { name: ModelName::default(), ..of_upstream() };
    assert!(matches!(Text::new(nameless, upstream(), MINUTE).err(), Some(TextError::Misfit(_))));
}
