//! The parameters of an answer, and how a byte is chosen by its score.

use crate::model::END;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;

/// The highest temperature.
pub const MAX_TEMPERATURE: f64 = 2.0;
/// The most bytes of an answer.
pub const MAX_TOKENS: u32 = 4096;
/// The most stop strings.
pub const MAX_STOPS: usize = 4;
/// The most bytes of a stop string.
pub const MAX_STOP_BYTES: usize = 64;

/// How an answer is drawn. The same prompt, sampler, model and build give the same bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampler {
    /// 0 takes the best byte each time; 1 draws as the model learned; more is wilder. At most
    /// [`MAX_TEMPERATURE`].
    pub temperature: f64,
    /// Only the best bytes are drawn from that have this much of the probability together; above 0,
    /// at most 1.
    pub top_p: f64,
    /// What the draws follow from.
    pub seed: u64,
    /// The most bytes that are drawn, 1 to [`MAX_TOKENS`].
    pub max_tokens: u32,
    /// The answer ends before the first of these; at most [`MAX_STOPS`], each of 1 to
    /// [`MAX_STOP_BYTES`] bytes.
    pub stop: Vec<String>,
}

impl Default for Sampler {
    fn default() -> Self {
        Self { temperature: 1.0, top_p: 1.0, seed: 0, max_tokens: 256, stop: Vec::new() }
    }
}

/// A parameter is out of its bounds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{parameter} must be {bounds}")]
pub struct ParameterError {
    /// The parameter, a field of [`Sampler`].
    pub parameter: &'static str,
    /// What it must be.
    pub bounds: String,
}

impl Sampler {
    /// Whether each parameter is within its bounds.
    ///
    /// # Errors
    /// The first that is not.
    pub fn check(&self) -> Result<(), ParameterError> {
        let bounds: [(bool, &'static str, String); 4] = [
            (
                (0.0..=MAX_TEMPERATURE).contains(&self.temperature),
                "temperature",
                format!("a number from 0 to {MAX_TEMPERATURE}"),
            ),
            (
                self.top_p > 0.0 && self.top_p <= 1.0,
                "top_p",
                "a number above 0 and at most 1".into(),
            ),
            (
                (1..=MAX_TOKENS).contains(&self.max_tokens),
                "max_tokens",
                format!("a whole number from 1 to {MAX_TOKENS}"),
            ),
            (
                self.stop.len() <= MAX_STOPS
                    && self.stop.iter().all(|stop| (1..=MAX_STOP_BYTES).contains(&stop.len())),
                "stop",
                format!("at most {MAX_STOPS} texts, each of 1 to {MAX_STOP_BYTES} bytes"),
            ),
        ];
        match bounds.into_iter().find(|(within, ..)| !within) {
            Some((_, parameter, bounds)) => Err(ParameterError { parameter, bounds }),
            None => Ok(()),
        }
    }
}

/// Chooses one byte after the other.
#[derive(Debug)]
pub(crate) struct Chooser {
    temperature: f64,
    top_p: f64,
    random: ChaCha20Rng,
}

impl Chooser {
    pub(crate) fn new(sampler: &Sampler) -> Self {
        Self {
            temperature: sampler.temperature,
            top_p: sampler.top_p,
            random: ChaCha20Rng::seed_from_u64(sampler.seed),
        }
    }

    /// Chooses by `scores`, which are finite. Of equal scores the lowest byte counts as the better.
    pub(crate) fn choose(&mut self, scores: &[f32]) -> u8 {
        let mut ranked: Vec<(u8, f64)> =
            (0u8..).zip(scores.iter().map(|score| f64::from(*score))).collect();
        ranked.sort_by(|one, other| other.1.total_cmp(&one.1));
        let Some(&(best, highest)) = ranked.first() else { return END };
        if self.temperature <= 0.0 {
            return best;
        }
        // Above the highest score's, which is 1, no weight can be: nothing overflows.
        for (_, weight) in &mut ranked {
            *weight = ((*weight - highest) / self.temperature).exp();
        }
        let wanted = self.top_p * ranked.iter().map(|(_, weight)| weight).sum::<f64>();
        let mut kept = 0.0;
        let enough = ranked.iter().position(|(_, weight)| {
            kept += weight;
            kept >= wanted
        });
        ranked.truncate(enough.map_or(ranked.len(), |last| last + 1));
        let mut drawn = self.unit() * kept;
        for (byte, weight) in &ranked {
            if drawn < *weight {
                return *byte;
            }
            drawn -= weight;
        }
        // Only rounding leads here.
        ranked.last().map_or(best, |(byte, _)| *byte)
    }

    /// A number from 0 to 1, without 1: 53 random bits.
    fn unit(&mut self) -> f64 {
        (self.random.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }
}
