//! When a lease may be given, for how long it runs and from what it is drawn: pure, no storage.

use crate::types::DeliverWindows;
use opg_primitives::{domain::Domain, ids::RequestId, mode::Mode, Attempt, BlockNumber};

/// How often one draw is repeated within one block when the provider that it hit has no free slot;
/// after that the request waits for another block.
pub const TRIES: u8 = 4;

/// The windows of a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// How many blocks after a request, or after the end of a lease, the next one is drawn at the
    /// earliest.
    pub delay: BlockNumber,
    /// Within how many blocks of its lease a private input is delivered; zero of a public one.
    pub payload: BlockNumber,
    /// Within how many blocks a lease is acknowledged: of the lease, or of the delivery if there has to
    /// be one.
    pub acknowledge: BlockNumber,
    /// Within how many blocks from its acknowledgement a lease is delivered.
    pub deliver: BlockNumber,
}

impl Windows {
    /// Those of `mode`.
    pub fn new(
        delay: BlockNumber,
        acknowledge: BlockNumber,
        deliver: &DeliverWindows,
        mode: Mode,
    ) -> Self {
        Self { delay, payload: 0, acknowledge, deliver: deliver.of(mode) }
    }

    /// The same of a private request: its requester has as long to deliver as a provider to acknowledge.
    pub fn private(self) -> Self {
        Self { payload: self.acknowledge, ..self }
    }

    /// The last block in which a lease may be given so that all windows end by `deadline`: no
    /// provider is given less time than the windows say, however late the input is delivered.
    pub fn lease_by(&self, deadline: BlockNumber) -> Option<BlockNumber> {
        deadline.checked_sub(self.payload)?.checked_sub(self.acknowledge)?.checked_sub(self.deliver)
    }

    /// The last block in which a lease can be acknowledged whose input was delivered in block `now`.
    pub fn acknowledge_by(&self, now: BlockNumber, deadline: BlockNumber) -> BlockNumber {
        now.saturating_add(self.acknowledge).min(deadline.saturating_sub(self.deliver))
    }

    /// The first block in which a draw may be made for what happens in block `now`.
    pub fn not_before(&self, now: BlockNumber) -> BlockNumber {
        now.saturating_add(self.delay)
    }

    /// The first block that a deadline may be, for a request made in block `now`.
    pub fn earliest_deadline(&self, now: BlockNumber, named: bool) -> BlockNumber {
        let lease = if named { now } else { self.not_before(now) };
        lease
            .saturating_add(self.payload)
            .saturating_add(self.acknowledge)
            .saturating_add(self.deliver)
    }

    /// The draw that may follow in block `now`: from when on, and until when. None if it is too
    /// late.
    pub fn next(
        &self,
        now: BlockNumber,
        deadline: BlockNumber,
    ) -> Option<(BlockNumber, BlockNumber)> {
        let not_before = self.not_before(now);
        self.lease_by(deadline)
            .filter(|lease_by| not_before <= *lease_by)
            .map(|lease_by| (not_before, lease_by))
    }
}

/// The seed of a draw, and of its repetitions.
///
/// `randomness` is that of the parent of the block that draws. Request id and attempt keep the draws
/// of one block apart.
pub fn seed(
    randomness: [u8; 32],
    request: RequestId,
    attempt: Attempt,
    repetition: u8,
) -> [u8; 32] {
    let first = Domain::Draw.hash(&(randomness, request, attempt));
    if repetition == 0 {
        first
    } else {
        Domain::Draw.hash(&(first, repetition))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOWS: Windows = Windows { delay: 2, payload: 0, acknowledge: 10, deliver: 20 };

    #[test]
    fn a_lease_is_given_only_while_whole_windows_fit() {
        assert_eq!(WINDOWS.lease_by(100), Some(70));
        assert_eq!(WINDOWS.lease_by(29), None);
        assert_eq!(WINDOWS.next(68, 100), Some((70, 70)));
        assert_eq!(WINDOWS.next(69, 100), None);
    }

    #[test]
    fn the_earliest_deadline_leaves_room_for_exactly_one_lease() {
        assert_eq!(WINDOWS.earliest_deadline(5, false), 37);
        assert_eq!(WINDOWS.next(5, 37), Some((7, 7)));
        assert_eq!(WINDOWS.earliest_deadline(5, true), 35);
    }

    #[test]
    fn a_private_lease_has_a_window_more_so_that_the_others_are_whole() {
        let windows = WINDOWS.private();
        assert_eq!(windows.lease_by(100), Some(60));
        assert_eq!(windows.earliest_deadline(5, false), 47);
        assert_eq!(windows.next(5, 47), Some((7, 7)));
        // Delivered as late as can be, under the latest lease.
        assert_eq!(windows.acknowledge_by(70, 100), 80);
        assert_eq!(windows.acknowledge_by(61, 100), 71);
        assert_eq!(windows.acknowledge_by(90, 100), 80);
    }

    #[test]
    fn arithmetic_at_the_end_of_the_numbers_saturates() {
        assert_eq!(WINDOWS.earliest_deadline(u32::MAX, false), u32::MAX);
        assert_eq!(WINDOWS.next(u32::MAX, u32::MAX), None);
    }

    #[test]
    fn every_part_changes_the_seed() {
        let of = |random, request, attempt, repetition| {
            seed([random; 32], RequestId([request; 32]), attempt, repetition)
        };
        let seed = of(1, 2, 0, 0);
        for other in
            [of(0, 2, 0, 0), of(1, 0, 0, 0), of(1, 2, 1, 0), of(1, 2, 0, 1), of(1, 2, 0, 2)]
        {
            assert_ne!(seed, other);
        }
        assert_ne!(of(1, 2, 0, 1), of(1, 2, 0, 2));
    }

    #[test]
    fn the_seed_is_that_of_the_design() {
        assert_eq!(
            seed([1; 32], RequestId([2; 32]), 3, 0),
            Domain::Draw.hash(&([1u8; 32], RequestId([2; 32]), 3u8))
        );
    }
}
