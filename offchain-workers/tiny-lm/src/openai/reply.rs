//! Answers in OpenAI's shape.

use crate::{
    generation::{FinishReason, Usage},
    model::MODEL_NAME,
};
use opg_worker_api::server::now;
use serde_json::{json, Value};

/// Which of the two shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `/v1/chat/completions`
    Chat,
    /// `/v1/completions`
    Completion,
}

/// What all objects of one answer have in common.
pub(super) struct Reply {
    kind: Kind,
    id: String,
    created: u64,
    fingerprint: String,
}

impl Reply {
    pub(super) fn new(kind: Kind, id: &str, digest: &[u8; 32]) -> Self {
        let prefix = match kind {
            Kind::Chat => "chatcmpl",
            Kind::Completion => "cmpl",
        };
        Self {
            kind,
            id: format!("{prefix}-{id}"),
            created: now(),
            fingerprint: format!("fp_{}", &hex::encode(digest)[..10]),
        }
    }

    fn object(&self, streamed: bool, choices: Value) -> Value {
        json!({
            "id": self.id,
            "object": match (self.kind, streamed) {
                (Kind::Chat, false) => "chat.completion",
                (Kind::Chat, true) => "chat.completion.chunk",
                (Kind::Completion, _) => "text_completion",
            },
            "created": self.created,
            "model": MODEL_NAME,
            "system_fingerprint": self.fingerprint,
            "choices": choices,
        })
    }

    /// The whole answer in one object.
    pub(super) fn whole(&self, text: &str, finish: FinishReason, usage: Usage) -> Value {
        let choices = match self.kind {
            Kind::Chat => {
                let message = json!({ "role": "assistant", "content": text, "refusal": null });
                choice("message", message, Some(finish))
            }
            Kind::Completion => choice("text", json!(text), Some(finish)),
        };
        let mut object = self.object(false, choices);
        object["usage"] = counts(usage);
        object
    }

    /// What a stream begins with, if with anything.
    pub(super) fn first(&self) -> Option<Value> {
        let delta = json!({ "role": "assistant", "content": "", "refusal": null });
        (self.kind == Kind::Chat).then(|| self.object(true, choice("delta", delta, None)))
    }

    /// A piece of the text.
    pub(super) fn piece(&self, text: &str) -> Value {
        let choices = match self.kind {
            Kind::Chat => choice("delta", json!({ "content": text }), None),
            Kind::Completion => choice("text", json!(text), None),
        };
        self.object(true, choices)
    }

    /// That the text ended, and why.
    pub(super) fn last(&self, finish: FinishReason) -> Value {
        let choices = match self.kind {
            Kind::Chat => choice("delta", json!({}), Some(finish)),
            Kind::Completion => choice("text", json!(""), Some(finish)),
        };
        self.object(true, choices)
    }

    /// What it took, in a chunk without choices.
    pub(super) fn usage(&self, usage: Usage) -> Value {
        let mut object = self.object(true, json!([]));
        object["usage"] = counts(usage);
        object
    }
}

fn choice(name: &str, said: Value, finish: Option<FinishReason>) -> Value {
    json!([{
        "index": 0,
        name: said,
        "logprobs": null,
        "finish_reason": finish.map(FinishReason::name),
    }])
}

fn counts(usage: Usage) -> Value {
    json!({
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens.saturating_add(usage.completion_tokens),
    })
}
