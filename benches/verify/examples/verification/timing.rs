//! Taking the time, and printing it.

use crate::Result;
use opg_bench_verify::{judge, Guest, NodeHostFunctions, Task, Work, ACCEPTED};
use std::{
    fmt,
    ops::Sub,
    time::{Duration, Instant},
};

/// Where something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Native,
    Wasm,
}

/// What the runs of one thing took.
#[derive(Clone, Copy)]
pub struct Time {
    pub least: Duration,
    pub median: Duration,
}

impl Time {
    /// How often another goes into it, each at its least.
    pub fn times(&self, other: &Self) -> String {
        format!("{:.1}", self.least.as_secs_f64() / other.least.as_secs_f64())
    }
}

impl Sub for Time {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            least: self.least.saturating_sub(other.least),
            median: self.median.saturating_sub(other.median),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        write!(f, "{:.2} ({:.2})", ms(self.least), ms(self.median))
    }
}

/// Both builds, and how often each thing is done.
pub struct Bench {
    guest: Guest<NodeHostFunctions>,
    runs: usize,
}

impl Bench {
    /// `runs` is one at the least.
    pub fn new(runs: usize) -> Result<Self> {
        Ok(Self { guest: Guest::new()?, runs })
    }

    /// The time of something that is accepted.
    pub fn time(&mut self, place: Place, task: &Task, work: Work) -> Result<Time> {
        let mut times = Vec::with_capacity(self.runs);
        // The first run warms up, and in wasm compiles; it does not count.
        for run in 0..=self.runs {
            let start = Instant::now();
            let verdict = match place {
                Place::Wasm => self.guest.judge(task, work)?,
                Place::Native => judge(task, work),
            };
            let taken = start.elapsed();
            if verdict != ACCEPTED {
                return Err(format!("{place:?}: {verdict}").into());
            }
            if run > 0 {
                times.push(taken);
            }
        }
        times.sort_unstable();
        Ok(Time { least: times[0], median: times[times.len() / 2] })
    }
}

/// A row of a table.
pub fn print_row(what: &str, cells: impl Iterator<Item = String>) {
    println!("| {what} | {} |", cells.collect::<Vec<_>>().join(" | "));
}

/// The two rows above the others.
pub fn print_head<'a>(what: &str, columns: impl Iterator<Item = &'a str> + Clone) {
    print_row(what, columns.clone().map(str::to_owned));
    print_row("---", columns.map(|_| "---".to_owned()));
}
