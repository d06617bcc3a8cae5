//! What the upstream is asked and answers, in OpenAI's shape: 64 KiB to a request with a number.
//!
//! The number is in the request and in the answer's name, so that no two of either are the same and
//! no answer passes for another.

use std::time::Duration;

/// How long the upstream takes.
pub const DELAY: Duration = Duration::from_millis(50);
/// How long an answer is; a stream without its end mark.
pub const BYTES: usize = 64 * 1024;
/// How long a part of a stream is: as one of a model that names itself in each and adds a few words.
pub const PART_BYTES: usize = 256;
/// The model's name.
pub const MODEL: &str = "fixed-upstream";
/// The end mark of a stream.
pub const DONE: &str = "data: [DONE]\n\n";

/// How an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In one body.
    Whole,
    /// In parts.
    Streamed,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Whole, Self::Streamed];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Streamed => "streamed",
        }
    }
}

/// The body of the request of that number.
pub fn request(number: u64, kind: Kind) -> String {
    let stream = kind == Kind::Streamed;
    format!(
        r#"{{"model":"{MODEL}","stream":{stream},"messages":[{{"role":"user","content":"{number}"}}]}}"#
    )
}

/// The answer to the request of that number; of a stream what is before its end mark.
pub fn answer(number: u64, kind: Kind) -> Vec<u8> {
    match kind {
        Kind::Whole => whole(number),
        Kind::Streamed => parts(number),
    }
}

/// The same, and the end mark of a stream.
pub fn answer_to_its_end(number: u64, kind: Kind) -> Vec<u8> {
    let mut answer = answer(number, kind);
    if kind == Kind::Streamed {
        answer.extend_from_slice(DONE.as_bytes());
    }
    answer
}

fn whole(number: u64) -> Vec<u8> {
    let before = format!(
        r#"{{"id":"chatcmpl-{number:016}","object":"chat.completion","created":1764028800,"model":"{MODEL}","choices":[{{"index":0,"message":{{"role":"assistant","content":""#
    );
    let after = r#""},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":16384,"total_tokens":16385}}"#;
    filled(&before, after, BYTES)
}

fn parts(number: u64) -> Vec<u8> {
    let before = format!(
        r#"data: {{"id":"chatcmpl-{number:016}","object":"chat.completion.chunk","created":1764028800,"model":"{MODEL}","choices":[{{"index":0,"delta":{{"content":""#
    );
    let part = |finish: &str| {
        let after = format!("\"}},\"finish_reason\":{finish}}}]}}\n\n");
        filled(&before, &after, PART_BYTES)
    };
    let mut parts = part("null").repeat(BYTES / PART_BYTES - 1);
    parts.extend(part("\"stop\""));
    parts
}

/// Text between `before` and `after`, so that all has that many bytes.
fn filled(before: &str, after: &str, bytes: usize) -> Vec<u8> {
    let text = "a".repeat(bytes.saturating_sub(before.len() + after.len()));
    [before, text.as_str(), after].concat().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use opg_primitives::signed_answer::Parts;
    use serde_json::Value;

    #[test]
    fn an_answer_is_json_of_64_kib_and_names_its_number() {
        for number in [0, 17, 9_999_999_999_999_999] {
            let answer = answer(number, Kind::Whole);
            assert_eq!(answer.len(), 65_536);
            let json: Value = serde_json::from_slice(&answer).unwrap();
            assert_eq!(json["id"], format!("chatcmpl-{number:016}"));
            assert_eq!(json["choices"][0]["finish_reason"], "stop");
        }
    }

    #[test]
    fn a_stream_is_64_kib_in_256_parts_of_json_before_its_end_mark() {
        let stream = answer(17, Kind::Streamed);
        assert_eq!((stream.len(), Parts::of(&stream).count), (65_536, 256));
        for part in stream.chunks(PART_BYTES) {
            assert_eq!(Parts::of(part).count, 1);
            let json: Value = serde_json::from_slice(&part[b"data:".len()..]).unwrap();
            assert_eq!(json["id"], "chatcmpl-0000000000000017");
        }
        assert!(answer_to_its_end(17, Kind::Streamed).ends_with(b"}\n\ndata: [DONE]\n\n"));
    }

    #[test]
    fn a_request_is_json_that_no_other_number_has() {
        for kind in Kind::ALL {
            let json: Value = serde_json::from_str(&request(17, kind)).unwrap();
            assert_eq!(json["stream"], kind == Kind::Streamed);
            assert_ne!(request(17, kind), request(18, kind));
        }
    }
}
