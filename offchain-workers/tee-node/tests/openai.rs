//! The service in OpenAI's shape over a bound port: what is signed is recomputed from the bytes on
//! the wire.

mod support;

use axum::body::Bytes;
use futures::channel::mpsc::unbounded;
use opg_primitives::{
    domain::Domain,
    enclave::{FinishReason, Usage},
    ids::Digest,
    signed_answer::{AnswerStatement, Face, Fault, Parts, SignedAnswer, Status},
    statement::commit_parameters,
};
use opg_tee_node::openai::{embedded, signature::SignatureForm, Bounds};
use opg_worker_api::server::Limits;
use sp_crypto_hashing::sha2_256;
use std::{io, time::Duration};
use support::clients::{drain, in_body, in_stream, Node, Says, Script};
use tokio::sync::oneshot;

const ASKED: &str =
    r#"{"model":"a","temperature":0.70,"messages":[{"role":"user","content":"7?"}]}"#;
const SAID: &str = concat!(
    r#"{"id":"chatcmpl-1","object":"chat.completion","model":"a-2026","choices":[{"index":0,"#,
    r#""message":{"role":"assistant","content":"seven"},"finish_reason":"stop"}],"#,
    r#""usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}"#,
    "\n"
);
const ASKED_STREAM: &str = r#"{"model":"a","stream":true,"messages":[]}"#;
const EVENTS: [&str; 3] = [
    "data: {\"id\":\"chatcmpl-2\",\"model\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"se\"}}]}\n\n",
    ": a remark\r\n\r\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ven\"},\"finish_reason\":\"stop\"}]}\n\n",
];
const DONE: &str = "data: [DONE]\n\n";

fn said() -> Says {
    Says::Whole(200, SAID.into())
}

/// A stream that comes in pieces of `size` bytes.
fn streamed(size: usize) -> Says {
    let (feed, parts) = unbounded();
    let whole = [EVENTS.concat(), DONE.into()].concat();
    for piece in whole.as_bytes().chunks(size) {
        feed.unbounded_send(Ok(Bytes::copy_from_slice(piece))).unwrap();
    }
    Says::Stream(parts)
}

#[tokio::test]
async fn a_whole_answer_is_signed_over_the_bytes_on_the_wire() {
    let script = Script::new([said()]);
    let node = Node::start(&script, Bounds::default()).await;
    let response = node.chat(ASKED).await;
    assert_eq!(response.status().as_u16(), 200);
    let header = response.headers()["x-opg-signed-answer"].to_str().unwrap().to_owned();
    let id = response.headers()["x-opg-answer-id"].to_str().unwrap().to_owned();
    let body = response.bytes().await.unwrap();

    let answer = in_body(&body);
    assert!(node.is_signed(&answer));
    assert_eq!(answer.check_request(ASKED.as_bytes()), Ok(()));
    assert_eq!(answer.check_body(&body), Ok(SAID.as_bytes().to_vec()));
    // By hand, without the functions that clients share with this node.
    let text = String::from_utf8(body.to_vec()).unwrap();
    let (before, after) = text.split_once(",\"signed_answer\":").unwrap();
    assert_eq!(format!("{before}}}\n"), SAID);
    assert!(after.contains("\"standing\":\"not on chain: no grade\""), "{after}");

    let received = Digest(sha2_256(ASKED.as_bytes()));
    let got = Digest(sha2_256(SAID.as_bytes()));
    let AnswerStatement { started, finished, .. } = answer.statement;
    assert!(started <= finished);
    let signer = node.attester.signer();
    let expected = AnswerStatement {
        genesis: signer.genesis(),
        provider: signer.provider(),
        enclave: signer.enclave(),
        configuration: node.attester.setting().configuration.id(),
        id: id.clone(),
        upstream_id: Some("chatcmpl-1".into()),
        face: Face::ChatCompletions,
        received,
        forwarded: received,
        got,
        sent: got,
        stream: None,
        model_asked: "a".into(),
        model_named: Some("a-2026".into()),
        network: None,
        parameters: commit_parameters(br#"{"temperature":0.70}"#),
        finish: answer.statement.finish.clone(),
        usage: Some(Usage { input: 3, output: 1 }),
        started,
        finished,
        sequence: 0,
        previous: Digest([0; 32]),
        status: Status::Complete,
    };
    assert_eq!(answer.statement, expected);
    assert_eq!(answer.statement.finish[0].finish, FinishReason::Stop);

    use codec::Decode;
    let bytes = hex::decode(header).unwrap();
    assert_eq!(SignedAnswer::decode(&mut bytes.as_slice()), Ok(answer.clone()));
    assert_eq!(node.answer(&id).await, answer);
    assert_eq!(node.answer("chatcmpl-1").await, answer);
    assert_eq!(script.bodies.lock().unwrap()[0], ASKED);
}

#[tokio::test]
async fn one_byte_of_an_answer_that_is_altered_on_the_way_is_found() {
    let node = Node::start(&Script::new([said()]), Bounds::default()).await;
    let body = node.chat(ASKED).await.bytes().await.unwrap();
    let answer = in_body(&body);
    for position in 0..SAID.len() - 2 {
        let mut altered = body.to_vec();
        altered[position] ^= 1;
        assert_ne!(answer.check_body(&altered).ok(), Some(SAID.as_bytes().to_vec()));
        assert!(answer.check_body(&altered).is_err(), "position {position}");
    }
}

#[tokio::test]
async fn a_stream_is_signed_as_a_chain_however_it_came_in_pieces() {
    for size in [1, 7, 1000] {
        let node = Node::start(&Script::new([streamed(size)]), Bounds::default()).await;
        let response = node.chat(ASKED_STREAM).await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let (stream, whole) = drain(response).await;
        assert!(whole);
        let answer = in_stream(&stream);
        assert!(node.is_signed(&answer));
        assert_eq!(answer.check_request(ASKED_STREAM.as_bytes()), Ok(()));
        assert_eq!(answer.check_stream(&stream), Ok(EVENTS.concat().as_bytes()));
        // By hand: h_i = H(h_{i-1}, part_i), from zero.
        let head = EVENTS.iter().fold([0u8; 32], |head, event| {
            Domain::StreamPart.hash(&(head, event.as_bytes().to_vec()))
        });
        let statement = answer.statement;
        assert_eq!(statement.stream, Some(Parts { count: 3, head: Digest(head) }));
        assert_eq!(statement.sent, Digest(sha2_256(EVENTS.concat().as_bytes())));
        assert_eq!((statement.got, statement.status), (statement.sent, Status::Complete));
        let text = String::from_utf8(stream).unwrap();
        assert!(text.ends_with(DONE), "{text}");
        let last = text.trim_end_matches(DONE).trim_end().rsplit("\n\n").next().unwrap();
        assert!(
            last.starts_with("data: {\"id\":\"chatcmpl-2\",\"object\":\"chat.completion.chunk\"")
        );
        assert!(last.contains("\"choices\":[],\"usage\":null,\"signed_answer\":{"), "{last}");
        assert!(!text.contains("event:"));
    }
}

#[tokio::test]
async fn one_byte_of_a_stream_that_is_altered_on_the_way_is_found() {
    let node = Node::start(&Script::new([streamed(1000)]), Bounds::default()).await;
    let (stream, _) = drain(node.chat(ASKED_STREAM).await).await;
    let answer = in_stream(&stream);
    for position in 0..EVENTS.concat().len() {
        let mut altered = stream.clone();
        altered[position] ^= 1;
        assert!(answer.check_stream(&altered).is_err(), "position {position}");
    }
}

#[tokio::test]
async fn the_same_request_is_answered_once_while_it_is_made_and_for_the_window_after() {
    let (go, held) = oneshot::channel();
    let script = Script::new([Says::Held(held, SAID.into()), said(), said()]);
    let node = Node::start(&script, Bounds::default()).await;
    let mut together = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let request = node.request("/v1/chat/completions", "me", ASKED);
        together.spawn(async move { request.send().await.unwrap().bytes().await.unwrap() });
    }
    script.asked(1).await;
    go.send(()).unwrap();
    let answers = together.join_all().await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(node.chat(ASKED).await.bytes().await.unwrap(), answers[0]);
    assert_eq!(script.calls(), 1);
    // Another client, or another byte, is another request.
    let other = node.request("/v1/chat/completions", "you", ASKED).send().await.unwrap();
    assert_ne!(other.bytes().await.unwrap(), answers[0]);
    node.chat(&ASKED.replace("7?", "8?")).await;
    assert_eq!(script.calls(), 3);
    assert_eq!(node.attester.signer().answered().count, 3);
}

#[tokio::test]
async fn a_client_that_goes_before_the_answer_gets_it_when_it_comes_back() {
    let (go, held) = oneshot::channel();
    let script = Script::new([Says::Held(held, SAID.into())]);
    let node = Node::start(&script, Bounds::default()).await;
    let gone = tokio::spawn(node.request("/v1/chat/completions", "me", ASKED).send());
    script.asked(1).await;
    gone.abort();
    go.send(()).unwrap();
    let body = node.chat(ASKED).await.bytes().await.unwrap();
    assert!(in_body(&body).check_body(&body).is_ok());
    assert_eq!(script.calls(), 1);
}

#[tokio::test]
async fn a_stream_whose_client_goes_is_signed_as_far_as_it_was_sent() {
    let (feed, parts) = unbounded();
    let node =
        Node::start(&Script::new([Says::Stream(parts), streamed(9)]), Bounds::default()).await;
    feed.unbounded_send(Ok(Bytes::from_static(EVENTS[0].as_bytes()))).unwrap();
    let mut response = node.chat(ASKED_STREAM).await;
    let id = response.headers()["x-opg-answer-id"].to_str().unwrap().to_owned();
    assert_eq!(response.chunk().await.unwrap().unwrap(), EVENTS[0]);
    drop(response);
    let answer = node.answer(&id).await;
    assert!(node.is_signed(&answer));
    let statement = &answer.statement;
    assert_eq!(statement.status, Status::Aborted);
    assert_eq!(statement.sent, Digest(sha2_256(EVENTS[0].as_bytes())));
    assert_eq!(statement.stream, Some(Parts::of(EVENTS[0].as_bytes())));
    // The same request is a new one.
    let (stream, whole) = drain(node.chat(ASKED_STREAM).await).await;
    assert!(whole);
    assert_eq!(in_stream(&stream).statement.sequence, 1);
    let (status, body) = node.get(&format!("/v1/signature/{id}")).await;
    assert_eq!(status, 409);
    assert!(body.contains("signature_unavailable"), "{body}");
}

#[tokio::test]
async fn a_stream_that_the_upstream_breaks_off_is_signed_and_does_not_end_well() {
    type Break = fn() -> Option<io::Result<Bytes>>;
    let breaks: [Break; 2] = [|| None, || Some(Err(io::Error::other("cut")))];
    for last in breaks {
        let (feed, parts) = unbounded();
        let node = Node::start(&Script::new([Says::Stream(parts)]), Bounds::default()).await;
        feed.unbounded_send(Ok(Bytes::from_static(EVENTS[0].as_bytes()))).unwrap();
        let response = node.chat(ASKED_STREAM).await;
        if let Some(last) = last() {
            feed.unbounded_send(last).unwrap();
        }
        drop(feed);
        let (stream, whole) = drain(response).await;
        assert!(!whole, "the connection is cut");
        let answer = in_stream(&stream);
        assert!(node.is_signed(&answer));
        assert_eq!(answer.check_stream(&stream), Err(Fault::Aborted));
        assert_eq!(answer.statement.sent, Digest(sha2_256(EVENTS[0].as_bytes())));
    }
}

#[tokio::test]
async fn all_parts_before_a_break_and_their_signature_reach_a_client_that_reads_late() {
    const HALF: &str = "data: half";
    let (feed, parts) = unbounded();
    let bounds = Bounds { answer_bytes: 32 << 20, ..Bounds::default() };
    let node = Node::start(&Script::new([Says::Stream(parts)]), bounds).await;
    let part = format!("data: {{\"choices\":[],\"x\":\"{}\"}}\n\n", "x".repeat(64 << 10));
    for _ in 0..128 {
        feed.unbounded_send(Ok(Bytes::from(part.clone()))).unwrap();
    }
    feed.unbounded_send(Ok(Bytes::from_static(HALF.as_bytes()))).unwrap();
    drop(feed);
    let response = node.chat(ASKED_STREAM).await;
    let id = response.headers()["x-opg-answer-id"].to_str().unwrap().to_owned();
    // More than the system holds for a connection, and all of it there before anything is read.
    node.answer(&id).await;
    let (stream, whole) = drain(response).await;
    assert!(!whole, "the connection is cut");
    let answer = in_stream(&stream);
    assert!(node.is_signed(&answer));
    assert_eq!(answer.check_stream(&stream), Err(Fault::Aborted));
    let sent = part.repeat(128);
    assert!(stream.starts_with(sent.as_bytes()));
    assert_eq!(answer.statement.status, Status::Aborted);
    assert_eq!(answer.statement.sent, Digest(sha2_256(sent.as_bytes())));
    assert_eq!(answer.statement.stream, Some(Parts::of(sent.as_bytes())));
    // What is no whole part was got, and not sent.
    let got = [sent.as_str(), HALF].concat();
    assert_eq!(answer.statement.got, Digest(sha2_256(got.as_bytes())));
}

#[tokio::test]
async fn errors_have_openais_shape_and_nothing_is_signed() {
    let refused = r#"{"error":{"message":"too many","type":"x","param":null,"code":null}}"#;
    let script = Script::new([
        Says::Whole(401, "{}".into()),
        Says::Whole(429, refused.into()),
        Says::Whole(200, "not json".into()),
        Says::Whole(200, SAID.into()),
    ]);
    let bounds = Bounds { request_bytes: 1000, ..Bounds::default() };
    let node = Node::start(&script, bounds).await;
    let long = format!(r#"{{"model":"a","prompt":"{}"}}"#, "x".repeat(1000));
    for (body, status, says) in [
        ("{}", 400, "model"),
        ("secret", 400, "not a JSON object"),
        (long.as_str(), 413, "at most 1000 bytes"),
        (ASKED, 502, "answers with status 401"),
        (ASKED, 429, refused),
        (ASKED, 502, "not of OpenAI's shape"),
        (ASKED_STREAM, 502, "asked for a stream"),
    ] {
        let response = node.chat(body).await;
        assert_eq!(response.status().as_u16(), status, "{body}");
        let text = response.text().await.unwrap();
        assert!(text.contains(says) && text.starts_with("{\"error\":{"), "{body}: {text}");
        assert!(!text.contains("secret"), "{text}");
    }
    let typed = node.http.post(format!("{}/v1/completions", node.url)).body(ASKED).send().await;
    assert_eq!(typed.unwrap().status().as_u16(), 415);
    for (path, status) in [("/v1/none", 404), ("/v1/completions", 405), ("/v1/answers/x", 404)] {
        let (found, body) = node.get(path).await;
        assert_eq!(found, status, "{path}");
        assert!(body.starts_with("{\"error\":{"), "{body}");
    }
    assert_eq!(node.attester.signer().answered().count, 0);
}

#[tokio::test]
async fn an_upstream_that_takes_too_long_or_says_too_much_is_given_up() {
    let (_go, held) = oneshot::channel();
    let script = Script::new([Says::Held(held, SAID.into()), said()]);
    let bounds = Bounds {
        deadline: Duration::from_millis(200),
        answer_bytes: 100,
        at_once: 1,
        ..Bounds::default()
    };
    let node = Node::start(&script, bounds).await;
    let waiting = tokio::spawn(node.request("/v1/chat/completions", "me", ASKED).send());
    script.asked(1).await;
    let full = node.request("/v1/chat/completions", "you", ASKED).send().await.unwrap();
    // Either there is no room, or the first was given up in the meantime.
    let full = full.status().as_u16();
    assert!(full == 503 || full == 502, "{full}");
    assert_eq!(waiting.await.unwrap().unwrap().status().as_u16(), 504);
}

#[tokio::test]
async fn who_asks_right_after_an_answer_finds_the_room_that_it_had() {
    let script = Script::new((0..100).map(|_| said()));
    let node = Node::start(&script, Bounds { at_once: 1, ..Bounds::default() }).await;
    for number in 0..100 {
        let body = format!(r#"{{"model":"a","seed":{number},"messages":[]}}"#);
        assert_eq!(node.chat(&body).await.status().as_u16(), 200, "request {number}");
    }
}

#[tokio::test]
async fn the_operators_key_goes_to_the_upstream_and_the_clients_does_not() {
    let script = Script::new([said()]);
    let node = Node::start(&script, Bounds::default()).await;
    node.chat(ASKED).await;
    assert_eq!(*script.keys.lock().unwrap(), [Some("Bearer operator".to_owned())]);
    assert_eq!(node.get("/v1/models").await, (200, r#"{"object":"list","data":[]}"#.into()));
}

#[tokio::test]
async fn the_signature_in_the_form_of_other_nodes_is_over_exact_bytes() {
    let script = Script::new([said(), streamed(5)]);
    let node = Node::start(&script, Bounds::default()).await;
    let body = node.chat(ASKED).await.bytes().await.unwrap().to_vec();
    let (stream, _) = drain(node.chat(ASKED_STREAM).await).await;
    for (id, request, response) in
        [("chatcmpl-1", ASKED, body), ("chatcmpl-2", ASKED_STREAM, stream)]
    {
        let (status, json) = node.get(&format!("/v1/signature/{id}")).await;
        assert_eq!(status, 200, "{json}");
        let form: SignatureForm = serde_json::from_str(&json).unwrap();
        let digest = |bytes: &[u8]| hex::encode(sha2_256(bytes));
        assert_eq!(form.text, format!("{}:{}", digest(request.as_bytes()), digest(&response)));
        let key: [u8; 32] = hex::decode(form.signing_address).unwrap().try_into().unwrap();
        let signature: [u8; 64] = hex::decode(form.signature).unwrap().try_into().unwrap();
        let key = ed25519_zebra::VerificationKey::try_from(key).unwrap();
        assert!(key.verify(&signature.into(), form.text.as_bytes()).is_ok());
        assert_eq!(
            (form.signing_algo.as_str(), form.signature_kind.as_str()),
            ("ed25519", "gateway")
        );
    }
}

#[tokio::test]
async fn the_attestation_is_the_registration_or_one_made_for_a_nonce() {
    let node = Node::start(&Script::new([]), Bounds::default()).await;
    let (status, json) = node.get("/v1/attestation/report").await;
    assert_eq!(status, 200, "{json}");
    let report: opg_tee_node::report::Report = serde_json::from_str(&json).unwrap();
    assert_eq!(report.registration.check(), Ok(()));
    assert_eq!(report.registration.enclave, node.attester.signer().enclave());
    assert_eq!(report.document, report.registration.document);
    let nonce = "ab".repeat(20);
    let path =
        format!("/v1/attestation/report?nonce={nonce}&signing_address={}", report.signing_address);
    let (status, json) = node.get(&path).await;
    assert_eq!(status, 200, "{json}");
    let fresh: opg_tee_node::report::Report = serde_json::from_str(&json).unwrap();
    let holds = |bytes: &[u8], wanted: &[u8]| bytes.windows(wanted.len()).any(|it| it == wanted);
    assert!(holds(&fresh.document, &[0xab; 20]));
    assert!(holds(&fresh.document, &report.registration.session.report_data()[..32]));
    for (query, found) in [("nonce=", 400), ("nonce=xyz", 400), ("signing_address=00", 404)] {
        let (status, body) = node.get(&format!("/v1/attestation/report?{query}")).await;
        assert_eq!(status, found, "{query}: {body}");
    }
}

#[tokio::test]
async fn the_embedded_model_really_answers_whole_and_in_parts() {
    let embedded = embedded::start(Limits::default()).await.unwrap();
    let node = Node::before(&embedded.base, Some(embedded.network), Bounds::default()).await;
    let whole = r#"{"model":"tiny-lm-demo","max_tokens":8,"seed":1,"messages":[{"role":"user","content":"receipt"}]}"#;
    let body = node.chat(whole).await.bytes().await.unwrap();
    let answer = in_body(&body);
    assert!(node.is_signed(&answer) && answer.check_body(&body).is_ok());
    assert_eq!(answer.statement.network, Some(embedded.network));
    assert_eq!(answer.statement.model_named.as_deref(), Some("tiny-lm-demo"));
    assert!(answer.statement.usage.unwrap().output > 0);
    let streamed = whole.replacen('{', r#"{"stream":true,"#, 1);
    let (stream, good) = drain(node.chat(&streamed).await).await;
    let answer = in_stream(&stream);
    assert!(good && node.is_signed(&answer) && answer.check_stream(&stream).is_ok());
    assert_eq!(answer.statement.finish.len(), 1);
}
