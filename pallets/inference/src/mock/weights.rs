//! Weights that are easy to reckon with, and that measuring does not change.

use crate::WeightInfo;
use frame_support::weights::Weight;

/// A million picoseconds for each, and one for each byte.
pub struct Million;

fn million(bytes: u32) -> Weight {
    Weight::from_parts(1_000_000 + u64::from(bytes), 0)
}

macro_rules! of_no_bytes {
    ($($name:ident)*) => {$(
        fn $name() -> Weight {
            million(0)
        }
    )*};
}

impl WeightInfo for Million {
    of_no_bytes!(cancel acknowledge decline submit_good expire begin_block sweep draw);
    of_no_bytes!(authorize_acknowledge authorize_decline authorize_expire);

    fn request(i: u32) -> Weight {
        million(i)
    }
    fn deliver(s: u32) -> Weight {
        million(s)
    }
    fn submit_result(e: u32) -> Weight {
        million(e)
    }
    fn authorize_submit_result(e: u32) -> Weight {
        million(e)
    }
}
