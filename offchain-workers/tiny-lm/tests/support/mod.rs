//! The router, asked without a port.

#![allow(dead_code)]

use axum::{
    body::{to_bytes, Body},
    http::{Method, Request, StatusCode},
    response::Response,
    Router,
};
use opg_tiny_lm::{openai::router, FinishReason, Sampler, TinyLm, MODEL_NAME};
use serde_json::{json, Value};
use std::sync::LazyLock;
use tower::ServiceExt;

pub const CHAT: &str = "/v1/chat/completions";
pub const COMPLETION: &str = "/v1/completions";

/// The model, loaded once for all tests of a file.
pub fn model() -> TinyLm {
    static MODEL: LazyLock<TinyLm> = LazyLock::new(|| TinyLm::embedded().unwrap());
    MODEL.clone()
}

pub fn app() -> Router {
    router(model())
}

/// The whole text of an answer, and why it ended.
pub fn text(model: &TinyLm, prompt: &str, sampler: &Sampler) -> (String, FinishReason) {
    let mut generation = model.generate(prompt, sampler.clone()).unwrap();
    let bytes: Vec<u8> = generation.by_ref().map(|byte| byte.unwrap()).collect();
    (String::from_utf8(bytes).unwrap(), generation.finish_reason().unwrap())
}

/// A conversation of one message.
pub fn chat(content: &str) -> Value {
    json!({ "model": MODEL_NAME, "messages": [{ "role": "user", "content": content }], "seed": 1 })
}

pub fn completion(prompt: &str) -> Value {
    json!({ "model": MODEL_NAME, "prompt": prompt, "seed": 1 })
}

/// `object` with the fields of `more`.
pub fn with(mut object: Value, more: Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        object[name] = value.clone();
    }
    object
}

pub async fn send(app: &Router, method: Method, path: &str, body: impl Into<Body>) -> Response {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap();
    app.clone().oneshot(request).await.unwrap()
}

pub async fn post(app: &Router, path: &str, body: &Value) -> Response {
    send(app, Method::POST, path, body.to_string()).await
}

pub async fn json_of(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

pub async fn get(app: &Router, path: &str) -> (StatusCode, Value) {
    json_of(send(app, Method::GET, path, Body::empty()).await).await
}

/// An answer in one piece.
pub async fn whole(app: &Router, path: &str, body: &Value) -> Value {
    let (status, answer) = json_of(post(app, path, body).await).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer
}

/// The objects of a stream that ends with `[DONE]`.
pub async fn stream(app: &Router, path: &str, body: &Value) -> Vec<Value> {
    let response = post(app, path, &with(body.clone(), json!({ "stream": true }))).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    objects(std::str::from_utf8(&bytes).unwrap())
}

/// Reads server-sent events: each one line of data, the last of them `[DONE]`.
pub fn objects(events: &str) -> Vec<Value> {
    let mut data: Vec<&str> = events
        .strip_suffix("\n\n")
        .expect("the last event ends")
        .split("\n\n")
        .map(|event| event.strip_prefix("data: ").expect("an event is one line of data"))
        .collect();
    assert_eq!(data.pop(), Some("[DONE]"));
    data.into_iter().map(|json| serde_json::from_str(json).unwrap()).collect()
}

/// The text of an answer, whole or in chunks, of either shape.
pub fn said<'a>(objects: impl IntoIterator<Item = &'a Value>) -> String {
    let of = |object: &Value| {
        let choice = &object["choices"][0];
        [&choice["message"]["content"], &choice["delta"]["content"], &choice["text"]]
            .into_iter()
            .find_map(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    objects.into_iter().map(of).collect()
}
