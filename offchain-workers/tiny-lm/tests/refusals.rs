//! Each refusal: its status, its code, and the parameter that it names.

mod support;

use axum::{
    body::Body,
    http::{Method, Request},
};
use futures::stream;
use opg_tiny_lm::{
    openai::{MAX_BODY_BYTES, MAX_MESSAGES},
    sampler::MAX_TOKENS,
};
use serde_json::{json, Value};
use support::{
    app, chat, completion, get, json_of, post, send, stream as streamed, with, CHAT, COMPLETION,
};
use tower::ServiceExt;

/// Refused: what is sent over a good body, the status, the code, the parameter.
type Case = (Value, u16, &'static str, &'static str);

async fn refused(path: &str, good: Value, cases: Vec<Case>) {
    let app = app();
    for (more, status, code, parameter) in cases {
        let (got, answer) =
            json_of(post(&app, path, &with(good.clone(), more.clone())).await).await;
        let error = &answer["error"];
        assert_eq!(got.as_u16(), status, "{more}: {answer}");
        assert_eq!(error["code"], code, "{more}: {answer}");
        assert_eq!(error["param"], parameter, "{more}: {answer}");
        assert_eq!(error["type"], "invalid_request_error");
        let message = error["message"].as_str().unwrap();
        let field = parameter.rsplit('.').next().unwrap();
        assert!(message.contains(field), "{more}: {message} does not name {field}");
        assert_eq!(answer.as_object().unwrap().len(), 1);
    }
}

/// Cases that both paths have.
fn shared() -> Vec<Case> {
    let (value, kind) = ("invalid_value", "invalid_type");
    let (missing, unknown) = ("missing_required_parameter", "unsupported_parameter");
    let neutral = "unsupported_value";
    vec![
        (json!({ "model": null }), 400, missing, "model"),
        (json!({ "model": 4 }), 400, kind, "model"),
        (json!({ "model": "gpt-4o" }), 404, "model_not_found", "model"),
        (json!({ "model": "Tiny-lm-demo" }), 404, "model_not_found", "model"),
        (json!({ "temperature": 2.1 }), 400, value, "temperature"),
        (json!({ "temperature": -1 }), 400, value, "temperature"),
        (json!({ "temperature": "hot" }), 400, kind, "temperature"),
        (json!({ "top_p": 0 }), 400, value, "top_p"),
        (json!({ "top_p": 1.01 }), 400, value, "top_p"),
        (json!({ "top_p": [1] }), 400, kind, "top_p"),
        (json!({ "max_tokens": 0 }), 400, value, "max_tokens"),
        (json!({ "max_tokens": -1 }), 400, value, "max_tokens"),
        (json!({ "max_tokens": MAX_TOKENS + 1 }), 400, value, "max_tokens"),
        (json!({ "max_tokens": u64::MAX }), 400, value, "max_tokens"),
        (json!({ "max_tokens": 1.5 }), 400, kind, "max_tokens"),
        (json!({ "seed": 1.5 }), 400, kind, "seed"),
        (json!({ "seed": "1" }), 400, kind, "seed"),
        (json!({ "stop": 1 }), 400, kind, "stop"),
        (json!({ "stop": [1] }), 400, kind, "stop"),
        (json!({ "stop": "" }), 400, value, "stop"),
        (json!({ "stop": ["a", "b", "c", "d", "e"] }), 400, value, "stop"),
        (json!({ "stop": "x".repeat(65) }), 400, value, "stop"),
        (json!({ "stream": 1 }), 400, kind, "stream"),
        (json!({ "stream_options": {} }), 400, value, "stream_options"),
        (json!({ "stream": true, "stream_options": [] }), 400, kind, "stream_options"),
        (
            json!({ "stream": true, "stream_options": { "include_usage": 1 } }),
            400,
            kind,
            "stream_options.include_usage",
        ),
        (
            json!({ "stream": true, "stream_options": { "include_all": true } }),
            400,
            unknown,
            "stream_options.include_all",
        ),
        (json!({ "n": 2 }), 400, neutral, "n"),
        (json!({ "presence_penalty": 0.5 }), 400, neutral, "presence_penalty"),
        (json!({ "frequency_penalty": -1 }), 400, neutral, "frequency_penalty"),
        (json!({ "logit_bias": { "50": 1 } }), 400, neutral, "logit_bias"),
        (json!({ "top_k": 5 }), 400, unknown, "top_k"),
    ]
}

#[tokio::test]
async fn each_bad_conversation_is_refused_with_the_parameter_named() {
    let (value, kind) = ("invalid_value", "invalid_type");
    let (missing, unknown) = ("missing_required_parameter", "unsupported_parameter");
    let neutral = "unsupported_value";
    let message = |message: Value| json!({ "messages": [message] });
    let many = vec![json!({ "role": "user", "content": "" }); MAX_MESSAGES + 1];
    let mut cases = shared();
    cases.extend([
        (json!({ "messages": null }), 400, missing, "messages"),
        (json!({ "messages": "hi" }), 400, kind, "messages"),
        (json!({ "messages": [] }), 400, value, "messages"),
        (json!({ "messages": many }), 400, value, "messages"),
        (message(json!("hi")), 400, kind, "messages[0]"),
        (message(json!({ "content": "hi" })), 400, missing, "messages[0].role"),
        (message(json!({ "role": 1, "content": "" })), 400, kind, "messages[0].role"),
        (message(json!({ "role": "tool", "content": "" })), 400, value, "messages[0].role"),
        (message(json!({ "role": "user" })), 400, missing, "messages[0].content"),
        (message(json!({ "role": "user", "content": 1 })), 400, kind, "messages[0].content"),
        (
            message(json!({ "role": "user", "content": [{ "type": "image_url" }] })),
            400,
            value,
            "messages[0].content[0].type",
        ),
        (
            message(json!({ "role": "user", "content": [{ "type": "text", "text": 1 }] })),
            400,
            kind,
            "messages[0].content[0].text",
        ),
        (
            message(json!({ "role": "user", "content": "", "tool_calls": [{}] })),
            400,
            unknown,
            "messages[0].tool_calls",
        ),
        (json!({ "max_completion_tokens": 0 }), 400, value, "max_completion_tokens"),
        (
            json!({ "max_completion_tokens": 1, "max_tokens": 2 }),
            400,
            value,
            "max_completion_tokens",
        ),
        (json!({ "tools": [{}] }), 400, neutral, "tools"),
        (json!({ "tool_choice": "auto" }), 400, neutral, "tool_choice"),
        (json!({ "response_format": { "type": "json_object" } }), 400, neutral, "response_format"),
        (json!({ "logprobs": true }), 400, neutral, "logprobs"),
        (json!({ "modalities": ["audio"] }), 400, neutral, "modalities"),
        (json!({ "prompt": "hi" }), 400, unknown, "prompt"),
    ]);
    refused(CHAT, chat("hi"), cases).await;
}

#[tokio::test]
async fn each_bad_completion_is_refused_with_the_parameter_named() {
    let (kind, missing) = ("invalid_type", "missing_required_parameter");
    let (neutral, unknown) = ("unsupported_value", "unsupported_parameter");
    let mut cases = shared();
    cases.extend([
        (json!({ "prompt": null }), 400, missing, "prompt"),
        (json!({ "prompt": [1, 2] }), 400, kind, "prompt"),
        (json!({ "prompt": [1] }), 400, kind, "prompt"),
        (json!({ "prompt": ["a", "b"] }), 400, kind, "prompt"),
        (json!({ "prompt": [] }), 400, kind, "prompt"),
        (json!({ "echo": true }), 400, neutral, "echo"),
        (json!({ "best_of": 3 }), 400, neutral, "best_of"),
        (json!({ "suffix": "end" }), 400, neutral, "suffix"),
        (json!({ "logprobs": 0 }), 400, unknown, "logprobs"),
        (json!({ "messages": [] }), 400, unknown, "messages"),
    ]);
    refused(COMPLETION, completion("hi"), cases).await;
}

#[tokio::test]
async fn a_stream_that_cannot_begin_is_refused_with_a_status() {
    let body = with(chat("hi"), json!({ "stream": true, "temperature": 3 }));
    let (status, answer) = json_of(post(&app(), CHAT, &body).await).await;
    assert_eq!((status.as_u16(), &answer["error"]["param"]), (400, &json!("temperature")));
}

#[tokio::test]
async fn the_bounds_themselves_are_allowed() {
    let app = app();
    for more in [
        json!({ "temperature": 0, "top_p": 1 }),
        json!({ "temperature": 2.0, "top_p": 1e-9 }),
        json!({ "max_tokens": 1 }),
        json!({ "seed": u64::MAX, "stop": ["a", "b", "c", "x".repeat(64)] }),
        json!({ "seed": i64::MIN, "max_tokens": MAX_TOKENS, "stop": "e" }),
    ] {
        let chunks = streamed(&app, CHAT, &with(chat("hi"), more)).await;
        assert!(chunks.len() >= 2);
    }
    let many = vec![json!({ "role": "user", "content": "" }); MAX_MESSAGES];
    let body = with(chat(""), json!({ "messages": many, "max_tokens": 1 }));
    assert_eq!(post(&app, CHAT, &body).await.status(), 200);
}

#[tokio::test]
async fn what_is_no_json_object_is_refused() {
    let app = app();
    let deep = "[".repeat(10_000);
    for body in ["", "{", "[]", "1", "null", "\"hi\"", "{} {}", "{\"model\":}", deep.as_str()] {
        let (status, answer) = json_of(send(&app, Method::POST, CHAT, body.to_owned()).await).await;
        assert_eq!(status, 400, "{body}");
        assert!(answer["error"]["message"].as_str().unwrap().contains("JSON"), "{answer}");
        assert_eq!(answer["error"]["code"], "invalid_request");
        assert!(answer["error"]["param"].is_null());
    }
}

#[tokio::test]
async fn a_body_over_its_bound_is_refused_whatever_its_head_promised() {
    let app = app();
    let pieces = (0..=MAX_BODY_BYTES / 1024).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1024]));
    let unannounced = Body::from_stream(stream::iter(pieces));
    let announced = Body::from(vec![b' '; MAX_BODY_BYTES + 1]);
    for body in [announced, unannounced] {
        let (status, answer) = json_of(send(&app, Method::POST, CHAT, body).await).await;
        assert_eq!(status, 413);
        assert!(answer["error"]["message"].as_str().unwrap().contains("262144"), "{answer}");
    }
    let fits = vec![b' '; MAX_BODY_BYTES];
    assert_eq!(send(&app, Method::POST, CHAT, fits).await.status(), 400);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused() {
    let broken = Body::from_stream(stream::iter([
        Ok(vec![b'{']),
        Err(std::io::Error::other("the line is dead")),
    ]));
    let (status, answer) = json_of(send(&app(), Method::POST, CHAT, broken).await).await;
    assert_eq!(status, 400);
    assert!(answer["error"]["message"].as_str().unwrap().contains("broke off"), "{answer}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_refused() {
    let silence = Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let (status, answer) = json_of(send(&app(), Method::POST, CHAT, silence).await).await;
    assert_eq!(status, 408);
    assert!(answer["error"]["message"].as_str().unwrap().contains("5 s"), "{answer}");
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    for kind in [None, Some("text/plain"), Some("application/jsonl")] {
        let mut request = Request::builder().method(Method::POST).uri(CHAT);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let request = request.body(Body::from(chat("hi").to_string())).unwrap();
        let (status, answer) = json_of(app().oneshot(request).await.unwrap()).await;
        assert_eq!(status, 415, "{kind:?}: {answer}");
    }
}

#[tokio::test]
async fn unknown_paths_models_and_methods_are_refused_in_the_same_shape() {
    let app = app();
    let (status, answer) = get(&app, "/v1/embeddings").await;
    assert_eq!((status.as_u16(), &answer["error"]["param"]), (404, &Value::Null));
    let (status, answer) = get(&app, "/v1/models/gpt-4o").await;
    assert_eq!((status.as_u16(), &answer["error"]["code"]), (404, &json!("model_not_found")));
    for (method, path) in [
        (Method::GET, CHAT),
        (Method::GET, COMPLETION),
        (Method::POST, "/v1/models"),
        (Method::DELETE, "/v1/models/tiny-lm-demo"),
        (Method::POST, "/health"),
    ] {
        let (status, answer) = json_of(send(&app, method, path, Body::empty()).await).await;
        assert_eq!(status, 405, "{path}");
        assert_eq!(answer["error"]["type"], "invalid_request_error");
    }
}

#[tokio::test]
async fn a_client_s_own_words_are_cut_and_cleaned() {
    let name = format!("a\u{1b}[2J\n{}", "x".repeat(1000));
    let (_, answer) =
        json_of(post(&app(), CHAT, &with(chat(""), json!({ "model": name }))).await).await;
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.len() < 200 && !message.contains(|c: char| c.is_control()), "{message}");
}
