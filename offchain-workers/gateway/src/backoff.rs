//! Waiting times between attempts: twice as long each time, up to a cap, with jitter so that many do
//! not come back at once.

use rand::Rng;
use std::time::Duration;

/// A series of waiting times.
#[derive(Clone, Debug)]
pub struct Backoff {
    first: Duration,
    cap: Duration,
    next: Duration,
}

impl Backoff {
    /// A series that starts around `first` and grows to around `cap`.
    pub fn new(first: Duration, cap: Duration) -> Self {
        Self { first, cap, next: first.min(cap) }
    }

    /// The next waiting time: between half of its step and the whole.
    pub fn step(&mut self) -> Duration {
        let whole = self.next;
        self.next = whole.saturating_mul(2).min(self.cap);
        whole.mul_f64(rand::thread_rng().gen_range(0.5..=1.0))
    }

    /// Starts again.
    pub fn reset(&mut self) {
        self.next = self.first.min(self.cap);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_times_double_up_to_the_cap_and_start_again() {
        let (first, cap) = (Duration::from_millis(100), Duration::from_millis(500));
        let mut backoff = Backoff::new(first, cap);
        for whole in [100, 200, 400, 500, 500] {
            let step = backoff.step();
            let whole = Duration::from_millis(whole);
            assert!(step <= whole && step >= whole / 2, "{step:?} of {whole:?}");
        }
        backoff.reset();
        assert!(backoff.step() <= first);
    }

    #[test]
    fn two_waiting_times_of_one_step_differ() {
        let step = || Backoff::new(Duration::from_secs(1000), Duration::from_secs(1000)).step();
        assert_ne!((step(), step()), (step(), step()));
    }
}
