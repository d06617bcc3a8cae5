//! Time, money and the size of a block.
//!
//! Everything a client may want to know without asking a node; the figures that are an agreement
//! between the runtime and off-chain code are tested in `tests/limits.rs`.

#![deny(missing_docs)]

/// Durations, in blocks unless the name says otherwise.
pub mod time {
    use crate::{BlockNumber, Moment};

    /// Milliseconds between two slots. Every slot has an author, so this is the time of a block.
    pub const MILLISECS_PER_BLOCK: Moment = 3_000;
    /// Slots of an epoch, which is also a session: two minutes.
    pub const EPOCH_DURATION_IN_SLOTS: u64 = 40;
    /// Sessions of an era: twelve minutes.
    pub const SESSIONS_PER_ERA: u32 = 6;
    /// Blocks of a minute.
    pub const MINUTES: BlockNumber = 20;
    /// Blocks of an hour.
    pub const HOURS: BlockNumber = 60 * MINUTES;
    /// Blocks of a day.
    pub const DAYS: BlockNumber = 24 * HOURS;
    /// Eras of a day.
    pub const ERAS_PER_DAY: u32 = 120;
    /// The chance that a slot has a primary author beside the secondary one, as a fraction.
    pub const PRIMARY_PROBABILITY: (u64, u64) = (1, 4);
}

/// Amounts, in the smallest unit.
pub mod currency {
    use crate::Balance;

    /// Decimals of the token.
    pub const DECIMALS: u8 = 18;
    /// One OPG.
    pub const OPG: Balance = 1_000_000_000_000_000_000;
    /// A thousandth of an OPG.
    pub const MILLI_OPG: Balance = OPG / 1_000;
    /// A millionth of an OPG.
    pub const MICRO_OPG: Balance = MILLI_OPG / 1_000;
    /// Least balance of an account that exists.
    pub const EXISTENTIAL_DEPOSIT: Balance = MILLI_OPG;

    /// What `items` entries of `bytes` in all hold as a deposit while they are stored.
    pub const fn deposit(items: u32, bytes: u32) -> Balance {
        items as Balance * 10 * MILLI_OPG + bytes as Balance * 10 * MICRO_OPG
    }
}

/// What a block may hold.
pub mod block {
    use frame_support::weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight};
    use sp_runtime::Perbill;

    /// The part of a block that ordinary calls may fill; the rest is for operational ones, such as
    /// the feeless calls that end a lease.
    pub const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(75);
    /// The part of a block that hooks are expected to take.
    pub const AVERAGE_ON_INITIALIZE_RATIO: Perbill = Perbill::from_percent(10);
    /// 1.5 s of computation; there is no proof of validity, so no limit on its size.
    pub const MAXIMUM_BLOCK_WEIGHT: Weight =
        Weight::from_parts(WEIGHT_REF_TIME_PER_MILLIS.saturating_mul(1_500), u64::MAX);
    /// Bytes of a block.
    pub const MAXIMUM_BLOCK_LENGTH: u32 = 5 * 1024 * 1024;
}
