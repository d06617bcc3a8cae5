//! What an upstream's answer says of itself, read from a copy.

use opg_primitives::{
    enclave::{FinishReason, Usage},
    openai::finish_reason,
    signed_answer::ChoiceEnd,
};
use opg_worker_api::server::openai::MAX_NAME_BYTES;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What was seen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The name that the upstream gave its answer.
    pub id: Option<String>,
    /// The model that it named.
    pub model: Option<String>,
    /// What it says was used.
    pub usage: Option<Usage>,
    finish: BTreeMap<u32, FinishReason>,
}

/// An answer or a chunk of one, as far as it is of interest.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Object {
    id: Option<String>,
    model: Option<String>,
    usage: Option<Counts>,
    choices: Option<Vec<Choice>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Counts {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    index: Option<u32>,
    finish_reason: Option<String>,
}

/// A name within its bound; one over it counts as none.
fn name(name: Option<String>) -> Option<String> {
    name.filter(|name| (1..=MAX_NAME_BYTES).contains(&name.len()))
}

fn count(tokens: Option<u64>) -> u32 {
    u32::try_from(tokens.unwrap_or_default()).unwrap_or(u32::MAX)
}

impl Seen {
    /// Takes in a whole answer. Whether it is one of OpenAI's shape.
    pub fn note_body(&mut self, json: &[u8]) -> bool {
        let Ok(object) = serde_json::from_slice::<Object>(json) else { return false };
        self.id = self.id.take().or(name(object.id));
        self.model = self.model.take().or(name(object.model));
        if let Some(counts) = object.usage {
            let (input, output) = (count(counts.prompt_tokens), count(counts.completion_tokens));
            self.usage = Some(Usage { input, output });
        }
        for choice in object.choices.unwrap_or_default() {
            if let Some(reason) = choice.finish_reason.and_then(|name| finish_reason(&name)) {
                self.finish.insert(choice.index.unwrap_or_default(), reason);
            }
        }
        true
    }

    /// Takes in a part of a stream. One that holds no chunk says nothing.
    pub fn note_part(&mut self, part: &[u8]) {
        let lines = part.split(|byte| *byte == b'\n');
        let data: Vec<_> = lines.filter_map(|line| line.strip_prefix(b"data:")).collect();
        if !data.is_empty() {
            self.note_body(&data.join(&b'\n'));
        }
    }

    /// Why each choice ended.
    pub fn finish(&self) -> Vec<ChoiceEnd> {
        self.finish
            .iter()
            .map(|(index, finish)| ChoiceEnd { index: *index, finish: *finish })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_its_name_model_end_and_usage() {
        let mut seen = Seen::default();
        assert!(seen.note_body(
            br#"{"id":"c-1","model":"m","choices":[{"index":1,"finish_reason":"length"},
            {"index":0,"finish_reason":"stop","message":{"content":"x"}}],
            "usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}"#
        ));
        assert_eq!((seen.id.as_deref(), seen.model.as_deref()), (Some("c-1"), Some("m")));
        assert_eq!(seen.usage, Some(Usage { input: 3, output: 5 }));
        let ends: Vec<_> = seen.finish().iter().map(|end| (end.index, end.finish)).collect();
        assert_eq!(ends, [(0, FinishReason::Stop), (1, FinishReason::Length)]);
        assert!(!Seen::default().note_body(b"not json"));
    }

    #[test]
    fn a_stream_says_it_part_by_part() {
        let mut seen = Seen::default();
        for part in [
            &b"data: {\"id\":\"c-1\",\"model\":\"m\",\"choices\":[{\"index\":0}]}\n\n"[..],
            b": a remark\n\n",
            b"data:{\"id\":\"other\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\"}]}\r\n\r\n",
            b"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n",
        ] {
            seen.note_part(part);
        }
        assert_eq!(seen.id.as_deref(), Some("c-1"));
        assert_eq!(seen.usage, Some(Usage { input: 1, output: 2 }));
        assert_eq!(seen.finish().len(), 1);
    }
}
