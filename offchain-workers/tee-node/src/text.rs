//! Text models on chain: asked of the upstream, as clients' requests are, and answered as a job.
//!
//! The upstream is asked by the very bytes of the input and the parameters, with the name that it knows
//! the model by and, where the request names no `seed`, the lease's. Of its answer the text of the first
//! choice is the output, cut at the model's bound.
//!
//! What an upstream takes, it alone knows. So a job is tried before it is accepted: one that the
//! upstream refuses at once is declined, and no bond answers for what its requester wrote.

use crate::{
    models::{Answered, Model},
    openai::{observe::Seen, upstream, Upstream},
};
use axum::{body::Bytes, http::Method};
use opg_primitives::{
    artefact::{Artefact, Misfit, TextModel, TextSource},
    enclave::{FinishReason, ModelRan},
    ids::{Digest, ModelId},
    names::ModelName,
    openai::{read, Unusable},
    request::{DeclineReason, PublicBytes, MAX_PUBLIC_BYTES},
    signed_answer::Face,
};
use opg_worker_api::{server::Refusal, Job, Opened};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use tokio::{runtime::Handle, time::timeout};

/// The most bytes of an upstream's answer: its text may be written with six bytes for each of its own,
/// and what stands around it is small.
const ANSWER_BYTES: usize = 8 * MAX_PUBLIC_BYTES as usize + (64 << 10);

/// Why a text model cannot be served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// There can be no such model.
    #[error("the text model: {0}")]
    Misfit(Misfit),
    /// It is registered by other weights than those that run, or by a name where weights run.
    #[error("the text model is of other weights than those that run here")]
    OtherWeights,
}

/// A text model, where it is asked.
pub struct Text {
    model: TextModel,
    upstream: Arc<Upstream>,
    deadline: Duration,
    runtime: Handle,
}

fn unfit(why: Unusable) -> Refusal {
    Refusal::new(DeclineReason::Unfit, why)
}

impl Text {
    /// `model`, as `upstream` serves it, which may take `deadline` for an answer. To be called within
    /// the runtime that the upstream is reached by.
    ///
    /// # Errors
    /// [`TextError`].
    pub fn new(
        model: TextModel,
        upstream: Arc<Upstream>,
        deadline: Duration,
    ) -> Result<Self, TextError> {
        model.validate().map_err(TextError::Misfit)?;
        if Artefact::Text(model.clone()).digest() != upstream.network() {
            return Err(TextError::OtherWeights);
        }
        Ok(Self { model, upstream, deadline, runtime: Handle::current() })
    }

    /// The model's id on chain.
    pub fn id(&self) -> ModelId {
        self.model.model_id()
    }

    /// What it is called.
    pub fn name(&self) -> &ModelName {
        &self.model.name
    }

    /// Asks the upstream; its answer's body.
    async fn ask(&self, path: &str, body: String) -> Result<Bytes, Refusal> {
        use DeclineReason::{Busy, NotServed, Unfit};
        let busy = |error: crate::openai::ApiError| Refusal::new(Busy, error.message);
        let sent = self.upstream.send(Method::POST, path, body.into(), "application/json");
        let response = sent.await.map_err(busy)?;
        let status = response.status();
        match status.as_u16() {
            200 => upstream::read(response.into_body(), ANSWER_BYTES).await.map_err(busy),
            400 | 409 | 413 | 415 | 422 => {
                Err(Refusal::new(Unfit, format!("the upstream refuses the request: {status}")))
            }
            404 => Err(Refusal::new(NotServed, "the upstream does not know the model")),
            _ => Err(Refusal::new(Busy, format!("the upstream answers with status {status}"))),
        }
    }

    /// What an upstream's answer is on chain.
    fn answered(&self, face: Face, body: &[u8]) -> Result<Answered, Refusal> {
        let strange = |what: &str| {
            Refusal::new(DeclineReason::NotServed, format!("the upstream's answer {what}"))
        };
        let mut seen = Seen::default();
        let reply: Reply =
            serde_json::from_slice(body).map_err(|_| strange("is not of OpenAI's shape"))?;
        if !seen.note_body(body) {
            return Err(strange("is not of OpenAI's shape"));
        }
        let text = reply.text(face).ok_or_else(|| strange("holds no text"))?;
        let ends = seen.finish();
        let end = ends.iter().find(|end| end.index == 0);
        let mut finish = end.ok_or_else(|| strange("does not say why it ended"))?.finish;
        let usage = seen.usage.ok_or_else(|| strange("does not say what it used"))?;
        let most = self.model.interface.max_output as usize;
        let cut = cut(&text, most);
        if cut.len() < text.len() {
            finish = FinishReason::Length;
        }
        let ran = match &self.model.source {
            TextSource::Weights { file, .. } => ModelRan::Network(*file),
            TextSource::Upstream => {
                let named = seen.model.as_deref().and_then(|name| ModelName::try_from(name).ok());
                match named {
                    Some(named) if named == self.model.name => ModelRan::Named(named),
                    _ => return Err(strange("names another model than the one that was asked")),
                }
            }
        };
        let output = PublicBytes::truncate_from(cut.as_bytes().to_vec());
        Ok(Answered { output, ran, finish, usage })
    }
}

/// The longest beginning of `text` that has at most `most` bytes and ends between two characters.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

impl Model for Text {
    fn check(&self, job: &Job, opened: Opened<'_>) -> Result<(), Refusal> {
        job.check_text(&self.model.interface, opened)?;
        let asked = read(opened.input, &job.parameters, self.model.is_open());
        asked.map(drop).map_err(unfit)
    }

    fn inside(&self) -> Option<Digest> {
        self.upstream.network()
    }

    fn is_tried(&self) -> bool {
        true
    }

    fn answer(&self, job: &Job, opened: Opened<'_>) -> Result<Answered, Refusal> {
        let asked = read(opened.input, &job.parameters, self.model.is_open()).map_err(unfit)?;
        let body = asked.body(&self.model.name.to_string(), job.seed());
        let in_time = async { timeout(self.deadline, self.ask(asked.face.path(), body)).await };
        let body = self.runtime.block_on(in_time).unwrap_or_else(|_| {
            let seconds = self.deadline.as_secs();
            let why = format!("the upstream took over {seconds} s");
            Err(Refusal::new(DeclineReason::Busy, why))
        })?;
        self.answered(asked.face, &body)
    }
}

/// An answer, as far as its text goes.
#[derive(Deserialize)]
struct Reply {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    index: Option<u32>,
    message: Option<Message>,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
}

impl Reply {
    /// The text of the first choice.
    fn text(self, face: Face) -> Option<String> {
        let first = self.choices.into_iter().find(|it| it.index.unwrap_or_default() == 0)?;
        match face {
            Face::ChatCompletions => first.message?.content,
            Face::Completions => first.text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_two_characters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abc", 2), "ab");
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("é", 1), "");
    }
}
