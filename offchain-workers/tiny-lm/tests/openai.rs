//! Answers in OpenAI's shape.

mod support;

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use futures::StreamExt;
use opg_tiny_lm::{model::MODEL_CREATED, Sampler, MODEL_NAME};
use serde_json::{json, Value};
use support::{
    app, chat, completion, get, json_of, model, objects, post, said, send, stream, text, whole,
    with, CHAT, COMPLETION,
};

#[tokio::test]
async fn a_conversation_is_answered_in_the_shape_of_openai() {
    let greedy = json!({ "max_tokens": 12, "temperature": 0 });
    let answer = whole(&app(), CHAT, &with(chat("receipt"), greedy)).await;
    let content = answer["choices"][0]["message"]["content"].as_str().unwrap();
    let prompt = "user: receipt\nassistant: ".len();
    assert!(answer["id"].as_str().unwrap().starts_with("chatcmpl-"));
    assert!(answer["system_fingerprint"].as_str().unwrap().starts_with("fp_"));
    let expected = json!({
        "id": answer["id"],
        "object": "chat.completion",
        "created": answer["created"],
        "model": MODEL_NAME,
        "system_fingerprint": answer["system_fingerprint"],
        "choices": [{
            "index": 0,
            "message": { "role": "assistant", "content": content, "refusal": null },
            "logprobs": null,
            "finish_reason": "length",
        }],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": 12,
            "total_tokens": prompt + 12,
        },
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn a_text_is_continued_in_the_shape_of_openai() {
    let body = with(completion("The receipt"), json!({ "temperature": 0 }));
    let answer = whole(&app(), COMPLETION, &body).await;
    assert!(answer["id"].as_str().unwrap().starts_with("cmpl-"));
    let expected = json!({
        "id": answer["id"],
        "object": "text_completion",
        "created": answer["created"],
        "model": MODEL_NAME,
        "system_fingerprint": answer["system_fingerprint"],
        "choices": [{
            "index": 0,
            "text": said([&answer]),
            "logprobs": null,
            "finish_reason": "length",
        }],
        // Sixteen is OpenAI's default for completions.
        "usage": { "prompt_tokens": 11, "completion_tokens": 16, "total_tokens": 27 },
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn each_parameter_reaches_the_sampler() {
    let parameters = json!({
        "temperature": 0.8, "top_p": 0.9, "seed": -3, "max_tokens": 200, "stop": ["the", "of"],
    });
    let answer = whole(&app(), COMPLETION, &with(completion("It is "), parameters)).await;
    let sampler = Sampler {
        temperature: 0.8,
        top_p: 0.9,
        seed: -3i64 as u64,
        max_tokens: 200,
        stop: vec!["the".into(), "of".into()],
    };
    let (expected, finish) = text(&model(), "It is ", &sampler);
    assert_eq!(said([&answer]), expected);
    assert_eq!(answer["choices"][0]["finish_reason"], finish.name());
}

#[tokio::test]
async fn a_stream_is_the_answer_in_pieces() {
    let app = app();
    for (path, body) in [(CHAT, chat("What is signed?")), (COMPLETION, completion("A key "))] {
        for seed in 0..4 {
            for more in [json!({}), json!({ "stop": "e" }), json!({ "max_tokens": 16 })] {
                let body =
                    with(with(body.clone(), json!({ "seed": seed, "max_tokens": 90 })), more);
                let whole = whole(&app, path, &body).await;
                let chunks = stream(&app, path, &body).await;
                assert_eq!(said(&chunks), said([&whole]));
                let reasons: Vec<&Value> =
                    chunks.iter().map(|chunk| &chunk["choices"][0]["finish_reason"]).collect();
                let (last, before) = reasons.split_last().unwrap();
                assert_eq!(*last, &whole["choices"][0]["finish_reason"]);
                assert!(before.iter().all(|reason| reason.is_null()));
            }
        }
    }
}

#[tokio::test]
async fn a_streamed_conversation_begins_with_the_role() {
    let body = with(chat("hi"), json!({ "temperature": 0, "max_tokens": 64 }));
    let chunks = stream(&app(), CHAT, &body).await;
    assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
    for chunk in &chunks {
        assert_eq!(chunk["object"], "chat.completion.chunk");
        assert_eq!(chunk["model"], MODEL_NAME);
        assert_eq!((&chunk["id"], &chunk["created"]), (&chunks[0]["id"], &chunks[0]["created"]));
        assert!(chunk.get("usage").is_none());
    }
    // The role, eight bytes each, the end.
    assert_eq!(chunks.len(), 1 + 64 / 8 + 1);
}

#[tokio::test]
async fn usage_comes_in_a_last_chunk_without_choices_if_it_is_asked_for() {
    let app = app();
    for (path, body) in [(CHAT, chat("hi")), (COMPLETION, completion("hi"))] {
        let usage = whole(&app, path, &body).await["usage"].clone();
        let asked = with(body, json!({ "stream_options": { "include_usage": true } }));
        let chunks = stream(&app, path, &asked).await;
        let (last, before) = chunks.split_last().unwrap();
        assert_eq!((&last["choices"], &last["usage"]), (&json!([]), &usage));
        assert!(before.iter().all(|chunk| chunk.get("usage") == Some(&Value::Null)));
    }
}

#[tokio::test]
async fn without_a_seed_two_answers_differ() {
    let app = app();
    let body = with(chat("hi"), json!({ "seed": null, "max_completion_tokens": 100 }));
    let (one, other) = (whole(&app, CHAT, &body).await, whole(&app, CHAT, &body).await);
    assert_ne!(said([&one]), said([&other]));
    assert_ne!(one["id"], other["id"]);
}

#[tokio::test]
async fn what_says_the_same_in_another_way_gets_the_same_answer() {
    let app = app();
    let expected = said([&whole(&app, CHAT, &chat("hi")).await]);
    let parts = json!([{ "type": "text", "text": "h" }, { "type": "text", "text": "i" }]);
    for more in [
        json!({ "messages": [{ "role": "user", "content": parts }] }),
        json!({ "messages": [{ "role": "user", "content": "hi", "tool_calls": [], "name": null }] }),
        json!({ "temperature": 1, "top_p": null, "stream": false, "n": 1, "logit_bias": {} }),
        json!({ "max_completion_tokens": 256, "max_tokens": 256, "presence_penalty": 0.0 }),
        json!({ "user": "somebody", "metadata": { "a": "b" }, "tools": [], "stop": [] }),
        json!({ "response_format": { "type": "text" }, "logprobs": false, "seed": 1u64 }),
    ] {
        let answer = whole(&app, CHAT, &with(chat("hi"), more.clone())).await;
        assert_eq!(said([&answer]), expected, "{more}");
    }
    let one = whole(&app, COMPLETION, &completion("hi")).await;
    let listed = whole(&app, COMPLETION, &with(completion(""), json!({ "prompt": ["hi"] }))).await;
    assert_eq!(said([&listed]), said([&one]));
}

#[tokio::test]
async fn the_model_is_listed() {
    let app = app();
    let expected = json!({
        "id": MODEL_NAME, "object": "model", "created": MODEL_CREATED, "owned_by": "opg",
    });
    let (status, list) = get(&app, "/v1/models").await;
    assert_eq!((status, list), (StatusCode::OK, json!({ "object": "list", "data": [expected] })));
    assert_eq!(get(&app, "/v1/models/tiny-lm-demo").await, (StatusCode::OK, expected));
}

#[tokio::test]
async fn health_names_the_model_by_its_digest() {
    let (status, health) = get(&app(), "/health").await;
    let digest: String = model().digest().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        health,
        json!({
            "status": "ok",
            "model": MODEL_NAME,
            "sha256": digest,
            "open_answers": 0,
            "generated_bytes": 0,
        })
    );
}

#[tokio::test]
async fn nothing_is_made_for_a_client_that_went_away() {
    let app = app();
    let body =
        with(completion("The "), json!({ "temperature": 0, "max_tokens": 4096, "stream": true }));
    let mut frames = post(&app, COMPLETION, &body).await.into_body().into_data_stream();
    frames.next().await.unwrap().unwrap();
    let (_, open) = get(&app, "/health").await;
    assert_eq!((&open["open_answers"], &open["generated_bytes"]), (&json!(1), &json!(8)));
    drop(frames);
    let (_, closed) = get(&app, "/health").await;
    assert_eq!((&closed["open_answers"], &closed["generated_bytes"]), (&json!(0), &json!(8)));
}

#[tokio::test]
async fn answers_that_are_made_side_by_side_do_not_mix() {
    let app = app();
    let bodies: Vec<Value> = (0..8).map(|seed| with(chat("hi"), json!({ "seed": seed }))).collect();
    let mut alone = Vec::new();
    for body in &bodies {
        alone.push(said([&whole(&app, CHAT, body).await]));
    }
    let app = &app;
    let together = bodies.iter().map(|body| async move { said(&stream(app, CHAT, body).await) });
    assert_eq!(futures::future::join_all(together).await, alone);
}

#[tokio::test]
async fn a_head_without_a_body_is_served() {
    let response = send(&app(), Method::HEAD, "/v1/models", Body::empty()).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn over_a_port_a_stream_arrives_and_the_server_ends_when_it_is_told_to() {
    use opg_worker_api::server::{bind, serve, Limits};
    let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let url = format!("http://{}{CHAT}", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let end = async {
        let _ = stopped.await;
    };
    let server = tokio::spawn(serve(listener, app(), Limits::default(), end));
    let body = with(chat("hi"), json!({ "stream": true }));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let response = client.post(url).json(&body).send().await.unwrap();
    let events = response.text().await.unwrap();
    let (_, expected) = json_of(post(&app(), CHAT, &chat("hi")).await).await;
    assert_eq!(said(&objects(&events)), said([&expected]));
    drop(client);
    stop.send(()).unwrap();
    server.await.unwrap();
}
