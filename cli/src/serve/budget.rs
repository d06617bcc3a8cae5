//! The most that a process spends.

use opg_primitives::Balance;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What may be spent, and what is.
#[derive(Debug)]
pub struct Budget {
    limit: Option<Balance>,
    spent: Mutex<Balance>,
}

impl Budget {
    /// Of at most `limit`; without one, of as much as there is.
    pub fn new(limit: Option<Balance>) -> Self {
        Self { limit, spent: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Balance> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was taken, and not given back.
    pub fn spent(&self) -> Balance {
        *self.lock()
    }

    /// Takes `amount`, the most that a request may cost, before it is made. Whether there was so much.
    pub fn take(&self, amount: Balance) -> bool {
        let mut spent = self.lock();
        let with = spent.saturating_add(amount);
        let within = self.limit.is_none_or(|limit| with <= limit);
        if within {
            *spent = with;
        }
        within
    }

    /// Gives back what of it the chain released.
    pub fn give_back(&self, amount: Balance) {
        let mut spent = self.lock();
        *spent = spent.saturating_sub(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_may_cost_is_taken_before_and_what_was_released_comes_back() {
        let budget = Budget::new(Some(10));
        assert!(budget.take(6));
        assert!(!budget.take(5));
        budget.give_back(2);
        assert!(budget.take(5));
        assert_eq!((budget.spent(), budget.take(2)), (9, false));
        assert!(Budget::new(None).take(Balance::MAX));
    }
}
