//! One answer, byte by byte.

use crate::{
    model::{context, ModelError, TinyLm, CONTEXT, END},
    sampler::{Chooser, Sampler},
};

/// Why an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishReason {
    /// The model ended its text, or a stop string came.
    Stop,
    /// It is as long as it may be.
    Length,
}

impl FinishReason {
    /// Its name in OpenAI's shape.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
        }
    }
}

/// What an answer took. A token is a byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes of the prompt, those of the template included.
    pub prompt_tokens: u64,
    /// Bytes of the answer that were given out: neither its end nor a stop string counts.
    pub completion_tokens: u64,
}

/// An answer that is being made: an iterator of its bytes, all of them ASCII.
///
/// After an error it gives nothing more. Dropping it is all that it takes to stop.
#[derive(Debug)]
pub struct Generation {
    model: TinyLm,
    chooser: Chooser,
    stop: Vec<String>,
    context: [u8; CONTEXT],
    /// Bytes that may still be drawn.
    left: u32,
    /// Bytes that were drawn and may yet turn out to be the beginning of a stop string.
    held: Vec<u8>,
    finish: Option<FinishReason>,
    failed: bool,
    usage: Usage,
}

impl Generation {
    pub(crate) fn new(model: TinyLm, prompt: &str, sampler: Sampler) -> Self {
        Self {
            model,
            chooser: Chooser::new(&sampler),
            stop: sampler.stop,
            context: context(prompt),
            left: sampler.max_tokens,
            held: Vec::new(),
            finish: None,
            failed: false,
            usage: Usage { prompt_tokens: prompt.len() as u64, completion_tokens: 0 },
        }
    }

    /// Why it ended; none before all bytes were taken, and after an error.
    pub fn finish_reason(&self) -> Option<FinishReason> {
        self.finish.filter(|_| self.held.is_empty())
    }

    /// What it took until now.
    pub fn usage(&self) -> Usage {
        self.usage
    }

    /// Draws one byte, or finds that the answer is at its end.
    fn draw(&mut self) -> Result<(), ModelError> {
        if self.left == 0 {
            self.finish = Some(FinishReason::Length);
            return Ok(());
        }
        self.left -= 1;
        let scores = self.model.scores(&self.context)?;
        let byte = self.chooser.choose(&scores);
        if byte == END {
            self.finish = Some(FinishReason::Stop);
            return Ok(());
        }
        self.context.rotate_left(1);
        self.context[CONTEXT - 1] = byte;
        self.held.push(byte);
        // Of several that end here, the one that began first.
        let came = self.stop.iter().filter(|stop| self.held.ends_with(stop.as_bytes()));
        if let Some(length) = came.map(String::len).max() {
            self.held.truncate(self.held.len() - length);
            self.finish = Some(FinishReason::Stop);
        }
        Ok(())
    }

    /// How many of the last bytes a stop string may have begun with.
    fn may_stop(&self) -> usize {
        let begins = |length: &usize| {
            let end = &self.held[self.held.len() - length..];
            self.stop.iter().any(|stop| stop.as_bytes().starts_with(end))
        };
        (1..=self.held.len()).rev().find(begins).unwrap_or(0)
    }

    /// The next byte that no stop string can take back.
    fn take_sure(&mut self) -> Option<u8> {
        let unsure = if self.finish.is_some() { 0 } else { self.may_stop() };
        if self.held.len() <= unsure {
            return None;
        }
        self.usage.completion_tokens += 1;
        Some(self.held.remove(0))
    }
}

impl Iterator for Generation {
    type Item = Result<u8, ModelError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.failed {
                return None;
            }
            if let Some(byte) = self.take_sure() {
                return Some(Ok(byte));
            }
            if self.finish.is_some() {
                return None;
            }
            if let Err(error) = self.draw() {
                self.failed = true;
                return Some(Err(error));
            }
        }
    }
}
