//! Requests in OpenAI's shape, read field by field so that each refusal names its parameter.

use super::{
    error::{quoted, refused, unknown_model, ApiError},
    reply::Kind,
    MAX_MESSAGES,
};
use crate::{
    model::MODEL_NAME,
    sampler::Sampler,
    template::{render, Role},
};
use serde_json::{json, Map, Value};

/// The length of a completion if none is asked for, as OpenAI has it.
const COMPLETION_TOKENS: u32 = 16;

/// Parameters that do not bear on the answer.
const IGNORED: [&str; 6] = [
    "metadata",
    "parallel_tool_calls",
    "prompt_cache_key",
    "safety_identifier",
    "service_tier",
    "user",
];

/// What is asked for.
pub(super) struct Wanted {
    pub(super) prompt: String,
    pub(super) sampler: Sampler,
    pub(super) stream: bool,
    pub(super) include_usage: bool,
}

/// Reads the request in `body`. Where it names no seed, `seed` is taken.
pub(super) fn parse(kind: Kind, body: &[u8], seed: u64) -> Result<Wanted, ApiError> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| ApiError::invalid(format!("the body is not JSON: {error}")))?;
    let Value::Object(fields) = value else {
        return Err(ApiError::invalid("the body is not a JSON object"));
    };
    let mut fields = Fields(fields);

    let model = fields.text("model")?.ok_or_else(|| missing("model"))?;
    if model != MODEL_NAME {
        return Err(unknown_model(&model));
    }
    let prompt = match kind {
        Kind::Chat => conversation(fields.take("messages").ok_or_else(|| missing("messages"))?)?,
        Kind::Completion => prompt(fields.take("prompt").ok_or_else(|| missing("prompt"))?)?,
    };
    let stream = fields.truth("stream")?.unwrap_or(false);
    let include_usage = match fields.take("stream_options") {
        None => false,
        Some(_) if !stream => {
            let message = "stream_options is only for streams";
            return Err(refused("stream_options", "invalid_value", message));
        }
        Some(options) => include_usage(options)?,
    };
    let sampler = sampler(kind, &mut fields, seed)?;
    fields.nothing_left(kind)?;
    Ok(Wanted { prompt, sampler, stream, include_usage })
}

fn sampler(kind: Kind, fields: &mut Fields, seed: u64) -> Result<Sampler, ApiError> {
    let default = match kind {
        Kind::Chat => Sampler::default(),
        Kind::Completion => Sampler { max_tokens: COMPLETION_TOKENS, ..Sampler::default() },
    };
    let (old, new) = (
        fields.count("max_tokens")?,
        match kind {
            Kind::Chat => fields.count("max_completion_tokens")?,
            Kind::Completion => None,
        },
    );
    if old.zip(new).is_some_and(|(old, new)| old != new) {
        let message = "max_completion_tokens contradicts max_tokens";
        return Err(refused("max_completion_tokens", "invalid_value", message));
    }
    let sampler = Sampler {
        temperature: fields.number("temperature")?.unwrap_or(default.temperature),
        top_p: fields.number("top_p")?.unwrap_or(default.top_p),
        seed: fields.seed()?.unwrap_or(seed),
        max_tokens: new.or(old).unwrap_or(default.max_tokens),
        stop: fields.stop()?,
    };
    sampler.check().map_err(|error| {
        let name = match error.parameter {
            "max_tokens" if new.is_some() => "max_completion_tokens",
            name => name,
        };
        refused(name, "invalid_value", format!("{name} must be {}", error.bounds))
    })?;
    Ok(sampler)
}

fn include_usage(options: Value) -> Result<bool, ApiError> {
    let Value::Object(options) = options else {
        return Err(wrong_type("stream_options", "an object"));
    };
    let mut include = false;
    for (name, value) in options {
        let path = format!("stream_options.{name}");
        match (name.as_str(), value) {
            (_, Value::Null) => {}
            ("include_usage", Value::Bool(value)) => include = value,
            ("include_usage", _) => return Err(wrong_type(&path, "true or false")),
            // It pads the frames against those who watch their lengths; there is nothing to pad.
            ("include_obfuscation", Value::Bool(false)) => {}
            _ => return Err(unsupported(&path)),
        }
    }
    Ok(include)
}

fn conversation(messages: Value) -> Result<String, ApiError> {
    let Value::Array(messages) = messages else {
        return Err(wrong_type("messages", "a list of messages"));
    };
    if messages.is_empty() || messages.len() > MAX_MESSAGES {
        let message = format!("messages must be 1 to {MAX_MESSAGES}");
        return Err(refused("messages", "invalid_value", message));
    }
    let read: Result<Vec<(Role, String)>, ApiError> = messages
        .into_iter()
        .enumerate()
        .map(|(index, value)| message(&format!("messages[{index}]"), value))
        .collect();
    Ok(render(read?.iter().map(|(role, content)| (*role, content.as_str()))))
}

fn message(path: &str, value: Value) -> Result<(Role, String), ApiError> {
    let Value::Object(message) = value else {
        return Err(wrong_type(path, "an object"));
    };
    let mut fields = Fields(message);
    let at = |name: &str| format!("{path}.{name}");
    let name = match fields.take("role") {
        Some(Value::String(name)) => name,
        Some(_) => return Err(wrong_type(&at("role"), "a text")),
        None => return Err(missing(&at("role"))),
    };
    let role = Role::ALL.into_iter().find(|role| role.name() == name).ok_or_else(|| {
        let known = Role::ALL.map(Role::name).join(", ");
        let message = format!("{path}.role must be one of {known}");
        refused(&at("role"), "invalid_value", message)
    })?;
    let content = match fields.take("content") {
        Some(Value::String(text)) => text,
        Some(Value::Array(parts)) => join(&at("content"), parts)?,
        Some(_) => return Err(wrong_type(&at("content"), "a text or a list of parts")),
        None => return Err(missing(&at("content"))),
    };
    // Clients send back a message as they got it, with fields that hold nothing.
    if let Some((name, _)) = fields.0.iter().find(|(_, value)| !holds_nothing(value)) {
        return Err(unsupported(&at(name)));
    }
    Ok((role, content))
}

/// The text of a message in parts.
fn join(path: &str, parts: Vec<Value>) -> Result<String, ApiError> {
    let mut text = String::new();
    for (index, part) in parts.iter().enumerate() {
        match (part.get("type").and_then(Value::as_str), part.get("text")) {
            (Some("text"), Some(Value::String(piece))) => text.push_str(piece),
            (Some("text"), _) => {
                return Err(wrong_type(&format!("{path}[{index}].text"), "a text"));
            }
            _ => {
                let message = format!("{path}[{index}].type must be text");
                let path = format!("{path}[{index}].type");
                return Err(refused(&path, "invalid_value", message));
            }
        }
    }
    Ok(text)
}

fn prompt(value: Value) -> Result<String, ApiError> {
    let expected = "one text (several texts, and tokens, are not read)";
    match value {
        Value::String(text) => Ok(text),
        Value::Array(mut texts) if texts.len() == 1 => match texts.pop() {
            Some(Value::String(text)) => Ok(text),
            _ => Err(wrong_type("prompt", expected)),
        },
        _ => Err(wrong_type("prompt", expected)),
    }
}

/// The fields of an object that were not read yet. One that is null counts as not there.
struct Fields(Map<String, Value>);

impl Fields {
    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    fn read<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| wrong_type(name, expected)),
        }
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, ApiError> {
        self.read(name, "a text", |value| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
    }

    fn truth(&mut self, name: &str) -> Result<Option<bool>, ApiError> {
        self.read(name, "true or false", |value| value.as_bool())
    }

    fn number(&mut self, name: &str) -> Result<Option<f64>, ApiError> {
        self.read(name, "a number", |value| value.as_f64())
    }

    /// A count; what is too large for its type is out of any bounds too.
    fn count(&mut self, name: &str) -> Result<Option<u32>, ApiError> {
        let count = |value: Value| match (value.as_u64(), value.as_i64()) {
            (Some(count), _) => Some(u32::try_from(count).unwrap_or(u32::MAX)),
            (None, Some(_)) => Some(0),
            (None, None) => None,
        };
        self.read(name, "a whole number", count)
    }

    /// A seed of 64 bits, signed or not.
    fn seed(&mut self) -> Result<Option<u64>, ApiError> {
        self.read("seed", "a whole number of 64 bits", |value| {
            value.as_u64().or_else(|| value.as_i64().map(|seed| seed as u64))
        })
    }

    fn stop(&mut self) -> Result<Vec<String>, ApiError> {
        let stop = self.read("stop", "a text or a list of texts", |value| match value {
            Value::String(text) => Some(vec![text]),
            Value::Array(texts) => {
                texts.into_iter().map(|text| text.as_str().map(str::to_owned)).collect()
            }
            _ => None,
        });
        Ok(stop?.unwrap_or_default())
    }

    /// Refuses what bears on the answer and is not obeyed, unless it asks for what is done anyhow.
    fn nothing_left(mut self, kind: Kind) -> Result<(), ApiError> {
        for name in IGNORED {
            self.0.remove(name);
        }
        for (name, neutral) in neutral(kind) {
            if let Some(value) = self.take(name) {
                if !same(&value, &neutral) {
                    let message = format!("{name} must be {neutral}, or not there");
                    return Err(refused(name, "unsupported_value", message));
                }
            }
        }
        if let Some((name, _)) = self.0.iter().find(|(_, value)| !value.is_null()) {
            return Err(unsupported(name));
        }
        Ok(())
    }
}

/// Parameters of OpenAI's that have one value here.
fn neutral(kind: Kind) -> Vec<(&'static str, Value)> {
    let mut both = vec![
        ("n", json!(1)),
        ("presence_penalty", json!(0)),
        ("frequency_penalty", json!(0)),
        ("logit_bias", json!({})),
    ];
    both.extend(match kind {
        Kind::Chat => vec![
            ("functions", json!([])),
            ("function_call", json!("none")),
            ("logprobs", json!(false)),
            ("modalities", json!(["text"])),
            ("response_format", json!({ "type": "text" })),
            ("store", json!(false)),
            ("tool_choice", json!("none")),
            ("tools", json!([])),
            ("top_logprobs", json!(0)),
        ],
        Kind::Completion => {
            vec![("best_of", json!(1)), ("echo", json!(false)), ("suffix", json!(""))]
        }
    });
    both
}

/// Whether two values are equal; 0 is 0.0.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

fn holds_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

fn missing(name: &str) -> ApiError {
    refused(name, "missing_required_parameter", format!("{name} is missing"))
}

fn wrong_type(name: &str, expected: &str) -> ApiError {
    refused(name, "invalid_type", format!("{name} must be {expected}"))
}

fn unsupported(name: &str) -> ApiError {
    let message = format!("{} is unknown, or not supported", quoted(name));
    refused(name, "unsupported_parameter", message)
}
