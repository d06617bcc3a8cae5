//! The figures, for people and for programs.

use crate::{latencies::Latencies, load::Phase};
use serde::Serialize;
use std::{fmt, thread::available_parallelism, time::Duration};

/// Milliseconds, to the microsecond.
fn milliseconds(time: Duration) -> f64 {
    rounded(time.as_secs_f64() * 1e3)
}

fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

/// What was measured on one of the two ways, round by round.
#[derive(Clone, Debug, Default)]
pub struct Way {
    first: Vec<Vec<Duration>>,
    end: Vec<Vec<Duration>>,
    rates: Vec<f64>,
}

impl Way {
    /// Adds a round.
    pub fn add(&mut self, phase: &Phase) {
        self.first.push(phase.answers.iter().map(|answer| answer.first).collect());
        self.end.push(phase.answers.iter().map(|answer| answer.end).collect());
        self.rates.push(phase.rate);
    }

    fn rate(&self) -> f64 {
        rounded(self.rates.iter().sum::<f64>() / self.rates.len().max(1) as f64)
    }
}

/// Two quantiles, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// The median.
    pub median_ms: f64,
    /// The 99th percentile.
    pub p99_ms: f64,
}

impl Figure {
    fn of(times: &[Vec<Duration>]) -> anyhow::Result<Self> {
        let all = Latencies::new(times.concat())?;
        let (median_ms, p99_ms) = (milliseconds(all.median()), milliseconds(all.percentile(99)));
        Ok(Self { median_ms, p99_ms })
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}; {:.2}", self.median_ms, self.p99_ms)
    }
}

/// Both ways, and what lies between.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// From the upstream itself.
    pub direct: Figure,
    /// Through the node.
    pub through: Figure,
    /// The second less the first.
    pub difference: Figure,
    /// The difference of the medians, for each round by itself.
    pub difference_of_medians_ms_by_round: Vec<f64>,
}

impl Comparison {
    fn of(direct: &[Vec<Duration>], through: &[Vec<Duration>]) -> anyhow::Result<Self> {
        let mut by_round = Vec::new();
        for (direct, through) in direct.iter().zip(through) {
            let direct = milliseconds(Latencies::new(direct.clone())?.median());
            let through = milliseconds(Latencies::new(through.clone())?.median());
            by_round.push(rounded(through - direct));
        }
        let (direct, through) = (Figure::of(direct)?, Figure::of(through)?);
        let difference = Figure {
            median_ms: rounded(through.median_ms - direct.median_ms),
            p99_ms: rounded(through.p99_ms - direct.p99_ms),
        };
        Ok(Self { direct, through, difference, difference_of_medians_ms_by_round: by_round })
    }

    fn cells(&self) -> String {
        let by_round = &self.difference_of_medians_ms_by_round;
        let least = by_round.iter().copied().fold(f64::INFINITY, f64::min);
        let most = by_round.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let Self { direct, through, difference, .. } = self;
        format!("{direct} | {through} | {difference} | {least:.2} to {most:.2}")
    }
}

/// Answers a second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rates {
    /// From the upstream itself.
    pub direct: f64,
    /// Through the node.
    pub through: f64,
}

/// What was measured with one number of clients and one kind of answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Clients at once.
    pub clients: u32,
    /// `whole` or `streamed`.
    pub answer: &'static str,
    /// Until the first bytes of the body.
    pub first_bytes: Comparison,
    /// Until its last byte.
    pub last_byte: Comparison,
    /// Answers a second.
    pub answers_per_second: Rates,
    /// What the node used of the processors for one answer, in milliseconds.
    pub node_processor_ms_per_answer: Option<f64>,
    /// Answers whose signature and bytes were checked: all that came through the node.
    pub signed_answers_checked: usize,
}

impl Row {
    /// The row of `direct` and `through`, for whose answers, those to warm up included, the node used
    /// `processor` in all.
    ///
    /// # Errors
    /// If nothing was measured.
    pub fn new(
        (clients, answer): (u32, &'static str),
        direct: &Way,
        through: &Way,
        processor: Option<(Duration, u32)>,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            clients,
            answer,
            first_bytes: Comparison::of(&direct.first, &through.first)?,
            last_byte: Comparison::of(&direct.end, &through.end)?,
            answers_per_second: Rates { direct: direct.rate(), through: through.rate() },
            node_processor_ms_per_answer: processor
                .map(|(time, answers)| milliseconds(time / answers.max(1))),
            signed_answers_checked: through.end.iter().map(Vec::len).sum(),
        })
    }
}

/// All that was measured, and how.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The profile that this program was compiled with, and so the others.
    pub profile: &'static str,
    /// Processors of this machine, which all programs share.
    pub processors: usize,
    /// How often both ways were taken in turns.
    pub rounds: u32,
    /// What each client asked in each round and way that counts.
    pub requests: u32,
    /// The rows.
    pub rows: Vec<Row>,
}

impl Report {
    /// A report of `rows`.
    pub fn new(rounds: u32, requests: u32, rows: Vec<Row>) -> Self {
        let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
        let processors = available_parallelism().map_or(1, |processors| processors.get());
        Self { profile, processors, rounds, requests, rows }
    }
}

const HEAD: &str = "\
| clients | answer, until | direct | through | difference | its medians, by round | answers/s, direct; through | node's processor time per answer | signed answers checked |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |";

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { profile, processors, rounds, requests, rows } = self;
        writeln!(
            f,
            "Milliseconds: median; 99th percentile. {rounds} rounds of {requests} requests for each \
             client and way, profile `{profile}`, {processors} processors.\n\n{HEAD}"
        )?;
        for row in rows {
            let Row { clients, answer, last_byte, answers_per_second: rates, .. } = row;
            if *answer == "streamed" {
                let cells = row.first_bytes.cells();
                writeln!(f, "| {clients} | {answer}, the first part | {cells} | | | |")?;
            }
            let processor = match row.node_processor_ms_per_answer {
                Some(time) => format!("{time:.2}"),
                None => "not known".into(),
            };
            writeln!(
                f,
                "| {clients} | {answer}, the end | {} | {:.0}; {:.0} | {processor} | {} |",
                last_byte.cells(),
                rates.direct,
                rates.through,
                row.signed_answers_checked
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(milliseconds: &[u64]) -> Vec<Duration> {
        milliseconds.iter().copied().map(Duration::from_millis).collect()
    }

    #[test]
    fn a_difference_is_of_the_quantiles_over_all_rounds_and_may_be_below_zero() {
        let direct = [times(&[50, 50, 90]), times(&[52, 52, 52])];
        let through = [times(&[51, 51, 51]), times(&[56, 56, 56])];
        let comparison = Comparison::of(&direct, &through).unwrap();
        assert_eq!(comparison.direct, Figure { median_ms: 52.0, p99_ms: 90.0 });
        assert_eq!(comparison.through, Figure { median_ms: 51.0, p99_ms: 56.0 });
        assert_eq!(comparison.difference, Figure { median_ms: -1.0, p99_ms: -34.0 });
        assert_eq!(comparison.difference_of_medians_ms_by_round, [1.0, 4.0]);
        assert!(comparison.cells().ends_with("| -1.00; -34.00 | 1.00 to 4.00"));
    }

    #[test]
    fn nothing_measured_is_no_row() {
        let none = Way::default();
        assert!(Row::new((1, "whole"), &none, &none, None).is_err());
    }
}
