//! The tracks: what it takes for a referendum of each origin to pass, and how long.
//!
//! | track | may decide at once | deposit | prepare | decide | confirm | enact |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | `root` | 1 | 10,000 OPG | 1 h | 7 d | 1 d | 1 d |
//! | `policy_admin` | 5 | 1,000 OPG | 30 min | 3 d | 12 h | 1 h |
//! | `treasurer` | 5 | 1,000 OPG | 1 h | 5 d | 1 d | 1 h |
//! | `referendum_canceller` | 10 | 500 OPG | 10 min | 1 d | 1 h | 10 min |

use super::origins::Origin;
use crate::{
    constants::{
        currency::OPG,
        time::{DAYS, HOURS, MINUTES},
    },
    Balance, BlockNumber, RuntimeOrigin,
};
use alloc::borrow::Cow;
use frame_support::traits::OriginTrait;
use pallet_referenda::{Curve, Track, TrackInfo};
use sp_runtime::{str_array as s, FixedI64};

const fn percent(x: i32) -> FixedI64 {
    FixedI64::from_rational(x as u128, 100)
}

// Approval falls to a simple majority by the end; support, the share of the issuance that voted
// aye, falls to a little. So a proposal that many care about can pass early.
const ROOT_APPROVAL: Curve = Curve::make_reciprocal(1, 7, percent(80), percent(50), percent(100));
const ROOT_SUPPORT: Curve = Curve::make_linear(7, 7, percent(5), percent(50));
const POLICY_APPROVAL: Curve = Curve::make_linear(3, 3, percent(60), percent(100));
const POLICY_SUPPORT: Curve = Curve::make_linear(3, 3, percent(2), percent(50));
const TREASURER_APPROVAL: Curve = Curve::make_linear(5, 5, percent(50), percent(100));
const TREASURER_SUPPORT: Curve = Curve::make_linear(5, 5, percent(2), percent(50));
const CANCEL_APPROVAL: Curve = Curve::make_linear(1, 1, percent(66), percent(100));
const CANCEL_SUPPORT: Curve = Curve::make_linear(1, 1, percent(2), percent(50));

static TRACKS: [Track<u16, Balance, BlockNumber>; 4] = [
    Track {
        id: 0,
        info: TrackInfo {
            name: s("root"),
            max_deciding: 1,
            decision_deposit: 10_000 * OPG,
            prepare_period: HOURS,
            decision_period: 7 * DAYS,
            confirm_period: DAYS,
            min_enactment_period: DAYS,
            min_approval: ROOT_APPROVAL,
            min_support: ROOT_SUPPORT,
        },
    },
    Track {
        id: 10,
        info: TrackInfo {
            name: s("policy_admin"),
            max_deciding: 5,
            decision_deposit: 1_000 * OPG,
            prepare_period: 30 * MINUTES,
            decision_period: 3 * DAYS,
            confirm_period: 12 * HOURS,
            min_enactment_period: HOURS,
            min_approval: POLICY_APPROVAL,
            min_support: POLICY_SUPPORT,
        },
    },
    Track {
        id: 20,
        info: TrackInfo {
            name: s("treasurer"),
            max_deciding: 5,
            decision_deposit: 1_000 * OPG,
            prepare_period: HOURS,
            decision_period: 5 * DAYS,
            confirm_period: DAYS,
            min_enactment_period: HOURS,
            min_approval: TREASURER_APPROVAL,
            min_support: TREASURER_SUPPORT,
        },
    },
    Track {
        id: 30,
        info: TrackInfo {
            name: s("referendum_canceller"),
            max_deciding: 10,
            decision_deposit: 500 * OPG,
            prepare_period: 10 * MINUTES,
            decision_period: DAYS,
            confirm_period: HOURS,
            min_enactment_period: 10 * MINUTES,
            min_approval: CANCEL_APPROVAL,
            min_support: CANCEL_SUPPORT,
        },
    },
];

/// The tracks, and which origin takes which.
pub struct TracksInfo;
impl pallet_referenda::TracksInfo<Balance, BlockNumber> for TracksInfo {
    type Id = u16;
    type RuntimeOrigin = <RuntimeOrigin as OriginTrait>::PalletsOrigin;

    fn tracks() -> impl Iterator<Item = Cow<'static, Track<Self::Id, Balance, BlockNumber>>> {
        TRACKS.iter().map(Cow::Borrowed)
    }

    fn track_for(origin: &Self::RuntimeOrigin) -> Result<Self::Id, ()> {
        if let Ok(frame_system::RawOrigin::Root) = frame_system::RawOrigin::try_from(origin.clone())
        {
            return Ok(0);
        }
        match Origin::try_from(origin.clone()).map_err(|_| ())? {
            Origin::PolicyAdmin => Ok(10),
            Origin::Treasurer => Ok(20),
            Origin::ReferendumCanceller => Ok(30),
        }
    }
}
