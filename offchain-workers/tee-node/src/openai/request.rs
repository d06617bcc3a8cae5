//! What a request asks, read from a copy. The bytes that go on are those that came.

use super::ApiError;
use opg_primitives::{ids::Commitment, statement::commit_parameters};
use serde::{
    de::{Error, MapAccess, Visitor},
    Deserialize, Deserializer,
};
use serde_json::value::RawValue;
use std::{collections::BTreeMap, fmt};

/// The most bytes of a name: of a model, or of an answer.
pub const MAX_NAME_BYTES: usize = 256;
/// The members that are no parameters: the model, and what is to be answered.
const NO_PARAMETERS: [&str; 3] = ["messages", "model", "prompt"];

/// What a request asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The model.
    pub model: String,
    /// Whether the answer is to come in parts.
    pub stream: bool,
    /// The commitment to [`parameter_bytes`].
    pub parameters: Commitment,
}

/// The members of an object, each as it is written. None is there twice: of two, one reader would
/// take the first and another the last.
struct Members<'a>(BTreeMap<String, &'a RawValue>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member is there twice"));
                    }
                }
                Ok(Members(members))
            }
        }

        from.deserialize_map(Object)
    }
}

/// The parameters of a request, written in one way: a JSON object of all members but the model and
/// what is to be answered, in the order of their names, without spaces between them, each value as it
/// was written.
fn parameter_bytes(members: &BTreeMap<String, &RawValue>) -> Result<Vec<u8>, serde_json::Error> {
    let mut written = Vec::new();
    for (name, value) in members {
        if !NO_PARAMETERS.contains(&name.as_str()) {
            written.push(format!("{}:{}", serde_json::to_string(name)?, value.get()));
        }
    }
    Ok(format!("{{{}}}", written.join(",")).into_bytes())
}

/// Reads the body of a request.
///
/// # Errors
/// 400, which says what is wrong and nothing of what is in it.
pub fn parse(body: &[u8]) -> Result<Asked, ApiError> {
    let Members(members) = serde_json::from_slice(body)
        .map_err(|error| ApiError::invalid(format!("the body is not a JSON object: {error}")))?;
    let model = members
        .get("model")
        .and_then(|value| serde_json::from_str::<String>(value.get()).ok())
        .filter(|model| (1..=MAX_NAME_BYTES).contains(&model.len()))
        .ok_or_else(|| {
            ApiError::invalid(format!("model: a name of 1 to {MAX_NAME_BYTES} bytes"))
        })?;
    let stream = match members.get("stream") {
        None => false,
        Some(value) => serde_json::from_str::<Option<bool>>(value.get())
            .map_err(|_| ApiError::invalid("stream: true or false"))?
            .unwrap_or(false),
    };
    let parameters = parameter_bytes(&members).map_err(ApiError::internal)?;
    Ok(Asked { model, stream, parameters: commit_parameters(&parameters) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_stream_and_parameters_are_read() {
        let body =
            br#"{ "stream":true, "model":"a", "top_p" : 0.50, "messages":[{"role":"user"}]}"#;
        let asked = parse(body).unwrap();
        assert_eq!((asked.model.as_str(), asked.stream), ("a", true));
        assert_eq!(asked.parameters, commit_parameters(br#"{"stream":true,"top_p":0.50}"#));
    }

    #[test]
    fn the_order_of_members_and_the_space_between_them_do_not_change_the_parameters() {
        let parameters = |body: &str| parse(body.as_bytes()).unwrap().parameters;
        let one = parameters(r#"{"model":"a","n":2,"seed":1,"prompt":"x"}"#);
        assert_eq!(one, parameters(r#"{ "seed" : 1, "prompt":"y", "n":2, "model":"b" }"#));
        assert_ne!(one, parameters(r#"{"model":"a","n":3,"seed":1,"prompt":"x"}"#));
    }

    #[test]
    fn what_is_no_request_is_refused_without_repeating_it() {
        for (body, says) in [
            ("secret", "not a JSON object"),
            ("[\"secret\"]", "not a JSON object"),
            (r#"{"prompt":"secret"}"#, "model"),
            (r#"{"model":7,"prompt":"secret"}"#, "model"),
            (r#"{"model":"","prompt":"secret"}"#, "model"),
            (r#"{"model":"a","stream":"secret"}"#, "stream"),
            (r#"{"model":"a","secret":1,"secret":2}"#, "twice"),
        ] {
            let error = parse(body.as_bytes()).unwrap_err();
            assert!(error.message.contains(says), "{body}: {}", error.message);
            assert!(!error.message.contains("secret"), "{}", error.message);
        }
    }
}
