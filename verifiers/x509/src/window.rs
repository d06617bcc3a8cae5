//! Validity windows.

/// When something is valid: Unix seconds, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// The first second.
    pub not_before: u64,
    /// The last second. Before `not_before`, the window is empty.
    pub not_after: u64,
}

impl Window {
    /// Whether a time, in Unix seconds, lies inside.
    pub fn contains(&self, now: u64) -> bool {
        (self.not_before..=self.not_after).contains(&now)
    }

    /// What lies in both.
    pub fn intersect(self, other: Self) -> Self {
        Self {
            not_before: self.not_before.max(other.not_before),
            not_after: self.not_after.min(other.not_after),
        }
    }
}
