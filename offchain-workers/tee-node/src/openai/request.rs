//! What a request asks, read from a copy. The bytes that go on are those that came.

use super::ApiError;
use opg_primitives::{ids::Commitment, openai::ASKED, statement::commit_parameters};
use opg_worker_api::server::openai::{read_members, read_model, read_stream};

/// What a request asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The model.
    pub model: String,
    /// Whether the answer is to come in parts.
    pub stream: bool,
    /// The commitment to the parameters: all members but the model and what is to be answered, written
    /// in one way ([`opg_primitives::openai::Members::write`]).
    pub parameters: Commitment,
}

/// Reads the body of a request.
///
/// # Errors
/// 400, which says what is wrong and nothing of what is in it.
pub fn parse(body: &[u8]) -> Result<Asked, ApiError> {
    let members = read_members(body)?;
    let (model, stream) = (read_model(&members)?, read_stream(&members)?);
    let parameters = commit_parameters(members.write(&ASKED).as_bytes());
    Ok(Asked { model, stream, parameters })
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
