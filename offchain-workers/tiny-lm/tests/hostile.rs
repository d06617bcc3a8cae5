//! Bodies from somebody who means harm.

mod support;

use axum::http::{Method, StatusCode};
use proptest::prelude::*;
use serde_json::{json, Map, Number, Value};
use support::{app, chat, completion, json_of, send, CHAT, COMPLETION};

/// Names that are read somewhere.
static NAMES: [&str; 22] = [
    "model",
    "messages",
    "prompt",
    "role",
    "content",
    "type",
    "text",
    "temperature",
    "top_p",
    "seed",
    "max_tokens",
    "max_completion_tokens",
    "stop",
    "stream",
    "stream_options",
    "include_usage",
    "n",
    "logit_bias",
    "tools",
    "user",
    "echo",
    "logprobs",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![proptest::sample::select(&NAMES[..]).prop_map(str::to_owned), any::<String>()]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| Number::from_f64(n).map_or(Value::Null, Value::Number)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number(),
        any::<String>().prop_map(Value::String),
        Just(json!("tiny-lm-demo")),
        Just(json!("user")),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::vec((name(), inner), 0..6).prop_map(|fields| Value::Object(
                fields.into_iter().collect::<Map<String, Value>>()
            )),
        ]
    })
}

/// Sends `body` to both paths: whatever it is, it is answered or refused, and nothing breaks off.
fn survives(body: &[u8]) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let app = app();
        for path in [CHAT, COMPLETION] {
            let response = send(&app, Method::POST, path, body.to_vec()).await;
            let status = response.status();
            prop_assert!(
                matches!(status, StatusCode::OK | StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND),
                "{status}"
            );
            if status != StatusCode::OK {
                let (_, answer) = json_of(response).await;
                prop_assert!(answer["error"]["message"].is_string());
            }
        }
        Ok(())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        survives(&bytes)?;
    }

    #[test]
    fn any_json_is_refused_or_answered_without_a_panic(value in value()) {
        survives(value.to_string().as_bytes())?;
    }

    #[test]
    fn a_good_request_with_any_field_altered_is_refused_or_answered_without_a_panic(
        name in name(), value in value(), conversation in any::<bool>(),
    ) {
        let mut body = if conversation { chat("hi") } else { completion("hi") };
        body["max_tokens"] = json!(8);
        body[name] = value;
        survives(body.to_string().as_bytes())?;
    }

    #[test]
    fn any_message_is_refused_or_answered_without_a_panic(
        message in value(), content in value(),
    ) {
        let mut body = chat("hi");
        body["max_tokens"] = json!(8);
        body["messages"] = json!([{ "role": "user", "content": content }, message]);
        survives(body.to_string().as_bytes())?;
    }
}
