//! Answers in OpenAI's shape, with their receipts.

use super::{checks::Checked, Gathered};
use crate::{
    audit,
    print::words::{self, FOOTER},
};
use opg_primitives::{
    checks::CheckResult,
    enclave::{Run, Usage},
    ids::ReceiptId,
    openai::finish_name,
    receipt::receipt_id,
    signed_answer::Face,
};
use opg_worker_api::server::now;
use serde_json::{json, Value};

/// An answer that passed.
#[derive(Clone, Debug)]
pub struct Served {
    /// The id of its receipt.
    pub receipt_id: ReceiptId,
    text: String,
    /// What an enclave said of its run; a worker's word says nothing of one.
    run: Option<Run>,
    created: u64,
    receipt: Value,
}

/// The receipt, and what was checked of it.
pub fn receipt(checked: &Checked) -> Value {
    let Checked { receipt, report } = checked;
    let named = |result: CheckResult| {
        let of = report.findings.iter().filter(move |finding| finding.result == result);
        of.map(|finding| finding.name).collect::<Vec<_>>()
    };
    json!({
        "id": report.receipt_id,
        "request": receipt.request,
        "mode": receipt.mode.achieved,
        "grade": receipt.appraised.as_ref().map(|appraised| words::grade(appraised.grade)),
        "passed": named(CheckResult::Pass),
        "open": named(CheckResult::CouldNotCheck),
        "trust": report.trust,
        "footer": FOOTER,
        "receipt": receipt,
    })
}

fn usage(usage: Usage) -> Value {
    let Usage { input, output } = usage;
    json!({
        "prompt_tokens": input,
        "completion_tokens": output,
        "total_tokens": u64::from(input) + u64::from(output),
    })
}

impl Served {
    /// The answer of what was gathered and checked.
    pub fn new(gathered: &Gathered, checked: Checked) -> Self {
        let Gathered { bundle, opening } = gathered;
        let output = audit::output(bundle, opening.as_ref()).unwrap_or_default();
        let attested = checked.receipt.appraised.as_ref().and_then(|it| it.attested.as_ref());
        Self {
            receipt_id: receipt_id(bundle.genesis, &checked.receipt),
            // The check of the output saw to it that it is UTF-8.
            text: String::from_utf8_lossy(&output).into_owned(),
            run: attested.map(|attested| attested.run.clone()),
            created: now(),
            receipt: receipt(&checked),
        }
    }

    /// Why it ended; nothing where nobody said so.
    fn finish(&self) -> Option<&'static str> {
        self.run.as_ref().map(|run| finish_name(run.finish))
    }

    fn usage(&self) -> Value {
        self.run.as_ref().map_or(Value::Null, |run| usage(run.usage))
    }

    /// What a whole answer and each chunk of one begin with.
    fn head(&self, face: Face, model: &str, chunk: bool) -> Value {
        let (id, object) = match (face, chunk) {
            (Face::ChatCompletions, false) => ("chatcmpl", "chat.completion"),
            (Face::ChatCompletions, true) => ("chatcmpl", "chat.completion.chunk"),
            (Face::Completions, _) => ("cmpl", "text_completion"),
        };
        json!({
            "id": format!("{id}-{}", self.receipt_id),
            "object": object,
            "created": self.created,
            "model": model,
        })
    }

    /// The whole answer, with its receipt.
    pub fn whole(&self, face: Face, model: &str) -> Value {
        let mut body = self.head(face, model, false);
        let choice = match face {
            Face::ChatCompletions => json!({
                "index": 0,
                "message": { "role": "assistant", "content": self.text, "refusal": null },
                "logprobs": null,
                "finish_reason": self.finish(),
            }),
            Face::Completions => json!({
                "index": 0,
                "text": self.text,
                "logprobs": null,
                "finish_reason": self.finish(),
            }),
        };
        body["choices"] = json!([choice]);
        body["usage"] = self.usage();
        body["receipt"] = self.receipt.clone();
        body
    }

    /// The answer as a stream. Its last chunk has no choice, and holds the receipt.
    pub fn stream(&self, face: Face, model: &str, include_usage: bool) -> String {
        let choice = |text: Option<&str>, finish: Option<&str>| match (face, text) {
            (Face::ChatCompletions, Some(text)) => json!([{
                "index": 0,
                "delta": { "role": "assistant", "content": text },
                "finish_reason": finish,
            }]),
            (Face::ChatCompletions, None) => {
                json!([{ "index": 0, "delta": {}, "finish_reason": finish }])
            }
            (Face::Completions, text) => {
                json!([{ "index": 0, "text": text.unwrap_or_default(), "finish_reason": finish }])
            }
        };
        let chunk = |choices: Value| {
            let mut chunk = self.head(face, model, true);
            chunk["choices"] = choices;
            if include_usage {
                chunk["usage"] = Value::Null;
            }
            chunk
        };
        let mut chunks =
            vec![chunk(choice(Some(self.text.as_str()), None)), chunk(choice(None, self.finish()))];
        if include_usage {
            let mut last = chunk(json!([]));
            last["usage"] = self.usage();
            chunks.push(last);
        }
        let mut last = chunk(json!([]));
        last["receipt"] = self.receipt.clone();
        chunks.push(last);
        let frames = chunks.iter().map(|chunk| format!("data: {chunk}\n\n"));
        frames.chain(["data: [DONE]\n\n".to_owned()]).collect()
    }
}
