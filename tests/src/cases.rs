//! The runner of tests that share a network: a listing unless they are asked for, since starting a
//! network takes minutes, and lines as `cargo test` prints them.

use anyhow::ensure;
use std::future::Future;

/// How many cases passed, and how many failed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    passed: usize,
    failed: usize,
}

impl Tally {
    /// Counts and prints how the case `name` went.
    pub fn note(&mut self, name: &str, result: anyhow::Result<()>) {
        match result {
            Ok(()) => {
                self.passed += 1;
                println!("test {name} ... ok");
            }
            Err(error) => {
                self.failed += 1;
                println!("test {name} ... FAILED\n{error:?}");
            }
        }
    }

    /// Whether a case failed.
    pub fn has_failed(&self) -> bool {
        self.failed > 0
    }
}

/// Runs `cases` cases by `run` if the program's arguments have `--ignored`; else says how many there
/// are. To be called from `main`.
///
/// # Errors
/// A case failed, or `run` could not try them.
pub fn main<F: Future<Output = anyhow::Result<Tally>>>(
    cases: usize,
    run: impl FnOnce() -> F,
) -> anyhow::Result<()> {
    let asked = std::env::args().any(|argument| argument == "--ignored");
    println!("running {} tests", if asked { cases } else { 0 });
    if !asked {
        println!("\ntest result: ok. 0 passed; 0 failed; {cases} ignored\n");
        return Ok(());
    }
    let Tally { passed, failed } = tokio::runtime::Runtime::new()?.block_on(run())?;
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored\n");
    ensure!(failed == 0, "{failed} failed");
    Ok(())
}
