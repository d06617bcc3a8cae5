//! Private jobs: what is opened, what is sealed in answer, what is declined, and what is told of it.

mod support;

use opg_primitives::{
    artefact::{TextInterface, TextModel, TextSource},
    ids::{EnclaveId, ReplyKey},
    names::ModelName,
    request::{DeclineReason, Output, PublicBytes},
    sealed::{self, SealedFor, SealedInput},
    statement,
};
use opg_tee_node::{
    models::{Catalogue, Model},
    openai::Upstream,
    session::Attester,
    signer::Signer,
    text::Text,
};
use opg_worker_api::{BlockRef, Commitments, Delivered, Job, JobInput, JobResult, JobStatus};
use std::{
    sync::{atomic::Ordering, Arc},
    time::Duration,
};
use support::{
    attempt,
    clients::{Says, Script},
    common, done, signed, verifies, Fake, Running, Said, Setup,
};

const SALT: [u8; 32] = [0x51; 32];
const REPLY_SECRET: [u8; 32] = [0x52; 32];
const EPHEMERAL: [u8; 32] = [0x53; 32];
const INPUT: &[u8] = &[2, 1, 14, 15];

fn plaintext(input: &[u8], reply_to: ReplyKey) -> SealedInput {
    SealedInput { salt: SALT, input: PublicBytes::truncate_from(input.to_vec()), reply_to }
}

/// What is sealed for `job` to the keys of `signer`.
fn sealed_for(job: &Job, signer: &Signer) -> SealedFor {
    job.sealed_for(signer.enclave(), signer.encryption_key())
}

/// `job`, with this ciphertext delivered to `enclave`.
fn delivered(job: Job, enclave: EnclaveId, ciphertext: sealed::SealedBytes) -> Job {
    let block = BlockRef { number: job.lease_block.number + 2, ..job.lease_block };
    Job { input: JobInput::Sealed(Delivered { enclave, block, ciphertext }), ..job }
}

/// A job of the network of these tests with `input` sealed to the keys of `signer`.
fn private(number: u8, signer: &Signer, input: &[u8]) -> Job {
    let mut job = attempt(number);
    job.commitments.input = statement::commit_input(&common::interface(), SALT, INPUT).unwrap();
    let plaintext = plaintext(input, sealed::reply_key(&REPLY_SECRET));
    let ciphertext = sealed::seal_input(&sealed_for(&job, signer), &plaintext, &EPHEMERAL).unwrap();
    delivered(job, signer.enclave(), ciphertext)
}

/// The output of `result`, as the requester opens it.
fn opened(job: &Job, signer: &Signer, result: &JobResult) -> PublicBytes {
    let Output::Sealed { commitment, ciphertext } = &result.output else {
        panic!("in clear: {:?}", result.output)
    };
    let output = sealed::open_output(&sealed_for(job, signer), &REPLY_SECRET, ciphertext).unwrap();
    let salt = statement::output_salt(SALT, job.request);
    assert_eq!(*commitment, statement::commit_output(salt, &output));
    output
}

fn signer(attester: &Arc<Attester>) -> Arc<Signer> {
    attester.signer().clone()
}

fn refused(answer: Said) -> (DeclineReason, String) {
    match answer {
        (202, Ok(JobStatus::Refused { reason, why })) => (reason, why.to_string()),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_private_job_is_answered_for_its_requester_alone_and_the_ciphertext_is_signed() {
    let node = Setup::new(Arc::default()).start().await;
    let signer = signer(&node.attester);
    let job = private(1, &signer, INPUT);
    let result = node.answer(&job).await;
    assert_eq!(opened(&job, &signer, &result).as_slice(), [2, 0, 0, 0]);
    let (answer, signature) = signed(&job, &result);
    assert!(verifies(signer.session_key(), &answer.signing_hash(), &signature));
    assert_eq!(answer.sealed, result.output.sealed_digest());
    assert!(answer.sealed.is_some());
    // Nobody else's secret opens it, nor the enclave's own place in another attempt.
    let Output::Sealed { ciphertext, .. } = &result.output else { unreachable!() };
    let place = sealed_for(&job, &signer);
    assert!(sealed::open_output(&place, &[0x54; 32], ciphertext).is_err());
    let other = SealedFor { attempt: 2, ..place };
    assert!(sealed::open_output(&other, &REPLY_SECRET, ciphertext).is_err());
}

#[tokio::test]
async fn a_public_job_is_answered_in_clear_as_before() {
    let node = Setup::new(Arc::default()).start().await;
    let result = node.answer(&support::job()).await;
    assert_eq!(result.output, common::clear(&[0, 0, 0, 0]));
    assert_eq!(signed(&support::job(), &result).0.sealed, None);
}

#[tokio::test]
async fn a_lease_from_before_these_keys_is_taken_where_its_input_is_sealed_to_them() {
    let node = Setup::new(Arc::default()).start().await;
    let signer = signer(&node.attester);
    let mut job = attempt(1);
    job.lease_block.number = support::block().number - 1;
    job.commitments.input = statement::commit_input(&common::interface(), SALT, INPUT).unwrap();
    let plaintext = plaintext(INPUT, sealed::reply_key(&REPLY_SECRET));
    let ciphertext =
        sealed::seal_input(&sealed_for(&job, &signer), &plaintext, &EPHEMERAL).unwrap();
    let job = delivered(job, signer.enclave(), ciphertext);
    let result = node.answer(&job).await;
    assert_eq!(opened(&job, &signer, &result).as_slice(), [2, 0, 0, 0]);
}

#[tokio::test]
async fn what_does_not_open_or_does_not_match_is_declined_before_it_is_taken() {
    use DeclineReason::*;
    let fake = Arc::new(Fake::default());
    let node = Setup::new(fake.clone()).start().await;
    let signer = signer(&node.attester);
    let other = Signer::new(signer.genesis(), signer.provider());

    let mut altered = private(0, &signer, INPUT);
    if let JobInput::Sealed(delivered) = &mut altered.input {
        let mut bytes = delivered.ciphertext.to_vec();
        *bytes.last_mut().unwrap() ^= 1;
        delivered.ciphertext = bytes.try_into().unwrap();
    }
    // Sealed for one attempt, brought in another.
    let of_another_attempt = Job { input: private(9, &signer, INPUT).input, ..attempt(1) };
    let to_another_key = {
        let job = private(2, &signer, INPUT);
        let key = other.encryption_key();
        let place = SealedFor { key, ..sealed_for(&job, &signer) };
        let plaintext = plaintext(INPUT, sealed::reply_key(&REPLY_SECRET));
        let ciphertext = sealed::seal_input(&place, &plaintext, &EPHEMERAL).unwrap();
        delivered(job, signer.enclave(), ciphertext)
    };
    let no_reply = {
        let job = private(3, &signer, INPUT);
        let plaintext = plaintext(INPUT, ReplyKey([0; 32]));
        let ciphertext =
            sealed::seal_input(&sealed_for(&job, &signer), &plaintext, &EPHEMERAL).unwrap();
        delivered(job, signer.enclave(), ciphertext)
    };
    let too_short = {
        let job = private(4, &signer, INPUT);
        delivered(job, signer.enclave(), vec![1; 47].try_into().unwrap())
    };
    let to_another_enclave = {
        let JobInput::Sealed(sealed) = private(5, &signer, INPUT).input else { unreachable!() };
        delivered(attempt(5), other.enclave(), sealed.ciphertext)
    };
    let mut of_another_lease = private(6, &signer, INPUT);
    of_another_lease.binding.0[0] ^= 1;
    let cases = [
        ("altered", altered, PayloadMismatch, "does not open"),
        ("another attempt", of_another_attempt, PayloadMismatch, "does not open"),
        ("another key", to_another_key, PayloadMismatch, "does not open"),
        ("no key to reply to", no_reply, PayloadMismatch, "low order"),
        ("too short", too_short, PayloadMismatch, "does not open"),
        ("another enclave", to_another_enclave, NotServed, "KeyLost: it is sealed to"),
        ("another lease", of_another_lease, PayloadMismatch, "the binding"),
        (
            "another input",
            private(7, &signer, &[2, 1, 14, 14]),
            PayloadMismatch,
            "does not match its commitment",
        ),
        ("unfit", private(8, &signer, &[2, 1, 14]), Unfit, "does not fit the model"),
    ];
    for (name, job, reason, says) in cases {
        let (found, why) = refused(node.put(&job).await);
        assert_eq!(found, reason, "{name}: {why}");
        assert!(why.contains(says), "{name}: {why}");
    }
    assert_eq!(fake.runs.load(Ordering::SeqCst), 0);
    assert_eq!(signer.answered().count, 0);
}

#[tokio::test]
async fn why_a_private_input_does_not_fit_is_not_told() {
    let node = Setup::new(Arc::default()).start().await;
    let signer = signer(&node.attester);
    // Of a public one it is said which element has which value.
    let mut public = attempt(1);
    public.input = common::public(&[2, 1, 14, 99]);
    assert!(refused(node.put(&public).await).1.contains("99"));
    let (reason, why) = refused(node.put(&private(2, &signer, &[2, 1, 14, 99])).await);
    assert_eq!(
        (reason, why.as_str()),
        (DeclineReason::Unfit, "the private input does not fit the model")
    );
}

#[tokio::test]
async fn a_network_that_fails_on_a_private_input_tells_nothing_of_it() {
    let fake = Arc::new(Fake { fail: Some("element 3 is 15"), ..Fake::default() });
    let node = Setup::new(fake).start().await;
    let job = private(1, &node.attester.signer().clone(), INPUT);
    assert_eq!(node.put(&job).await, (202, Ok(JobStatus::Accepted)));
    match node.end(job.key()).await {
        JobStatus::Failed { why } => {
            assert_eq!(why.as_str(), "the private input gets no answer from the model")
        }
        other => panic!("{other:?}"),
    }
}

/// A worker that serves a text model called `a` of an upstream that says `says`.
async fn texts(says: Says) -> (Running, TextModel) {
    let model = TextModel {
        name: ModelName::try_from("a").unwrap(),
        source: TextSource::Upstream,
        interface: TextInterface { max_input: 128, max_output: 64 },
    };
    let base = format!("{}/v1", Script::new([says]).start().await);
    let upstream = Upstream::new(&base, None, None, None).unwrap();
    let text = Text::new(model.clone(), Arc::new(upstream), Duration::from_secs(60)).unwrap();
    let catalogue = Catalogue::from([(text.id(), Arc::new(text) as Arc<dyn Model>)]);
    let setup = Setup { catalogue, patience: Duration::MAX, ..Setup::new(Arc::default()) };
    (setup.start().await, model)
}

/// A job that asks `model` `input`, sealed to the keys of `signer`.
fn private_text(model: &TextModel, signer: &Signer, input: &str) -> Job {
    let mut job = Job { model: model.model_id(), ..attempt(1) };
    job.commitments =
        Commitments { input: statement::commit_text(SALT, input.as_bytes()), ..job.commitments };
    let plaintext = plaintext(input.as_bytes(), sealed::reply_key(&REPLY_SECRET));
    let ciphertext = sealed::seal_input(&sealed_for(&job, signer), &plaintext, &EPHEMERAL).unwrap();
    delivered(job, signer.enclave(), ciphertext)
}

#[tokio::test]
async fn a_private_text_is_asked_in_clear_inside_and_answered_under_a_seal() {
    let reply = serde_json::json!({
        "id": "c-1", "model": "a",
        "choices": [{ "index": 0, "finish_reason": "stop", "message": { "content": "seven" } }],
        "usage": { "prompt_tokens": 3, "completion_tokens": 5 },
    });
    let (node, model) = texts(Says::Whole(200, reply.to_string())).await;
    let signer = signer(&node.attester);
    let job = private_text(&model, &signer, r#"{"messages":[{"role":"user","content":"7?"}]}"#);
    assert_eq!(node.put(&job).await, (202, Ok(JobStatus::Queued)));
    let result = done(node.end(job.key()).await);
    assert_eq!(opened(&job, &signer, &result).as_slice(), b"seven");
}

#[tokio::test]
async fn a_private_text_that_is_no_request_is_declined_without_a_word_of_it() {
    let (node, model) = texts(Says::Whole(400, "{}".into())).await;
    let job = private_text(&model, &signer(&node.attester), r#"{"secret":"seven"}"#);
    let (reason, why) = refused(node.put(&job).await);
    assert_eq!(
        (reason, why.as_str()),
        (DeclineReason::Unfit, "the private input does not fit the model")
    );
}
