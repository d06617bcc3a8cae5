//! Quantiles of what was measured: exact, of all values, none of them made up between two.

use anyhow::ensure;
use std::time::Duration;

/// Some latencies, at least one.
#[derive(Clone, Debug)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Those of `times`.
    ///
    /// # Errors
    /// If there is none.
    pub fn new(mut times: Vec<Duration>) -> anyhow::Result<Self> {
        ensure!(!times.is_empty(), "nothing was measured");
        times.sort_unstable();
        Ok(Self(times))
    }

    /// The least that at least `percent` of a hundred do not exceed (nearest rank).
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).clamp(1, self.0.len());
        self.0[rank - 1]
    }

    /// The median: of an even number the lower one of the two in the middle.
    pub fn median(&self) -> Duration {
        self.percentile(50)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(milliseconds: impl IntoIterator<Item = u64>) -> Latencies {
        Latencies::new(milliseconds.into_iter().map(Duration::from_millis).collect()).unwrap()
    }

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn of_a_hundred_values_the_percentile_is_the_value_of_that_rank() {
        let hundred = of((1..=100).rev());
        for percent in 1..=100 {
            assert_eq!(hundred.percentile(percent as usize), ms(percent));
        }
    }

    #[test]
    fn a_percentile_between_two_values_is_the_upper_one_and_the_median_of_two_the_lower() {
        let four = of([4, 1, 3, 2]);
        assert_eq!((four.percentile(25), four.percentile(26)), (ms(1), ms(2)));
        assert_eq!((four.median(), four.percentile(99)), (ms(2), ms(4)));
        assert_eq!(of([1, 2, 3]).median(), ms(2));
    }

    #[test]
    fn one_value_in_a_hundred_and_one_is_beyond_the_99th_percentile() {
        let mut values = vec![1; 100];
        values.push(1000);
        assert_eq!(of(values.clone()).percentile(99), ms(1));
        values.push(1000);
        assert_eq!(of(values).percentile(99), ms(1000));
    }

    #[test]
    fn one_value_is_every_percentile_and_none_is_refused() {
        let one = of([7]);
        assert_eq!([one.percentile(0), one.median(), one.percentile(100)], [ms(7); 3]);
        assert!(Latencies::new(Vec::new()).is_err());
    }
}
