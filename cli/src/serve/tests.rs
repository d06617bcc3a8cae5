//! The endpoint before a chain that gives the receipts that a test tells it to: good ones are given out
//! with their answers, altered ones never.

use super::*;
use crate::{
    audit::{
        tests::fixture::{
            private, tee, text, GENESIS, PARAMETERS, PROMPT, REQUESTER, STRANGER, TEXT,
        },
        Twice,
    },
    opening::Secret,
};
use axum::{
    body::{to_bytes, Body},
    http::request::Builder,
};
use opg_primitives::{evidence::Evidence, request::Outcome as Ended};
use std::sync::atomic::{AtomicUsize, Ordering};
use tower::ServiceExt;

const OPG: Balance = 1_000_000_000_000_000_000;
/// What a request to a chain of this file may cost.
const COST: Balance = 26 * OPG;

/// A chain with one text model.
struct Scripted {
    gathered: Gathered,
    /// The request that it says it made.
    request: RequestId,
    asked: Arc<AtomicUsize>,
}

impl Backend for Scripted {
    fn asker(&self) -> Asker {
        let max_price = 25 * OPG;
        Asker { genesis: GENESIS, account: REQUESTER, mode: Some(Mode::Tee), max_price }
    }

    async fn models(&self) -> Result<Vec<Listed>, ApiError> {
        let version = &text().model.unwrap().version.view;
        let model = version.artefact.text().unwrap().clone();
        let (id, owner) = (model.model_id(), version.owner);
        Ok(vec![Listed { id, model, owner, modes: version.modes.iter().collect() }])
    }

    async fn ask(
        &self,
        _: ModelId,
        asked: &OnChain,
        budget: &Budget,
    ) -> Result<(RequestId, Gathered), Trouble> {
        if !budget.take(COST) {
            let error = ApiError::new(StatusCode::PAYMENT_REQUIRED, "spend_limit", "spent");
            return Err(Trouble::Refused(error));
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        assert_eq!(asked.input, PROMPT.as_bytes());
        assert_eq!(asked.parameters, PARAMETERS.as_bytes());
        Ok((self.request, self.gathered.clone()))
    }

    async fn find(&self, request: RequestId) -> Result<Gathered, ApiError> {
        let gathered = self.gathered.clone();
        match gathered.bundle.receipt.view.request == request {
            true => Ok(gathered),
            false => Err(ApiError::unknown("no such request")),
        }
    }
}

/// The paths before a chain that gives `bundle`, and how often that was asked.
fn before(bundle: Bundle, spend_limit: Option<Balance>) -> (Router, Arc<AtomicUsize>) {
    before_all(Gathered { bundle, opening: None }, text().receipt.view.request, spend_limit)
}

/// The paths before a chain that gives all of `gathered`, for a request that it calls `request`.
fn before_all(
    gathered: Gathered,
    request: RequestId,
    spend_limit: Option<Balance>,
) -> (Router, Arc<AtomicUsize>) {
    let asked = Arc::default();
    let backend = Scripted { gathered, request, asked: Arc::clone(&asked) };
    let bounds = Bounds { spend_limit, window: Duration::from_secs(60), at_once: 4 };
    (router(Endpoint::new(backend, bounds)), asked)
}

struct Got {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap().to_owned()
    }
}

async fn send(router: &Router, request: Builder, body: &str) -> Got {
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec();
    Got { status, headers, body }
}

fn post_to(path: &str) -> Builder {
    axum::http::Request::builder()
        .method("POST")
        .uri(path)
        .header("host", "127.0.0.1:8642")
        .header("content-type", "application/json")
}

/// A request that was sent to a machine by that name.
fn from(host: &str) -> Builder {
    axum::http::Request::builder().method("POST").uri("/v1/completions").header("host", host)
}

fn get_from(path: &str) -> Builder {
    axum::http::Request::builder().uri(path).header("host", "localhost:8642")
}

/// The body that [`text`] is the answer to, with these members more.
fn body(more: &str) -> String {
    format!(
        r#"{{"model":"tiny-lm-demo",{more}"max_tokens":8,"messages":[{{"role":"user","content":"7?"}}]}}"#
    )
}

async fn chat(router: &Router, more: &str) -> Got {
    send(router, post_to("/v1/chat/completions"), &body(more)).await
}

#[tokio::test]
async fn an_answer_is_given_in_openais_shape_with_its_receipt() {
    let (router, _) = before(text(), None);
    let got = chat(&router, "").await;
    let json = got.json();
    assert_eq!(got.status, 200, "{json}");
    let id = text().receipt_id.to_string();
    assert_eq!(got.headers[RECEIPT_HEADER].to_str().unwrap(), id);
    assert_eq!(json["object"], "chat.completion");
    assert_eq!(json["model"], "tiny-lm-demo");
    assert_eq!(json["choices"][0]["message"]["content"], TEXT);
    assert_eq!(json["choices"][0]["finish_reason"], "stop");
    assert_eq!(json["usage"]["total_tokens"], 5);
    let receipt = &json["receipt"];
    assert_eq!(receipt["id"], id);
    assert_eq!(receipt["open"], json!(["finality"]));
    assert!(receipt["grade"].as_str().unwrap().starts_with("evidence "), "{receipt}");
    assert!(receipt["passed"].as_array().unwrap().contains(&json!("signature")));
}

#[tokio::test]
async fn a_stream_holds_the_answer_and_ends_with_a_chunk_of_its_receipt() {
    let (router, _) = before(text(), None);
    let got = chat(&router, r#""stream":true,"stream_options":{"include_usage":true},"#).await;
    assert_eq!(got.status, 200);
    assert_eq!(got.headers["content-type"], "text/event-stream");
    assert!(got.headers.contains_key(RECEIPT_HEADER));
    let stream = String::from_utf8(got.body).unwrap();
    let mut frames: Vec<_> = stream.split_terminator("\n\n").collect();
    assert_eq!(frames.pop(), Some("data: [DONE]"));
    let chunks: Vec<Value> = frames
        .iter()
        .map(|frame| serde_json::from_str(frame.strip_prefix("data: ").unwrap()).unwrap())
        .collect();
    assert_eq!(chunks[0]["choices"][0]["delta"]["content"], TEXT);
    assert_eq!(chunks[1]["choices"][0]["finish_reason"], "stop");
    assert_eq!(chunks[2]["usage"]["completion_tokens"], 1);
    let last = chunks.last().unwrap();
    assert_eq!(last["choices"], json!([]));
    assert_eq!(last["receipt"]["id"], text().receipt_id.to_string());
    assert!(chunks.iter().all(|chunk| chunk["object"] == "chat.completion.chunk"));
}

/// What is altered of a bundle, how, and the check that finds it.
type Alteration = (&'static str, fn(&mut Bundle), &'static str);

const ALTERATIONS: [Alteration; 7] = [
    ("another receipt", |b| *b = tee(), "request"),
    (
        "the signature",
        |b| {
            let answer = b.answer.as_mut().unwrap();
            let mut evidence = answer.evidence.view.clone();
            if let Evidence::Tee { signature, .. } = &mut evidence {
                signature.0[0] ^= 1;
            }
            answer.evidence = Twice::new(evidence);
        },
        "evidence",
    ),
    (
        "the usage",
        |b| {
            let mut receipt = b.receipt.view.clone();
            let attested = receipt.appraised.as_mut().unwrap().attested.as_mut().unwrap();
            attested.run.usage.output = 1_000;
            b.receipt = Twice::new(receipt);
        },
        "receipt-id",
    ),
    ("the input", |b| b.request.as_mut().unwrap().input.as_mut().unwrap().0[30] ^= 1, "input"),
    ("the session key", |b| b.enclave.as_mut().unwrap().session_key.0[0] ^= 1, "signature"),
    ("an enclave that is left out", |b| b.enclave = None, "signature"),
    ("the chain", |b| b.genesis.0[0] ^= 1, "chain"),
];

#[tokio::test]
async fn an_answer_that_fails_a_check_is_never_given_out() {
    for (what, alter, name) in ALTERATIONS {
        let mut bundle = text();
        alter(&mut bundle);
        let (router, asked) = before(bundle, None);
        for _ in 0..2 {
            let got = chat(&router, "").await;
            assert_eq!((got.status, got.code().as_str()), (502, "check_failed"), "{what}");
            assert_eq!(got.headers[RETRY_HEADER], "false", "{what}");
            let message = got.json()["error"]["message"].to_string();
            assert!(message.contains(&format!("`{name}`")), "{what}: {message}");
            assert!(!String::from_utf8_lossy(&got.body).contains("séven"), "{what}");
        }
        // It was paid: who tries again is told the same, and pays nothing.
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{what}");
    }
}

#[tokio::test]
async fn one_byte_of_an_answer_that_is_altered_on_the_way_is_found() {
    for place in 0..TEXT.len() {
        let mut bundle = text();
        bundle.answer.as_mut().unwrap().output.0[place] ^= 1;
        let (router, _) = before(bundle, None);
        for more in ["", r#""stream":true,"#] {
            assert_eq!(chat(&router, more).await.status, 502, "byte {place}");
        }
    }
}

#[tokio::test]
async fn a_good_receipt_of_what_somebody_else_asked_is_not_ours() {
    let ours = text();
    let asked = OnChain { input: PROMPT.into(), parameters: PARAMETERS.into() };
    let request = ours.receipt.view.request;
    let model = ours.receipt.view.model;
    let (router, _) = before(ours.clone(), None);
    assert_eq!(chat(&router, "").await.status, 200);
    let gathered = Gathered { bundle: ours.clone(), opening: None };
    let asker = Scripted { gathered: gathered.clone(), request, asked: Arc::default() }.asker();
    let of = |asker: Asker, asked: &OnChain| {
        let found = checks::answer(&gathered, &Ours { asker, request, model, asked });
        match found {
            Ok(_) => None,
            Err(Fault::Check { name, .. }) => Some(name),
            Err(Fault::Ended(outcome)) => panic!("{outcome:?}"),
        }
    };
    assert_eq!(of(asker, &asked), None);
    let other = OnChain { input: b"{}".to_vec(), ..asked.clone() };
    assert_eq!(of(asker, &other).as_deref(), Some("input"));
    let other = OnChain { parameters: Vec::new(), ..asked.clone() };
    assert_eq!(of(asker, &other).as_deref(), Some("parameters"));
    assert_eq!(of(Asker { account: STRANGER, ..asker }, &asked).as_deref(), Some("request"));
    assert_eq!(of(Asker { max_price: OPG, ..asker }, &asked).as_deref(), Some("request"));
    assert_eq!(of(Asker { mode: None, ..asker }, &asked).as_deref(), Some("mode"));
}

#[tokio::test]
async fn a_request_that_ended_without_an_answer_says_how() {
    let mut bundle = text();
    let mut receipt = bundle.receipt.view.clone();
    receipt.outcome = Ended::NotDelivered;
    bundle.receipt = Twice::new(receipt);
    let (router, _) = before(bundle, None);
    let got = chat(&router, "").await;
    assert_eq!((got.status, got.code().as_str()), (502, "request_failed"));
    assert_eq!(got.headers[RETRY_HEADER], "false");
    assert!(got.json()["error"]["message"].to_string().contains("did not deliver in time"));
}

#[tokio::test]
async fn the_same_request_is_paid_once_and_the_spend_limit_holds() {
    let (router, asked) = before(text(), Some(2 * COST));
    for _ in 0..3 {
        assert_eq!(chat(&router, "").await.status, 200);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    // The same with another key is another request.
    let keyed = || post_to("/v1/chat/completions").header(IDEMPOTENCY_HEADER, "1");
    assert_eq!(send(&router, keyed(), &body("")).await.status, 200);
    let got = send(&router, keyed().header("authorization", "me"), &body("")).await;
    assert_eq!((got.status, got.code().as_str()), (402, "spend_limit"));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_before_anything_is_paid() {
    let (router, asked) = before(text(), None);
    let model = body("").replace("tiny-lm-demo", "gpt-4");
    for (request, body, status, says) in [
        (post_to("/v1/chat/completions"), "{}".to_owned(), 400, "model"),
        (post_to("/v1/chat/completions"), "secret".to_owned(), 400, "not a JSON object"),
        (post_to("/v1/chat/completions"), model, 404, "no text model"),
        (post_to("/v1/chat/completions"), body(r#""seed":1,"#), 400, "seed: the lease gives it"),
        (post_to("/v1/chat/completions"), body(r#""n":2,"#), 400, "n: an answer on chain is one"),
        (post_to("/v1/completions"), body(""), 400, "one member"),
        (post_to("/v1/none"), body(""), 404, "no such path"),
        (
            from("evil.example:8642").header("content-type", "application/json"),
            body(""),
            403,
            "alone",
        ),
        (from("[::1]:8642"), body(""), 415, "application/json"),
    ] {
        let got = send(&router, request, &body).await;
        let text = String::from_utf8(got.body).unwrap();
        assert_eq!(got.status, status, "{body}: {text}");
        assert!(text.contains(says) && text.starts_with("{\"error\":{"), "{body}: {text}");
        assert!(!text.contains("secret"), "{text}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_models_of_the_chain_are_listed_and_asked_by_name_or_id() {
    let (router, _) = before(text(), None);
    let got = send(&router, get_from("/v1/models"), "").await.json();
    assert_eq!(got["data"][0]["id"], "tiny-lm-demo");
    let id = got["data"][0]["opg"]["id"].as_str().unwrap().to_owned();
    assert_eq!(id, text().receipt.view.model.to_string());
    let asked = body("").replace("tiny-lm-demo", &id);
    assert_eq!(send(&router, post_to("/v1/chat/completions"), &asked).await.status, 200);
}

#[tokio::test]
async fn a_receipt_is_given_again_and_checked_again() {
    let path = format!("/v1/receipts/{}", text().receipt.view.request);
    let (router, _) = before(text(), None);
    let got = send(&router, get_from(&path), "").await;
    assert_eq!(got.status, 200);
    assert_eq!(got.json()["id"], text().receipt_id.to_string());
    for (id, status) in [("7".to_owned(), 400), (format!("0x{}", "11".repeat(32)), 404)] {
        let got = send(&router, get_from(&format!("/v1/receipts/{id}")), "").await;
        assert_eq!(got.status, status, "{id}");
    }
    let mut altered = text();
    altered.state.as_mut().unwrap().trust_version += 1;
    let (router, _) = before(altered, None);
    assert_eq!(send(&router, get_from(&path), "").await.code(), "check_failed");
}

/// The paths before a chain that gives a private answer, and what opens it.
fn before_private(alter: impl FnOnce(&mut Gathered)) -> (Router, Arc<AtomicUsize>) {
    let (bundle, opening) = private();
    let request = bundle.receipt.view.request;
    let mut gathered = Gathered { bundle, opening: Some(opening) };
    alter(&mut gathered);
    before_all(gathered, request, None)
}

#[tokio::test]
async fn a_private_answer_is_opened_checked_and_given_out() {
    let (router, _) = before_private(|_| {});
    let got = chat(&router, "").await;
    let json = got.json();
    assert_eq!(got.status, 200, "{json}");
    assert_eq!(json["choices"][0]["message"]["content"], TEXT);
    assert_eq!(json["receipt"]["open"], json!(["finality"]));
    let path = format!("/v1/receipts/{}", private().0.receipt.view.request);
    assert_eq!(send(&router, get_from(&path), "").await.status, 200);
}

#[tokio::test]
async fn a_private_answer_that_does_not_open_or_is_of_another_input_is_never_given_out() {
    type Alter = fn(&mut Gathered);
    let cases: [(&str, Alter, &str); 4] = [
        (
            "one byte of the ciphertext",
            |it| it.bundle.answer.as_mut().unwrap().output.0[40] ^= 1,
            "output",
        ),
        ("what opens it is lost", |it| it.opening = None, "input"),
        (
            "what opens it is of another",
            |it| it.opening.as_mut().unwrap().reply_secret = Secret([9; 32]),
            "output",
        ),
        (
            "what was asked in private is in clear",
            |it| *it = Gathered { bundle: text(), opening: it.opening.take() },
            "request",
        ),
    ];
    for (what, alter, name) in cases {
        let (router, _) = before_private(alter);
        let got = chat(&router, "").await;
        assert_eq!((got.status, got.code().as_str()), (502, "check_failed"), "{what}");
        let message = got.json()["error"]["message"].to_string();
        assert!(message.contains(&format!("`{name}`")), "{what}: {message}");
    }
}
